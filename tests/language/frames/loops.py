# Frames of generators that a for loop runs.
import sys

frames = []


def fails(n):
    local = "kept"
    for i in range(n):
        yield i
    raise KeyError(local)


def consume(items):
    for item in items:
        frames.append(item)


try:
    consume(fails(3))
except KeyError as error:
    entry = error.__traceback__
    while entry.tb_next:
        entry = entry.tb_next
    frame = entry.tb_frame
    print(frame.f_code.co_name, entry.tb_lineno, frame.f_lineno, frame.f_locals, frame.f_back)


def watched(n):
    frame = sys._getframe()
    frames.append(frame)
    for i in range(n):
        yield i
        assert sys._getframe() is frame
        print(frame.f_back.f_code.co_name, i)


frames.clear()
for item in watched(2):
    print(frames[0].f_locals["i"], frames[0].f_back)
del item
print(frames[0].f_locals["i"], frames[0].f_back)

generator = watched(2)
next(generator)
frame = generator.gi_frame
print(frame is frames[1], frame.f_lineno)
frame.f_locals["n"] = 99
for item in generator:
    print(item, generator.gi_frame is frame, frame.f_locals["n"])
print(generator.gi_frame, frame.f_locals["n"])

# The generator dies before it starts, and suspended; the frame has what it held.
generator = fails(4)
frame = generator.gi_frame
del generator
print(frame.f_locals, frame.f_back)
for n in range(1000):
    generator = fails(n)
    frame = generator.gi_frame
    if n:
        next(generator)
    del generator
print(frame.f_locals)
