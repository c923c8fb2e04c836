# An exception from an imported module shows both files in the traceback.

from library.parser import parse

print(parse("1,2,3"))
print(parse("1,x"))
