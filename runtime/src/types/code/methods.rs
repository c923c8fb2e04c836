//! Attributes and methods of code objects.
//!
//! Addresses are those of the register bytecode, in bytes as CPython counts them: two for each unit.

use super::{Code, ENTRY};
use crate::object::{Object, refcount};
use crate::operators::compare::CompareOp;
use crate::operators::{compare, convert, iterate};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Builtin, Owned, Result, Thread, Value, methods, raise, warnings};
use ashore_bytecode::{self as bytecode, Opcode, walk};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Bytes of a unit.
const UNIT: usize = size_of::<u16>();

fn this(args: &[Value]) -> &Code {
    args[0].get::<Code>().expect("bound to code objects")
}

fn int(thread: &Thread, number: impl Into<i64>) -> Result {
    Ok(types::int::from_i64(thread, number.into()))
}

fn names_tuple(thread: &Thread, names: &[Value]) -> Result {
    Ok(types::tuple::from_slice(thread, names))
}

fn co_name(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).name))
}
fn co_qualname(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).qualname))
}
fn co_filename(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).filename))
}
fn co_firstlineno(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).source.first_line)
}
fn co_argcount(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).n_args)
}
fn co_posonlyargcount(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).source.n_posonly)
}
fn co_kwonlyargcount(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).source.n_kwonly)
}
fn co_flags(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).co_flags())
}
fn co_stacksize(thread: &Thread, args: &[Value]) -> Result {
    int(thread, this(args).n_registers - this(args).n_locals)
}
fn co_code(thread: &Thread, args: &[Value]) -> Result {
    let entry = [Opcode::Instrumented as u16; ENTRY as usize];
    let units = entry.iter().chain(this(args).instructions());
    let bytes: Vec<u8> = units.flat_map(|unit| unit.to_le_bytes()).collect();
    Ok(types::bytes::new(thread, &bytes))
}

/// The names that CPython counts among the local variables: not those that live in cells, unless they are parameters.
fn variables(code: &Code) -> Vec<Value> {
    let parameters = code.n_parameters();
    let is_cell = |register: &u16| code.source.cells.contains(register);
    (0..code.n_locals)
        .filter(|register| *register < parameters || !is_cell(register))
        .map(|register| code.local_names[usize::from(register)])
        .collect()
}

fn co_nlocals(thread: &Thread, args: &[Value]) -> Result {
    Ok(types::int::from_usize(thread, variables(this(args)).len()))
}
fn co_varnames(thread: &Thread, args: &[Value]) -> Result {
    names_tuple(thread, &variables(this(args)))
}
fn co_freevars(thread: &Thread, args: &[Value]) -> Result {
    names_tuple(thread, &this(args).free_names)
}
fn co_cellvars(thread: &Thread, args: &[Value]) -> Result {
    let code = this(args);
    let cells: Vec<Value> = code
        .source
        .cells
        .iter()
        .map(|&r| code.local_names[usize::from(r)])
        .collect();
    names_tuple(thread, &cells)
}
fn co_names(thread: &Thread, args: &[Value]) -> Result {
    names_tuple(thread, &this(args).names)
}
/// A function without constants has the None it would return at its end: CPython's functions always have one.
fn co_consts(thread: &Thread, args: &[Value]) -> Result {
    let code = this(args);
    if code.constants.is_empty() && code.source.flags.optimized {
        return names_tuple(thread, &[Value::NONE]);
    }
    names_tuple(thread, &code.constants)
}

/// The position of each unit, as `(line, end_line, column, end_column)`.
fn co_positions(thread: &Thread, args: &[Value]) -> Result {
    let source = &this(args).source;
    let number = |n: u32| types::int::from_i64(thread, i64::from(n));
    let mut rows = Vec::with_capacity(source.units.len() + ENTRY as usize);
    for _ in 0..ENTRY {
        let (line, end) = (this(args).entry_line(), source.first_line);
        let row = vec![number(line), number(end), number(0), number(0)];
        rows.push(types::tuple::new(thread, row));
    }
    for at in 0..source.units.len() as u32 {
        let row = match source.positions.get(at) {
            Some(position) => vec![
                number(position.line),
                number(position.end_line),
                number(position.column),
                number(position.end_column),
            ],
            None => vec![Owned::NONE; 4],
        };
        rows.push(types::tuple::new(thread, row));
    }
    iterate::iter(thread, types::list::new(thread, rows).value())
}

/// Where runs of units of one line start, the entry's first.
fn line_starts(code: &Code) -> Vec<(u32, u32)> {
    let entries = code.source.positions.entries();
    let starts = entries
        .iter()
        .map(|&(at, position)| (at + ENTRY, position.line));
    let starts = std::iter::once((0, code.entry_line())).chain(starts);
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (at, line) in starts {
        if runs.last().is_none_or(|&(_, last)| last != line) {
            runs.push((at, line));
        }
    }
    runs
}

/// The runs of instructions of one line, as `(start, end, line)`.
fn co_lines(thread: &Thread, args: &[Value]) -> Result {
    let end = this(args).source.units.len() as u32 + ENTRY;
    let runs = line_starts(this(args));
    let ends = runs.iter().skip(1).map(|&(at, _)| at).chain([end]);
    let address = |at: u32| types::int::from_usize(thread, at as usize * UNIT);
    let rows = runs
        .iter()
        .zip(ends)
        .map(|(&(start, line), end)| {
            let line = types::int::from_i64(thread, i64::from(line));
            types::tuple::new(thread, vec![address(start), address(end), line])
        })
        .collect();
    iterate::iter(thread, types::list::new(thread, rows).value())
}

/// The branches, as `(address, where it goes on, where it jumps)`.
fn co_branches(thread: &Thread, args: &[Value]) -> Result {
    let code = this(args);
    let address = |at: u32| types::int::from_usize(thread, (at + ENTRY) as usize * UNIT);
    let branches = walk::instructions(code.instructions()).map_while(std::result::Result::ok);
    let rows = branches.filter_map(|branch| {
        let target = branch.target().filter(|_| !branch.opcode.effects().ends)?;
        let row = vec![address(branch.at), address(branch.end()), address(target)];
        Some(types::tuple::new(thread, row))
    });
    let rows = types::list::new(thread, rows.collect());
    iterate::iter(thread, rows.value())
}

/// The table of lines in the form before Python 3.10: steps of address and line.
fn co_lnotab(thread: &Thread, args: &[Value]) -> Result {
    let text = "co_lnotab is deprecated, use co_lines instead.";
    warnings::warn(thread, Builtin::DeprecationWarning, text, false)?;
    let source = &this(args).source;
    let (mut address, mut line) = (0, i64::from(source.first_line));
    let mut table = Vec::new();
    for (at, to) in line_starts(this(args)) {
        let mut bytes = at as usize * UNIT - address;
        let mut lines = i64::from(to) - line;
        if lines == 0 {
            continue;
        }
        (address, line) = (at as usize * UNIT, i64::from(to));
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = lines.clamp(-128, 127);
            table.extend([bytes as u8, step as i8 as u8]);
            bytes = 0;
            lines -= step;
        }
        table.extend([bytes as u8, lines as i8 as u8]);
    }
    Ok(types::bytes::new(thread, &table))
}

/// Are the codes the same but for the file they come from, their own instructions, and codes in them?
fn same(a: &bytecode::Code, b: &bytecode::Code) -> bool {
    let constant = |a: &bytecode::Constant, b: &bytecode::Constant| match (a, b) {
        (bytecode::Constant::Code(_), bytecode::Constant::Code(_)) => true,
        _ => a == b,
    };
    a.name == b.name
        && a.first_line == b.first_line
        && a.flags == b.flags
        && (a.n_args, a.n_posonly, a.n_kwonly) == (b.n_args, b.n_posonly, b.n_kwonly)
        && a.locals == b.locals
        && a.cells == b.cells
        && a.free == b.free
        && a.names == b.names
        && a.handlers == b.handlers
        && a.positions == b.positions
        && a.constants.len() == b.constants.len()
        && a.constants
            .iter()
            .zip(&b.constants)
            .all(|(a, b)| constant(a, b))
}

fn equal(thread: &Thread, args: &[Value]) -> Result {
    let Some(other) = args[1].get::<Code>() else {
        return Ok(Owned::inline(Value::NOT_IMPLEMENTED));
    };
    let code = this(args);
    if std::ptr::eq(code, other) {
        return Ok(Owned::bool(true));
    }
    // Constants may have been replaced, so the values count as well.
    let constants = names_tuple(thread, &code.constants)?;
    let others = names_tuple(thread, &other.constants)?;
    let replaced = code.constants.len() != other.constants.len()
        || !compare::test(thread, CompareOp::Eq, constants.value(), others.value())?;
    let same = code.instructions() == other.instructions() && same(&code.source, &other.source);
    Ok(Owned::bool(!replaced && same))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let source = &this(args).source;
    let mut hasher = DefaultHasher::new();
    (&source.name, source.first_line, source.n_args).hash(&mut hasher);
    (&source.locals, &source.names, this(args).instructions()).hash(&mut hasher);
    int(thread, (hasher.finish() >> 2) as i64)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let code = this(args);
    let (name, file) = (&code.source.name, &code.source.filename);
    let at = code.value().as_ptr().addr();
    Ok(types::str::new(
        thread,
        &format!(
            "<code object {name} at {at:#x}, file \"{file}\", line {}>",
            code.source.first_line
        ),
    ))
}

/// The text of a field's new value.
fn text(thread: &Thread, field: &str, value: Value) -> Result<String> {
    match value.get::<Str>() {
        Some(text) => Ok(text.to_str_lossy().into_owned()),
        None => {
            let got = class_of(value).name();
            raise!(
                thread,
                TypeError,
                "replace() argument '{field}' must be str, not {got}"
            )
        }
    }
}

/// The items of a field's new value.
fn items<'a>(thread: &Thread, field: &str, value: &'a Value) -> Result<&'a [Value]> {
    match value.get::<Tuple>() {
        Some(tuple) => Ok(tuple.items()),
        None => {
            let got = class_of(*value).name();
            raise!(
                thread,
                TypeError,
                "replace() argument '{field}' must be tuple, not {got}"
            )
        }
    }
}

/// A copy with some fields replaced. What the instructions depend on can't be.
fn replace(thread: &Thread, args: &[Value]) -> Result {
    let code = this(args);
    let mut source = code.source.clone();
    let mut constants = None;
    let fields = args[1].get::<Dict>().expect("**kwargs is a dict");
    for (field, value) in fields.snapshot(thread) {
        let (field, value) = (types::str::display(field.value()), value.value());
        match &*field {
            "co_name" => source.name = text(thread, &field, value)?,
            "co_qualname" => source.qualname = text(thread, &field, value)?,
            "co_filename" => source.filename = text(thread, &field, value)?,
            "co_firstlineno" => {
                source.first_line = convert::to_isize(thread, value)?.max(0) as u32;
            }
            "co_flags" => {
                let flags = convert::to_isize(thread, value)? as i64;
                source.flags.iterable_coroutine = flags & ITERABLE_COROUTINE != 0;
                let changed = flags ^ code.co_flags();
                if changed & !ITERABLE_COROUTINE != 0 {
                    return unsupported(thread, &field);
                }
            }
            "co_names" if items(thread, &field, &value)?.len() >= source.names.len() => {
                let names = items(thread, &field, &value)?;
                source.names = names
                    .iter()
                    .map(|&name| text(thread, &field, name))
                    .collect::<Result<_>>()?;
            }
            "co_consts" if items(thread, &field, &value)?.len() >= source.constants.len() => {
                constants = Some(Owned::new(value));
            }
            _ => check_unchanged(thread, code, &field, value)?,
        }
    }
    let made = match constants {
        Some(tuple) => {
            let items = tuple.get::<Tuple>().expect("checked").items();
            items
                .iter()
                .filter_map(Value::header)
                .for_each(refcount::make_immortal);
            Code::with_constants(thread, source, items.into())
        }
        None => Code::with_constants(thread, source, code.constants.clone()),
    };
    Ok(Owned::new(made.value()))
}

/// The flag that `types.coroutine` sets, which only those who await look at.
const ITERABLE_COROUTINE: i64 = 0x100;

/// Fields that can't be replaced may be named with the value they have.
fn check_unchanged(thread: &Thread, code: &Code, field: &str, value: Value) -> Result<()> {
    let known = METHODS
        .iter()
        .find(|row| row.name() == field && field.starts_with("co_"));
    let Some(row) = known else {
        return raise!(
            thread,
            TypeError,
            "replace() got an unexpected keyword argument '{field}'"
        );
    };
    let current = (row.function)(thread, &[code.value()])?;
    if compare::test(thread, CompareOp::Eq, current.value(), value)? {
        return Ok(());
    }
    unsupported(thread, field)
}

#[cold]
fn unsupported<T>(thread: &Thread, field: &str) -> Result<T> {
    raise!(
        thread,
        NotImplementedError,
        "code.replace() of '{field}' is not supported: the instructions depend on it"
    )
}

fn empty_bytes(thread: &Thread, _: &[Value]) -> Result {
    Ok(types::bytes::new(thread, b""))
}

methods! { pub METHODS:
    field "co_name" => co_name -> Str;
    field "co_qualname" => co_qualname -> Str;
    field "co_filename" => co_filename -> Str;
    field "co_firstlineno" => co_firstlineno -> Int;
    field "co_argcount" => co_argcount -> Int;
    field "co_posonlyargcount" => co_posonlyargcount -> Int;
    field "co_kwonlyargcount" => co_kwonlyargcount -> Int;
    field "co_nlocals" => co_nlocals -> Int;
    field "co_stacksize" => co_stacksize -> Int;
    field "co_flags" => co_flags -> Int;
    get "co_code" => co_code -> Bytes;
    field "co_exceptiontable" => empty_bytes -> Bytes;
    field "co_linetable" => empty_bytes -> Bytes;
    get "co_varnames" => co_varnames -> Tuple;
    get "co_freevars" => co_freevars -> Tuple;
    get "co_cellvars" => co_cellvars -> Tuple;
    field "co_names" => co_names -> Tuple;
    field "co_consts" => co_consts -> Tuple;
    get "co_lnotab" => co_lnotab -> Bytes;
    "co_positions(self, /)" => co_positions;
    "co_lines(self, /)" => co_lines;
    "co_branches(self, /)" => co_branches;
    /// Return a copy of the code object with new values for the specified fields.
    "replace(self, /, **changes)" => replace -> Code;
    "__replace__(self, /, **changes)" => replace -> Code;
    "__eq__(self, value, /)" => equal;
    "__hash__(self, /)" => hash -> Int;
    "__repr__(self, /)" => repr -> Str;
}
