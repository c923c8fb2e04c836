//! `_symtable`: the symbol tables of source, as objects. The compiler makes the tables.

use ashore_bytecode::symbols::{CONSTANTS, Table, Tables};
use ashore_runtime::builtins::{dynamic, io};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::convert;
use ashore_runtime::start::Mode;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{int, list, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

static ENTRY: NativeClass = NativeClass::new("symtable entry", METHODS);

/// A table. Nothing replaces what it holds.
struct Entry {
    /// Tells the table from others of its program.
    id: u64,
    line: u32,
    kind: u32,
    nested: bool,
    name: Slot,
    symbols: Slot,
    parameters: Slot,
    children: Slot,
}

impl Data for Entry {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [&self.name, &self.symbols, &self.parameters, &self.children] {
            visit(slot.peek());
        }
    }
}

/// Makes the objects of all tables: what is inside a table comes after it, and is made before.
fn entries(thread: &Thread, tables: &Tables) -> Result {
    let mut made: Vec<Owned> = Vec::with_capacity(tables.len());
    for (number, table) in tables.iter().enumerate().rev() {
        let last = tables.len() - 1;
        let children = table.children.iter();
        let children = children.map(|&child| made[last - child as usize].clone());
        let children = list::new(thread, children.collect());
        made.push(entry(thread, number, table, children)?);
    }
    Ok(made.pop().expect("there is a table of the module"))
}

fn entry(thread: &Thread, number: usize, table: &Table, children: Owned) -> Result {
    let symbols = dict::new(thread);
    let namespace = symbols.get::<Dict>().expect("made as a dict");
    for (name, flags) in &table.symbols {
        let flags = int::from_i64(thread, i64::from(*flags));
        namespace.set(thread, str::intern(thread, name), flags.value())?;
    }
    let parameters = table.parameters.iter();
    let parameters = parameters.map(|name| Owned::new(str::intern(thread, name)));
    let parameters = list::new(thread, parameters.collect());
    let entry = Entry {
        id: number as u64 + 1,
        line: table.line,
        kind: table.kind as u32,
        nested: table.nested,
        name: Slot::new(Owned::new(str::intern(thread, &table.name))),
        symbols: Slot::new(symbols),
        parameters: Slot::new(parameters),
        children: Slot::new(children),
    };
    Ok(native::new(thread, ENTRY.class(thread), entry))
}

fn symtable(thread: &Thread, args: &[Value]) -> Result {
    let filename = io::path_bytes(thread, args[1])?;
    let Some(kind) = args[2].get::<Str>() else {
        let got = convert::argument_type(args[2]);
        return raise!(
            thread,
            TypeError,
            "symtable() argument 3 must be str, not {got}"
        );
    };
    let mode = match &*kind.to_str_lossy() {
        "exec" => Mode::Module,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => {
            return raise!(
                thread,
                ValueError,
                "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
            );
        }
    };
    let filename = String::from_utf8_lossy(&filename);
    match dynamic::symbol_tables(thread, args[0], &filename, mode)? {
        Some(tables) => entries(thread, &tables),
        None => raise!(
            thread,
            TypeError,
            "symtable() arg 1 must be a string or bytes object"
        ),
    }
}

fn id(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_u64(thread, receiver::<Entry>(args).id))
}

fn line(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, receiver::<Entry>(args).line.into()))
}

fn kind(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, receiver::<Entry>(args).kind.into()))
}

fn nested(thread: &Thread, args: &[Value]) -> Result {
    let nested = receiver::<Entry>(args).nested;
    Ok(int::from_i64(thread, i64::from(nested)))
}

fn name(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Entry>(args).name.load_locked())
}

fn symbols(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Entry>(args).symbols.load_locked())
}

fn parameters(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Entry>(args).parameters.load_locked())
}

fn children(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Entry>(args).children.load_locked())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let entry = receiver::<Entry>(args);
    let name = convert::display(thread, entry.name.load_locked().value())?;
    let (id, line) = (entry.id, entry.line);
    let text = format!("<symtable entry {name}({id}), line {line}>");
    Ok(str::new(thread, &text))
}

methods! { METHODS:
    "__repr__(self, /)" => repr -> Str;
    field "id" => id -> Int;
    field "name" => name -> Str;
    field "symbols" => symbols -> Dict;
    field "varnames" => parameters -> List;
    field "children" => children -> List;
    field "nested" => nested -> Int;
    field "type" => kind -> Int;
    field "lineno" => line -> Int;
}

methods! { FUNCTIONS:
    /// Return symbol and scope dictionaries used internally by compiler.
    static "symtable(source, filename, startstr, /)" => symtable;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for &(name, number) in CONSTANTS {
        let number = int::from_i64(thread, i64::from(number));
        module.set(thread, name, number.value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_symtable",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
