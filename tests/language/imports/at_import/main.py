# An exception while a module is being imported.

print("main")
import broken
