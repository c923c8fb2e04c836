# Text files: modes, reading in every way, writing, iteration, with, encodings.

with open("a.txt", "w") as f:
    print(f.write("first line\n"), f.write("second\n"), f.write("é日\n"))
    f.writelines(["x\n", "y"])
    print("printed", file=f)
    print(f.closed, f.name, f.mode, f.writable(), f.readable())
print(f.closed)
with open("a.txt", encoding="utf-8") as f:
    print(repr(f.read()))
    print(repr(f.read()))
with open("a.txt") as f:
    print(repr(f.readline()), repr(f.readline()), f.readlines(), repr(f.readline()))
with open("a.txt") as f:
    for number, line in enumerate(f, 1):
        print(number, repr(line))
with open("a.txt") as f:
    print(repr(f.read(5)), repr(f.read(10)), next(f), f.read(2))
    f.seek(0)
    print(f.readline(), f.tell() > 0)
with open("a.txt", "a") as f:
    f.write("appended\n")
print(open("a.txt").read().count("\n"), sum(1 for _ in open("a.txt")), [line.strip() for line in open("a.txt")][-1])
with open("b.txt", "x") as f:
    f.write("new")
try:
    open("b.txt", "x")
except FileExistsError as error:
    print(error)
with open("b.txt", "r+") as f:
    print(f.read())
    f.write("er")
    f.seek(0)
    print(f.read())
with open("b.txt", "w+") as f:
    f.write("overwritten")
    f.seek(4)
    print(f.read())
for call in (
    lambda: open("missing.txt"),
    lambda: open("a.txt").write("x"),
    lambda: open("c.txt", "w").read(),
    lambda: f.read(),
    lambda: open("a.txt", "z"),
    lambda: open("a.txt", encoding="nope"),
    lambda: open("c.txt", "w").write(5),
    lambda: open("c.txt", "w").write(b"x"),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
with open("crlf.txt", "wb") as f:
    f.write(b"one\r\ntwo\rthree\n")
print(repr(open("crlf.txt").read()), repr(open("crlf.txt", newline="").read()), open("crlf.txt").readlines())
with open("latin.txt", "w", encoding="latin-1") as f:
    f.write("é")
print(open("latin.txt", "rb").read(), open("latin.txt", encoding="latin-1").read())
try:
    open("latin.txt", encoding="utf-8").read()
except UnicodeDecodeError as error:
    print(error)
print(open("latin.txt", encoding="utf-8", errors="replace").read())
with open("n.txt", "w", newline="\r\n") as f:
    f.write("a\nb\n")
print(open("n.txt", "rb").read())
f = open("a.txt")
f.close()
f.close()
try:
    for line in f:
        pass
except ValueError as error:
    print(error)
with open("a.txt") as one, open("copy.txt", "w") as two:
    for line in one:
        two.write(line.upper())
print(open("copy.txt").read().splitlines())
with open("empty.txt", "w"):
    pass
print(repr(open("empty.txt").read()), list(open("empty.txt")), open("empty.txt").readline() == "")
