# Binary files: bytes in and out, seeking, partial reads, iteration.

with open("data.bin", "wb") as f:
    print(f.write(bytes(range(10))), f.write(b"line\nother\n"), f.tell())
with open("data.bin", "rb") as f:
    print(f.read(3), f.tell(), f.seek(8), f.read(4), f.seek(-6, 2), f.read(), f.read())
    print(f.seek(2), f.seek(3, 1), f.read(1))
    f.seek(10)
    print(f.readline(), f.readlines(), f.readline())
with open("data.bin", "rb") as f:
    print([len(line) for line in f])
with open("data.bin", "r+b") as f:
    f.seek(1)
    f.write(b"XY")
    f.seek(0)
    print(f.read(5))
with open("data.bin", "ab") as f:
    f.write(b"end")
print(open("data.bin", "rb").read()[-5:], len(open("data.bin", "rb").read()))
for call in (
    lambda: open("data.bin", "wb").write("text"),
    lambda: open("data.bin", "rb", encoding="utf-8"),
    lambda: open("data.bin", "rb").seek(-1),
    lambda: open("no.bin", "rb"),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


def checksum(path):
    total = 0
    with open(path, "rb") as f:
        while chunk := f.read(7):
            for byte in chunk:
                total = (total * 31 + byte) % 65521
    return total


with open("big.bin", "wb") as f:
    for n in range(1000):
        f.write((n * n).to_bytes(4, "little"))
print(checksum("big.bin"), len(open("big.bin", "rb").read()))
with open("big.bin", "rb") as f:
    f.seek(4 * 500)
    print(int.from_bytes(f.read(4), "little"))
buffer = b""
with open("big.bin", "rb") as f:
    for _ in range(3):
        buffer += f.read(2)
print(buffer, f.closed)
