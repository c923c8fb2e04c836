//! Cells: the boxes of variables that functions share with the functions inside them.

use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::compare::CompareOp;
use crate::sync::lock::lock;
use crate::{Builtin, Result, Thread, Value, heap, methods, operators, raise, types};

/// A variable that outlives its frame; MISSING while unbound.
#[repr(C)]
pub struct Cell {
    header: Header,
    pub contents: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; one counted reference.
unsafe impl Object for Cell {
    const KIND: Kind = Kind::CELL;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.contents.peek());
    }
}

/// A new cell.
pub fn new(thread: &Thread, contents: Owned) -> Owned {
    heap::new(
        thread,
        Cell {
            header: Builtin::Cell.class().instance_header(thread),
            contents: Slot::new(contents),
        },
    )
}

impl Cell {
    /// The contents, MISSING if there are none.
    #[inline]
    pub fn load(&self) -> Owned {
        self.contents.load(&self.header)
    }

    /// Replaces the contents.
    #[inline]
    pub fn store(&self, thread: &Thread, value: Owned) {
        drop(self.replace(thread, value));
    }

    /// Empties the cell and gives what was in it.
    pub fn take(&self, thread: &Thread) -> Owned {
        self.replace(thread, Owned::inline(Value::MISSING))
    }

    #[inline]
    fn replace(&self, thread: &Thread, value: Owned) -> Owned {
        if thread.is_single() {
            return self.contents.replace(value);
        }
        let _guard = lock(&self.header);
        self.contents.replace(value)
    }
}

fn this(args: &[Value]) -> &Cell {
    args[0].get::<Cell>().expect("bound to cells")
}

fn get_contents(thread: &Thread, args: &[Value]) -> Result {
    let contents = this(args).load();
    if contents.is_missing() {
        return raise!(thread, ValueError, "cell is empty");
    }
    Ok(contents)
}

fn set_contents(thread: &Thread, args: &[Value]) -> Result {
    this(args).store(thread, Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let cell = this(args);
    let contents = cell.load();
    let at = cell.value().as_ptr().addr();
    let shown = if contents.is_missing() {
        "empty".to_owned()
    } else {
        let class = operators::convert::type_name(contents.value());
        let address = contents
            .header()
            .map_or(0, |header| std::ptr::from_ref(header).addr());
        format!("{class} object at {address:#x}")
    };
    Ok(types::str::new(
        thread,
        &format!("<cell at {at:#x}: {shown}>"),
    ))
}

/// Cells compare as what they hold; an empty one is the least.
fn compared(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let Some(other) = args[1].get::<Cell>() else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let (left, right) = (this(args).load(), other.load());
    if left.is_missing() || right.is_missing() {
        let full = |contents: &Owned| Value::small_int(i64::from(!contents.is_missing()));
        return operators::compare::rich(thread, op, full(&left), full(&right));
    }
    operators::compare::rich(thread, op, left.value(), right.value())
}

crate::comparisons! { compared }

fn make(thread: &Thread, args: &[Value]) -> Result {
    Ok(new(thread, Owned::new(args[1])))
}

methods! { pub METHODS:
    new "cell(type, contents=<missing>, /)" => make;
    get "cell_contents" => get_contents, set_contents;
    "__repr__(self, /)" => repr -> Str;
    "__lt__(self, value, /)" => lt;
    "__le__(self, value, /)" => le;
    "__eq__(self, value, /)" => eq;
    "__ne__(self, value, /)" => ne;
    "__gt__(self, value, /)" => gt;
    "__ge__(self, value, /)" => ge;
}
