"""Lists of lists: the schoolbook product of two float matrices."""

import sys


def make(n, scale):
    return [[scale * (i - j) * (i + j) / n for j in range(n)] for i in range(n)]


def multiply(a, b):
    rows = len(a)
    inner = len(b)
    columns = len(b[0])
    result = []
    for i in range(rows):
        row = [0.0] * columns
        left = a[i]
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += left[k] * b[k][j]
            row[j] = total
        result.append(row)
    return result


def trace(matrix):
    total = 0.0
    for i in range(len(matrix)):
        total += matrix[i][i]
    return total


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    a = make(n, 0.5)
    b = make(n, 0.25)
    c = multiply(a, b)
    print("matmul", n, f"{trace(c):.6e}", f"{c[n // 2][n // 3]:.6e}")


if __name__ == "__main__":
    main()
