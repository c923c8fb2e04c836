//! Addresses: a tuple or a path in Python, a `sockaddr` in C.

use crate::posix::call::small;
use ashore_runtime::builtins::io::{path_bytes, path_str};
use ashore_runtime::types::bytes::{Buffer, Bytes};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{bytes, class_of, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, raise};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// A C address of any family.
pub(super) struct Address {
    storage: libc::sockaddr_storage,
    pub(super) length: libc::socklen_t,
}

impl Address {
    /// Room for an address.
    pub(super) fn empty() -> Address {
        Address {
            // SAFETY: a structure of numbers, for which zeros are valid.
            storage: unsafe { std::mem::zeroed() },
            length: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    pub(super) fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    /// Copies what `getaddrinfo` found.
    ///
    /// # Safety
    /// There are `length` bytes at `address`.
    pub(super) unsafe fn copy(address: *const libc::sockaddr, length: libc::socklen_t) -> Address {
        let mut copy = Address::empty();
        copy.length = length.min(copy.length);
        // SAFETY: both have that many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(
                address.cast::<u8>(),
                copy.as_mut_ptr().cast::<u8>(),
                copy.length as usize,
            );
        }
        copy
    }

    fn of<T: Copy>(value: T) -> Address {
        let mut address = Address::empty();
        debug_assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>());
        // SAFETY: the storage is large enough for every family's structure, and aligned for it.
        unsafe { address.as_mut_ptr().cast::<T>().write(value) };
        address.length = size_of::<T>() as libc::socklen_t;
        address
    }

    fn internet(address: SocketAddr) -> Address {
        match address {
            SocketAddr::V4(address) => Address::of(libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: address.port().to_be(),
                sin_addr: libc::in_addr {
                    s_addr: u32::from_ne_bytes(address.ip().octets()),
                },
                sin_zero: [0; 8],
            }),
            SocketAddr::V6(address) => Address::of(libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: address.flowinfo().to_be(),
                sin6_addr: libc::in6_addr {
                    s6_addr: address.ip().octets(),
                },
                sin6_scope_id: address.scope_id(),
            }),
        }
    }

    pub(super) fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    /// The address with another port.
    fn with_port(mut self, port: u16) -> Address {
        // SAFETY: the structure is the family's.
        unsafe {
            match self.family() {
                libc::AF_INET => {
                    (*self.as_mut_ptr().cast::<libc::sockaddr_in>()).sin_port = port.to_be();
                }
                libc::AF_INET6 => {
                    (*self.as_mut_ptr().cast::<libc::sockaddr_in6>()).sin6_port = port.to_be();
                }
                _ => {}
            }
        }
        self
    }

    /// Reads a Python address of a family; `function` is for messages.
    pub(super) fn from_value(
        thread: &Thread,
        family: i32,
        value: Value,
        function: &str,
    ) -> Result<Address> {
        match family {
            libc::AF_UNIX => unix(thread, value),
            libc::AF_INET | libc::AF_INET6 => internet(thread, family, value, function),
            _ => raise!(thread, OSError, "{function}(): unsupported address family"),
        }
    }

    /// The Python address.
    pub(super) fn to_value(&self, thread: &Thread) -> Owned {
        // SAFETY: the structure is the family's; all of it is initialized.
        unsafe {
            match self.family() {
                libc::AF_INET => {
                    let address = &*self.as_ptr().cast::<libc::sockaddr_in>();
                    let ip = Ipv4Addr::from(address.sin_addr.s_addr.to_ne_bytes());
                    let port = u16::from_be(address.sin_port);
                    tuple::new(
                        thread,
                        vec![
                            str::new(thread, &ip.to_string()),
                            int::from_i64(thread, i64::from(port)),
                        ],
                    )
                }
                libc::AF_INET6 => {
                    let address = &*self.as_ptr().cast::<libc::sockaddr_in6>();
                    let ip = Ipv6Addr::from(address.sin6_addr.s6_addr);
                    let numbers = [
                        u32::from(u16::from_be(address.sin6_port)),
                        u32::from_be(address.sin6_flowinfo),
                        address.sin6_scope_id,
                    ];
                    let mut parts = vec![str::new(thread, &ip.to_string())];
                    parts.extend(numbers.map(|n| int::from_i64(thread, i64::from(n))));
                    tuple::new(thread, parts)
                }
                libc::AF_UNIX => {
                    let address = &*self.as_ptr().cast::<libc::sockaddr_un>();
                    let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                    let length = (self.length as usize).saturating_sub(offset);
                    let path = address.sun_path[..length]
                        .iter()
                        .map(|&c| c.cast_unsigned());
                    let path: Vec<u8> = path.collect();
                    match path.first() {
                        // Linux's abstract names begin with a null byte and end where the length says.
                        Some(0) => bytes::new(thread, &path),
                        _ => {
                            let end = path.iter().position(|&byte| byte == 0);
                            path_str(thread, &path[..end.unwrap_or(path.len())])
                        }
                    }
                }
                _ => Owned::NONE,
            }
        }
    }
}

fn unix(thread: &Thread, value: Value) -> Result<Address> {
    let path = match value.get::<Str>() {
        Some(_) => path_bytes(thread, value)?,
        None => match Buffer::copy(thread, value) {
            Some(path) => path,
            None => {
                let got = class_of(value).name();
                return raise!(
                    thread,
                    TypeError,
                    "a bytes-like object is required, not '{got}'"
                );
            }
        },
    };
    // SAFETY: a structure of numbers, for which zeros are valid.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    let is_abstract = path.first() == Some(&0);
    if path.len() + usize::from(!is_abstract) > address.sun_path.len() {
        return raise!(thread, OSError, "AF_UNIX path too long");
    }
    address.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (place, &byte) in address.sun_path.iter_mut().zip(&path) {
        *place = byte.cast_signed();
    }
    let mut made = Address::of(address);
    let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
    made.length = (offset + path.len() + usize::from(!is_abstract)) as libc::socklen_t;
    Ok(made)
}

fn port(thread: &Thread, value: Value, function: &str) -> Result<u16> {
    match u16::try_from(small(thread, value)?) {
        Ok(port) => Ok(port),
        Err(_) => raise!(thread, OverflowError, "{function}(): port must be 0-65535."),
    }
}

fn internet(thread: &Thread, family: i32, value: Value, function: &str) -> Result<Address> {
    let name = if family == libc::AF_INET {
        "AF_INET"
    } else {
        "AF_INET6"
    };
    let Some(parts) = value.get::<Tuple>().map(Tuple::items) else {
        let got = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "{function}(): {name} address must be tuple, not {got}"
        );
    };
    let most = if family == libc::AF_INET { 2 } else { 4 };
    if parts.len() < 2 || parts.len() > most {
        return raise!(
            thread,
            TypeError,
            "{function}(): wrong number of elements in {name} address"
        );
    }
    let port = port(thread, parts[1], function)?;
    let address = resolve(thread, host(thread, parts[0])?.as_deref(), family)?.with_port(port);
    if family == libc::AF_INET || parts.len() == 2 {
        return Ok(address);
    }
    let flow = small(thread, parts[2])?.cast_unsigned();
    let scope = parts
        .get(3)
        .map(|&scope| small(thread, scope))
        .transpose()?;
    // SAFETY: resolved in this family.
    let ip = unsafe {
        (*address.as_ptr().cast::<libc::sockaddr_in6>())
            .sin6_addr
            .s6_addr
    };
    let address = SocketAddrV6::new(ip.into(), port, flow, scope.unwrap_or(0).cast_unsigned());
    Ok(Address::internet(address.into()))
}

/// A host's name: none for None.
pub(super) fn host(thread: &Thread, value: Value) -> Result<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Some(name) = value.get::<Str>() {
        let name = name.to_str_lossy().into_owned();
        if !name.is_ascii() {
            return raise!(
                thread,
                NotImplementedError,
                "host names in other than ASCII letters are not supported yet"
            );
        }
        return Ok(Some(name));
    }
    match value.get::<Bytes>() {
        Some(name) => Ok(Some(String::from_utf8_lossy(name.as_slice()).into_owned())),
        None => {
            let got = class_of(value).name();
            raise!(
                thread,
                TypeError,
                "str, bytes or bytearray expected, not {got}"
            )
        }
    }
}

/// The first address of a host; no name is any address.
pub(super) fn resolve(thread: &Thread, host: Option<&str>, family: i32) -> Result<Address> {
    let any = match family {
        libc::AF_INET6 => SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0)),
        _ => SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)),
    };
    let Some(host) = host.filter(|host| !host.is_empty()) else {
        return Ok(Address::internet(any));
    };
    if family == libc::AF_INET {
        let known = match host {
            "<broadcast>" => Some(Ipv4Addr::BROADCAST),
            host => host.parse::<Ipv4Addr>().ok(),
        };
        if let Some(ip) = known {
            return Ok(Address::internet(SocketAddrV4::new(ip, 0).into()));
        }
    }
    let found = super::names::lookup(thread, Some(host), None, family, 0, 0, 0)?;
    match found.into_iter().next() {
        Some(found) => Ok(found.address),
        None => raise!(thread, OSError, "no address of this family"),
    }
}
