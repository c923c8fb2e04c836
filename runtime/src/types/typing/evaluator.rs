//! Lazily evaluated parts of type parameters and aliases, and the evaluators that stand for parts that were given.

use super::super::{Builtin, native, str};
use crate::object::{Header, Owned, Slot};
use crate::operators::{call, convert};
use crate::sync::lock::lock;
use crate::types::generic_alias;
use crate::types::tuple::Tuple;
use crate::{Result, Thread, Value, methods};

/// The number of `annotationlib.Format.VALUE`.
const VALUE: i64 = 1;
/// The number of `annotationlib.Format.STRING`.
const STRING: i64 = 4;

/// A value, a function that computes it when it is first asked for, or neither.
pub struct Lazy {
    /// MISSING while it is not known.
    value: Slot,
    /// MISSING if there is none.
    evaluate: Slot,
}

impl Lazy {
    /// A value that the function computes; MISSING for no function.
    pub fn computed(evaluate: Value) -> Lazy {
        Lazy {
            value: Slot::missing(),
            evaluate: Slot::new(Owned::new(evaluate)),
        }
    }

    /// A value that is known; MISSING for none.
    pub fn known(value: Owned) -> Lazy {
        Lazy {
            value: Slot::new(value),
            evaluate: Slot::missing(),
        }
    }

    pub fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.value.peek());
        visit(self.evaluate.peek());
    }

    /// The value, computed if need be; none if there is none. `owner` is the object this is a part of.
    pub fn get(&self, thread: &Thread, owner: &Header) -> Result<Option<Owned>> {
        let value = self.value.load(owner);
        if !value.is_missing() {
            return Ok(Some(value));
        }
        let evaluate = self.evaluate.load(owner);
        if evaluate.is_missing() {
            return Ok(None);
        }
        let value = call::call(thread, evaluate.value(), &[Value::small_int(VALUE)])?;
        let guard = lock(owner);
        let old = self.value.replace(value.clone());
        drop(guard);
        drop(old);
        Ok(Some(value))
    }

    /// The function that computes the value, or one that gives it; None if there is no value.
    pub fn evaluator(&self, thread: &Thread, owner: &Header) -> Owned {
        let evaluate = self.evaluate.load(owner);
        if !evaluate.is_missing() {
            return evaluate;
        }
        let value = self.value.load(owner);
        if value.is_missing() {
            return Owned::NONE;
        }
        let constant = Constant {
            value: Slot::new(value),
        };
        native::new(thread, Builtin::ConstEvaluator.class(), constant)
    }
}

/// An evaluator of a value that is known.
struct Constant {
    value: Slot,
}

impl native::Data for Constant {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.value.peek());
    }
}

fn this(args: &[Value]) -> Value {
    native::get::<Constant>(&args[0])
        .expect("bound to evaluators")
        .value
        .peek()
}

fn call_(thread: &Thread, args: &[Value]) -> Result {
    let value = this(args);
    if convert::to_isize(thread, args[1])? != STRING as isize {
        return Ok(Owned::new(value));
    }
    let mut text = str::Builder::new();
    match value.get::<Tuple>() {
        Some(items) => {
            text.push_str("(");
            for (index, &item) in items.items().iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                generic_alias::push_name(thread, &mut text, item)?;
            }
            text.push_str(")");
        }
        None => generic_alias::push_name(thread, &mut text, value)?,
    }
    Ok(text.finish(thread))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let value = convert::display_repr(thread, this(args))?;
    Ok(str::new(thread, &format!("<constevaluator {value}>")))
}

methods! { pub EVALUATOR:
    "__call__(self, format, /)" => call_;
    "__repr__(self, /)" => repr -> Str;
}
