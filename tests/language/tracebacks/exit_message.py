# sys.exit with a text prints it on stderr and exits 1.

import sys

print("out")
sys.exit("error: cannot go on")
