# args: 3
# sys.exit with a number given on the command line.

import sys

try:
    sys.exit(int(sys.argv[1]))
finally:
    print("cleanup runs")
