"""Building, searching and transforming strings."""

import sys

SYLLABLES = ["ka", "lo", "mi", "ra", "tu", "ven", "shi", "por"]


def make_word(n):
    word = ""
    while True:
        word += SYLLABLES[n % 8]
        n //= 8
        if n == 0:
            return word


def make_text(size):
    paragraphs = []
    paragraph = ""
    for n in range(size):
        paragraph += make_word(n) + " "
        if n % 500 == 499:
            paragraphs.append(paragraph)
            paragraph = ""
    paragraphs.append(paragraph)
    return "\n".join(paragraphs)


def caesar(text, shift):
    result = []
    for c in text:
        if "a" <= c <= "z":
            result.append(chr((ord(c) - 97 + shift) % 26 + 97))
        else:
            result.append(c)
    return "".join(result)


def is_palindrome(text):
    return text == text[::-1]


def checksum(text):
    total = 7
    for c in text:
        total = (total * 31 + ord(c)) % 1000000007
    return total


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 160_000
    text = make_text(size)
    words = text.split()
    palindromes = 0
    capitals = []
    for word in words:
        if is_palindrome(word):
            palindromes += 1
        if word.startswith("ka") or word.endswith("shi"):
            capitals.append(word.capitalize().replace("k", "c"))
        if "mi" in word and word.find("tu") >= 0:
            capitals.append(word.upper().strip("MI"))
    title = "-".join(capitals)
    secret = caesar(text, 13)
    if caesar(secret, 13) != text:
        raise ValueError("the cipher does not undo itself")
    print("strings", size, len(text), palindromes, len(title))
    print(checksum(secret), checksum(title), text.count("a l"), title.count("-"))


if __name__ == "__main__":
    main()
