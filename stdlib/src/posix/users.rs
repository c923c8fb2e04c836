//! `pwd` and `grp`: users and groups, as the C library knows them.

use ashore_runtime::builtins::io::{path_bytes, path_str};
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::structure::Structure;
use ashore_runtime::types::{dict, list};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise, structure, thread};
use std::ffi::{CStr, CString, c_char};
use std::io::Error;

structure! { PASSWD = "pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.":
    0 "pw_name", 1 "pw_passwd", 2 "pw_uid", 3 "pw_gid", 4 "pw_gecos", 5 "pw_dir", 6 "pw_shell"
}

structure! { GROUP = "grp.struct_group", "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.":
    0 "gr_name", 1 "gr_passwd", 2 "gr_gid", 3 "gr_mem"
}

/// The lists are gone through at one place for the whole process.
static WALK: Mutex<()> = Mutex::new(());

/// An entry, with its strings copied.
struct User {
    texts: [Vec<u8>; 5],
    uid: u32,
    gid: u32,
}

struct Group {
    name: Vec<u8>,
    password: Vec<u8>,
    gid: u32,
    members: Vec<Vec<u8>>,
}

fn copy(text: *const c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: the entry's strings end in a zero and live as long as it.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}

impl User {
    fn of(entry: &libc::passwd) -> User {
        let texts = [
            entry.pw_name,
            entry.pw_passwd,
            entry.pw_gecos,
            entry.pw_dir,
            entry.pw_shell,
        ];
        User {
            texts: texts.map(|text| copy(text)),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
        }
    }

    fn object(&self, thread: &Thread) -> Owned {
        let [name, password, gecos, dir, shell] = &self.texts;
        let text = |text: &[u8]| path_str(thread, text);
        let number = |number: u32| int::from_u64(thread, number.into());
        let fields = vec![
            text(name),
            text(password),
            number(self.uid),
            number(self.gid),
            text(gecos),
            text(dir),
            text(shell),
        ];
        PASSWD.make(thread, fields)
    }
}

impl Group {
    fn of(entry: &libc::group) -> Group {
        let mut members = Vec::new();
        let mut place = entry.gr_mem;
        // SAFETY: the entry has an array of strings that ends in a null.
        unsafe {
            while !place.is_null() && !(*place).is_null() {
                members.push(copy(*place));
                place = place.add(1);
            }
        }
        Group {
            name: copy(entry.gr_name),
            password: copy(entry.gr_passwd),
            gid: entry.gr_gid,
            members,
        }
    }

    fn object(&self, thread: &Thread) -> Owned {
        let members = self.members.iter();
        let members = members.map(|name| path_str(thread, name)).collect();
        let fields = vec![
            path_str(thread, &self.name),
            path_str(thread, &self.password),
            int::from_u64(thread, self.gid.into()),
            list::new(thread, members),
        ];
        GROUP.make(thread, fields)
    }
}

/// Asks the C library, with more and more room for the strings.
fn look_up<E, T>(
    mut ask: impl FnMut(*mut E, &mut [c_char], *mut *mut E) -> i32,
    found: impl FnOnce(&E) -> T,
) -> std::io::Result<Option<T>> {
    let mut room = 1024;
    loop {
        let mut entry = std::mem::MaybeUninit::<E>::uninit();
        let mut texts = vec![0; room];
        let mut result = std::ptr::null_mut();
        match ask(entry.as_mut_ptr(), &mut texts, &raw mut result) {
            0 | libc::ENOENT if result.is_null() => return Ok(None),
            // SAFETY: the call has filled the entry and points to it.
            0 => return Ok(Some(found(unsafe { &*result }))),
            libc::ERANGE => room *= 2,
            libc::EINTR => {}
            error => return Err(Error::from_raw_os_error(error)),
        }
    }
}

/// What a look-up gave, or the `KeyError`.
fn entry<T>(thread: &Thread, found: std::io::Result<Option<T>>, missing: &str) -> Result<T> {
    match found {
        Ok(Some(entry)) => Ok(entry),
        Ok(None) => {
            let key = str::new(thread, missing);
            dict::key_error(thread, key.value())
        }
        Err(error) => Err(raise_os_error(thread, &error, None)),
    }
}

/// A name, and how it is shown.
fn name(thread: &Thread, value: Value, function: &str) -> Result<(CString, String)> {
    if !value.is::<Str>() {
        let got = convert::argument_type(value);
        return raise!(
            thread,
            TypeError,
            "{function}() argument must be str, not {got}"
        );
    }
    let shown = convert::display_repr(thread, value)?;
    match CString::new(path_bytes(thread, value)?) {
        Ok(name) => Ok((name, shown)),
        Err(_) => raise!(thread, ValueError, "embedded null byte"),
    }
}

/// The number of a user or group; -1 is one, too. None if there are no such numbers.
fn number(thread: &Thread, value: Value, what: &str) -> Result<Option<u32>> {
    if !convert::has_index(value) {
        let got = convert::type_name(value);
        return raise!(thread, TypeError, "{what} should be integer, not {got}");
    }
    let number = convert::index(thread, value)?;
    let number = IntRef::of(&number.value()).and_then(IntRef::to_i64);
    Ok(match number {
        Some(-1) => Some(u32::MAX),
        Some(number) => u32::try_from(number).ok(),
        None => None,
    })
}

/// A number as it was given: the highest stands for -1.
fn shown(number: u32) -> i64 {
    match number {
        u32::MAX => -1,
        number => number.into(),
    }
}

fn getpwnam(thread: &Thread, args: &[Value]) -> Result {
    let (name, shown) = name(thread, args[0], "getpwnam")?;
    let found = thread::detached(|| {
        look_up(
            // SAFETY: the call is told how much room there is.
            |entry, texts, result| unsafe {
                libc::getpwnam_r(
                    name.as_ptr(),
                    entry,
                    texts.as_mut_ptr(),
                    texts.len(),
                    result,
                )
            },
            User::of,
        )
    });
    let missing = format!("getpwnam(): name not found: {shown}");
    Ok(entry(thread, found, &missing)?.object(thread))
}

fn getpwuid(thread: &Thread, args: &[Value]) -> Result {
    let Some(uid) = number(thread, args[0], "uid")? else {
        let key = str::new(thread, "getpwuid(): uid not found");
        return dict::key_error(thread, key.value());
    };
    let found = thread::detached(|| {
        look_up(
            // SAFETY: the call is told how much room there is.
            |entry, texts, result| unsafe {
                libc::getpwuid_r(uid, entry, texts.as_mut_ptr(), texts.len(), result)
            },
            User::of,
        )
    });
    let missing = format!("getpwuid(): uid not found: {}", shown(uid));
    Ok(entry(thread, found, &missing)?.object(thread))
}

fn getpwall(thread: &Thread, _: &[Value]) -> Result {
    let users = thread::detached(|| {
        let _walk = WALK.lock();
        let mut users = Vec::new();
        // SAFETY: nobody else is going through the list; entries are copied before the next call.
        unsafe {
            libc::setpwent();
            while let Some(entry) = libc::getpwent().as_ref() {
                users.push(User::of(entry));
            }
            libc::endpwent();
        }
        users
    });
    let users = users.iter().map(|user| user.object(thread));
    Ok(list::new(thread, users.collect()))
}

fn getgrnam(thread: &Thread, args: &[Value]) -> Result {
    let (name, shown) = name(thread, args[0], "getgrnam")?;
    let found = thread::detached(|| {
        look_up(
            // SAFETY: the call is told how much room there is.
            |entry, texts, result| unsafe {
                libc::getgrnam_r(
                    name.as_ptr(),
                    entry,
                    texts.as_mut_ptr(),
                    texts.len(),
                    result,
                )
            },
            Group::of,
        )
    });
    let missing = format!("getgrnam(): name not found: {shown}");
    Ok(entry(thread, found, &missing)?.object(thread))
}

fn getgrgid(thread: &Thread, args: &[Value]) -> Result {
    let Some(gid) = number(thread, args[0], "gid")? else {
        return raise!(thread, OverflowError, "gid is less than minimum");
    };
    let found = thread::detached(|| {
        look_up(
            // SAFETY: the call is told how much room there is.
            |entry, texts, result| unsafe {
                libc::getgrgid_r(gid, entry, texts.as_mut_ptr(), texts.len(), result)
            },
            Group::of,
        )
    });
    let missing = format!("getgrgid(): gid not found: {}", shown(gid));
    Ok(entry(thread, found, &missing)?.object(thread))
}

fn getgrall(thread: &Thread, _: &[Value]) -> Result {
    let groups = thread::detached(|| {
        let _walk = WALK.lock();
        let mut groups = Vec::new();
        // SAFETY: nobody else is going through the list; entries are copied before the next call.
        unsafe {
            libc::setgrent();
            while let Some(entry) = libc::getgrent().as_ref() {
                groups.push(Group::of(entry));
            }
            libc::endgrent();
        }
        groups
    });
    let groups = groups.iter().map(|group| group.object(thread));
    Ok(list::new(thread, groups.collect()))
}

methods! { PWD_FUNCTIONS:
    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    static "getpwuid(uidobj, /)" => getpwuid;
    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    static "getpwnam(name, /)" => getpwnam;
    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    static "getpwall()" => getpwall -> List;
}

methods! { GRP_FUNCTIONS:
    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    static "getgrgid(id)" => getgrgid;
    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    static "getgrnam(name)" => getgrnam;
    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    static "getgrall()" => getgrall -> List;
}

fn define(
    thread: &Thread,
    module: &Module,
    name: &str,
    structure: &'static Structure,
) -> Result<()> {
    let class = structure.define(thread);
    module.set(thread, name, class)
}

pub(crate) static PWD: NativeModule = NativeModule {
    name: "pwd",
    doc: "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nPassword database entries are reported as 7-tuples containing the following\nitems from the password database (see `<pwd.h>'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\nexception is raised if the entry asked for cannot be found.",
    functions: PWD_FUNCTIONS,
    initialize: |thread, module| define(thread, module, "struct_passwd", &PASSWD),
};

pub(crate) static GRP: NativeModule = NativeModule {
    name: "grp",
    doc: "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  gr_name   - name of the group\n  gr_passwd - group password (encrypted); often empty\n  gr_gid    - numeric ID of the group\n  gr_mem    - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\naccording to the password database.  Check both databases to get\ncomplete membership information.)",
    functions: GRP_FUNCTIONS,
    initialize: |thread, module| define(thread, module, "struct_group", &GROUP),
};
