"""Draws the Mandelbrot set as a PGM picture, the rows shared out among threads.

Shows: `threading` in its plainest form, threads that take the next row from a
counter under a lock and store finished rows in a shared list; float loops that
become machine code without an annotation.

    $ ashore run examples/mandelbrot.py -o set.pgm --size 800x600
    set.pgm: 800x600, 19.9 % of the points are inside

Options: -o FILE (default: the picture goes to standard output), --size WxH
(default 640x480), -i LIMIT of iterations (default 200), -j THREADS (default:
one a core).
"""

import os
import sys
import threading

USAGE = "usage: mandelbrot.py [-o FILE] [--size WxH] [-i LIMIT] [-j THREADS]"


def positive(text):
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def parse_arguments(arguments):
    output = None
    size = 640, 480
    limit = 200
    threads = os.cpu_count() or 1
    arguments = list(arguments)
    while arguments:
        option = arguments.pop(0)
        if option not in ("-o", "--size", "-i", "-j"):
            raise ValueError(f"unknown option {option}")
        if not arguments:
            raise ValueError(f"{option} needs a value")
        value = arguments.pop(0)
        try:
            if option == "-o":
                output = value
            elif option == "--size":
                width, height = value.split("x")
                size = positive(width), positive(height)
            elif option == "-i":
                limit = positive(value)
            else:
                threads = positive(value)
        except ValueError:
            raise ValueError(f"bad value for {option}: {value!r}") from None
    return output, size, limit, threads


def escape_time(cr, ci, limit):
    """The number of steps until the point leaves the circle of radius 2."""
    zr = zi = 0.0
    for i in range(limit):
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return limit


def draw_row(y, width, height, limit):
    """One row as bytes: black inside, brighter the longer a point stays near."""
    step = max(3.0 / width, 2.4 / height)
    ci = (y - height / 2) * step
    row = []
    inside = 0
    for x in range(width):
        steps = escape_time((x - width / 2) * step - 0.5, ci, limit)
        if steps == limit:
            inside += 1
            row.append(0)
        else:
            row.append(255 - 223 // (steps + 1))
    return bytes(row), inside


class Picture:
    """The rows of a picture, handed out to whichever thread asks next."""

    def __init__(self, size, limit):
        self.width, self.height = size
        self.limit = limit
        self.rows = [None] * self.height
        self.inside = 0
        self.next_row = 0
        self.lock = threading.Lock()

    def take_row(self):
        with self.lock:
            y = self.next_row
            self.next_row += 1
        return y

    def work(self):
        while (y := self.take_row()) < self.height:
            row, inside = draw_row(y, self.width, self.height, self.limit)
            self.rows[y] = row
            with self.lock:
                self.inside += inside

    def draw(self, threads):
        workers = [threading.Thread(target=self.work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def write(self, file):
        file.write(b"P5\n%d %d\n255\n" % (self.width, self.height))
        for row in self.rows:
            file.write(row)
        file.flush()


def main():
    try:
        output, size, limit, threads = parse_arguments(sys.argv[1:])
    except ValueError as error:
        print(f"mandelbrot: {error}", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2

    picture = Picture(size, limit)
    picture.draw(threads)
    if output is None:
        picture.write(sys.stdout.buffer)
        return 0
    try:
        with open(output, "wb") as file:
            picture.write(file)
    except OSError as error:
        print(f"mandelbrot: {output}: {error.strerror}", file=sys.stderr)
        return 1
    share = 100 * picture.inside / (size[0] * size[1])
    print(f"{output}: {size[0]}x{size[1]}, {share:.1f} % of the points are inside")
    return 0


if __name__ == "__main__":
    sys.exit(main())
