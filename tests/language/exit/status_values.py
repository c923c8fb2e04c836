"""What `sys.exit` makes of its argument."""

import sys

error = SystemExit("itself")
for status in None, 0, 3, True, "text", 1.5, (), (4,), (5, 6), [7], 2**127, error, SystemExit, ValueError("x"):
    try:
        sys.exit(status)
    except SystemExit as raised:
        print(repr(status), raised.args, repr(raised.code), raised is error)
sys.exit((5, "two"))
