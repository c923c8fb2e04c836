# input and standard input: prompts, end of file, iteration over lines.

import sys

name = input("name? ")
print("hello", name)
print(repr(input()))
print(repr(sys.stdin.readline()))
numbers = [int(n) for n in input().split()]
print(sum(numbers))
for line in sys.stdin:
    print(repr(line))
    if line.startswith("stop"):
        break
print(repr(sys.stdin.read()))
try:
    input("more? ")
except EOFError as error:
    print(error)
