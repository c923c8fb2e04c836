//! The C library's functions of real numbers.
//!
//! CPython calls the same ones, so results agree to the last digit. They are in a library of their own, and a program that
//! needs that library has it mapped and searched for names as it starts, though most programs call none of them. So it is opened by the first call of each function.

use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

const LIBRARY: &CStr = c"libm.so.6";

/// A function of the library, found once.
struct Function {
    name: &'static CStr,
    address: AtomicPtr<c_void>,
}

impl Function {
    const fn new(name: &'static CStr) -> Function {
        Function {
            name,
            address: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    #[inline]
    fn address(&self) -> *mut c_void {
        let known = self.address.load(Ordering::Relaxed);
        if known.is_null() { self.find() } else { known }
    }

    /// # Panics
    /// If there is no such library, which belongs to the C library this program runs on.
    #[cold]
    fn find(&self) -> *mut c_void {
        // SAFETY: plain libc calls with C strings; the library is never closed, so what was found stays.
        let found = unsafe {
            let library = libc::dlopen(LIBRARY.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            if library.is_null() {
                library
            } else {
                libc::dlsym(library, self.name.as_ptr())
            }
        };
        let name = self.name;
        assert!(!found.is_null(), "{LIBRARY:?} has no {name:?}");
        self.address.store(found, Ordering::Relaxed);
        found
    }
}

macro_rules! functions {
    ($($name:ident($($argument:ident),*);)*) => {$(
        pub fn $name($($argument: f64),*) -> f64 {
            static FUNCTION: Function = Function::new(
                // SAFETY: the text ends with its only zero byte.
                unsafe { CStr::from_bytes_with_nul_unchecked(concat!(stringify!($name), "\0").as_bytes()) },
            );
            // SAFETY: the library's functions of these names take and give doubles (C11, 7.12), and do nothing else.
            let function = unsafe {
                std::mem::transmute::<*mut c_void, extern "C" fn($($argument: functions!(@double $argument)),*) -> f64>(
                    FUNCTION.address(),
                )
            };
            function($($argument),*)
        }
    )*};
    (@double $argument:ident) => { f64 };
}

functions! {
    acos(x);
    acosh(x);
    asin(x);
    asinh(x);
    atan(x);
    atan2(y, x);
    atanh(x);
    cbrt(x);
    cos(x);
    cosh(x);
    erf(x);
    erfc(x);
    exp(x);
    exp2(x);
    expm1(x);
    hypot(x, y);
    lgamma(x);
    log(x);
    log10(x);
    log1p(x);
    log2(x);
    nextafter(x, y);
    pow(x, y);
    remainder(x, y);
    sin(x);
    sinh(x);
    tan(x);
    tanh(x);
    tgamma(x);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_there() {
        let unary = [
            acos, acosh, asin, asinh, atan, atanh, cbrt, cos, cosh, erf, erfc, exp, exp2, expm1,
            lgamma, log, log10, log1p, log2, sin, sinh, tan, tanh, tgamma,
        ];
        assert!(
            unary
                .iter()
                .all(|function| function(1.0).is_finite() || function(1.0).is_infinite())
        );
        assert_eq!(hypot(3.0, 4.0), 5.0);
        assert_eq!(pow(2.0, 0.5), 2f64.sqrt());
        assert_eq!(atan2(0.0, 1.0), 0.0);
        assert_eq!(remainder(7.0, 4.0), -1.0);
        assert!(nextafter(1.0, 2.0) > 1.0);
    }
}
