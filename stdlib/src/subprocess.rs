//! `_posixsubprocess`: `fork` and `exec` in one, for `subprocess`.
//!
//! Between the two the child makes system calls only: everything it needs is computed before, and it neither allocates nor
//! touches an object, because other threads of the parent may have held any lock when it was forked.

use crate::posix::call::small;
use crate::posix::process::{pointers, strings};
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::int;
use ashore_runtime::types::module::NativeModule;
use ashore_runtime::{Result, Thread, Value, methods, raise, thread};
use std::ffi::CString;
use std::io::Error;

/// What the child does before `exec`, in C's terms.
struct Child {
    executables: Vec<CString>,
    arguments: Vec<CString>,
    environment: Option<Vec<CString>>,
    /// Descriptors that stay open, ascending.
    keep: Vec<i32>,
    directory: Option<CString>,
    close_others: bool,
    /// Ends of pipes: the child's standard input, and the parent's end of it, and so on; -1 for none.
    stdin: [i32; 2],
    stdout: [i32; 2],
    stderr: [i32; 2],
    /// The child writes to the second why it failed.
    errors: [i32; 2],
    restore_signals: bool,
    new_session: bool,
    group: i32,
    groups: Option<Vec<libc::gid_t>>,
    gid: Option<libc::gid_t>,
    uid: Option<libc::uid_t>,
    umask: i32,
}

/// Where the child failed: before `exec` there is no file to name.
enum Failure {
    Before(i32),
    Directory(i32),
    Exec(i32),
}

fn optional(thread: &Thread, value: Value) -> Result<Option<u32>> {
    match value.is_none() {
        true => Ok(None),
        false => Ok(Some(crate::posix::call::owner(thread, value, "id")?)),
    }
}

impl Child {
    /// Reads the arguments of `fork_exec`.
    fn from_arguments(thread: &Thread, args: &[Value]) -> Result<Child> {
        let fd = |at: usize| small(thread, args[at]);
        let mut keep = Vec::new();
        for descriptor in iterate::collect(thread, args[3])? {
            keep.push(small(thread, descriptor.value())?);
        }
        if !keep.is_sorted() {
            return raise!(thread, ValueError, "bad value(s) in fds_to_keep");
        }
        let groups = match args[18].is_none() {
            true => None,
            false => {
                let groups = iterate::collect(thread, args[18])?;
                let groups = groups
                    .iter()
                    .map(|group| crate::posix::call::owner(thread, group.value(), "gid"));
                Some(groups.collect::<Result<Vec<_>>>()?)
            }
        };
        let path = match args[4].is_none() {
            true => None,
            false => Some(crate::posix::call::path(thread, args[4])?),
        };
        Ok(Child {
            arguments: strings(thread, args[0])?,
            executables: strings(thread, args[1])?,
            close_others: convert::truth(thread, args[2])?,
            keep,
            directory: path,
            environment: match args[5].is_none() {
                true => None,
                false => Some(strings(thread, args[5])?),
            },
            stdin: [fd(6)?, fd(7)?],
            stdout: [fd(9)?, fd(8)?],
            stderr: [fd(11)?, fd(10)?],
            errors: [fd(12)?, fd(13)?],
            restore_signals: convert::truth(thread, args[14])?,
            new_session: convert::truth(thread, args[15])?,
            group: fd(16)?,
            gid: optional(thread, args[17])?,
            groups,
            uid: optional(thread, args[19])?,
            umask: fd(20)?,
        })
    }

    /// In the child: everything up to `exec`; comes back only if that fails.
    ///
    /// # Safety
    /// Only in a process that was just forked. The pointers are those of this child's strings.
    unsafe fn run(
        &mut self,
        executables: &[*const libc::c_char],
        arguments: &[*const libc::c_char],
        environment: Option<&[*const libc::c_char]>,
    ) -> Failure {
        // SAFETY: system calls on plain numbers and on strings made before the fork.
        unsafe {
            if let Err(failure) = self.prepare() {
                return failure;
            }
            let mut error = libc::ENOENT;
            for &file in &executables[..executables.len() - 1] {
                match environment {
                    Some(environment) => {
                        libc::execve(file, arguments.as_ptr(), environment.as_ptr())
                    }
                    None => libc::execv(file, arguments.as_ptr()),
                };
                let code = *libc::__errno_location();
                if code != libc::ENOENT && code != libc::ENOTDIR {
                    error = code;
                    break;
                }
                error = code;
            }
            Failure::Exec(error)
        }
    }

    /// # Safety
    /// As for `run`.
    unsafe fn prepare(&mut self) -> std::result::Result<(), Failure> {
        let check = |result: i32| match result {
            // SAFETY: reads the thread's own number.
            -1 => Err(Failure::Before(unsafe { *libc::__errno_location() })),
            result => Ok(result),
        };
        // SAFETY: system calls on plain numbers and strings.
        unsafe {
            for end in [
                self.stdin[1],
                self.stdout[1],
                self.stderr[1],
                self.errors[0],
            ] {
                if end >= 0 {
                    libc::close(end);
                }
            }
            // The low numbers are about to be overwritten: what is there moves away first.
            if self.stdout[0] == 0 {
                self.stdout[0] = check(libc::dup(0))?;
            }
            while matches!(self.stderr[0], 0 | 1) {
                self.stderr[0] = check(libc::dup(self.stderr[0]))?;
            }
            let ends = [(self.stdin[0], 0), (self.stdout[0], 1), (self.stderr[0], 2)];
            for (end, standard) in ends {
                if end == standard {
                    check(libc::fcntl(end, libc::F_SETFD, 0))?;
                } else if end >= 0 {
                    check(libc::dup2(end, standard))?;
                }
            }
            for &fd in &self.keep {
                if fd != self.errors[1] {
                    libc::fcntl(fd, libc::F_SETFD, 0);
                }
            }
            if let Some(directory) = &self.directory
                && libc::chdir(directory.as_ptr()) == -1
            {
                return Err(Failure::Directory(*libc::__errno_location()));
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if self.new_session {
                check(libc::setsid())?;
            }
            if self.group >= 0 {
                check(libc::setpgid(0, self.group))?;
            }
            if let Some(groups) = &self.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = self.gid {
                check(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = self.uid {
                check(libc::setreuid(uid, uid))?;
            }
            if self.close_others {
                self.close_unkept();
            }
            Ok(())
        }
    }

    /// Closes what is above the standard streams and is not kept.
    ///
    /// # Safety
    /// As for `run`.
    unsafe fn close_unkept(&self) {
        let mut first = 3;
        for &fd in self.keep.iter().filter(|&&fd| fd >= 3) {
            if first < fd {
                // SAFETY: nothing of this process uses them any more.
                unsafe { libc::close_range(first as u32, (fd - 1) as u32, 0) };
            }
            first = fd + 1;
        }
        // SAFETY: as above.
        unsafe { libc::close_range(first as u32, u32::MAX, 0) };
    }

    /// Tells the parent what failed: `OSError:NUMBER:` in hexadecimal, then where, as `subprocess` reads it.
    ///
    /// # Safety
    /// As for `run`.
    unsafe fn report(&self, failure: &Failure) {
        let (code, place): (i32, &[u8]) = match failure {
            Failure::Before(code) => (*code, b":noexec"),
            Failure::Directory(code) => (*code, b":noexec:chdir"),
            Failure::Exec(code) => (*code, b":"),
        };
        let mut text = *b"OSError:00000000";
        for (at, digit) in text[8..].iter_mut().enumerate() {
            *digit = b"0123456789ABCDEF"[(code >> (28 - 4 * at) & 0xf) as usize];
        }
        // SAFETY: writes bytes of this function to a descriptor.
        unsafe {
            libc::write(self.errors[1], text.as_ptr().cast(), text.len());
            libc::write(self.errors[1], place.as_ptr().cast(), place.len());
        }
    }
}

fn fork_exec(thread: &Thread, args: &[Value]) -> Result {
    if !args[21].is_none() {
        return raise!(
            thread,
            NotImplementedError,
            "subprocess: preexec_fn is not supported: a child of a process with threads may run no Python code"
        );
    }
    let mut child = Child::from_arguments(thread, args)?;
    if child.close_others && child.errors[1] < 3 {
        return raise!(thread, ValueError, "errpipe_write must be >= 3");
    }
    let (arguments, executables) = (pointers(&child.arguments), pointers(&child.executables));
    let environment = child.environment.as_deref().map(pointers);
    let forked = thread::detached(|| {
        // SAFETY: the child makes system calls only and leaves by `exec` or `_exit`.
        match unsafe { libc::fork() } {
            -1 => Err(Error::last_os_error()),
            0 => {
                // SAFETY: as above; the pointers are to the child's strings, which nothing changes.
                unsafe {
                    let failure = child.run(&executables, &arguments, environment.as_deref());
                    child.report(&failure);
                    libc::_exit(255)
                }
            }
            pid => Ok(pid),
        }
    });
    match forked {
        Ok(pid) => Ok(int::from_i64(thread, i64::from(pid))),
        Err(error) => Err(raise_os_error(thread, &error, None)),
    }
}

methods! { FUNCTIONS:
    static "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)" => fork_exec -> Int;
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: FUNCTIONS,
    initialize: |_, _| Ok(()),
};
