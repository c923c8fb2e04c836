"""Small integer lists: pancake flips over all permutations."""

import sys


def fannkuch(n):
    permutation = list(range(n))
    counts = list(range(1, n + 1))
    best = 0
    checksum = 0
    even = True
    while True:
        if permutation[0] != 0:
            flips = 0
            work = permutation[:]
            first = work[0]
            while first:
                low = 0
                high = first
                while low < high:
                    work[low], work[high] = work[high], work[low]
                    low += 1
                    high -= 1
                first = work[0]
                flips += 1
            if flips > best:
                best = flips
            if even:
                checksum += flips
            else:
                checksum -= flips
        # The next permutation: rotate a prefix that has rotations left.
        even = not even
        r = 1
        while True:
            if r == n:
                return best, checksum
            first = permutation[0]
            for i in range(r):
                permutation[i] = permutation[i + 1]
            permutation[r] = first
            counts[r] -= 1
            if counts[r] > 0:
                break
            counts[r] = r + 1
            r += 1


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    best, checksum = fannkuch(n)
    print("fannkuch", n, checksum, best)


if __name__ == "__main__":
    main()
