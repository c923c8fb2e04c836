# Reports show the notes of every exception, whatever its class and whatever they are.
import sys


class Failing:
    def __str__(self):
        raise ValueError

    __repr__ = __str__


class Hidden(Exception):
    @property
    def __notes__(self):
        raise KeyError("no notes")


class Listed(list):
    pass


def report(error):
    sys.stdout.flush()
    sys.excepthook(type(error), error, None)


def failing(source):
    try:
        eval(source)
    except SyntaxError as error:
        error.add_note("said of " + source)
        error.add_note("two\nlines")
        return error


report(failing("255 255"))
report(failing("(1"))
report(SyntaxError("no place"))
placed = SyntaxError("placed", ("file", 3, 2, "text here", 3, 4))
placed.add_note("after the place")
report(placed)
for notes in [
    None, [], ["one", 2, Failing()], ("a", "tuple"), Listed(["a list"]), "text", b"bytes", 42, Failing(), {"a": 1},
    range(3), [None],
]:
    error = ValueError("notes")
    error.__notes__ = notes
    report(error)
report(Hidden("hidden"))
group = ExceptionGroup("group", [failing("1 +"), TypeError("inner")])
group.exceptions[1].add_note("of the inner one")
group.add_note("of the group")
report(group)
try:
    failing("x x").missing
except AttributeError as error:
    error.add_note("caught")
    error.__cause__ = failing("a b")
    raise
