//! `FrameLocalsProxy`: the variables of a function's frame as a mapping that writes through (PEP 667).
//!
//! Names the code does not know go into a dict of the frame object. Variables can't be removed.

use super::FrameObject;
use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::{compare, convert, iterate};
use crate::types::cell::Cell;
use crate::types::define::receiver;
use crate::types::dict::{self, Dict};
use crate::types::str::Str;
use crate::types::{self, Builtin, class_of};
use crate::{Result, Thread, Value, heap, methods, raise};

/// The view. The frame never changes.
#[repr(C)]
pub struct FrameLocals {
    header: Header,
    frame: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; one counted reference.
unsafe impl Object for FrameLocals {
    const KIND: Kind = Kind::FRAME_LOCALS;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.frame.peek());
    }
}

/// The variables of a frame object.
pub fn new(thread: &Thread, frame: Value) -> Owned {
    let object = FrameLocals {
        header: Builtin::FrameLocals.class().instance_header(thread),
        frame: Slot::new(Owned::new(frame)),
    };
    heap::new(thread, object)
}

/// Where a variable lives.
#[derive(Clone, Copy)]
enum Place {
    Register(u16),
    Free(u16),
}

impl FrameLocals {
    /// The frame, which the view keeps alive.
    fn frame(&self) -> &FrameObject {
        // SAFETY: set once, to a frame object, when the view was made.
        unsafe { &*self.frame.peek().as_ptr().cast::<FrameObject>() }
    }

    fn places(&self) -> impl Iterator<Item = (Value, Place)> {
        let code = self.frame().code();
        let registers = (0u16..).zip(&code.local_names);
        let free = (0u16..).zip(&code.free_names);
        registers
            .map(|(register, &name)| (name, Place::Register(register)))
            .chain(free.map(|(index, &name)| (name, Place::Free(index))))
    }

    /// The cell of a place, if the variable lives in one.
    fn cell(&self, thread: &Thread, place: Place) -> Option<Owned> {
        let held = match place {
            Place::Register(register) => self.frame().variable(thread, register),
            Place::Free(index) => Owned::new(self.frame().free_cell(index)),
        };
        held.get_exact::<Cell>().is_some().then_some(held)
    }

    /// The value of a variable, MISSING while it is unbound.
    fn load(&self, thread: &Thread, place: Place) -> Owned {
        let held = match place {
            Place::Register(register) => self.frame().variable(thread, register),
            Place::Free(index) => Owned::new(self.frame().free_cell(index)),
        };
        match held.get_exact::<Cell>() {
            Some(cell) => cell.load(),
            None => held,
        }
    }

    fn store(&self, thread: &Thread, place: Place, value: Value) {
        match (self.cell(thread, place), place) {
            (Some(cell), _) => cell
                .get::<Cell>()
                .expect("checked")
                .store(thread, Owned::new(value)),
            (None, Place::Register(register)) => {
                self.frame().set_variable(thread, register, value);
            }
            (None, Place::Free(_)) => unreachable!("free variables live in cells"),
        }
    }

    /// The place of a name: where it is bound, if several variables have it.
    fn find(&self, thread: &Thread, key: Value) -> Option<Place> {
        let key = key.get::<Str>()?;
        let mut found = None;
        for (name, place) in self.places() {
            if name.get::<Str>().is_some_and(|name| name.equals(key)) {
                let bound = !self.load(thread, place).is_missing();
                if bound || found.is_none() {
                    found = Some(place);
                }
            }
        }
        found
    }

    fn extra(&self) -> Owned {
        self.frame().extra.load(self.frame().header())
    }

    /// The value of a key, `None` if it has none.
    fn get(&self, thread: &Thread, key: Value) -> Result<Option<Owned>> {
        if let Some(place) = self.find(thread, key) {
            let value = self.load(thread, place);
            if !value.is_missing() {
                return Ok(Some(value));
            }
        }
        match self.extra().get::<Dict>() {
            Some(extra) => extra.get(thread, key),
            None => Ok(None),
        }
    }

    fn set(&self, thread: &Thread, key: Value, value: Value) -> Result<()> {
        if let Some(place) = self.find(thread, key) {
            self.store(thread, place, value);
            return Ok(());
        }
        let mut extra = self.extra();
        if !extra.is::<Dict>() {
            extra = dict::new(thread);
            drop(self.frame().set(&self.frame().extra, extra.clone()));
        }
        let extra = extra.get::<Dict>().expect("a dict");
        extra.set(thread, key, value).map(drop)
    }

    /// A new dict of what is bound.
    fn snapshot(&self, thread: &Thread) -> Result {
        let copy = dict::new(thread);
        let into = copy.get::<Dict>().expect("just made");
        for (name, place) in self.places() {
            let value = self.load(thread, place);
            if !value.is_missing() {
                into.set(thread, name, value.value())?;
            }
        }
        self.frame().add_extra(thread, into)?;
        Ok(copy)
    }
}

fn this(args: &[Value]) -> &FrameLocals {
    receiver(args)
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    match this(args).get(thread, args[1])? {
        Some(value) => Ok(value),
        None => {
            let key = convert::display_repr(thread, args[1])?;
            raise!(thread, KeyError, "local variable '{key}' is not defined")
        }
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    this(args).set(thread, args[1], args[2])?;
    Ok(Owned::NONE)
}

fn remove(thread: &Thread, args: &[Value]) -> Result<Option<Owned>> {
    let locals = this(args);
    if locals.find(thread, args[1]).is_some() {
        return raise!(
            thread,
            ValueError,
            "cannot remove local variables from FrameLocalsProxy"
        );
    }
    match locals.extra().get::<Dict>() {
        Some(extra) => extra.remove(thread, args[1]),
        None => Ok(None),
    }
}

fn missing_key(thread: &Thread, key: Value) -> Result {
    let error = types::exception::new_builtin(thread, Builtin::KeyError, vec![Owned::new(key)]);
    Err(thread.raise_value(error))
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    match remove(thread, args)? {
        Some(_) => Ok(Owned::NONE),
        None => missing_key(thread, args[1]),
    }
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    match remove(thread, args)? {
        Some(value) => Ok(value),
        None if !args[2].is_missing() => Ok(Owned::new(args[2])),
        None => missing_key(thread, args[1]),
    }
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args).get(thread, args[1])?;
    Ok(found.unwrap_or_else(|| Owned::new(args[2])))
}

fn set_default(thread: &Thread, args: &[Value]) -> Result {
    if let Some(value) = this(args).get(thread, args[1])? {
        return Ok(value);
    }
    this(args).set(thread, args[1], args[2])?;
    Ok(Owned::new(args[2]))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).get(thread, args[1])?.is_some()))
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    let copy = this(args).snapshot(thread)?;
    let n = copy.get::<Dict>().expect("a dict").len();
    Ok(types::int::from_usize(thread, n))
}

/// One column of what is bound, as a list.
fn column(thread: &Thread, args: &[Value], pick: fn(&Thread, (Owned, Owned)) -> Owned) -> Result {
    let copy = this(args).snapshot(thread)?;
    let pairs = copy.get::<Dict>().expect("a dict").snapshot(thread);
    let items = pairs.into_iter().map(|pair| pick(thread, pair)).collect();
    Ok(types::list::new(thread, items))
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    column(thread, args, |_, (key, _)| key)
}

fn values(thread: &Thread, args: &[Value]) -> Result {
    column(thread, args, |_, (_, value)| value)
}

fn items(thread: &Thread, args: &[Value]) -> Result {
    column(thread, args, |thread, (key, value)| {
        types::tuple::new(thread, vec![key, value])
    })
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    iterate::iter(thread, keys(thread, args)?.value())
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    let copy = this(args).snapshot(thread)?;
    let pairs = copy.get::<Dict>().expect("a dict").snapshot(thread);
    let keys = pairs.into_iter().rev().map(|(key, _)| key).collect();
    iterate::iter(thread, types::list::new(thread, keys).value())
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    this(args).snapshot(thread)
}

/// The pairs of a mapping: a dict, or another frame's variables.
fn mapping_of(thread: &Thread, value: Value) -> Result<Option<Owned>> {
    if let Some(locals) = value.get::<FrameLocals>() {
        return locals.snapshot(thread).map(Some);
    }
    Ok(value.is::<Dict>().then(|| Owned::new(value)))
}

fn merge_into(thread: &Thread, locals: &FrameLocals, mapping: &Owned) -> Result<()> {
    let dict = mapping.get::<Dict>().expect("checked by the caller");
    for (key, value) in dict.snapshot(thread) {
        locals.set(thread, key.value(), value.value())?;
    }
    Ok(())
}

fn update(thread: &Thread, args: &[Value]) -> Result {
    match mapping_of(thread, args[1])? {
        Some(mapping) => merge_into(thread, this(args), &mapping)?,
        None => {
            return raise!(
                thread,
                TypeError,
                "update() argument must be dict or another FrameLocalsProxy"
            );
        }
    }
    Ok(Owned::NONE)
}

fn merge_in_place(thread: &Thread, args: &[Value]) -> Result {
    match mapping_of(thread, args[1])? {
        Some(mapping) => merge_into(thread, this(args), &mapping)?,
        None => return Ok(Owned::NOT_IMPLEMENTED),
    }
    Ok(Owned::new(args[0]))
}

fn merge(thread: &Thread, args: &[Value]) -> Result {
    let (Some(left), Some(right)) = (mapping_of(thread, args[0])?, mapping_of(thread, args[1])?)
    else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let made = dict::new(thread);
    let dict = made.get::<Dict>().expect("just made");
    dict::methods::update(thread, dict, left.value())?;
    dict::methods::update(thread, dict, right.value())?;
    Ok(made)
}

fn reflected_merge(thread: &Thread, args: &[Value]) -> Result {
    merge(thread, &[args[1], args[0]])
}

fn equal(thread: &Thread, args: &[Value]) -> Result {
    let Some(other) = mapping_of(thread, args[1])? else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    if args[1].is::<FrameLocals>() {
        let same =
            this(args).frame.peek() == args[1].get::<FrameLocals>().expect("checked").frame.peek();
        return Ok(Owned::bool(same));
    }
    let copy = this(args).snapshot(thread)?;
    compare::equal(thread, copy.value(), other.value()).map(Owned::bool)
}

fn not_equal(thread: &Thread, args: &[Value]) -> Result {
    let equal = equal(thread, args)?;
    Ok(match equal.is_bool() {
        true => Owned::bool(equal.value() != Value::TRUE),
        false => equal,
    })
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let copy = this(args).snapshot(thread)?;
    convert::repr(thread, copy.value())
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<FrameObject>() {
        let got = class_of(args[1]).name();
        return raise!(thread, TypeError, "expect frame, not {got}");
    }
    Ok(new(thread, args[1]))
}

methods! { pub METHODS:
    new "FrameLocalsProxy(type, frame, /)" => make;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__contains__(self, key, /)" => contains -> Bool;
    "__len__(self, /)" => length -> Int;
    "__iter__(self, /)" => iter;
    "__reversed__(self, /)" => reversed;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__or__(self, value, /)" => merge;
    "__ror__(self, value, /)" => reflected_merge;
    "__ior__(self, value, /)" => merge_in_place;
    "__repr__(self, /)" => repr -> Str;
    "keys(self, /)" => keys -> List;
    "values(self, /)" => values -> List;
    "items(self, /)" => items -> List;
    "get(self, key, default=None, /)" => get;
    "pop(self, key, default=<missing>, /)" => pop;
    "setdefault(self, key, default=None, /)" => set_default;
    "update(self, mapping, /)" => update -> None;
    "copy(self, /)" => copy -> Dict;
}
