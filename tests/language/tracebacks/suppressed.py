# raise from None hides the context.

try:
    int("twelve")
except ValueError:
    raise SystemError("hidden context") from None
