# SystemExit passes handlers of Exception and runs finally blocks.

import sys


def main():
    try:
        try:
            sys.exit(7)
        except Exception:
            print("not caught")
    finally:
        print("finally")


try:
    sys.exit("caught")
except SystemExit as error:
    print(error.code, error.args)
for code in None, 0, 1, "text", True:
    try:
        sys.exit(code)
    except SystemExit as error:
        print(repr(error.code))
main()
