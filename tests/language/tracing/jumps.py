# A trace function that sets f_lineno has the frame go on there.
import sys
import warnings

warnings.simplefilter("always")


class Jumper:
    def __init__(self, code, start, target):
        self.code = code
        self.start, self.target = start, target
        self.done = False

    def __call__(self, frame, event, arg):
        if frame.f_code is not self.code:
            return None
        first = self.code.co_firstlineno
        if event == "line" and frame.f_lineno == first + self.start and not self.done:
            self.done = True
            frame.f_lineno = first + self.target
        return self


def jump(function, start, target):
    out = []
    sys.settrace(Jumper(function.__code__, start, target))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function(out)
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    sys.settrace(None)
    print(function.__name__, start, target, out, result, [str(w.message) for w in caught])


def plain(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return "end"


def loop(out):
    for i in range(3):
        out.append(i)
    out.append("after")
    for j in range(2):
        out.append(j)
    return "end"


def handlers(out):
    try:
        out.append(1)
        raise ValueError
    except ValueError:
        out.append(2)
    out.append(3)
    return sys.exception()


def contexts(out):
    class Manager:
        def __enter__(self):
            out.append("enter")

        def __exit__(self, *args):
            out.append("exit")

    with Manager():
        out.append(1)
    out.append(2)
    return "end"


def unbound(out):
    out.append(1)
    x = 5
    out.append(2)
    return x


jump(plain, 1, 3)
jump(plain, 3, 1)
jump(plain, 1, 100)
jump(plain, 1, -3)
jump(loop, 2, 3)
jump(loop, 1, 2)
jump(loop, 3, 5)
jump(loop, 3, 1)
jump(handlers, 5, 6)
jump(handlers, 2, 5)
jump(handlers, 6, 2)
jump(contexts, 8, 10)
jump(contexts, 1, 9)
jump(unbound, 1, 3)

frame = sys._getframe()
for value in (frame.f_lineno, "x", None):
    try:
        frame.f_lineno = value
    except ValueError as error:
        print("ValueError", error)
try:
    del frame.f_lineno
except AttributeError as error:
    print("AttributeError", error)


def at_call(frame, event, arg):
    if event == "line":
        return None
    try:
        frame.f_lineno = frame.f_lineno
    except ValueError as error:
        print(event, error)
    return at_call


sys.settrace(at_call)
plain([])
sys.settrace(None)

print(frame.f_trace, frame.f_trace_lines, frame.f_trace_opcodes)
frame.f_trace_opcodes = True
print(frame.f_trace_opcodes)
for name in ("f_trace_lines", "f_trace_opcodes"):
    try:
        setattr(frame, name, 1)
    except TypeError as error:
        print("TypeError", error)
