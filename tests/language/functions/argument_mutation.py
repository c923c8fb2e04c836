# Arguments are shared with the caller, rebinding a parameter is not.


def mutate(items, table):
    items.append(4)
    table["new"] = True


def rebind(items):
    items = [0]
    return items


def augment(items, n):
    items += [n]
    n += 1
    return n


numbers = [1, 2, 3]
table = {}
mutate(numbers, table)
print(numbers, table)
print(rebind(numbers), numbers)
n = 5
print(augment(numbers, n), numbers, n)


def swap(pair):
    a, b = pair
    return b, a


print(swap(swap((1, 2))), swap("xy"))


def delete(x):
    del x
    try:
        return x
    except UnboundLocalError as error:
        return str(error)


print(delete(1))
alias = numbers
alias[0] = "changed"
print(numbers, numbers is alias)
