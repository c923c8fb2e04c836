"""Code, defaults and closures of functions replaced by some threads while others call them: each call runs one of the codes whole."""

from common.hammer import Random, check, hammer, replace_code


def none():
    return "none", ()


def one(a):
    return "one", (a,)


def three(a, b, c):
    total = a + b + c
    return "three", (a, b, total - a - b)


def many(a, b=1, c=2, d=3, e=4, f=5, g=6, h=7):
    first = [a, b, c, d]
    second = [e, f, g, h]
    return "many", tuple(first + second)


def keywords(*, a, b=1):
    return "keywords", (a, b)


def mixed(a, /, b=1, *rest, c, d=3, **others):
    return "mixed", (a, b, c, d, *rest, *others)


def rest(*args):
    return "rest", args


def steps(a, b=1):
    yield "steps", (a, b)


def victim(a, b=1):
    return "victim", (a, b)


CODES = [function.__code__ for function in (none, one, three, many, keywords, mixed, rest, steps, victim)]
NAMES = ["none", "one", "three", "many", "keywords", "mixed", "rest", "steps", "victim"]
DEFAULTS = [None, (), (10,), (10, 20), (10, 20, 30), tuple(range(12))]
KEYWORD_DEFAULTS = [None, {}, {"a": 1}, {"a": 1, "b": 2}, {"c": 3, "d": 4}]


class Called:
    def __init__(self, a, b=1):
        self.name = "victim"
        self.args = (a, b)


def init_one(self, a):
    self.name = "one"
    self.args = (a,)


def init_three(self, a, b, c):
    self.name = "three"
    self.args = (a, b, c)


INITS = [Called.__init__.__code__, init_one.__code__, init_three.__code__]


def counter(start):
    def step(a):
        return "step", (start + a,)

    return step


def scaler(factor, offset=0):
    def scale(a, b=1):
        scaled = factor * a
        more = scaled * b
        return "scale", (more,)

    return scale


closure = counter(1)
CLOSURES = [closure.__code__, scaler(2).__code__]


def replace(random):
    action = random.below(6)
    if action < 2:
        replace_code(victim, CODES[random.below(len(CODES))])
    elif action == 2:
        victim.__defaults__ = DEFAULTS[random.below(len(DEFAULTS))]
    elif action == 3:
        victim.__kwdefaults__ = KEYWORD_DEFAULTS[random.below(len(KEYWORD_DEFAULTS))]
    elif action == 4:
        Called.__init__.__code__ = INITS[random.below(len(INITS))]
    else:
        closure.__code__ = CLOSURES[random.below(2)]


def call(random, numbers):
    action = random.below(10)
    if action == 0:
        return victim()
    if action == 1:
        return victim(1)
    if action == 2:
        return victim(1, 2)
    if action == 3:
        return victim(1, 2, 3)
    if action == 4:
        return victim(a=1, b=2)
    if action == 5:
        return victim(1, 2, c=3)
    if action == 6:
        return victim(*numbers)
    if action == 7:
        made = Called(1)
        return made.name, made.args
    if action == 8:
        made = Called(*numbers[:3])
        return made.name, made.args
    return closure(5)


def work(index, running):
    random = Random(index + 1)
    calls = refused = 0
    numbers = list(range(index + 1))
    while running():
        for _ in range(200):
            if index < 2:
                replace(random)
                continue
            try:
                result = call(random, numbers)
            except TypeError:
                refused += 1
                continue
            if type(result) is not tuple:
                result = next(result)
            name, args = result
            check(name in NAMES or name in ("step", "scale"), name)
            check(all(type(arg) is int or type(arg) is str for arg in args), args)
            calls += 1
    return calls, refused


results = hammer(work)
check(sum(calls for calls, _ in results) > 100, "nothing was called")
check(sum(refused for _, refused in results) > 0, "no call was refused")
print("functions: each call was whole")
