//! Reading directories: `listdir`, `scandir` and its entries.

use super::call::{Target, directory, path, target, text_like};
use super::stat;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{class_of, generic_alias, int, list, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, thread};
use std::collections::VecDeque;
use std::ffi::{CStr, CString};
use std::io::Error;

pub(super) static DIR_ENTRY: NativeClass = NativeClass::new("os.DirEntry", ENTRY_METHODS);
pub(super) static SCANDIR_ITERATOR: NativeClass =
    NativeClass::new("posix.ScandirIterator", SCANDIR_METHODS).iterator();

/// What reading a directory tells about an entry.
struct Found {
    name: Vec<u8>,
    /// `d_type`.
    kind: u8,
    inode: u64,
}

/// All entries but `.` and `..`.
fn read(target: &Target) -> std::io::Result<Vec<Found>> {
    // SAFETY: a valid C string or a number; the stream is closed below, and used by this thread only.
    unsafe {
        let stream = match target {
            Target::Path(path) => libc::opendir(path.as_ptr()),
            Target::File(fd) => {
                let fd = libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 0);
                if fd == -1 {
                    return Err(Error::last_os_error());
                }
                let stream = libc::fdopendir(fd);
                if stream.is_null() {
                    let error = Error::last_os_error();
                    libc::close(fd);
                    return Err(error);
                }
                libc::rewinddir(stream);
                stream
            }
        };
        if stream.is_null() {
            return Err(Error::last_os_error());
        }
        let mut found = Vec::new();
        loop {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(stream);
            if entry.is_null() {
                break;
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                found.push(Found {
                    name: name.to_vec(),
                    kind: (*entry).d_type,
                    inode: (*entry).d_ino,
                });
            }
        }
        let error = Error::last_os_error();
        libc::closedir(stream);
        match error.raw_os_error() {
            Some(0) => Ok(found),
            _ => Err(error),
        }
    }
}

/// The argument of `listdir` and `scandir`: None is the current directory.
fn entries(thread: &Thread, argument: Value, function: &str) -> Result<Vec<Found>> {
    let target = match argument.is_none() {
        true => Target::Path(c".".to_owned()),
        false => target(thread, argument, function)?,
    };
    thread::detached(|| read(&target)).map_err(|error| {
        let file = (!argument.is_none()).then_some(argument);
        raise_os_error(thread, &error, file)
    })
}

pub(super) fn listdir(thread: &Thread, args: &[Value]) -> Result {
    let found = entries(thread, args[0], "listdir")?;
    let names = found
        .iter()
        .map(|found| text_like(thread, &found.name, args[0]));
    Ok(list::new(thread, names.collect()))
}

struct Scandir {
    entries: Mutex<VecDeque<Found>>,
    /// The directory as it was given, for the entries' paths.
    path: Slot,
}

impl Data for Scandir {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.path.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let found = self.entries.lock().pop_front();
        Some(
            found
                .map(|found| entry(thread, self.path.peek(), found))
                .transpose(),
        )
    }
}

fn entry(thread: &Thread, directory: Value, found: Found) -> Result {
    let is_fd = int::to_i64(directory).is_some();
    let mut whole = match is_fd || directory.is_none() {
        true => Vec::new(),
        false => ashore_runtime::builtins::io::path_bytes(thread, directory)?,
    };
    if directory.is_none() {
        whole.extend_from_slice(b".");
    }
    if !whole.is_empty() && !whole.ends_with(b"/") {
        whole.push(b'/');
    }
    whole.extend_from_slice(&found.name);
    let file = match int::to_i64(directory) {
        Some(fd) => fd as i32,
        None => libc::AT_FDCWD,
    };
    let entry = Entry {
        name: Slot::new(text_like(thread, &found.name, directory)),
        path: Slot::new(text_like(thread, &whole, directory)),
        kind: found.kind,
        inode: found.inode,
        directory: file,
    };
    Ok(native::new(thread, DIR_ENTRY.class(thread), entry))
}

pub(super) fn scandir(thread: &Thread, args: &[Value]) -> Result {
    let found = entries(thread, args[0], "scandir")?;
    let given = args[0];
    let is_plain = given.is_none() || class_of(given).builtin.is_some();
    // An object that stands for a path is asked once.
    let path = match is_plain {
        true => Owned::new(given),
        false => text_like(
            thread,
            &ashore_runtime::builtins::io::path_bytes(thread, given)?,
            Value::NONE,
        ),
    };
    let scandir = Scandir {
        entries: Mutex::new(found.into()),
        path: Slot::new(path),
    };
    Ok(native::new(thread, SCANDIR_ITERATOR.class(thread), scandir))
}

fn itself(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn close(_: &Thread, args: &[Value]) -> Result {
    receiver::<Scandir>(args).entries.lock().clear();
    Ok(Owned::NONE)
}

methods! { SCANDIR_METHODS:
    "close(self, /)" => close -> None;
    "__enter__(self, /)" => itself;
    "__exit__(self, /, *args)" => close -> None;
}

struct Entry {
    name: Slot,
    path: Slot,
    kind: u8,
    inode: u64,
    directory: i32,
}

impl Data for Entry {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.name.peek());
        visit(self.path.peek());
    }
}

fn this(args: &[Value]) -> &Entry {
    receiver::<Entry>(args)
}

impl Entry {
    /// The path that system calls take, relative to `directory`.
    fn location(&self, thread: &Thread) -> Result<CString> {
        path(thread, self.path.peek())
    }

    fn stat(&self, thread: &Thread, follow: bool) -> Result<libc::stat> {
        let target = Target::Path(self.location(thread)?);
        stat::query(
            thread,
            &target,
            self.directory,
            follow,
            Some(self.path.peek()),
        )
    }

    /// Is it of a kind, or what it links to? What is gone is of none.
    fn is(&self, thread: &Thread, follow: bool, mode: u32) -> Result<bool> {
        let unknown = self.kind == libc::DT_UNKNOWN;
        let is_other = follow && self.kind == libc::DT_LNK;
        if !unknown && !is_other {
            return Ok(u32::from(self.kind) << 12 == mode);
        }
        match self.stat(thread, follow) {
            Ok(stat) => Ok(stat.st_mode & libc::S_IFMT == mode),
            Err(raised) => {
                let pending = thread.pending_exception();
                if ashore_runtime::types::exception::is(pending, Builtin::FileNotFoundError) {
                    drop(thread.take_exception(raised));
                    return Ok(false);
                }
                Err(raised)
            }
        }
    }
}

fn is_dir(thread: &Thread, args: &[Value]) -> Result {
    let follow = convert::truth(thread, args[1])?;
    this(args)
        .is(thread, follow, libc::S_IFDIR)
        .map(Owned::bool)
}

fn is_file(thread: &Thread, args: &[Value]) -> Result {
    let follow = convert::truth(thread, args[1])?;
    this(args)
        .is(thread, follow, libc::S_IFREG)
        .map(Owned::bool)
}

fn is_symlink(thread: &Thread, args: &[Value]) -> Result {
    this(args).is(thread, false, libc::S_IFLNK).map(Owned::bool)
}

fn is_junction(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(false))
}

fn entry_stat(thread: &Thread, args: &[Value]) -> Result {
    let follow = convert::truth(thread, args[1])?;
    let stat = this(args).stat(thread, follow)?;
    Ok(stat::result(thread, &stat))
}

fn inode(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_u64(thread, this(args).inode))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).name.peek()))
}

fn get_path(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).path.peek()))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let name = convert::display_repr(thread, this(args).name.peek())?;
    Ok(str::new(thread, &format!("<DirEntry {name}>")))
}

methods! { ENTRY_METHODS:
    /// Return True if the entry is a directory; cached per entry.
    "is_dir(self, /, *, follow_symlinks=True)" => is_dir -> Bool;
    /// Return True if the entry is a file; cached per entry.
    "is_file(self, /, *, follow_symlinks=True)" => is_file -> Bool;
    /// Return True if the entry is a symbolic link; cached per entry.
    "is_symlink(self, /)" => is_symlink -> Bool;
    /// Return True if the entry is a junction; cached per entry.
    "is_junction(self, /)" => is_junction -> Bool;
    /// Return stat_result object for the entry; cached per entry.
    "stat(self, /, *, follow_symlinks=True)" => entry_stat;
    /// Return inode of the entry; cached per entry.
    "inode(self, /)" => inode -> Int;
    /// Returns the path for the entry.
    "__fspath__(self, /)" => get_path;
    "__repr__(self, /)" => repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// the entry's base filename, relative to scandir() "path" argument
    field "name" => get_name;
    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    field "path" => get_path;
}

/// Changes to a directory given by path or number.
pub(super) fn chdir(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "chdir")?;
    super::call::done(super::call::system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number, alive across the call.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::fchdir(*fd),
                Target::Path(path) => libc::chdir(path.as_ptr()),
            }
        })
    }))
}

/// `mkdir(path, mode=0o777, *, dir_fd=None)`
pub(super) fn mkdir(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let mode = super::call::number(thread, args[1])? as libc::mode_t;
    let directory = directory(thread, args[2])?;
    super::call::done(super::call::system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::mkdirat(directory, path.as_ptr(), mode) })
    }))
}
