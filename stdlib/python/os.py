"""What the operating system offers (a subset of CPython's os module)."""

import posix as _posix
import posixpath as path
import sys as _sys
from posix import (
    F_OK, O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, R_OK, W_OK, X_OK, _exit, access, chdir, chmod,
    close, cpu_count, getcwd, getegid, geteuid, getgid, getpid, getppid, getuid, isatty, kill, link, lseek, open, pipe,
    process_cpu_count, read, readlink, remove, rename, replace, rmdir, strerror, symlink, system, umask, unlink, urandom,
    utime, write,
)

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


def fspath(path):
    """The path as str or bytes."""
    if isinstance(path, (str, bytes)):
        return path
    method = getattr(type(path), '__fspath__', None)
    if method is None:
        raise TypeError(f'expected str, bytes or os.PathLike object, not {type(path).__name__}')
    result = method(path)
    if isinstance(result, (str, bytes)):
        return result
    raise TypeError(f'expected {type(path).__name__}.__fspath__() to return str or bytes, not {type(result).__name__}')


class PathLike:
    """Base of objects that stand for a path."""

    def __fspath__(self):
        raise NotImplementedError


def fsencode(filename):
    filename = fspath(filename)
    return filename.encode('utf-8', 'surrogateescape') if isinstance(filename, str) else filename


def fsdecode(filename):
    filename = fspath(filename)
    return filename.decode('utf-8', 'surrogateescape') if isinstance(filename, bytes) else filename


class stat_result(tuple):
    """What stat tells about a file."""

    @property
    def st_mode(self):
        return self[0]

    @property
    def st_ino(self):
        return self[1]

    @property
    def st_dev(self):
        return self[2]

    @property
    def st_nlink(self):
        return self[3]

    @property
    def st_uid(self):
        return self[4]

    @property
    def st_gid(self):
        return self[5]

    @property
    def st_size(self):
        return self[6]

    @property
    def st_atime(self):
        return self[7] / 1_000_000_000

    @property
    def st_mtime(self):
        return self[8] / 1_000_000_000

    @property
    def st_ctime(self):
        return self[9] / 1_000_000_000

    @property
    def st_atime_ns(self):
        return self[7]

    @property
    def st_mtime_ns(self):
        return self[8]

    @property
    def st_ctime_ns(self):
        return self[9]

    def __repr__(self):
        names = ('st_mode', 'st_ino', 'st_dev', 'st_nlink', 'st_uid', 'st_gid', 'st_size')
        fields = [f'{name}={value}' for name, value in zip(names, self)]
        fields += [f'{name}={self[i] // 1_000_000_000}' for i, name in ((7, 'st_atime'), (8, 'st_mtime'), (9, 'st_ctime'))]
        return f'os.stat_result({", ".join(fields)})'


def stat(path, *, follow_symlinks=True):
    """Facts about a file, by path or descriptor."""
    return stat_result(_posix._stat(path, follow_symlinks))


def lstat(path):
    """Facts about a path, not following it if it is a symbolic link."""
    return stat_result(_posix._stat(path, False))


def fstat(fd):
    return stat_result(_posix._stat(fd, True))


_S_IFMT = 0o170000
_S_IFDIR = 0o040000
_S_IFREG = 0o100000
_S_IFLNK = 0o120000


class DirEntry:
    """One entry of a directory."""

    def __init__(self, directory, name, kind):
        self.name = name
        self.path = path.join(directory, name)
        self._kind = kind

    def __repr__(self):
        return f'<DirEntry {self.name!r}>'

    def __fspath__(self):
        return self.path

    def stat(self, *, follow_symlinks=True):
        return stat(self.path, follow_symlinks=follow_symlinks)

    def inode(self):
        return lstat(self.path).st_ino

    def _is(self, kind, follow_symlinks):
        if self._kind == kind:
            return True
        if self._kind is not None and not (self._kind == _S_IFLNK and follow_symlinks):
            return False
        try:
            return stat(self.path, follow_symlinks=follow_symlinks).st_mode & _S_IFMT == kind
        except FileNotFoundError:
            return False

    def is_dir(self, *, follow_symlinks=True):
        return self._is(_S_IFDIR, follow_symlinks)

    def is_file(self, *, follow_symlinks=True):
        return self._is(_S_IFREG, follow_symlinks)

    def is_symlink(self):
        return self._is(_S_IFLNK, False)


class _ScandirIterator:

    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        self._entries = iter(())


def scandir(path='.'):
    """The entries of a directory, in the order the system gives them."""
    return _ScandirIterator([DirEntry(fspath(path), name, kind) for name, kind in _posix._entries(path)])


def listdir(path='.'):
    """The names in a directory, in the order the system gives them."""
    return [name for name, kind in _posix._entries('.' if path is None else path)]


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


def mkdir(path, mode=0o777):
    _posix.mkdir(path, mode)


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


environ = _Environ(_posix._environment())


def getenv(key, default=None):
    return environ.get(key, default)


def putenv(key, value):
    _posix.putenv(key, value)


def unsetenv(key):
    _posix.unsetenv(key)


def fdopen(fd, mode='r', buffering=-1, encoding=None, *args, **kwargs):
    import builtins
    return builtins.open(fd, mode, buffering, encoding, *args, **kwargs)


class terminal_size(tuple):
    """Columns and lines of a terminal."""

    @property
    def columns(self):
        return self[0]

    @property
    def lines(self):
        return self[1]

    def __repr__(self):
        return f'os.terminal_size(columns={self[0]}, lines={self[1]})'


def get_terminal_size(fd=1):
    return terminal_size(_posix._terminal_size(fd))
