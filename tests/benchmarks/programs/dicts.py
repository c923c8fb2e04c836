"""Dicts and sets: inserting, looking up, deleting, iterating, set algebra."""

import sys


def collatz_lengths(limit):
    known = {1: 1}
    for start in range(2, limit):
        n = start
        path = []
        while n not in known:
            path.append(n)
            n = n // 2 if n % 2 == 0 else 3 * n + 1
        length = known[n]
        for n in reversed(path):
            length += 1
            known[n] = length
    return known


def group_by_length(known, limit):
    groups = {}
    for n, length in known.items():
        if n < limit:
            groups.setdefault(length, set()).add(n)
    return groups


def sparse_grid(size):
    """Walks a spiral over a grid kept as a dict of tuples."""
    grid = {}
    x = y = 0
    dx, dy = 1, 0
    for n in range(size):
        grid[x, y] = n
        if (x + dy, y - dx) not in grid:
            dx, dy = dy, -dx
        x += dx
        y += dy
    total = 0
    for (x, y), n in grid.items():
        if (x + 1, y) in grid and (x, y + 1) in grid:
            total += grid[x + 1, y] ^ grid[x, y + 1] ^ n
    return total


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 280_000
    known = collatz_lengths(size)
    groups = group_by_length(known, size)
    longest = max(groups)
    even = {n for n in range(0, size, 2)}
    third = set(range(0, size, 3))
    common = len(even & third)
    either = len(even | third)
    odd_ones = len(even ^ third)
    if common + odd_ones != either:
        raise ValueError("the set algebra does not add up")
    for length in list(groups):
        if length % 2:
            del groups[length]
    print("dicts", size, len(known), longest, len(groups), common, either)
    print(sparse_grid(size))


if __name__ == "__main__":
    main()
