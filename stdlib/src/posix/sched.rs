//! How the system shares processors out: policies, priorities, and which processors a process may run on.

use super::call::{as_int, done, small, system_call};
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::structure::{self, Structure};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, float, int};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};

pub(super) static PARAM: Structure = Structure {
    class: NativeClass::new("posix.sched_param", METHODS)
        .doc("Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.")
        .extends(Builtin::Tuple, &[]),
    items: &["sched_priority"],
    hidden: &[],
};

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(tuple::new_instance(
        thread,
        class,
        vec![Owned::new(args[1])],
    ))
}

fn priority(_: &Thread, args: &[Value]) -> Result {
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    Ok(Owned::new(items[0]))
}

/// `(class, (priority,))`
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    let class = Owned::new(class_of(args[0]).value());
    let items = tuple::from_slice(thread, items);
    Ok(tuple::new(thread, vec![class, items]))
}

methods! { METHODS:
    new "sched_param(type, /, sched_priority)" => new;
    "__repr__(self, /)" => structure::repr -> Str;
    "__reduce__(self, /)" => reduce -> Tuple;
    "__replace__(self, /, **changes)" => structure::replace;
    field "sched_priority" => priority;
}

/// The parameters that an object says.
fn param(thread: &Thread, value: Value) -> Result<libc::sched_param> {
    if !PARAM.class.is_instance(thread, value) {
        return raise!(thread, TypeError, "must have a sched_param object");
    }
    let priority = value
        .get::<Tuple>()
        .map_or(Value::NONE, |items| items.items()[0]);
    let Some(priority) = IntRef::of(&priority) else {
        let got = convert::type_name(priority);
        let text = "object cannot be interpreted as an integer";
        return raise!(thread, TypeError, "'{got}' {text}");
    };
    match priority.to_i64().map(i32::try_from) {
        Some(Ok(sched_priority)) => Ok(libc::sched_param { sched_priority }),
        _ => raise!(thread, OverflowError, "sched_priority out of range"),
    }
}

pub(super) fn get_priority_max(thread: &Thread, args: &[Value]) -> Result {
    let policy = small(thread, args[0])?;
    // SAFETY: a plain system call.
    let call = || unsafe { libc::sched_get_priority_max(policy) };
    as_int(thread, system_call(thread, None, || call().into()))
}

pub(super) fn get_priority_min(thread: &Thread, args: &[Value]) -> Result {
    let policy = small(thread, args[0])?;
    // SAFETY: a plain system call.
    let call = || unsafe { libc::sched_get_priority_min(policy) };
    as_int(thread, system_call(thread, None, || call().into()))
}

pub(super) fn get_scheduler(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    // SAFETY: a plain system call.
    let call = || unsafe { libc::sched_getscheduler(pid) };
    as_int(thread, system_call(thread, None, || call().into()))
}

pub(super) fn set_scheduler(thread: &Thread, args: &[Value]) -> Result {
    let (pid, policy) = (small(thread, args[0])?, small(thread, args[1])?);
    let param = param(thread, args[2])?;
    // SAFETY: the kernel reads the structure.
    let call = || unsafe { libc::sched_setscheduler(pid, policy, &raw const param) };
    done(system_call(thread, None, || call().into()))
}

pub(super) fn get_param(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    let mut param = libc::sched_param { sched_priority: 0 };
    let place = &raw mut param;
    // SAFETY: the kernel fills the structure.
    let call = || unsafe { libc::sched_getparam(pid, place) };
    system_call(thread, None, || call().into())?;
    let priority = int::from_i64(thread, param.sched_priority.into());
    Ok(PARAM.make(thread, vec![priority]))
}

pub(super) fn set_param(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    let param = param(thread, args[1])?;
    // SAFETY: the kernel reads the structure.
    let call = || unsafe { libc::sched_setparam(pid, &raw const param) };
    done(system_call(thread, None, || call().into()))
}

pub(super) fn rr_get_interval(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let place = &raw mut time;
    // SAFETY: the kernel fills the structure.
    let call = || unsafe { libc::sched_rr_get_interval(pid, place) };
    system_call(thread, None, || call().into())?;
    let seconds = time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64;
    Ok(float::new(thread, seconds))
}

/// The bits of a set of processors, as many words as it takes.
fn processors(thread: &Thread, iterable: Value) -> Result<Vec<u64>> {
    let mut words = vec![0_u64; size_of::<libc::cpu_set_t>() / size_of::<u64>()];
    iterate::for_each(thread, iterable, |item| {
        let value = item.value();
        let Some(number) = IntRef::of(&value) else {
            let class = convert::display_repr(thread, class_of(value).value())?;
            let text = "expected an iterator of ints, but iterator yielded";
            return raise!(thread, TypeError, "{text} {class}");
        };
        if number.is_negative() {
            return raise!(thread, ValueError, "negative CPU number");
        }
        let number = number.to_i64().map(i32::try_from);
        let Some(Ok(number)) = number else {
            return raise!(thread, OverflowError, "CPU number too large");
        };
        let number = number.unsigned_abs() as usize;
        let word = number / 64;
        if word >= words.len() {
            words.resize(word + 1, 0);
        }
        words[word] |= 1 << (number % 64);
        Ok(())
    })?;
    Ok(words)
}

pub(super) fn set_affinity(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    let words = processors(thread, args[1])?;
    let (size, place) = (size_of_val(words.as_slice()), words.as_ptr().cast());
    // SAFETY: the kernel reads so many bytes.
    let call = || unsafe { libc::sched_setaffinity(pid, size, place) };
    done(system_call(thread, None, || call().into()))
}
