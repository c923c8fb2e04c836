//! `mmap`: files and memory that processes share, as bytes.
//!
//! A map is behind a lock of its own: who reads or writes bytes holds it, and so does who takes the map away or moves it.
//! No Python code runs meanwhile.

mod map;
mod methods;

use crate::posix::call::small;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::RwLock;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::exports::Exports;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Cells, Data, Memory, NativeClass};
use ashore_runtime::{Builtin, Object, Result, Thread, Value, raise};
use map::{Map, Wish};

static MMAP: NativeClass = NativeClass::new("mmap.mmap", methods::METHODS)
    .weakrefable()
    .doc(
        "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the map\nwill be the current size of the file when mmap is called.\nflags specifies the nature of the mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the mmap\nobject will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\nTo map anonymous memory, pass -1 as the fileno (both versions).",
    )
    .open();

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Default,
    Read,
    Write,
    Copy,
}

impl Access {
    fn name(self) -> &'static str {
        match self {
            Access::Default => "ACCESS_DEFAULT",
            Access::Read => "ACCESS_READ",
            Access::Write => "ACCESS_WRITE",
            Access::Copy => "ACCESS_COPY",
        }
    }
}

struct Mmap {
    /// None once closed.
    map: RwLock<Option<Positioned>>,
    exports: Exports,
    access: Access,
    offset: i64,
    tracks_file: bool,
}

/// A map, and where the next byte is read or written.
struct Positioned {
    map: Map,
    position: usize,
}

impl Data for Mmap {
    fn memory(&self) -> Option<Memory<'_>> {
        Some(Memory {
            cells: self,
            format: b'B',
            readonly: self.access == Access::Read,
            exports: &self.exports,
        })
    }
}

/// A map that was closed meanwhile has no bytes.
impl Cells for Mmap {
    fn check(&self, thread: &Thread) -> Result<()> {
        Mmap::check(self, thread)
    }

    fn look(&self, look: &mut dyn FnMut(&[u8])) {
        look(self.map.read().as_ref().map_or(&[], |at| at.map.bytes()));
    }

    fn change(&self, change: &mut dyn FnMut(&mut [u8])) {
        match self.map.write().as_mut() {
            Some(at) => change(at.map.bytes_mut()),
            None => change(&mut []),
        }
    }
}

impl Mmap {
    /// Calls `look` with the map, and raises ValueError if there is none any more. Nobody takes the map away meanwhile.
    fn with<R>(&self, thread: &Thread, look: impl FnOnce(&Positioned) -> R) -> Result<R> {
        if let Some(at) = self.map.read().as_ref() {
            return Ok(look(at));
        }
        closed(thread)
    }

    /// As [`Mmap::with`], for what moves the map, its position or bytes: nobody else has it meanwhile.
    fn with_mut<R>(&self, thread: &Thread, change: impl FnOnce(&mut Positioned) -> R) -> Result<R> {
        if let Some(at) = self.map.write().as_mut() {
            return Ok(change(at));
        }
        closed(thread)
    }

    fn check(&self, thread: &Thread) -> Result<()> {
        self.with(thread, |_| ())
    }

    fn check_writable(&self, thread: &Thread) -> Result<()> {
        match self.access {
            Access::Read => raise!(
                thread,
                TypeError,
                "mmap can't modify a readonly memory map."
            ),
            _ => Ok(()),
        }
    }
}

#[cold]
fn closed<R>(thread: &Thread) -> Result<R> {
    raise!(thread, ValueError, "mmap closed or invalid")
}

/// What is to be mapped, of arguments that say it in two ways.
fn wish(thread: &Thread, args: &[Value]) -> Result<(Wish, Access)> {
    const DEFAULT_FLAGS: i32 = libc::MAP_SHARED;
    const READ_WRITE: i32 = libc::PROT_READ | libc::PROT_WRITE;
    let len = convert::to_isize(thread, args[2])?;
    let flags = small(thread, args[3])?;
    let protection = small(thread, args[4])?;
    let access = small(thread, args[5])?;
    let offset = convert::to_isize(thread, args[6])? as i64;
    let Ok(len) = usize::try_from(len) else {
        return raise!(
            thread,
            OverflowError,
            "memory mapped length must be positive"
        );
    };
    if offset < 0 {
        return raise!(
            thread,
            OverflowError,
            "memory mapped offset must be positive"
        );
    }
    if access != 0 && (flags != DEFAULT_FLAGS || protection != READ_WRITE) {
        return raise!(
            thread,
            ValueError,
            "mmap can't specify both access and flags, prot."
        );
    }
    let (flags, protection, access) = match access {
        0 if protection & READ_WRITE == READ_WRITE => (flags, protection, Access::Default),
        0 if protection & libc::PROT_WRITE != 0 => (flags, protection, Access::Write),
        0 => (flags, protection, Access::Read),
        1 => (libc::MAP_SHARED, libc::PROT_READ, Access::Read),
        2 => (libc::MAP_SHARED, READ_WRITE, Access::Write),
        3 => (libc::MAP_PRIVATE, READ_WRITE, Access::Copy),
        _ => return raise!(thread, ValueError, "mmap invalid access parameter."),
    };
    let wish = Wish {
        len,
        protection,
        flags,
        offset,
    };
    Ok((wish, access))
}

/// The length that a map of a regular file has.
fn length_in_file(thread: &Thread, wish: Wish, size: i64) -> Result<usize> {
    if wish.len == 0 && size == 0 {
        return raise!(thread, ValueError, "cannot mmap an empty file");
    }
    if wish.len == 0 && wish.offset >= size {
        return raise!(thread, ValueError, "mmap offset is greater than file size");
    }
    let rest = size - wish.offset;
    match usize::try_from(rest) {
        Ok(rest) if wish.len == 0 => Ok(rest),
        Ok(rest) if wish.len <= rest => Ok(wish.len),
        _ => raise!(thread, ValueError, "mmap length is greater than file size"),
    }
}

/// `mmap(type, fileno, length, flags, prot, access, offset, trackfd)`
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let number = small(thread, args[1])?;
    let (mut wish, access) = wish(thread, args)?;
    let tracks_file = convert::truth(thread, args[7])?;
    if let Some(size) = map::file_size(number) {
        wish.len = length_in_file(thread, wish, size)?;
    }
    let made = ashore_runtime::thread::detached(|| {
        if number == -1 {
            wish.flags |= libc::MAP_ANONYMOUS;
            return Map::new(-1, None, wish);
        }
        let file = match tracks_file {
            true => Some(map::duplicate(number)?),
            false => None,
        };
        Map::new(number, file, wish)
    });
    let map = match made {
        Ok(map) => Positioned { map, position: 0 },
        Err(error) => return Err(raise_os_error(thread, &error, None)),
    };
    let data = Mmap {
        map: RwLock::new(Some(map)),
        exports: Exports::default(),
        access,
        offset: wish.offset,
        tracks_file,
    };
    Ok(native::new(thread, class, data))
}

const NUMBERS: [(&str, i32); 33] = [
    ("ACCESS_COPY", 3),
    ("ACCESS_DEFAULT", 0),
    ("ACCESS_READ", 1),
    ("ACCESS_WRITE", 2),
    ("MADV_DODUMP", libc::MADV_DODUMP),
    ("MADV_DOFORK", libc::MADV_DOFORK),
    ("MADV_DONTDUMP", libc::MADV_DONTDUMP),
    ("MADV_DONTFORK", libc::MADV_DONTFORK),
    ("MADV_DONTNEED", libc::MADV_DONTNEED),
    ("MADV_FREE", libc::MADV_FREE),
    ("MADV_HUGEPAGE", libc::MADV_HUGEPAGE),
    ("MADV_HWPOISON", libc::MADV_HWPOISON),
    ("MADV_MERGEABLE", libc::MADV_MERGEABLE),
    ("MADV_NOHUGEPAGE", libc::MADV_NOHUGEPAGE),
    ("MADV_NORMAL", libc::MADV_NORMAL),
    ("MADV_RANDOM", libc::MADV_RANDOM),
    ("MADV_REMOVE", libc::MADV_REMOVE),
    ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
    ("MADV_UNMERGEABLE", libc::MADV_UNMERGEABLE),
    ("MADV_WILLNEED", libc::MADV_WILLNEED),
    ("MAP_32BIT", 0x40),
    ("MAP_ANON", libc::MAP_ANON),
    ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
    ("MAP_DENYWRITE", libc::MAP_DENYWRITE),
    ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE),
    ("MAP_NORESERVE", libc::MAP_NORESERVE),
    ("MAP_POPULATE", libc::MAP_POPULATE),
    ("MAP_PRIVATE", libc::MAP_PRIVATE),
    ("MAP_SHARED", libc::MAP_SHARED),
    ("MAP_STACK", libc::MAP_STACK),
    ("PROT_EXEC", libc::PROT_EXEC),
    ("PROT_READ", libc::PROT_READ),
    ("PROT_WRITE", libc::PROT_WRITE),
];

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "mmap", MMAP.class(thread).value())?;
    module.set(thread, "error", Builtin::OSError.class().value())?;
    for (name, number) in NUMBERS {
        module.set(thread, name, Value::small_int(number.into()))?;
    }
    for name in ["PAGESIZE", "ALLOCATIONGRANULARITY"] {
        module.set(thread, name, Value::small_int(map::page_size()))?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "mmap",
    doc: "",
    functions: &[],
    initialize,
};
