# sys._current_frames and sys._current_exceptions: what all threads are doing.
import sys
import threading

inside = threading.Event()
leave = threading.Event()


def innermost():
    inside.set()
    leave.wait()


def middle(depth):
    if depth:
        return middle(depth - 1)
    try:
        {}['key']
    except KeyError:
        innermost()


def generator():
    yield middle(2)


def outermost():
    for _ in generator():
        pass


def chain(frame):
    names = []
    while frame is not None:
        if frame.f_code.co_filename == __file__:
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def here():
    return sys._current_frames()[threading.get_ident()]


print(sys._current_frames()[threading.get_ident()] is sys._getframe())
print(chain(here()))
thread = threading.Thread(target=outermost)
thread.start()
inside.wait()
frames = sys._current_frames()
print(len(frames), sorted(frames) == sorted({threading.get_ident(), thread.ident}))
print(chain(frames[thread.ident]))
print({identifier == thread.ident: repr(exception) for identifier, exception in sys._current_exceptions().items()})
frame = frames[thread.ident]
while frame.f_code.co_name != 'innermost':
    frame = frame.f_back
print(frame.f_lineno - frame.f_code.co_firstlineno)
leave.set()
thread.join()
print(chain(frame)[0], len(sys._current_frames()), len(sys._current_exceptions()))
try:
    1 / 0
except ZeroDivisionError:
    print(sys._current_exceptions()[threading.get_ident()])
