# Larger text programs: ciphers, roman numerals, run lengths, wrapping, tables.


def vigenere(text, key, sign=1):
    result = []
    position = 0
    for c in text:
        if c.isalpha():
            base = ord("A") if c.isupper() else ord("a")
            shift = ord(key[position % len(key)].lower()) - ord("a")
            result.append(chr((ord(c) - base + sign * shift) % 26 + base))
            position += 1
        else:
            result.append(c)
    return "".join(result)


secret = vigenere("Attack at Dawn!", "lemon")
print(secret, vigenere(secret, "lemon", -1))


def roman(n):
    result = ""
    for value, digits in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        while n >= value:
            result += digits
            n -= value
    return result


print([roman(n) for n in (1, 4, 9, 14, 1994, 2026, 3999)])


def run_lengths(text):
    if not text:
        return ""
    runs = []
    previous, count = text[0], 0
    for c in text:
        if c == previous:
            count += 1
        else:
            runs.append(f"{count if count > 1 else ''}{previous}")
            previous, count = c, 1
    runs.append(f"{count if count > 1 else ''}{previous}")
    return "".join(runs)


print(run_lengths("aaabccddddde"), repr(run_lengths("")))


def wrap(text, width):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


for line in wrap("It was a bright cold day in April and the clocks were striking thirteen", 20):
    print(f"|{line:<20}|{line:>20}|")


def table(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip()


print("\n".join(table([("name", "size"), ("a.txt", 100), ("longer name", 5)])))


def anagrams(words):
    groups = {}
    for word in words:
        groups.setdefault("".join(sorted(word)), []).append(word)
    return [group for group in groups.values() if len(group) > 1]


print(anagrams("listen silent enlist google elbow below".split()))


def is_palindrome(text):
    letters = [c.lower() for c in text if c.isalnum()]
    return letters == letters[::-1]


print(is_palindrome("A man, a plan, a canal: Panama!"), is_palindrome("no"))
vowels = sum(1 for c in "Programming" if c.lower() in "aeiou")
print(vowels, "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate("alternate")))
