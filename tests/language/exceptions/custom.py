# Exception classes of one's own: hierarchy, attributes, str and repr, catching by base.


class AppError(Exception):
    """Base of them."""

    code = 1


class NotFound(AppError):
    code = 2

    def __init__(self, name, where="here"):
        super().__init__(f"{name} not found {where}")
        self.name = name


class Quiet(AppError):
    def __str__(self):
        return "quiet " + "/".join(map(str, self.args))


class NoInit(AppError, ValueError):
    pass


for error in AppError(), AppError("a"), NotFound("x"), Quiet(1, 2), NoInit("n", 2):
    try:
        raise error
    except NotFound as caught:
        print("NotFound", caught.name, caught.code, caught.args)
    except ValueError as caught:
        print("ValueError", caught, repr(caught), caught.code)
    except AppError as caught:
        print("AppError", str(caught), repr(caught), caught.code, caught is error)

print(issubclass(NoInit, AppError), issubclass(NoInit, ValueError), NoInit.__mro__[1].__name__)
e = NotFound("y", where="there")
e.extra = 5
print(e.extra, str(e), e.args, e.__dict__)


class Holder(Exception):
    def __init__(self, **fields):
        self.fields = fields


h = Holder(a=1)
print(h.args, str(h) == "", h.fields)
print(repr(Exception()), repr(Exception("a")), repr(Exception("a", 1)), str(KeyError("k")), str(KeyError("k", 1)))
print(str(ValueError("it's")), repr(ValueError("it's")))

noted = ValueError("with notes")
noted.add_note("first note")
noted.add_note("second note")
print(noted.__notes__)
a, b = ValueError("same"), ValueError("same")
print(a == b, a == a)
