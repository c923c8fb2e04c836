# Messages that need care in a traceback: empty, several lines, no argument, tuple, KeyError.

import sys

for error in (
    ValueError(),
    ValueError("two\nlines"),
    KeyError("quoted"),
    Exception("a", 1),
    StopIteration(3),
    ValueError("ünïcödé"),
):
    try:
        raise error
    except Exception as caught:
        sys.excepthook(type(caught), caught, caught.__traceback__)


class InFunction:
    class Nested(Exception):
        pass


raise InFunction.Nested("qualified")
