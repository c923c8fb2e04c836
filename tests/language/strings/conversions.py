# int, float, str, repr, bool, ord, chr, hex, oct, bin: conversions and their errors.

for text in "5", "-5", " 7 ", "1_000", "0", "+3", "٣", "0x1f", "1.5", "", "abc", "1__0", "_1", "- 1", "1e3", "\n8\t":
    try:
        print(repr(text), int(text))
    except ValueError as error:
        print(error)
print(int("ff", 16), int("0xff", 16), int("0b11", 0), int("0o17", 0), int("z", 36), int("-101", 2), int("0x1F", 0), int("12", 3))
for arguments in ("12", 2), ("9", 8), ("", 16), ("0b12", 0), ("010", 0), ("1", 1), ("1", 37), (5, 10), (None,), ([],), ("1.0",), (b"x",):
    try:
        print(int(*arguments))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(int(3.9), int(-3.9), int(True), int(), int(1e20), int(b"12"))
for text in "1.5", "-2", "1e3", "1E-2", " 3.25 ", "inf", "-Infinity", "nan", ".5", "5.", "1_0.0", "", "abc", "1.2.3", "0x10", "1e", "e5", "infinit":
    try:
        print(repr(text), float(text))
    except ValueError as error:
        print(error)
print(float(), float(5), float(True), float(10**20), float("1e400"), float("1e-400"), float(b"2.5"))
for value in None, [], "x" * 50:
    try:
        float(value)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(hex(255), hex(-255), oct(8), oct(-8), bin(5), bin(-5), hex(2**70), bin(0), hex(True))
try:
    hex(1.5)
except TypeError as error:
    print(error)
try:
    float(10**400)
except OverflowError as error:
    print(error)
print(chr(65), ord("A"), chr(0x10FFFF) == "\U0010ffff", str(True), repr(1.0), repr("a"), bool("0"), bool(0.0))
for call in lambda: chr(0x110000), lambda: chr("a"), lambda: ord(""), lambda: ord(5):
    try:
        call()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    int("9" * 5000)
except ValueError as error:
    print(error)
try:
    str(10**5000)
except ValueError as error:
    print(error)
