# os.path: joining, splitting, testing, normalising.

import os
import os.path
from os.path import join, exists

print(join("a", "b", "c.txt"), join("a/", "b"), join("a", "/b"), join("", "a"), join("a", ""), os.sep, os.linesep == "\n")
for path in "/a/b/c.txt", "c.txt", "/a/", "", "/", "a/b", ".hidden", "x.tar.gz", "a.b/c", "..":
    print(repr(path), os.path.basename(path), os.path.dirname(path), os.path.split(path), os.path.splitext(path))
print([os.path.normpath(p) for p in ("a//b", "a/./b", "a/../b", "../a", "/..", "", "a/b/../../..")])
print(os.path.isabs("/a"), os.path.isabs("a"), os.path.abspath("x") == join(os.getcwd(), "x"))
with open("file.txt", "w") as f:
    f.write("12345")
os.mkdir("dir")
os.makedirs("deep/er/est")
print(exists("file.txt"), exists("none"), os.path.isfile("file.txt"), os.path.isfile("dir"), os.path.isdir("dir"), os.path.isdir("none"))
print(os.path.getsize("file.txt"), os.path.getmtime("file.txt") > 1e9, sorted(os.listdir(".")), os.listdir("dir"))
open("dir/inner.txt", "w").close()
print(sorted(os.listdir("dir")), os.path.commonprefix(["/a/bc", "/a/bd"]))
os.rename("dir/inner.txt", "moved.txt")
os.remove("moved.txt")
os.rmdir("dir")
print(sorted(os.listdir(".")))
for call in (
    lambda: os.listdir("none"),
    lambda: os.remove("none"),
    lambda: os.mkdir("deep"),
    lambda: os.rmdir("deep"),
    lambda: os.path.getsize("none"),
    lambda: os.rename("none", "x"),
):
    try:
        call()
    except OSError as error:
        print(type(error).__name__, error)


def walk(path):
    for name in sorted(os.listdir(path)):
        full = os.path.join(path, name)
        yield full
        if os.path.isdir(full):
            yield from walk(full)


print(list(walk(".")))
for root, directories, names in os.walk("deep"):
    print(root, directories, names)
