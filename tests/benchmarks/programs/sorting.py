"""Sorting: by value, by key, by tuple, by comparison methods; and by hand."""

import sys


class Version:
    def __init__(self, major, minor):
        self.major = major
        self.minor = minor

    def __lt__(self, other):
        if self.major != other.major:
            return self.major < other.major
        return self.minor < other.minor


def numbers(count, seed):
    result = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        result.append(seed)
    return result


def quicksort(items, low, high):
    while low < high:
        pivot = items[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while items[i] < pivot:
                i += 1
            while items[j] > pivot:
                j -= 1
            if i <= j:
                items[i], items[j] = items[j], items[i]
                i += 1
                j -= 1
        if j - low < high - i:
            quicksort(items, low, j)
            low = i
        else:
            quicksort(items, i, high)
            high = j


def is_sorted(items):
    return all(items[i] <= items[i + 1] for i in range(len(items) - 1))


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    values = numbers(size, 7)
    by_value = sorted(values)
    by_digits = sorted(values, key=lambda n: (n % 100, n))
    by_text = sorted([str(n) for n in values])
    descending = sorted(values, key=lambda n: -(n % 1000), reverse=True)
    by_hand = values[:]
    quicksort(by_hand, 0, len(by_hand) - 1)
    versions = [Version(n % 10, n % 97) for n in values[: size // 4]]
    versions.sort()
    if by_hand != by_value or not is_sorted(by_hand):
        raise ValueError("not sorted")
    print("sorting", size, by_value[size // 2], by_digits[size // 2])
    print(by_text[size // 2], descending[size // 2], versions[-1].major, versions[-1].minor)


if __name__ == "__main__":
    main()
