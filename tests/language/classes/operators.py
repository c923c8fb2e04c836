# Operator methods: arithmetic, unary, in-place, and fallback when absent.


class Num:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"Num({self.value})"

    def __add__(self, other):
        return Num(("add", self.value, getattr(other, "value", other)))

    def __sub__(self, other):
        return Num(("sub", self.value, getattr(other, "value", other)))

    def __mul__(self, other):
        return Num(("mul", self.value))

    def __truediv__(self, other):
        return Num(("truediv", self.value))

    def __floordiv__(self, other):
        return Num(("floordiv", self.value))

    def __mod__(self, other):
        return Num(("mod", self.value))

    def __divmod__(self, other):
        return "divmod"

    def __pow__(self, other, modulus=None):
        return Num(("pow", self.value, other, modulus))

    def __lshift__(self, other):
        return Num("lshift")

    def __rshift__(self, other):
        return Num("rshift")

    def __and__(self, other):
        return Num("and")

    def __or__(self, other):
        return Num("or")

    def __xor__(self, other):
        return Num("xor")

    def __matmul__(self, other):
        return Num("matmul")

    def __neg__(self):
        return Num("neg")

    def __pos__(self):
        return Num("pos")

    def __invert__(self):
        return Num("invert")

    def __abs__(self):
        return Num("abs")

    def __round__(self, digits=None):
        return ("round", digits)

    def __int__(self):
        return 7

    def __float__(self):
        return 7.5

    def __index__(self):
        return 3

    def __bool__(self):
        return False

    def __iadd__(self, other):
        self.value = ("iadd", other)
        return self


a = Num(1)
print(a + Num(2), a - 5, a * 1, a / 1, a // 1, a % 1)
print(divmod(a, 1), a**2, pow(a, 2, 5), a << 1, a >> 1, a & 1, a | 1, a ^ 1, a @ 1)
print(-a, +a, ~a, abs(a), round(a), round(a, 2), int(a), float(a))
print([10, 20, 30, 40][a], bool(a), not a, "no" if a else "else", range(a), bin(a))
b = a
b += 9
print(a, b is a)
b -= 1
print(b, b is a)


class Nothing:
    pass


for operation in (
    lambda x, y: x + y,
    lambda x, y: x @ y,
    lambda x, y: x**y,
    lambda x, y: x < y,
    lambda x, y: divmod(x, y),
    lambda x, y: -x,
    lambda x, y: ~x,
    lambda x, y: x[y],
    lambda x, y: len(x),
    lambda x, y: y in x,
    lambda x, y: abs(x),
    lambda x, y: int(x),
    lambda x, y: float(x),
):
    try:
        print(operation(Nothing(), 1))
    except TypeError as error:
        print(error)
x = Nothing()
try:
    x += 1
except TypeError as error:
    print(error)
try:
    x |= Nothing()
except TypeError as error:
    print(error)
