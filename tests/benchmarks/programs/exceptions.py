"""Exceptions: raised, caught by class, cleaned up after, passed through frames."""

import sys


class ParseError(ValueError):
    def __init__(self, position, text):
        super().__init__(f"bad digit at {position}")
        self.position = position
        self.text = text


class Abort(Exception):
    pass


def parse(text):
    value = 0
    for position, c in enumerate(text):
        if not "0" <= c <= "9":
            raise ParseError(position, text)
        value = value * 10 + ord(c) - 48
    return value


def parse_or(text, default):
    try:
        return parse(text)
    except ParseError as error:
        return default + error.position


def deep(n):
    if n == 0:
        raise Abort
    try:
        deep(n - 1)
    finally:
        deep.unwound += 1


def first_missing(table, keys):
    for key in keys:
        try:
            table[key]
        except KeyError:
            return key
    return None


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    texts = ["1234", "12x4", "99", "7q", "x", "2024"]
    total = 0
    for n in range(size):
        total += parse_or(texts[n % 6], -1)

    deep.unwound = 0
    caught = 0
    for n in range(size // 8):
        try:
            deep(n % 10)
        except Abort:
            caught += 1
        else:
            raise ValueError("nothing was raised")

    table = {n: n for n in range(0, size, 3)}
    missing = 0
    for n in range(size):
        if first_missing(table, (n, n + 3, n + 6)) == n:
            missing += 1

    chained = 0
    for n in range(size):
        try:
            try:
                n // (n % 2)
            except ZeroDivisionError as error:
                raise ValueError(n) from error
        except ValueError as error:
            if error.__cause__ is not None:
                chained += error.args[0] & 7
    print("exceptions", size, total, caught, deep.unwound, missing, chained)


if __name__ == "__main__":
    main()
