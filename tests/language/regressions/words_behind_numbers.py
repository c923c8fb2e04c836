# Text that is no mapping, and numbers that run into words.
for value in "abc", b"abc", bytearray(b"a"), [1], {1: 2}, (), (1,), 5:
    for form in b"12", bytearray(b"12"), "12":
        try:
            print(repr(form % value))
        except TypeError as error:
            print(type(form).__name__, repr(value), error)
for source in "()0inf", "1nothing", "1andy", "1forest", "1iffy", "1isnt", "1oracle", "1elsewhere", "1abc", "0_if", "x = 1xor 2":
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        print(source, error.args)
for source in "f()g = 0\\d", "x = 0\\d", "f()g = 0\\d 'abc", "f()g = 'abc", "f(\\d", "1 2 \\d\n'abc":
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        print(source, error.args)
