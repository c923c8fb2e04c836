//! References that native objects hold and threads may replace.
//!
//! The locks here are held for a few instructions, in which nothing runs, blocks or is released.

use ashore_runtime::object::Slot;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::{Owned, Value};

/// A counted reference.
pub(crate) struct Var(Mutex<Slot>);

impl Var {
    pub(crate) fn new(value: Owned) -> Var {
        Var(Mutex::new(Slot::new(value)))
    }

    /// One that holds nothing: MISSING.
    pub(crate) fn empty() -> Var {
        Var(Mutex::new(Slot::missing()))
    }

    pub(crate) fn get(&self) -> Owned {
        self.0.lock().load_locked()
    }

    /// The value; one that holds nothing gets this one first.
    pub(crate) fn get_or_set(&self, value: Owned) -> Owned {
        let slot = self.0.lock();
        if slot.peek().is_missing() {
            drop(slot.replace(value));
        }
        slot.load_locked()
    }

    /// Stores a value and gives the old one.
    pub(crate) fn replace(&self, value: Owned) -> Owned {
        self.0.lock().replace(value)
    }

    /// Stores a value if the present one is `expected`, by identity, and gives the old one; else gives the value back.
    pub(crate) fn exchange_if(
        &self,
        expected: Value,
        value: Owned,
    ) -> std::result::Result<Owned, Owned> {
        let slot = self.0.lock();
        match slot.peek() == expected {
            true => Ok(slot.replace(value)),
            false => Err(value),
        }
    }

    pub(crate) fn set(&self, value: Owned) {
        let old = self.replace(value);
        drop(old);
    }

    /// Takes the value; MISSING stays.
    pub(crate) fn take(&self) -> Owned {
        self.replace(Owned::inline(Value::MISSING))
    }

    pub(crate) fn visit(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.0.lock().peek());
    }
}
