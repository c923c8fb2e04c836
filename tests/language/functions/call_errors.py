# Calling what cannot be called, and builtins with wrong arguments.


class Plain:
    pass


class Sized:
    def __init__(self, a, b):
        self.a = a

    def method(self, x):
        return x


def attempt(thunk):
    try:
        print(thunk())
    except Exception as error:
        print(type(error).__name__ + ":", error)


number, nothing, text = 5, None, "text"
attempt(lambda: number())
attempt(lambda: nothing())
attempt(lambda: text(1))
attempt(lambda: Plain()())
attempt(lambda: Plain(1))
attempt(lambda: Plain(x=1))
attempt(lambda: Sized())
attempt(lambda: Sized(1))
attempt(lambda: Sized(1, 2, 3))
attempt(lambda: Sized(1, 2).method())
attempt(lambda: Sized(1, 2).method(1, 2))
attempt(lambda: Sized.method(1))
attempt(lambda: len())
attempt(lambda: len(1, 2))
attempt(lambda: len(5))
attempt(lambda: abs("x"))
attempt(lambda: ord("ab"))
attempt(lambda: chr(-1))
attempt(lambda: [].append())
attempt(lambda: [].append(1, 2))
attempt(lambda: {}.get())
attempt(lambda: "a".join(1))
attempt(lambda: "a".join([1]))
attempt(lambda: isinstance(1, 2))
attempt(lambda: int("a", 40))
attempt(lambda: sum(["a"]))
attempt(lambda: max())
attempt(lambda: max([]))
attempt(lambda: range(1, 2, 0))
attempt(lambda: next([]))
attempt(lambda: iter(5))
attempt(lambda: undefined_name)
