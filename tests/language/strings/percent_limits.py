# Widths and precisions that are too large, for the format or for memory.
import sys

for format in ('%.*d', '%.*x', '%.*f', '%*d'):
    try:
        format % (sys.maxsize, 1)
    except (OverflowError, MemoryError, ValueError) as problem:
        print(type(problem).__name__, problem)
for format in ('%.2147483647d', '%.99999999999d', '%.99999999999f'):
    try:
        format % 1
    except (OverflowError, ValueError) as problem:
        print(type(problem).__name__, problem)
