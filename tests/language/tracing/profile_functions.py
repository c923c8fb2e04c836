# sys.setprofile: calls and returns of functions, and of native ones.
import sys
import threading

events = []


def profiler(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return
    if event.startswith("c_"):
        arg = arg.__name__
    elif event == "return" and not isinstance(arg, (int, str, type(None))):
        arg = type(arg).__name__
    events.append((frame.f_code.co_name, event, arg))


def show(function, *args):
    events.clear()
    sys.setprofile(profiler)
    try:
        function(*args)
    except Exception as error:
        result = repr(error)
    else:
        result = "fine"
    sys.setprofile(None)
    print(function.__name__, result)
    for event in events:
        print("  ", *event)


def leaf(a):
    return a


def natives():
    items = []
    items.append(leaf(1))
    len(items)
    str(items)
    max([1, 2], key=leaf)
    "a".join(["b"])
    return int("3")


def failing():
    try:
        [].pop()
    except IndexError:
        pass
    {}["k"]


def generator():
    yield 1
    yield 2


def loops():
    for value in generator():
        leaf(value)
    list(generator())
    next(generator())


class Thing:
    def __init__(self, a):
        self.a = a

    def __add__(self, other):
        return Thing(self.a + other.a)

    def method(self):
        return self.a


def objects():
    a = Thing(1) + Thing(2)
    a.method()
    method = a.method
    return method()


def keywords():
    sorted([2, 1], reverse=True)
    print(*[], end="")
    leaf(**{"a": 1})


for function in (natives, failing, loops, objects, keywords):
    show(function)


def both():
    return leaf(2)


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    events.append((frame.f_code.co_name, "trace", event))
    return tracer


events.clear()
sys.setprofile(profiler)
sys.settrace(tracer)
both()
sys.settrace(None)
sys.setprofile(None)
print(*events, sep="\n")


# A function that raises is unset, and its exception goes on.
def bad(frame, event, arg):
    raise ZeroDivisionError("in the profiler")


sys.setprofile(bad)
try:
    leaf(1)
except ZeroDivisionError as error:
    print("raised", error, sys.getprofile())


def bad_tracer(frame, event, arg):
    if event == "line":
        raise ZeroDivisionError("in the tracer")
    return bad_tracer


sys.settrace(bad_tracer)
try:
    leaf(1)
except ZeroDivisionError as error:
    print("raised", error, sys.gettrace(), error.__traceback__.tb_next.tb_lineno - leaf.__code__.co_firstlineno)


# Threads.
def work():
    leaf(3)


events.clear()
threading.setprofile(profiler)
threading.settrace(tracer)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(threading.getprofile() is profiler, threading.gettrace() is tracer, sys.getprofile())
threading.setprofile(None)
threading.settrace(None)
work()
print(*events, sep="\n")

events.clear()
ready, go = threading.Event(), threading.Event()


def told(a):
    return [a, str(a)].pop()


def waits():
    ready.set()
    go.wait()
    told(4)


thread = threading.Thread(target=waits)
thread.start()
ready.wait()
threading.setprofile_all_threads(profiler)
print(sys.getprofile() is profiler)
go.set()
thread.join()
threading.setprofile_all_threads(None)
print([event for event in events if event[0] == "told"], sys.getprofile())


# Within a listener, nothing is told, unless it asks for it.
def asking(frame, event, arg):
    if event == "call" and frame.f_code is natives.__code__:
        leaf("silent")
        sys.call_tracing(leaf, ("told",))
    if frame.f_code is leaf.__code__:
        events.append((event, arg, frame.f_locals["a"]))
    return asking


events.clear()
sys.settrace(asking)
natives()
sys.settrace(None)
print(*events, sep="\n")
