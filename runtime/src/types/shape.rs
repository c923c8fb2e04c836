//! Shapes: class and attribute layout of an object in one pointer (hidden classes).
//!
//! An object's attribute area (see [`super::instance`]) begins at `area`, behind its builtin layout:
//!
//! ```text
//!   │ header, payload … │ overflow │ slot 0 │ slot 1 │ … │ slot inline_slots-1 │
//!                                    └ `__slots__` members ┘└ attributes by name …
//! ```
//!
//! Attribute `i` is in slot `i` while `i < inline_slots`, behind `overflow` otherwise. A shape is immutable but for its
//! transitions: adding an attribute moves the object to the successor shape, which names one slot more. Deleting one writes
//! MISSING into its slot and moves to a shape without the name; the slot is never given to another name, so a reader with a
//! stale shape reads MISSING and looks again. In *dictionary mode* (after `obj.__dict__` was asked for, or when a class's
//! shapes multiply) `overflow` holds the dict and every named slot is MISSING.
//!
//! Shapes belong to their class and die with it. Names in shapes are interned strings, so identity is equality.

use super::class::{Locked, Type};
use crate::Value;
use crate::sync::tally::{self, Write};
use std::sync::atomic::{AtomicPtr, Ordering};

/// An object that would need more named slots than this gets a dictionary.
const MAX_NAMES: usize = 256;
/// So does one whose class has this many shapes.
const MAX_SHAPES: usize = 1024;
/// Deleted attributes a shape may remember before its objects get a dictionary.
const MAX_TOMBSTONES: usize = 8;
/// Shapes with more names than this find them by hash.
const LINEAR: usize = 12;

/// `area` of objects whose payload has no fixed size: the area is behind the payload (see `layouts::end`).
pub const AREA_BEHIND: u32 = u32::MAX;

/// See the module's documentation.
#[repr(C)]
pub struct Shape {
    /// The class of the objects that have this shape.
    pub class: &'static Type,
    /// Byte offset of the attribute area in the object; 0 if its objects have no area, or [`AREA_BEHIND`].
    pub area: u32,
    /// Number of slots inside the object.
    pub inline_slots: u16,
    /// The attributes are in a dict.
    pub dictionary_mode: bool,
    /// Objects may get attributes the class does not declare (they have a `__dict__`).
    pub extensible: bool,
    /// Slots taken by `__slots__` members; names start behind them.
    fixed: u16,
    /// The named slots from `fixed` on, in order of assignment; MISSING where the attribute was deleted.
    names: Vec<Value>,
    /// Positions in `names` plus one, by hash; empty while a linear search is as good.
    table: Vec<u16>,
    /// The successors made so far.
    edges: AtomicPtr<Edge>,
}

/// What leads from a shape to a successor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add(Value),
    Delete(Value),
    Dictionary,
}

/// One transition, in a list that only grows.
struct Edge {
    change: Change,
    shape: *const Shape,
    next: *mut Edge,
}

impl Shape {
    /// The shape of objects without attributes of their own.
    pub const fn plain(class: &'static Type) -> Shape {
        Shape {
            class,
            area: 0,
            inline_slots: 0,
            dictionary_mode: false,
            extensible: false,
            fixed: 0,
            names: Vec::new(),
            table: Vec::new(),
            edges: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// The first shape of a class whose instances have an attribute area.
    pub fn root(
        class: &'static Type,
        area: u32,
        fixed: u16,
        inline_slots: u16,
        extensible: bool,
    ) -> Shape {
        debug_assert!(fixed <= inline_slots && area != 0);
        Shape {
            class,
            area,
            inline_slots,
            dictionary_mode: false,
            extensible,
            fixed,
            names: Vec::new(),
            table: Vec::new(),
            edges: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// Size of the attribute area in bytes.
    #[inline]
    pub fn area_size(&self) -> usize {
        if self.area == 0 {
            return 0;
        }
        (1 + usize::from(self.inline_slots)) * size_of::<u64>()
    }

    /// Number of slots before the named ones.
    pub fn fixed(&self) -> u16 {
        self.fixed
    }

    /// The slot of an attribute.
    pub fn slot_of(&self, name: Value) -> Option<u32> {
        let position = if self.table.is_empty() {
            self.names.iter().position(|&other| other == name)?
        } else {
            self.probe(name)?
        };
        Some(position as u32 + u32::from(self.fixed))
    }

    /// Attributes and their slots, oldest first.
    pub fn names(&self) -> impl Iterator<Item = (Value, u32)> + '_ {
        let slots = u32::from(self.fixed)..;
        self.names
            .iter()
            .copied()
            .zip(slots)
            .filter(|(name, _)| !name.is_missing())
    }

    /// Slots in use, those of deleted attributes included.
    pub fn n_slots(&self) -> usize {
        usize::from(self.fixed) + self.names.len()
    }

    fn probe(&self, name: Value) -> Option<usize> {
        let mask = self.table.len() - 1;
        let mut at = hash(name) & mask;
        loop {
            let position = usize::from(self.table[at]).checked_sub(1)?;
            if self.names[position] == name {
                return Some(position);
            }
            at = (at + 1) & mask;
        }
    }

    /// The shape of an object that gets attribute `name` besides those it has.
    pub fn with(&self, name: Value) -> &Shape {
        self.successor(Change::Add(name))
    }

    /// The shape of an object that loses attribute `name`.
    pub fn without(&self, name: Value) -> &Shape {
        self.successor(Change::Delete(name))
    }

    /// The shape of an object whose attributes move into a dict.
    pub fn as_dictionary(&self) -> &Shape {
        if self.dictionary_mode {
            return self;
        }
        self.successor(Change::Dictionary)
    }

    /// The shape of an object of this shape after its class became `class`: same names in the same slots.
    pub fn rebased(&self, class: &'static Type) -> &Shape {
        let mut locked = super::class::lock();
        let root = class.root_for(self.inline_slots, &mut locked);
        drop(locked);
        let mut shape = root;
        if self.dictionary_mode {
            return shape.as_dictionary();
        }
        for &name in &self.names {
            shape = shape.with(name);
        }
        shape
    }

    fn successor(&self, change: Change) -> &Shape {
        if let Some(shape) = self.find(change) {
            return shape;
        }
        let mut locked = super::class::lock();
        match self.find(change) {
            Some(shape) => shape,
            None => self.grow(change, &mut locked),
        }
    }

    fn find(&self, change: Change) -> Option<&Shape> {
        let mut edge = self.edges.load(Ordering::Acquire);
        // SAFETY: edges are published complete and live as long as their shape; so do the shapes they lead to.
        while let Some(known) = unsafe { edge.as_ref() } {
            if known.change == change {
                // SAFETY: as above.
                return Some(unsafe { &*known.shape });
            }
            edge = known.next;
        }
        None
    }

    /// Makes a successor that does not exist yet; one in dictionary mode, if names or shapes would be too many.
    fn grow(&self, change: Change, locked: &mut Locked) -> &Shape {
        tally::note(Write::Publication);
        let mut names = self.names.clone();
        match change {
            Change::Dictionary => names.clear(),
            Change::Add(name) => names.push(name),
            Change::Delete(name) => {
                let position = names.iter().position(|&other| other == name);
                names[position.expect("only attributes of the shape are deleted")] = Value::MISSING;
            }
        }
        let tombstones = names.iter().filter(|name| name.is_missing()).count();
        let too_many = names.len() > MAX_NAMES
            || tombstones > MAX_TOMBSTONES
            || self.class.shape_count(locked) > MAX_SHAPES;
        if too_many && change != Change::Dictionary {
            return match self.find(Change::Dictionary) {
                Some(shape) => shape,
                None => self.grow(Change::Dictionary, locked),
            };
        }
        let shape = Shape {
            class: self.class,
            area: self.area,
            inline_slots: self.inline_slots,
            dictionary_mode: change == Change::Dictionary,
            extensible: self.extensible,
            fixed: self.fixed,
            table: hash_table(&names),
            names,
            edges: AtomicPtr::new(std::ptr::null_mut()),
        };
        let shape = self.class.keep_shape(shape, locked);
        let next = self.edges.load(Ordering::Relaxed);
        let edge = Box::new(Edge {
            change,
            shape,
            next,
        });
        self.edges.store(Box::into_raw(edge), Ordering::Release);
        shape
    }
}

impl Drop for Shape {
    fn drop(&mut self) {
        let mut edge = *self.edges.get_mut();
        while !edge.is_null() {
            // SAFETY: the list is this shape's own, and each edge came from a box.
            edge = unsafe { Box::from_raw(edge) }.next;
        }
    }
}

/// Hash of an interned name: its address.
#[inline(always)]
pub(crate) fn hash(name: Value) -> usize {
    let address = name.bits() as usize;
    (address >> 4) ^ (address >> 12)
}

fn hash_table(names: &[Value]) -> Vec<u16> {
    if names.len() <= LINEAR {
        return Vec::new();
    }
    let size = (names.len() * 2).next_power_of_two();
    let mut table = vec![0u16; size];
    for (position, &name) in names.iter().enumerate() {
        if name.is_missing() {
            continue;
        }
        let mut at = hash(name) & (size - 1);
        while table[at] != 0 {
            at = (at + 1) & (size - 1);
        }
        table[at] = position as u16 + 1;
    }
    table
}
