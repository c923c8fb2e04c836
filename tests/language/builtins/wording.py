# Words for what is wrong with arguments, where CPython has its own for a class or a kind of value.
import warnings


class Sized:
    def __len__(self):
        print("len")
        return 3

    def __iter__(self):
        return iter([1])


for call in (
    lambda: int(1, 2, 3),
    lambda: int(b"\0" * 100, 16),
    lambda: "a".count(None),
    lambda: str(1, 2, 3, 4),
    lambda: int(bytearray(b"\x00\xff"), 16),
    lambda: int(memoryview(b"x")),
    lambda: bytes.fromhex("Zürich"),
    lambda: bytes.fromhex("12 3Z"),
    lambda: [*Sized()],
    lambda: [0, *Sized(), 2],
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    flag = bool(caught) or True
    print(~flag)
    print(caught[0].message)
