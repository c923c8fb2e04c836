"""Float arithmetic over lists: the power method on an implicit matrix."""

import math
import sys


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    result = []
    for i in range(len(vector)):
        total = 0.0
        for j in range(len(vector)):
            total += element(i, j) * vector[j]
        result.append(total)
    return result


def transposed_times(vector):
    result = []
    for i in range(len(vector)):
        total = 0.0
        for j in range(len(vector)):
            total += element(j, i) * vector[j]
        result.append(total)
    return result


def step(vector):
    return transposed_times(times(vector))


def spectral_norm(n):
    u = [1.0] * n
    v = u
    for _ in range(5):
        v = step(u)
        u = step(v)
    product = 0.0
    square = 0.0
    for a, b in zip(u, v):
        product += a * b
        square += b * b
    return math.sqrt(product / square)


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 480
    print("spectral_norm", n, f"{spectral_norm(n):.9f}")


if __name__ == "__main__":
    main()
