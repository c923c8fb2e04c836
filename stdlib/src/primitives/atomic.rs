//! `ashore.AtomicInt` and `ashore.AtomicReference`: one cell that threads change without losing each other's changes.
//!
//! Every operation is atomic, and all operations on all cells happen in one order that every thread agrees on. An object
//! is the same as another by identity, as for `is`; ints of up to 62 bits are the same if they are equal.

use super::{number, overflow};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert};
use ashore_runtime::sync::lock::lock;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{generic_alias, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods};
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;

pub(super) static INT: NativeClass = NativeClass::new("ashore.AtomicInt", INT_METHODS)
    .doc("An int of 64 bits that threads change atomically.")
    .open()
    .weakrefable();
pub(super) static REFERENCE: NativeClass =
    NativeClass::new("ashore.AtomicReference", REFERENCE_METHODS)
        .doc("A reference to an object that threads replace atomically.")
        .open()
        .weakrefable();

struct AtomicInt(AtomicI64);

impl Data for AtomicInt {
    fn dies_unseen(&self) -> bool {
        true
    }
}

fn new_int(thread: &Thread, args: &[Value]) -> Result {
    let start = number(thread, "AtomicInt", args[1])?;
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, AtomicInt(AtomicI64::new(start))))
}

fn cell(args: &[Value]) -> &AtomicI64 {
    &receiver::<AtomicInt>(args).0
}

fn int_get(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, cell(args).load(SeqCst)))
}

fn int_set(thread: &Thread, args: &[Value]) -> Result {
    cell(args).store(number(thread, "AtomicInt", args[1])?, SeqCst);
    Ok(Owned::NONE)
}

fn int_add(thread: &Thread, args: &[Value]) -> Result {
    let amount = number(thread, "AtomicInt", args[1])?;
    let sum = |value: i64| value.checked_add(amount);
    match cell(args).fetch_update(SeqCst, SeqCst, sum) {
        Ok(before) => Ok(int::from_i64(thread, before + amount)),
        Err(_) => overflow(thread, "AtomicInt"),
    }
}

fn int_exchange(thread: &Thread, args: &[Value]) -> Result {
    let value = number(thread, "AtomicInt", args[1])?;
    Ok(int::from_i64(thread, cell(args).swap(value, SeqCst)))
}

fn int_compare_exchange(thread: &Thread, args: &[Value]) -> Result {
    let expected = number(thread, "AtomicInt", args[1])?;
    let value = number(thread, "AtomicInt", args[2])?;
    let outcome = cell(args).compare_exchange(expected, value, SeqCst, SeqCst);
    Ok(Owned::bool(outcome.is_ok()))
}

fn int_repr(thread: &Thread, args: &[Value]) -> Result {
    let text = format!("AtomicInt({})", cell(args).load(SeqCst));
    Ok(str::new(thread, &text))
}

methods! { INT_METHODS:
    new "AtomicInt(type, value=0, /)" => new_int;
    /// Return the value.
    "get(self, /)" => int_get -> Int;
    /// Replace the value.
    "set(self, value, /)" => int_set -> None;
    /// Add to the value and return the sum. Raises OverflowError if it needs more than 64 bits.
    "add(self, amount=1, /)" => int_add -> Int;
    /// Replace the value and return the one of before.
    "exchange(self, value, /)" => int_exchange -> Int;
    /// Replace the value if it is the expected one. Tells whether it was.
    "compare_exchange(self, expected, value, /)" => int_compare_exchange -> Bool;
    "__int__(self, /)" => int_get -> Int;
    "__repr__(self, /)" => int_repr -> Str;
}

struct AtomicReference(Slot);

impl Data for AtomicReference {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.0.peek());
    }
}

impl AtomicReference {
    fn get(this: Value) -> Owned {
        let header = this.header().expect("an object");
        let cell = native::get::<AtomicReference>(&this).expect("a reference");
        cell.0.load(header)
    }

    /// Replaces the value and gives the old one, if that is the expected one; else gives back the new one.
    fn exchange(
        this: Value,
        expected: Option<Value>,
        value: Owned,
    ) -> std::result::Result<Owned, Owned> {
        let header = this.header().expect("an object");
        let cell = native::get::<AtomicReference>(&this).expect("a reference");
        let _guard = lock(header);
        if expected.is_some_and(|expected| expected != cell.0.peek()) {
            return Err(value);
        }
        Ok(cell.0.replace(value))
    }
}

fn new_reference(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let cell = AtomicReference(Slot::new(Owned::new(args[1])));
    Ok(native::new(thread, class, cell))
}

fn reference_get(_: &Thread, args: &[Value]) -> Result {
    Ok(AtomicReference::get(args[0]))
}

fn reference_set(_: &Thread, args: &[Value]) -> Result {
    drop(AtomicReference::exchange(
        args[0],
        None,
        Owned::new(args[1]),
    ));
    Ok(Owned::NONE)
}

fn reference_exchange(_: &Thread, args: &[Value]) -> Result {
    let (Ok(old) | Err(old)) = AtomicReference::exchange(args[0], None, Owned::new(args[1]));
    Ok(old)
}

fn reference_compare_exchange(_: &Thread, args: &[Value]) -> Result {
    let outcome = AtomicReference::exchange(args[0], Some(args[1]), Owned::new(args[2]));
    Ok(Owned::bool(outcome.is_ok()))
}

fn reference_update(thread: &Thread, args: &[Value]) -> Result {
    loop {
        let old = AtomicReference::get(args[0]);
        let new = call::call(thread, args[1], &[old.value()])?;
        if AtomicReference::exchange(args[0], Some(old.value()), new.clone()).is_ok() {
            return Ok(new);
        }
    }
}

fn reference_repr(thread: &Thread, args: &[Value]) -> Result {
    let value = AtomicReference::get(args[0]);
    let text = convert::display_repr(thread, value.value())?;
    Ok(str::new(thread, &format!("AtomicReference({text})")))
}

methods! { REFERENCE_METHODS:
    new "AtomicReference(type, value=None, /)" => new_reference;
    /// Return the object.
    "get(self, /)" => reference_get;
    /// Refer to another object.
    "set(self, value, /)" => reference_set -> None;
    /// Refer to another object and return the one of before.
    "exchange(self, value, /)" => reference_exchange;
    /// Refer to another object if the present one is the expected one. Tells whether it was.
    "compare_exchange(self, expected, value, /)" => reference_compare_exchange -> Bool;
    /// Refer to function(object), and return that.
    ///
    /// The function is called again if another thread has replaced the object meanwhile.
    "update(self, function, /)" => reference_update;
    "__repr__(self, /)" => reference_repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}
