# OSError: attributes, subclasses by errno, messages.

for path, mode in ("/nonexistent/x", "r"), (".", "r"), ("no/such/dir/file", "w"):
    try:
        open(path, mode)
    except OSError as error:
        print(type(error).__name__, error.errno, error.strerror, error.filename, error.args)
        print(error)

error = OSError(2, "No such file", "name")
print(type(error).__name__, error, repr(error), error.filename)
error = OSError(13, "denied")
print(type(error).__name__, error, error.filename)
print(type(OSError("text")).__name__, OSError("text"), OSError("text").errno)
print(type(OSError(17, "x")).__name__, type(OSError(32, "x")).__name__, type(OSError(4, "x")).__name__)
try:
    open("x", "q")
except ValueError as error:
    print(error)
try:
    open("x", "rw")
except ValueError as error:
    print(error)
try:
    open(3.5)
except TypeError as error:
    print(error)
