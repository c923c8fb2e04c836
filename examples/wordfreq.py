"""The most frequent words of many text files, counted on all cores.

Shows: a thread pool over the files of a directory tree, each thread filling
its own dict, the main thread adding them up.

    $ ashore run examples/wordfreq.py -n 5 tests/examples/texts
       COUNT  WORD
          26  the
           7  and
           6  is
           6  tide
           5  high
    files: 4   words: 193   distinct: 112

Options: -n COUNT words to print (default 20), -j THREADS (default: one a core),
-m LENGTH shortest word counted (default 2). A file that is no text is skipped
with a message; the exit code is then 1.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

USAGE = "usage: wordfreq.py [-n COUNT] [-j THREADS] [-m LENGTH] PATH..."


class UsageError(Exception):
    pass


def parse_arguments(arguments):
    """Splits the command line into the numeric options and the paths."""
    options = {"-n": 20, "-j": os.cpu_count() or 1, "-m": 2}
    paths = []
    arguments = iter(arguments)
    for argument in arguments:
        if argument in options:
            text = next(arguments, None)
            if text is None or not text.isdigit() or int(text) < 1:
                raise UsageError(f"{argument} needs a positive number")
            options[argument] = int(text)
        elif argument.startswith("-") and argument != "-":
            raise UsageError(f"unknown option {argument}")
        else:
            paths.append(argument)
    if not paths:
        raise UsageError("no path given")
    return options["-n"], options["-j"], options["-m"], paths


def find_files(path):
    """Yields the regular files below a path in a stable order, hidden ones left out."""
    if not os.path.isdir(path):
        yield path
        return
    for name in sorted(os.listdir(path)):
        if not name.startswith("."):
            yield from find_files(os.path.join(path, name))


def words_of(line):
    """Yields the lower-case runs of letters and digits in a line."""
    start = None
    for i, c in enumerate(line):
        if c.isalnum() or (c == "'" and start is not None):
            if start is None:
                start = i
        elif start is not None:
            yield line[start:i].strip("'").lower()
            start = None
    if start is not None:
        yield line[start:].strip("'").lower()


class Counter:
    """Counts words, in a dict for each thread that does."""

    def __init__(self, shortest):
        self.shortest = shortest
        self.all_counts = []
        self.own = threading.local()

    def add_file(self, path):
        # All of it is read first: nothing is counted of a file that turns out to be no text.
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        shortest = self.shortest
        counts = self.own_counts()
        for line in lines:
            for word in words_of(line):
                if len(word) >= shortest:
                    counts[word] = counts.get(word, 0) + 1

    def own_counts(self):
        counts = getattr(self.own, "counts", None)
        if counts is None:
            counts = self.own.counts = {}
            self.all_counts.append(counts)
        return counts

    def totals(self):
        """The sum of all threads' counts, once they are done."""
        totals, *others = sorted(self.all_counts, key=len, reverse=True) or [{}]
        for counts in others:
            for word, count in counts.items():
                totals[word] = totals.get(word, 0) + count
        return totals


def main():
    try:
        wanted, threads, shortest, paths = parse_arguments(sys.argv[1:])
    except UsageError as error:
        print(f"wordfreq: {error}", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2

    files = [file for path in paths for file in find_files(path)]
    counter = Counter(shortest)
    counted = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        jobs = [(file, pool.submit(counter.add_file, file)) for file in files]
        for file, job in jobs:
            try:
                job.result()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "not a UTF-8 text"
                print(f"wordfreq: {file}: {reason}", file=sys.stderr)
                continue
            counted += 1

    totals = counter.totals()
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    print(f"{'COUNT':>8}  WORD")
    for word, count in ranked[:wanted]:
        print(f"{count:8}  {word}")
    print(f"files: {counted}   words: {sum(totals.values())}   distinct: {len(totals)}")
    return 0 if counted == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
