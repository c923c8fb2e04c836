//! `_socket`: sockets, as `socket` builds on them.
//!
//! | file        | what                                               |
//! |-------------|----------------------------------------------------|
//! | `object`    | the class `socket`                                 |
//! | `address`   | addresses, between Python and C                    |
//! | `names`     | names of hosts and services                        |
//! | `constants` | numbers                                            |

mod address;
mod constants;
mod names;
mod object;

use crate::posix::call::{number, small, system_call};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::{int, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};

static GAI_ERROR: NativeClass = NativeClass::new("socket.gaierror", &[])
    .open()
    .extends(Builtin::OSError, &[]);
static H_ERROR: NativeClass = NativeClass::new("socket.herror", &[])
    .open()
    .extends(Builtin::OSError, &[]);

/// Functions that turn a number's bytes around.
macro_rules! byte_orders {
    ($($function:ident $type:ty, $convert:ident;)*) => {$(
        fn $function(thread: &Thread, args: &[Value]) -> Result {
            let given = number(thread, args[0])?;
            if given < 0 {
                return raise!(thread, ValueError, "Cannot convert negative int");
            }
            let Ok(given) = <$type>::try_from(given) else {
                return raise!(
                    thread,
                    OverflowError,
                    "Python int too large for C uint{}_t",
                    <$type>::BITS
                );
            };
            Ok(int::from_u64(thread, u64::from(<$type>::$convert(given))))
        }
    )*};
}

byte_orders! {
    htons u16, to_be;
    ntohs u16, from_be;
    htonl u32, to_be;
    ntohl u32, from_be;
}

/// `socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0)`
fn socketpair(thread: &Thread, args: &[Value]) -> Result {
    let or = |value: Value, default: i32| match value.is_missing() || value.is_none() {
        true => Ok(default),
        false => small(thread, value),
    };
    let family = or(args[0], libc::AF_UNIX)?;
    let (kind, protocol) = (or(args[1], libc::SOCK_STREAM)?, or(args[2], 0)?);
    let mut ends = [0; 2];
    let place = ends.as_mut_ptr();
    system_call(thread, None, || {
        // SAFETY: the kernel writes two descriptors.
        i64::from(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, place) })
    })?;
    let ends = ends.map(|end| object::make(thread, end, family, kind, protocol));
    Ok(tuple::new(thread, ends.into()))
}

/// `close(fd)`
fn close(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = small(thread, args[0])?;
    system_call(thread, None, || {
        // SAFETY: a plain libc call, on a number that the program owns.
        i64::from(unsafe { libc::close(descriptor) })
    })?;
    Ok(Owned::NONE)
}

/// `dup(fd)`
fn dup(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = small(thread, args[0])?;
    let copy = system_call(thread, None, || {
        // SAFETY: a plain libc call.
        i64::from(unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0) })
    })?;
    Ok(int::from_i64(thread, copy))
}

methods! { FUNCTIONS:
    static "socketpair(family=<missing>, type=<missing>, proto=<missing>, /)" => socketpair -> Tuple;
    static "close(fd, /)" => close -> None;
    static "dup(fd, /)" => dup -> Int;
    static "getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)" => names::getaddrinfo -> List;
    static "getnameinfo(sockaddr, flags, /)" => names::getnameinfo -> Tuple;
    static "gethostbyname(host, /)" => names::gethostbyname -> Str;
    static "gethostname()" => names::gethostname -> Str;
    static "getservbyname(servicename, protocolname=<missing>, /)" => names::getservbyname -> Int;
    static "inet_aton(ip_addr, /)" => names::inet_aton -> Bytes;
    static "inet_ntoa(packed_ip, /)" => names::inet_ntoa -> Str;
    static "inet_pton(af, ip, /)" => names::inet_pton -> Bytes;
    static "inet_ntop(af, packed_ip, /)" => names::inet_ntop -> Str;
    static "htons(x, /)" => htons -> Int;
    static "ntohs(x, /)" => ntohs -> Int;
    static "htonl(x, /)" => htonl -> Int;
    static "ntohl(x, /)" => ntohl -> Int;
    static "getdefaulttimeout()" => object::default_timeout;
    static "setdefaulttimeout(timeout, /)" => object::set_default_timeout -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for &(name, number) in constants::NUMBERS {
        module.set(thread, name, int::from_i64(thread, number).value())?;
    }
    let class = object::SOCKET.class(thread).value();
    for (name, value) in [
        ("socket", class),
        ("SocketType", class),
        ("error", Builtin::OSError.class().value()),
        ("timeout", Builtin::TimeoutError.class().value()),
        ("gaierror", GAI_ERROR.class(thread).value()),
        ("herror", H_ERROR.class(thread).value()),
        ("has_ipv6", Value::TRUE),
    ] {
        module.set(thread, name, value)?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_socket",
    doc: "Implementation module for socket operations.",
    functions: FUNCTIONS,
    initialize,
};
