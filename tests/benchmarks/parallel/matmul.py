"""Matrix products, each thread with matrices of its own.

Usage: matmul.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 576


def make(n, scale):
    return [[scale * (i - j) * (i + j) / n for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    result = []
    for i in range(n):
        left = a[i]
        row = []
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += left[k] * b[k][j]
            row.append(total)
        result.append(row)
    return result


def product(job, n):
    c = multiply(make(n, 0.5), make(n, 1.0 + job))
    return c[n // 2][n // 3] + c[0][n - 1]


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 76
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: product(job, size), range(JOBS)))
    print("matmul", size, f"{sum(results):.6e}")


if __name__ == "__main__":
    main()
