"""The module struct: formats, values out of range, buffers."""
import struct

for form, values in [
    ("<bBhHiIqQ", (-1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1)),
    (">hil", (1, 2, 3)),
    ("@bhilqnP", (1, 2, 3, 4, 5, 6, 7)),
    ("=lL", (-1, 1)),
    ("!efd", (1.5, -2.25, 1e100)),
    ("3sx5pc?", (b"abcdef", b"hello world", b"z", 3)),
    ("<2F D", (1 + 2j, 3, -1j)),
    ("0s0i", (b"",)),
]:
    packed = struct.pack(form, *values)
    print(form, struct.calcsize(form), packed.hex(), struct.unpack(form, packed))

print(struct.calcsize("b0l"), struct.calcsize("<b0l"), struct.Struct(b"<ih").format)
packer = struct.Struct("<Hb")
print(packer, packer.size)
buffer = bytearray(8)
packer.pack_into(buffer, 2, 258, -1)
packer.pack_into(memoryview(buffer)[4:], -3, 1, 2)
print(buffer, packer.unpack_from(buffer, 2), packer.unpack_from(buffer, offset=-3))
print(list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.iter_unpack("<H", b"\1\0\2\0").__length_hint__())
for x in [65519.9, 1e-8, 6e-8, 5.96e-8, float("inf"), -0.0]:
    print(x, struct.pack("<e", x).hex(), struct.unpack("<e", struct.pack("<e", x)))

for call in [
    lambda: struct.pack("b", 128),
    lambda: struct.pack("B", -1),
    lambda: struct.pack("h", 2**15),
    lambda: struct.pack("<h", 2**15),
    lambda: struct.pack("<I", -1),
    lambda: struct.pack("q", 2**70),
    lambda: struct.pack("i", 1.5),
    lambda: struct.pack("i", "x"),
    lambda: struct.pack("f", "x"),
    lambda: struct.pack("f", 1e300),
    lambda: struct.pack("e", 70000.0),
    lambda: struct.pack("c", b"ab"),
    lambda: struct.pack("s", 5),
    lambda: struct.pack("ii", 1),
    lambda: struct.pack("<n", 1),
    lambda: struct.pack("i3", 1),
    lambda: struct.pack("y", 1),
    lambda: struct.pack(5, 1),
    lambda: struct.unpack("i", b"123"),
    lambda: struct.unpack("i", 5),
    lambda: struct.unpack_from("i", b"1234", 1),
    lambda: struct.unpack_from("i", b"1234", -1),
    lambda: struct.unpack_from("i", b"1234", -5),
    lambda: struct.pack_into("i", bytearray(4), 1, 0),
    lambda: struct.pack_into("i", bytearray(4), -2, 0),
    lambda: struct.pack_into("i", b"1234", 0, 0),
    lambda: struct.iter_unpack("", b""),
    lambda: struct.iter_unpack("i", b"12345"),
]:
    try:
        print(call())
    except (struct.error, TypeError, OverflowError) as error:
        print(type(error).__module__, type(error).__name__, error)
