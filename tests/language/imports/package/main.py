# Local modules and packages: forms of import, __name__, sharing, order, cycles.

print("main starts", __name__)
import helper
import helper as again
from helper import VALUE, double as twice
import shapes
import shapes.circle
from shapes import square, describe
from shapes.square import Square
from shapes.deep import inner

print(helper.__name__, helper is again, VALUE, twice(4), helper.double(5))
print(shapes.__name__, shapes.circle.__name__, shapes.circle.area(1), square.Square is Square)
print(Square(3).area(), describe(Square(2)), inner.where(), inner.parent_value())
helper.VALUE = "changed"
print(VALUE, helper.VALUE, helper.get())
from helper import VALUE

print(VALUE)


def in_function():
    import helper as local
    from shapes.circle import area

    return local.get(), area(2)


print(in_function(), "local" in globals())
try:
    from helper import nothing
except ImportError as error:
    print(error.msg.split(" (")[0])
try:
    helper.nothing
except AttributeError as error:
    print(error)
try:
    import does_not_exist
except ModuleNotFoundError as error:
    print(error, error.name)
try:
    import shapes.missing
except ModuleNotFoundError as error:
    print(error)
try:
    import helper.sub
except ModuleNotFoundError as error:
    print(error)
try:
    import failing
except ZeroDivisionError as error:
    print("failing module:", error)
import cycle_a

print(cycle_a.names())
from star import *

print(public, "hidden" in globals(), "_private" in globals())
from star_all import *

print(_listed, "unlisted" in globals())
import sys

print("helper" in sys.modules, sys.modules["helper"] is helper, "failing" in sys.modules)
print(helper.__file__.endswith("helper.py"), __file__.endswith("main.py"), shapes.__file__.endswith("__init__.py"))
