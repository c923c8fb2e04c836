"""Text to values: tokenises, parses and evaluates arithmetic expressions."""

import sys


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, variables):
        return self.value


class Name:
    def __init__(self, name):
        self.name = name

    def evaluate(self, variables):
        return variables[self.name]


class Binary:
    def __init__(self, operator, left, right):
        self.operator = operator
        self.left = left
        self.right = right

    def evaluate(self, variables):
        left = self.left.evaluate(variables)
        right = self.right.evaluate(variables)
        if self.operator == "+":
            return left + right
        if self.operator == "-":
            return left - right
        if self.operator == "*":
            return left * right
        return left // right if right else 0


def tokens(text):
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
        elif c.isdigit():
            start = i
            while i < len(text) and text[i].isdigit():
                i += 1
            yield "number", int(text[start:i])
        elif c.isalpha():
            start = i
            while i < len(text) and text[i].isalnum():
                i += 1
            yield "name", text[start:i]
        elif c in "+-*/()":
            i += 1
            yield c, c
        else:
            raise SyntaxError(f"unexpected {c!r} at {i}")
    yield "end", None


class Parser:
    precedence = {"+": 1, "-": 1, "*": 2, "/": 2}

    def __init__(self, text):
        self.tokens = tokens(text)
        self.advance()

    def advance(self):
        self.kind, self.value = next(self.tokens)

    def atom(self):
        kind, value = self.kind, self.value
        self.advance()
        if kind == "number":
            return Number(value)
        if kind == "name":
            return Name(value)
        if kind == "(":
            inner = self.expression(1)
            if self.kind != ")":
                raise SyntaxError("unclosed parenthesis")
            self.advance()
            return inner
        raise SyntaxError(f"unexpected {value!r}")

    def expression(self, lowest):
        left = self.atom()
        while self.precedence.get(self.kind, 0) >= lowest:
            operator = self.kind
            self.advance()
            left = Binary(operator, left, self.expression(self.precedence[operator] + 1))
        return left


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    texts = [
        "1 + 2 * x - (y + 40) / 7",
        "(x + y) * (x - y) * (x + 3) / (1 + y * y)",
        "100 - ((x * 3) + (y / 2)) * 4 - 17 * x",
    ]
    total = 0
    for n in range(size):
        tree = Parser(texts[n % 3]).expression(1)
        variables = {"x": n, "y": n % 13}
        for _ in range(30):
            total += tree.evaluate(variables)
            variables["x"] += 1
    try:
        Parser("(1 + 2").expression(1)
    except SyntaxError as error:
        print(error)
    print("calculator", size, total)


if __name__ == "__main__":
    main()
