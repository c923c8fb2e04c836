"""`zlib`, `gzip`, `bz2`, `lzma`: there and back, in parts, and what is no such data; archives of them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

TEXT = b"".join(b"line %d of the text\n" % (i * i) for i in range(2000))

print(hex(zlib.crc32(TEXT)), hex(zlib.adler32(TEXT)), zlib.crc32(b"b", zlib.crc32(b"a")) == zlib.crc32(b"ab"))
for level in range(-1, 10):
    assert zlib.decompress(zlib.compress(TEXT, level)) == TEXT
for wbits in (-15, -9, 9, 15, 31):
    squeeze = zlib.compressobj(6, wbits=wbits)
    parts = [squeeze.compress(TEXT[at:at + 1000]) for at in range(0, len(TEXT), 1000)]
    parts += [squeeze.flush(zlib.Z_SYNC_FLUSH), squeeze.flush()]
    expand = zlib.decompressobj(wbits=wbits)
    assert b"".join(map(expand.decompress, parts)) + expand.flush() == TEXT
    print(wbits, expand.eof)

squeeze = zlib.compressobj(zdict=b"line of the text")
data = squeeze.compress(TEXT[:100])
twin = squeeze.copy()
data += squeeze.flush()
expand = zlib.decompressobj(zdict=b"line of the text")
print(expand.decompress(data + b"tail", 30), len(expand.unconsumed_tail) > 0, expand.unused_data)
print(expand.copy().decompress(expand.unconsumed_tail)[-20:])
print(len(twin.compress(b"x") + twin.flush()) > 0)


def refused(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


refused(lambda: zlib.decompress(b"nonsense"))
refused(lambda: zlib.decompress(zlib.compress(TEXT)[:-1]))
refused(lambda: zlib.decompress(data))
refused(lambda: zlib.compress(b"", 10))
refused(lambda: zlib.compressobj(wbits=1))
refused(lambda: zlib.decompressobj().decompress(b"", -1))
refused(lambda: squeeze.compress(b""))

for module in (gzip, bz2, lzma):
    packed = module.compress(TEXT)
    print(module.__name__, module.decompress(packed) == TEXT, module.decompress(packed * 2) == TEXT * 2)
    stored = io.BytesIO()
    with module.open(stored, "wb") as file:
        file.write(TEXT[:500])
        file.write(TEXT[500:])
    stored.seek(0)
    with module.open(stored, "rt") as file:
        print(file.readline(), sum(1 for _ in file))
    refused(lambda: module.decompress(packed[:-4]))
    refused(lambda: module.decompress(b"nonsense"))

for make in (bz2.BZ2Decompressor, lzma.LZMADecompressor):
    packed = (bz2 if make is bz2.BZ2Decompressor else lzma).compress(TEXT)
    expand = make()
    out = expand.decompress(packed + b"tail", 10)
    print(out, expand.eof, expand.needs_input, expand.unused_data)
    while not expand.eof:
        out += expand.decompress(b"", 10000)
    print(out == TEXT, expand.needs_input, expand.unused_data)
    refused(lambda: expand.decompress(b""))

filters = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 7, "lc": 2}]
raw = lzma.compress(TEXT, lzma.FORMAT_RAW, filters=filters)
print(lzma.decompress(raw, lzma.FORMAT_RAW, filters=filters) == TEXT)
alone = lzma.compress(TEXT, lzma.FORMAT_ALONE)
print(lzma.decompress(alone) == TEXT)
for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
    expand = lzma.LZMADecompressor()
    unknown = expand.check
    expand.decompress(lzma.compress(b"x", check=check))
    print(unknown, expand.check)
refused(lambda: lzma.compress(b"", filters=[{"id": 99}]))
refused(lambda: lzma.compress(b"", preset=1, filters=filters))
refused(lambda: lzma.decompress(lzma.compress(TEXT), memlimit=1000))
refused(lambda: bz2.compress(b"", 0))

for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", method) as archive:
        archive.writestr("a.txt", TEXT)
    with zipfile.ZipFile(stored) as archive:
        print(method, archive.namelist(), archive.read("a.txt") == TEXT, archive.testzip())
for mode in ("w", "w:gz", "w:bz2", "w:xz"):
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode=mode) as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    stored.seek(0)
    with tarfile.open(fileobj=stored) as archive:
        print(mode, archive.getnames(), archive.extractfile("a.txt").read() == TEXT)
