import counter
from counter import Registry


def total():
    return counter.count


def through_module():
    return counter.increase()


def extra():
    counter.extra.append(2)
    return counter.extra
