# A TypeError of asking for an iterator, where CPython says what it needed one for.
class A:
    def __iter__(): pass
class B:
    def __iter__(self): raise TypeError("mine")
class C:
    def __iter__(self): raise ValueError("mine")
class D:
    def __iter__(self): return 5
def t(n, f):
    for k in A, B, C, D:
        try: print(n, k.__name__, f(k()))
        except Exception as e: print(n, k.__name__, type(e).__name__, e, type(e.__context__).__name__)
def s1(v): a=[1,2]; a[:] = v
def s2(v): a=[1,2]; a[::-1] = v
def s3(v): a=[1,2]; a[0:1:1] = v
t("slice", s1); t("ext", s2); t("one", s3)
t("join", lambda v: "".join(v))
t("bjoin", lambda v: b"".join(v))
t("bajoin", lambda v: bytearray().join(v))
t("bytes", lambda v: bytes(v))
t("bytearray", lambda v: bytearray(v))
def s4(v): a=bytearray(b'ab'); a[:] = v
def s5(v): a=bytearray(b'ab'); a[::2] = v
def s6(v): a=bytearray(b'ab'); a.extend(v)
t("ba slice", s4); t("ba ext", s5); t("ba extend", s6)
def u(v): a, b = v
def u2(v): a, *b = v
t("unpack", u); t("star", u2)
t("call", lambda v: print(*v))
t("in", lambda v: 1 in v)
t("list", list); t("display", lambda v: [*v]); t("set", lambda v: {*v}); t("tup", lambda v: (1, *v))
t("dict", dict); t("dict2", lambda v: dict([v])); 
import operator
t("index", lambda v: operator.indexOf(v, 1)); t("count", lambda v: operator.countOf(v, 1)); t("opin", lambda v: operator.contains(v, 1))

def e(v):
    a=[]; a += v
t("+=", e)
t("extend", lambda v: [].extend(v))
t("isinstance", lambda v: isinstance(1, v))
t("fromkeys", dict.fromkeys); t("frozenset", frozenset)
t("update", lambda v: {1}.update(v)); t("or", lambda v: {1}.union(v))
def y(v):
    yield from v
t("yf", lambda v: list(y(v)))
def fo(v):
    for x in v: pass
t("for", fo)
t("startswith", lambda v: "a".startswith(v))
t("type", lambda v: type("X", v, {}))
t("excgroup", lambda v: ExceptionGroup("m", v))
