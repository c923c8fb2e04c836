"""split, subgroup and derive."""


def leaves(group):
    if not isinstance(group, BaseExceptionGroup):
        return repr(group)
    return [group.message] + [leaves(e) for e in group.exceptions]


def show(*parts):
    print(*["-" if part is None else leaves(part) for part in parts], sep=" | ")


group = ExceptionGroup(
    "top",
    [
        ValueError(1),
        ExceptionGroup("inner", [TypeError(2), ValueError(3), ExceptionGroup("deep", [OSError(4)])]),
        KeyError(5),
    ],
)
show(*group.split(ValueError))
show(*group.split((TypeError, KeyError)))
show(*group.split(ZeroDivisionError))
show(*group.split(Exception))
show(*group.split(lambda e: isinstance(e, ExceptionGroup) and e.message == "inner"))
show(group.subgroup(OSError))
show(group.subgroup(lambda e: e.args in [(2,), (5,)]))
show(group.subgroup(lambda e: False))
print(group.subgroup(ExceptionGroup) is group)

for matcher in (1, "x", (ValueError, 1), int, [ValueError], object):
    try:
        group.split(matcher)
    except TypeError as error:
        print(matcher, error)


def failing(e):
    raise LookupError("in the predicate")


try:
    group.subgroup(failing)
except LookupError as error:
    print(error)


class Coded(ExceptionGroup):
    def __new__(cls, message, exceptions, code):
        made = super().__new__(cls, message, exceptions)
        made.code = code
        return made

    def derive(self, exceptions):
        print("derive", type(exceptions).__name__, len(exceptions))
        return Coded(self.message, exceptions, self.code)


class Bad(ExceptionGroup):
    def derive(self, exceptions):
        return 42


try:
    try:
        raise Coded("coded", [ValueError(1), TypeError(2)], 9)
    except Coded as coded:
        coded.add_note("a note")
        raise coded from KeyError("cause")
except Coded as coded:
    left, right = coded.split(ValueError)
    print(left.code, right.code, left.__notes__, left.__notes__ is not coded.__notes__)
    print(left.__cause__ is coded.__cause__, left.__traceback__ is coded.__traceback__)
    print(right.__context__ is coded.__context__, right.__suppress_context__)
try:
    Bad("bad", [ValueError(), KeyError()]).split(ValueError)
except TypeError as error:
    print(error)

plain = ExceptionGroup("plain", [ValueError(1), TypeError(2)])
part = plain.subgroup(TypeError)
print(part.__cause__, part.__context__, part.__suppress_context__, part.__traceback__)
plain.__notes__ = 5
print(hasattr(plain.subgroup(TypeError), "__notes__"))

deep = ValueError()
for i in range(20):
    deep = ExceptionGroup(str(i), [deep])
print(deep.subgroup(KeyError), leaves(deep.subgroup(ValueError)) == leaves(deep))
