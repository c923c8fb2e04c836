//! `_tuplegetter`: the descriptors of named tuples' fields.

use crate::cell::Var;
use ashore_runtime::operators::convert;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

pub(super) static TUPLE_GETTER: NativeClass = NativeClass::new("collections._tuplegetter", METHODS);

struct TupleGetter {
    index: usize,
    doc: Var,
}

impl Data for TupleGetter {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.doc.visit(visit);
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let getter = TupleGetter {
        index: convert::to_isize(thread, args[1])?.max(0) as usize,
        doc: Var::new(Owned::new(args[2])),
    };
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, getter))
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    let getter = receiver::<TupleGetter>(args);
    let object = args[1];
    if let Some(tuple) = object.get::<Tuple>() {
        return match tuple.items().get(getter.index) {
            Some(&item) => Ok(Owned::new(item)),
            None => raise!(thread, IndexError, "tuple index out of range"),
        };
    }
    if object.is_none() {
        return Ok(Owned::new(args[0]));
    }
    let got = class_of(object).name();
    let index = getter.index;
    raise!(
        thread,
        TypeError,
        "descriptor for index '{index}' for tuple subclasses doesn't apply to '{got}' object"
    )
}

fn set(thread: &Thread, _: &[Value]) -> Result {
    raise!(thread, AttributeError, "can't set attribute")
}

fn delete(thread: &Thread, _: &[Value]) -> Result {
    raise!(thread, AttributeError, "can't delete attribute")
}

fn get_doc(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<TupleGetter>(args).doc.get())
}

fn set_doc(_: &Thread, args: &[Value]) -> Result {
    let doc = match args[1].is_missing() {
        true => Owned::NONE,
        false => Owned::new(args[1]),
    };
    receiver::<TupleGetter>(args).doc.set(doc);
    Ok(Owned::NONE)
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let getter = receiver::<TupleGetter>(args);
    let index = int::from_usize(thread, getter.index);
    let state = tuple::new(thread, vec![index, getter.doc.get()]);
    let class = Owned::new(ashore_runtime::Object::value(class_of(args[0])));
    Ok(tuple::new(thread, vec![class, state]))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let getter = receiver::<TupleGetter>(args);
    let doc = convert::display_repr(thread, getter.doc.get().value())?;
    let text = format!("_tuplegetter({}, {doc})", getter.index);
    Ok(str::new(thread, &text))
}

methods! { METHODS:
    new "_tuplegetter(type, index, doc, /)" => new;
    /// Return an attribute of instance, which is of type owner.
    "__get__(self, instance, owner=None, /)" => get;
    /// Set an attribute of instance to value.
    "__set__(self, instance, value, /)" => set;
    /// Delete an attribute of instance.
    "__delete__(self, instance, /)" => delete;
    "__reduce__(self, /)" => reduce -> Tuple;
    "__repr__(self, /)" => repr -> Str;
    get "__doc__" => get_doc, set_doc;
}
