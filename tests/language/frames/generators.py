# The frames of generators.
import sys


def g(n):
    m = n + 1
    received = yield m
    frames.append(sys._getframe())
    yield received


frames = []
it = g(1)
frame = it.gi_frame
print(frame.f_code is g.__code__, frame.f_locals, frame.f_lineno - g.__code__.co_firstlineno, frame is it.gi_frame)
print(next(it), frame.f_locals, frame.f_lineno - g.__code__.co_firstlineno, frame.f_back)
frame.f_locals["m"] = 100
print(it.send("sent"), frames[0] is frame, frame.f_locals)
try:
    frame.clear()
except RuntimeError as e:
    print(e)
print(list(it), it.gi_frame, frame.f_locals == {"n": 1, "m": 100, "received": "sent"})


def raises():
    local = "value"
    yield 1
    raise KeyError("k")


it = raises()
next(it)
try:
    next(it)
except KeyError as e:
    entry = e.__traceback__.tb_next
    print(entry.tb_frame.f_code.co_name, entry.tb_frame.f_locals, entry.tb_lineno - raises.__code__.co_firstlineno)
print(it.gi_frame)


def callers():
    yield sys._getframe(1).f_code.co_name


print([name for name in callers()], next(callers()))
abandoned = g(5)
next(abandoned)
frame = abandoned.gi_frame
del abandoned
print(frame.f_locals)
