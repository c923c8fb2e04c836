# The first argument of pow() that is no int says why there is no modulus.
values = [7, True, 2.5, 1j, "x", None]
for a in values:
    for b in values:
        for c in values:
            try:
                print(pow(a, b, c), end="; ")
            except Exception as error:
                print(type(error).__name__, error, end="; ")
    print()
