# A program may rebind what a module's annotations under conditions are noted in.
for value in ('0', '{}', '[]', "''", 'frozenset()'):
    try:
        exec(f'__conditional_annotations__ = {value}\nx: int')
    except TypeError:
        print('not a set')
