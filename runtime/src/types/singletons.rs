//! The methods of None, Ellipsis and NotImplemented: calling their classes gives the one instance.

use super::str;
use crate::{Owned, Result, Thread, Value, methods, raise};

fn no_arguments(thread: &Thread, class: &str, args: &[Value]) -> Result<()> {
    let positional = args[1].get::<super::tuple::Tuple>();
    let keywords = args[2].get::<super::dict::Dict>();
    let given = positional.is_some_and(|args| !args.items().is_empty())
        || keywords.is_some_and(|keywords| !keywords.is_empty());
    match given {
        false => Ok(()),
        true => raise!(thread, TypeError, "{class} takes no arguments"),
    }
}

/// The functions of one singleton.
macro_rules! singletons {
    ($($name:ident $class:literal $text:literal $value:expr;)*) => {$(
        mod $name {
            use super::*;

            pub(super) fn new(thread: &Thread, args: &[Value]) -> Result {
                no_arguments(thread, $class, args)?;
                Ok(Owned::inline($value))
            }

            pub(super) fn name(thread: &Thread, _: &[Value]) -> Result {
                Ok(Owned::new(str::intern(thread, $text)))
            }
        }
    )*};
}

singletons! {
    none "NoneType" "None" Value::NONE;
    ellipsis "EllipsisType" "Ellipsis" Value::ELLIPSIS;
    not_implemented "NotImplementedType" "NotImplemented" Value::NOT_IMPLEMENTED;
}

fn no(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(false))
}

fn no_truth(thread: &Thread, _: &[Value]) -> Result {
    raise!(
        thread,
        TypeError,
        "NotImplemented should not be used in a boolean context"
    )
}

methods! { pub NONE:
    new "NoneType(type, /, *args, **kwargs)" => none::new -> None;
    "__repr__(self, /)" => none::name -> Str;
    "__bool__(self, /)" => no -> Bool;
}

methods! { pub ELLIPSIS:
    new "ellipsis(type, /, *args, **kwargs)" => ellipsis::new;
    "__repr__(self, /)" => ellipsis::name -> Str;
    "__reduce__(self, /)" => ellipsis::name -> Str;
}

methods! { pub NOT_IMPLEMENTED:
    new "NotImplementedType(type, /, *args, **kwargs)" => not_implemented::new;
    "__repr__(self, /)" => not_implemented::name -> Str;
    "__reduce__(self, /)" => not_implemented::name -> Str;
    "__bool__(self, /)" => no_truth;
}
