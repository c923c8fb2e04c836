"""What stands between two percent signs, and fields with brackets."""
for text, values in [
    ("%%", ()), ("100%%", ()), ("%5%", ()), ("%5%", 1), ("%(a)%", {"a": 1}), ("% %", 1), ("%.3%", (1,)),
    ("%*%", (3,)), ("%*%", (3, 4)), ("%l%", ()), ("%h%", 1), ("%(b)%", {"a": 1}),
]:
    for convert in (str, str.encode):
        try:
            print(text, values, convert(text) % values)
        except Exception as error:
            print(text, values, type(error).__name__, error)


class Thing:
    pass


for make in (lambda: "%c" % Thing(), lambda: "{0[{1}]}".format("abc", 4), lambda: "{0[{1}]}".format({"{1}": 5}, 4),
             lambda: "{a{".format(a=1), lambda: "{0[".format([1])):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
