# `functools`: partial with placeholders, keys from comparisons, reduce, caches.
import copy
import functools
import pickle
from functools import Placeholder as _, partial


def attempt(action):
    try:
        print(repr(action()))
    except Exception as e:
        print(type(e).__name__, e)


def show(*args, **kwargs):
    return args, kwargs


class Shown:
    def __init__(self, text):
        self.text = text

    def __call__(self, *args, **kwargs):
        return self.text, args, kwargs

    def __repr__(self):
        return self.text


s = Shown("s")
print("partial")
p = partial(s, 1, _, 3, k=1)
print(p, p.func is s, p.args, p.keywords)
attempt(lambda: p())
attempt(lambda: p(2))
attempt(lambda: p(2, 4, k=5, z=6))
attempt(lambda: p(*[2], **{"a b": 1}))
print(partial(p, 2), partial(p, _, 9), partial(p, 2, 4, k=3, j=2))
attempt(lambda: partial(s, _))
attempt(lambda: partial(p, 2, _))
attempt(lambda: partial(s, a=_))
attempt(lambda: partial(3))
attempt(lambda: type(_)() is _)
attempt(lambda: type(_)(1))
attempt(lambda: type("P", (type(_),), {}))
print(_, copy.copy(_) is _, pickle.loads(pickle.dumps(_)) is _)

named = partial(s, 1)
named.note = "kept"
print(partial(named, 2).func is named, partial(partial(s, 1), 2).func is s)
print(named.__dict__, copy.copy(named).note, named.__reduce__()[2][3])
for attribute in ["func", "args", "keywords"]:
    attempt(lambda: setattr(named, attribute, 1))
    attempt(lambda: delattr(named, attribute))
attempt(lambda: delattr(named, "__dict__"))
for state in [1, (), (s, (), {}), (1, (), {}, {}), (s, [], {}, {}), (s, (), [], {}), (s, (), {}, 1), (s, (_,), {}, None)]:
    attempt(lambda: named.__setstate__(state))
named.__setstate__((s, (5, _, 6), None, {"new": 1}))
print(named, named.keywords, named.__dict__, named(0))
named.__setstate__((named, (named,), {"k": named}, None))
print(named)
named.__setstate__((s, (), {}, None))


class Derived(partial):
    pass


class Louder(partial):
    def __call__(self, *args, **kwargs):
        return "louder", super().__call__(*args, **kwargs)


print(Derived(s, 1), Derived(s, 1)(2), Louder(s, 1)(2, k=3), partial(Louder(s, 1), 2)())
again = pickle.loads(pickle.dumps(Derived(show, 1, k=2)))
print(type(again), again(3), again.keywords)
print(partial[int], isinstance(p, partial))


class Holder:
    bound = partial(show, 1)

    def __repr__(self):
        return "holder"


print(Holder().bound(2), Holder.bound(2))
attempt(lambda: p.__get__(None))

print("reduce")
attempt(lambda: functools.reduce(show, [1, 2, 3]))
attempt(lambda: functools.reduce(show, [], 3))
attempt(lambda: functools.reduce(lambda a, b: a * b, range(1, 6), initial=10))
attempt(lambda: functools.reduce(show, []))
attempt(lambda: functools.reduce(show, 1))

print("cmp_to_key")
words = ["pear", "fig", "apple", "kiwi"]
K = functools.cmp_to_key(lambda a, b: len(a) - len(b))
print(sorted(words, key=K), max(words, key=K), K("a") == K("b"), K("a") != K("bb"), K("a") >= K("b"))
attempt(lambda: K("a") < "b")
attempt(lambda: hash(K("a")))
attempt(lambda: K("a") < K)
attempt(lambda: functools.cmp_to_key(mycmp=len)(obj=3).obj)
attempt(lambda: functools.cmp_to_key(len)(1) < functools.cmp_to_key(len)(2))
key = K("a")
key.obj = "changed"
print(key.obj, K.obj)
