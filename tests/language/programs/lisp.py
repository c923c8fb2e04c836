# A small Lisp: reader, environments as chained dicts, closures, tail loop, macros-free.


class LispError(Exception):
    pass


class Environment:
    def __init__(self, names=(), values=(), parent=None):
        self.table = dict(zip(names, values))
        self.parent = parent

    def find(self, name):
        env = self
        while env is not None:
            if name in env.table:
                return env.table
            env = env.parent
        raise LispError(f"unbound: {name}")


class Lambda:
    def __init__(self, parameters, body, env):
        self.parameters, self.body, self.env = parameters, body, env

    def bind(self, arguments):
        if len(arguments) != len(self.parameters):
            raise LispError(f"expected {len(self.parameters)} arguments, got {len(arguments)}")
        return Environment(self.parameters, arguments, self.env)


def tokens(text):
    return text.replace("(", " ( ").replace(")", " ) ").split()


def read(tokens):
    if not tokens:
        raise LispError("unexpected end")
    token = tokens.pop(0)
    if token == "(":
        items = []
        while tokens and tokens[0] != ")":
            items.append(read(tokens))
        if not tokens:
            raise LispError("unexpected end")
        tokens.pop(0)
        return items
    if token == ")":
        raise LispError("unexpected )")
    for kind in int, float:
        try:
            return kind(token)
        except ValueError:
            pass
    return token


def evaluate(x, env):
    while True:
        if isinstance(x, str):
            return env.find(x)[x]
        if not isinstance(x, list):
            return x
        if not x:
            return []
        head, *rest = x
        if head == "quote":
            return rest[0]
        if head == "if":
            test, yes, no = rest
            x = yes if evaluate(test, env) is not False else no
        elif head == "define":
            name, value = rest
            env.table[name] = evaluate(value, env)
            return None
        elif head == "set!":
            name, value = rest
            env.find(name)[name] = evaluate(value, env)
            return None
        elif head == "lambda":
            return Lambda(rest[0], rest[1], env)
        elif head == "begin":
            for each in rest[:-1]:
                evaluate(each, env)
            x = rest[-1]
        else:
            function, *arguments = [evaluate(each, env) for each in x]
            if isinstance(function, Lambda):
                x, env = function.body, function.bind(arguments)
            elif callable(function):
                return function(*arguments)
            else:
                raise LispError(f"not a function: {show(function)}")


def show(x):
    if isinstance(x, list):
        return "(" + " ".join(show(each) for each in x) + ")"
    if isinstance(x, bool):
        return "#t" if x else "#f"
    return "lambda" if isinstance(x, Lambda) else str(x)


def product(*xs):
    result = 1
    for x in xs:
        result *= x
    return result


builtins = {
    "+": lambda *xs: sum(xs),
    "*": product,
    "-": lambda a, *bs: a - sum(bs) if bs else -a,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "car": lambda xs: xs[0],
    "cdr": lambda xs: xs[1:],
    "cons": lambda x, xs: [x] + xs,
    "list": lambda *xs: list(xs),
    "null?": lambda xs: xs == [],
    "#t": True,
    "#f": False,
}
world = Environment(builtins.keys(), builtins.values())
program = """
(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))
(fact 10)
(fact 30)
(define map (lambda (f xs) (if (null? xs) (quote ()) (cons (f (car xs)) (map f (cdr xs))))))
(map (lambda (x) (* x x)) (list 1 2 3.5))
(define counter (lambda (n) (lambda () (begin (set! n (+ n 1)) n))))
(define c (counter 10))
(c)
(c)
(define loop (lambda (n total) (if (= n 0) total (loop (- n 1) (+ total n)))))
(loop 3000 0)
(define compose (lambda (f g) (lambda (x) (f (g x)))))
((compose fact (lambda (x) (+ x 2))) 3)
(quote (a (b c) 1.5))
(undefined 1)
(fact 1 2)
(1 2)
(car (quote ()))
(if #f 1 (list #t #f))
(- 5)
"""
stream = tokens(program)
while stream:
    try:
        result = evaluate(read(stream), world)
        if result is not None:
            print(show(result))
    except (LispError, IndexError) as error:
        print(f"{type(error).__name__}: {error}")
for bad in "(", ")", "(1 (2)":
    try:
        read(tokens(bad))
    except LispError as error:
        print(error)
