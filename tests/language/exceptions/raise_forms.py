# raise with a class, an instance, nothing, from; bad operands; re-raising.


class Custom(Exception):
    pass


for make in (
    lambda: ValueError,
    lambda: ValueError("text"),
    lambda: ValueError(1, 2),
    lambda: Custom,
    lambda: Custom("c"),
    lambda: 5,
    lambda: "text",
    lambda: None,
    lambda: int,
):
    try:
        raise make()
    except Exception as error:
        print(type(error).__name__, error.args, str(error))


def reraise():
    try:
        raise ValueError("original")
    except ValueError:
        print("seen")
        raise


try:
    reraise()
except ValueError as error:
    print(error, error.__cause__, error.__context__)

try:
    raise
except RuntimeError as error:
    print(error)


def from_cause():
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("bad") from error


try:
    from_cause()
except ValueError as error:
    print(repr(error.__cause__), repr(error.__context__), error.__suppress_context__)


def from_none():
    try:
        {}["missing"]
    except KeyError:
        raise ValueError("bad") from None


try:
    from_none()
except ValueError as error:
    print(error.__cause__, repr(error.__context__), error.__suppress_context__)


def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        [].nothing


try:
    implicit()
except AttributeError as error:
    print(repr(error.__context__), error.__cause__, error.__suppress_context__)

try:
    raise ValueError("x") from 5
except TypeError as error:
    print(error)

try:
    raise ValueError("x") from KeyError
except ValueError as error:
    print(repr(error.__cause__))


def helper():
    raise


try:
    try:
        1 // 0
    except ZeroDivisionError:
        helper()
except ZeroDivisionError as error:
    print("through helper:", error)
