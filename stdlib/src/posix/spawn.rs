//! `posix_spawn` and `posix_spawnp`: another program in a new process, by one call of the C library's.
//!
//! What the child does before is a list of actions and a set of attributes, structures of the C library's that are made from
//! the arguments and destroyed after the call.

use super::call::{path, small};
use super::process::{environment, pointers, strings};
use ashore_runtime::operators::{attribute, convert, iterate};
use ashore_runtime::types::exception::{self, raise_os_error};
use ashore_runtime::types::list::List;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{int, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise, thread};
use std::ffi::{CStr, CString, c_char, c_int};
use std::io::Error;

/// The C library's function: of a path, or of a name that it looks for.
type Spawn = unsafe extern "C" fn(
    *mut libc::pid_t,
    *const c_char,
    *const libc::posix_spawn_file_actions_t,
    *const libc::posix_spawnattr_t,
    *const *mut c_char,
    *const *mut c_char,
) -> c_int;

/// Turns the number that the C library's functions give into a result.
fn check(thread: &Thread, error: c_int, file: Option<Value>) -> Result<()> {
    match error {
        0 => Ok(()),
        error => Err(raise_os_error(
            thread,
            &Error::from_raw_os_error(error),
            file,
        )),
    }
}

/// What the child does with its descriptors.
struct Actions {
    actions: libc::posix_spawn_file_actions_t,
    /// The C library may refer to them until the call.
    paths: Vec<CString>,
}

impl Actions {
    fn new(thread: &Thread, given: Value) -> Result<Actions> {
        // SAFETY: plain words; they are initialised at once.
        let zeros = unsafe { std::mem::zeroed() };
        let mut actions = Actions {
            actions: zeros,
            paths: Vec::new(),
        };
        // SAFETY: as above.
        let error = unsafe { libc::posix_spawn_file_actions_init(&raw mut actions.actions) };
        check(thread, error, None)?;
        if given.is_none() {
            return Ok(actions);
        }
        for action in sequence(thread, given)? {
            match action.get::<Tuple>().map(Tuple::items) {
                Some([kind, arguments @ ..]) => actions.add(thread, *kind, arguments)?,
                _ => {
                    return raise!(
                        thread,
                        TypeError,
                        "Each file_actions element must be a non-empty tuple"
                    );
                }
            }
        }
        Ok(actions)
    }

    fn add(&mut self, thread: &Thread, kind: Value, arguments: &[Value]) -> Result<()> {
        let actions = &raw mut self.actions;
        let number = |at: usize| small(thread, arguments[at]);
        let wrong = |name: &str, n: usize| {
            raise!(
                thread,
                TypeError,
                "A {name} file_action tuple must have {n} elements"
            )
        };
        // SAFETY: the actions are initialised; the C library takes any numbers, and a path that is kept until the call.
        let error = unsafe {
            match (small(thread, kind)?, arguments.len()) {
                (0, 4) => {
                    self.paths.push(path(thread, arguments[1])?);
                    let path = self.paths.last().expect("just pushed").as_ptr();
                    let mode = number(3)? as libc::mode_t;
                    libc::posix_spawn_file_actions_addopen(
                        actions,
                        number(0)?,
                        path,
                        number(2)?,
                        mode,
                    )
                }
                (1, 1) => libc::posix_spawn_file_actions_addclose(actions, number(0)?),
                (2, 2) => libc::posix_spawn_file_actions_adddup2(actions, number(0)?, number(1)?),
                (3, 1) => libc::posix_spawn_file_actions_addclosefrom_np(actions, number(0)?),
                (0, _) => return wrong("open", 5),
                (1, _) => return wrong("close", 2),
                (2, _) => return wrong("dup2", 3),
                (3, _) => return wrong("closefrom", 2),
                _ => return raise!(thread, TypeError, "Unknown file_actions identifier"),
            }
        };
        check(thread, error, None)
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: they were initialised, and nobody uses them any more.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.actions) };
    }
}

/// What else is different in the child.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    /// Reads the arguments from `setpgroup` to `scheduler`.
    fn new(thread: &Thread, args: &[Value]) -> Result<Attributes> {
        // SAFETY: the structure is initialised at once.
        let mut attributes = Attributes(unsafe { std::mem::zeroed() });
        // SAFETY: as above.
        let error = unsafe { libc::posix_spawnattr_init(&raw mut attributes.0) };
        check(thread, error, None)?;
        let mut flags = 0;
        if !args[0].is_none() {
            let group = small(thread, args[0])?;
            // SAFETY: initialised attributes, and a number.
            let error = unsafe { libc::posix_spawnattr_setpgroup(&raw mut attributes.0, group) };
            check(thread, error, None)?;
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if convert::truth(thread, args[1])? {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if convert::truth(thread, args[2])? {
            flags |= c_int::from(libc::POSIX_SPAWN_SETSID);
        }
        flags |= attributes.set_signals(thread, args[3], args[4])?;
        flags |= attributes.set_scheduler(thread, args[5])?;
        // SAFETY: initialised attributes, and flags that fit.
        let error = unsafe { libc::posix_spawnattr_setflags(&raw mut attributes.0, flags as i16) };
        check(thread, error, None)?;
        Ok(attributes)
    }

    /// The signals that are blocked in the child, and those that have their default action.
    fn set_signals(&mut self, thread: &Thread, mask: Value, default: Value) -> Result<c_int> {
        let mut flags = 0;
        if let Some(set) = signals(thread, mask)? {
            // SAFETY: initialised attributes and a set.
            let error =
                unsafe { libc::posix_spawnattr_setsigmask(&raw mut self.0, &raw const set) };
            check(thread, error, None)?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(set) = signals(thread, default)? {
            // SAFETY: as above.
            let error =
                unsafe { libc::posix_spawnattr_setsigdefault(&raw mut self.0, &raw const set) };
            check(thread, error, None)?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        Ok(flags)
    }

    /// A policy or `None`, and its parameter.
    fn set_scheduler(&mut self, thread: &Thread, given: Value) -> Result<c_int> {
        if given.is_none() {
            return Ok(0);
        }
        let Some(given) = given.get::<Tuple>() else {
            return raise!(
                thread,
                TypeError,
                "posix_spawn: scheduler must be a tuple or None"
            );
        };
        let &[policy, parameter] = given.items() else {
            return raise!(
                thread,
                TypeError,
                "A scheduler tuple must have two elements"
            );
        };
        let Some(&[priority]) = parameter.get::<Tuple>().map(Tuple::items) else {
            return raise!(thread, TypeError, "must have a sched_param object");
        };
        let mut flags = libc::POSIX_SPAWN_SETSCHEDPARAM;
        if !policy.is_none() {
            let policy = small(thread, policy)?;
            // SAFETY: initialised attributes, and a number.
            let error = unsafe { libc::posix_spawnattr_setschedpolicy(&raw mut self.0, policy) };
            check(thread, error, None)?;
            flags = libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let parameter = libc::sched_param {
            sched_priority: small(thread, priority)?,
        };
        // SAFETY: initialised attributes, and a structure.
        let error =
            unsafe { libc::posix_spawnattr_setschedparam(&raw mut self.0, &raw const parameter) };
        check(thread, error, None)?;
        Ok(flags)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: they were initialised, and nobody uses them any more.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

/// The elements of what should be a sequence.
fn sequence(thread: &Thread, given: Value) -> Result<Vec<Owned>> {
    iterate::collect(thread, given).or_else(|raised| {
        if !exception::is(thread.pending_exception(), Builtin::TypeError) {
            return Err(raised);
        }
        drop(thread.take_exception(raised));
        raise!(thread, TypeError, "file_actions must be a sequence or None")
    })
}

/// A set of signals, `None` for none.
fn signals(thread: &Thread, given: Value) -> Result<Option<libc::sigset_t>> {
    const LAST: i32 = 64;
    // SAFETY: zeros are an empty set.
    let mut set = unsafe { std::mem::zeroed() };
    let given = iterate::collect(thread, given)?;
    for signal in &given {
        let signal = small(thread, signal.value())?;
        if !(1..=LAST).contains(&signal) {
            return raise!(
                thread,
                ValueError,
                "signal number {signal} out of range [1; {LAST}]"
            );
        }
        // SAFETY: a set, and a signal that there is.
        unsafe { libc::sigaddset(&raw mut set, signal) };
    }
    Ok((!given.is_empty()).then_some(set))
}

/// The arguments of the new program.
fn arguments(thread: &Thread, function: &str, given: Value) -> Result<Vec<CString>> {
    if !given.is::<Tuple>() && !given.is::<List>() {
        return raise!(
            thread,
            TypeError,
            "{function}: argv must be a tuple or list"
        );
    }
    let arguments = strings(thread, given)?;
    match arguments.first() {
        None => raise!(thread, ValueError, "{function}: argv must not be empty"),
        Some(first) if first.is_empty() => raise!(
            thread,
            ValueError,
            "{function}: argv first element cannot be empty"
        ),
        Some(_) => Ok(arguments),
    }
}

/// What the environment of the new program is made of; `None`: this one's.
fn variables(thread: &Thread, function: &str, given: Value) -> Result<Option<Vec<CString>>> {
    if given.is_none() {
        return Ok(None);
    }
    let keys = str::intern(thread, "keys");
    if attribute::get_optional(thread, given, keys)?.is_none() {
        return raise!(
            thread,
            TypeError,
            "{function}: environment must be a mapping object or None"
        );
    }
    environment(thread, given).map(Some)
}

/// This process's environment, as it is.
fn own_variables() -> Vec<CString> {
    let mut variables = Vec::new();
    // SAFETY: the C library's array of strings, which ends in null. Nobody changes it meanwhile but who calls `putenv` at the
    // same time, which POSIX leaves to programs to avoid.
    unsafe {
        let mut entry = libc::environ.cast_const();
        while !entry.is_null() && !(*entry).is_null() {
            variables.push(CStr::from_ptr(*entry).to_owned());
            entry = entry.add(1);
        }
    }
    variables
}

fn spawn(thread: &Thread, function: &str, call: Spawn, args: &[Value]) -> Result {
    let file = path(thread, args[0])?;
    let arguments = arguments(thread, function, args[1])?;
    let variables = match variables(thread, function, args[2])? {
        Some(variables) => variables,
        None => own_variables(),
    };
    let actions = Actions::new(thread, args[3])?;
    let attributes = Attributes::new(thread, &args[4..])?;
    let (arguments, variables) = (pointers(&arguments), pointers(&variables));
    let mut pid = 0;
    let place = &raw mut pid;
    let error = thread::detached(|| {
        // SAFETY: strings, arrays of them that end in null, and initialised structures, all of which outlive the call; it
        // changes none of the strings.
        unsafe {
            call(
                place,
                file.as_ptr(),
                &raw const actions.actions,
                &raw const attributes.0,
                arguments.as_ptr().cast(),
                variables.as_ptr().cast(),
            )
        }
    });
    check(thread, error, Some(args[0]))?;
    Ok(int::from_i64(thread, i64::from(pid)))
}

pub(super) fn posix_spawn(thread: &Thread, args: &[Value]) -> Result {
    spawn(thread, "posix_spawn", libc::posix_spawn, args)
}

pub(super) fn posix_spawnp(thread: &Thread, args: &[Value]) -> Result {
    spawn(thread, "posix_spawnp", libc::posix_spawnp, args)
}
