//! Taking characters off a string's ends, and padding it.

use super::unicode::is_space;
use super::{Str, Units, Width, Writer, empty, substring};
use crate::object::{Kind, Object};
use crate::{Owned, Result, Thread, heap, raise};

/// Which ends to strip.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Left,
    Right,
    Both,
}

/// `string.strip(characters)` and its kin; without characters blanks are taken off.
pub fn strip(thread: &Thread, string: &Str, characters: Option<Units>, ends: Ends) -> Owned {
    let units = string.units();
    let strippable = |c: u32| match characters {
        None => is_space(c),
        Some(set) => set.iter().any(|member| member == c),
    };
    let (mut start, mut end) = (0, units.len());
    if ends != Ends::Right {
        while start < end && strippable(units.get(start)) {
            start += 1;
        }
    }
    if ends != Ends::Left {
        while end > start && strippable(units.get(end - 1)) {
            end -= 1;
        }
    }
    substring(thread, string, start, end)
}

/// The string with `left` and `right` fill characters around it.
pub fn pad(thread: &Thread, string: &Str, left: usize, right: usize, fill: u32) -> Result {
    if left + right == 0 && string.header().kind() == Kind::STR {
        return Ok(Owned::new(string.value()));
    }
    let length = string.len() + left + right;
    if !heap::affordable(length.saturating_mul(4)) {
        return raise!(thread, MemoryError, "");
    }
    if length == 0 {
        return Ok(empty());
    }
    let mut width = string.width().max(super::width_for(fill));
    if left + right == 0 {
        width = string.width();
    }
    let ascii = string.is_ascii() && (fill < 128 || left + right == 0);
    let mut writer = Writer::new(thread, length, width, ascii);
    writer.push_repeated(fill, left);
    writer.push(string);
    writer.push_repeated(fill, right);
    Ok(writer.finish())
}

/// `string.zfill(width)`: zeros between sign and digits.
pub fn zero_fill(thread: &Thread, string: &Str, width: usize) -> Result {
    let units = string.units();
    let zeros = width.saturating_sub(units.len());
    let signed = !units.is_empty() && [b'+', b'-'].map(u32::from).contains(&units.get(0));
    if zeros == 0 || !signed {
        return pad(thread, string, zeros, 0, b'0'.into());
    }
    if !heap::affordable(width.saturating_mul(4)) {
        return raise!(thread, MemoryError, "");
    }
    let mut writer = Writer::new(thread, width, string.width(), string.is_ascii());
    writer.push_code_point(units.get(0));
    writer.push_repeated(b'0'.into(), zeros);
    writer.push_units(units.slice(1, units.len()));
    Ok(writer.finish())
}

/// `string.expandtabs(tab_size)`
pub fn expand_tabs(thread: &Thread, string: &Str, tab_size: usize) -> Result {
    let units = string.units();
    // Two passes: one counts, one writes.
    let run = |visit: &mut dyn FnMut(u32, usize)| {
        let mut column = 0;
        for c in units.iter() {
            match char::from_u32(c) {
                Some('\t') => {
                    let blanks = if tab_size == 0 {
                        0
                    } else {
                        tab_size - column % tab_size
                    };
                    column += blanks;
                    visit(b' '.into(), blanks);
                }
                Some('\n' | '\r') => {
                    column = 0;
                    visit(c, 1);
                }
                _ => {
                    column += 1;
                    visit(c, 1);
                }
            }
        }
    };
    let mut length = 0usize;
    run(&mut |_, count| length = length.saturating_add(count));
    if !heap::affordable(length.saturating_mul(4)) {
        return raise!(thread, OverflowError, "new string is too long");
    }
    if length == 0 {
        return Ok(empty());
    }
    let width: Width = string.width();
    let mut writer = Writer::new(thread, length, width, string.is_ascii());
    run(&mut |c, count| writer.push_repeated(c, count));
    Ok(writer.finish())
}
