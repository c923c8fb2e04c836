# `types`: the names of builtin types, each with something of that type.
import types


def function():
    yield


async def coroutine():
    pass


async def generator():
    yield


class C:
    def method(self):
        return lambda: self


c = coroutine()
c.close()
try:
    raise KeyError
except KeyError as e:
    traceback = e.__traceback__
things = {
    "FunctionType": function,
    "LambdaType": lambda: 0,
    "CodeType": function.__code__,
    "GeneratorType": function(),
    "CoroutineType": c,
    "AsyncGeneratorType": generator(),
    "MethodType": C().method,
    "BuiltinFunctionType": len,
    "BuiltinMethodType": [].append,
    "WrapperDescriptorType": object.__init__,
    "MethodWrapperType": object().__str__,
    "MethodDescriptorType": str.join,
    "ClassMethodDescriptorType": dict.__dict__["fromkeys"],
    "ModuleType": types,
    "TracebackType": traceback,
    "FrameType": traceback.tb_frame,
    "GetSetDescriptorType": types.FunctionType.__code__,
    "MemberDescriptorType": types.FunctionType.__globals__,
    "GenericAlias": list[int],
    "UnionType": int | str,
    "EllipsisType": ...,
    "NoneType": None,
    "NotImplementedType": NotImplemented,
    "MappingProxyType": C.__dict__,
    "SimpleNamespace": types.SimpleNamespace(a=1),
    "CellType": C().method().__closure__[0],
}
for name, thing in things.items():
    print(name, getattr(types, name) is type(thing), type(thing).__name__)
print(types.CapsuleType, sorted(name for name in types.__all__ if name not in things))
try:
    types.CapsuleType()
except TypeError as e:
    print(e)
