# What a function carries: name, doc, defaults, own attributes, repr parts.


def documented(a, b=1, *args, c=2, **kwargs):
    """Says what it does.

    And more."""
    local = a
    return local


print(documented.__name__, documented.__qualname__, documented.__module__)
print(documented.__doc__)
print(documented.__defaults__, documented.__kwdefaults__)
code = documented.__code__
print(code.co_name, code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount)
print(code.co_varnames, code.co_firstlineno)
documented.extra = [1]
documented.extra.append(2)
print(documented.extra, documented.__dict__)
try:
    documented.missing
except AttributeError as error:
    print(error)
documented.__name__ = "renamed"
print(documented.__name__)
documented.__defaults__ = (10,)
print(documented.__defaults__)


def outer():
    def inner():
        pass

    class Local:
        def method(self):
            pass

    return inner, Local


inner, Local = outer()
print(inner.__qualname__, Local.__qualname__, Local.method.__qualname__)
print(callable(inner), callable(Local), callable(3), inner.__doc__)
print(repr(inner).startswith("<function outer.<locals>.inner at 0x"))
print(repr(len), len.__name__, type(len).__name__)
