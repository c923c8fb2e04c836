"""The half of `datetime` that CPython has in C."""

from _pydatetime import *
from _pydatetime import __doc__
