//! Descriptors written in Python's own vocabulary: `property`, `staticmethod`, `classmethod`.

use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::{attribute, call, convert};
use crate::types::names::Name;
use crate::types::{self, class_of, generic_alias};
use crate::{Result, Thread, Value, heap, methods, raise};

/// `property(fget, fset, fdel, doc)`.
#[repr(C)]
pub struct Property {
    header: Header,
    pub getter: Slot,
    pub setter: Slot,
    pub deleter: Slot,
    doc: Slot,
    /// From `__set_name__`; MISSING: the getter's name.
    name: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; five counted references.
unsafe impl Object for Property {
    const KIND: Kind = Kind::PROPERTY;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [
            &self.getter,
            &self.setter,
            &self.deleter,
            &self.doc,
            &self.name,
        ] {
            visit(slot.peek());
        }
    }
}

fn property(value: &Value) -> &Property {
    value.get::<Property>().expect("bound to properties")
}

impl Property {
    fn read(&self, slot: &Slot) -> Owned {
        slot.load(&self.header)
    }

    fn write(&self, slot: &Slot, value: Owned) {
        let guard = crate::sync::lock::lock(&self.header);
        let old = slot.replace(value);
        drop(guard);
        drop(old);
    }

    /// `object.name` through the property.
    pub fn get(&self, thread: &Thread, object: Value) -> Result {
        let getter = self.read(&self.getter);
        if getter.is_none() {
            return self.refuse(thread, object, "getter");
        }
        call::call(thread, getter.value(), &[object])
    }

    /// `object.name = value`, or `del object.name` if the value is MISSING.
    pub fn set(&self, thread: &Thread, object: Value, value: Value) -> Result<()> {
        let (slot, what) = if value.is_missing() {
            (&self.deleter, "deleter")
        } else {
            (&self.setter, "setter")
        };
        let function = self.read(slot);
        if function.is_none() {
            return self.refuse(thread, object, what).map(drop);
        }
        let args = [object, value];
        let args = if value.is_missing() {
            &args[..1]
        } else {
            &args
        };
        call::call(thread, function.value(), args).map(drop)
    }

    #[cold]
    fn refuse(&self, thread: &Thread, object: Value, what: &str) -> Result {
        let class = attribute::get(thread, class_of(object).value(), Name::QUALNAME.value())?;
        let class = convert::display(thread, class.value())?;
        match self.name(thread)? {
            Some(name) => {
                let name = convert::display_repr(thread, name.value())?;
                raise!(
                    thread,
                    AttributeError,
                    "property {name} of '{class}' object has no {what}"
                )
            }
            None => raise!(
                thread,
                AttributeError,
                "property of '{class}' object has no {what}"
            ),
        }
    }

    fn name(&self, thread: &Thread) -> Result<Option<Owned>> {
        let name = self.read(&self.name);
        if !name.is_missing() {
            return Ok(Some(name));
        }
        let getter = self.read(&self.getter);
        if getter.is_none() {
            return Ok(None);
        }
        attribute::get_optional(thread, getter.value(), Name::NAME.value())
    }
}

fn property_new(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    let object = Property {
        header: class.instance_header(thread),
        getter: Slot::new(Owned::NONE),
        setter: Slot::new(Owned::NONE),
        deleter: Slot::new(Owned::NONE),
        doc: Slot::new(Owned::NONE),
        name: Slot::missing(),
    };
    Ok(heap::new_with_attributes(thread, object, 0))
}

fn property_init(thread: &Thread, args: &[Value]) -> Result {
    let this = property(&args[0]);
    for (slot, &function) in [&this.getter, &this.setter, &this.deleter]
        .into_iter()
        .zip(&args[1..4])
    {
        this.write(slot, Owned::new(function));
    }
    let doc = if args[4].is_none() && !args[1].is_none() {
        attribute::get_optional(thread, args[1], Name::DOC.value())?.unwrap_or(Owned::NONE)
    } else {
        Owned::new(args[4])
    };
    this.write(&this.doc, doc);
    Ok(Owned::NONE)
}

/// A copy of the property with one function replaced.
fn replaced(thread: &Thread, args: &[Value], index: usize) -> Result {
    let this = property(&args[0]);
    let mut functions = [
        this.read(&this.getter),
        this.read(&this.setter),
        this.read(&this.deleter),
    ];
    if !args[1].is_none() {
        functions[index] = Owned::new(args[1]);
    }
    // A new getter brings its own documentation.
    let doc = if index == 0 {
        Owned::NONE
    } else {
        this.read(&this.doc)
    };
    let values = [
        functions[0].value(),
        functions[1].value(),
        functions[2].value(),
        doc.value(),
    ];
    let copy = call::call(thread, class_of(args[0]).value(), &values)?;
    if let Some(new) = copy.get::<Property>() {
        new.write(&new.name, this.read(&this.name));
    }
    Ok(copy)
}

fn getter(thread: &Thread, args: &[Value]) -> Result {
    replaced(thread, args, 0)
}
fn setter(thread: &Thread, args: &[Value]) -> Result {
    replaced(thread, args, 1)
}
fn deleter(thread: &Thread, args: &[Value]) -> Result {
    replaced(thread, args, 2)
}

fn property_get(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_none() {
        return Ok(Owned::new(args[0]));
    }
    property(&args[0]).get(thread, args[1])
}
fn property_set(thread: &Thread, args: &[Value]) -> Result {
    property(&args[0])
        .set(thread, args[1], args[2])
        .map(|()| Owned::NONE)
}
fn property_delete(thread: &Thread, args: &[Value]) -> Result {
    property(&args[0])
        .set(thread, args[1], Value::MISSING)
        .map(|()| Owned::NONE)
}
fn set_name(_: &Thread, args: &[Value]) -> Result {
    let this = property(&args[0]);
    this.write(&this.name, Owned::new(args[2]));
    Ok(Owned::NONE)
}

macro_rules! slot_attribute {
    ($get:ident, $slot:ident) => {
        fn $get(_: &Thread, args: &[Value]) -> Result {
            let this = property(&args[0]);
            Ok(this.read(&this.$slot))
        }
    };
}
slot_attribute!(get_fget, getter);
slot_attribute!(get_fset, setter);
slot_attribute!(get_fdel, deleter);
slot_attribute!(get_doc, doc);

fn set_doc(_: &Thread, args: &[Value]) -> Result {
    let this = property(&args[0]);
    this.write(&this.doc, Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn get_name(thread: &Thread, args: &[Value]) -> Result {
    match property(&args[0]).name(thread)? {
        Some(name) => Ok(name),
        None => raise!(
            thread,
            AttributeError,
            "'property' object has no attribute '__name__'"
        ),
    }
}

fn get_isabstract(thread: &Thread, args: &[Value]) -> Result {
    let this = property(&args[0]);
    for slot in [&this.getter, &this.setter, &this.deleter] {
        if is_abstract(thread, this.read(slot).value())? {
            return Ok(Owned::bool(true));
        }
    }
    Ok(Owned::bool(false))
}

fn is_abstract(thread: &Thread, function: Value) -> Result<bool> {
    match attribute::get_optional(thread, function, Name::ISABSTRACTMETHOD.value())? {
        Some(flag) => convert::truth(thread, flag.value()),
        None => Ok(false),
    }
}

methods! { pub PROPERTY:
    new "property(type, /, *args, **kwargs)" => property_new;
    /// Property attribute.
    "__init__(self, fget=None, fset=None, fdel=None, doc=None)" => property_init -> None;
    /// Descriptor to obtain a copy of the property with a different getter.
    "getter(self, object, /)" => getter;
    /// Descriptor to obtain a copy of the property with a different setter.
    "setter(self, object, /)" => setter;
    /// Descriptor to obtain a copy of the property with a different deleter.
    "deleter(self, object, /)" => deleter;
    "__get__(self, instance, owner=None, /)" => property_get;
    "__set__(self, instance, value, /)" => property_set -> None;
    "__delete__(self, instance, /)" => property_delete -> None;
    "__set_name__(self, owner, name, /)" => set_name -> None;
    field "fget" => get_fget;
    field "fset" => get_fset;
    field "fdel" => get_fdel;
    get "__doc__" => get_doc, set_doc;
    get "__name__" => get_name, set_name_attribute;
    get "__isabstractmethod__" => get_isabstract -> Bool;
}

fn set_name_attribute(_: &Thread, args: &[Value]) -> Result {
    let this = property(&args[0]);
    this.write(&this.name, Owned::new(args[1]));
    Ok(Owned::NONE)
}

/// `staticmethod(function)` and `classmethod(function)`: one layout, two kinds.
macro_rules! wrapper {
    ($(#[doc = $doc:literal])* $name:ident, $kind:ident) => {
        $(#[doc = $doc])*
        #[repr(C)]
        pub struct $name {
            header: Header,
            pub function: Slot,
        }

        // SAFETY: `repr(C)`, header first, own kind; one counted reference.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::$kind;
            const ATTRIBUTES: bool = true;
            fn traverse(&self, visit: &mut dyn FnMut(Value)) {
                visit(self.function.peek());
            }
        }

        impl $name {
            /// The wrapped function.
            #[inline]
            pub fn function(&self) -> Owned {
                self.function.load(&self.header)
            }

            /// The wrapper of a function, as the `class` statement makes it.
            pub fn wrap(thread: &Thread, function: Owned) -> Owned {
                let header = crate::Builtin::$name.class().instance_header(thread);
                heap::new(thread, $name { header, function: Slot::new(function) })
            }

            fn make(thread: &Thread, args: &[Value]) -> Result {
                let class = types::class::as_class(args[0]).expect("the binder checks that the first argument is a class");
                let header = class.instance_header(thread);
                Ok(heap::new_with_attributes(thread, $name { header, function: Slot::new(Owned::NONE) }, 0))
            }

            fn init(thread: &Thread, args: &[Value]) -> Result {
                let this = args[0].get::<$name>().expect("bound to its class");
                drop(this.function.replace(Owned::new(args[1])));
                for name in [Name::MODULE, Name::NAME, Name::QUALNAME, Name::DOC] {
                    if let Some(value) = attribute::get_optional(thread, args[1], name.value())? {
                        attribute::set(thread, args[0], name.value(), value.value())?;
                    }
                }
                Ok(Owned::NONE)
            }

            fn get_function(_: &Thread, args: &[Value]) -> Result {
                Ok(args[0].get::<$name>().expect("bound to its class").function())
            }

            /// An attribute of the function, remembered once it was asked for.
            fn get_copied(thread: &Thread, args: &[Value], name: Name) -> Result {
                let own = attribute::get(thread, args[0], Name::DICT.value())?;
                let own = own.get::<types::dict::Dict>().expect("a namespace is a dict");
                if let Some(value) = own.get(thread, name.value())? {
                    return Ok(value);
                }
                let function = Self::get_function(thread, args)?;
                let value = attribute::get(thread, function.value(), name.value())?;
                own.set(thread, name.value(), value.value())?;
                Ok(value)
            }

            fn set_copied(thread: &Thread, args: &[Value], name: Name) -> Result {
                let own = attribute::get(thread, args[0], Name::DICT.value())?;
                let own = own.get::<types::dict::Dict>().expect("a namespace is a dict");
                if !args[1].is_missing() {
                    own.set(thread, name.value(), args[1])?;
                } else if own.remove(thread, name.value())?.is_none() {
                    return Err(types::exception::raise_attribute_error(
                        thread,
                        args[0],
                        name.value(),
                        name.text(),
                    ));
                }
                Ok(Owned::NONE)
            }

            fn get_annotations(thread: &Thread, args: &[Value]) -> Result {
                Self::get_copied(thread, args, Name::ANNOTATIONS)
            }

            fn set_annotations(thread: &Thread, args: &[Value]) -> Result {
                Self::set_copied(thread, args, Name::ANNOTATIONS)
            }

            fn get_annotate(thread: &Thread, args: &[Value]) -> Result {
                Self::get_copied(thread, args, Name::ANNOTATE)
            }

            fn set_annotate(thread: &Thread, args: &[Value]) -> Result {
                Self::set_copied(thread, args, Name::ANNOTATE)
            }

            fn get_isabstract(thread: &Thread, args: &[Value]) -> Result {
                let function = Self::get_function(thread, args)?;
                is_abstract(thread, function.value()).map(Owned::bool)
            }

            fn repr(thread: &Thread, args: &[Value]) -> Result {
                let function = Self::get_function(thread, args)?;
                let class = crate::Builtin::$name.name();
                let shown = convert::display_repr(thread, function.value())?;
                Ok(types::str::new(thread, &format!("<{class}({shown})>")))
            }
        }
    };
}

wrapper! {
    /// A function found through a class or an instance as it is.
    StaticMethod, STATIC_METHOD
}
wrapper! {
    /// A function found through a class or an instance bound to the class.
    ClassMethod, CLASS_METHOD
}

fn static_get(thread: &Thread, args: &[Value]) -> Result {
    StaticMethod::get_function(thread, args)
}

fn static_call(thread: &Thread, args: &[Value]) -> Result {
    let function = StaticMethod::get_function(thread, args)?;
    let positional = args[1]
        .get::<types::tuple::Tuple>()
        .expect("*args is a tuple");
    let pairs = args[2]
        .get::<types::dict::Dict>()
        .expect("**kwargs is a dict")
        .snapshot(thread);
    let names: Vec<Value> = pairs.iter().map(|(name, _)| name.value()).collect();
    let all: Vec<Value> = positional
        .items()
        .iter()
        .copied()
        .chain(pairs.iter().map(|(_, v)| v.value()))
        .collect();
    call::call_keywords(thread, function.value(), &all, &names)
}

fn class_get(thread: &Thread, args: &[Value]) -> Result {
    let function = ClassMethod::get_function(thread, args)?;
    let owner = if args[2].is_none() {
        class_of(args[1]).value()
    } else {
        args[2]
    };
    Ok(types::method::new(thread, function, Owned::new(owner)))
}

methods! { pub STATIC_METHOD:
    new "staticmethod(type, /, *args, **kwargs)" => StaticMethod::make;
    "__init__(self, function, /)" => StaticMethod::init -> None;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    "__get__(self, instance, owner=None, /)" => static_get;
    "__call__(self, /, *args, **kwargs)" => static_call;
    "__repr__(self, /)" => StaticMethod::repr -> Str;
    get "__func__" => StaticMethod::get_function;
    get "__wrapped__" => StaticMethod::get_function;
    get "__isabstractmethod__" => StaticMethod::get_isabstract -> Bool;
    get "__annotations__" => StaticMethod::get_annotations, StaticMethod::set_annotations;
    get "__annotate__" => StaticMethod::get_annotate, StaticMethod::set_annotate;
}

methods! { pub CLASS_METHOD:
    new "classmethod(type, /, *args, **kwargs)" => ClassMethod::make;
    "__init__(self, function, /)" => ClassMethod::init -> None;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    "__get__(self, instance, owner=None, /)" => class_get;
    "__repr__(self, /)" => ClassMethod::repr -> Str;
    get "__func__" => ClassMethod::get_function;
    get "__wrapped__" => ClassMethod::get_function;
    get "__isabstractmethod__" => ClassMethod::get_isabstract -> Bool;
    get "__annotations__" => ClassMethod::get_annotations, ClassMethod::set_annotations;
    get "__annotate__" => ClassMethod::get_annotate, ClassMethod::set_annotate;
}
