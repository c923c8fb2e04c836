# Stars in list, tuple, set and dict displays, returns, yields and subscripts.

a = [1, 2]
b = (3, 4)
print([*a, *b], (*a, *b), sorted({*a, *b, *a}), [*a, 0, *"xy", *range(2)])
print({**{"a": 1, "b": 2}, "b": 3, **{"c": 4}})
print(*a, *b, sep="-")
print([*{"k": 1}], [*[]], (*(),), {**{}})
t = *a, 5
print(t)


def returns():
    return 0, *a


def yields():
    yield 1, *b


print(returns(), list(yields()))
for x in *a, *b:
    print(x, end=" ")
print()


class Grid:
    def __getitem__(self, key):
        return key


print(Grid()[*a, 9], Grid()[*a], Grid()[1:2, *b])


def attempt(thunk):
    try:
        thunk()
    except TypeError as error:
        print(error)


attempt(lambda: [*5])
attempt(lambda: (*None, 1))
attempt(lambda: {*1.5})
attempt(lambda: {**5})
attempt(lambda: {**[1]})


def numbers():
    print("asked")
    yield 1


print([0, *numbers(), *numbers()])
