# binascii and base64: data as text of several kinds, checksums, and what is no such text
import base64
import binascii


def attempt(function, *args, **keywords):
    try:
        print(repr(function(*args, **keywords)))
    except Exception as error:
        print(type(error).__name__, type(error).__module__, error)


# base64, strict and not.
for text in (b"", b"YQ==", b"YWI=", b"YWJj", "YWJj", b"YWJ", b"Y", b"YWJjZ", b"Y W\nJ j", b"YQ=", b"YQ===", b"YQ==YQ==",
             b"=YQ=", b"****", b"YQ==x", b"\xff", "é", 5, b"ab=c", b"ab==cd", b"ab=c="):
    attempt(binascii.a2b_base64, text)
    attempt(binascii.a2b_base64, text, strict_mode=True)
for data in (b"", b"a", b"ab", b"abc", bytes(range(256)), "a"):
    attempt(binascii.b2a_base64, data)
    attempt(binascii.b2a_base64, data, newline=False)
print(base64.b64encode(b"data\xff\xfe"), base64.urlsafe_b64decode("__-_"), base64.b32encode(b"hello"), base64.b85encode(b"hello"))

# Hexadecimal.
for text in (b"", b"61", b"6", b"6g", "61", "é", b"AbCd", 5):
    attempt(binascii.unhexlify, text)
for args in ((":",), (b"-", 2), ("-", -4), ("--",), ("é",), (5,), ("",), ("-", 0), ("-", 100)):
    attempt(binascii.hexlify, b"abcdefg", *args)
attempt(binascii.hexlify, "text")
attempt(binascii.b2a_hex, memoryview(b"ab"))

# uuencode.
for line in (b"#86)C\n", b"#86)C", b" \n", b"", b"#86)C  \n", b"#86)Cxx\n", b"\xff", b"%86)C\n", b"!80\n", "#86)C\n", b"#8", b"#\x01"):
    attempt(binascii.a2b_uu, line)
for data in (b"", b"abc", b"ab", b"a" * 45, b"a" * 46, "x"):
    attempt(binascii.b2a_uu, data)
    attempt(binascii.b2a_uu, data, backtick=True)

# Quoted-printable.
for text in (b"abc=3Dd", b"a=\nb", b"a=\r\nb", b"=", b"=4", b"=zz", b"a_b", b"==3d", b"x=  \ny", "text=41"):
    attempt(binascii.a2b_qp, text)
    attempt(binascii.a2b_qp, text, header=True)
for data in (b"abc=d", b"a b\t\nc \n", b".\n", b".x", b"x" * 100, b"\xe9" * 30, b"a_b c", b"a\r\nb \r\n", b"hello\tworld ", b"a\n.\nb"):
    for options in ({}, {"quotetabs": True}, {"istext": False}, {"header": True}):
        attempt(binascii.b2a_qp, data, **options)

# Checksums.
for args in ((b"abc",), (b"abc", 5), (b"abc", -1), (b"abc", 1 << 40), (b"",), ("a",)):
    attempt(binascii.crc32, *args)
for args in ((b"abc", 0), (b"abc", 70000), (b"123456789", 0xFFFF)):
    attempt(binascii.crc_hqx, *args)
assert binascii.crc32(b"def", binascii.crc32(b"abc")) == binascii.crc32(b"abcdef")
print(binascii.Error.__mro__[1:], binascii.Incomplete.__mro__[1:])
