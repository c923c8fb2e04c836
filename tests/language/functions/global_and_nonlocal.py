# global and nonlocal: reading, rebinding and deleting names of outer scopes.

x = "module"


def read():
    return x


def local():
    x = "local"
    return x


def rebind():
    global x
    x = "rebound"


print(read(), local(), read())
rebind()
print(read())


def create():
    global made_here
    made_here = 42


create()
print(made_here)


def remove():
    global made_here
    del made_here


remove()
try:
    made_here
except NameError as error:
    print(error)


def before_assignment():
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1
    del x
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)


before_assignment()


def outer():
    value = "outer"

    def middle():
        nonlocal value
        value = "middle"

        def inner():
            global x
            nonlocal value
            value = "inner"
            x = "set by inner"

        inner()

    middle()
    return value


print(outer(), x)


class C:
    x = "class"
    y = x

    def method(self):
        return x


print(C.y, C().method())
