# try with except, else and finally in every combination; what runs when.


def run(action):
    log = []
    try:
        log.append("try")
        if action == "value":
            raise ValueError("v")
        if action == "key":
            {}["k"]
        if action == "other":
            raise RuntimeError("r")
        if action == "return":
            return log
    except ValueError as error:
        log.append(f"except {error}")
    except (KeyError, IndexError) as error:
        log.append(f"lookup {error!r}")
    else:
        log.append("else")
    finally:
        log.append("finally")
        print(action, log)
    return log


for action in "none", "value", "key", "return":
    run(action)
try:
    run("other")
except RuntimeError as error:
    print("escaped", error)


def only_finally():
    try:
        return "try"
    finally:
        print("finally before return")


print(only_finally())


def bare():
    try:
        1 / 0
    except:
        return "bare"


print(bare())


def nested():
    try:
        try:
            [][1]
        except KeyError:
            print("wrong handler")
        finally:
            print("inner finally")
    except IndexError as error:
        print("outer", error)
    else:
        print("not reached")


nested()


def unbinds():
    error = "before"
    try:
        raise ValueError("x")
    except ValueError as error:
        print(error)
    try:
        print(error)
    except UnboundLocalError as problem:
        print(problem)


unbinds()


def in_loop():
    for n in range(5):
        try:
            if n == 1:
                continue
            if n == 3:
                break
            print("body", n)
        except ValueError:
            pass
        else:
            print("else", n)
        finally:
            print("finally", n)
    else:
        print("loop else")


in_loop()


def from_else():
    try:
        pass
    except ValueError:
        print("not caught here")
    else:
        raise ValueError("from else")


try:
    from_else()
except ValueError as error:
    print(error)

try:
    try:
        raise KeyError("a")
    except "not a class":
        pass
except TypeError as error:
    print(error)
