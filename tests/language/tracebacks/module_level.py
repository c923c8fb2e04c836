# An error in a class body and in a comprehension at module level.

import sys

try:

    class Body:
        first = 1
        second = first + "x"

except TypeError as error:
    sys.excepthook(type(error), error, error.__traceback__)

values = [10 // n for n in (2, 1, 0)]
