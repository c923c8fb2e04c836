# finally: returning, raising, loops, and keeping the pending exception.


def value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2


def raises_over():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")


def nested():
    order = []
    try:
        try:
            try:
                order.append("body")
                raise ValueError("deep")
            finally:
                order.append("f1")
        finally:
            order.append("f2")
            try:
                raise KeyError("inside finally")
            except KeyError:
                order.append("handled")
    except ValueError as error:
        order.append(str(error))
    finally:
        order.append("f3")
    return order


def in_generator():
    try:
        yield 1
        yield 2
    finally:
        print("generator finally")


def loops():
    out = []
    for i in range(3):
        try:
            for j in range(3):
                try:
                    if j == 1:
                        break
                    out.append((i, j))
                finally:
                    out.append("inner")
            if i == 1:
                continue
        finally:
            out.append("outer")
    return out


def deep_return():
    for i in range(2):
        try:
            while True:
                try:
                    return "from the deep"
                finally:
                    print("first")
        finally:
            print("second")


print(value_kept())
try:
    raises_over()
except KeyError as error:
    print(repr(error), repr(error.__context__))
print(nested())
for n in in_generator():
    print(n)
    break
print(loops())
print(deep_return())


def except_in_except():
    try:
        raise ValueError(1)
    except ValueError:
        try:
            raise KeyError(2)
        except KeyError as inner:
            print(repr(inner), repr(inner.__context__))
        print("continuing")
    try:
        raise IndexError(3)
    except IndexError as later:
        print(later.__context__)


except_in_except()
