"""Int literals of more digits than `sys.set_int_max_str_digits` allows."""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
LONG = "1" * 4301


def try_(what, make):
    try:
        value = make()
        print(what, type(value).__name__)
    except SyntaxError as error:
        place = (error.lineno, error.offset, error.end_lineno, error.end_offset)
        print(what, error.msg, *place, len(error.text or ""))
    except ValueError as error:
        print(what, error)


def compile_(what, source, mode="exec"):
    try_(what, lambda: compile(source, "f", mode))


compile_("second line", f"x = 1\ny = {LONG}\n")
try_("eval", lambda: eval(LONG))
try_("exec", lambda: exec(f"x = -{LONG}"))
try_("literal", lambda: ast.literal_eval(f"[{LONG}]"))
try_("tree", lambda: ast.parse(f"f({LONG})"))
try_("allowed", lambda: eval(LONG[1:]))
try_("underscores", lambda: eval("_".join(LONG)))
try_("zeros", lambda: eval("0" * 5000))
try_("imaginary", lambda: eval("1" * 5000 + "j"))
try_("float", lambda: eval("1" * 300 + "." + LONG))
try_("hexadecimal", lambda: eval("0x" + LONG))
compile_("field", 'f"{' + LONG + '}"')
compile_("pattern", f"match x:\n case {LONG}: pass")

# Which of two errors is first.
compile_("unclosed", "(" + LONG)
compile_("target", LONG + " = 1")
compile_("line before", "x y\n" + LONG)
compile_("line behind", LONG + "\nx y")
compile_("same line", "x y " + LONG)
compile_("tokenizer", LONG + " $")

sys.set_int_max_str_digits(5000)
try_("5000", lambda: eval(LONG))
try_("5001", lambda: eval("1" * 5001))
sys.set_int_max_str_digits(640)
try_("640", lambda: eval("1" * 640))
try_("641", lambda: eval("1" * 641))
try_("product", lambda: eval("*".join(["1" * 600] * 3)))
try_("text of it", lambda: ast.unparse(ast.Constant(10**700)))
sys.set_int_max_str_digits(0)
try_("no limit", lambda: eval("1" * 20000))
