//! A part of the address space that shows a file, or memory of its own.

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;

/// What `mmap` is asked for, besides the file.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub len: usize,
    pub protection: i32,
    pub flags: i32,
    pub offset: i64,
}

/// A mapping, which ends when it is dropped.
///
/// Other processes may write to the bytes at any time, as the machine allows; nothing relies on their values. A file that
/// is made shorter takes pages away, and whoever looks at these gets SIGBUS.
pub(super) struct Map {
    start: NonNull<u8>,
    len: usize,
    pub flags: i32,
    /// The file, for as long as the map may have to be resized.
    pub file: Option<File>,
}

// SAFETY: the pages belong to the map alone, and it is known to one owner.
unsafe impl Send for Map {}
// SAFETY: shared access only reads, or gives the kernel advice.
unsafe impl Sync for Map {}

impl Map {
    /// Maps an open file; `number` is -1 for memory of its own. Keeps what `file` is.
    pub fn new(number: i32, file: Option<File>, wish: Wish) -> Result<Map> {
        let number = file.as_ref().map_or(number, AsRawFd::as_raw_fd);
        let start = check(
            // SAFETY: new pages, wherever the kernel likes.
            unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    wish.len,
                    wish.protection,
                    wish.flags,
                    number,
                    wish.offset,
                )
            },
        )?;
        Ok(Map {
            start,
            len: wish.len,
            flags: wish.flags,
            file,
        })
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: mapped until the map is dropped or moved, for which it is borrowed as mutable.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// The caller knows that the bytes may be written to.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as `bytes`, and borrowed as mutable.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }

    /// Writes a part, which lies in the map, to the file.
    pub fn sync(&self, offset: usize, len: usize) -> Result<()> {
        // SAFETY: the part lies in the map.
        done(unsafe { libc::msync(self.start.as_ptr().add(offset).cast(), len, libc::MS_SYNC) })
    }

    /// Advises the kernel about a part, which lies in the map.
    pub fn advise(&self, offset: usize, len: usize, advice: i32) -> Result<()> {
        // SAFETY: the part lies in the map; advice changes at most what the bytes are.
        done(unsafe { libc::madvise(self.start.as_ptr().add(offset).cast(), len, advice) })
    }

    /// Gives map and file, which is mapped from `offset` on, another length.
    pub fn resize(&mut self, offset: i64, len: usize) -> Result<()> {
        if let Some(file) = &self.file {
            file.set_len(offset.cast_unsigned() + len as u64)?;
        }
        let old = self.start.as_ptr().cast();
        // SAFETY: the map is borrowed as mutable, so nobody looks at the pages that move.
        self.start = check(unsafe { libc::mremap(old, self.len, len, libc::MREMAP_MAYMOVE) })?;
        self.len = len;
        Ok(())
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: the pages are the map's own, and nobody borrows them any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

fn check(start: *mut libc::c_void) -> Result<NonNull<u8>> {
    match NonNull::new(start.cast::<u8>()) {
        Some(found) if start != libc::MAP_FAILED => Ok(found),
        _ => Err(Error::last_os_error()),
    }
}

fn done(result: i32) -> Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

/// A number of its own for an open file.
pub(super) fn duplicate(number: i32) -> Result<File> {
    if number < 0 {
        return Err(Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: not -1, and borrowed for this call only; the kernel says if nothing is open there.
    let file: OwnedFd = unsafe { BorrowedFd::borrow_raw(number) }.try_clone_to_owned()?;
    Ok(file.into())
}

/// The size of an open file, if it is a regular one.
pub(super) fn file_size(number: i32) -> Option<i64> {
    let mut status = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the kernel fills the structure, and says if it did not.
    let status = unsafe {
        if libc::fstat(number, status.as_mut_ptr()) != 0 {
            return None;
        }
        status.assume_init()
    };
    (status.st_mode & libc::S_IFMT == libc::S_IFREG).then_some(status.st_size)
}

pub(super) fn page_size() -> i64 {
    // SAFETY: a plain libc call.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}
