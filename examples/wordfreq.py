"""The most frequent words of many text files, counted on all cores.

Shows: a thread pool over the files of a directory tree, each worker filling
its own dict, the main thread merging them.

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


def count_words(path, shortest):
    counts = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            for word in words_of(line):
                if len(word) >= shortest:
                    counts[word] = counts.get(word, 0) + 1
    return counts


def main():
    try:
        wanted, threads, shortest, paths = parse_arguments(sys.argv[1:])
    except UsageError as error:
        print(f"wordfreq: {error}", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2

    files = [file for path in paths for file in find_files(path)]
    totals = {}
    counted = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        jobs = [(file, pool.submit(count_words, file, shortest)) for file in files]
        for file, job in jobs:
            try:
                counts = job.result()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "not a UTF-8 text"
                print(f"wordfreq: {file}: {reason}", file=sys.stderr)
                continue
            counted += 1
            for word, count in counts.items():
                totals[word] = totals.get(word, 0) + count

    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    print(f"{'COUNT':>8}  WORD")
    for word, count in ranked[:wanted]:
        print(f"{count:8}  {word}")
    print(f"files: {counted}   words: {sum(totals.values())}   distinct: {len(totals)}")
    return 0 if counted == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
