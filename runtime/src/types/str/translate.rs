//! `str.translate` and `str.maketrans`.

use super::{Builder, Str, substring};
use crate::operators::convert;
use crate::operators::index;
use crate::types::dict::{self, Dict};
use crate::types::exception;
use crate::types::int::{self, IntRef};
use crate::{Builtin, Owned, Result, Thread, Value, raise};

/// `string.translate(table)`
pub fn translate(thread: &Thread, string: &Str, table: Value) -> Result {
    let mut out = Builder::new();
    // What a table says about ASCII characters is asked once.
    let mut known: [Option<Owned>; 128] = [const { None }; 128];
    for c in string.iter() {
        let slot = known.get_mut(c as usize);
        let mapped = match slot.as_ref().and_then(|slot| slot.as_ref()) {
            Some(mapped) => mapped.clone(),
            None => {
                let mapped = look_up(thread, table, c)?;
                if let Some(slot) = slot {
                    *slot = Some(mapped.clone());
                }
                mapped
            }
        };
        push_mapped(thread, &mut out, c, mapped.value())?;
    }
    let units = out.units();
    if units.equals(string.units()) {
        return Ok(substring(thread, string, 0, string.len()));
    }
    Ok(out.finish(thread))
}

/// What the table has for a code point; MISSING if nothing.
fn look_up(thread: &Thread, table: Value, c: u32) -> Result {
    let key = int::from_u64(thread, c.into());
    match index::get_item(thread, table, key.value()) {
        Ok(mapped) => Ok(mapped),
        Err(raised) => {
            let exception = thread.take_exception(raised);
            if exception::is(exception.value(), Builtin::LookupError) {
                Ok(Owned::inline(Value::MISSING))
            } else {
                Err(thread.raise_value(exception))
            }
        }
    }
}

fn push_mapped(thread: &Thread, out: &mut Builder, c: u32, mapped: Value) -> Result<()> {
    if mapped.is_missing() {
        out.push_code_point(c);
    } else if let Some(string) = mapped.get::<Str>() {
        out.push(string);
    } else if let Some(code) = IntRef::of(&mapped) {
        match code.to_i64().and_then(|code| u32::try_from(code).ok()) {
            Some(code) if code < 0x11_0000 => out.push_code_point(code),
            _ => {
                let text = "character mapping must be in range(0x110000)";
                return raise!(thread, ValueError, "{text}");
            }
        }
    } else if !mapped.is_none() {
        let text = "character mapping must return integer, None or str";
        return raise!(thread, TypeError, "{text}");
    }
    Ok(())
}

/// `str.maketrans(x, y, z)`
pub fn make_table(thread: &Thread, x: Value, y: Value, z: Value) -> Result {
    let table = dict::new(thread);
    let target = table.get::<Dict>().expect("a dict");
    if y.is_missing() {
        from_mapping(thread, target, x)?;
        return Ok(table);
    }
    let Some(from) = x.get::<Str>() else {
        let text = "first maketrans argument must be a string if there is a second argument";
        return raise!(thread, TypeError, "{text}");
    };
    let to = expect_str(thread, &y, 2)?;
    if from.len() != to.len() {
        let text = "the first two maketrans arguments must have equal length";
        return raise!(thread, ValueError, "{text}");
    }
    let code = |c: u32| int::from_u64(thread, c.into());
    for (a, b) in from.iter().zip(to.iter()) {
        target.set(thread, code(a).value(), code(b).value())?;
    }
    if !z.is_missing() {
        for c in expect_str(thread, &z, 3)?.iter() {
            target.set(thread, code(c).value(), Value::NONE)?;
        }
    }
    Ok(table)
}

fn expect_str<'a>(thread: &Thread, value: &'a Value, position: usize) -> Result<&'a Str> {
    match value.get::<Str>() {
        Some(string) => Ok(string),
        None => raise!(
            thread,
            TypeError,
            "maketrans() argument {position} must be str, not {}",
            convert::argument_type(*value)
        ),
    }
}

/// The table of a dict whose keys are code points or single characters.
fn from_mapping(thread: &Thread, target: &Dict, mapping: Value) -> Result<()> {
    let Some(source) = mapping.get::<Dict>() else {
        let text = "if you give only one argument to maketrans it must be a dict";
        return raise!(thread, TypeError, "{text}");
    };
    for (key, value) in source.snapshot(thread) {
        let code = match key.get::<Str>() {
            Some(string) if string.len() == 1 => int::from_u64(thread, string.code_point(0).into()),
            Some(_) => {
                let text = "string keys in translatetable must be of length 1";
                return raise!(thread, ValueError, "{text}");
            }
            None if IntRef::of(&key).is_some() => key,
            None => {
                let text = "keys in translate table mustbe strings or integers";
                return raise!(thread, TypeError, "{text}");
            }
        };
        target.set(thread, code.value(), value.value())?;
    }
    Ok(())
}
