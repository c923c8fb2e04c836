# State of modules: one instance, functions see their own globals, monkey patching.

import counter
from counter import increase, count
import user

increase()
increase()
print(counter.count, count, user.total())
counter.count = 100
print(increase(), user.total())


def patched():
    return "patched"


counter.increase = patched
print(counter.increase(), increase(), user.through_module())
count = "mine"
print(counter.count, count)
counter.extra = [1]
print(user.extra())
print(sorted(name for name in vars(counter) if not name.startswith("__")))
print(counter.Registry.items, user.Registry is counter.Registry)
import config

print(config.settings["level"], config.DEBUG)
config.DEBUG = True
print(config.is_debug())
del config.DEBUG
try:
    config.is_debug()
except NameError as error:
    print(error)
print(type(config).__name__, repr(config).startswith("<module 'config' from "))
