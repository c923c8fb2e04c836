# Where a statement or an expression is needed and there is none.
for source in "", "\n", "\n\n", "#x", "#x\n", "\n #y\n\n", "\t\n", "\f\n", "\n)", "1;\n":
    for mode in "eval", "single", "exec":
        try:
            compile(source, "f", mode)
            print(repr(source), mode)
        except SyntaxError as e:
            print(repr(source), mode, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))
