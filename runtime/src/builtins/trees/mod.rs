//! Syntax trees as objects, for `compile` with `PyCF_ONLY_AST`: instances of the classes that `_ast` makes of the same table.

mod read;

pub use read::tree;

use crate::object::Owned;
use crate::operators::{attribute, call};
use crate::types::class::as_class;
use crate::types::sequences::check_depth;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, import};
use ashore_bytecode::syntax::{self, Node, SUMS, Tree};
use ashore_bytecode::{Constant, Position};
use std::collections::HashMap;

const MODULE: &str = "_ast";

/// Is the value a node? There are none before `_ast` is imported.
pub fn is_node(thread: &Thread, value: Value) -> Result<bool> {
    let Some(module) = import::loaded(thread, MODULE) else {
        return Ok(false);
    };
    let base = get(thread, module.value(), "AST")?;
    Ok(as_class(base.value()).is_some_and(|base| class_of(value).is_subclass_of(base)))
}

/// The objects of a tree.
pub fn objects(thread: &Thread, tree: &Tree) -> Result {
    let name = types::str::intern(thread, MODULE);
    let module = import::import_absolute(thread, name)?;
    let base = get(thread, module.value(), "AST")?;
    let place = ["lineno", "col_offset", "end_lineno", "end_col_offset"];
    let mut maker = Maker {
        thread,
        new: get(thread, base.value(), "__new__")?,
        module,
        classes: HashMap::new(),
        place: place.map(|name| types::str::intern(thread, name)),
    };
    maker.object(tree)
}

fn get(thread: &Thread, object: Value, name: &str) -> Result {
    attribute::get(thread, object, types::str::intern(thread, name))
}

struct Maker<'a> {
    thread: &'a Thread,
    module: Owned,
    /// `AST.__new__`.
    new: Owned,
    classes: HashMap<&'static str, Class>,
    /// Names of the attributes that say where a node is.
    place: [Value; 4],
}

struct Class {
    class: Owned,
    /// Interned.
    fields: Vec<Value>,
    /// The instance that all nodes without fields share.
    instance: Option<Owned>,
}

impl Maker<'_> {
    fn object(&mut self, tree: &Tree) -> Result {
        check_depth(self.thread, " during ast construction")?;
        match tree {
            Tree::Value(value) => Ok(constant(self.thread, value)),
            Tree::Complex { real, imaginary } => Ok(types::complex::new(
                self.thread,
                f64::from_bits(*real),
                f64::from_bits(*imaginary),
            )),
            Tree::List(items) => {
                let items: Result<Vec<Owned>> =
                    items.iter().map(|item| self.object(item)).collect();
                Ok(types::list::new(self.thread, items?))
            }
            Tree::Node(node) => self.node(node),
        }
    }

    fn node(&mut self, node: &Node) -> Result {
        if !self.classes.contains_key(node.class) {
            let class = self.class(node.class)?;
            self.classes.insert(node.class, class);
        }
        let class = &self.classes[node.class];
        if let Some(shared) = &class.instance {
            return Ok(shared.clone());
        }
        let object = call::call(self.thread, self.new.value(), &[class.class.value()])?;
        if node.fields.is_empty() && node.place.is_none() {
            let class = self.classes.get_mut(node.class);
            class.expect("inserted above").instance = Some(object.clone());
            return Ok(object);
        }
        let names = class.fields.clone();
        for (name, field) in names.into_iter().zip(&node.fields) {
            let value = self.object(field)?;
            attribute::set(self.thread, object.value(), name, value.value())?;
        }
        if let Some(place) = node.place {
            self.set_place(object.value(), place)?;
        }
        Ok(object)
    }

    fn class(&self, name: &'static str) -> Result<Class> {
        let rows = SUMS.iter().flat_map(|sum| sum.constructors);
        let row = rows
            .copied()
            .find(|row| syntax::constructor_name(row) == name)
            .expect("the frontend names classes of the table");
        let fields = syntax::fields(row).map(|field| types::str::intern(self.thread, field.name));
        Ok(Class {
            class: get(self.thread, self.module.value(), name)?,
            fields: fields.collect(),
            instance: None,
        })
    }

    fn set_place(&self, object: Value, place: Position) -> Result<()> {
        let numbers = [place.line, place.column, place.end_line, place.end_column];
        for (&name, number) in self.place.iter().zip(numbers) {
            // Nodes that are nowhere are at -1.
            let number = types::int::from_i64(self.thread, i64::from(number as i32));
            attribute::set(self.thread, object, name, number.value())?;
        }
        Ok(())
    }
}

/// The value of a constant. Unlike those of code objects it need not live for ever.
fn constant(thread: &Thread, constant: &Constant) -> Owned {
    match constant {
        Constant::None => Owned::NONE,
        Constant::True => Owned::bool(true),
        Constant::False => Owned::bool(false),
        Constant::Ellipsis => Owned::inline(Value::ELLIPSIS),
        Constant::Int(i) => types::int::from_i64(thread, *i),
        Constant::BigInt(digits) => types::int::from_big(
            thread,
            digits.parse().expect("the frontend writes decimal digits"),
        ),
        Constant::Float(bits) => types::float::new(thread, f64::from_bits(*bits)),
        Constant::Imaginary(bits) => types::complex::new(thread, 0.0, f64::from_bits(*bits)),
        Constant::Str(text) => match std::str::from_utf8(text) {
            Ok(text) => types::str::new(thread, text),
            Err(_) => types::str::from_wtf8(thread, text),
        },
        Constant::Bytes(bytes) => types::bytes::new(thread, bytes),
        Constant::Tuple(items) => {
            let items = items.iter().map(|item| self::constant(thread, item));
            types::tuple::new(thread, items.collect())
        }
        Constant::FrozenSet(items) => {
            let items = items.iter().map(|item| self::constant(thread, item));
            types::set::frozen(thread, items.collect()).expect("constants are hashable")
        }
        Constant::Code(_) => unreachable!("code is no part of a tree"),
    }
}
