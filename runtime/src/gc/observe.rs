//! What programs see of collections: `gc.callbacks`, `gc.freeze`.

use super::each_object;
use crate::heap::death;
use crate::heap::mimalloc::Heap;
use crate::object::{Owned, Slot};
use crate::operators::call;
use crate::sync::lock::Lone;
use crate::types::dict::{self, Dict};
use crate::types::list::List;
use crate::types::{exception, int, str};
use crate::{Thread, Value};
use std::sync::Once;

/// The list `gc.callbacks`, once the module was imported.
static CALLBACKS: Slot = Slot::missing();
static CALLBACKS_LOCK: Lone = Lone::new();

/// The list whose functions are called before and after each collection.
pub fn set_callbacks(list: Owned) {
    static ANNOUNCED: Once = Once::new();
    ANNOUNCED.call_once(|| super::add_static(&CALLBACKS));
    let guard = CALLBACKS_LOCK.lock();
    let old = CALLBACKS.replace(list);
    drop(guard);
    drop(old);
}

/// The end of the program: nobody is called any more.
pub(crate) fn forget_callbacks() {
    let guard = CALLBACKS_LOCK.lock();
    let old = CALLBACKS.replace(Owned::inline(Value::MISSING));
    drop(guard);
    drop(old);
}

/// Calls `gc.callbacks` with a phase and what the collection has found.
pub(super) fn call_back(thread: &Thread, phase: &str, collected: usize) {
    let callbacks = {
        let _guard = CALLBACKS_LOCK.lock();
        CALLBACKS.load_locked()
    };
    let Some(list) = callbacks.get::<List>().filter(|list| !list.is_empty()) else {
        return;
    };
    let pending = thread.suspend_exception();
    let phase = str::intern(thread, phase);
    for callback in list.snapshot(thread) {
        let info = dict::new(thread);
        let table = info.get::<Dict>().expect("made as a dict");
        for (name, number) in [
            ("generation", 2),
            ("collected", collected),
            ("uncollectable", 0),
        ] {
            let name = str::intern(thread, name);
            table.set_interned(thread, name, int::from_usize(thread, number));
        }
        if let Err(raised) = call::call(thread, callback.value(), &[phase, info.value()]) {
            exception::report_ignored(
                thread,
                raised,
                "while calling GC callback",
                callback.value(),
            );
        }
    }
    thread.restore_exception(pending);
}

/// `gc.freeze` and `gc.unfreeze`: collections leave what is alive now alone, or look at everything again. A safepoint.
pub fn set_frozen(thread: &Thread, frozen: bool) {
    each_object(thread, &[Heap::containers()], &mut |header| {
        death::set_frozen(header, frozen);
    });
}

/// How many objects are frozen. A safepoint.
pub fn frozen(thread: &Thread) -> usize {
    let mut count = 0;
    each_object(thread, &[Heap::containers()], &mut |header| {
        count += usize::from(death::is_frozen(header));
    });
    count
}
