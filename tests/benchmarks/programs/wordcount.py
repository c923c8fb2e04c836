"""Counting words: split, normalise, count in a dict, sort by frequency."""

import sys

STEMS = "the quick brown fox jumps over lazy dogs while rain falls on plains".split()
ENDINGS = ["", "s", "ed", "ing", ",", ".", "!", "'s"]


def make_lines(count):
    seed = 42
    lines = []
    for _ in range(count):
        words = []
        for _ in range(9):
            seed = (seed * 1664525 + 1013904223) % 4294967296
            stem = STEMS[(seed >> 8) % len(STEMS)]
            ending = ENDINGS[(seed >> 20) % len(ENDINGS)]
            word = stem + ending
            if seed & 0x40000000:
                word = word.title()
            words.append(word)
        lines.append(" ".join(words))
    return lines


def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.split():
            word = word.strip(".,!").lower()
            counts[word] = counts.get(word, 0) + 1
    return counts


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    counts = count_words(make_lines(size))
    if sum(counts.values()) != 9 * size:
        raise ValueError("words were lost")
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    print("wordcount", size, len(counts))
    for word, count in ranked[:5]:
        print(f"{count:8} {word}")


if __name__ == "__main__":
    main()
