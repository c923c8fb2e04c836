# Assignment to __bases__: attributes, isinstance, subclasses, what is derived; what cannot be assigned.
from typing import NamedTuple


class Base:
    pass


class One(Base):
    name = 'one'


class Two(Base):
    name = 'two'

    def call(self):
        return super().__repr__()[:1] + self.name


class Derived(One):
    pass


class Further(Derived):
    def call(self):
        return 'further ' + super().call()


object_before = Further()
print(object_before.name, One.__subclasses__(), Two.__subclasses__())
Derived.__bases__ = (Two,)
print(object_before.name, object_before.call(), isinstance(object_before, One), isinstance(object_before, Two))
print(One.__subclasses__(), Two.__subclasses__(), [c.__name__ for c in Further.__mro__], Derived.__base__)
Derived.__bases__ = (One, Two)
print(object_before.name, object_before.call(), Derived.__bases__)


class Slots(Base):
    __slots__ = ('a', 'b')


class SameSlots(Base):
    __slots__ = ('b', 'a')


class OfSlots(Slots):
    pass


OfSlots.__bases__ = (SameSlots,)
print(OfSlots.__base__.__name__)


class Meta(type):
    def mro(cls):
        if cls.__name__ == 'Picky' and Two in cls.__bases__:
            raise ValueError('not these')
        return super().mro()


class Picky(One, metaclass=Meta):
    pass


for value in ((Two,), (Further, Base), (), [One], (1,), (Slots,)):
    for cls in (Picky, Derived):
        try:
            cls.__bases__ = value
            print(cls.__name__, cls.__bases__)
        except (TypeError, ValueError) as problem:
            print(problem)
for change in (lambda: setattr(int, '__bases__', (object,)), lambda: delattr(One, '__bases__')):
    try:
        change()
    except TypeError as problem:
        print(problem)


class Point(NamedTuple):
    x: int
    y: int = 0


print(Point(1), Point.__bases__, Point(1, 2)._replace(x=5))
