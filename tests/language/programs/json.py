# A JSON reader and writer by hand: recursive descent, escapes, errors with positions.


class JSONError(ValueError):
    def __init__(self, message, text, position):
        line = text.count("\n", 0, position) + 1
        column = position - text.rfind("\n", 0, position)
        super().__init__(f"{message}: line {line} column {column}")


class Parser:
    escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "r": "\r"}
    words = {"true": True, "false": False, "null": None}

    def __init__(self, text):
        self.text = text
        self.i = 0

    def fail(self, message):
        raise JSONError(message, self.text, self.i)

    def space(self):
        while self.i < len(self.text) and self.text[self.i] in " \t\r\n":
            self.i += 1

    def expect(self, c):
        self.space()
        if self.text[self.i : self.i + 1] != c:
            self.fail(f"expected {c!r}")
        self.i += 1

    def accept(self, c):
        self.space()
        if self.text[self.i : self.i + 1] == c:
            self.i += 1
            return True
        return False

    def value(self):
        self.space()
        c = self.text[self.i : self.i + 1]
        if c == "{":
            return self.object()
        if c == "[":
            return self.array()
        if c == '"':
            return self.string()
        if c and c in "-0123456789":
            return self.number()
        for word, value in self.words.items():
            if self.text.startswith(word, self.i):
                self.i += len(word)
                return value
        self.fail("expected a value")

    def object(self):
        result = {}
        self.expect("{")
        if self.accept("}"):
            return result
        while True:
            self.space()
            key = self.string()
            self.expect(":")
            result[key] = self.value()
            if not self.accept(","):
                self.expect("}")
                return result

    def array(self):
        result = []
        self.expect("[")
        if self.accept("]"):
            return result
        while True:
            result.append(self.value())
            if not self.accept(","):
                self.expect("]")
                return result

    def string(self):
        self.expect('"')
        parts = []
        while True:
            if self.i >= len(self.text):
                self.fail("unclosed string")
            c = self.text[self.i]
            self.i += 1
            if c == '"':
                return "".join(parts)
            if c == "\\":
                c = self.text[self.i]
                self.i += 1
                if c == "u":
                    parts.append(chr(int(self.text[self.i : self.i + 4], 16)))
                    self.i += 4
                elif c in self.escapes:
                    parts.append(self.escapes[c])
                else:
                    self.fail(f"bad escape {c!r}")
            else:
                parts.append(c)

    def number(self):
        start = self.i
        while self.i < len(self.text) and self.text[self.i] in "+-.eE0123456789":
            self.i += 1
        text = self.text[start : self.i]
        try:
            return float(text) if set(text) & set(".eE") else int(text)
        except ValueError:
            self.fail(f"bad number {text!r}")


def parse(text):
    parser = Parser(text)
    value = parser.value()
    parser.space()
    if parser.i < len(text):
        parser.fail("extra data")
    return value


def write(value, indent=0):
    pad = "  " * indent
    if value is None:
        return "null"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, str):
        quoted = "".join({'"': '\\"', "\\": "\\\\", "\n": "\\n"}.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in value)
        return f'"{quoted}"'
    if isinstance(value, dict):
        if not value:
            return "{}"
        lines = [f"{pad}  {write(k)}: {write(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + pad + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(write(v, indent + 1) for v in value) + "]"
    return repr(value)


text = """
{"name": "Ann \\"A\\" \\u00e9\\n", "age": 36, "tags": ["x", [], {}],
 "scores": [1, -2.5, 1e3, 0], "nested": {"yes": true, "no": false, "none": null}}
"""
data = parse(text)
print(data)
print(write(data))
print(parse(write(data)) == data)
for bad in "", "[1, 2", '{"a" 1}', "[1,\n 2,\n tru]", '"open', '"\\q"', "1 2", "[1.2.3]", "{1: 2}":
    try:
        print(parse(bad))
    except JSONError as error:
        print(repr(bad), "->", error)
