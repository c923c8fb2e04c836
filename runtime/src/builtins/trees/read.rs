//! Objects as a syntax tree, for `compile`: the checks that CPython makes where it reads them, with its messages.
//!
//! What comes of it has nodes where the table says so, with all their fields; a node that may be absent, and whatever a
//! program put into a list in place of one, is None. Whether it makes sense is up to the frontend.

use super::{MODULE, get};
use crate::object::Owned;
use crate::operators::{attribute, convert};
use crate::types::bytes::Bytes;
use crate::types::class::{Type, as_class};
use crate::types::complex::Complex;
use crate::types::int::IntRef;
use crate::types::list::List;
use crate::types::sequences::check_depth;
use crate::types::set::as_set;
use crate::types::str::{Str, codec};
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Builtin, Result, Thread, Value, import, raise};
use ashore_bytecode::syntax::{self, Count, Field, Node, Place, SUMS, Sum, Tree};
use ashore_bytecode::{Constant, Position};
use std::collections::HashMap;

/// The tree of an object, which must be an instance of the class `root`.
pub fn tree(thread: &Thread, object: Value, root: &str) -> Result<Tree> {
    check_root(thread, object, root)?;
    let module = import::import_absolute(thread, types::str::intern(thread, MODULE))?;
    let mut kinds = HashMap::new();
    for sum in SUMS {
        kinds.insert(sum.name, Kind::new(thread, &module, sum)?);
    }
    let reader = Reader { thread, kinds };
    reader.node("mod", object)
}

/// Refuses an object that is no instance of the class.
fn check_root(thread: &Thread, object: Value, root: &str) -> Result<()> {
    let module = import::import_absolute(thread, types::str::intern(thread, MODULE))?;
    let wanted = get(thread, module.value(), root)?;
    if as_class(wanted.value()).is_some_and(|wanted| class_of(object).is_subclass_of(wanted)) {
        return Ok(());
    }
    let got = class_of(object).short_name();
    raise!(thread, TypeError, "expected {root} node, got {got}")
}

/// A sum and what its instances are read by.
struct Kind {
    sum: &'static Sum,
    constructors: Vec<Constructor>,
}

struct Constructor {
    name: &'static str,
    class: Owned,
    /// With their interned names.
    fields: Vec<(Field, Value)>,
}

impl Kind {
    fn new(thread: &Thread, module: &Owned, sum: &'static Sum) -> Result<Kind> {
        let constructors = sum.constructors.iter().copied().map(|row| {
            let name = syntax::constructor_name(row);
            let named = |field: Field| (field, types::str::intern(thread, field.name));
            Ok(Constructor {
                name,
                class: get(thread, module.value(), name)?,
                fields: syntax::fields(row).map(named).collect(),
            })
        });
        Ok(Kind {
            sum,
            constructors: constructors.collect::<Result<_>>()?,
        })
    }

    /// Are all its nodes without fields? Then none may be absent.
    fn is_simple(&self) -> bool {
        self.constructors.iter().all(|c| c.fields.is_empty())
    }

    /// The constructor whose instance an object of the class is.
    fn constructor(&self, class: &Type) -> Option<&Constructor> {
        let of = |c: &&Constructor| as_class(c.class.value()).expect("`_ast` has classes");
        let exact = self
            .constructors
            .iter()
            .find(|c| std::ptr::eq(of(c), class));
        exact.or_else(|| {
            let mut derived = self.constructors.iter();
            derived.find(|c| class.is_subclass_of(of(c)))
        })
    }
}

struct Reader<'a> {
    thread: &'a Thread,
    kinds: HashMap<&'static str, Kind>,
}

impl Reader<'_> {
    fn attribute(&self, object: Value, name: &str) -> Result<Option<Owned>> {
        attribute::get_optional(self.thread, object, types::str::intern(self.thread, name))
    }

    fn node(&self, name: &str, object: Value) -> Result<Tree> {
        let kind = &self.kinds[name];
        if object.is_none() && !kind.is_simple() && !kind.sum.is_product() {
            return Ok(Tree::NONE);
        }
        check_depth(self.thread, &format!(" while traversing '{name}' node"))?;
        if kind.sum.is_product() {
            let fields = self.fields(&kind.constructors[0], object)?;
            let place = self.place(kind.sum, object)?;
            return Ok(made(name_of(kind, 0), fields, place));
        }
        let place = self.place(kind.sum, object)?;
        let Some(constructor) = kind.constructor(class_of(object)) else {
            let got = convert::display_repr(self.thread, object)?;
            return raise!(
                self.thread,
                TypeError,
                "expected some sort of {name}, but got {got}"
            );
        };
        if let ("Constant", Some(place)) = (constructor.name, place) {
            return self.constant_node(constructor, object, place);
        }
        let fields = self.fields(constructor, object)?;
        Ok(made(constructor.name, fields, place))
    }

    // ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────

    fn place(&self, sum: &Sum, object: Value) -> Result<Option<Position>> {
        if sum.place == Place::No {
            return Ok(None);
        }
        let line = self.number(sum, object, "lineno")?;
        let column = self.number(sum, object, "col_offset")?;
        let (end_line, end_column) = match sum.place {
            Place::Range => (
                self.number(sum, object, "end_lineno")?,
                self.number(sum, object, "end_col_offset")?,
            ),
            _ => (
                self.optional_number(object, "end_lineno")?.unwrap_or(line),
                self.optional_number(object, "end_col_offset")?
                    .unwrap_or(column),
            ),
        };
        Ok(Some(Position {
            line,
            column,
            end_line,
            end_column,
        }))
    }

    fn number(&self, sum: &Sum, object: Value, name: &str) -> Result<u32> {
        match self.attribute(object, name)? {
            Some(number) => self.int(number.value()).map(|number| number as u32),
            None => self.missing(name, sum.name),
        }
    }

    fn optional_number(&self, object: Value, name: &str) -> Result<Option<u32>> {
        let number = self.attribute(object, name)?;
        let number = number.filter(|number| !number.value().is_none());
        let number = number.map(|number| self.int(number.value()));
        Ok(number.transpose()?.map(|number| number as u32))
    }

    /// A C `int`.
    fn int(&self, value: Value) -> Result<i32> {
        if IntRef::of(&value).is_none() {
            let got = convert::display_repr(self.thread, value)?;
            return raise!(self.thread, ValueError, "invalid integer value: {got}");
        }
        convert::to_c_int(self.thread, value)
    }

    // ── fields ───────────────────────────────────────────────────────────────────────────────────────────────────────

    fn missing<T>(&self, field: &str, class: &str) -> Result<T> {
        raise!(
            self.thread,
            TypeError,
            "required field \"{field}\" missing from {class}"
        )
    }

    fn fields(&self, constructor: &Constructor, object: Value) -> Result<Vec<Tree>> {
        let class = constructor.name;
        let mut read = Vec::with_capacity(constructor.fields.len());
        for &(field, name) in &constructor.fields {
            let value = attribute::get_optional(self.thread, object, name)?;
            read.push(match (field.count, value) {
                (Count::Many, Some(list)) => self.list(class, field, list.value())?,
                (Count::Many, None) => Tree::List(Vec::new()),
                (_, Some(value)) if field.count == Count::One || !value.value().is_none() => {
                    self.one(field, value.value())?
                }
                (Count::One, None) => return self.missing(field.name, class),
                _ => Tree::NONE,
            });
        }
        let required = |field: &Field| field.count == Count::One && field.kind != "constant";
        for ((field, _), value) in constructor.fields.iter().zip(&read) {
            if required(field) && *value == Tree::NONE {
                let field = field.name;
                return raise!(
                    self.thread,
                    ValueError,
                    "field '{field}' is required for {class}"
                );
            }
        }
        Ok(read)
    }

    fn list(&self, class: &str, field: Field, value: Value) -> Result<Tree> {
        let name = field.name;
        let Some(list) = value.get::<List>() else {
            let got = class_of(value).short_name();
            return raise!(
                self.thread,
                TypeError,
                "{class} field \"{name}\" must be a list, not a {got}"
            );
        };
        let count = list.len();
        let mut items = Vec::with_capacity(count);
        for index in 0..count {
            let item = list.get(self.thread, index);
            let item = item.map(|item| self.one(field, item.value())).transpose()?;
            if list.len() != count {
                return raise!(
                    self.thread,
                    RuntimeError,
                    "{class} field \"{name}\" changed size during iteration"
                );
            }
            items.extend(item);
        }
        Ok(Tree::List(items))
    }

    fn one(&self, field: Field, value: Value) -> Result<Tree> {
        match field.kind.trim_end_matches('?') {
            "identifier" => self.identifier(value),
            "string" => self.string(value),
            "int" => Ok(Tree::int(i64::from(self.int(value)?))),
            "constant" => match self.constant(value)? {
                Some(constant) => Ok(Tree::Value(constant)),
                None => self.no_constant(value),
            },
            kind => self.node(kind, value),
        }
    }

    fn identifier(&self, value: Value) -> Result<Tree> {
        if value.is_none() {
            return Ok(Tree::NONE);
        }
        match value.get::<Str>() {
            Some(text) if class_of(value).is(Builtin::Str) => {
                let text = codec::encode(self.thread, text, None, None)?;
                Ok(Tree::Value(Constant::Str(text)))
            }
            _ => raise!(self.thread, TypeError, "AST identifier must be of type str"),
        }
    }

    fn string(&self, value: Value) -> Result<Tree> {
        let class = class_of(value);
        if !value.is_none() && !class.is(Builtin::Str) && !class.is(Builtin::Bytes) {
            return raise!(self.thread, TypeError, "AST string must be of type str");
        }
        match self.constant(value)? {
            Some(constant) => Ok(Tree::Value(constant)),
            None => self.no_constant(value),
        }
    }

    // ── constants ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// A `Constant`. A tuple with complex numbers that no literal stands for is a display.
    fn constant_node(
        &self,
        constructor: &Constructor,
        object: Value,
        place: Position,
    ) -> Result<Tree> {
        let Some(value) = self.attribute(object, "value")? else {
            return self.missing("value", constructor.name);
        };
        let kind = self.attribute(object, "kind")?;
        let kind = kind.map_or(Ok(Tree::NONE), |kind| self.string(kind.value()))?;
        match self.constant(value.value())? {
            Some(constant) => {
                let fields = vec![Tree::Value(constant), kind];
                Ok(Tree::placed("Constant", place, fields))
            }
            None => self.spelled_out(value.value(), place),
        }
    }

    /// A constant for which there is no [`Constant`], as an expression.
    fn spelled_out(&self, value: Value, place: Position) -> Result<Tree> {
        let plain = |value| Tree::placed("Constant", place, vec![value, Tree::NONE]);
        if let Some(constant) = self.constant(value)? {
            return Ok(plain(Tree::Value(constant)));
        }
        if let Some(number) = value.get_exact::<Complex>() {
            let (real, imaginary) = number.get();
            return Ok(plain(Tree::complex(real, imaginary)));
        }
        let Some(items) = value.get_exact::<Tuple>() else {
            return self.no_constant(value);
        };
        let items = items.items().iter();
        let items = items.map(|&item| self.spelled_out(item, place));
        let items = Tree::List(items.collect::<Result<_>>()?);
        let fields = vec![items, Tree::node("Load", Vec::new())];
        Ok(Tree::placed("Tuple", place, fields))
    }

    fn no_constant<T>(&self, value: Value) -> Result<T> {
        let got = class_of(value).short_name();
        raise!(
            self.thread,
            TypeError,
            "complex numbers with a real part are not supported in a {got} here"
        )
    }

    /// The value of a constant; `None` if it is, or has in it, a complex number with a real part.
    fn constant(&self, value: Value) -> Result<Option<Constant>> {
        check_depth(self.thread, " during compilation")?;
        let class = class_of(value);
        let is = |builtin: Builtin| class.is(builtin);
        let all = |items: &[Value]| {
            let items = items.iter().map(|&item| self.constant(item));
            let items: Result<Vec<_>> = items.collect();
            items.map(|items| items.into_iter().collect::<Option<Vec<Constant>>>())
        };
        match value {
            Value::NONE => return Ok(Some(Constant::None)),
            Value::TRUE => return Ok(Some(Constant::True)),
            Value::FALSE => return Ok(Some(Constant::False)),
            Value::ELLIPSIS => return Ok(Some(Constant::Ellipsis)),
            _ => {}
        }
        if let Some(int) = IntRef::of(&value).filter(|_| is(Builtin::Int)) {
            return Ok(Some(match int.to_i64() {
                Some(int) => Constant::Int(int),
                None => Constant::BigInt(int.to_big().to_string()),
            }));
        }
        if let Some(x) = types::float::as_f64(value).filter(|_| is(Builtin::Float)) {
            return Ok(Some(Constant::Float(x.to_bits())));
        }
        if let Some(number) = value.get_exact::<Complex>() {
            let (real, imaginary) = number.get();
            let written = real.to_bits() == 0;
            return Ok(written.then(|| Constant::Imaginary(imaginary.to_bits())));
        }
        if let Some(text) = value.get::<Str>().filter(|_| is(Builtin::Str)) {
            let text = codec::encode(self.thread, text, Some("utf-8"), Some("surrogatepass"))?;
            return Ok(Some(Constant::Str(text)));
        }
        if let Some(bytes) = value.get::<Bytes>().filter(|_| is(Builtin::Bytes)) {
            return Ok(Some(Constant::Bytes(bytes.as_slice().into())));
        }
        if let Some(items) = value.get_exact::<Tuple>() {
            return Ok(all(items.items())?.map(Constant::Tuple));
        }
        if let Some(items) = as_set(&value).filter(|_| is(Builtin::Frozenset)) {
            let items = items.snapshot(self.thread);
            let items: Vec<Value> = items.iter().map(Owned::value).collect();
            return Ok(all(&items)?.map(Constant::FrozenSet));
        }
        let got = class.short_name();
        raise!(
            self.thread,
            TypeError,
            "got an invalid type in Constant: {got}"
        )
    }
}

fn name_of(kind: &Kind, constructor: usize) -> &'static str {
    kind.constructors[constructor].name
}

fn made(class: &'static str, fields: Vec<Tree>, place: Option<Position>) -> Tree {
    Tree::Node(Box::new(Node {
        class,
        fields,
        place,
    }))
}
