"""The names of `_warnings` that programs use: `warnings` itself is Python here."""

from _py_warnings import defaultaction as _defaultaction, filters, onceregistry as _onceregistry


def warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=()):
    """Issue a warning, or maybe ignore it or raise an exception."""
    import warnings
    warnings.warn(message, category, stacklevel + 1, source, skip_file_prefixes=skip_file_prefixes)


def warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None):
    """Issue a warning, or maybe ignore it or raise an exception."""
    import warnings
    warnings.warn_explicit(message, category, filename, lineno, module, registry, module_globals, source)
