"""Strings split, joined, searched and formatted on each thread.

Usage: strings.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 384


WORDS = "harbour boat quay tide gull net crate scale coffee moon water rope".split()


def text_of(job, size):
    return " ".join(WORDS[(n * n + job) % len(WORDS)] for n in range(size))


def digest(job, size):
    text = text_of(job, size)
    counts = {}
    for word in text.replace("boat", "Boat").split():
        key = word.upper()[:3]
        counts[key] = counts.get(key, 0) + 1
    lines = []
    for n, c in enumerate(text[: size * 2]):
        if c == " ":
            lines.append(f"{n}:{text[n + 1 : n + 4]}")
    joined = "\n".join(lines)
    return len(joined) + joined.count("a") + sum(counts.values())


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 15_000
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: digest(job, size), range(JOBS)))
    print("strings", size, sum(results))


if __name__ == "__main__":
    main()
