"""Source as bytes, in the encoding that its first lines name."""

import ast
import symtable

for name in ["iso8859-15", "cp1252", "koi8-r", "utf-8", "latin-1", "ascii", "cp037x"]:
    source = b"# coding: " + name.encode() + b"\ntext = '\xa4'\n"
    try:
        namespace = {}
        exec(source, namespace)
        print(name, ascii(namespace["text"]), ascii(ast.parse(source).body[0].value.value))
        print(symtable.symtable(source, "f", "exec").get_identifiers())
    except SyntaxError as error:
        print(name, error.msg, error.lineno)
try:
    compile(b"# coding: cp1252\nx = '\x81'", "f", "exec")
except SyntaxError as error:
    print(error.msg, error.lineno)
