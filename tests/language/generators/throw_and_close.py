# throw and close: handled inside, passed through, at the start, after the end.


def guarded():
    while True:
        try:
            yield "waiting"
        except ValueError as error:
            yield f"handled {error}"
        finally:
            print("finally")


g = guarded()
print(next(g))
print(g.throw(ValueError("v")))
print(next(g))
try:
    g.throw(KeyError("k"))
except KeyError as error:
    print("escaped", error)
print(next(g, "finished"))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("exit asked")
        raise
    finally:
        print("cleanup")


c = closing()
next(c)
c.close()
c.close()
print(next(c, "closed"))

unstarted = closing()
unstarted.close()
print(next(unstarted, "closed before start"))
unstarted = closing()
try:
    unstarted.throw(ValueError("at start"))
except ValueError as error:
    print(error)


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as error:
    print(error)


def returns_on_close():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"


r = returns_on_close()
next(r)
print(r.close())


def loop_and_leave():
    for value in closing():
        print("got", value)
        break
    print("after break")


loop_and_leave()


def dropped():
    g = closing()
    next(g)


dropped()
print("dropped generator was closed")
finished = (x for x in [1])
list(finished)
try:
    finished.throw(ValueError("late"))
except ValueError as error:
    print(error)
try:
    guarded().throw("not an exception")
except TypeError as error:
    print(error)
