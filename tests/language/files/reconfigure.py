# The standard streams, and other text files, take other settings while they are open.
import os
import sys
import tempfile

out = sys.stdout
print(out.encoding, out.line_buffering)
out.reconfigure(encoding="ascii", errors="backslashreplace")
print(out.encoding, out.errors, "é €")
out.reconfigure(errors="replace")
print(out.encoding, out.errors, "é €")
out.reconfigure(encoding="latin-1")
print(out.encoding, out.errors, "plain")
try:
    print("€")
except UnicodeEncodeError as error:
    print(ascii(str(error)))
out.reconfigure(encoding="utf-8", errors="strict", newline="\r\n", line_buffering=True, write_through=True)
print(out.encoding, out.errors, out.line_buffering, "é €")
out.reconfigure(newline="\n")
print("plain line ends")
out.reconfigure(newline=None, line_buffering=False)
out.reconfigure()
print(out.encoding, out.errors, out.line_buffering)
sys.stderr.reconfigure(encoding="ascii", errors="replace")
print("é", file=sys.stderr)

for settings in [
    {"encoding": 1}, {"errors": 1}, {"newline": 1}, {"newline": "x"}, {"encoding": "no such"}, {"unknown": 1},
]:
    try:
        out.reconfigure(**settings)
    except Exception as error:
        print(type(error).__name__, error)

place = os.path.join(tempfile.mkdtemp(), "file")
with open(place, "w") as file:
    file.write("é")
    file.reconfigure(encoding="latin-1")
    file.write("é")
    file.flush()
    file.reconfigure(newline="\r\n", encoding="utf-8")
    file.write("\né\n")
print(open(place, "rb").read())
with open(place, "rb") as binary:
    print(hasattr(binary, "reconfigure"))
with open(place, encoding="ascii") as file:
    file.reconfigure(encoding="latin-1", newline="")
    print(ascii(file.read(2)))
    try:
        file.reconfigure(encoding="utf-8")
    except Exception as error:
        print(type(error).__name__, error)
    file.reconfigure(line_buffering=True)
    print(ascii(file.read()), file.line_buffering)
os.remove(place)
os.rmdir(os.path.dirname(place))
