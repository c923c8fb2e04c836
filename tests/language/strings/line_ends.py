# line ends of source are \n, also inside strings
for end in ("\n", "\r", "\r\n"):
    source = f"text = '''a{end}b'''{end}raw = r'''{end}'''{end}line = 1 + \\{end}    2{end}def f():{end}    return f'''{end}'''{end}"
    namespace = {}
    exec(source, namespace)
    print(ascii(namespace["text"]), ascii(namespace["raw"]), namespace["line"], ascii(namespace["f"]()), namespace["f"].__code__.co_firstlineno)
    print(ascii(eval(f"'''{end}'''")), ascii(eval(f"b'''{end}'''".encode())))
