"""`csv`: readers, writers, dialects, and what they refuse."""

import csv
import io

SAMPLE = 'name,age,"say ""hi"""\r\n"a,b",3,\r\n"two\nlines",4.5,x\\,y\r\n\r\nlast'

for options in ({}, {"quoting": csv.QUOTE_NONE}, {"escapechar": "\\"}, {"skipinitialspace": True}, {"delimiter": "\t"},
                {"doublequote": False}, {"quotechar": "'"}, {"quoting": csv.QUOTE_NOTNULL}):
    reader = csv.reader(io.StringIO(SAMPLE, newline=""), **options)
    print(options, list(reader), reader.line_num)
print(list(csv.reader(["1,2.5,\"x\""], quoting=csv.QUOTE_NONNUMERIC)), list(csv.reader(["1,,\"\""], quoting=csv.QUOTE_STRINGS)))
print(list(csv.DictReader(["a,b", "1,2", "3", "4,5,6"])))

ROWS = [["plain", 1, 2.5, None], ["a,b", 'quo"te', "new\nline", ""], [], [""], ["é", "\\"]]
for options in ({}, {"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC}, {"quoting": csv.QUOTE_STRINGS},
                {"quoting": csv.QUOTE_NONE, "escapechar": "\\"}, {"doublequote": False, "escapechar": "!"},
                {"delimiter": ";", "lineterminator": "|\n"}, {"quotechar": "'"}):
    out = io.StringIO()
    writer = csv.writer(out, **options)
    try:
        print([writer.writerow(row) for row in ROWS])
        writer.writerows([(1, 2), "xy"])
    except csv.Error as error:
        print("Error", error)
    print(repr(out.getvalue()))
out = io.StringIO()
writer = csv.DictWriter(out, ["x", "y"], restval="-")
writer.writeheader()
writer.writerow({"x": 1})
print(repr(out.getvalue()))


class Bars(csv.Dialect):
    delimiter = "|"
    quotechar = "*"
    lineterminator = "\n"
    quoting = csv.QUOTE_MINIMAL


csv.register_dialect("bars", Bars)
csv.register_dialect("colons", "bars", delimiter=":")
print(csv.list_dialects(), csv.get_dialect("colons").delimiter, csv.get_dialect("colons").quotechar)
print(list(csv.reader(["a|*b|c*"], "bars")), list(csv.reader(["a:b|c"], dialect="colons")))
csv.unregister_dialect("bars")
print(csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter, csv.field_size_limit(10))


def refused(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


refused(lambda: list(csv.reader(["x" * 11])))
csv.field_size_limit(131072)
refused(lambda: csv.get_dialect("bars"))
refused(lambda: csv.reader([], delimiter=";;"))
refused(lambda: csv.reader([], quotechar=3))
refused(lambda: csv.reader([], quoting=9))
refused(lambda: csv.reader([], quoting=csv.QUOTE_ALL, quotechar=None))
refused(lambda: csv.reader([], delimiter='"'))
refused(lambda: next(csv.reader([b"bytes"])))
refused(lambda: next(csv.reader(['"a"b'], strict=True)))
refused(lambda: next(csv.reader(['"a'], strict=True)))
refused(lambda: next(csv.reader(["a\rb"])))
refused(lambda: csv.writer(io.StringIO()).writerow(5))
refused(lambda: csv.writer(None))
refused(lambda: csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"]))
