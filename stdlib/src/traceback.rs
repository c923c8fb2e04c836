//! `_traceback`: where the carets of a traceback go. CPython's `traceback` parses the source for that; the runtime, which
//! reports exceptions by itself, scans it.

use ashore_runtime::interpreter::anchors;
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{int, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::ops::Range;

fn text(thread: &Thread, value: Value) -> Result<String> {
    match value.get::<Str>() {
        Some(text) => Ok(text.to_str_lossy().into_owned()),
        None => raise!(thread, TypeError, "source lines must be str"),
    }
}

/// `anchors(segment)`: line and column, in characters, where what is marked `^` begins and where it ends; None if all is.
fn find(thread: &Thread, args: &[Value]) -> Result {
    let segment = text(thread, args[0])?;
    let Some(Range { start, end }) = anchors::find(&segment) else {
        return Ok(Owned::NONE);
    };
    let numbers = [start, end].into_iter().flat_map(|at| {
        let before = &segment[..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        [before.matches('\n').count(), line.chars().count()]
    });
    let numbers = numbers.map(|number| int::from_usize(thread, number));
    Ok(tuple::new(thread, numbers.collect()))
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// `is_whole_call(lines, start, end)`: is the part of the lines from column `start` of the first to `end` of the last the call
/// that is all of `return f(...)` or of `name = f(...)`? Carets would say nothing there.
fn is_whole_call(thread: &Thread, args: &[Value]) -> Result {
    let lines = iterate::collect(thread, args[0])?;
    let lines: Result<Vec<String>> = lines
        .iter()
        .map(|line| text(thread, line.value()))
        .collect();
    let all = lines?.join("\n");
    let (start, end) = (
        convert::to_index(thread, args[1])?.max(0) as usize,
        convert::to_index(thread, args[2])?.max(0) as usize,
    );
    let byte = |line: &str, column| {
        line.char_indices()
            .nth(column)
            .map_or(line.len(), |(at, _)| at)
    };
    let last = all.rfind('\n').map_or(0, |at| at + 1);
    let first_line = all.lines().next().unwrap_or_default();
    let range = byte(first_line, start)..last + byte(&all[last..], end);
    let Some(call) = all.get(range.clone()) else {
        return Ok(Owned::bool(false));
    };
    let is_call = anchors::find(call).is_some_and(|at| call[at].starts_with('('));
    let (before, after) = (all[..range.start].trim(), all[range.end..].trim_start());
    let function = call.split('(').next().unwrap_or_default();
    let returned = before == "return" && is_name(function);
    let assigned = before.strip_suffix('=').is_some_and(is_name);
    let alone = after.is_empty() || after.starts_with(['#', ';']);
    Ok(Owned::bool(is_call && alone && (returned || assigned)))
}

methods! { FUNCTIONS:
    static "anchors(segment, /)" => find;
    static "is_whole_call(lines, start, end, /)" => is_whole_call -> Bool;
}

fn initialize(_: &Thread, _: &Module) -> Result<()> {
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_traceback",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
