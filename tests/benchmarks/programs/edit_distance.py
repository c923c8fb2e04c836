"""Two-dimensional dynamic programming over strings and lists of ints."""

import sys


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a):
        current = [i + 1]
        for j, y in enumerate(b):
            cost = 0 if x == y else 1
            best = previous[j] + cost
            if previous[j + 1] + 1 < best:
                best = previous[j + 1] + 1
            if current[j] + 1 < best:
                best = current[j] + 1
            current.append(best)
        previous = current
    return previous[-1]


def make_text(length, seed):
    letters = []
    for _ in range(length):
        seed = (seed * 48271) % 2147483647
        letters.append("acgt"[seed & 3])
    return "".join(letters)


def main():
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 640
    texts = [make_text(length, seed) for seed in (1, 22, 333, 4444, 55555, 777777)]
    total = 0
    for i, a in enumerate(texts):
        for b in texts[:i]:
            total += distance(a, b)
    if distance("kitten", "sitting") != 3 or distance(texts[0], texts[0]) != 0:
        raise ValueError("a distance is wrong")
    print("edit_distance", length, total)


if __name__ == "__main__":
    main()
