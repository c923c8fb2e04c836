# A larger control-flow program: state machine, nested loops, early exits.


def classify(text):
    state = "start"
    number = ""
    result = []
    for c in text + " ":
        if state == "start":
            if c.isspace():
                continue
            elif c.isdigit():
                number = c
                state = "int"
            elif c in "+-":
                number = c
                state = "sign"
            else:
                state = "word"
                number = c
        elif state == "sign":
            if c.isdigit():
                number += c
                state = "int"
            else:
                result.append(("error", number))
                state = "start"
        elif state in ("int", "float"):
            if c.isdigit():
                number += c
            elif c == "." and state == "int":
                number += c
                state = "float"
            elif c.isspace():
                result.append((state, int(number) if state == "int" else float(number)))
                state = "start"
            else:
                result.append(("error", number + c))
                state = "skip"
        elif state == "word":
            if c.isspace():
                result.append(("word", number))
                state = "start"
            else:
                number += c
        elif state == "skip":
            if c.isspace():
                state = "start"
    return result


print(classify("12 -7 3.25 abc 4x5 + 1.2.3 x1"))
for i in range(1, 16):
    print("Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0) or i, end=" ")
print()


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print([collatz(n) for n in range(1, 12)], max(range(1, 1000), key=collatz))


def pythagorean(limit):
    for c in range(1, limit):
        for b in range(1, c):
            for a in range(1, b):
                if a * a + b * b == c * c:
                    yield a, b, c
                if a * a + b * b > c * c:
                    break


print(list(pythagorean(30)))


def spiral(n):
    grid = [[0] * n for _ in range(n)]
    x = y = 0
    dx, dy = 1, 0
    for k in range(1, n * n + 1):
        grid[y][x] = k
        if not (0 <= x + dx < n and 0 <= y + dy < n and grid[y + dy][x + dx] == 0):
            dx, dy = -dy, dx
        x += dx
        y += dy
    return grid


for row in spiral(4):
    print(" ".join(f"{cell:2}" for cell in row))
print(", ".join(str(y) for y in (1900, 2000, 2023, 2024) if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)))
