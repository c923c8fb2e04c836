# An exception that leaves a function with more variables than a machine word has bits.


class Token:
    def __init__(self, number):
        self.number = number

    def __del__(self):
        released.append(self.number)


released = []

source = ["def many(base, stop):"]
for n in range(60):
    source.append(f"    v{n} = Token(base + {n})")
source.append("    for i in range(10):")
source.append("        w = v0.number + v59.number + i")
source.append("        if i == stop:")
source.append("            raise ValueError(w)")
source.append("    return w")
namespace = {"Token": Token}
exec("\n".join(source), namespace)


def spelled(t):
    a00 = a01 = a02 = a03 = a04 = a05 = a06 = a07 = a08 = a09 = Token(t)
    a10 = a11 = a12 = a13 = a14 = a15 = a16 = a17 = a18 = a19 = Token(t + 1)
    a20 = a21 = a22 = a23 = a24 = a25 = a26 = a27 = a28 = a29 = Token(t + 2)
    a30 = a31 = a32 = a33 = a34 = a35 = a36 = a37 = a38 = a39 = Token(t + 3)
    a40 = a41 = a42 = a43 = a44 = a45 = a46 = a47 = a48 = a49 = Token(t + 4)
    a50 = a51 = a52 = a53 = a54 = a55 = Token(t + 5)
    total = 0
    for i in range(5):
        total += a00.number + a49.number + a55.number + i
    return total // (t - 7), [a10, a20, a30, a40, a50, missing]


for t in (5, 7, 8):
    try:
        spelled(t)
    except (NameError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
        frame = error.__traceback__.tb_next.tb_frame
        print(sorted(frame.f_locals)[:3], frame.f_locals["a55"].number)
        frame.clear()
        del frame
    print(sorted(released))
    released.clear()

try:
    namespace["many"](100, 3)
except ValueError as error:
    print(error, len(error.__traceback__.tb_next.tb_frame.f_locals))
print(len(released), sorted(released)[:3])
released.clear()
print(namespace["many"](0, 20), len(released))
