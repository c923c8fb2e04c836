//! Attributes, subscripts, calls, displays, exceptions, patterns.

use super::{run, symbols};
use crate::abi::entry::from_result;
use crate::abi::{Leaving, callers};
use crate::interpreter::{self, calls, display, exceptions, patterns};
use crate::monitor;
use crate::object::{Owned, publish};
use crate::operators::cache::Entry;
use crate::operators::{attribute, call as operator, index};
use crate::types::code::{Code, Site};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::{Result, Thread, Value, types};

/// Two words, returned in registers.
#[repr(C)]
pub struct Pair(pub(super) Value, pub(super) Value);

fn unit(result: Result<()>) -> Value {
    from_result(result.map(|()| Owned::NONE))
}

/// None; MISSING if the thread is traced, so that the interpreter has to go on.
fn unless_traced(thread: &Thread, result: Result<()>) -> Value {
    match result {
        Ok(()) if monitor::is_traced(thread) => Value::MISSING,
        result => unit(result),
    }
}

fn none_if_missing(value: Value) -> Option<Owned> {
    (!value.is_missing()).then(|| Owned::new(value))
}

/// The names of keyword arguments.
fn keyword_names(names: &Value) -> &[Value] {
    names
        .get::<Tuple>()
        .expect("the compiler gives a tuple of names")
        .items()
}

/// Adds where an exception leaves a function to its traceback, and releases what the function owns.
fn leave_with(
    thread: &Thread,
    (function, code, at): (Value, &Code, u32),
    leaving: Leaving,
    words: &[Value],
) {
    let variables = &words[..usize::from(leaving.variables)];
    let frame = types::frame::of_native(thread, code, function, at, variables);
    types::traceback::add(thread, thread.pending_exception(), frame, at);
    callers::departing(thread, code, at, || {
        for (index, &word) in words.iter().enumerate().rev() {
            if leaving.is_owned(index) {
                drop(Owned::from_counted(word));
            }
        }
    });
}

symbols! {
    fn load_attr(thread, object: Value, name: Value, site: &Site) -> Value {
        from_result(attribute::get_cached(thread, object, name, site))
    }
    fn store_attr(thread, object: Value, name: Value, value: Value, site: &Site) -> Value {
        unit(attribute::set_cached(thread, object, name, value, site))
    }
    fn delete_attr(thread, object: Value, name: Value) -> Value {
        unit(attribute::delete(thread, object, name))
    }
    fn load_method(thread, object: Value, name: Value, site: &Site) -> Pair {
        match attribute::get_method_cached(thread, object, name, site) {
            Ok((callee, true)) => Pair(callee.into_counted(), object),
            Ok((callee, false)) => Pair(callee.into_counted(), Value::MISSING),
            Err(_) => Pair(Value::RAISED, Value::MISSING),
        }
    }
    fn slot_to_load(thread, object: Value, name: Value, site: &Site) -> *const Entry {
        attribute::slot_to_load(thread, object, name, site).map_or(std::ptr::null(), std::ptr::from_ref)
    }
    fn slot_to_store(thread, object: Value, name: Value, site: &Site) -> *const Entry {
        attribute::slot_to_store(thread, object, name, site).map_or(std::ptr::null(), std::ptr::from_ref)
    }
    fn method_to_call(thread, object: Value, name: Value, site: &Site) -> *const Entry {
        attribute::method_to_call(thread, object, name, site).map_or(std::ptr::null(), std::ptr::from_ref)
    }
    fn replace_slot(thread, object: Value, entry: &Entry, value: Value) -> Value {
        Value::bool(attribute::replace_slot(thread, object, entry, value))
    }
    fn take_method(thread, object: Value, name: Value, site: &Site) -> Pair {
        match attribute::get_method_cached(thread, object, name, site) {
            Ok((callee, true)) => Pair(callee.into_counted(), object),
            Ok((callee, false)) => {
                drop(Owned::from_counted(object));
                Pair(callee.into_counted(), Value::MISSING)
            }
            Err(_) => Pair(Value::RAISED, Value::MISSING),
        }
    }
    fn get_item(thread, object: Value, key: Value) -> Value {
        from_result(index::get_item(thread, object, key))
    }
    fn get_slice(thread, object: Value, start: Value, stop: Value) -> Value {
        from_result(index::get_slice(thread, object, start, stop))
    }
    fn set_item(thread, object: Value, key: Value, value: Value) -> Value {
        unit(index::set_item(thread, object, key, value))
    }
    fn delete_item(thread, object: Value, key: Value) -> Value {
        unit(index::delete_item(thread, object, key))
    }
    fn new_slice(thread, start: Value, stop: Value, step: Value) -> Value {
        types::slice::new(thread, Owned::new(start), Owned::new(stop), Owned::new(step)).into_counted()
    }

    fn call(thread, callee: Value, args: *const Value, n: usize) -> Value {
        // SAFETY: native code put the arguments on its stack for the duration of the call.
        from_result(operator::call(thread, callee, unsafe { run(args, n) }))
    }
    fn call_method(thread, callee: Value, args: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        from_result(operator::call(thread, callee, calls::without_missing_receiver(unsafe { run(args, n) })))
    }
    fn call_keywords(thread, callee: Value, names: Value, args: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        let args = unsafe { run(args, n) };
        from_result(operator::call_keywords(thread, callee, args, keyword_names(&names)))
    }
    fn call_method_keywords(thread, callee: Value, names: Value, args: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        let args = calls::without_missing_receiver(unsafe { run(args, n) });
        from_result(operator::call_keywords(thread, callee, args, keyword_names(&names)))
    }
    fn call_ex(thread, callee: Value, args: Value, kwargs: Value) -> Value {
        from_result(calls::call_unpacked(thread, callee, args, kwargs))
    }
    fn call_super(thread, callee: Value, class: Value, object: Value) -> Value {
        from_result(calls::super_of(thread, callee, class, object))
    }
    fn make_function(
        thread,
        function: Value,
        code: Value,
        closure: Value,
        defaults: Value,
        kwdefaults: Value,
        annotate: Value
    ) -> Value {
        let parts = types::function::Parts {
            code,
            globals: function.get::<Function>().expect("native code runs for function objects").globals(),
            closure: none_if_missing(closure),
            defaults: none_if_missing(defaults),
            kwdefaults: none_if_missing(kwdefaults),
            annotate: none_if_missing(annotate),
        };
        from_result(types::function::new(thread, parts))
    }

    fn new_tuple(thread, items: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        types::tuple::from_slice(thread, unsafe { run(items, n) }).into_counted()
    }
    fn new_list(thread, items: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        let items = unsafe { run(items, n) }.iter().map(|&item| Owned::new(item)).collect();
        types::list::new(thread, items).into_counted()
    }
    fn new_set(thread, items: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        from_result(display::set_of(thread, unsafe { run(items, n) }))
    }
    fn new_dict(thread, items: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        from_result(display::dict_of(thread, unsafe { run(items, n) }))
    }
    fn join_strings(thread, items: *const Value, n: usize) -> Value {
        // SAFETY: as in `call`.
        types::str::concat_all(thread, unsafe { run(items, n) }).into_counted()
    }
    fn release_all(_thread, words: *const Value, n: usize) {
        // SAFETY: as in `call`.
        for &word in unsafe { run(words, n) } {
            drop(Owned::from_counted(word));
        }
    }
    fn list_get(thread, list: Value, index: i64) -> Value {
        let item = usize::try_from(index).ok().and_then(|index| {
            list.get::<List>().expect("a list").get(thread, index)
        });
        item.map_or(Value::MISSING, Owned::into_counted)
    }
    fn publish_parts(_thread, object: Value) {
        publish(object);
    }

    fn list_append(thread, list: Value, item: Value) {
        list.get::<List>().expect("a list under construction").append(thread, Owned::new(item));
    }
    fn list_extend(thread, list: Value, value: Value) -> Value {
        unit(display::extend(thread, list.get::<List>().expect("a list under construction"), value))
    }
    fn set_add(thread, set: Value, item: Value) -> Value {
        unit(set.get::<Set>().expect("a set under construction").add(thread, item).map(drop))
    }
    fn set_update(thread, set: Value, value: Value) -> Value {
        unit(display::update_set(thread, set.get::<Set>().expect("a set under construction"), value))
    }
    fn dict_set(thread, dict: Value, key: Value, value: Value) -> Value {
        unit(dict.get::<Dict>().expect("a dict under construction").set(thread, key, value).map(drop))
    }
    fn dict_update(thread, dict: Value, value: Value) -> Value {
        unit(display::update_dict(thread, dict, value))
    }
    fn dict_merge(thread, dict: Value, value: Value, callee: Value) -> Value {
        unit(display::merge_keywords(thread, dict, value, callee))
    }
    fn list_to_tuple(thread, list: Value) -> Value {
        let items = list.get::<List>().expect("a list under construction").snapshot(thread);
        types::tuple::new(thread, items).into_counted()
    }

    fn raise(thread, exception: Value) -> Value {
        unit(exceptions::raise_value(thread, exception, None))
    }
    fn raise_from(thread, exception: Value, cause: Value) -> Value {
        unit(exceptions::raise_value(thread, exception, Some(cause)))
    }
    fn raise_current(thread) -> Value {
        unit(exceptions::raise_handled(thread))
    }
    fn with_enter(thread, manager: Value) -> Pair {
        match exceptions::enter_manager(thread, manager) {
            Ok((exit, entered)) => Pair(exit.into_counted(), entered.into_counted()),
            Err(_) => Pair(Value::RAISED, Value::MISSING),
        }
    }
    fn with_exit(thread, exit: Value) -> Value {
        from_result(operator::call(thread, exit, &[Value::NONE; 3]))
    }
    fn leave_raised(thread, function: Value, code: &Code, at: i64, leaving: i64, items: *const Value, n: usize) {
        // SAFETY: native code put the words on its stack.
        leave_with(thread, (function, code, at as u32), Leaving::unpack(leaving), unsafe { run(items, n) });
    }
    fn safepoint(thread) -> Value {
        unless_traced(thread, thread.safepoint())
    }
    fn enter(thread) -> Value {
        unless_traced(thread, thread.safepoint().and_then(|()| interpreter::check_depth(thread)))
    }

    fn match_sequence(_thread, subject: Value) -> Value {
        Value::bool(patterns::is_sequence(subject))
    }
    fn match_mapping(_thread, subject: Value) -> Value {
        Value::bool(patterns::is_mapping(subject))
    }
    fn match_keys(thread, subject: Value, keys: Value) -> Value {
        from_result(patterns::values_of_keys(thread, subject, keys))
    }
    fn match_class(thread, subject: Value, class: Value, n: i64, names: Value) -> Value {
        from_result(patterns::attributes_of(thread, subject, class, n as usize, names))
    }
}
