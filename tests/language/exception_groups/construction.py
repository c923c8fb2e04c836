"""What makes an exception group, and what is refused."""


def attempt(make):
    try:
        print(repr(make()))
    except BaseException as error:
        print(type(error).__name__, error)


class Custom(ExceptionGroup):
    pass


class Base(BaseExceptionGroup):
    pass


class Both(BaseExceptionGroup, ValueError):
    pass


class WithCode(ExceptionGroup):
    def __new__(cls, message, exceptions, code):
        group = super().__new__(cls, message, exceptions)
        group.code = code
        return group

    def derive(self, exceptions):
        return WithCode(self.message, exceptions, self.code)


attempt(lambda: ExceptionGroup())
attempt(lambda: ExceptionGroup(1, []))
attempt(lambda: ExceptionGroup("", 5))
attempt(lambda: ExceptionGroup("", {1: 2}))
attempt(lambda: ExceptionGroup("", {ValueError()}))
attempt(lambda: ExceptionGroup("", []))
attempt(lambda: ExceptionGroup("", "ab"))
attempt(lambda: ExceptionGroup("", [ValueError(), ValueError]))
attempt(lambda: ExceptionGroup("", [KeyboardInterrupt()]))
attempt(lambda: ExceptionGroup("", [ValueError()], extra=1))
attempt(lambda: BaseExceptionGroup("all ordinary", [ValueError(1), TypeError(2)]))
attempt(lambda: BaseExceptionGroup("not", [ValueError(1), KeyboardInterrupt(2)]))
attempt(lambda: Custom("c", [KeyboardInterrupt()]))
attempt(lambda: Custom("c", (OSError(2, "x"),)))
attempt(lambda: Base("b", [ValueError()]))
attempt(lambda: Base("b", [SystemExit(3)]))
attempt(lambda: Both("b", [SystemExit(3)]))
attempt(lambda: Both("b", [IndexError(3)]))
attempt(lambda: WithCode("w", [ValueError()], 7).code)
attempt(lambda: ExceptionGroup("x", [ValueError(range(3))]).exceptions)
attempt(lambda: str(ExceptionGroup("one", [ValueError()])))
attempt(lambda: str(ExceptionGroup("two", [ValueError(), ExceptionGroup("in", [KeyError()])])))
attempt(lambda: ExceptionGroup[int])

members = [ValueError(1)]
group = ExceptionGroup("m", members)
members.append("changed")
print(repr(group), group.args, group.exceptions, group.message)
for name in ("message", "exceptions"):
    try:
        setattr(group, name, 1)
    except AttributeError as error:
        print(error)
print([c.__name__ for c in ExceptionGroup.__mro__], isinstance(group, Exception))
print(issubclass(BaseExceptionGroup, Exception), BaseExceptionGroup.__doc__, ExceptionGroup.__doc__)
try:
    raise group
except Exception as caught:
    print(caught is group)
