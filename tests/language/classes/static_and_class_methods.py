# staticmethod and classmethod: binding, inheritance, alternative constructors.


class Date:
    separator = "-"

    def __init__(self, year, month, day):
        self.parts = year, month, day

    @classmethod
    def parse(cls, text):
        return cls(*[int(part) for part in text.split(cls.separator)])

    @staticmethod
    def is_leap(year):
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

    def __repr__(self):
        return f"{type(self).__name__}{self.parts}"


class Slashed(Date):
    separator = "/"


print(Date.parse("2026-11-22"), Slashed.parse("2026/11/22"), Slashed(1, 2, 3).parse("4/5/6"))
print(Date.is_leap(2000), Date.is_leap(1900), Slashed(1, 2, 3).is_leap(2024))
parse = Slashed.parse
print(parse("7/8/9"), parse.__self__ is Slashed)


class Counter:
    total = 0

    @classmethod
    def bump(cls):
        cls.total += 1
        return cls.total


class Sub(Counter):
    pass


Counter.bump()
Sub.bump()
Sub.bump()
print(Counter.total, Sub.total)


class Old:
    def plain():
        return "plain"

    made = staticmethod(plain)


print(Old.plain(), Old.made(), Old().made())
try:
    Old().plain()
except TypeError as error:
    print(error)


class Mixed:
    @staticmethod
    def s(a, *rest, k=1):
        return a, rest, k

    @classmethod
    def c(cls, a, *rest, k=1):
        return cls.__name__, a, rest, k


print(Mixed.s(1, 2, k=3), Mixed().c(1, 2, k=3))
print(Mixed.__dict__["s"].__func__(5))
