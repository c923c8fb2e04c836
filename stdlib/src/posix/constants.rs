//! Numbers by name.

macro_rules! numbers {
    ($($name:ident)*) => {
        /// Constants of the module.
        pub(super) const NUMBERS: &[(&str, i64)] = &[$((stringify!($name), libc::$name as i64)),*];
    };
}

numbers! {
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_CREAT O_EXCL O_TRUNC O_APPEND O_NONBLOCK O_SYNC O_DSYNC O_NOCTTY
    O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_PATH O_TMPFILE O_ASYNC O_DIRECT O_NDELAY O_RSYNC O_NOATIME O_LARGEFILE O_ACCMODE
    CLD_EXITED CLD_KILLED CLD_DUMPED CLD_TRAPPED CLD_STOPPED CLD_CONTINUED
    WNOHANG WUNTRACED WCONTINUED WEXITED WSTOPPED WNOWAIT P_PID P_PGID P_ALL P_PIDFD
    PRIO_PROCESS PRIO_PGRP PRIO_USER SEEK_DATA SEEK_HOLE
    GRND_NONBLOCK GRND_RANDOM SCHED_OTHER SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE
    ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_NOATIME ST_NODIRATIME ST_RELATIME
    POSIX_FADV_NORMAL POSIX_FADV_SEQUENTIAL POSIX_FADV_RANDOM POSIX_FADV_NOREUSE POSIX_FADV_WILLNEED POSIX_FADV_DONTNEED
    F_LOCK F_TLOCK F_ULOCK F_TEST RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD RTLD_DEEPBIND

}

/// What a file action of `posix_spawn` is, in its tuple: these are of `posix` itself.
pub(super) const ACTIONS: &[(&str, i64)] = &[
    ("POSIX_SPAWN_OPEN", 0),
    ("POSIX_SPAWN_CLOSE", 1),
    ("POSIX_SPAWN_DUP2", 2),
    ("POSIX_SPAWN_CLOSEFROM", 3),
];

/// What programs tell the shell, from `sysexits.h`.
pub(super) const EXITS: &[(&str, i64)] = &[
    ("EX_OK", 0),
    ("EX_USAGE", 64),
    ("EX_DATAERR", 65),
    ("EX_NOINPUT", 66),
    ("EX_NOUSER", 67),
    ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69),
    ("EX_SOFTWARE", 70),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74),
    ("EX_TEMPFAIL", 75),
    ("EX_PROTOCOL", 76),
    ("EX_NOPERM", 77),
    ("EX_CONFIG", 78),
    ("NGROUPS_MAX", 65536),
    ("TMP_MAX", 238_328),
];

macro_rules! names {
    ($($table:literal: $($name:literal $constant:ident)*;)*) => {
        /// Tables of names.
        pub(super) const NAMES: &[(&str, &[(&str, i32)])] = &[$(($table, &[$(($name, libc::$constant)),*])),*];
    };
}

names! {
    "sysconf_names":
        "SC_ARG_MAX" _SC_ARG_MAX "SC_CHILD_MAX" _SC_CHILD_MAX "SC_CLK_TCK" _SC_CLK_TCK "SC_OPEN_MAX" _SC_OPEN_MAX
        "SC_PAGESIZE" _SC_PAGESIZE "SC_PAGE_SIZE" _SC_PAGESIZE "SC_NPROCESSORS_CONF" _SC_NPROCESSORS_CONF
        "SC_NPROCESSORS_ONLN" _SC_NPROCESSORS_ONLN "SC_PHYS_PAGES" _SC_PHYS_PAGES "SC_AVPHYS_PAGES" _SC_AVPHYS_PAGES
        "SC_IOV_MAX" _SC_IOV_MAX "SC_NGROUPS_MAX" _SC_NGROUPS_MAX "SC_SEM_NSEMS_MAX" _SC_SEM_NSEMS_MAX;
    "pathconf_names":
        "PC_LINK_MAX" _PC_LINK_MAX "PC_NAME_MAX" _PC_NAME_MAX "PC_PATH_MAX" _PC_PATH_MAX "PC_PIPE_BUF" _PC_PIPE_BUF;
    "confstr_names":
        "CS_PATH" _CS_PATH "CS_GNU_LIBC_VERSION" _CS_GNU_LIBC_VERSION "CS_GNU_LIBPTHREAD_VERSION" _CS_GNU_LIBPTHREAD_VERSION;
}

/// What the system has, as `os` asks for it.
pub(super) const HAVE: &[&str] = &[
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];
