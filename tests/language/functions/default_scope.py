# Names in defaults, decorators and annotations belong to the enclosing scope.

value = "module"


def build():
    value = "enclosing"

    def inner(a=value, *, b=value + "!"):
        value = "inner"
        return a, b, value

    return inner


print(build()())


class Holder:
    value = "class"

    def method(self, a=value):
        return a, value

    pairs = [(value, n) for n in range(2)]


print(Holder().method(), Holder.pairs)


def annotated(a: int, b: "text" = 2) -> list:
    return [a, b]


print(annotated(1), annotated("not checked", None))

count: int = 3
print(count)


def shadow(len):
    return len


print(shadow(4), len([1, 2]))
