//! Other handles of a connection: open blobs, backups; and whole databases as bytes.

use super::{Database, Dead, Failure};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::thread;
use libsqlite3_sys as sys;
use std::ffi::{CStr, c_int};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A value of a table's, opened as a file.
pub(in crate::sqlite) struct BlobHandle {
    /// None once closed.
    raw: Mutex<Option<NonNull<sys::sqlite3_blob>>>,
    database: Arc<Database>,
    length: c_int,
}

// SAFETY: it is used in turns of its connection.
unsafe impl Send for BlobHandle {}
// SAFETY: as above.
unsafe impl Sync for BlobHandle {}

/// The place of a blob.
pub(in crate::sqlite) struct Place<'a> {
    pub(in crate::sqlite) schema: &'a CStr,
    pub(in crate::sqlite) table: &'a CStr,
    pub(in crate::sqlite) column: &'a CStr,
    pub(in crate::sqlite) row: i64,
    pub(in crate::sqlite) is_writable: bool,
}

/// What is wrong with a use of a blob.
pub(in crate::sqlite) enum BlobError {
    Closed,
    Failed(Failure),
}

impl Database {
    pub(in crate::sqlite) fn open_blob(
        self: &Arc<Database>,
        place: &Place<'_>,
    ) -> Option<Result<BlobHandle, Failure>> {
        self.with(|raw| {
            let mut blob = std::ptr::null_mut();
            // SAFETY: open, and this thread's turn; texts live through the call.
            let code = unsafe {
                sys::sqlite3_blob_open(
                    raw,
                    place.schema.as_ptr(),
                    place.table.as_ptr(),
                    place.column.as_ptr(),
                    place.row,
                    place.is_writable.into(),
                    &raw mut blob,
                )
            };
            match NonNull::new(blob) {
                Some(handle) if code == sys::SQLITE_OK => Ok(BlobHandle {
                    raw: Mutex::new(Some(handle)),
                    database: Arc::clone(self),
                    // SAFETY: an open blob.
                    length: unsafe { sys::sqlite3_blob_bytes(blob) },
                }),
                // SAFETY: open, and this thread's turn.
                _ => Err(unsafe { Failure::of(raw) }),
            }
        })
    }
}

impl BlobHandle {
    pub(in crate::sqlite) fn len(&self) -> c_int {
        self.length
    }

    pub(in crate::sqlite) fn is_closed(&self) -> bool {
        self.raw.lock().is_none()
    }

    /// Calls `work` with the blob; none if the connection is closed.
    fn with(
        &self,
        work: impl FnOnce(*mut sys::sqlite3_blob) -> c_int,
    ) -> Option<Result<(), BlobError>> {
        self.database.with(|database| {
            // Who closes it takes it in a turn.
            let Some(raw) = *self.raw.lock() else {
                return Err(BlobError::Closed);
            };
            match work(raw.as_ptr()) {
                sys::SQLITE_OK => Ok(()),
                // SAFETY: open, and this thread's turn.
                _ => Err(BlobError::Failed(unsafe { Failure::of(database) })),
            }
        })
    }

    /// Reads a part, as long as the buffer.
    pub(in crate::sqlite) fn read(
        &self,
        buffer: &mut [u8],
        offset: c_int,
    ) -> Option<Result<(), BlobError>> {
        let length = c_int::try_from(buffer.len()).unwrap_or(c_int::MAX);
        let place = buffer.as_mut_ptr().cast();
        // SAFETY: an open blob, in a turn; SQLite checks that it has the part.
        self.with(|raw| unsafe { sys::sqlite3_blob_read(raw, place, length, offset) })
    }

    pub(in crate::sqlite) fn write(
        &self,
        bytes: &[u8],
        offset: c_int,
    ) -> Option<Result<(), BlobError>> {
        let length = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        let place = bytes.as_ptr().cast();
        // SAFETY: as above.
        self.with(|raw| unsafe { sys::sqlite3_blob_write(raw, place, length, offset) })
    }

    pub(in crate::sqlite) fn close(&self) {
        self.database.with(|_| {
            if let Some(raw) = self.raw.lock().take() {
                // SAFETY: taken, so nobody uses it again. What it returns, writing has said before.
                unsafe { sys::sqlite3_blob_close(raw.as_ptr()) };
            }
        });
    }
}

impl Drop for BlobHandle {
    fn drop(&mut self) {
        if let Some(raw) = self.raw.get_mut().take() {
            self.database.give_up(Dead::Blob(raw));
        }
    }
}

/// A copy of a database that is being made.
pub(in crate::sqlite) struct Backup<'a> {
    /// Null once finished.
    raw: AtomicPtr<sys::sqlite3_backup>,
    from: &'a Database,
    to: &'a Database,
}

/// What a step of a backup came to.
pub(in crate::sqlite) struct Progress {
    pub(in crate::sqlite) code: c_int,
    pub(in crate::sqlite) remaining: c_int,
    pub(in crate::sqlite) pages: c_int,
}

impl Progress {
    /// Did a lock hold it up?
    pub(in crate::sqlite) fn is_held_up(&self) -> bool {
        matches!(self.code, sys::SQLITE_BUSY | sys::SQLITE_LOCKED)
    }

    pub(in crate::sqlite) fn goes_on(&self) -> bool {
        self.code == sys::SQLITE_OK || self.is_held_up()
    }
}

/// The order in which the turns of two connections are taken, so that nobody waits for the other's.
fn in_order<'a>(a: &'a Database, b: &'a Database) -> (&'a Database, &'a Database) {
    match std::ptr::from_ref(a) < std::ptr::from_ref(b) {
        true => (a, b),
        false => (b, a),
    }
}

/// Takes the turns of two connections.
fn with_both<R>(a: &Database, b: &Database, work: impl FnOnce() -> R) -> Option<R> {
    let (first, second) = in_order(a, b);
    first.with(|_| second.with(|_| work())).flatten()
}

impl<'a> Backup<'a> {
    pub(in crate::sqlite) fn start(
        from: &'a Database,
        schema: &CStr,
        to: &'a Database,
    ) -> Option<Result<Backup<'a>, Failure>> {
        with_both(from, to, || {
            let (source, target) = (from.raw.as_ptr(), to.raw.as_ptr());
            // SAFETY: both are open, and it is this thread's turn.
            let raw = unsafe {
                sys::sqlite3_backup_init(target, c"main".as_ptr(), source, schema.as_ptr())
            };
            let Some(raw) = NonNull::new(raw) else {
                // SAFETY: as above; errors are kept with the target.
                return Err(unsafe { Failure::of(target) });
            };
            // A backup is a turn that others may have theirs in: neither is closed before its end.
            for database in [from, to] {
                database.hold(&database.turn.lock());
            }
            let raw = AtomicPtr::new(raw.as_ptr());
            Ok(Backup { raw, from, to })
        })
    }

    /// Copies some pages. None once one of the two is closed.
    pub(in crate::sqlite) fn step(&self, pages: c_int) -> Option<Progress> {
        with_both(self.from, self.to, || {
            let raw = self.raw.load(Ordering::Acquire);
            // SAFETY: both are open, and it is this thread's turn.
            unsafe {
                Progress {
                    code: sys::sqlite3_backup_step(raw, pages),
                    remaining: sys::sqlite3_backup_remaining(raw),
                    pages: sys::sqlite3_backup_pagecount(raw),
                }
            }
        })
    }

    /// Ends it, whole or not.
    pub(in crate::sqlite) fn finish(self) -> Result<(), Failure> {
        match self.end() {
            sys::SQLITE_OK => Ok(()),
            code => Err(Failure::of_code(code)),
        }
    }

    fn end(&self) -> c_int {
        let raw = self.raw.swap(std::ptr::null_mut(), Ordering::AcqRel);
        if raw.is_null() {
            return sys::SQLITE_OK;
        }
        thread::detached(|| {
            let (first, second) = in_order(self.from, self.to);
            let turns = [first.turn.lock(), second.turn.lock()];
            // SAFETY: not finished yet, and both connections are held until it is.
            let code = unsafe { sys::sqlite3_backup_finish(raw) };
            first.let_go(&turns[0]);
            second.let_go(&turns[1]);
            code
        })
    }
}

impl Drop for Backup<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Database {
    /// A copy of a database as the file would have it; none if there is no such database.
    pub(in crate::sqlite) fn serialize(&self, schema: &CStr) -> Option<Option<Vec<u8>>> {
        self.with(|raw| {
            let mut size = 0;
            // SAFETY: open, and this thread's turn; what is made is the caller's to free.
            unsafe {
                let place = sys::sqlite3_serialize(raw, schema.as_ptr(), &raw mut size, 0);
                let place = NonNull::new(place)?;
                let length = usize::try_from(size).unwrap_or(0);
                let bytes = std::slice::from_raw_parts(place.as_ptr(), length).to_vec();
                sys::sqlite3_free(place.as_ptr().cast());
                Some(bytes)
            }
        })
    }

    /// Makes a database one in memory, of these bytes.
    pub(in crate::sqlite) fn deserialize(
        &self,
        schema: &CStr,
        bytes: &[u8],
    ) -> Option<Result<(), Failure>> {
        self.with(|raw| {
            let size = bytes.len() as i64;
            let flags = sys::SQLITE_DESERIALIZE_FREEONCLOSE | sys::SQLITE_DESERIALIZE_RESIZEABLE;
            // SAFETY: open, and this thread's turn; SQLite frees the copy, also if the call fails.
            unsafe {
                let copy = sys::sqlite3_malloc64(bytes.len() as u64).cast::<u8>();
                if copy.is_null() && !bytes.is_empty() {
                    return Err(Failure::of_code(sys::SQLITE_NOMEM));
                }
                if !copy.is_null() {
                    copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                }
                let schema = schema.as_ptr();
                match sys::sqlite3_deserialize(raw, schema, copy, size, size, flags) {
                    sys::SQLITE_OK => Ok(()),
                    _ => Err(Failure::of(raw)),
                }
            }
        })
    }
}
