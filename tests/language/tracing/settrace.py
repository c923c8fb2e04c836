# Events of sys.settrace: which, in which order, for which lines.
import sys


class Tracer:
    def __init__(self):
        self.events = []

    def __call__(self, frame, event, arg):
        if frame.f_code.co_filename != __file__:
            return None
        line = frame.f_lineno - frame.f_code.co_firstlineno
        if event == "return" and " object at " in repr(arg):
            arg = type(arg).__name__
        if event == "exception":
            arg = (arg[0].__name__, str(arg[1]), arg[2] is not None)
        self.events.append((frame.f_code.co_name, line, event, arg))
        return self


def show(function, *args):
    tracer = Tracer()
    sys.settrace(tracer)
    try:
        result = function(*args)
    except BaseException as error:
        result = f"{type(error).__name__}: {error}"
    finally:
        sys.settrace(None)
    print(f"{function.__name__}: {result}")
    for name, line, event, arg in tracer.events:
        print(f"  {name}+{line} {event} {arg!r}")


def straight(a):
    b = a + 1
    c = b * 2
    return c


def nothing():
    pass


def implicit(a):
    a += 1


def branches(n):
    if n > 2:
        r = "big"
    elif n > 1:
        r = "middle"
    else:
        r = "small"
    return r


def for_loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def for_else(n):
    for i in range(n):
        if i == 5:
            break
    else:
        i = -1
    return i


def while_loop(n):
    while n > 0:
        n -= 1
        if n == 1:
            continue
        n -= 1
    else:
        n = "done"
    return n


def tight(n):
    while n: n -= 1
    for i in range(2): n += i
    return n


def calls():
    x = straight(1)
    y = straight(
        2
    )
    return x + y


def many_lines(a,
               b=2):
    return [
        a,
        b,
        straight(a),
    ]


def raises():
    x = 1
    raise ValueError("v")


def catches():
    try:
        raises()
    except ValueError as e:
        r = str(e)
    return r


def unwinds():
    try:
        raises()
    finally:
        x = 2
    return x


def else_and_finally():
    try:
        a = 1
    except ValueError:
        a = 2
    else:
        a = 3
    finally:
        b = 4
    return a + b


def generator(n):
    for i in range(n):
        x = yield i
    return "end"


def uses_generator():
    total = 0
    for value in generator(2):
        total += value
    return total


def sends():
    g = generator(3)
    next(g)
    g.send(5)
    try:
        g.throw(KeyError("k"))
    except KeyError:
        pass
    return "sent"


def delegates():
    return (yield from generator(1))


def uses_delegates():
    return list(delegates())


def comprehension(n):
    return [i * 2 for i in range(n) if i]


def closures():
    def inner(a):
        return a
    f = lambda x: x + 1
    return inner(f(1))


def builds_class():
    class C:
        x = 1
        def m(self):
            return self.x
    return C().m()


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True


def managed():
    with Manager() as m:
        a = 1
    return a


def swallowed():
    with Manager():
        raise ValueError
    return "after"


def recursive(n):
    if n <= 1:
        return 1
    return n * recursive(n - 1)


def conditional(a, b):
    x = a if b else 0
    y = a and b or 3
    assert x != y
    return not x


def deletes():
    a = [1, 2, 3]
    del a[0]
    a, b = a
    return b


for function, *args in (
    (straight, 1),
    (nothing,),
    (implicit, 1),
    (branches, 1),
    (branches, 2),
    (branches, 3),
    (for_loop, 2),
    (for_else, 2),
    (for_else, 7),
    (while_loop, 5),
    (tight, 2),
    (calls,),
    (many_lines, 1),
    (raises,),
    (catches,),
    (unwinds,),
    (else_and_finally,),
    (uses_generator,),
    (sends,),
    (uses_delegates,),
    (comprehension, 2),
    (closures,),
    (builds_class,),
    (managed,),
    (swallowed,),
    (recursive, 3),
    (conditional, 1, 2),
    (deletes,),
):
    show(function, *args)

print(sys.gettrace())


def one_line(n):
    a = [i for i in range(n)]
    b = sum(i for i in range(n))
    return a, b


def constant_conditions():
    while 1:
        if 1:
            break
    while 0:
        pass
    ...
    "text"
    if True: x = 1
    else: x = 2
    return x


def unwinding(n):
    for i in range(n):
        try:
            if i:
                continue
        finally:
            x = i
    try:
        return x
    finally:
        x = 5


def iterates():
    class I:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration
    for i in I():
        pass
    else:
        i = 0
    return i


def empty_bodies(a):
    if a:
        pass
    for i in range(2):
        pass
    try:
        pass
    except ValueError:
        pass
    with Manager():
        pass


for function, *args in (
    (one_line, 2),
    (constant_conditions,),
    (unwinding, 2),
    (iterates,),
    (empty_bodies, 1),
    (empty_bodies, 0),
):
    show(function, *args)
