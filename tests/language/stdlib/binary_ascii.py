# binascii, and base64 and quopri on top of it.
import base64
import binascii
import quopri

print(binascii.hexlify(b'\x00\xffab'), binascii.hexlify(b'abcd', '-', 2), binascii.unhexlify('00FFab'))
for data in (b'', b'a', b'ab', b'abc', bytes(range(30))):
    text = binascii.b2a_base64(data)
    print(text, binascii.a2b_base64(text) == data, binascii.b2a_base64(data, newline=False))
print(binascii.a2b_base64('YW Jj\nZA=='), binascii.a2b_base64(b'YWJj!ZA=='), base64.b64decode('_-8=', altchars='_-'))
print(binascii.b2a_uu(b'uuencoded text'), binascii.a2b_uu(binascii.b2a_uu(b'uuencoded text')), binascii.b2a_uu(b'\0', backtick=True))
print(binascii.crc32(b'some data'), binascii.crc32(b' data', binascii.crc32(b'some')), binascii.crc_hqx(b'some data', 7))
print(binascii.b2a_qp(b'caf\xe9 = bar \n' + b'x' * 80 + b'\tend\t'), binascii.a2b_qp(b'caf=E9 =3D b=\nar_', header=True))
print(quopri.decodestring(quopri.encodestring(b'a line\twith = and \xff\n')))
print(base64.b32encode(b'hello'), base64.b85encode(b'hello'), base64.a85decode(base64.a85encode(b'hello')))
for bad in (lambda: binascii.unhexlify('abc'), lambda: binascii.unhexlify('zz'), lambda: binascii.a2b_base64('A'),
            lambda: binascii.a2b_base64('AB'), lambda: binascii.a2b_base64('A!==', strict_mode=True),
            lambda: binascii.a2b_base64('=AAA', strict_mode=True), lambda: binascii.a2b_base64('é'),
            lambda: binascii.b2a_uu(b'x' * 46), lambda: binascii.hexlify('text'), lambda: binascii.a2b_uu(b'!')):
    try:
        print(bad())
    except Exception as problem:
        print(type(problem).__name__, problem)
