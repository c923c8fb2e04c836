//! `select`: waiting until one of several files can be read from or written to.

use crate::posix::call::{number, small};
use ashore_runtime::operators::{attribute, call, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{dict, int, list, str, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise, thread};
use std::collections::BTreeMap;
use std::io::Error;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

static POLL: NativeClass = NativeClass::new("select.poll", POLL_METHODS);
static EPOLL: NativeClass = NativeClass::new("select.epoll", EPOLL_METHODS);

const NUMBERS: [(&str, i64); 27] = [
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    ("POLLIN", libc::POLLIN as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLRDNORM", libc::POLLRDNORM as i64),
    ("POLLRDBAND", libc::POLLRDBAND as i64),
    ("POLLWRNORM", libc::POLLWRNORM as i64),
    ("POLLWRBAND", libc::POLLWRBAND as i64),
    ("POLLRDHUP", libc::POLLRDHUP as i64),
    ("EPOLLIN", libc::EPOLLIN as i64),
    ("EPOLLOUT", libc::EPOLLOUT as i64),
    ("EPOLLPRI", libc::EPOLLPRI as i64),
    ("EPOLLERR", libc::EPOLLERR as i64),
    ("EPOLLHUP", libc::EPOLLHUP as i64),
    ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
    ("EPOLLET", libc::EPOLLET as u32 as i64),
    ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
    ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
    ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
    ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
    ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
    ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
    ("EPOLLWAKEUP", libc::EPOLLWAKEUP as u32 as i64),
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
];

/// The number of an open file: an int, or what has a `fileno` method.
pub(crate) fn descriptor(thread: &Thread, file: Value) -> Result<i32> {
    let number = match convert::has_index(file) {
        true => small(thread, file)?,
        false => {
            let name = str::intern(thread, "fileno");
            let Some(method) = attribute::get_optional(thread, file, name)? else {
                return raise!(
                    thread,
                    TypeError,
                    "argument must be an int, or have a fileno() method."
                );
            };
            let result = call::call(thread, method.value(), &[])?;
            if int::IntRef::of(&result.value()).is_none() {
                return raise!(thread, TypeError, "fileno() returned a non-integer");
            }
            small(thread, result.value())?
        }
    };
    if number < 0 {
        return raise!(
            thread,
            ValueError,
            "file descriptor cannot be a negative integer ({number})"
        );
    }
    Ok(number)
}

/// When to give up: none for never.
fn deadline(timeout: Option<f64>) -> Option<Instant> {
    let timeout = Duration::try_from_secs_f64(timeout?.max(0.0)).ok()?;
    Instant::now().checked_add(timeout)
}

/// Milliseconds until then, rounded up; -1 for never.
fn milliseconds(deadline: Option<Instant>) -> i32 {
    let Some(deadline) = deadline else { return -1 };
    let left = deadline.saturating_duration_since(Instant::now());
    i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

/// Waits by a system call that takes milliseconds; again after signals, for what is left of the time.
fn wait(
    thread: &Thread,
    deadline: Option<Instant>,
    mut call: impl FnMut(i32) -> i32,
) -> Result<usize> {
    loop {
        let left = milliseconds(deadline);
        let result = thread::detached(|| match call(left) {
            -1 => Err(Error::last_os_error()),
            count => Ok(count as usize),
        });
        match result {
            Ok(count) => return Ok(count),
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => thread.safepoint()?,
            Err(error) => return Err(raise_os_error(thread, &error, None)),
        }
    }
}

fn poll_files(
    thread: &Thread,
    files: &mut [libc::pollfd],
    deadline: Option<Instant>,
) -> Result<usize> {
    let (place, count) = (files.as_mut_ptr(), files.len() as libc::nfds_t);
    // SAFETY: the kernel reads and writes that many entries.
    wait(thread, deadline, |left| unsafe {
        libc::poll(place, count, left)
    })
}

/// Seconds, or none for None.
fn seconds(thread: &Thread, timeout: Value) -> Result<Option<f64>> {
    if timeout.is_missing() || timeout.is_none() {
        return Ok(None);
    }
    match convert::to_f64(thread, timeout) {
        Ok(seconds) => Ok(Some(seconds)),
        Err(raised) => {
            drop(thread.take_exception(raised));
            raise!(thread, TypeError, "timeout must be a float or None")
        }
    }
}

/// `select(rlist, wlist, xlist, timeout=None)`, by `poll`, with the limits of the C library's `select`.
fn select(thread: &Thread, args: &[Value]) -> Result {
    const READY: [i16; 3] = [
        libc::POLLIN | libc::POLLHUP | libc::POLLERR,
        libc::POLLOUT | libc::POLLERR,
        libc::POLLPRI,
    ];
    const ASKED: [i16; 3] = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    let timeout = seconds(thread, args[3])?;
    if timeout.is_some_and(|timeout| timeout < 0.0) {
        return raise!(thread, ValueError, "timeout must be non-negative");
    }
    let mut lists = Vec::new();
    let mut files = Vec::new();
    for (at, &list) in args[..3].iter().enumerate() {
        let mut items = Vec::new();
        iterate::for_each(thread, list, |item| {
            let fd = descriptor(thread, item.value())?;
            if usize::try_from(fd).is_ok_and(|fd| fd >= libc::FD_SETSIZE) {
                return raise!(
                    thread,
                    ValueError,
                    "filedescriptor out of range in select()"
                );
            }
            if items.len() >= libc::FD_SETSIZE {
                return raise!(thread, ValueError, "too many file descriptors in select()");
            }
            files.push(libc::pollfd {
                fd,
                events: ASKED[at],
                revents: 0,
            });
            items.push(item);
            Ok(())
        })?;
        lists.push(items);
    }
    poll_files(thread, &mut files, deadline(timeout))?;
    if files.iter().any(|file| file.revents & libc::POLLNVAL != 0) {
        let error = Error::from_raw_os_error(libc::EBADF);
        return Err(raise_os_error(thread, &error, None));
    }
    let mut files = files.iter();
    let ready = lists.into_iter().zip(READY).map(|(items, ready)| {
        let items = items.into_iter().zip(files.by_ref());
        let items = items.filter(|(_, file)| file.revents & ready != 0);
        list::new(thread, items.map(|(item, _)| item).collect())
    });
    let ready = ready.collect();
    Ok(tuple::new(thread, ready))
}

/// Pairs of a file's number and what happened.
fn events(thread: &Thread, events: impl Iterator<Item = (i64, i64)>) -> Owned {
    let pairs = events.map(|(file, events)| {
        let parts = vec![int::from_i64(thread, file), int::from_i64(thread, events)];
        tuple::new(thread, parts)
    });
    list::new(thread, pairs.collect())
}

/// Files and the events asked for.
struct Poll(Mutex<BTreeMap<i32, i16>>);

impl Data for Poll {}

fn new_poll(thread: &Thread, _: &[Value]) -> Result {
    let poll = Poll(Mutex::new(BTreeMap::new()));
    Ok(native::new(thread, POLL.class(thread), poll))
}

fn mask(thread: &Thread, value: Value) -> Result<i16> {
    if value.is_missing() {
        return Ok(libc::POLLIN | libc::POLLPRI | libc::POLLOUT);
    }
    match number(thread, value)? {
        mask if mask < 0 => raise!(thread, ValueError, "value must be positive"),
        mask => match u16::try_from(mask) {
            Ok(mask) => Ok(mask.cast_signed()),
            Err(_) => raise!(
                thread,
                OverflowError,
                "Python int too large for C unsigned short"
            ),
        },
    }
}

fn poll_register(thread: &Thread, args: &[Value]) -> Result {
    let (file, mask) = (descriptor(thread, args[1])?, mask(thread, args[2])?);
    receiver::<Poll>(args).0.lock().insert(file, mask);
    Ok(Owned::NONE)
}

fn poll_modify(thread: &Thread, args: &[Value]) -> Result {
    let (file, mask) = (descriptor(thread, args[1])?, mask(thread, args[2])?);
    let mut files = receiver::<Poll>(args).0.lock();
    let Some(entry) = files.get_mut(&file) else {
        drop(files);
        let error = Error::from_raw_os_error(libc::ENOENT);
        return Err(raise_os_error(thread, &error, None));
    };
    *entry = mask;
    Ok(Owned::NONE)
}

fn poll_unregister(thread: &Thread, args: &[Value]) -> Result {
    let file = descriptor(thread, args[1])?;
    let removed = receiver::<Poll>(args).0.lock().remove(&file);
    match removed {
        Some(_) => Ok(Owned::NONE),
        None => {
            let key = int::from_i64(thread, i64::from(file));
            dict::key_error(thread, key.value())
        }
    }
}

/// `poll(timeout=None)`, in milliseconds.
fn poll(thread: &Thread, args: &[Value]) -> Result {
    let timeout = seconds(thread, args[1])?.filter(|timeout| *timeout >= 0.0);
    let files = receiver::<Poll>(args).0.lock().clone();
    let mut files: Vec<libc::pollfd> = files
        .into_iter()
        .map(|(fd, events)| libc::pollfd {
            fd,
            events,
            revents: 0,
        })
        .collect();
    let timeout = timeout.map(|timeout| timeout / 1000.0);
    poll_files(thread, &mut files, deadline(timeout))?;
    let ready = files.iter().filter(|file| file.revents != 0);
    let ready = ready.map(|file| (i64::from(file.fd), i64::from(file.revents.cast_unsigned())));
    Ok(events(thread, ready))
}

methods! { POLL_METHODS:
    /// Register a file descriptor with the polling object.
    "register(self, fd, eventmask=<missing>, /)" => poll_register -> None;
    /// Modify an already registered file descriptor.
    "modify(self, fd, eventmask, /)" => poll_modify -> None;
    /// Remove a file descriptor being tracked by the polling object.
    "unregister(self, fd, /)" => poll_unregister -> None;
    /// Polls the set of registered file descriptors.
    "poll(self, timeout=None, /)" => poll -> List;
}

/// The kernel's list of files; none once closed.
struct Epoll(Mutex<Option<OwnedFd>>);

impl Data for Epoll {}

fn make_epoll(thread: &Thread, descriptor: i32) -> Owned {
    // SAFETY: the caller hands over a descriptor that nobody else owns.
    let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
    let epoll = Epoll(Mutex::new(Some(descriptor)));
    native::new(thread, EPOLL.class(thread), epoll)
}

fn new_epoll(thread: &Thread, args: &[Value]) -> Result {
    let (size, flags) = (number(thread, args[1])?, small(thread, args[2])?);
    if size == 0 || size < -1 {
        return raise!(thread, ValueError, "negative sizehint");
    }
    if flags & !libc::EPOLL_CLOEXEC != 0 {
        return raise!(thread, OSError, "invalid flags");
    }
    // SAFETY: a plain libc call.
    match unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        descriptor => Ok(make_epoll(thread, descriptor)),
    }
}

fn epoll_from(thread: &Thread, args: &[Value]) -> Result {
    Ok(make_epoll(thread, small(thread, args[1])?))
}

/// The descriptor, for as long as nobody closes it.
fn opened(thread: &Thread, args: &[Value]) -> Result<i32> {
    let descriptor = receiver::<Epoll>(args).0.lock();
    let descriptor = descriptor.as_ref().map(AsRawFd::as_raw_fd);
    match descriptor {
        Some(descriptor) => Ok(descriptor),
        None => raise!(thread, ValueError, "I/O operation on closed epoll object"),
    }
}

fn control(thread: &Thread, args: &[Value], operation: i32, events: u32) -> Result {
    let (epoll, file) = (opened(thread, args)?, descriptor(thread, args[1])?);
    let mut event = libc::epoll_event {
        events,
        u64: file as u64,
    };
    // SAFETY: the kernel reads the structure.
    match unsafe { libc::epoll_ctl(epoll, operation, file, &raw mut event) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(Owned::NONE),
    }
}

fn wanted(thread: &Thread, value: Value) -> Result<u32> {
    if value.is_missing() {
        return Ok((libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32);
    }
    Ok(number(thread, value)? as u32)
}

fn epoll_register(thread: &Thread, args: &[Value]) -> Result {
    let events = wanted(thread, args[2])?;
    control(thread, args, libc::EPOLL_CTL_ADD, events)
}

fn epoll_modify(thread: &Thread, args: &[Value]) -> Result {
    let events = wanted(thread, args[2])?;
    control(thread, args, libc::EPOLL_CTL_MOD, events)
}

fn epoll_unregister(thread: &Thread, args: &[Value]) -> Result {
    control(thread, args, libc::EPOLL_CTL_DEL, 0)
}

/// `poll(timeout=None, maxevents=-1)`, in seconds.
fn epoll_poll(thread: &Thread, args: &[Value]) -> Result {
    const MANY: usize = 1023;
    let epoll = opened(thread, args)?;
    let timeout = seconds(thread, args[1])?.filter(|timeout| *timeout >= 0.0);
    let room = match number(thread, args[2])? {
        -1 => MANY,
        room if room > 0 => room as usize,
        room => {
            return raise!(
                thread,
                ValueError,
                "maxevents must be greater than 0, got {room}"
            );
        }
    };
    let mut ready = vec![libc::epoll_event { events: 0, u64: 0 }; room];
    let place = ready.as_mut_ptr();
    // SAFETY: the kernel writes at most as many entries as there is room for.
    let count = wait(thread, deadline(timeout), |left| unsafe {
        libc::epoll_wait(epoll, place, room as i32, left)
    })?;
    let ready = ready[..count].iter();
    let ready = ready.map(|event| (event.u64 as i64, i64::from(event.events)));
    Ok(events(thread, ready))
}

fn epoll_close(_: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Epoll>(args).0.lock().take();
    drop(descriptor);
    Ok(Owned::NONE)
}

fn epoll_closed(_: &Thread, args: &[Value]) -> Result {
    let is_open = receiver::<Epoll>(args).0.lock().is_some();
    Ok(Owned::bool(!is_open))
}

fn epoll_fileno(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, i64::from(opened(thread, args)?)))
}

fn epoll_enter(thread: &Thread, args: &[Value]) -> Result {
    opened(thread, args)?;
    Ok(Owned::new(args[0]))
}

methods! { EPOLL_METHODS:
    new "epoll(type, sizehint=-1, flags=0)" => new_epoll;
    class "fromfd(type, fd, /)" => epoll_from;
    get "closed" => epoll_closed -> Bool;
    "register(self, fd, eventmask=<missing>)" => epoll_register -> None;
    "modify(self, fd, eventmask)" => epoll_modify -> None;
    "unregister(self, fd)" => epoll_unregister -> None;
    "poll(self, timeout=None, maxevents=-1)" => epoll_poll -> List;
    "close(self, /)" => epoll_close -> None;
    "fileno(self, /)" => epoll_fileno -> Int;
    "__enter__(self, /)" => epoll_enter;
    "__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)" => epoll_close -> None;
}

methods! { FUNCTIONS:
    static "select(rlist, wlist, xlist, timeout=None, /)" => select -> Tuple;
    static "poll()" => new_poll;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "epoll", EPOLL.class(thread).value())?;
    module.set(thread, "error", Builtin::OSError.class().value())?;
    for (name, number) in NUMBERS {
        module.set(thread, name, Value::small_int(number))?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.",
    functions: FUNCTIONS,
    initialize,
};
