"""Text output: f-strings, format specifications, % formatting, joining, parsing back."""

import sys


class Row:
    def __init__(self, name, amount, price):
        self.name = name
        self.amount = amount
        self.price = price

    def __str__(self):
        return f"{self.name:<10}|{self.amount:>6d}|{self.price:>10.2f}"

    def __repr__(self):
        return f"Row({self.name!r}, {self.amount}, {self.price})"


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 220_000
    length = 0
    total = 0.0
    last = ""
    for n in range(size):
        row = Row(f"item{n % 977}", n % 1000, n / 8)
        text = str(row)
        length += len(text) + len(repr(row))
        fields = text.split("|")
        total += int(fields[1]) * float(fields[2])
        last = "%s: %05d (%x) %6.3f%%" % (fields[0].strip(), n, n, n / size)
        length += len(last)
        length += len(f"{n:,}" + f"{n:#b}" + f"{n / 7:e}")
    print("formatting", size, length, f"{total:.3f}")
    print(last)


if __name__ == "__main__":
    main()
