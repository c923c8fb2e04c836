# assert: with and without message, evaluation of the message only on failure.


def message():
    print("message evaluated")
    return "the message"


assert True, message()
assert 1 < 2
for check in (
    lambda n: n == 1,
    lambda n: [n],
    lambda n: [],
):
    for n in 1, 2:
        try:
            assert check(n), message()
        except AssertionError as error:
            print("failed", error, error.args)
        else:
            print("passed", n)
try:
    assert 0
except AssertionError as error:
    print(repr(error), str(error) == "")
try:
    assert None, (1, 2)
except AssertionError as error:
    print(repr(error))
print(__debug__)
