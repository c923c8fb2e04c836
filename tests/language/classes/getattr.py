# __getattr__, __getattribute__, __setattr__, __delattr__ and the builtins over them.


class Recorder:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattr__(self, name):
        self.log.append("get " + name)
        if name.startswith("no"):
            raise AttributeError(name)
        return name.upper()

    def __setattr__(self, name, value):
        self.log.append(f"set {name}")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        self.log.append(f"del {name}")
        object.__delattr__(self, name)


r = Recorder()
print(r.color)
r.color = "red"
print(r.color)
del r.color
print(r.color)
print(hasattr(r, "anything"), hasattr(r, "nope"), getattr(r, "none", 5), getattr(r, "x"))
setattr(r, "made", 1)
print(r.made)
delattr(r, "made")
print(r.log)


class Every:
    value = 1

    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError("hidden")
        return "<" + name + ">"


e = Every()
print(e.value, e.other)
print(getattr(e, "secret", "default"))


class Both:
    def __getattribute__(self, name):
        if name == "a":
            raise AttributeError("no a")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        return "fallback " + name


both = Both()
both.b = 2
print(both.a, both.b, both.c)


class Proxy:
    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)


proxy = Proxy([3, 1, 2])
proxy.append(0)
proxy.sort()
print(proxy._target, proxy.count(1))
try:
    proxy.missing
except AttributeError as error:
    print(error)
try:
    len(proxy)
except TypeError as error:
    print(error)
print(getattr(3, "real"), getattr("s", "upper")())
try:
    getattr(3, "no")
except AttributeError as error:
    print(error)
try:
    (5).x = 1
except AttributeError as error:
    print(error)
