"""What `io` is made of: Python's own streams over system calls, and the runtime's files for `open`."""

import builtins

from _files import BinaryFile, TextFile
from _pyio import (DEFAULT_BUFFER_SIZE, BlockingIOError, BufferedRandom, BufferedReader, BufferedRWPair, BufferedWriter,
                   BytesIO, FileIO, IncrementalNewlineDecoder, TextIOWrapper, UnsupportedOperation,
                   text_encoding)
from _pyio import (BufferedIOBase as _BufferedIOBase, IOBase as _IOBase, RawIOBase as _RawIOBase,
                   StringIO as _StringIO, TextIOBase as _TextIOBase)

open = builtins.open


def open_code(path):
    """Opens the provided file with mode 'rb'."""
    return open(path, "rb")


class StringIO(_StringIO):
    """Text I/O implementation using an in-memory buffer.

    The initial_value argument sets the value of object.  The newline
    argument is like the one of TextIOWrapper's constructor.
    """

    # Line ends are translated, and noted, as they are written.
    def __init__(self, initial_value="", newline="\n"):
        self._written = None if newline else IncrementalNewlineDecoder(None, newline is None)
        super().__init__(initial_value, newline)

    def write(self, s, /):
        """Write string to file.

        Returns the number of characters written, which is always equal to
        the length of the string.
        """
        if self._written is None or not isinstance(s, str):
            return super().write(s)
        super().write(self._written.decode(s, final=True))
        return len(s)

    @property
    def newlines(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")
        return self._written and self._written.newlines


def flush(self):
    """Does nothing."""
    if self.closed:
        raise ValueError("I/O operation on closed file.")


flush.__qualname__ = "BytesIO.flush"
BytesIO.flush = flush
del flush

# The runtime's own files are streams, too.
TextIOWrapper.register(TextFile)
BufferedRandom.register(BinaryFile)
