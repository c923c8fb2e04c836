"""What the operating system offers (a subset of CPython's os module)."""

import abc
import posix as _posix
import posixpath as path
import sys as _sys
from posix import *
from posix import _exit, _have_functions

name = 'posix'
linesep = '\n'
curdir = '.'
pardir = '..'
sep = '/'
altsep = None
extsep = '.'
pathsep = ':'
defpath = '/bin:/usr/bin'
devnull = '/dev/null'
error = OSError
SEEK_SET = 0
SEEK_CUR = 1
SEEK_END = 2
EX_OK = 0

_sys.modules['os.path'] = path


class PathLike(abc.ABC):
    """Base of objects that stand for a path."""

    __slots__ = ()

    @abc.abstractmethod
    def __fspath__(self):
        raise NotImplementedError

    @classmethod
    def __subclasshook__(cls, subclass):
        if cls is PathLike and any('__fspath__' in base.__dict__ for base in subclass.__mro__):
            return True
        return NotImplemented

    __class_getitem__ = classmethod(type(list[int]))


def _supporting(**names):
    return {globals()[function] for have, functions in names.items() if have in _have_functions
            for function in functions.split() if function in globals()}


supports_dir_fd = _supporting(
    HAVE_FACCESSAT='access', HAVE_FCHMODAT='chmod', HAVE_FCHOWNAT='chown', HAVE_FSTATAT='stat', HAVE_FUTIMESAT='utime',
    HAVE_LINKAT='link', HAVE_MKDIRAT='mkdir', HAVE_MKFIFOAT='mkfifo', HAVE_OPENAT='open', HAVE_READLINKAT='readlink',
    HAVE_RENAMEAT='rename', HAVE_SYMLINKAT='symlink', HAVE_UNLINKAT='unlink rmdir', HAVE_UTIMENSAT='utime')
supports_effective_ids = _supporting(HAVE_FACCESSAT='access')
supports_fd = _supporting(
    HAVE_FCHDIR='chdir', HAVE_FCHMOD='chmod', HAVE_FCHOWN='chown', HAVE_FDOPENDIR='listdir scandir', HAVE_FTRUNCATE='truncate',
    HAVE_FUTIMENS='utime', HAVE_FPATHCONF='pathconf', HAVE_FSTATVFS='statvfs')
supports_fd |= {stat}
supports_follow_symlinks = _supporting(
    HAVE_FACCESSAT='access', HAVE_FCHOWNAT='chown', HAVE_FSTATAT='stat', HAVE_LINKAT='link', HAVE_UTIMENSAT='utime')


def fsencode(filename):
    filename = fspath(filename)
    return filename.encode('utf-8', 'surrogateescape') if isinstance(filename, str) else filename


def fsdecode(filename):
    filename = fspath(filename)
    return filename.decode('utf-8', 'surrogateescape') if isinstance(filename, bytes) else filename


def walk(top, topdown=True, onerror=None, followlinks=False):
    """Gives (directory, names of directories, names of other files) for a directory and all below it."""
    top = fspath(top)
    try:
        entries = list(scandir(top))
    except OSError as problem:
        if onerror is not None:
            onerror(problem)
        return
    directories = []
    others = []
    for entry in entries:
        try:
            is_dir = entry.is_dir()
        except OSError:
            is_dir = False
        if is_dir:
            directories.append(entry.name)
        else:
            others.append(entry.name)
    if topdown:
        yield top, directories, others
    for directory in directories:
        below = path.join(top, directory)
        if followlinks or not path.islink(below):
            yield from walk(below, topdown, onerror, followlinks)
    if not topdown:
        yield top, directories, others


def makedirs(name, mode=0o777, exist_ok=False):
    """Makes a directory and the ones above it that are missing."""
    head, tail = path.split(name)
    if not tail:
        head, tail = path.split(head)
    if head and tail and not path.exists(head):
        try:
            makedirs(head, exist_ok=exist_ok)
        except FileExistsError:
            pass
        if tail == curdir:
            return
    try:
        mkdir(name, mode)
    except OSError:
        if not exist_ok or not path.isdir(name):
            raise


def removedirs(name):
    """Removes a directory, and the ones above it that are empty then."""
    rmdir(name)
    head, tail = path.split(name)
    if not tail:
        head, tail = path.split(head)
    while head and tail:
        try:
            rmdir(head)
        except OSError:
            break
        head, tail = path.split(head)


class _Environ:
    """The environment: changes reach the processes this one starts."""

    def __init__(self, data):
        self._data = data

    def __getitem__(self, key):
        self._check(key)
        return self._data[key]

    def __setitem__(self, key, value):
        self._check(key)
        self._check(value)
        _posix.putenv(key, value)
        self._data[key] = value

    def __delitem__(self, key):
        self._check(key)
        del self._data[key]
        _posix.unsetenv(key)

    @staticmethod
    def _check(value):
        if not isinstance(value, str):
            raise TypeError(f'str expected, not {type(value).__name__}')

    def __iter__(self):
        return iter(list(self._data))

    def __len__(self):
        return len(self._data)

    def __contains__(self, key):
        return key in self._data

    def __repr__(self):
        items = ', '.join(f'{key!r}: {value!r}' for key, value in self._data.items())
        return f'environ({{{items}}})'

    def __eq__(self, other):
        return self._data == (other._data if isinstance(other, _Environ) else other)

    __hash__ = None

    def __or__(self, other):
        return self._data | dict(other)

    def __ror__(self, other):
        return dict(other) | self._data

    def __ior__(self, other):
        self.update(other)
        return self

    def keys(self):
        return self._data.keys()

    def values(self):
        return self._data.values()

    def items(self):
        return self._data.items()

    def get(self, key, default=None):
        return self._data.get(key, default)

    def copy(self):
        return dict(self._data)

    def setdefault(self, key, default=None):
        if key not in self._data:
            self[key] = default
        return self._data[key]

    _missing = object()

    def pop(self, key, default=_missing):
        try:
            value = self._data[key]
        except KeyError:
            if default is _Environ._missing:
                raise
            return default
        del self[key]
        return value

    def popitem(self):
        for key in self._data:
            return key, self.pop(key)
        raise KeyError('popitem(): dictionary is empty')

    def update(self, other=(), /, **more):
        for key, value in dict(other, **more).items():
            self[key] = value

    def clear(self):
        for key in list(self._data):
            del self[key]


environ = _Environ({fsdecode(name): fsdecode(value) for name, value in _posix.environ.items()})


def process_cpu_count():
    """How many processors this process may use."""
    return len(sched_getaffinity(0))


def getenv(key, default=None):
    return environ.get(key, default)


def putenv(key, value):
    _posix.putenv(key, value)


def unsetenv(key):
    _posix.unsetenv(key)


def fdopen(fd, mode='r', buffering=-1, encoding=None, *args, **kwargs):
    import builtins
    return builtins.open(fd, mode, buffering, encoding, *args, **kwargs)
