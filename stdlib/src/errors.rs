//! Exception classes of native modules.

use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::{exception, str};
use ashore_runtime::{Builtin, Object, Raised, Thread};

/// `module.Error`, derived from `Exception`.
pub(crate) const fn class(name: &'static str) -> NativeClass {
    NativeClass::new(name, &[])
        .open()
        .extends(Builtin::Exception, &[])
        .with_dict()
}

/// Raises an exception of such a class.
pub(crate) fn raised(thread: &Thread, class: &'static NativeClass, text: &str) -> Raised {
    let text = str::new(thread, text);
    match exception::new(thread, class.class(thread).value(), &[text.value()]) {
        Ok(exception) => thread.raise_value(exception),
        Err(raised) => raised,
    }
}
