"""The variables of a comprehension after an exception in it: they are gone, and what had their names is back."""

import sys


def show(f):
    try: f()
    except ZeroDivisionError as e:
        tb=e.__traceback__
        while tb:
            fr=tb.tb_frame
            print(fr.f_code.co_name, {k:v for k,v in fr.f_locals.items() if type(v) is int} if fr.f_code.co_name!='<module>' else '')
            tb=tb.tb_next
def a():
    return [1/i for i in (1,0)]
def b(i=5):
    return [1/i for i in (1,0)]
def c(i=5):
    return [(lambda: i) and 1/i for i in (1,0)]
def d(i=5):
    f=lambda: i
    return [1/i for i in (1,0)]
def e_(i=5):
    return [[1/j for j in (i,)] for i in (1,0)]
def f(i=5):
    try:
        return [1/i for i in (1,0)]
    except ZeroDivisionError:
        print(i); raise
def g():
    try:
        return [1/i for i in (1,0)]
    except ZeroDivisionError:
        print({k: v for k, v in locals().items() if type(v) is int})
        raise
def h():
    return [1/i for i in (1,0) if sys]
def k():
    class C:
        i = 3
        try: [1/i for i in (1,0)]
        except ZeroDivisionError: print(i, sorted(x for x in locals() if x[0]!='_'))
def m():
    x=[1/i for i in (1,0) for k in [2]]
def n():
    exec("[1/i for i in (1,0)]")
def o():
    def gen():
        yield [1/i for i in (1,0)]
    next(gen())
for fn in (a,b,c,d,e_,f,g,h,k,m,n,o): show(fn)
try: [1/q for q in (1,0)]
except ZeroDivisionError as e: print('q' in globals(), 'q' in e.__traceback__.tb_frame.f_locals)
