"""Float loops: counts the points of a grid that stay in the Mandelbrot set."""

import sys


def escape_time(cr, ci, limit):
    zr = 0.0
    zi = 0.0
    for i in range(limit):
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return limit


def mandelbrot(size, limit):
    inside = 0
    total = 0
    for y in range(size):
        ci = 2.0 * y / size - 1.0
        for x in range(size):
            cr = 3.0 * x / size - 2.0
            steps = escape_time(cr, ci, limit)
            total += steps
            if steps == limit:
                inside += 1
    return inside, total


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 560
    inside, total = mandelbrot(size, 100)
    print("mandelbrot", size, inside, total)


if __name__ == "__main__":
    main()
