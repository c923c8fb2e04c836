# super() in methods, class methods, nested functions and comprehension; its errors.


class A:
    def f(self):
        return "A.f"

    @classmethod
    def c(cls):
        return "A.c of " + cls.__name__

    @staticmethod
    def s():
        return "A.s"

    @property
    def p(self):
        return "A.p"

    x = "A.x"


class B(A):
    x = "B.x"

    def f(self):
        return "B.f+" + super().f()

    @classmethod
    def c(cls):
        return "B.c+" + super().c()

    @staticmethod
    def s():
        return "B.s+" + super(B, B).s()

    @property
    def p(self):
        return "B.p+" + super().p

    def attribute(self):
        return super().x

    def nested(self):
        def inner():
            return super(B, self).f()

        return inner()

    def own_class(self):
        return __class__.__name__


b = B()
print(b.f(), b.c(), B.c(), b.s(), b.p, b.attribute(), b.nested(), b.own_class())


def outside():
    super().f()


try:
    outside()
except RuntimeError as error:
    print(error)


class C(A):
    def missing(self):
        return super().nothing

    def no_self():
        return super()


try:
    C().missing()
except AttributeError as error:
    print(error)
try:
    C.no_self()
except RuntimeError as error:
    print(error)
try:
    super(B, A()).f()
except TypeError as error:
    print(error)
