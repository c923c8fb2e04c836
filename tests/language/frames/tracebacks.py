# Traceback objects and the frames they lead to.
import sys


def inner(x, fail=True):
    y = x * 2
    if fail:
        raise ValueError(y)
    return x, fail


def outer():
    z = "outer"
    inner(21)


try:
    outer()
except ValueError as e:
    tb = e.__traceback__

names = []
entry = tb
while entry is not None:
    frame = entry.tb_frame
    names.append((frame.f_code.co_name, entry.tb_lineno, frame.f_lineno))
    entry = entry.tb_next
print(names)
last = tb.tb_next.tb_next
print(last.tb_next, last.tb_frame.f_locals, tb.tb_next.tb_frame.f_locals)
print(last.tb_frame.f_back is tb.tb_next.tb_frame, tb.tb_frame is sys._getframe())
print(last.tb_frame.f_globals is globals(), tb.tb_frame.f_locals is globals())
print(type(last).__name__, type(last.tb_frame).__name__, last.tb_lasti >= 0, last.tb_lasti == last.tb_frame.f_lasti)
position = list(last.tb_frame.f_code.co_positions())[last.tb_lasti // 2]
print(position[0] == last.tb_lineno)

last.tb_frame.clear()
print(last.tb_frame.f_locals)
Traceback = type(tb)
made = Traceback(None, tb.tb_frame, 0, 77)
print(made.tb_lineno, made.tb_next, made.tb_lasti)
made.tb_next = last
print(made.tb_next is last)
try:
    last.tb_next = made
except ValueError as e:
    print(e)
for bad in [lambda: Traceback(1, tb.tb_frame, 0, 1), lambda: Traceback(None, 1, 0, 1)]:
    try:
        bad()
    except TypeError as e:
        print(e)
try:
    raise ValueError("with").with_traceback(made)
except ValueError as e:
    print(e.__traceback__.tb_next is made, e.__traceback__.tb_next.tb_lineno)


def handled():
    try:
        outer()
    except ValueError as e:
        return sys.exc_info()[2], sys.exception() is e


tb, same = handled()
print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_lineno, same, sys.exc_info())
try:
    sys._getframe().clear()
except RuntimeError as e:
    print(e)
