# Number classes: rationals and polynomials with all operators, hashing, formatting, mixing with ints.


def gcd(a, b):
    while b:
        a, b = b, a % b
    return abs(a)


class Rational:
    __slots__ = ("n", "d")

    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError(f"Rational({n}, 0)")
        g = gcd(n, d) * (1 if d > 0 else -1)
        self.n = n // g
        self.d = d // g

    @classmethod
    def of(cls, value):
        if isinstance(value, Rational):
            return value
        if isinstance(value, int):
            return cls(value)
        return None

    def __add__(self, other):
        other = self.of(other)
        if other is None:
            return NotImplemented
        return Rational(self.n * other.d + other.n * self.d, self.d * other.d)

    __radd__ = __add__

    def __neg__(self):
        return Rational(-self.n, self.d)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = self.of(other)
        if other is None:
            return NotImplemented
        return Rational(self.n * other.n, self.d * other.d)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = self.of(other)
        return self * Rational(other.d, other.n)

    def __rtruediv__(self, other):
        return self.of(other) / self

    def __pow__(self, k):
        return Rational(self.n**k, self.d**k) if k >= 0 else Rational(self.d**-k, self.n**-k)

    def __eq__(self, other):
        other = self.of(other)
        return other is not None and (self.n, self.d) == (other.n, other.d)

    def __lt__(self, other):
        other = self.of(other)
        return self.n * other.d < other.n * self.d

    def __hash__(self):
        return hash(self.n) if self.d == 1 else hash((self.n, self.d))

    def __float__(self):
        return self.n / self.d

    def __bool__(self):
        return self.n != 0

    def __abs__(self):
        return Rational(abs(self.n), self.d)

    def __repr__(self):
        return f"{self.n}/{self.d}" if self.d != 1 else str(self.n)

    def __format__(self, spec):
        return format(float(self), spec) if spec else repr(self)


half, third = Rational(1, 2), Rational(2, -6)
print(half, third, half + third, half - third, half * third, half / third, -half, half**3, half**-2, abs(third))
print(half + 1, 1 + half, 1 - half, 3 * half, 1 / third, half == Rational(2, 4), half == 1, Rational(4, 2) == 2, half != third)
print(third < half, half > third, sorted([half, third, Rational(1), Rational(-3, 4)]), max(half, third), sum([half, third, half]))
print({half: "half"}[Rational(2, 4)], len({Rational(2), 2}), float(third), f"{third:.3f} {half}", bool(Rational(0)), bool(half))
for call in lambda: half + "x", lambda: half + 0.5, lambda: Rational(1, 0), lambda: half / 0, lambda: half < "x":
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


class Polynomial:
    def __init__(self, *coefficients):
        items = list(coefficients)
        while items and not items[-1]:
            items.pop()
        self.c = tuple(items)

    def __call__(self, x):
        result = 0
        for c in reversed(self.c):
            result = result * x + c
        return result

    def __add__(self, other):
        longer, shorter = sorted([self.c, other.c], key=len, reverse=True)
        return Polynomial(*[a + b for a, b in zip(longer, shorter)], *longer[len(shorter) :])

    def __mul__(self, other):
        if not isinstance(other, Polynomial):
            return Polynomial(*[c * other for c in self.c])
        result = [0] * (len(self.c) + len(other.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                result[i + j] += a * b
        return Polynomial(*result)

    def __eq__(self, other):
        return self.c == other.c

    def __len__(self):
        return len(self.c)

    def __getitem__(self, i):
        return self.c[i]

    def derivative(self):
        return Polynomial(*[i * c for i, c in enumerate(self.c)][1:])

    def __str__(self):
        terms = []
        for power, c in reversed(list(enumerate(self.c))):
            if c:
                name = "" if power == 0 else "x" if power == 1 else f"x^{power}"
                number = str(c) if c != 1 or not name else ""
                terms.append(number + name)
        return " + ".join(terms) or "0"


p = Polynomial(1, 2, 1)
q = Polynomial(-1, 0, half)
print(p, "|", q, "|", p + q, "|", p * q, "|", p * 3, "|", p.derivative(), "|", Polynomial())
print(p(3), p(half), q(2), p(0.5), (p * q)(2) == p(2) * q(2), p == Polynomial(1, 2, 1, 0), len(p), p[1], list(q), bool(Polynomial()))
harmonic = sum((Rational(1, n) for n in range(1, 21)), Rational(0))
print(harmonic, f"{harmonic:.10f}")
x = Rational(1)
for _ in range(5):
    x = (x + 2 / x) / 2
print(x, f"{x:.12f}")
