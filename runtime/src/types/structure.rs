//! Structures: tuples whose items have names, as the classes of `os.stat_result` and its kin.
//!
//! Some structures have more fields than items: those are behind the tuple's back, in a member of the instance.

use super::native::NativeClass;
use super::str::{self, Str};
use super::tuple::{self, Tuple};
use super::{Type, class_of, int};
use crate::object::refcount;
use crate::operators::{attribute, convert, iterate};
use crate::types::class::as_class;
use crate::types::dict::Dict;
use crate::{Object, Owned, Result, Thread, Value, raise};

/// A structure's class and the names of its fields.
pub struct Structure {
    pub class: NativeClass,
    /// Names of the items.
    pub items: &'static [&'static str],
    /// Names of the fields that are no items.
    pub hidden: &'static [&'static str],
}

/// Where the fields are that are no items.
pub const MEMBER: &str = "_hidden_fields";

/// What the items are called.
const MATCH_ARGS: &str = "__match_args__";

/// What the fields that are no items are called.
const NAMES: &str = "_hidden_names";

impl Structure {
    /// Makes the class known to a module: `module.name = class`.
    pub fn define(&'static self, thread: &Thread) -> Value {
        let class = self.class.class(thread);
        let number = |n: usize| int::from_usize(thread, n);
        let set = |name: &str, value: Owned| {
            class.set_own(thread, str::intern(thread, name), value.value());
        };
        set(MATCH_ARGS, forever(thread, self.items));
        if !self.hidden.is_empty() {
            set(NAMES, forever(thread, self.hidden));
        }
        set("n_sequence_fields", number(self.items.len()));
        set("n_fields", number(self.items.len() + self.hidden.len()));
        set("n_unnamed_fields", number(0));
        class.value()
    }

    /// A new instance: the items, then the other fields.
    pub fn make(&'static self, thread: &Thread, mut fields: Vec<Owned>) -> Owned {
        let hidden = fields.split_off(self.items.len());
        let hidden = (!self.hidden.is_empty()).then_some(hidden);
        let made = assemble(thread, self.class.class(thread), fields, hidden);
        made.expect("the class has the member")
    }
}

/// An instance of a class, with fields that are no items if the class has such.
fn assemble(
    thread: &Thread,
    class: &'static Type,
    items: Vec<Owned>,
    hidden: Option<Vec<Owned>>,
) -> Result {
    let object = tuple::new_instance(thread, class, items);
    if let Some(hidden) = hidden {
        let hidden = tuple::new(thread, hidden);
        let member = str::intern(thread, MEMBER);
        attribute::set(thread, object.value(), member, hidden.value())?;
    }
    Ok(object)
}

/// The names in a tuple that a class keeps under a name.
fn names(thread: &Thread, class: &Type, kept_as: &str) -> Result<Vec<Owned>> {
    let names = class.lookup(str::intern(thread, kept_as));
    names.map_or(Ok(Vec::new()), |names| iterate::collect(thread, names))
}

/// A tuple of names that a class keeps.
fn forever(thread: &Thread, names: &[&str]) -> Owned {
    let names = names.iter();
    let names = names.map(|name| Owned::new(str::intern(thread, name)));
    let names = tuple::new(thread, names.collect());
    if let Some(header) = names.header() {
        refcount::make_immortal(header);
    }
    names
}

/// `structure(sequence, dict={})`: `args` are the class and these.
pub fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let count = |name: &str| -> usize {
        let value = class.lookup(str::intern(thread, name));
        value.and_then(int::to_i64).unwrap_or(0) as usize
    };
    let (least, most) = (count("n_sequence_fields"), count("n_fields"));
    let name = class.name();
    if !args[2].is_missing() && !args[2].is::<Dict>() {
        return raise!(
            thread,
            TypeError,
            "{name}() takes a dict as second arg, if any"
        );
    }
    let mut fields = iterate::collect(thread, args[1])?;
    let given = fields.len();
    if given < least || given > most {
        let (how, n) = match (least == most, given < least) {
            (true, _) => ("a", least),
            (false, true) => ("an at least", least),
            (false, false) => ("an at most", most),
        };
        return raise!(
            thread,
            TypeError,
            "{name}() takes {how} {n}-sequence ({given}-sequence given)"
        );
    }
    let mut hidden = fields.split_off(least);
    if most == least {
        return assemble(thread, class, fields, None);
    }
    for name in names(thread, class, NAMES)?.iter().skip(hidden.len()) {
        let value = args[2]
            .get::<Dict>()
            .map(|dict| dict.get(thread, name.value()));
        hidden.push(value.transpose()?.flatten().unwrap_or(Owned::NONE));
    }
    assemble(thread, class, fields, Some(hidden))
}

/// `name(field=value, ...)`
pub fn repr(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    let names = names(thread, class, MATCH_ARGS)?;
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    let mut text = format!("{}(", class.name());
    for (i, (name, &item)) in names.iter().zip(items).enumerate() {
        if i > 0 {
            text += ", ";
        }
        let name = name
            .get::<Str>()
            .map(|name| name.to_str_lossy().into_owned());
        text += &name.unwrap_or_default();
        text += "=";
        text += &convert::display_repr(thread, item)?;
    }
    text += ")";
    Ok(str::new(thread, &text))
}

/// `__replace__(**changes)`: a copy in which some fields are others.
pub fn replace(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    let named = names(thread, class, MATCH_ARGS)?;
    if named.iter().any(is_unnamed) {
        let name = class.name();
        return raise!(
            thread,
            TypeError,
            "__replace__() is not supported for {name} because it has unnamed field(s)"
        );
    }
    let changes = args[1].get::<Dict>().expect("**changes is a dict");
    let changed = |names: Vec<Owned>, old: &[Value]| -> Result<Vec<Owned>> {
        let fields = names.iter().zip(old);
        let fields = fields.map(|(name, &old)| {
            let new = changes.remove(thread, name.value())?;
            Ok(new.unwrap_or_else(|| Owned::new(old)))
        });
        fields.collect()
    };
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    let items = changed(named, items)?;
    let hidden = attribute::get_optional(thread, args[0], str::intern(thread, MEMBER))?;
    let hidden = match hidden.as_ref().and_then(|hidden| hidden.get::<Tuple>()) {
        Some(hidden) => Some(changed(names(thread, class, NAMES)?, hidden.items())?),
        None => None,
    };
    if !changes.is_empty() {
        let left = iterate::collect(thread, args[1])?;
        let left = super::list::new(thread, left);
        let left = convert::display_repr(thread, left.value())?;
        return raise!(thread, TypeError, "Got unexpected field name(s): {left}");
    }
    assemble(thread, class, items, hidden)
}

/// Has CPython no name for the field?
fn is_unnamed(name: &Owned) -> bool {
    name.get::<Str>()
        .is_some_and(|name| name.to_str_lossy().starts_with('_'))
}

/// Reads item `N`.
pub fn item<const N: usize>(_: &Thread, args: &[Value]) -> Result {
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    Ok(Owned::new(items.get(N).copied().unwrap_or(Value::NONE)))
}

/// Reads field `N` of those that are no items.
pub fn hidden<const N: usize>(thread: &Thread, args: &[Value]) -> Result {
    let found = attribute::get_optional(thread, args[0], str::intern(thread, MEMBER))?;
    let fields = found.unwrap_or(Owned::NONE);
    let fields = fields.get::<Tuple>().map_or(&[][..], Tuple::items);
    Ok(Owned::new(fields.get(N).copied().unwrap_or(Value::NONE)))
}

/// `(class, (items,))`
pub fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    let items = tuple::from_slice(thread, items);
    let arguments = tuple::new(thread, vec![items]);
    let class = Owned::new(class_of(args[0]).value());
    Ok(tuple::new(thread, vec![class, arguments]))
}

/// Declares a structure: `structure! { STAT_RESULT = "os.stat_result": 0 "st_mode", ...; 0 "st_atime", ... }`; each field with its index.
#[macro_export]
macro_rules! structure {
    ($vis:vis $static:ident = $name:literal, $doc:literal: $($i:literal $item:literal),* $(; $($j:literal $hidden:literal),*)?) => {
        $vis static $static: $crate::types::structure::Structure = {
            static METHODS: &[$crate::types::define::MethodDef] = &[
                $crate::methods!(@row New [] "structure(type, sequence, dict=<missing>, /)", [$crate::types::structure::new], [] []),
                $crate::methods!(@row Method [] "__repr__(self, /)", [$crate::types::structure::repr], [] [Str]),
                $crate::methods!(@row Method [] "__reduce__(self, /)", [$crate::types::structure::reduce], [] [Tuple]),
                $crate::methods!(@row Method [] "__replace__(self, /, **changes)", [$crate::types::structure::replace], [] []),
                $($crate::structure!(@field $item, $crate::types::structure::item::<$i>),)*
                $($($crate::structure!(@field $hidden, $crate::types::structure::hidden::<$j>),)*)?
            ];
            const HIDDEN: &[&str] = &[$($($hidden),*)?];
            $crate::types::structure::Structure {
                class: $crate::types::native::NativeClass::new($name, METHODS)
                    .doc($doc)
                    .extends(
                        $crate::Builtin::Tuple,
                        if HIDDEN.is_empty() { &[] } else { &[$crate::types::structure::MEMBER] },
                    ),
                items: &[$($item),*],
                hidden: HIDDEN,
            }
        };
    };
    (@field $name:literal, $function:expr) => {
        $crate::types::define::MethodDef {
            text: $name,
            doc: "",
            binding: $crate::types::define::Binding::Field,
            function: $function,
            setter: None,
            result: None,
            signature: {
                static SIGNATURE: $crate::types::define::SignatureCell = $crate::types::define::SignatureCell::new();
                &SIGNATURE
            },
        }
    };
}
