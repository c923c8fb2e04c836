"""except*: which clause gets what, and what is raised in the end."""
import sys


def shape(e):
    if isinstance(e, BaseExceptionGroup):
        return f"{type(e).__name__}({e.message!r}, [{', '.join(map(shape, e.exceptions))}])"
    return repr(e)


def run(body):
    print(f"-- {body.__name__}")
    try:
        body()
    except BaseException as e:
        print("raised", shape(e), "| context", e.__context__ and shape(e.__context__), "| cause", e.__cause__)
    print("handled now:", sys.exception())


def both():
    return ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3), OSError(4)])])


def one_clause():
    try:
        raise both()
    except* ValueError as e:
        print("V", shape(e), sys.exception() is e)
    print("never")


def all_clauses():
    try:
        raise both()
    except* ValueError as e:
        print("V", shape(e))
    except* (TypeError, OSError) as e:
        print("TO", shape(e))
    else:
        print("never")
    finally:
        print("finally")
    try:
        e
    except NameError as error:
        print(error)


def no_match():
    try:
        raise both()
    except* KeyError:
        print("never")


def naked():
    try:
        raise ValueError("naked")
    except* TypeError:
        print("never")
    except* ValueError as e:
        print(shape(e), e.__traceback__ is not None, e.exceptions[0].__traceback__ is not None)


def naked_unmatched():
    try:
        raise ValueError("naked")
    except* TypeError:
        print("never")


def nothing():
    try:
        pass
    except* ValueError:
        print("never")
    else:
        print("else")


def raises_in_clause():
    try:
        raise both()
    except* ValueError as e:
        raise KeyError("new")
    except* TypeError:
        raise IndexError("second")


def raises_naked():
    try:
        raise ValueError("naked")
    except* ValueError as e:
        raise KeyError("new")


def reraise():
    try:
        raise both()
    except* ValueError:
        raise
    except* OSError as e:
        print(shape(e))


def reraise_by_name():
    try:
        raise both()
    except* ValueError as e:
        raise e


def reraise_and_new():
    try:
        raise both()
    except* ValueError:
        raise
    except* TypeError as e:
        raise LookupError("x") from e


def reraise_all():
    try:
        raise both()
    except* Exception:
        raise


def nested():
    try:
        try:
            raise both()
        except* ValueError as e:
            try:
                raise ExceptionGroup("second", [KeyError(1), e])
            except* KeyError:
                print("key")
    except* TypeError:
        print("type")
    except* ValueError as e:
        print(shape(e))


def bad_class():
    try:
        raise both()
    except* 42:
        pass


def group_class():
    try:
        raise both()
    except* ExceptionGroup:
        pass


def group_in_tuple():
    try:
        raise ValueError()
    except* (ValueError, BaseExceptionGroup):
        pass


def failing_expression():
    try:
        raise both()
    except* ValueError:
        print("first")
    except* missing_name:
        pass


def order():
    def named(e):
        print("evaluated", e.__name__)
        return e

    try:
        raise ExceptionGroup("o", [ValueError()])
    except* named(ValueError):
        print("body")
    except* named(TypeError):
        print("never")
    except* named(KeyError):
        print("never")


def base_exceptions():
    try:
        raise BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(1)])
    except* ValueError as e:
        print(type(e).__name__)


class Splits(ExceptionGroup):
    def split(self, matcher):
        return self.answer


def split_gives_int():
    e = Splits("s", [ValueError()])
    e.answer = 5
    try:
        raise e
    except* ValueError:
        pass


def split_gives_single():
    e = Splits("s", [ValueError()])
    e.answer = (1,)
    try:
        raise e
    except* ValueError:
        pass


def loops():
    seen = []
    for i in range(3):
        try:
            if i == 1:
                continue
            raise ExceptionGroup("l", [ValueError(i)])
        except* ValueError as e:
            for n in range(5):
                if n == 1:
                    continue
                if n == 3:
                    break
                seen.append((i, n))
    print(seen)


def name_deleted():
    try:
        raise ValueError()
    except* ValueError as e:
        del e
    try:
        raise ValueError()
    except* ValueError as e:
        e = 1
    print("e" in locals())


def function_in_clause():
    try:
        raise ValueError(7)
    except* ValueError as group:
        def inner():
            return group.exceptions[0].args
        print(inner())


def returns_after():
    try:
        raise ValueError(7)
    except* ValueError:
        pass
    return 5


def gen():
    try:
        yield 1
    except* ValueError as e:
        yield shape(e)
    yield "after"


def in_generator():
    g = gen()
    print(next(g), g.throw(ValueError("thrown")), next(g))


for body in [
    one_clause, all_clauses, no_match, naked, naked_unmatched, nothing, raises_in_clause, raises_naked, reraise,
    reraise_by_name, reraise_and_new, reraise_all, nested, bad_class, group_class, group_in_tuple,
    failing_expression, order, base_exceptions, split_gives_int, loops, name_deleted,
    function_in_clause, in_generator, split_gives_single,
]:
    run(body)
print(returns_after())

try:
    raise ExceptionGroup("module", [ValueError(1), TypeError(2)])
except* ValueError as e:
    print(shape(e))
except* TypeError as e:
    print(shape(e))
print("e" in globals())


class InClass:
    try:
        raise ExceptionGroup("class", [ValueError(1)])
    except* ValueError as found:
        count = len(found.exceptions)


print(InClass.count, hasattr(InClass, "found"))
