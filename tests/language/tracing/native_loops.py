# Tracing that begins while functions run: whoever is native goes on where events are told.
import sys

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def leaf(n):
    return n * 2


def middle(n):
    total = 0
    for i in range(n):
        total += leaf(i)
    return total


def hot(n):
    total = 0
    for i in range(n):
        if i == n - 2:
            begin()
        total += middle(2)
    return total


def begin():
    sys.settrace(tracer)


print(middle(1000))
print(hot(5))
sys.settrace(None)
for event in events:
    print(*event)
events.clear()


# A frame that runs is traced from now on if its function is set.
def watched(n):
    frame = sys._getframe()
    frame.f_trace = tracer
    sys.settrace(tracer)
    n += 1
    n *= 2
    sys.settrace(None)
    n -= 1
    return n


print(watched(1))
for event in events:
    print(*event)
events.clear()


def profiled(n):
    total = 0
    for i in range(n):
        total += leaf(i)
        total += len(str(total))
    return total


def profiler(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        name = arg.__name__ if event.startswith("c_") else arg
        events.append((frame.f_code.co_name, event, name))


sys.setprofile(profiler)
profiled(2)
sys.setprofile(None)
for event in events:
    print(*event)
