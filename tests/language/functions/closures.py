# Closures: cells shared between functions, late binding, nesting, rebinding.


def counter():
    count = 0

    def increase(by=1):
        nonlocal count
        count += by
        return count

    def read():
        return count

    return increase, read


increase, read = counter()
increase()
increase(5)
print(read())
other, read_other = counter()
other()
print(read(), read_other())


def late():
    return [lambda: i for i in range(3)]


print([f() for f in late()])


def parameters(a, b):
    def inner():
        return a * 10 + b

    a += 1
    return inner


print(parameters(1, 2)())


def deep(x):
    def middle():
        def inner():
            nonlocal x
            x *= 2
            return x

        return inner

    return middle, lambda: x


middle, look = deep(3)
middle()()
middle()()
print(look())


def unbound():
    def inner():
        return later

    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    later = 1
    print(inner())
    del later
    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)


unbound()
print(look.__closure__[0].cell_contents, read.__code__.co_freevars)
