"""`tokenize`, and what is made with it: `inspect.getsource`, keywords in reports of `traceback`."""

import inspect
import io
import tokenize
import traceback

SOURCES = [
    "", "\n", "  ", "x", "x\n  ", "# c", "x # c", "  # c\n", "if x:\n  y", "if x:\n  y\n  # d", "x;",
    "if x:\n  y\n\n\n", "if x:\n  y\n# c\nz", "if x:\n  y\n    # c\n  z", "def f():\n  'doc'\n\n  def g(): pass\n\n\nx",
    "(a,\n # c\n\n b)", "a \\\n  b", "\\\nx", "x\f\ny", "if x: # c\n  # d\n  y", "é = 'é'; z", "x = $ ? y", "a]", "(]",
    "u'x' rb'''\n''' Rb'' f'' t'a{x}'", "1if 2else 3", "1.e5 1e5j .5 1_0 0xFF", "a->b := ... @= **= //= >>= != <>",
    "match x:\n case 1: type y = 2", "async def f(): await x", "lambda: (yield)", "# c\r\n\r\nx\r\n(1,\r\n2)\r\n'''a\r\nb'''\r\n",
    # Fields.
    "f'a{{b{x!r:>{b}}c}} {x=}' f'''q\nr{x\n}s\n'''", "f'{x:}' f'{x:{y}}'", "f'{x!r:{y}{z}}'", "f'{x:{{y}}}'", "f'{{}}'",
    "f'{\n1}'", "f'''\n{x}\n'''", "f'{f\"{x}\"}'", "f'{x=!r}'", "f'{ {1:2}[1] :>3}'", "f'\\N{DASH}{x}' f'a\\N{DASH}b'",
    "rf'\\{x}'", "t'{x:}' t'{{'", "f'{x:a{y}b}'", "f'{(lambda x: 1)}'",
    # Errors.
    "(", "(\n", "(x,\n", "'abc", "'''abc", "x = 'a\ny", "f'{x", "f'''{", "1__0", "0x", "a\\b", "a \\", "a \\\n", "x \x01",
]

for source in SOURCES:
    print(repr(source))
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
            print("  ", *token)
    except tokenize.TokenError as error:
        print("  ", error)

try:
    list(tokenize.generate_tokens(io.StringIO("if x:\n    y\n  z\n").readline))
except IndentationError as error:
    print(error)

for line in (b"# coding: latin-1\n\xe9 = 1\n", b"\xef\xbb\xbfx = '\xc3\xa9'\n"):
    tokens = list(tokenize.tokenize(io.BytesIO(line).readline))
    print([(token.type, token.string) for token in tokens])
    print(tokenize.untokenize(tokens))

with open(__file__) as file:
    text = file.read()
tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
print(tokenize.untokenize(tokens) == text, len(tokens))


class Outer:
    # A comment.
    def method(self):
        return [
            self,
        ]  # at the end

    after = 1


print(inspect.getsource(Outer.method), end="")
print(inspect.getsource(Outer), end="")

for source in ("fo i in range(3): pass", "x = 1\nimpotr os", "class A:\n  deff f(self): pass\n", "asd fgh"):
    try:
        exec(source)
    except SyntaxError as error:
        print(*traceback.format_exception_only(error), sep="")
