# Inheritance: overriding, super, attribute lookup, isinstance and issubclass.


class Animal:
    sound = "..."

    def __init__(self, name):
        self.name = name

    def speak(self):
        return f"{self.name} says {self.sound}"

    def describe(self):
        return "animal " + self.speak()


class Dog(Animal):
    sound = "woof"

    def describe(self):
        return "dog, " + super().describe()


class Puppy(Dog):
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age

    def speak(self):
        return super().speak() + "!" * self.age

    def describe(self):
        return "puppy, " + super(Puppy, self).describe()


for animal in Animal("thing"), Dog("rex"), Puppy("bit", 2):
    print(animal.describe())
p = Puppy("bit", 1)
print(isinstance(p, Dog), isinstance(p, Animal), isinstance(p, (int, Dog)), isinstance(p, int))
print(issubclass(Puppy, Animal), issubclass(Animal, Puppy), issubclass(bool, int))
print([c.__name__ for c in Puppy.__mro__], Puppy.__bases__ == (Dog,), Puppy.__base__ is Dog)
Animal.legs = 4
print(p.legs)
Dog.legs = 3
print(p.legs)
del Dog.legs
print(p.legs)


class MyList(list):
    def first(self):
        return self[0]

    def append(self, item):
        super().append(item * 2)


items = MyList([1, 2])
items.append(3)
print(items, items.first(), len(items), isinstance(items, list))


class MyInt(int):
    def double(self):
        return MyInt(self * 2)


n = MyInt(4)
print(n + 1, n.double().double(), type(n + 1).__name__, type(n.double()).__name__)


class Shout(str):
    def __str__(self):
        return self.upper() + "!"


s = Shout("hey")
print(s, len(s), s + "a", repr(s))


class Table(dict):
    def __missing__(self, key):
        return key * 2


t = Table(a=1)
print(t["a"], t["b"], t.get("b"), t)
