"""Generators: all solutions of the n queens problem, yielded lazily."""

import sys

KNOWN = {4: 2, 5: 10, 6: 4, 7: 40, 8: 92, 9: 352, 10: 724}


def permutations(items):
    """The permutations of a list, each yielded as a new list."""
    if len(items) <= 1:
        yield items
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield [items[i]] + rest


def place(n, row, columns, rising, falling):
    """Places queens row by row, keeping the attacked lines in sets."""
    if row == n:
        yield ()
        return
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        for rest in place(n, row + 1, columns, rising, falling):
            yield (column,) + rest
        columns.discard(column)
        rising.discard(row + column)
        falling.discard(row - column)


def by_permutation(n):
    for columns in permutations(list(range(n))):
        if len(set(c + i for i, c in enumerate(columns))) == n:
            if len(set(c - i for i, c in enumerate(columns))) == n:
                yield columns


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    solutions = 0
    weight = 0
    for columns in place(n, 0, set(), set(), set()):
        solutions += 1
        weight += sum(i * c for i, c in enumerate(columns))
    slow = sum(1 for _ in by_permutation(n - 1))
    if solutions != KNOWN.get(n, solutions) or slow != KNOWN.get(n - 1, slow):
        raise ValueError("a solution was lost")
    print("queens", n, solutions, weight, slow)


if __name__ == "__main__":
    main()
