"""What `io` is made of: Python's own streams over system calls, and the runtime's files for `open`."""

import builtins

from _files import BinaryFile, TextFile
from _pyio import (DEFAULT_BUFFER_SIZE, BlockingIOError, BufferedRandom, BufferedReader, BufferedRWPair, BufferedWriter,
                   BytesIO, FileIO, IncrementalNewlineDecoder, StringIO, TextIOWrapper, UnsupportedOperation,
                   text_encoding)
from _pyio import (BufferedIOBase as _BufferedIOBase, IOBase as _IOBase, RawIOBase as _RawIOBase,
                   TextIOBase as _TextIOBase)

open = builtins.open


def open_code(path):
    """Opens the provided file with mode 'rb'."""
    return open(path, "rb")


# The runtime's own files are streams, too.
TextIOWrapper.register(TextFile)
BufferedRandom.register(BinaryFile)
