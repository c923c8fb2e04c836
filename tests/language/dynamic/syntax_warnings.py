# SyntaxWarnings: what is warned of, and the errors they are where warnings are errors.
import warnings


def show(source):
    print(repr(source))
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            compile(source, "<t>", "exec")
        except SyntaxError as error:
            print("   ", repr(error))
    for warning in found:
        print("   ", warning.category.__name__, warning.lineno, warning.message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(source, "<t>", "exec")
        except SyntaxError as error:
            place = (error.lineno, error.offset, error.end_lineno, error.end_offset)
            print("    error", place, repr(error.text), error.msg)


for source in [
    'x is (1,2)',
    'x is not 1',
    '1 is x is 2',
    'x is -1',
    'x is ()',
    "x is b'a'",
    'x is ...',
    'x is None',
    'x is "a" "b"',
    'x is f"a"',
    'x is 1+2',
    'x is not ()',
    'assert (1,2)',
    'assert ()',
    'assert(x,\n  "y")',
    '(1,2)(3)',
    '[](1)',
    'f"x"(2)',
    't"x"(2)',
    '1(2)',
    'None(1)',
    'True()',
    '...()',
    '(lambda:0)()',
    '{}()',
    '{1}()',
    '"a"()',
    '(x for x in y)()',
    'f"{x}"()',
    '1[2]',
    'True[0]',
    'None[0]',
    '...[0]',
    '{1}[0]',
    '{1:2}["a"]',
    't"x"[0]',
    '(lambda:0)[0]',
    '(x for x in y)[0]',
    '[1]["a"]',
    '"a"["b"]',
    'f"a"["b"]',
    't"a"["b"]',
    '(1,)[1.0]',
    '[1][1,2]',
    '[1][None]',
    '[1][f"a"]',
    '[1][[1]]',
    '[1][1:2]',
    '[1][x]',
    '[1][True]',
    '[1][lambda: 0]',
    '[1][...]',
    '1.5[0]',
    'b"a"["b"]',
    '[1]["a"]=2',
    '[1]["a"]+=2',
    'del [1]["a"]',
    "'a'[t'b']",
    '[1][1:2,3]',
    "'\\d'",
    "'''\n\\d'''",
    "b'\\d'",
    "'\\400'",
    "'\\8'",
    "'\\é'",
    "f'\\d'",
    "f'\\{x}'",
    "f'{x:\\d}'",
    "rb'\\d'",
    "rf'\\d'",
    "'\\d\\e'",
    "'\\d' '\\e'",
    "f'{x}\\e'",
    "f'\\e'f'\\i'",
    "t'\\d'",
    "'\\N{DIGIT ONE}'",
    "b'\\N'",
    "b'\\u1234'",
    "'\\477'",
    "b'\\477'",
    "f'\\477'",
    "f'{x}\\}}'",
    "f'\\{{x'",
    "u'\\d'",
    "fr'\\{x}'",
    '0x1for x in y',
    '[0x1for x in y]',
    '1if x else 2',
    '1 if 1else 2',
    '1or 2',
    '0o7or 2',
    '0b1and 2',
    '1jif x else 2',
    '1.5in x',
    '1e5not in x',
    '1is x',
    "'\\e' $",
    "x = '\\e'\ny = = 1",
    '1or $',
    "def f(:\n '\\e'",
    '1_0is 1',
    'def f():\n try: pass\n finally:\n  return 1',
    'def f():\n try: pass\n finally:\n  for x in y: return',
    'def f():\n try: pass\n finally:\n  for x in y: break\n  else: return',
    'for x in y:\n try: pass\n finally:\n  break',
    'for x in y:\n try: pass\n finally:\n  continue',
    'for x in y:\n try: pass\n finally:\n  while 1:\n   continue',
    'for x in y:\n try: pass\n finally:\n  while 1:\n   pass\n  else: break',
    'def f():\n try: pass\n finally:\n  try: return\n  except: return\n  else: return\n  finally: pass',
    'def f():\n try: pass\n finally:\n  def g(): return',
    'def f():\n try: pass\n finally:\n  class g:\n   def h(): return',
    'for x in y:\n try: pass\n finally:\n  if x:\n   with z: break',
    'def f():\n while 1:\n  try: pass\n  finally:\n   try: break\n   finally: return',
    'try: pass\nfinally: return',
    'try: pass\nfinally: break',
    'try: 1 is x\nfinally: 2 is y',
    'def f(): x is 1\nx is 2',
    '@(x is 1)\ndef f(a=(x is 2))->(x is 3): x is 4',
    'lambda: x is 1',
    'from __future__ import annotations\nx: (y is 1)',
    'x: (y is 1)',
    'def f():\n x: (y is 1)',
    'if 0: x is 1',
    'class A: x is 1',
    'match x:\n case 1 if x is 1: pass',
    "'''a\\\nb\\d'''",
    "x = ('a'\n 'b\\d')",
    "print('é\\d')",
    "'\\\r'",
    'f\'{"\\d"}\'',
    "f'{x!r:{y}\\d}'",
    '__debug__ is 1',
    'x = 5 is y',
    'not x is 1',
    '(1 is x) is 1',
    'try: 1 is a\nexcept (2 is b): 3 is c\nelse: 4 is d\nfinally: 5 is e',
    'try: 1 is a\nexcept A: 2 is b\nelse:\n try: 3 is c\n except B: 4 is d\n else: 5 is e\n 6 is f\n7 is g',
    'try: 1 is a\nexcept A:\n try: 2 is b\n except B: 3 is c\n else: 4 is d\nelse: 5 is e',
    'def f():\n try: return 1 is a\n except A: return 2 is b\n else: return 3 is c\n finally: 4 is d',
    'def f():\n try: pass\n finally:\n  try: 1 is a\n  except A: 2 is b\n  else: 3 is c\n  return',
]:
    show(source)

# Without the module nobody remembers what was shown.
exec("x = 1 is 1\n")

# `else` comes before handlers, unless they are for groups.
for star in ("", "*"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(f"try: 1()\nexcept{star} A: 2()\nelse: 3()\nfinally: 4()\n", "<t>", "exec")
    print(star, [(warning.lineno, str(warning.message)[:5]) for warning in caught])
