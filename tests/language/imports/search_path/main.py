# What is found in directories that are put on sys.path while the program runs: modules, packages, namespace packages.
import os.path
import sys

here = os.path.dirname(os.path.abspath(__file__))
name = 'elsewhere'
try:
    __import__('found_later')
except ModuleNotFoundError as problem:
    print(problem)
sys.path.append(os.path.join(here, name))
found = __import__('found_later')
print(found.value, os.path.relpath(found.__file__, here), found.__name__)
package = __import__('package.module')
print(package.module.value, [os.path.relpath(path, here) for path in package.__path__], package.module.__package__)
portion = __import__('portion.inner')
print(portion.inner.value, portion.__file__, len(list(portion.__path__)))
package.__path__.append(os.path.join(here, name))
print(__import__('package.found_later').found_later.value)
