# None where an argument should be something else.
import time, math
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
for f in (lambda: "a".encode(None), lambda: "a".encode("utf-8", None), lambda: b"a".decode(None), lambda: "a".join(None), lambda: "a".startswith(None), lambda: "a".replace(None, ""), lambda: "a".partition(None),
 lambda: "a".split(3), lambda: "a".strip(3), lambda: "a".removeprefix(None), lambda: "a".ljust(3, None), lambda: "a".zfill(None), lambda: "a".expandtabs(None), lambda: "a".translate(None), lambda: "a".format_map(None),
 lambda: "a".find(None), lambda: "a".count(None), lambda: "a".index(None), lambda: "a".center(None), lambda: b"a".replace(None, b""), lambda: bytes.fromhex(None), lambda: float.fromhex(None), lambda: int.from_bytes(b"a", None), lambda: (1).to_bytes(1, None), lambda: (1).to_bytes(None), lambda: eval(None), lambda: compile("1", None, "exec"), lambda: compile("1", "f", None), lambda: __import__(None), lambda: getattr(1, None), lambda: ord(None), lambda: chr(None), lambda: math.factorial(None), lambda: time.strftime(None), lambda: format(1, None), lambda: (1).__format__(None), lambda: "a".__format__(None), lambda: open("f", None), lambda: str(b"a", None), lambda: Exception().with_traceback(None), lambda: Exception().with_traceback(1), lambda: "a".splitlines(None), lambda: b"a".split(None, None), lambda: [].insert(None, 1), lambda: [].pop(None), lambda: round(1, "a"), lambda: sum("a", "b"), lambda: memoryview(None), lambda: str.maketrans(None), lambda: str.maketrans(None, "a")):
    t(f)
