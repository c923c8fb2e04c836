# Whatever ends a line for str.splitlines begins a new one behind a group's margin.
import sys

texts = [
    "a\x0cb", "a\x0bb", "a\rb", "a\r\nb", "a\x1cb\x1dc\x1ed", "a\x85b", "a\u2028b\u2029c", "\x0c", "\n", "a\n", "", "ends\r", "a\x1fb",
    "\n\n", "\r\n\r\n\x0c\x0c",
]
group = ExceptionGroup("gr\x0coup\r", [ValueError(text) for text in texts])
group.add_note("no\x85te\n")
group.exceptions[0].add_note("a\x0cnote\r\nof two\u2028or more")
sys.stderr.reconfigure(encoding="ascii", errors="backslashreplace")
sys.excepthook(type(group), group, None)
sys.excepthook(ValueError, ValueError(*texts[:1]), None)
raise ExceptionGroup("outer", [group, TypeError("last\u2029")])
