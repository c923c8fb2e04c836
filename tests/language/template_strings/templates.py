"""Template strings: their parts, what is written in them, and their types."""


def attempt(what):
    try:
        print(repr(what()))
    except Exception as e:
        print(type(e).__name__, e)


x = 5
a = t"a{ x }b{x!r:>{x}}{x=}{x = !s:d} {{}} {x+1
}"
print(a.strings)
print(a.interpolations)
print(a.values, list(a))
Template, Interpolation = type(a), type(a.interpolations[0])
print(Template, Interpolation, Interpolation.__match_args__, type(iter(a)))
attempt(lambda: Interpolation(1))
attempt(lambda: Interpolation(1, "e", "r", ">"))
attempt(lambda: Interpolation(format_spec="f", value=1, conversion="a"))
attempt(lambda: Interpolation(1, "e", "q"))
attempt(lambda: Interpolation(1, 2))
attempt(lambda: Interpolation(1, "e", 3))
attempt(lambda: Interpolation(1, "e", None, 3))
attempt(lambda: Template("a", "b", Interpolation(1), Interpolation(2), "c"))
attempt(lambda: Template(1))
attempt(lambda: Template())
attempt(lambda: Template("only"))
attempt(lambda: Template(x=1))
attempt(lambda: t"{x}b" + t"c{x}")
attempt(lambda: a + "x")
attempt(lambda: "x" + a)
attempt(lambda: (a == a, t"" == t""))
attempt(lambda: t"a" t"b{x}")
attempt(lambda: rt"\n{x}")
attempt(lambda: t"\n{x:\n}")
attempt(lambda: setattr(a, "strings", 1))
attempt(lambda: setattr(a.interpolations[0], "value", 1))
attempt(lambda: (list(t""), list(t"{x}{x}"), list(t"a{x}")))
attempt(lambda: t"{undefined}")
attempt(lambda: (Template[int], Interpolation[int], Template.__doc__, Interpolation.__doc__))
attempt(lambda: Interpolation(1).__reduce__())
attempt(lambda: str(t"s"))
match Interpolation(1, "e"):
    case Interpolation(v, e, c, f):
        print(v, e, c, repr(f))


def nested(n):
    class A:
        y = t"{n}{[z for z in range(n)]}{(lambda: n)()}{t'{n}'.values}"

    return A.y.values


print(nested(3))
print(t"{x:{x:>{x}}}".interpolations[0].format_spec)
print(t"{x
  +
  1}".interpolations[0].expression)
print(t"{x!r}{(x)}{x,}{ *(1,2), }{x:}".interpolations)
print(t'{"quotes"}{x != 5}{ {1: 2}[1] :>4}'.interpolations)
print(t"""multi
line {x}
""".strings)


def order():
    def ev(n):
        print("evaluating", n)
        return n

    return t"{ev(1)}{ev(2):{ev(3)}}{ev(4)}".values


print(order())


def html(template):
    out = []
    for part in template:
        out.append(part if isinstance(part, str) else str(part.value).replace("<", "&lt;"))
    return "".join(out)


print(html(t"<p>{'<b>'}</p>"))


async def waits():
    async def seven():
        return 7

    return t"{await seven()}".values


try:
    waits().send(None)
except StopIteration as e:
    print(e.value)
