# A function runs the code that it has when it is called, not the one it had when it was looked up.


def one():
    return 1


def two():
    return 2


def three(a=3):
    return a


def looked_up_before():
    function = one
    one.__code__ = two.__code__
    return function(), one()


def replace():
    two.__code__ = three.__code__
    two.__defaults__ = (30,)
    return 4


def both(a, b):
    return a, b


def argument_replaces():
    return both(two(), replace()), two()


def nested(a):
    return a


def replaces_its_caller_callee(a):
    nested.__code__ = negative.__code__
    return a


def negative(a):
    return -a


def argument_replaces_callee():
    return nested(replaces_its_caller_callee(5)), nested(6)


def in_a_loop():
    results = []
    for i in range(4):
        results.append(three())
        if i == 1:
            three.__defaults__ = (7,)
        if i == 2:
            three.__code__ = both.__code__
            three.__defaults__ = (8, 9)
    return results


print(looked_up_before())
print(argument_replaces())
print(argument_replaces_callee())
print(in_a_loop())
