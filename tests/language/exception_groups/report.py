"""How an uncaught group is printed: members, depth, chains, notes."""


def fail(n):
    raise ValueError(f"number {n}\nsecond line")


def collected():
    errors = []
    for n in range(2):
        try:
            fail(n)
        except ValueError as e:
            e.add_note("noted\ntwice")
            errors.append(e)
    return errors


def group():
    inner = ExceptionGroup("inner", collected())
    try:
        raise inner
    except ExceptionGroup:
        pass
    members = [KeyError("plain"), inner, BaseExceptionGroup("base", [SystemExit(1)])]
    try:
        raise OSError("while opening")
    except OSError as e:
        members.append(e)
        result = BaseExceptionGroup("outer", members)
        result.add_note("a note of the group")
        raise result from RuntimeError("cause")


try:
    group()
except* KeyError:
    raise TypeError("from the clause")
