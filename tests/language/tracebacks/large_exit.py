# Exit codes wrap to 8 bits.

import sys

sys.exit(256 + 44)
