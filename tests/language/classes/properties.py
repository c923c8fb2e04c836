# Properties: getters, setters, deleters, inheritance, errors.


class Temperature:
    def __init__(self, celsius=0):
        self._celsius = celsius

    @property
    def celsius(self):
        """The temperature."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError("too cold")
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        print("deleting")
        self._celsius = None

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32


t = Temperature(100)
print(t.celsius, t.fahrenheit)
t.celsius = 37
print(t.celsius, t.fahrenheit)
t.celsius += 1
print(t.celsius)
try:
    t.celsius = -300
except ValueError as error:
    print(error)
try:
    t.fahrenheit = 1
except AttributeError as error:
    print(error)
try:
    del t.fahrenheit
except AttributeError as error:
    print(error)
del t.celsius
print(t.celsius, Temperature.celsius.__doc__)
t.__dict__["celsius"] = "shadow"
print(t.celsius)


class Other(Temperature):
    @property
    def celsius(self):
        return "other"

    name = property(lambda self: "made", None, None, "docs")


o = Other()
print(o.celsius, o.name, Other.name.__doc__)
try:
    o.celsius = 1
except AttributeError as error:
    print(error)


class Failing:
    @property
    def value(self):
        return self.missing


try:
    Failing().value
except AttributeError as error:
    print(error)
print(getattr(Failing(), "value", "default"))
