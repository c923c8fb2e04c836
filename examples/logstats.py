"""Sums up web server access logs (common or combined format) on all cores.

Shows: threads that take the next chunk of the files from one generator behind
a lock, each summing up on its own; objects that add up; text parsing by hand.

    $ ashore run examples/logstats.py -n 3 tests/examples/access.log
    requests: 8   bad lines: 2   bytes: 70.0 MiB   hosts: 4
    status: 200: 4   206: 1   304: 1   404: 1   500: 1
    busiest hour: 10/Oct/2026:13 with 4 requests
    REQUESTS      BYTES  ERRORS  PATH
           3    4.0 KiB       0  /index.html
           2    1.5 KiB       0  /logo.png
           1       52 B       1  /missing

Options: -n COUNT paths to print (default 10), -j THREADS (default: one a core).
Without a file, or for the name -, standard input is read.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

USAGE = "usage: logstats.py [-n COUNT] [-j THREADS] [FILE...]"
CHUNK = 1 << 16


class Stats:
    """What is known of a set of log lines; two of them add up."""

    def __init__(self):
        self.requests = 0
        self.bad = 0
        self.size = 0
        self.hosts = set()
        self.hours = {}
        self.statuses = {}
        self.paths = {}

    def add_line(self, line):
        """`host ident user [time] "method path protocol" status size ...`"""
        try:
            before, request, after = line.split('"', 2)
            host = before.split(None, 1)[0]
            time = before[before.index("[") + 1 : before.index("]")]
            path = request.split()[1].partition("?")[0]
            status, size = after.split()[:2]
            size = 0 if size == "-" else int(size)
            error = int(status) >= 400
        except (ValueError, IndexError):
            self.bad += 1
            return
        self.requests += 1
        self.size += size
        self.hosts.add(host)
        hour = time.rsplit(":", 2)[0]
        self.hours[hour] = self.hours.get(hour, 0) + 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        count, total, errors = self.paths.get(path, (0, 0, 0))
        self.paths[path] = count + 1, total + size, errors + error

    def __iadd__(self, other):
        self.requests += other.requests
        self.bad += other.bad
        self.size += other.size
        self.hosts |= other.hosts
        for mine, theirs in (self.hours, other.hours), (self.statuses, other.statuses):
            for key, count in theirs.items():
                mine[key] = mine.get(key, 0) + count
        for path, sums in other.paths.items():
            known = self.paths.get(path, (0, 0, 0))
            self.paths[path] = tuple(a + b for a, b in zip(known, sums))
        return self


def chunks_of(file):
    """Yields the bytes of a file in pieces that end where a line does."""
    rest = b""
    while data := file.read(CHUNK):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest += data
    if rest:
        yield rest


class Chunks:
    """The pieces of several files, for whichever thread asks for the next one."""

    def __init__(self, files):
        self.lock = threading.Lock()
        self.failed = False
        self.pieces = self.read(files)

    def read(self, files):
        for name in files:
            try:
                with sys.stdin.buffer if name == "-" else open(name, "rb") as file:
                    yield from chunks_of(file)
            except OSError as error:
                print(f"logstats: {name}: {error.strerror}", file=sys.stderr)
                self.failed = True

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            return next(self.pieces)


def analyse(chunks):
    stats = Stats()
    for chunk in chunks:
        for line in chunk.decode("utf-8", "replace").split("\n"):
            if line and not line.isspace():
                stats.add_line(line)
    return stats


def human(size):
    if size < 1024:
        return f"{size} B"
    for unit in "KMGTPE":
        size /= 1024
        if size < 1024:
            break
    return f"{size:.1f} {unit}iB"


def report(stats, wanted):
    print(
        f"requests: {stats.requests}   bad lines: {stats.bad}   "
        f"bytes: {human(stats.size)}   hosts: {len(stats.hosts)}"
    )
    if not stats.requests:
        return
    print("status:", "   ".join(f"{s}: {n}" for s, n in sorted(stats.statuses.items())))
    hour, count = min(stats.hours.items(), key=lambda item: (-item[1], item[0]))
    print(f"busiest hour: {hour} with {count} requests")
    print(f"{'REQUESTS':>8} {'BYTES':>10} {'ERRORS':>7}  PATH")
    ranked = sorted(stats.paths.items(), key=lambda item: (-item[1][0], item[0]))
    for path, (count, size, errors) in ranked[:wanted]:
        print(f"{count:8} {human(size):>10} {errors:7}  {path}")


def parse_arguments(arguments):
    numbers = {"-n": 10, "-j": os.cpu_count() or 1}
    files = []
    arguments = list(arguments)
    while arguments:
        argument = arguments.pop(0)
        if argument in numbers:
            if not arguments or not arguments[0].isdigit() or arguments[0] == "0":
                raise ValueError(f"{argument} needs a positive number")
            numbers[argument] = int(arguments.pop(0))
        elif argument != "-" and argument[:1] == "-":
            raise ValueError(f"unknown option {argument}")
        else:
            files.append(argument)
    return numbers["-n"], numbers["-j"], files or ["-"]


def main():
    try:
        wanted, threads, files = parse_arguments(sys.argv[1:])
    except ValueError as error:
        print(f"logstats: {error}", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2
    chunks = Chunks(files)
    total = Stats()
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for stats in pool.map(analyse, [chunks] * threads):
            total += stats
    report(total, wanted)
    return 1 if chunks.failed or not total.requests else 0


if __name__ == "__main__":
    sys.exit(main())
