# __format__, __bool__, __len__ as truth, __bytes__-free conversions, __index__.


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __format__(self, spec):
        if spec == "short":
            return f"{self.cents // 100}"
        if not spec:
            return f"{self.cents / 100:.2f}"
        return format(self.cents / 100, spec)

    def __bool__(self):
        return self.cents != 0


m = Money(123456)
print(f"{m}|{m:short}|{m:>12.1f}|{m:,.2f}", format(m), format(m, "short"), "{:short}".format(m))
print(bool(m), bool(Money(0)), [x.cents for x in [Money(0), m] if x], m and 1, Money(0) or "none")


class Plain:
    pass


try:
    f"{Plain():>10}"
except TypeError as error:
    print(error)


class BadFormat:
    def __format__(self, spec):
        return 5


try:
    format(BadFormat())
except TypeError as error:
    print(error)


class BadBool:
    def __bool__(self):
        return 1


try:
    bool(BadBool())
except TypeError as error:
    print(error)
try:
    if BadBool():
        pass
except TypeError as error:
    print(error)


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


i = Index(2)
print([5, 6, 7][i], "abc"[i], range(10)[i], (1, 2, 3, 4)[i:], hex(i), [0] * i, "ab" * i)
print(list(range(Index(3))), int(Index(9)), float(Index(4)))
try:
    [1][Index("x")]
except TypeError as error:
    print(error)
try:
    items = [1]
    items[1.0]
except TypeError as error:
    print(error)
