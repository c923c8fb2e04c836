"""Calls with defaults, keywords, stars; bound methods, class and static methods."""

import sys


def area(width, height=2, *, scale=1, offset=0):
    return width * height * scale + offset


def collect(first, *rest, **named):
    return first + len(rest) + named.get("extra", 0)


def forward(*args, **kwargs):
    return area(*args, **kwargs)


class Account:
    rate = 3

    def __init__(self, balance=0):
        self.balance = balance

    def deposit(self, amount, fee=0):
        self.balance += amount - fee
        return self

    @classmethod
    def from_text(cls, text):
        return cls(balance=len(text) * cls.rate)

    @staticmethod
    def round_down(amount, unit=5):
        return amount - amount % unit

    def __call__(self, amount):
        return self.balance + amount


class Saver(Account):
    rate = 4

    def deposit(self, amount, fee=1):
        return super().deposit(amount, fee=fee)


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 550_000
    total = 0
    point = (3, 4)
    options = {"scale": 2, "offset": 1}
    for n in range(size):
        total += area(n)
        total += area(n, height=3)
        total += area(width=n, offset=1, scale=2)
        total += area(*point, **options)
        total += collect(n, 1, 2, extra=5)
        total += forward(n, 2, scale=3)
    account = Saver.from_text("deposit")
    deposit = account.deposit
    for n in range(size):
        deposit(n & 7)
        total += Account.round_down(n, unit=10) + account(n)
    print("calls", size, total, account.balance)


if __name__ == "__main__":
    main()
