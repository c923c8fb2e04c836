//! The class `socket`: a descriptor with a time limit for what would block.
//!
//! The descriptor may be closed by another thread at any time; whoever works with it took its number before, as in C.

use super::address::Address;
use crate::posix::call::{number, small};
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer, Pinned};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::memoryview::Acquired;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{float, int, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise, thread};
use std::io::Error;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(super) static SOCKET: NativeClass = NativeClass::new("_socket.socket", METHODS)
    .doc("socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object")
    .open();

/// The time limit of new sockets: a float's bits, negative for none.
static DEFAULT_TIMEOUT: AtomicU64 = AtomicU64::new((-1.0_f64).to_bits());

struct Socket {
    /// -1 once closed.
    descriptor: AtomicI32,
    family: AtomicI32,
    kind: AtomicI32,
    protocol: AtomicI32,
    /// Seconds; none to wait for ever.
    timeout: Mutex<Option<f64>>,
}

impl Data for Socket {}

impl Drop for Socket {
    fn drop(&mut self) {
        let descriptor = *self.descriptor.get_mut();
        if descriptor >= 0 {
            // SAFETY: the socket's own descriptor, which nobody closed or took.
            unsafe { libc::close(descriptor) };
        }
    }
}

impl Socket {
    fn new() -> Socket {
        Socket {
            descriptor: AtomicI32::new(-1),
            family: AtomicI32::new(-1),
            kind: AtomicI32::new(-1),
            protocol: AtomicI32::new(-1),
            timeout: Mutex::new(None),
        }
    }

    fn descriptor(&self) -> i32 {
        self.descriptor.load(Ordering::Acquire)
    }

    fn family(&self) -> i32 {
        self.family.load(Ordering::Relaxed)
    }

    /// Makes it the socket with this descriptor.
    fn open(&self, descriptor: i32, family: i32, kind: i32, protocol: i32) {
        self.family.store(family, Ordering::Relaxed);
        let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        self.kind.store(kind & !flags, Ordering::Relaxed);
        self.protocol.store(protocol, Ordering::Relaxed);
        self.descriptor.store(descriptor, Ordering::Release);
        let default = f64::from_bits(DEFAULT_TIMEOUT.load(Ordering::Relaxed));
        let timeout = match kind & libc::SOCK_NONBLOCK {
            0 => Some(default).filter(|seconds| *seconds >= 0.0),
            _ => Some(0.0),
        };
        self.limit(timeout);
    }

    /// Sets the time limit. With one, the descriptor does not block.
    fn limit(&self, timeout: Option<f64>) {
        *self.timeout.lock() = timeout;
        let mut nonblocking = libc::c_int::from(timeout.is_some());
        // SAFETY: the kernel reads the flag.
        unsafe { libc::ioctl(self.descriptor(), libc::FIONBIO, &raw mut nonblocking) };
    }
}

/// A socket with this descriptor.
pub(super) fn make(
    thread: &Thread,
    descriptor: i32,
    family: i32,
    kind: i32,
    protocol: i32,
) -> Owned {
    let socket = Socket::new();
    socket.open(descriptor, family, kind, protocol);
    native::new(thread, SOCKET.class(thread), socket)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, Socket::new()))
}

/// An integer option of a socket.
fn option(descriptor: i32, level: i32, name: i32) -> std::result::Result<i32, Error> {
    let mut value = 0;
    let mut length = size_of::<i32>() as libc::socklen_t;
    let (place, length) = ((&raw mut value).cast(), &raw mut length);
    // SAFETY: the kernel writes at most an int.
    match unsafe { libc::getsockopt(descriptor, level, name, place, length) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(value),
    }
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let socket = receiver::<Socket>(args);
    let [family, kind, protocol] = [1, 2, 3].map(|at| small(thread, args[at]));
    let (mut family, mut kind, mut protocol) = (family?, kind?, protocol?);
    let or = |value: &mut i32, default: i32| {
        if *value == -1 {
            *value = default;
        }
    };
    if !args[4].is_none() {
        let descriptor = small(thread, args[4])?;
        if descriptor < 0 {
            return raise!(thread, ValueError, "negative file descriptor");
        }
        let ask = |name: i32| option(descriptor, libc::SOL_SOCKET, name);
        for (value, name) in [
            (&mut family, libc::SO_DOMAIN),
            (&mut kind, libc::SO_TYPE),
            (&mut protocol, libc::SO_PROTOCOL),
        ] {
            if *value == -1 {
                match ask(name) {
                    Ok(found) => *value = found,
                    Err(error) => return Err(raise_os_error(thread, &error, None)),
                }
            }
        }
        socket.open(descriptor, family, kind, protocol);
        return Ok(Owned::NONE);
    }
    or(&mut family, libc::AF_INET);
    or(&mut kind, libc::SOCK_STREAM);
    or(&mut protocol, 0);
    // SAFETY: a plain libc call.
    match unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        descriptor => {
            socket.open(descriptor, family, kind, protocol);
            Ok(Owned::NONE)
        }
    }
}

/// Waits until the socket is ready; false if the time is over.
fn wait(thread: &Thread, descriptor: i32, events: i16, deadline: Option<Instant>) -> Result<bool> {
    let mut file = libc::pollfd {
        fd: descriptor,
        events,
        revents: 0,
    };
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let left = left.map_or(-1, |left| {
            i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
        });
        let place = &raw mut file;
        let result = thread::detached(|| {
            // SAFETY: the kernel reads and writes one entry.
            match unsafe { libc::poll(place, 1, left) } {
                -1 => Err(Error::last_os_error()),
                count => Ok(count),
            }
        });
        match result {
            Ok(count) => return Ok(count > 0),
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => thread.safepoint()?,
            Err(error) => return Err(raise_os_error(thread, &error, None)),
        }
    }
}

/// Runs a system call that would block, for at most the socket's time limit.
fn blocking(
    thread: &Thread,
    socket: &Socket,
    events: i16,
    mut call: impl FnMut(i32) -> isize,
) -> Result<usize> {
    let timeout = *socket.timeout.lock();
    let limited = timeout.filter(|seconds| *seconds > 0.0);
    let deadline = limited.and_then(|seconds| {
        let timeout = Duration::try_from_secs_f64(seconds).ok()?;
        Instant::now().checked_add(timeout)
    });
    loop {
        let descriptor = socket.descriptor();
        if limited.is_some() && !wait(thread, descriptor, events, deadline)? {
            return raise!(thread, TimeoutError, "timed out");
        }
        let result = thread::detached(|| match call(descriptor) {
            -1 => Err(Error::last_os_error()),
            count => Ok(count.cast_unsigned()),
        });
        match result {
            Ok(count) => return Ok(count),
            Err(error) => match error.raw_os_error() {
                Some(libc::EINTR) => thread.safepoint()?,
                Some(libc::EAGAIN) if limited.is_some() => {}
                _ => return Err(raise_os_error(thread, &error, None)),
            },
        }
    }
}

fn bind(thread: &Thread, args: &[Value]) -> Result {
    let socket = receiver::<Socket>(args);
    let address = Address::from_value(thread, socket.family(), args[1], "bind")?;
    // SAFETY: the kernel reads the address.
    let result = unsafe { libc::bind(socket.descriptor(), address.as_ptr(), address.length) };
    match result {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(Owned::NONE),
    }
}

fn listen(thread: &Thread, args: &[Value]) -> Result {
    let backlog = small(thread, args[1])?.max(0);
    // SAFETY: a plain libc call.
    match unsafe { libc::listen(receiver::<Socket>(args).descriptor(), backlog) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(Owned::NONE),
    }
}

/// `_accept()`: a descriptor and an address.
fn accept(thread: &Thread, args: &[Value]) -> Result {
    let mut address = Address::empty();
    let descriptor = blocking(
        thread,
        receiver::<Socket>(args),
        libc::POLLIN,
        |listening| {
            let (place, length) = (address.as_mut_ptr(), &raw mut address.length);
            // SAFETY: the kernel writes at most as much of an address as there is room for.
            (unsafe { libc::accept4(listening, place, length, libc::SOCK_CLOEXEC) }) as isize
        },
    )?;
    let parts = vec![
        int::from_usize(thread, descriptor),
        address.to_value(thread),
    ];
    Ok(tuple::new(thread, parts))
}

/// Connects; the number of what went wrong, or 0.
fn connect_to(thread: &Thread, args: &[Value], function: &str) -> Result<i32> {
    let socket = receiver::<Socket>(args);
    let address = Address::from_value(thread, socket.family(), args[1], function)?;
    let descriptor = socket.descriptor();
    let result = thread::detached(|| {
        // SAFETY: the kernel reads the address.
        match unsafe { libc::connect(descriptor, address.as_ptr(), address.length) } {
            -1 => Error::last_os_error().raw_os_error().unwrap_or(libc::EIO),
            _ => 0,
        }
    });
    let timeout = *socket.timeout.lock();
    let goes_on = match result {
        libc::EINTR => true,
        libc::EINPROGRESS => timeout.is_some_and(|seconds| seconds > 0.0),
        _ => false,
    };
    if !goes_on {
        return Ok(result);
    }
    let deadline = timeout
        .and_then(|seconds| Instant::now().checked_add(Duration::try_from_secs_f64(seconds).ok()?));
    if !wait(thread, descriptor, libc::POLLOUT, deadline)? {
        return Ok(libc::EWOULDBLOCK);
    }
    match option(descriptor, libc::SOL_SOCKET, libc::SO_ERROR) {
        Ok(code) => Ok(code),
        Err(error) => Ok(error.raw_os_error().unwrap_or(libc::EIO)),
    }
}

fn connect(thread: &Thread, args: &[Value]) -> Result {
    match connect_to(thread, args, "connect")? {
        0 => Ok(Owned::NONE),
        libc::EWOULDBLOCK => raise!(thread, TimeoutError, "timed out"),
        code => {
            let error = Error::from_raw_os_error(code);
            Err(raise_os_error(thread, &error, None))
        }
    }
}

fn connect_ex(thread: &Thread, args: &[Value]) -> Result {
    let code = connect_to(thread, args, "connect_ex")?;
    Ok(int::from_i64(thread, i64::from(code)))
}

/// Room for received bytes.
fn room(thread: &Thread, value: Value, function: &str) -> Result<usize> {
    match usize::try_from(number(thread, value)?) {
        Ok(size) => Ok(size),
        Err(_) => raise!(thread, ValueError, "negative buffersize in {function}"),
    }
}

/// Receives into a buffer of this size; the sender's address if `address` is given.
fn receive(
    thread: &Thread,
    args: &[Value],
    size: usize,
    flags: Value,
    mut address: Option<&mut Address>,
) -> Result<Vec<u8>> {
    let flags = small(thread, flags)?;
    let mut buffer = vec![0u8; size];
    let place = buffer.as_mut_ptr();
    let count = blocking(
        thread,
        receiver::<Socket>(args),
        libc::POLLIN,
        |descriptor| {
            let (from, length) = match &mut address {
                Some(address) => (address.as_mut_ptr(), &raw mut address.length),
                None => (std::ptr::null_mut(), std::ptr::null_mut()),
            };
            // SAFETY: the kernel writes at most as many bytes as there is room for.
            unsafe { libc::recvfrom(descriptor, place.cast(), size, flags, from, length) }
        },
    )?;
    buffer.truncate(count);
    Ok(buffer)
}

fn recv(thread: &Thread, args: &[Value]) -> Result {
    let size = room(thread, args[1], "recv")?;
    let received = receive(thread, args, size, args[2], None)?;
    Ok(bytes::new(thread, &received))
}

fn recvfrom(thread: &Thread, args: &[Value]) -> Result {
    let size = room(thread, args[1], "recvfrom")?;
    let mut address = Address::empty();
    let received = receive(thread, args, size, args[2], Some(&mut address))?;
    let parts = vec![bytes::new(thread, &received), address.to_value(thread)];
    Ok(tuple::new(thread, parts))
}

/// The memory to receive into, and how many bytes it may be.
fn target(thread: &Thread, args: &[Value], function: &str) -> Result<(Acquired, usize)> {
    let Some(target) = bytes::writable(thread, args[1]) else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "{function}() argument 1 must be read-write bytes-like object, not {got}"
        );
    };
    let length = target.len();
    match room(thread, args[2], function)? {
        0 => Ok((target, length)),
        wanted if wanted > length => {
            raise!(thread, ValueError, "buffer too small for requested bytes")
        }
        wanted => Ok((target, wanted)),
    }
}

fn recv_into(thread: &Thread, args: &[Value]) -> Result {
    let (target, size) = target(thread, args, "recv_into")?;
    let received = receive(thread, args, size, args[3], None)?;
    target.write(thread, 0, &received)?;
    Ok(int::from_usize(thread, received.len()))
}

fn recvfrom_into(thread: &Thread, args: &[Value]) -> Result {
    let (target, size) = target(thread, args, "recvfrom_into")?;
    let mut address = Address::empty();
    let received = receive(thread, args, size, args[3], Some(&mut address))?;
    target.write(thread, 0, &received)?;
    let parts = vec![
        int::from_usize(thread, received.len()),
        address.to_value(thread),
    ];
    Ok(tuple::new(thread, parts))
}

fn send_bytes(
    thread: &Thread,
    args: &[Value],
    bytes: &[u8],
    flags: i32,
    to: Option<&Address>,
) -> Result<usize> {
    let (to, length) = to.map_or((std::ptr::null(), 0), |to| (to.as_ptr(), to.length));
    let (place, size) = (bytes.as_ptr(), bytes.len());
    let flags = flags | libc::MSG_NOSIGNAL;
    blocking(
        thread,
        receiver::<Socket>(args),
        libc::POLLOUT,
        |descriptor| {
            // SAFETY: the kernel reads the bytes and the address.
            unsafe { libc::sendto(descriptor, place.cast(), size, flags, to, length) }
        },
    )
}

fn send(thread: &Thread, args: &[Value]) -> Result {
    let bytes = Pinned::argument(thread, &args[1])?;
    let flags = small(thread, args[2])?;
    let sent = send_bytes(thread, args, &bytes, flags, None)?;
    Ok(int::from_usize(thread, sent))
}

fn sendall(thread: &Thread, args: &[Value]) -> Result {
    let bytes = Pinned::argument(thread, &args[1])?;
    let flags = small(thread, args[2])?;
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let sent = send_bytes(thread, args, rest, flags, None)?;
        rest = &rest[sent..];
        thread.safepoint()?;
    }
    Ok(Owned::NONE)
}

/// `sendto(data, address)` or `sendto(data, flags, address)`
fn sendto(thread: &Thread, args: &[Value]) -> Result {
    let bytes = Pinned::argument(thread, &args[1])?;
    let (flags, to) = match args[3].is_missing() {
        true => (0, args[2]),
        false => (small(thread, args[2])?, args[3]),
    };
    let family = receiver::<Socket>(args).family();
    let address = Address::from_value(thread, family, to, "sendto")?;
    let sent = send_bytes(thread, args, &bytes, flags, Some(&address))?;
    Ok(int::from_usize(thread, sent))
}

type NameCall = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> libc::c_int;

fn name_of(thread: &Thread, args: &[Value], call: NameCall) -> Result {
    let mut address = Address::empty();
    let (place, length) = (address.as_mut_ptr(), &raw mut address.length);
    // SAFETY: the kernel writes at most as much of an address as there is room for.
    match unsafe { call(receiver::<Socket>(args).descriptor(), place, length) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(address.to_value(thread)),
    }
}

fn getsockname(thread: &Thread, args: &[Value]) -> Result {
    name_of(thread, args, libc::getsockname)
}

fn getpeername(thread: &Thread, args: &[Value]) -> Result {
    name_of(thread, args, libc::getpeername)
}

fn getsockopt(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Socket>(args).descriptor();
    let (level, name) = (small(thread, args[1])?, small(thread, args[2])?);
    let size = small(thread, args[3])?;
    if size == 0 {
        return match option(descriptor, level, name) {
            Ok(value) => Ok(int::from_i64(thread, i64::from(value))),
            Err(error) => Err(raise_os_error(thread, &error, None)),
        };
    }
    if !(0..=1024).contains(&size) {
        return raise!(thread, OSError, "getsockopt buflen out of range");
    }
    let mut buffer = vec![0u8; size as usize];
    let mut length = size as libc::socklen_t;
    let (place, room) = (buffer.as_mut_ptr().cast(), &raw mut length);
    // SAFETY: the kernel writes at most as many bytes as there is room for.
    match unsafe { libc::getsockopt(descriptor, level, name, place, room) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(bytes::new(thread, &buffer[..length as usize])),
    }
}

fn setsockopt(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Socket>(args).descriptor();
    let (level, name) = (small(thread, args[1])?, small(thread, args[2])?);
    let value = match Buffer::copy(thread, args[3]) {
        Some(bytes) => bytes,
        None => small(thread, args[3])?.to_ne_bytes().to_vec(),
    };
    let length = value.len() as libc::socklen_t;
    // SAFETY: the kernel reads the bytes.
    match unsafe { libc::setsockopt(descriptor, level, name, value.as_ptr().cast(), length) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(Owned::NONE),
    }
}

fn shutdown(thread: &Thread, args: &[Value]) -> Result {
    let how = small(thread, args[1])?;
    // SAFETY: a plain libc call.
    match unsafe { libc::shutdown(receiver::<Socket>(args).descriptor(), how) } {
        -1 => Err(raise_os_error(thread, &Error::last_os_error(), None)),
        _ => Ok(Owned::NONE),
    }
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Socket>(args)
        .descriptor
        .swap(-1, Ordering::AcqRel);
    if descriptor < 0 {
        return Ok(Owned::NONE);
    }
    let result = thread::detached(|| {
        // SAFETY: the socket's own descriptor, which was just taken from it.
        match unsafe { libc::close(descriptor) } {
            -1 => Err(Error::last_os_error()),
            _ => Ok(()),
        }
    });
    match result {
        // The peer's abrupt end is no error of ours.
        Err(error) if error.raw_os_error() != Some(libc::ECONNRESET) => {
            Err(raise_os_error(thread, &error, None))
        }
        _ => Ok(Owned::NONE),
    }
}

fn detach(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Socket>(args)
        .descriptor
        .swap(-1, Ordering::AcqRel);
    Ok(int::from_i64(thread, i64::from(descriptor)))
}

fn fileno(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = receiver::<Socket>(args).descriptor();
    Ok(int::from_i64(thread, i64::from(descriptor)))
}

/// A time limit argument.
fn limit_of(thread: &Thread, value: Value) -> Result<Option<f64>> {
    if value.is_none() {
        return Ok(None);
    }
    match convert::to_f64(thread, value)? {
        seconds if seconds < 0.0 => raise!(thread, ValueError, "Timeout value out of range"),
        seconds => Ok(Some(seconds)),
    }
}

fn as_value(thread: &Thread, timeout: Option<f64>) -> Owned {
    timeout.map_or(Owned::NONE, |seconds| float::new(thread, seconds))
}

fn settimeout(thread: &Thread, args: &[Value]) -> Result {
    let timeout = limit_of(thread, args[1])?;
    receiver::<Socket>(args).limit(timeout);
    Ok(Owned::NONE)
}

fn gettimeout(thread: &Thread, args: &[Value]) -> Result {
    let timeout = *receiver::<Socket>(args).timeout.lock();
    Ok(as_value(thread, timeout))
}

fn setblocking(thread: &Thread, args: &[Value]) -> Result {
    let blocks = convert::truth(thread, args[1])?;
    receiver::<Socket>(args).limit(if blocks { None } else { Some(0.0) });
    Ok(Owned::NONE)
}

fn getblocking(_: &Thread, args: &[Value]) -> Result {
    let timeout = *receiver::<Socket>(args).timeout.lock();
    Ok(Owned::bool(timeout != Some(0.0)))
}

pub(super) fn default_timeout(thread: &Thread, _: &[Value]) -> Result {
    let seconds = f64::from_bits(DEFAULT_TIMEOUT.load(Ordering::Relaxed));
    Ok(as_value(
        thread,
        Some(seconds).filter(|seconds| *seconds >= 0.0),
    ))
}

pub(super) fn set_default_timeout(thread: &Thread, args: &[Value]) -> Result {
    let seconds = limit_of(thread, args[0])?.unwrap_or(-1.0);
    DEFAULT_TIMEOUT.store(seconds.to_bits(), Ordering::Relaxed);
    Ok(Owned::NONE)
}

/// The numbers that a socket was made with.
macro_rules! fields {
    ($($name:ident)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let number = receiver::<Socket>(args).$name.load(Ordering::Relaxed);
            Ok(int::from_i64(thread, i64::from(number)))
        }
    )*};
}

fields! { family kind protocol }

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let socket = receiver::<Socket>(args);
    let text = format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        socket.descriptor(),
        socket.family(),
        socket.kind.load(Ordering::Relaxed),
        socket.protocol.load(Ordering::Relaxed)
    );
    Ok(str::new(thread, &text))
}

methods! { METHODS:
    new "socket(type, /, *args, **kwargs)" => new;
    "__init__(self, /, family=-1, type=-1, proto=-1, fileno=None)" => init -> None;
    "__repr__(self, /)" => repr -> Str;
    get "family" => family -> Int;
    get "type" => kind -> Int;
    get "proto" => protocol -> Int;
    get "timeout" => gettimeout;
    "_accept(self, /)" => accept -> Tuple;
    "bind(self, address, /)" => bind -> None;
    "close(self, /)" => close -> None;
    "connect(self, address, /)" => connect -> None;
    "connect_ex(self, address, /)" => connect_ex -> Int;
    "detach(self, /)" => detach -> Int;
    "fileno(self, /)" => fileno -> Int;
    "getblocking(self, /)" => getblocking -> Bool;
    "getpeername(self, /)" => getpeername;
    "getsockname(self, /)" => getsockname;
    "getsockopt(self, level, option, buffersize=0, /)" => getsockopt;
    "gettimeout(self, /)" => gettimeout;
    "listen(self, backlog=128, /)" => listen -> None;
    "recv(self, bufsize, flags=0, /)" => recv -> Bytes;
    "recv_into(self, buffer, nbytes=0, flags=0)" => recv_into -> Int;
    "recvfrom(self, bufsize, flags=0, /)" => recvfrom -> Tuple;
    "recvfrom_into(self, buffer, nbytes=0, flags=0)" => recvfrom_into -> Tuple;
    "send(self, data, flags=0, /)" => send -> Int;
    "sendall(self, data, flags=0, /)" => sendall -> None;
    "sendto(self, data, flags, address=<missing>, /)" => sendto -> Int;
    "setblocking(self, flag, /)" => setblocking -> None;
    "setsockopt(self, level, option, value, /)" => setsockopt -> None;
    "settimeout(self, timeout, /)" => settimeout -> None;
    "shutdown(self, how, /)" => shutdown -> None;
}
