# What is seen through a memoryview keeps its length until the last view is released.
import array
import io


def attempt(label, change):
    try:
        change()
    except BufferError as error:
        print(label, "BufferError", error)
    except Exception as error:
        print(label, type(error).__name__, error)
    else:
        print(label, "fine")


b = bytearray(b"abcdef")
view = memoryview(b)
attempt("append", lambda: b.append(1))
attempt("extend", lambda: b.extend(b"xy"))
attempt("extend by nothing", lambda: b.extend(b""))
attempt("insert", lambda: b.insert(0, 1))
attempt("pop", lambda: b.pop())
attempt("remove", lambda: b.remove(98))
attempt("remove what is not there", lambda: b.remove(7))
attempt("clear", lambda: b.clear())
attempt("resize", lambda: b.resize(3))
attempt("resize to its size", lambda: b.resize(6))
attempt("del item", lambda: b.__delitem__(0))
attempt("del slice", lambda: b.__delitem__(slice(1, 3)))
attempt("+=", lambda: b.__iadd__(b"x"))
attempt("*=", lambda: b.__imul__(2))
attempt("*= 1", lambda: b.__imul__(1))
attempt("longer slice", lambda: b.__setitem__(slice(0, 2), b"longer"))
attempt("same slice", lambda: b.__setitem__(slice(0, 2), b"AB"))
attempt("item", lambda: b.__setitem__(2, 67))
attempt("reverse", lambda: b.reverse())
print(b, view.tobytes())

part = view[2:4]
cast = view.cast("H")
again = memoryview(view)
view.release()
for last in (part, cast, again):
    attempt("still seen", lambda: b.append(1))
    last.release()
    last.release()
attempt("no longer seen", lambda: b.append(1))
with memoryview(b):
    attempt("in with", lambda: b.pop())
attempt("after with", lambda: b.pop())
memoryview(b)
attempt("nobody keeps it", lambda: b.pop())
print(b)

a = array.array("i", [1, 2, 3])
view = memoryview(a)
attempt("array append", lambda: a.append(1))
attempt("array extend", lambda: a.extend([1]))
attempt("array pop", lambda: a.pop())
attempt("array item", lambda: a.__setitem__(0, 9))
attempt("array frombytes", lambda: a.frombytes(b"abcd"))
view.release()
attempt("array append", lambda: a.append(4))
print(a)

s = io.BytesIO(b"hello")
view = s.getbuffer()
attempt("stream item", lambda: view.__setitem__(0, 72))
attempt("stream write", lambda: s.write(b"longer than it was"))
view.release()
attempt("stream write", lambda: s.write(b"longer than it was"))
print(s.getvalue(), s.flush(), "flush" in io.BytesIO.__dict__)
s.close()
attempt("flush", s.flush)

t = io.StringIO(newline=None)
t.write("a\r")
print(repr(t.newlines), repr(t.getvalue()))
t.write("b\r\nc\n")
print(t.newlines, repr(t.getvalue()))
t.__init__("x\n", newline=None)
print(repr(t.newlines), repr(t.read()))
t = io.StringIO("a\rb\r\n", newline="")
print(t.newlines, t.readlines())
t = io.StringIO("a\rb\n")
print(t.newlines)
t.close()
attempt("newlines", lambda: t.newlines)
