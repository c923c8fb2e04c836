//! `errno`: the system's error numbers by name.

use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str;
use ashore_runtime::{Result, Thread, Value};

macro_rules! numbers {
    ($($name:ident)*) => {
        /// Of two names for one number, the last is the one that `errorcode` has.
        const NUMBERS: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*];
    };
}

numbers! {
    ENODEV ENOCSI EHOSTUNREACH ENOMSG EUCLEAN EL2NSYNC EL2HLT ENODATA ENOTBLK ENOSYS EPIPE EINVAL EOVERFLOW EADV EINTR
    EUSERS ENOTEMPTY ENOBUFS EPROTO EREMOTE ENAVAIL ECHILD ELOOP EXDEV E2BIG ESRCH EMSGSIZE EAFNOSUPPORT EBADR EHOSTDOWN
    EPFNOSUPPORT ENOPROTOOPT EBUSY EWOULDBLOCK EAGAIN EBADFD EDOTDOT EISCONN ENOTCONN ESHUTDOWN ECONNRESET ENONET EBADE
    ENXIO EBADF EIO ELIBSCN ELNRNG EBADSLT ENOTUNIQ EPERM EADDRINUSE EADDRNOTAVAIL ECANCELED ECHRNG ECOMM ECONNABORTED
    ECONNREFUSED EDEADLOCK EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EIDRM EILSEQ EINPROGRESS EISDIR EISNAM EL3HLT EL3RST
    ELIBACC ELIBBAD ELIBEXEC ELIBMAX EMEDIUMTYPE EMFILE EMLINK EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE
    ENOANO ENOENT ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM ENOPKG ENOSPC ENOSR ENOSTR ENOTDIR ENOTNAM
    ENOTRECOVERABLE ENOTSOCK ENOTSUP EOPNOTSUPP ENOTTY EOWNERDEAD EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTEIO ERESTART ERFKILL EROFS
    ESOCKTNOSUPPORT ESPIPE ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUNATCH EXFULL EACCES EALREADY
    EBADMSG EBADRQC EBFONT EKEYEXPIRED EKEYREJECTED EKEYREVOKED EHWPOISON
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let codes = dict::new(thread);
    let table = codes.get::<Dict>().expect("made as a dict");
    for &(name, number) in NUMBERS {
        let number = Value::small_int(i64::from(number));
        module.set(thread, name, number)?;
        table.set(thread, number, str::intern(thread, name))?;
    }
    module.set(thread, "errorcode", codes.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "errno",
    doc: "This module makes available standard errno system symbols.",
    functions: &[],
    initialize,
};
