"""Big integers: the decimal digits of pi by a spigot over continued fractions."""

import sys


def pi_digits():
    """Yields the digits, keeping the state of the series in exact integers."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            r, n = 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
            q *= 10
        else:
            r, n = (2 * q + r) * l, (q * (7 * k + 2) + r * l) // (t * l)
            q *= k
            t *= l
            l += 2
            k += 1


def machin(digits):
    """The same digits from arctangents in fixed point, to check the spigot."""
    unit = 10 ** (digits + 10)

    def arctan_inverse(x):
        term = unit // x
        total = term
        n = 3
        sign = -1
        while term:
            term //= x * x
            total += sign * (term // n)
            sign = -sign
            n += 2
        return total

    pi = 4 * (4 * arctan_inverse(5) - arctan_inverse(239))
    return str(pi // 10**11)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3500
    text = ""
    for digit in pi_digits():
        text += str(digit)
        if len(text) == count:
            break
    if text != machin(count):
        raise ValueError("the two series disagree")
    print("pidigits", count, text[:20], text[-20:])


if __name__ == "__main__":
    main()
