//! `_ast`: the classes of syntax trees, made of the table in `ashore_bytecode::syntax`.
//!
//! ```text
//!   AST (native) ─► stmt, expr, ... ─► Name, Call, ...
//!               └─► arguments, alias, ... (products)
//! ```

mod node;

use ashore_bytecode::syntax::{self, Count, Field, Place, SUMS, Sum};
use ashore_runtime::operators::arithmetic::{self, BinaryOp};
use ashore_runtime::operators::{call, index};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::str;
use ashore_runtime::types::tuple;
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods};

static AST: NativeClass = NativeClass::new("ast.AST", node::METHODS)
    .open()
    .with_attributes()
    .weakrefable();

/// Attributes of nodes that say where they are.
const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// Flags of `compile`.
const FLAGS: [(&str, i64); 4] = [
    ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    ("PyCF_ONLY_AST", 0x400),
    ("PyCF_OPTIMIZED_AST", 0x8400),
    ("PyCF_TYPE_COMMENTS", 0x1000),
];

methods! { FUNCTIONS: }

fn set(thread: &Thread, namespace: &Owned, name: &str, value: Value) -> Result<()> {
    let table = namespace.get::<Dict>().expect("made as a dict");
    table.set(thread, str::intern(thread, name), value)
}

/// What every class has in its namespace.
fn namespace(thread: &Thread, fields: &[Field], doc: &str) -> Result {
    let namespace = dict::new(thread);
    let names = fields
        .iter()
        .map(|f| Owned::new(str::intern(thread, f.name)));
    let names = tuple::new(thread, names.collect());
    set(thread, &namespace, "_fields", names.value())?;
    set(thread, &namespace, "__match_args__", names.value())?;
    set(thread, &namespace, "__module__", str::intern(thread, "ast"))?;
    set(thread, &namespace, "__doc__", str::new(thread, doc).value())?;
    Ok(namespace)
}

/// `type(name, (base,), namespace)`
fn class(thread: &Thread, name: &str, base: Value, namespace: &Owned) -> Result {
    let bases = tuple::from_slice(thread, &[base]);
    let name = str::intern(thread, name);
    let args = [name, bases.value(), namespace.value()];
    call::call(thread, Builtin::Type.class().value(), &args)
}

fn set_attributes(thread: &Thread, namespace: &Owned, place: Place) -> Result<()> {
    let names = match place {
        Place::No => &[][..],
        Place::Start | Place::Range => &PLACE,
    };
    let each = names
        .iter()
        .map(|name| Owned::new(str::intern(thread, name)));
    let attributes = tuple::new(thread, each.collect());
    set(thread, namespace, "_attributes", attributes.value())?;
    if place == Place::Start {
        for name in &PLACE[2..] {
            set(thread, namespace, name, Value::NONE)?;
        }
    }
    Ok(())
}

fn make_classes(thread: &Thread, module: &Module) -> Result<()> {
    for sum in SUMS {
        let (name, doc) = (sum.name, documentation(sum));
        let fields: Vec<Field> = match sum.is_product() {
            true => syntax::fields(sum.constructors[0]).collect(),
            false => Vec::new(),
        };
        let namespace = namespace(thread, &fields, &doc)?;
        set_attributes(thread, &namespace, sum.place)?;
        set_optional(thread, &namespace, &fields)?;
        let base = class(thread, name, AST.class(thread).value(), &namespace)?;
        module.set(thread, name, base.value())?;
        if sum.is_product() {
            continue;
        }
        for row in sum.constructors.iter().copied() {
            let fields: Vec<Field> = syntax::fields(row).collect();
            let namespace = self::namespace(thread, &fields, row)?;
            set_optional(thread, &namespace, &fields)?;
            let name = syntax::constructor_name(row);
            let made = class(thread, name, base.value(), &namespace)?;
            module.set(thread, name, made.value())?;
        }
    }
    Ok(())
}

/// Fields that need no value are None in the class.
fn set_optional(thread: &Thread, namespace: &Owned, fields: &[Field]) -> Result<()> {
    let optional = fields.iter().filter(|field| field.count == Count::Optional);
    for field in optional {
        set(thread, namespace, field.name, Value::NONE)?;
    }
    Ok(())
}

/// The rule of a kind of nodes.
fn documentation(sum: &Sum) -> String {
    if sum.is_product() {
        return sum.constructors[0].to_owned();
    }
    let simple = sum.constructors.iter().all(|row| !row.contains('('));
    let between = match simple {
        true => " | ".to_owned(),
        false => format!("\n{} | ", " ".repeat(sum.name.len())),
    };
    format!("{} = {}", sum.name, sum.constructors.join(&between))
}

/// Notes the types of fields: only now are there all classes.
fn set_types(thread: &Thread, module: &Module) -> Result<()> {
    for row in SUMS.iter().flat_map(|sum| sum.constructors).copied() {
        let types = dict::new(thread);
        for field in syntax::fields(row) {
            let kind = field_type(thread, module, field)?;
            set(thread, &types, field.name, kind.value())?;
        }
        let class = node::member(thread, module, syntax::constructor_name(row))?;
        for name in ["_field_types", "__annotations__"] {
            node::set(thread, class.value(), name, types.value())?;
        }
    }
    Ok(())
}

fn field_type(thread: &Thread, module: &Module, field: Field) -> Result {
    let one = match field.kind.trim_end_matches('?') {
        "identifier" | "string" => Owned::new(Builtin::Str.class().value()),
        "int" => Owned::new(Builtin::Int.class().value()),
        "constant" => Owned::new(Builtin::Object.class().value()),
        name => node::member(thread, module, name)?,
    };
    match field.count {
        Count::One => Ok(one),
        Count::Many => index::get_item(thread, Builtin::List.class().value(), one.value()),
        Count::Optional => arithmetic::binary(thread, BinaryOp::Or, one.value(), Value::NONE),
    }
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let class = AST.class(thread);
    let none = tuple::empty(thread);
    for name in ["_fields", "__match_args__", "_attributes"] {
        class.set_own(thread, str::intern(thread, name), none.value());
    }
    module.set(thread, "AST", class.value())?;
    make_classes(thread, module)?;
    set_types(thread, module)?;
    for (name, flag) in FLAGS {
        let flag = ashore_runtime::types::int::from_i64(thread, flag);
        module.set(thread, name, flag.value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_ast",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
