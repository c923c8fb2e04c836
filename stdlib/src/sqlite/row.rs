//! The class `Row`: a tuple whose items have names.

use super::cursor::{self, CURSOR};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::compare::{self, CompareOp};
use ashore_runtime::operators::{convert, index, iterate};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::list;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::slice::Slice;
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::{Owned, Result, Thread, Value, comparisons, methods, raise};

pub(super) static ROW: NativeClass = NativeClass::new("sqlite3.Row", METHODS).open();

struct Row {
    /// A tuple.
    data: Slot,
    /// The cursor's: a tuple of tuples that begin with a name, or None.
    description: Slot,
}

impl Data for Row {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.data.peek());
        visit(self.description.peek());
    }
}

impl Row {
    /// The names of the items.
    fn names(&self) -> Vec<Value> {
        let description = self.description.peek();
        let columns = description.get::<Tuple>().map_or(&[][..], Tuple::items);
        let first = |column: &Value| column.get::<Tuple>()?.items().first().copied();
        columns.iter().filter_map(first).collect()
    }

    fn data(&self) -> Value {
        self.data.peek()
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    if !CURSOR.is_instance(thread, args[1]) {
        let got = convert::argument_type(args[1]);
        let text = "Row() argument 1 must be sqlite3.Cursor";
        return raise!(thread, TypeError, "{text}, not {got}");
    }
    if !args[2].is::<Tuple>() {
        let got = convert::argument_type(args[2]);
        return raise!(
            thread,
            TypeError,
            "Row() argument 2 must be tuple, not {got}"
        );
    }
    let cursor = cursor::get(&args[1]).expect("an instance of the class");
    let row = Row {
        data: Slot::new(Owned::new(args[2])),
        description: Slot::new(cursor.description()),
    };
    Ok(native::new(thread, class, row))
}

/// Are they the same name? Letters of ASCII may be in either case, if all are.
fn is_name(name: &Str, wanted: &Str) -> bool {
    let (a, b) = (name.as_str(), wanted.as_str());
    name.equals(wanted) || a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Row>(args);
    let key = args[1];
    if IntRef::of(&key).is_some() {
        // Python's tuples say the rest.
        let at = int::from_i64(thread, convert::to_index(thread, key)? as i64);
        return index::get_item(thread, this.data(), at.value());
    }
    if let Some(wanted) = key.get::<Str>() {
        let names = this.names();
        let same = |name: &Value| name.get::<Str>().is_some_and(|name| is_name(name, wanted));
        let data = this.data();
        let items = data.get::<Tuple>().map_or(&[][..], Tuple::items);
        let found = names.iter().position(same).and_then(|at| items.get(at));
        return match found {
            Some(item) => Ok(Owned::new(*item)),
            None if this.description.peek().is_none() => {
                let key = convert::display_repr(thread, key)?;
                raise!(thread, IndexError, "No item with key {key}")
            }
            None => raise!(thread, IndexError, "No item with that key"),
        };
    }
    if key.is::<Slice>() {
        return index::get_item(thread, this.data(), key);
    }
    raise!(thread, IndexError, "Index must be int or string")
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    let data = receiver::<Row>(args).data();
    let length = data.get::<Tuple>().map_or(0, Tuple::len);
    Ok(int::from_usize(thread, length))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    iterate::iter(thread, receiver::<Row>(args).data())
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    Ok(list::from_slice(thread, &receiver::<Row>(args).names()))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Row>(args);
    let names = convert::hash(thread, this.description.peek())?;
    let hash = names ^ convert::hash(thread, this.data())?;
    Ok(int::from_i64(thread, if hash == -1 { -2 } else { hash }))
}

fn compare_rows(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let this = receiver::<Row>(args);
    let other = native::get::<Row>(&args[1]);
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other, op) else {
        return Ok(Owned::inline(Value::NOT_IMPLEMENTED));
    };
    let same = compare::equal(thread, this.description.peek(), other.description.peek())?
        && compare::equal(thread, this.data(), other.data())?;
    Ok(Owned::bool(same == (op == CompareOp::Eq)))
}

comparisons!(compare_rows);

methods! { METHODS:
    new "Row(type, cursor, data, /)" => new;
    "__eq__(self, value, /)" => eq;
    "__ne__(self, value, /)" => ne;
    "__lt__(self, value, /)" => lt;
    "__le__(self, value, /)" => le;
    "__gt__(self, value, /)" => gt;
    "__ge__(self, value, /)" => ge;
    "__getitem__(self, key, /)" => get_item;
    "__hash__(self, /)" => hash -> Int;
    "__iter__(self, /)" => iter;
    "__len__(self, /)" => length -> Int;
    /// Returns the keys of the row.
    "keys(self, /)" => keys -> List;
}
