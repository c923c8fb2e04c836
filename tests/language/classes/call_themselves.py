# classes whose methods lead to themselves without a function in between: RecursionError
class Shown:
    pass


Shown.__repr__ = Shown.__str__


class Called:
    pass


called = Called()
Called.__call__ = called


class Descriptor:
    pass


descriptor = Descriptor()
Descriptor.__get__ = descriptor
Descriptor.x = descriptor
for attempt in (lambda: str(Shown()), lambda: repr(Shown()), lambda: f"{Shown()}", called, lambda: descriptor.x):
    try:
        attempt()
    except (RecursionError, TypeError) as error:
        print(isinstance(error, (RecursionError, TypeError)))
