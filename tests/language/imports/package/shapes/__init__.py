print("package runs as", __name__)
from . import square
from .square import Square

kind = "package"


def describe(shape):
    return f"{type(shape).__name__} of {shape.area()}"
