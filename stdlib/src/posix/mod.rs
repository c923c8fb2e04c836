//! `posix`: system calls, as `os` builds on them.
//!
//! | file        | calls on                                             |
//! |-------------|------------------------------------------------------|
//! | `call`      | arguments, and the loop around every call            |
//! | `stat`      | what is known about files, and changing it           |
//! | `directory` | directories and their entries                        |
//! | `paths`     | names of files                                       |
//! | `files`     | open files                                           |
//! | `process`   | processes and the environment                        |
//! | `fork`      | the child that is a copy                             |
//! | `spawn`     | the child that runs another program                  |
//! | `wait`      | waiting for children                                 |
//! | `users`     | users and groups: modules of their own               |
//! | `memory`    | shared memory: a module of its own                   |
//! | `semaphore` | shared semaphores: a module of their own             |

pub(crate) mod call;
mod constants;
mod directory;
mod files;
mod fork;
pub(crate) mod memory;
mod paths;
pub(crate) mod process;
mod sched;
pub(crate) mod semaphore;
mod spawn;
mod stat;
pub(crate) mod users;
mod wait;

use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::structure::Structure;
use ashore_runtime::types::{dict, list, str};
use ashore_runtime::{Builtin, Object, Result, Thread, Value, methods};

methods! { FUNCTIONS:
    static "stat(path, *, dir_fd=None, follow_symlinks=True)" => stat::stat;
    static "lstat(path, *, dir_fd=None)" => stat::lstat;
    static "fstat(fd)" => stat::fstat;
    static "statvfs(path)" => stat::statvfs;
    static "fstatvfs(fd, /)" => stat::statvfs;
    static "access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)" => stat::access -> Bool;
    static "chmod(path, mode, *, dir_fd=None, follow_symlinks=True)" => stat::chmod -> None;
    static "chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)" => stat::chown -> None;
    static "utime(path, times=None, *, ns=<missing>, dir_fd=None, follow_symlinks=True)" => stat::utime -> None;
    static "listdir(path=None)" => directory::listdir -> List;
    static "scandir(path=None)" => directory::scandir;
    static "chdir(path)" => directory::chdir -> None;
    static "mkdir(path, mode=511, *, dir_fd=None)" => directory::mkdir -> None;
    static "unlink(path, *, dir_fd=None)" => paths::unlink -> None;
    static "remove(path, *, dir_fd=None)" => paths::unlink -> None;
    static "rmdir(path, *, dir_fd=None)" => paths::rmdir -> None;
    static "rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)" => paths::rename -> None;
    static "replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)" => paths::rename -> None;
    static "link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)" => paths::link -> None;
    static "symlink(src, dst, target_is_directory=False, *, dir_fd=None)" => paths::symlink -> None;
    static "readlink(path, *, dir_fd=None)" => paths::readlink;
    static "mkfifo(path, mode=438, *, dir_fd=None)" => paths::mkfifo -> None;
    static "truncate(path, length)" => paths::truncate -> None;
    static "getcwd()" => paths::getcwd -> Str;
    static "getcwdb()" => paths::getcwdb -> Bytes;
    static "fspath(path)" => paths::fspath;
    static "_path_normpath(path)" => paths::normpath;
    static "_path_splitroot_ex(path)" => paths::splitroot -> Tuple;
    static "pathconf(path, name)" => paths::pathconf -> Int;
    static "fpathconf(fd, name, /)" => paths::pathconf -> Int;
    static "strerror(code, /)" => paths::strerror -> Str;
    static "umask(mask, /)" => paths::umask -> Int;
    static "open(path, flags, mode=511, *, dir_fd=None)" => files::open -> Int;
    static "close(fd)" => files::close -> None;
    static "closerange(fd_low, fd_high, /)" => files::closerange -> None;
    static "read(fd, length, /)" => files::read -> Bytes;
    static "readinto(fd, buffer, /)" => files::readinto -> Int;
    static "pread(fd, length, offset, /)" => files::pread -> Bytes;
    static "write(fd, data, /)" => files::write -> Int;
    static "writev(fd, buffers, /)" => files::writev -> Int;
    static "pwrite(fd, data, offset, /)" => files::pwrite -> Int;
    static "lseek(fd, position, how, /)" => files::lseek -> Int;
    static "fsync(fd)" => files::fsync -> None;
    static "fdatasync(fd)" => files::fdatasync -> None;
    static "fchdir(fd)" => files::fchdir -> None;
    static "ftruncate(fd, length, /)" => files::ftruncate -> None;
    static "fchmod(fd, mode)" => files::fchmod -> None;
    static "dup(fd, /)" => files::dup -> Int;
    static "dup2(fd, fd2, inheritable=True)" => files::dup2 -> Int;
    static "get_inheritable(fd, /)" => files::get_inheritable -> Bool;
    static "set_inheritable(fd, inheritable, /)" => files::set_inheritable -> None;
    static "get_blocking(fd, /)" => files::get_blocking -> Bool;
    static "set_blocking(fd, blocking, /)" => files::set_blocking -> None;
    static "pipe()" => files::pipe -> Tuple;
    static "pipe2(flags, /)" => files::pipe2 -> Tuple;
    static "openpty()" => files::openpty -> Tuple;
    static "isatty(fd, /)" => files::isatty -> Bool;
    static "sendfile(out_fd, in_fd, offset, count)" => files::sendfile -> Int;
    static "get_terminal_size(fd=1, /)" => files::terminal_size;
    static "urandom(size, /)" => files::urandom -> Bytes;
    static "getrandom(size, flags=0)" => files::getrandom -> Bytes;
    static "device_encoding(fd)" => files::device_encoding;
    static "getpid()" => process::getpid -> Int;
    static "getppid()" => process::getppid -> Int;
    static "getuid()" => process::getuid -> Int;
    static "geteuid()" => process::geteuid -> Int;
    static "getgid()" => process::getgid -> Int;
    static "getegid()" => process::getegid -> Int;
    static "getpgrp()" => process::getpgrp -> Int;
    static "getpgid(pid)" => process::getpgid -> Int;
    static "getsid(pid, /)" => process::getsid -> Int;
    static "getpriority(which, who)" => process::getpriority -> Int;
    static "setpriority(which, who, priority)" => process::setpriority -> None;
    static "setpgid(pid, pgrp, /)" => process::setpgid -> None;
    static "setsid()" => process::setsid -> None;
    static "setuid(uid, /)" => process::setuid -> None;
    static "setgid(gid, /)" => process::setgid -> None;
    static "seteuid(euid, /)" => process::seteuid -> None;
    static "setegid(egid, /)" => process::setegid -> None;
    static "setreuid(ruid, euid, /)" => process::setreuid -> None;
    static "setregid(rgid, egid, /)" => process::setregid -> None;
    static "tcgetpgrp(fd, /)" => process::tcgetpgrp -> Int;
    static "tcsetpgrp(fd, pgid, /)" => process::tcsetpgrp -> None;
    static "getgroups()" => process::getgroups -> List;
    static "getlogin()" => process::getlogin -> Str;
    static "getloadavg()" => process::getloadavg -> Tuple;
    static "uname()" => process::uname;
    static "times()" => process::times;
    static "cpu_count()" => process::cpu_count;
    /// Get the maximum scheduling priority for policy.
    static "sched_get_priority_max(policy)" => sched::get_priority_max -> Int;
    /// Get the minimum scheduling priority for policy.
    static "sched_get_priority_min(policy)" => sched::get_priority_min -> Int;
    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    static "sched_getscheduler(pid, /)" => sched::get_scheduler -> Int;
    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    static "sched_setscheduler(pid, policy, param, /)" => sched::set_scheduler -> None;
    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    static "sched_getparam(pid, /)" => sched::get_param;
    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    static "sched_setparam(pid, param, /)" => sched::set_param -> None;
    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    static "sched_rr_get_interval(pid, /)" => sched::rr_get_interval -> Float;
    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    /// mask should be an iterable of integers identifying CPUs.
    static "sched_setaffinity(pid, mask, /)" => sched::set_affinity -> None;
    static "sched_getaffinity(pid, /)" => process::sched_getaffinity -> Set;
    static "sched_yield()" => process::sched_yield -> None;
    static "sysconf(name, /)" => process::sysconf -> Int;
    static "confstr(name, /)" => process::confstr;
    static "nice(increment, /)" => process::nice -> Int;
    static "kill(pid, signal, /)" => process::kill -> None;
    static "killpg(pgid, signal, /)" => process::killpg -> None;
    static "system(command)" => process::system -> Int;
    static "_exit(status)" => process::exit;
    static "abort()" => process::abort;
    static "wait()" => process::wait -> Tuple;
    static "fork()" => fork::fork -> Int;
    static "forkpty()" => fork::forkpty -> Tuple;
    static "register_at_fork(*, before=<missing>, after_in_child=<missing>, after_in_parent=<missing>)" => fork::register -> None;
    static "wait3(options)" => wait::wait3 -> Tuple;
    static "wait4(pid, options)" => wait::wait4 -> Tuple;
    static "waitid(idtype, id, options, /)" => wait::waitid;
    static "posix_spawn(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)" => spawn::posix_spawn -> Int;
    static "posix_spawnp(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)" => spawn::posix_spawnp -> Int;
    static "waitpid(pid, options, /)" => process::waitpid -> Tuple;
    static "WEXITSTATUS(status)" => process::exit_status -> Int;
    static "WTERMSIG(status)" => process::terminating_signal -> Int;
    static "WSTOPSIG(status)" => process::stopping_signal -> Int;
    static "WIFEXITED(status)" => process::has_exited -> Bool;
    static "WIFSIGNALED(status)" => process::was_signaled -> Bool;
    static "WIFSTOPPED(status)" => process::is_stopped -> Bool;
    static "WIFCONTINUED(status)" => process::is_continued -> Bool;
    static "WCOREDUMP(status, /)" => process::dumped_core -> Bool;
    static "waitstatus_to_exitcode(status)" => process::exit_code -> Int;
    static "execv(path, argv, /)" => process::execv;
    static "execve(path, argv, env)" => process::execve;
    static "ctermid()" => process::ctermid -> Str;
    static "ttyname(fd, /)" => process::ttyname -> Str;
    static "_create_environ()" => process::create_environ -> Dict;
    static "putenv(name, value, /)" => process::putenv -> None;
    static "unsetenv(name, /)" => process::unsetenv -> None;
}

static STRUCTURES: [&Structure; 5] = [
    &files::TERMINAL_SIZE,
    &process::UNAME_RESULT,
    &process::TIMES_RESULT,
    &sched::PARAM,
    &wait::WAITID_RESULT,
];

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for &(name, value) in constants::NUMBERS
        .iter()
        .chain(constants::EXITS)
        .chain(constants::ACTIONS)
    {
        module.set(thread, name, Value::small_int(value))?;
    }
    for &(table, names) in constants::NAMES {
        let result = dict::new(thread);
        let dict = result.get::<dict::Dict>().expect("made as a dict");
        for &(name, value) in names {
            let value = Value::small_int(i64::from(value));
            dict.set(thread, str::intern(thread, name), value)?;
        }
        module.set(thread, table, result.value())?;
    }
    for structure in STRUCTURES.into_iter().chain(stat::STRUCTURES) {
        let (_, name) = structure.class.name.rsplit_once('.').unwrap_or_default();
        module.set(thread, name, structure.define(thread))?;
    }
    let entry = directory::DIR_ENTRY.class(thread).value();
    module.set(thread, "DirEntry", entry)?;
    let have = constants::HAVE.iter().map(|name| str::new(thread, name));
    let have = list::new(thread, have.collect());
    module.set(thread, "_have_functions", have.value())?;
    module.set(thread, "error", Builtin::OSError.class().value())?;
    let environment = process::environ(thread)?;
    module.set(thread, "environ", environment.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    functions: FUNCTIONS,
    initialize,
};
