//! Method tables: one row a method, `"signature" => function`.
//!
//! ```ignore
//! methods! { pub METHODS:
//!     /// Append object to the end of the list.
//!     "append(self, object, /)" => append -> None;
//!     /// Return number of occurrences of value.
//!     "count(self, value, /)" => count -> Int;
//!     class "fromkeys(type, iterable, value=None, /)" => fromkeys;
//!     static "maketrans(x, y=<missing>, z=<missing>, /)" => maketrans;
//!     get "real" => get_real;                     // attribute read; with `, set_real` a writable one
//!     field "start" => get_start;                 // a field that is only read
//!     new "list(type, iterable=(), /)" => new;    // __new__
//! }
//! ```
//!
//! The signature text is CPython's `__text_signature__`; binding follows it: the function receives one value per
//! parameter in order, `*args` as a tuple, `**kwargs` as a dict. An absent parameter gets its default if that is a
//! number, string, `None`, `True`, `False`, `()`; any other default text (`<missing>`) gives [`Value::MISSING`].
//! The word after `->` is the result's type, for the compiler's type analysis; a row without it promises nothing.

use super::signature::Signature;
use crate::{Builtin, Result, Thread, Value};
use std::sync::OnceLock;

/// A builtin function: one value per parameter of its signature, borrowed from the caller.
pub type NativeFn = fn(&Thread, &[Value]) -> Result;

/// Where a row's parsed parameters are kept.
pub type SignatureCell = OnceLock<Signature>;

/// How a method is found on its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `instance.name(...)`; the first parameter is the instance.
    Method,
    /// The first parameter is the class.
    Class,
    /// No implicit parameter; functions of modules, too.
    Static,
    /// `__new__`: a static method whose first parameter is the class.
    New,
    /// An attribute computed by the function.
    Get,
    /// An attribute that stands for a field of the object: what CPython has a member descriptor for.
    Field,
}

/// One row.
pub struct MethodDef {
    /// `name(parameters)`, or just the name for attributes.
    pub text: &'static str,
    pub doc: &'static str,
    pub binding: Binding,
    pub function: NativeFn,
    /// Writes or (given MISSING) deletes the attribute; the arguments are `[object, value]`.
    pub setter: Option<NativeFn>,
    /// Exact type of the result, if promised.
    pub result: Option<Builtin>,
    /// The parsed parameters, made at the first call that needs them.
    pub signature: &'static SignatureCell,
}

impl MethodDef {
    /// The name: the text up to the parameters. `__new__` for [`Binding::New`].
    pub fn name(&self) -> &'static str {
        if self.binding == Binding::New {
            return "__new__";
        }
        self.display_name()
    }

    /// The text up to the parameters: the name, and for [`Binding::New`] the type's.
    pub fn display_name(&self) -> &'static str {
        self.text
            .split_once('(')
            .map_or(self.text, |(name, _)| name)
    }

    /// The parameters.
    #[inline]
    pub fn signature(&'static self, thread: &Thread) -> &'static Signature {
        match self.signature.get() {
            Some(signature) => signature,
            None => self
                .signature
                .get_or_init(|| Signature::parse(thread, self.text)),
        }
    }
}

/// The receiver of a builtin type's method: the first argument, which whoever calls methods has checked.
#[inline(always)]
pub fn receiver<T: crate::Object>(args: &[Value]) -> &T {
    args[0]
        .get::<T>()
        .expect("methods are bound to instances of their type")
}

/// The six methods of a type whose objects compare by one function, which is told how.
#[macro_export]
macro_rules! comparisons {
    ($compare:ident) => {
        $crate::comparisons! { @each $compare lt Lt le Le eq Eq ne Ne gt Gt ge Ge }
    };
    (@each $compare:ident $($name:ident $op:ident)*) => {$(
        fn $name(
            thread: &$crate::Thread,
            args: &[$crate::Value],
        ) -> $crate::Result {
            $compare(thread, args, $crate::operators::compare::CompareOp::$op)
        }
    )*};
}

/// Declares a method table. See the module's documentation.
#[macro_export]
macro_rules! methods {
    ($vis:vis $table:ident: $($rest:tt)*) => {
        $vis static $table: &[$crate::types::define::MethodDef] = $crate::methods!(@rows [] $($rest)*);
    };
    (@rows [$($done:tt)*]) => { &[$($done)*] };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* $text:literal => $($function:ident)::+ $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row Method [$($doc)*] $text, [$($function)::+], [] [$($result)?]),] $($rest)*)
    };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* class $text:literal => $($function:ident)::+ $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row Class [$($doc)*] $text, [$($function)::+], [] [$($result)?]),] $($rest)*)
    };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* static $text:literal => $($function:ident)::+ $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row Static [$($doc)*] $text, [$($function)::+], [] [$($result)?]),] $($rest)*)
    };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* new $text:literal => $($function:ident)::+ $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row New [$($doc)*] $text, [$($function)::+], [] [$($result)?]),] $($rest)*)
    };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* get $text:literal => $($function:ident)::+ $(, $($setter:ident)::+)? $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row Get [$($doc)*] $text, [$($function)::+], [$($($setter)::+)?] [$($result)?]),] $($rest)*)
    };
    (@rows [$($done:tt)*] $(#[doc = $doc:literal])* field $text:literal => $($function:ident)::+ $(-> $result:ident)?; $($rest:tt)*) => {
        $crate::methods!(@rows [$($done)* $crate::methods!(@row Field [$($doc)*] $text, [$($function)::+], [] [$($result)?]),] $($rest)*)
    };
    (@row $binding:ident [$($doc:literal)*] $text:expr, [$function:path], [$($setter:path)?] [$($result:ident)?]) => {
        $crate::types::define::MethodDef {
            text: $text,
            doc: concat!($($doc, "\n"),*),
            binding: $crate::types::define::Binding::$binding,
            function: $function,
            setter: $crate::methods!(@setter $($setter)?),
            result: $crate::methods!(@result $($result)?),
            signature: {
                static SIGNATURE: $crate::types::define::SignatureCell = $crate::types::define::SignatureCell::new();
                &SIGNATURE
            },
        }
    };
    (@setter) => { None };
    (@setter $setter:path) => { Some($setter) };
    (@result) => { None };
    (@result None) => { Some($crate::Builtin::NoneType) };
    (@result $result:ident) => { Some($crate::Builtin::$result) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Owned;

    fn first(_: &Thread, args: &[Value]) -> Result {
        Ok(Owned::new(args[0]))
    }

    methods! { TABLE:
        /// First line.
        /// Second line.
        "append(self, object, /)" => first -> None;
        class "fromkeys(type, iterable, value=None, /)" => first;
        get "real" => first, first -> Int;
        new "list(type, iterable=(), /)" => self::first;
    }

    #[test]
    fn rows_say_what_they_mean() {
        let names: Vec<_> = TABLE.iter().map(MethodDef::name).collect();
        assert_eq!(names, ["append", "fromkeys", "real", "__new__"]);
        assert_eq!(TABLE[0].result, Some(Builtin::NoneType));
        assert!(TABLE[2].setter.is_some() && TABLE[1].setter.is_none());
        assert!(TABLE[0].doc.contains("Second"));
    }
}
