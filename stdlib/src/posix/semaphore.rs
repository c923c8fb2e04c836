//! `_multiprocessing`: semaphores that processes share by name.
//!
//! The kernel's semaphore is what threads and processes wait on. Beside it each object keeps how often this process holds it
//! and which thread took it last, as CPython does: recursive locks are made of that, and `is_mine` is a look at it.

use super::call::{done, small, system_call};
use super::memory;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{dict, int, str};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise, start, thread};
use std::ffi::{CStr, CString};
use std::io::{self, Error};
use std::ptr::NonNull;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static SEM_LOCK: NativeClass = NativeClass::new("_multiprocessing.SemLock", METHODS)
    .doc("Semaphore/Mutex type")
    .open();

/// glibc's, for `int`.
const SEM_VALUE_MAX: i32 = i32::MAX;

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

/// An open semaphore; closed when it is dropped.
struct Semaphore(NonNull<libc::sem_t>);

// SAFETY: the functions on semaphores are thread-safe.
unsafe impl Send for Semaphore {}
// SAFETY: as above.
unsafe impl Sync for Semaphore {}

impl Semaphore {
    /// Makes one that did not exist.
    fn create(name: &CStr, value: u32) -> io::Result<Semaphore> {
        const MODE: libc::mode_t = 0o600;
        // SAFETY: the name is a C string; mode and value are what the function reads with these flags.
        let made =
            unsafe { libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, MODE, value) };
        NonNull::new(made)
            .map(Semaphore)
            .ok_or_else(Error::last_os_error)
    }

    /// Opens one that exists.
    fn open(name: &CStr) -> io::Result<Semaphore> {
        // SAFETY: the name is a C string.
        let opened = unsafe { libc::sem_open(name.as_ptr(), 0) };
        NonNull::new(opened)
            .map(Semaphore)
            .ok_or_else(Error::last_os_error)
    }

    fn handle(&self) -> i64 {
        self.0.as_ptr().expose_provenance() as i64
    }

    fn value(&self) -> i32 {
        let mut value = 0;
        // SAFETY: the semaphore is open.
        let got = unsafe { libc::sem_getvalue(self.0.as_ptr(), &raw mut value) };
        assert_eq!(got, 0, "the semaphore is open");
        value.max(0)
    }

    /// Takes one, if there is one.
    fn try_wait(&self) -> bool {
        // SAFETY: the semaphore is open. Nothing but its value stands in the way.
        unsafe { libc::sem_trywait(self.0.as_ptr()) == 0 }
    }

    /// Waits, at most until `end` by the clock of the world; false if it was not to be had until then.
    fn wait(&self, thread: &Thread, end: Option<Duration>) -> Result<bool> {
        let end = end.map(|end| libc::timespec {
            tv_sec: end.as_secs() as libc::time_t,
            tv_nsec: end.subsec_nanos().into(),
        });
        let waited = || {
            let failed = match &end {
                // SAFETY: the semaphore is open, and the time is one.
                Some(end) => unsafe { libc::sem_timedwait(self.0.as_ptr(), end) },
                // SAFETY: the semaphore is open.
                None => unsafe { libc::sem_wait(self.0.as_ptr()) },
            } != 0;
            match failed {
                true => Err(Error::last_os_error()),
                false => Ok(()),
            }
        };
        loop {
            // The number of the error is read at once: attaching may overwrite it.
            let Err(error) = thread::detached(waited) else {
                return Ok(true);
            };
            match error.raw_os_error() {
                Some(libc::EINTR) => thread.safepoint()?,
                Some(libc::ETIMEDOUT) => return Ok(false),
                _ => return Err(raise_os_error(thread, &error, None)),
            }
        }
    }

    fn post(&self) -> io::Result<()> {
        // SAFETY: the semaphore is open.
        match unsafe { libc::sem_post(self.0.as_ptr()) } {
            0 => Ok(()),
            _ => Err(Error::last_os_error()),
        }
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: it is open, and this was its owner.
        unsafe { libc::sem_close(self.0.as_ptr()) };
    }
}

/// Who holds a semaphore in this process.
#[derive(Default)]
struct Holder {
    count: i64,
    /// The thread that took it last.
    last: u32,
}

struct SemLock {
    semaphore: Semaphore,
    kind: i32,
    max_value: i32,
    /// None once unlinked.
    name: Option<CString>,
    holder: Mutex<Holder>,
}

impl Data for SemLock {}

impl SemLock {
    fn is_mine(&self, thread: &Thread) -> bool {
        let holder = self.holder.lock();
        holder.count > 0 && holder.last == thread.id()
    }

    /// Counts one more or one less, and gives how many there are now.
    fn count(&self, more: i64) -> i64 {
        let mut holder = self.holder.lock();
        holder.count += more;
        holder.count
    }

    fn acquire(&self, thread: &Thread, blocking: bool, end: Option<Duration>) -> Result<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine(thread) {
            self.count(1);
            return Ok(true);
        }
        let taken = self.semaphore.try_wait() || (blocking && self.semaphore.wait(thread, end)?);
        if taken {
            let mut holder = self.holder.lock();
            holder.count += 1;
            holder.last = thread.id();
        }
        Ok(taken)
    }

    fn release(&self, thread: &Thread) -> Result<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine(thread) {
                return raise!(
                    thread,
                    AssertionError,
                    "attempt to release recursive lock not owned by thread"
                );
            }
            if self.count(0) > 1 {
                self.count(-1);
                return Ok(());
            }
        } else if self.semaphore.value() >= self.max_value {
            return raise!(
                thread,
                ValueError,
                "semaphore or lock released too many times"
            );
        }
        // Whoever takes it next counts after this.
        self.count(-1);
        self.semaphore.post().map_err(|error| {
            self.count(1);
            raise_os_error(thread, &error, None)
        })
    }
}

/// A new object of a class, with a semaphore that nobody in this process holds.
fn make(
    thread: &Thread,
    class: Value,
    semaphore: io::Result<Semaphore>,
    (kind, max_value): (i32, i32),
    name: Option<CString>,
) -> Result {
    let class = as_class(class).expect("bound to a class");
    let semaphore = match semaphore {
        Ok(semaphore) => semaphore,
        Err(error) => return Err(raise_os_error(thread, &error, None)),
    };
    let data = SemLock {
        semaphore,
        kind,
        max_value,
        name,
        holder: Mutex::default(),
    };
    Ok(native::new(thread, class, data))
}

/// `SemLock(type, kind, value, maxvalue, name, unlink)`
fn new(thread: &Thread, args: &[Value]) -> Result {
    let kind = small(thread, args[1])?;
    let (value, max_value) = (small(thread, args[2])?, small(thread, args[3])?);
    let name = memory::name(thread, args[4], "SemLock() argument 'name'")?;
    let unlinks = convert::truth(thread, args[5])?;
    if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
        return raise!(thread, ValueError, "unrecognized kind");
    }
    let made = Semaphore::create(&name, value.cast_unsigned()).and_then(|semaphore| {
        // SAFETY: the name is a C string.
        match unlinks && unsafe { libc::sem_unlink(name.as_ptr()) } != 0 {
            true => Err(Error::last_os_error()),
            false => Ok(semaphore),
        }
    });
    let name = Some(name).filter(|_| !unlinks);
    make(thread, args[0], made, (kind, max_value), name)
}

/// `_rebuild(type, handle, kind, maxvalue, name)`: the handle means nothing in another process, the name does.
fn rebuild(thread: &Thread, args: &[Value]) -> Result {
    let limits = (small(thread, args[2])?, small(thread, args[3])?);
    if args[4].is_none() {
        return raise!(
            thread,
            ValueError,
            "a SemLock whose name was unlinked cannot be rebuilt"
        );
    }
    let name = memory::name(thread, args[4], "_rebuild() argument 4")?;
    make(thread, args[0], Semaphore::open(&name), limits, Some(name))
}

fn acquire(thread: &Thread, args: &[Value]) -> Result {
    let blocking = convert::truth(thread, args[1])?;
    let end = match args[2].is_none() {
        true => None,
        false => {
            let seconds = convert::to_f64(thread, args[2])?.max(0.0);
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let now = now.unwrap_or_default();
            // More than can be said is for ever.
            let length = Duration::try_from_secs_f64(seconds).ok();
            length
                .and_then(|length| now.checked_add(length))
                .filter(|end| libc::time_t::try_from(end.as_secs()).is_ok())
        }
    };
    let lock = receiver::<SemLock>(args);
    Ok(Owned::bool(lock.acquire(thread, blocking, end)?))
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    let lock = receiver::<SemLock>(args);
    Ok(Owned::bool(lock.acquire(thread, true, None)?))
}

fn release(thread: &Thread, args: &[Value]) -> Result {
    receiver::<SemLock>(args).release(thread)?;
    Ok(Owned::NONE)
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, receiver::<SemLock>(args).count(0)))
}

fn is_mine(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(receiver::<SemLock>(args).is_mine(thread)))
}

fn get_value(thread: &Thread, args: &[Value]) -> Result {
    let value = receiver::<SemLock>(args).semaphore.value();
    Ok(int::from_i64(thread, value.into()))
}

fn is_zero(_: &Thread, args: &[Value]) -> Result {
    let value = receiver::<SemLock>(args).semaphore.value();
    Ok(Owned::bool(value == 0))
}

/// A child process holds nothing.
fn after_fork(_: &Thread, args: &[Value]) -> Result {
    receiver::<SemLock>(args).holder.lock().count = 0;
    Ok(Owned::NONE)
}

fn handle(thread: &Thread, args: &[Value]) -> Result {
    let lock = receiver::<SemLock>(args);
    Ok(int::from_i64(thread, lock.semaphore.handle()))
}

fn kind(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, receiver::<SemLock>(args).kind.into()))
}

fn max_value(thread: &Thread, args: &[Value]) -> Result {
    let value = receiver::<SemLock>(args).max_value;
    Ok(int::from_i64(thread, value.into()))
}

fn name(thread: &Thread, args: &[Value]) -> Result {
    Ok(match &receiver::<SemLock>(args).name {
        Some(name) => str::new(thread, &name.to_string_lossy()),
        None => Owned::NONE,
    })
}

methods! { METHODS:
    new "SemLock(type, /, kind, value, maxvalue, name, unlink)" => new;
    /// Acquire the semaphore/lock.
    "acquire(self, /, block=True, timeout=None)" => acquire -> Bool;
    /// Release the semaphore/lock.
    "release(self, /)" => release -> None;
    /// Num of `acquire()`s minus num of `release()`s for this process.
    "_count(self, /)" => count -> Int;
    /// Whether the lock is owned by this thread.
    "_is_mine(self, /)" => is_mine -> Bool;
    /// Get the value of the semaphore.
    "_get_value(self, /)" => get_value -> Int;
    /// Return whether semaphore has value zero.
    "_is_zero(self, /)" => is_zero -> Bool;
    class "_rebuild(type, handle, kind, maxvalue, name, /)" => rebuild;
    /// Rezero the net acquisition count after fork().
    "_after_fork(self, /)" => after_fork -> None;
    /// Enter the semaphore/lock.
    "__enter__(self, /)" => enter -> Bool;
    /// Exit the semaphore/lock.
    "__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)" => release -> None;
    get "handle" => handle -> Int;
    get "kind" => kind -> Int;
    get "maxvalue" => max_value -> Int;
    get "name" => name;
}

fn sem_unlink(thread: &Thread, args: &[Value]) -> Result {
    let name = memory::name(thread, args[0], "sem_unlink() argument")?;
    done(system_call(thread, None, || {
        // SAFETY: the name is a C string.
        i64::from(unsafe { libc::sem_unlink(name.as_ptr()) })
    }))
}

/// Raises an exception if `sys.executable` is the program, not an interpreter that runs others.
fn check_interpreter(thread: &Thread, _: &[Value]) -> Result {
    match start::running().program.library {
        Some(_) => Ok(Owned::NONE),
        None => raise!(
            thread,
            RuntimeError,
            "this executable cannot start another Python: processes need the start method 'fork'"
        ),
    }
}

methods! { FUNCTIONS:
    static "_check_interpreter()" => check_interpreter -> None;
    static "sem_unlink(name, /)" => sem_unlink -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let class = SEM_LOCK.class(thread);
    let most = Value::small_int(SEM_VALUE_MAX.into());
    class.set_own(thread, str::intern(thread, "SEM_VALUE_MAX"), most);
    module.set(thread, "SemLock", class.value())?;
    let flags = dict::new(thread);
    let table = flags.get::<dict::Dict>().expect("made as a dict");
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        table.set(thread, str::intern(thread, name), Value::small_int(1))?;
    }
    module.set(thread, "flags", flags.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_multiprocessing",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
