"""Rows of the Mandelbrot set, float loops on several threads.

Usage: mandelbrot.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 120


def escape_time(cr, ci, limit):
    zr = zi = 0.0
    for i in range(limit):
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return limit


def rows(job, size):
    """The total of every JOBS-th row, so that all jobs are about as long."""
    total = 0
    for y in range(job, size, JOBS):
        ci = 2.0 * y / size - 1.0
        for x in range(size):
            total += escape_time(3.0 * x / size - 2.0, ci, 100)
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 2880
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: rows(job, size), range(JOBS)))
    print("mandelbrot", size, sum(results))


if __name__ == "__main__":
    main()
