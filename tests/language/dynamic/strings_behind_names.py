# Errors whose place or words depend on what CPython reads before it gives up.


def refused(source):
    try:
        compile(source, "source", "exec")
    except SyntaxError as error:
        place = error.lineno, error.offset, error.end_lineno, error.end_offset
        print(f"{source!r:32} {type(error).__name__}: {error.msg} {place} {error.text!r}")
    else:
        print(f"{source!r:32} compiles")


# An indentation ends at its last blank.
for source in ["    4", "    4\n", "  one = 1\ntwo", "one\n    4\n", "if 1:\n  one\n    two", "\n\n   4", "\t4", "    def f(): pass"]:
    refused(source)

# A string that ends too early, behind names and elsewhere.
for source in ["'one' two 'three'", "say 'one' two 'three'", "say'one'two say'three'", "say it 'one' two 'three'",
               "print it 'one' two 'three'", "f(say 'one' two 'three')", "name = say 'one' two 'three'", "return say 'one' two 'three'",
               "(say 'one' two 'three')", "say.it 'one' two 'three'", "say (it) 'one' two 'three'", "say 'one' 5 'two'",
               "say f'one' two 'three'", "say 'one' two", "say it", "say 'one'", "def say 'one' two 'three'",
               "import say 'one' two 'three'", "import say as it 'one' two 'three'", "class say 'one' two 'three'",
               "global say 'one' two 'three'", "from say import it 'one' two 'three'", "for say 'one' two 'three' in it: pass",
               "del say 'one' two 'three'", "assert say 'one' two 'three'", "lambda say 'one' two 'three': 1"]:
    refused(source)
