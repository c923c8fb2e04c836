"""Operations on paths (a subset of CPython's posixpath)."""

import os

curdir = '.'
pardir = '..'
extsep = '.'
sep = '/'
pathsep = ':'
defpath = '/bin:/usr/bin'
altsep = None
devnull = '/dev/null'
supports_unicode_filenames = False


def _separator(path):
    return b'/' if isinstance(path, bytes) else '/'


def normcase(s):
    return os.fspath(s)


def isabs(s):
    s = os.fspath(s)
    return s.startswith(_separator(s))


def join(a, /, *p):
    """Joins parts of a path; a part that is absolute replaces what is before it."""
    path = os.fspath(a)
    separator = _separator(path)
    for part in p:
        part = os.fspath(part)
        if isinstance(part, str) != isinstance(path, str):
            raise TypeError("Can't mix strings and bytes in path components")
        if part.startswith(separator) or not path:
            path = part
        elif path.endswith(separator):
            path += part
        else:
            path += separator + part
    return path


def split(p):
    """(everything before the last part, the last part)."""
    p = os.fspath(p)
    separator = _separator(p)
    i = p.rfind(separator) + 1
    head, tail = p[:i], p[i:]
    if head and head != separator * len(head):
        head = head.rstrip(separator)
    return head, tail


def splitext(p):
    """(everything before the extension, the extension with its dot)."""
    p = os.fspath(p)
    separator = _separator(p)
    dot = b'.' if isinstance(p, bytes) else '.'
    slash = p.rfind(separator)
    at = p.rfind(dot)
    if at > slash:
        # Leading dots are part of the name.
        name = slash + 1
        while name < at:
            if p[name:name + 1] != dot:
                return p[:at], p[at:]
            name += 1
    return p, p[:0]


def splitdrive(p):
    p = os.fspath(p)
    return p[:0], p


def basename(p):
    p = os.fspath(p)
    return p[p.rfind(_separator(p)) + 1:]


def dirname(p):
    return split(p)[0]


def exists(path):
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def lexists(path):
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _has_kind(path, kind, follow_symlinks=True):
    try:
        return os.stat(path, follow_symlinks=follow_symlinks).st_mode & 0o170000 == kind
    except (OSError, ValueError):
        return False


def isfile(path):
    return _has_kind(path, 0o100000)


def isdir(s):
    return _has_kind(s, 0o040000)


def islink(path):
    return _has_kind(path, 0o120000, False)


def ismount(path):
    try:
        here = os.lstat(path)
        above = os.lstat(join(path, '..'))
    except (OSError, ValueError):
        return False
    return here.st_dev != above.st_dev or here.st_ino == above.st_ino


def getsize(filename):
    return os.stat(filename).st_size


def getmtime(filename):
    return os.stat(filename).st_mtime


def getatime(filename):
    return os.stat(filename).st_atime


def getctime(filename):
    return os.stat(filename).st_ctime


def samefile(f1, f2):
    return samestat(os.stat(f1), os.stat(f2))


def samestat(s1, s2):
    return s1.st_ino == s2.st_ino and s1.st_dev == s2.st_dev


def normpath(path):
    """The path without `.`, `..` and repeated separators where they say nothing."""
    path = os.fspath(path)
    separator = _separator(path)
    is_bytes = isinstance(path, bytes)
    dot, dotdot, empty = (b'.', b'..', b'') if is_bytes else ('.', '..', '')
    if not path:
        return dot
    initial = 0
    if path.startswith(separator):
        # Two separators at the beginning mean something else than one (POSIX); three do not.
        initial = 2 if path.startswith(separator * 2) and not path.startswith(separator * 3) else 1
    parts = []
    for part in path.split(separator):
        if part == empty or part == dot:
            continue
        if part != dotdot or not initial and not parts or parts and parts[-1] == dotdot:
            parts.append(part)
        elif parts:
            parts.pop()
    return separator * initial + separator.join(parts) or dot


def abspath(path):
    path = os.fspath(path)
    if not isabs(path):
        cwd = os.getcwd()
        path = join(os.fsencode(cwd) if isinstance(path, bytes) else cwd, path)
    return normpath(path)


def realpath(filename, *, strict=False):
    """The path with every symbolic link replaced by what it points to."""
    path = abspath(filename)
    separator = _separator(path)
    seen = {}
    resolved = separator
    rest = [part for part in reversed(path.split(separator)) if part]
    while rest:
        part = rest.pop()
        if part in ('.', b'.'):
            continue
        if part in ('..', b'..'):
            resolved = dirname(resolved)
            continue
        candidate = join(resolved, part)
        if not islink(candidate):
            if strict:
                os.lstat(candidate)
            resolved = candidate
            continue
        if candidate in seen:
            if strict:
                os.stat(candidate)
            resolved = candidate
            continue
        seen[candidate] = True
        target = os.readlink(candidate)
        if isabs(target):
            resolved = separator
        rest.extend(part for part in reversed(target.split(separator)) if part)
    return resolved


def relpath(path, start=None):
    """The path as seen from start."""
    if not path:
        raise ValueError('no path specified')
    path = os.fspath(path)
    separator = _separator(path)
    is_bytes = isinstance(path, bytes)
    start = (b'.' if is_bytes else '.') if start is None else os.fspath(start)
    begin = [part for part in abspath(start).split(separator) if part]
    end = [part for part in abspath(path).split(separator) if part]
    common = 0
    while common < len(begin) and common < len(end) and begin[common] == end[common]:
        common += 1
    parts = [b'..' if is_bytes else '..'] * (len(begin) - common) + end[common:]
    return separator.join(parts) if parts else (b'.' if is_bytes else '.')


def commonprefix(m):
    if not m:
        return ''
    first, last = min(m), max(m)
    for i, c in enumerate(first):
        if c != last[i]:
            return first[:i]
    return first


def commonpath(paths):
    """The longest path that all the paths begin with."""
    paths = [os.fspath(path) for path in paths]
    if not paths:
        raise ValueError('commonpath() arg is an empty sequence')
    separator = _separator(paths[0])
    if len({isabs(path) for path in paths}) != 1:
        raise ValueError("Can't mix absolute and relative paths")
    split_paths = [[part for part in path.split(separator) if part and part not in ('.', b'.')] for path in paths]
    first, last = min(split_paths), max(split_paths)
    common = first
    for i, part in enumerate(first):
        if part != last[i]:
            common = first[:i]
            break
    return (separator if isabs(paths[0]) else separator[:0]) + separator.join(common)


def expanduser(path):
    path = os.fspath(path)
    is_bytes = isinstance(path, bytes)
    text = os.fsdecode(path)
    if not text.startswith('~'):
        return path
    end = text.find('/', 1)
    if end < 0:
        end = len(text)
    if end > 1:
        return path
    home = os.environ.get('HOME')
    if home is None:
        return path
    text = (home.rstrip('/') + text[end:]) or '/'
    return os.fsencode(text) if is_bytes else text


def expandvars(path):
    """Replaces `$NAME` and `${NAME}` by environment variables that are set."""
    path = os.fspath(path)
    is_bytes = isinstance(path, bytes)
    text = os.fsdecode(path)
    result = ''
    i = 0
    while i < len(text):
        at = text.find('$', i)
        if at < 0:
            break
        result += text[i:at]
        braced = text.startswith('{', at + 1)
        begin = at + 2 if braced else at + 1
        end = begin
        if braced:
            end = text.find('}', begin)
            stop = end + 1
        else:
            while end < len(text) and text[end].isascii() and (text[end].isalnum() or text[end] == '_'):
                end += 1
            stop = end
        if end <= begin - (1 if braced else 0) or end < 0:
            result += '$'
            i = at + 1
            continue
        value = os.environ.get(text[begin:end])
        result += text[at:stop] if value is None else value
        i = stop
    result += text[i:]
    return os.fsencode(result) if is_bytes else result
