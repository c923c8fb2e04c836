//! `threading.local`: an object whose attributes each thread has for itself.
//!
//! A thread keeps the attributes under the local's number. They go with the thread, or when the thread looks at any local
//! after this one died.

use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

pub(super) static LOCAL: NativeClass = NativeClass::new("_thread._local", METHODS)
    .doc("Thread-local data")
    .weakrefable()
    .open();

/// Numbers of locals that died, and how many: threads forget them when they next look.
static DEAD: Mutex<Vec<i64>> = Mutex::new(Vec::new());
static N_DEAD: AtomicUsize = AtomicUsize::new(0);

static NEXT: AtomicI64 = AtomicI64::new(1);

thread_local! {
    /// How many of the dead this thread has forgotten.
    static FORGOTTEN: Cell<usize> = const { Cell::new(0) };
}

struct Local {
    key: i64,
    /// What `__init__` gets in each thread.
    args: Slot,
    kwargs: Slot,
}

impl Data for Local {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.args.peek());
        visit(self.kwargs.peek());
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let mut dead = DEAD.lock();
        dead.push(self.key);
        N_DEAD.store(dead.len(), Ordering::Release);
    }
}

fn forget_dead(thread: &Thread) {
    let forgotten = FORGOTTEN.get();
    if forgotten == N_DEAD.load(Ordering::Acquire) {
        return;
    }
    let dead = DEAD.lock()[forgotten..].to_vec();
    FORGOTTEN.set(forgotten + dead.len());
    for key in dead {
        thread.forget_local(key);
    }
}

/// This thread's attributes, made and initialised if they are new.
fn attributes(thread: &Thread, this: Value) -> Result {
    let local = native::get::<Local>(&this).expect("bound to locals");
    forget_dead(thread);
    let (attributes, is_new) = thread.local_attributes(local.key, || dict::new(thread));
    if is_new {
        let name = str::intern(thread, "__init__");
        let init = class_of(this).lookup(name);
        if init != Builtin::Object.class().lookup(name) {
            let init = attribute::find_generic(thread, this, name)?;
            let init = init.expect("the class has it");
            call::call_packed(thread, init.value(), local.args.peek(), local.kwargs.peek())?;
        }
    }
    Ok(attributes)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let given = args[1].get::<Tuple>().is_some_and(|args| !args.is_empty())
        || args[2]
            .get::<Dict>()
            .is_some_and(|kwargs| !kwargs.is_empty());
    let name = str::intern(thread, "__init__");
    if given && class.lookup(name) == Builtin::Object.class().lookup(name) {
        return raise!(
            thread,
            TypeError,
            "Initialization arguments are not supported"
        );
    }
    let local = Local {
        key: NEXT.fetch_add(1, Ordering::Relaxed),
        args: Slot::new(Owned::new(args[1])),
        kwargs: Slot::new(Owned::new(args[2])),
    };
    let key = local.key;
    let object = native::new(thread, class, local);
    // `type.__call__` initialises it in this thread.
    thread.local_attributes(key, || dict::new(thread));
    Ok(object)
}

/// Does the class say what happens to the attribute, whatever the instance has?
fn is_data_descriptor(thread: &Thread, class_attribute: Value) -> bool {
    let class = class_of(class_attribute);
    class.lookup(str::intern(thread, "__set__")).is_some()
        || class.lookup(str::intern(thread, "__delete__")).is_some()
}

fn by_class(thread: &Thread, this: Value, name: Value) -> bool {
    let found = class_of(this).lookup(name);
    found.is_some_and(|found| is_data_descriptor(thread, found))
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    let [this, name] = [args[0], args[1]];
    let attributes = attributes(thread, this)?;
    if name == str::intern(thread, "__dict__") {
        return Ok(attributes);
    }
    let table = attributes.get::<Dict>().expect("made as a dict");
    if !by_class(thread, this, name)
        && let Some(value) = table.get(thread, name)?
    {
        return Ok(value);
    }
    match attribute::find_generic(thread, this, name)? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, this, name)),
    }
}

fn refuse_dict(thread: &Thread, this: Value, name: Value) -> Result<()> {
    if name != str::intern(thread, "__dict__") {
        return Ok(());
    }
    let class = class_of(this).name();
    raise!(
        thread,
        AttributeError,
        "'{class}' object attribute '__dict__' is read-only"
    )
}

fn set_attribute(thread: &Thread, args: &[Value]) -> Result {
    let [this, name] = [args[0], args[1]];
    let attributes = attributes(thread, this)?;
    refuse_dict(thread, this, name)?;
    if by_class(thread, this, name) {
        attribute::store_generic(thread, this, name, args[2])?;
    } else {
        let table = attributes.get::<Dict>().expect("made as a dict");
        table.set(thread, name, args[2])?;
    }
    Ok(Owned::NONE)
}

fn delete_attribute(thread: &Thread, args: &[Value]) -> Result {
    let [this, name] = [args[0], args[1]];
    let attributes = attributes(thread, this)?;
    refuse_dict(thread, this, name)?;
    if by_class(thread, this, name) {
        attribute::store_generic(thread, this, name, Value::MISSING)?;
        return Ok(Owned::NONE);
    }
    let table = attributes.get::<Dict>().expect("made as a dict");
    match table.remove(thread, name)? {
        Some(_) => Ok(Owned::NONE),
        None => Err(attribute::missing(thread, this, name)),
    }
}

methods! { METHODS:
    new "_local(type, /, *args, **kwargs)" => new;
    "__getattribute__(self, name, /)" => get_attribute;
    "__setattr__(self, name, value, /)" => set_attribute -> None;
    "__delattr__(self, name, /)" => delete_attribute -> None;
}
