# __annotate__ of functions, classes and modules: set, cleared, and what it must return.
import types


def function():
    pass


class Class:
    pass


class Own:
    a: int

    def __annotate__(format):
        return {"a": str}


for thing in (function, Class, types.ModuleType("module")):
    print(thing.__annotations__, thing.__annotate__)
    for wrong in (42, lambda x: 42):
        try:
            thing.__annotate__ = wrong
            thing.__annotations__
        except TypeError as error:
            print(error)
    thing.__annotate__ = lambda x: {"x": x}
    print(thing.__annotations__)
    thing.__annotate__ = None
    print(thing.__annotations__)
    thing.__annotate__ = lambda x: {"y": x}
    print(thing.__annotations__)
    thing.__annotations__ = {"z": 43}
    print(thing.__annotations__, thing.__annotate__)
print(Own.__annotations__, Own.__annotate__(1))

# What the debugging forms of fields show leaves comments out.
print(f"""{1 + 2 =  # a comment
}""")
template = t"""{(
    1,  # a comment
    "#")=}"""
print(template.interpolations[0].expression)
