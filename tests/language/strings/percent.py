# % formatting: conversions, flags, width, precision, mappings, errors.

print("%s %d %r %x" % ("a", 5, "b", 255), "%s" % 5, "%s" % None, "100%%" % ())
print("%5s|%-5s|%05d|%+d|% d|%x|%X|%#x|%o|%#o" % ("a", "b", 42, 7, 7, 255, 255, 255, 8, 8))
print("%f %.2f %10.3f %-10.1f| %e %.1e %g %G %.3g" % (1.5, 3.14159, 2.71828, 1.0, 12345.678, 0.00012, 0.0001, 1e20, 123456.0))
print("%c%c" % ("a", 98), "%5.1f%%" % 99.44, "%.3s|%5.2s|" % ("abcdef", "xyz"), "%a" % "é")
print("%(name)s is %(age)d, %(name)r" % {"name": "Ann", "age": 5, "extra": 1})
print("%*d|%-*d|%.*f" % (5, 42, 5, 42, 2, 3.14159), "%d" % 3.99, "%d" % True, "%i %u" % (1, 2))
print("%s %s" % ([1, 2], (3,)), "%s" % (1,), "%s" % [1, 2], "%r" % ((1, 2),), "%d" % 10**20, "%x" % -255)
for text, value in (
    ("%d", "a"),
    ("%d", None),
    ("%s %s", "a"),
    ("%s", (1, 2)),
    ("%(a)s", 5),
    ("%(a)s", {"b": 1}),
    ("%z", 1),
    ("%", ()),
    ("%c", "ab"),
    ("%c", -1),
    ("%x", 1.5),
    ("%f", "x"),
    ("%(a", {"a": 1}),
    ("no format", 1),
):
    try:
        print(text % value)
    except Exception as error:
        print(repr(text), type(error).__name__, error)
print("%s" % "unicode é 日", "%5s|" % "日", "%-8r|" % "é")
print("a %s" "b %s" % (1, 2))
