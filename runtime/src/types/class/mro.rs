//! The method resolution order: C3 linearisation, and metaclasses that bring their own `mro()`.

use super::{Type, as_class, class_of};
use crate::operators::{attribute, call, iterate};
use crate::types::names::Name;
use crate::types::{Builtin, tuple};
use crate::{Object, Owned, Result, Thread, Value, raise};

/// C3: the class itself, then the merge of the bases' orders and the list of bases.
pub fn linearize(
    thread: &Thread,
    class: &'static Type,
    bases: &[&'static Type],
) -> Result<Vec<&'static Type>> {
    for (position, base) in bases.iter().enumerate() {
        if bases[..position].contains(base) {
            return raise!(thread, TypeError, "duplicate base class {}", base.name());
        }
    }
    let mut order = vec![class];
    if bases.is_empty() {
        return Ok(order);
    }
    if let [only] = bases {
        order.extend_from_slice(only.mro());
        return Ok(order);
    }
    let mut sequences: Vec<&[&'static Type]> = bases.iter().map(|base| base.mro()).collect();
    sequences.push(bases);
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            return Ok(order);
        }
        let in_a_tail = |class: &&'static Type| {
            sequences
                .iter()
                .any(|sequence| sequence[1..].contains(class))
        };
        let Some(next) = sequences
            .iter()
            .map(|sequence| sequence[0])
            .find(|head| !in_a_tail(head))
        else {
            return inconsistent(thread, &sequences);
        };
        order.push(next);
        for sequence in &mut sequences {
            if sequence[0] == next {
                *sequence = &sequence[1..];
            }
        }
    }
}

fn inconsistent<T>(thread: &Thread, sequences: &[&[&'static Type]]) -> Result<T> {
    let mut heads: Vec<String> = Vec::new();
    for sequence in sequences {
        let name = sequence[0].name();
        if !heads.contains(&name) {
            heads.push(name);
        }
    }
    raise!(
        thread,
        TypeError,
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        heads.join(", ")
    )
}

/// The order of a class under construction: `type.mro`, or what its metaclass has in its place.
pub(super) fn of_new_class(
    thread: &Thread,
    class: &'static Type,
    bases: &[&'static Type],
) -> Result<Vec<&'static Type>> {
    let metaclass = class_of(class.value());
    let custom = metaclass.find_in_mro(Name::MRO_METHOD.value());
    match custom {
        Some((_, home)) if !home.is(Builtin::Type) => custom_order(thread, class),
        _ => linearize(thread, class, bases),
    }
}

/// What a metaclass's own `mro()` returns, checked.
fn custom_order(thread: &Thread, class: &'static Type) -> Result<Vec<&'static Type>> {
    let Some(method) = attribute::special(thread, class.value(), Name::MRO_METHOD) else {
        return raise!(thread, TypeError, "the metaclass has no mro()");
    };
    let method = attribute::bind(thread, method, class.value())?;
    let result = call::call(thread, method.value(), &[])?;
    let mut order = Vec::new();
    for item in iterate::collect(thread, result.value())? {
        let Some(member) = as_class(item.value()) else {
            let name = class_of(item.value()).name();
            return raise!(thread, TypeError, "mro() returned a non-class ('{name}')");
        };
        if !class.layout.class().is_subclass_of(member.layout.class()) {
            let name = member.name();
            return raise!(
                thread,
                TypeError,
                "mro() returned base with unsuitable layout ('{name}')"
            );
        }
        order.push(member);
    }
    Ok(order)
}

/// An order as the tuple that `__mro__` gives.
pub fn as_tuple(thread: &Thread, order: &[&'static Type]) -> Owned {
    let values: Vec<Value> = order.iter().map(|class| class.value()).collect();
    tuple::from_slice(thread, &values)
}
