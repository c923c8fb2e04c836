# Descriptors: data and non-data, __set_name__, precedence over the instance.


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        print("named", name, "in", owner.__name__)
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"expected {self.kind.__name__}, got {type(value).__name__}")
        instance.__dict__[self.name] = value

    def __delete__(self, instance):
        del instance.__dict__[self.name]


class Person:
    name = Typed(str)
    age = Typed(int)


p = Person()
print(p.name, p.age)
p.name = "Ada"
p.age = 36
print(p.name, p.age, p.__dict__)
try:
    p.age = "old"
except TypeError as error:
    print(error)
del p.age
print(p.age, type(Person.name).__name__)


class NonData:
    def __get__(self, instance, owner):
        return "from descriptor of " + owner.__name__


class Holder:
    value = NonData()


h = Holder()
print(h.value, Holder.value)
h.value = "instance wins"
print(h.value)


class Method:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return lambda *args: self.function(instance, *args) + 1


class Uses:
    base = 10

    @Method
    def add(self, n):
        return self.base + n


print(Uses().add(5))


class ReadOnly:
    def __get__(self, instance, owner):
        return 42

    def __set__(self, instance, value):
        raise AttributeError("read only")


class Constant:
    answer = ReadOnly()


c = Constant()
try:
    c.answer = 1
except AttributeError as error:
    print(error)
print(c.answer)


class Lazy:
    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Report:
    @Lazy
    def total(self):
        print("computing")
        return 99


r = Report()
print(r.total, r.total)
