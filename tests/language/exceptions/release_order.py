# The order in which locals, arguments and the items of lists and tuples are released.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def function(p, q):
    a = Noisy("a")
    b = Noisy("b")
    c = Noisy("c")
    return 1


function(Noisy("p"), Noisy("q"))


def generator():
    a = Noisy("generator a")
    b = Noisy("generator b")
    yield 1


for item in generator():
    pass
print("items")
len([Noisy("list 1"), Noisy("list 2")])
len((Noisy("tuple 1"), Noisy("tuple 2")))
len({"k": Noisy("dict 1"), "l": Noisy("dict 2")})
print("early return")


def early(flag):
    first = Noisy("first")
    if flag:
        return
    second = Noisy("second")


early(True)
early(False)
print("end")
