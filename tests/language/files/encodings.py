# Text files in any encoding, with any handler of errors.
import os
import tempfile

PLACE = os.path.join(tempfile.mkdtemp(), "file")
TEXT = "première ligne\ndeuxième: 10 €\n\nend"


def written(*args, **settings):
    with open(PLACE, "w", *args, **settings) as file:
        print(file.write(TEXT), end=" ")
    with open(PLACE, "rb") as file:
        return file.read()


for encoding in ["cp1252", "utf-16", "UTF_16_LE", "utf-32-be", "iso8859-15", "cp437", "utf-7", "utf-8-sig", "mac-roman", "koi8-r"]:
    try:
        data = written(encoding=encoding)
    except UnicodeEncodeError as error:
        print(encoding, error)
        continue
    print(encoding, data)
    with open(PLACE, encoding=encoding) as file:
        print(file.encoding, file.mode, file.name == PLACE, file.readline(), end="")
        print(list(file), file.read())
    with open(PLACE, "r+", encoding=encoding, newline="") as file:
        print(file.read(5), file.tell() > 0, file.seek(0), file.read() == TEXT)
    with open(PLACE, "a", encoding=encoding) as file:
        print(file.write("!"))
    with open(PLACE, encoding=encoding) as file:
        print(file.read()[-4:])

print(written(encoding="cp1252", newline="\r\n"))
print(written(encoding="utf-16-le", newline="\r")[:40])
for errors in ["xmlcharrefreplace", "namereplace", "replace", "ignore", "backslashreplace"]:
    print(errors, written(encoding="ascii", errors=errors))
TEXT = "\ud800 \udcff"
print(written(encoding="utf-8", errors="surrogatepass"))
with open(PLACE, encoding="utf-8", errors="surrogatepass") as file:
    print(ascii(file.read()))

for call in [
    lambda: open(PLACE, encoding="no such encoding"),
    lambda: open(PLACE, encoding=3),
    lambda: open(PLACE, errors=b"strict"),
    lambda: open(PLACE, newline="x"),
    lambda: open(PLACE, newline=1, encoding="cp1252"),
    lambda: open(PLACE, newline="x", encoding="cp1252"),
    lambda: open(PLACE, "rb", encoding="cp1252"),
    lambda: open(PLACE + "no", encoding="cp1252"),
    lambda: open(PLACE, "w", 0, encoding="cp1252"),
    lambda: open(PLACE, "rw", encoding="cp1252"),
]:
    try:
        call()
    except Exception as error:
        print(type(error).__name__, str(error).replace(PLACE, "PLACE"))
os.remove(PLACE)
os.rmdir(os.path.dirname(PLACE))
