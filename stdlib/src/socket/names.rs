//! Names of hosts and services, and addresses as text.

use super::address::{Address, host};
use super::{GAI_ERROR, constants};
use crate::posix::call::small;
use ashore_runtime::types::bytes::{Buffer, Bytes};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{bytes, exception, int, list, str};
use ashore_runtime::{Object, Owned, Raised, Result, Thread, Value, raise, thread};
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};

/// One answer of `getaddrinfo`.
pub(super) struct Found {
    pub(super) family: i32,
    pub(super) kind: i32,
    pub(super) protocol: i32,
    pub(super) canonical: String,
    pub(super) address: Address,
}

/// Raises `socket.gaierror`.
fn gai_error(thread: &Thread, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        let error = std::io::Error::last_os_error();
        return exception::raise_os_error(thread, &error, None);
    }
    // SAFETY: the C library gives a string that lives forever.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    let text = str::new(thread, &text.to_string_lossy());
    let code = Value::small_int(i64::from(code));
    let class = GAI_ERROR.class(thread).value();
    match exception::new(thread, class, &[code, text.value()]) {
        Ok(exception) => thread.raise_value(exception),
        Err(raised) => raised,
    }
}

/// Asks the C library.
pub(super) fn lookup(
    thread: &Thread,
    host: Option<&str>,
    service: Option<&str>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> Result<Vec<Found>> {
    let text = |text: Option<&str>| text.map(CString::new).transpose();
    let (Ok(host), Ok(service)) = (text(host), text(service)) else {
        return raise!(thread, ValueError, "embedded null character");
    };
    let place = |text: &Option<CString>| text.as_ref().map_or(std::ptr::null(), |t| t.as_ptr());
    let result = thread::detached(|| {
        // SAFETY: a structure of numbers and null pointers, for which zeros are valid.
        let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
        hints.ai_family = family;
        hints.ai_socktype = kind;
        hints.ai_protocol = protocol;
        hints.ai_flags = flags;
        let mut first = std::ptr::null_mut();
        // SAFETY: valid strings or null; the C library writes where its list begins.
        let code = unsafe {
            libc::getaddrinfo(
                place(&host),
                place(&service),
                &raw const hints,
                &raw mut first,
            )
        };
        if code != 0 {
            return Err(code);
        }
        let mut found = Vec::new();
        let mut next = first;
        while !next.is_null() {
            // SAFETY: an entry of the list, which is not freed yet.
            let entry = unsafe { &*next };
            let canonical = match entry.ai_canonname.is_null() {
                true => String::new(),
                // SAFETY: a C string of the list.
                false => unsafe { CStr::from_ptr(entry.ai_canonname) }
                    .to_string_lossy()
                    .into_owned(),
            };
            found.push(Found {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                protocol: entry.ai_protocol,
                canonical,
                // SAFETY: the entry's address has the length it says.
                address: unsafe { Address::copy(entry.ai_addr, entry.ai_addrlen) },
            });
            next = entry.ai_next;
        }
        // SAFETY: the list that was given; nothing of it is used after this.
        unsafe { libc::freeaddrinfo(first) };
        Ok(found)
    });
    result.map_err(|code| gai_error(thread, code))
}

/// `getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)`
pub(super) fn getaddrinfo(thread: &Thread, args: &[Value]) -> Result {
    let host = host(thread, args[0])?;
    let port = args[1];
    let service = if port.is_none() {
        None
    } else if let Some(text) = port.get::<Str>() {
        Some(text.to_str_lossy().into_owned())
    } else if let Some(text) = port.get::<Bytes>() {
        Some(String::from_utf8_lossy(text.as_slice()).into_owned())
    } else if int::IntRef::of(&port).is_some() {
        Some(crate::posix::call::number(thread, port)?.to_string())
    } else {
        return raise!(thread, OSError, "Int or String expected");
    };
    let number = |at: usize| small(thread, args[at]);
    let (family, kind, protocol, flags) = (number(2)?, number(3)?, number(4)?, number(5)?);
    let found = lookup(
        thread,
        host.as_deref(),
        service.as_deref(),
        family,
        kind,
        protocol,
        flags,
    )?;
    let entries = found.iter().map(|found| {
        let numbers = [found.family, found.kind, found.protocol];
        let mut parts: Vec<Owned> = numbers
            .map(|number| int::from_i64(thread, i64::from(number)))
            .into();
        parts.push(str::new(thread, &found.canonical));
        parts.push(found.address.to_value(thread));
        tuple::new(thread, parts)
    });
    Ok(list::new(thread, entries.collect()))
}

/// `getnameinfo(sockaddr, flags)`
pub(super) fn getnameinfo(thread: &Thread, args: &[Value]) -> Result {
    let Some(parts) = args[0].get::<Tuple>().map(Tuple::items) else {
        return raise!(
            thread,
            TypeError,
            "getnameinfo() argument 1 must be a tuple"
        );
    };
    let [host_name, port, ..] = parts else {
        return raise!(
            thread,
            TypeError,
            "getnameinfo(): illegal sockaddr argument"
        );
    };
    let port = small(thread, *port)?.to_string();
    let host = host(thread, *host_name)?;
    let found = lookup(
        thread,
        host.as_deref(),
        Some(&port),
        libc::AF_UNSPEC,
        libc::SOCK_DGRAM,
        0,
        libc::AI_NUMERICHOST,
    )?;
    let Some(found) = found.into_iter().next() else {
        return raise!(thread, OSError, "no address");
    };
    let flags = small(thread, args[1])?;
    let (mut name, mut service) = ([0u8; 1025], [0u8; 32]);
    let code = thread::detached(|| {
        // SAFETY: the C library writes at most as many bytes as there is room for.
        unsafe {
            libc::getnameinfo(
                found.address.as_ptr(),
                found.address.length,
                name.as_mut_ptr().cast(),
                name.len() as libc::socklen_t,
                service.as_mut_ptr().cast(),
                service.len() as libc::socklen_t,
                flags,
            )
        }
    });
    if code != 0 {
        return Err(gai_error(thread, code));
    }
    let text = |bytes: &[u8]| {
        let text = CStr::from_bytes_until_nul(bytes).unwrap_or_default();
        str::new(thread, &text.to_string_lossy())
    };
    Ok(tuple::new(thread, vec![text(&name), text(&service)]))
}

/// `gethostbyname(host)`
pub(super) fn gethostbyname(thread: &Thread, args: &[Value]) -> Result {
    let host = host(thread, args[0])?;
    let address = super::address::resolve(thread, host.as_deref(), libc::AF_INET)?;
    let value = address.to_value(thread);
    let parts = value.get::<Tuple>().map_or(&[][..], Tuple::items);
    Ok(Owned::new(parts[0]))
}

/// `gethostname()`
pub(super) fn gethostname(thread: &Thread, _: &[Value]) -> Result {
    let mut name = [0u8; 256];
    // SAFETY: the C library writes at most as many bytes as there is room for.
    unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let name = CStr::from_bytes_until_nul(&name).unwrap_or_default();
    Ok(str::new(thread, &name.to_string_lossy()))
}

/// `inet_pton(family, text)`
pub(super) fn inet_pton(thread: &Thread, args: &[Value]) -> Result {
    let text = host(thread, args[1])?.unwrap_or_default();
    let parsed = match small(thread, args[0])? {
        libc::AF_INET => text.parse::<Ipv4Addr>().map(|ip| ip.octets().to_vec()),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().map(|ip| ip.octets().to_vec()),
        _ => return raise!(thread, OSError, "unknown address family"),
    };
    match parsed {
        Ok(parsed) => Ok(bytes::new(thread, &parsed)),
        Err(_) => raise!(
            thread,
            OSError,
            "illegal IP address string passed to inet_pton"
        ),
    }
}

/// `inet_ntop(family, bytes)`
pub(super) fn inet_ntop(thread: &Thread, args: &[Value]) -> Result {
    let packed = Buffer::copy_argument(thread, args[1])?;
    let family = small(thread, args[0])?;
    let text = match family {
        libc::AF_INET => <[u8; 4]>::try_from(packed).map(|ip| Ipv4Addr::from(ip).to_string()),
        libc::AF_INET6 => <[u8; 16]>::try_from(packed).map(|ip| Ipv6Addr::from(ip).to_string()),
        _ => return raise!(thread, ValueError, "unknown address family {family}"),
    };
    match text {
        Ok(text) => Ok(str::new(thread, &text)),
        Err(_) => raise!(
            thread,
            ValueError,
            "invalid length of packed IP address string"
        ),
    }
}

/// `inet_aton(text)`, which also knows `127.1`.
pub(super) fn inet_aton(thread: &Thread, args: &[Value]) -> Result {
    let text = host(thread, args[0])?.unwrap_or_default();
    let mut address = libc::in_addr { s_addr: 0 };
    let Ok(text) = CString::new(text) else {
        return raise!(thread, ValueError, "embedded null character");
    };
    // SAFETY: a valid string; the C library writes the address.
    if unsafe { constants::inet_aton(text.as_ptr(), &raw mut address) } == 0 {
        return raise!(
            thread,
            OSError,
            "illegal IP address string passed to inet_aton"
        );
    }
    Ok(bytes::new(thread, &address.s_addr.to_ne_bytes()))
}

/// `inet_ntoa(bytes)`
pub(super) fn inet_ntoa(thread: &Thread, args: &[Value]) -> Result {
    match <[u8; 4]>::try_from(Buffer::copy_argument(thread, args[0])?) {
        Ok(ip) => Ok(str::new(thread, &Ipv4Addr::from(ip).to_string())),
        Err(_) => raise!(thread, OSError, "packed IP wrong length"),
    }
}

/// The port of a service and protocol, by name.
pub(super) fn getservbyname(thread: &Thread, args: &[Value]) -> Result {
    let service = host(thread, args[0])?;
    let kind = match host(thread, args[1]).unwrap_or_default().as_deref() {
        Some("udp") => libc::SOCK_DGRAM,
        _ => libc::SOCK_STREAM,
    };
    let found = lookup(thread, None, service.as_deref(), libc::AF_INET, kind, 0, 0);
    let found = match found {
        Ok(found) => found.into_iter().next(),
        Err(raised) => {
            drop(thread.take_exception(raised));
            None
        }
    };
    let Some(found) = found else {
        return raise!(thread, OSError, "service/proto not found");
    };
    let value = found.address.to_value(thread);
    let parts = value.get::<Tuple>().map_or(&[][..], Tuple::items);
    Ok(Owned::new(parts[1]))
}
