"""As much of a typing module as classes with type parameters ask for."""


class _GenericAlias:
    def __init__(self, origin, args):
        self.__origin__ = origin
        self.__args__ = args if isinstance(args, tuple) else (args,)

    def __mro_entries__(self, bases):
        return (self.__origin__,)

    def __repr__(self):
        return f"{self.__origin__.__name__}[{', '.join(map(repr, self.__args__))}]"


class Unpack:
    def __class_getitem__(cls, item):
        return ("unpacked", item)


def _generic_class_getitem(cls, params):
    return _GenericAlias(cls, params)


def _generic_init_subclass(cls, **kwargs):
    cls.seen = sorted(kwargs)
    cls.__parameters__ = [a for base in getattr(cls, "__orig_bases__", ()) for a in getattr(base, "__args__", ())]


def _type_check(value, message):
    return value
