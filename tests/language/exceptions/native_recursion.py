# Recursion that passes through no Python function ends in RecursionError.
class Text:
    pass


Text.__repr__ = Text.__str__
for call in (str, repr):
    try:
        call(Text())
    except RecursionError:
        print('too deep')
classes = (int,)
for _ in range(1_000_000):
    classes = (classes,)
for call in (lambda: isinstance('', classes), lambda: issubclass(str, classes)):
    try:
        call()
    except RecursionError:
        print('too deep')
