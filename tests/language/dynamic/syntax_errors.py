# The attributes of syntax errors in source that is compiled while the program runs.
sources = [
    "x = = 1", "x = 1\nreturn 5\n", "def f(:\n  pass", "a b\n", "if 1:\nx", "f() = 1\n", "for", "break\n",
    "x = 'é' 'b' 1 2\ny", "é = = 1", "class C:\n    return\n",
]
for source in sources:
    for mode in ("exec", "eval"):
        try:
            compile(source, "<source>", mode)
        except SyntaxError as e:
            print(repr(source), mode, type(e).__name__, e.msg, e.filename, e.lineno, e.offset, repr(e.text), e.end_lineno,
                  e.end_offset, e.print_file_and_line)
try:
    exec("x = 1\n  y = 2")
except IndentationError as e:
    print(e, e.args[0])

exec("def f():\n    pass\n\ndef g(:\n    pass\n")
