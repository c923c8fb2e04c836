//! The parts of objects that native code reads and writes inline.
//!
//! A row names a part, says what it hangs on (a tagged object, or an address), its type, and its *alias class*: two
//! accesses of different classes never touch the same memory, so a store of one class does not spoil what was loaded of
//! another. [`Shape::Scalar`] parts are one word; [`Shape::Elements`] parts are runs indexed by an `i64`, which the layout
//! may keep inside the object or behind a pointer.

use super::types::Type;

/// Memory that only accesses of the same class touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Alias {
    /// Never changes while the object lives.
    Fixed,
    /// Global variables' cells.
    Globals,
    /// Length and array pointer of lists.
    List,
    /// Items of lists.
    Items,
    /// Attribute slots, and the shapes that say what they are.
    Slots,
    /// Contents of inline-cache sites.
    Sites,
    /// Length and bytes of bytearrays.
    Bytes,
    /// The thread's own state, which other threads may change at any time.
    Thread,
}

/// What a part looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    Scalar,
    Elements,
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal: $base:ident $shape:ident $type:ident $alias:ident;)*) => {
        /// One part of an object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Field { $($(#[doc = $doc])* $name),* }

        impl Field {
            /// All parts.
            pub const ALL: &[Field] = &[$(Field::$name),*];

            /// Name in listings.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$name => $text),* }
            }

            /// What the part hangs on: `Tagged` objects or a `Ptr`.
            pub const fn base(self) -> Type {
                match self { $(Field::$name => Type::$base),* }
            }

            /// One word or a run.
            pub const fn shape(self) -> Shape {
                match self { $(Field::$name => Shape::$shape),* }
            }

            /// Type of the word, or of an element (elements of bytes are `I64` from 0 to 255).
            pub const fn ty(self) -> Type {
                match self { $(Field::$name => Type::$type),* }
            }

            /// The alias class.
            pub const fn alias(self) -> Alias {
                match self { $(Field::$name => Alias::$alias),* }
            }
        }
    };
}

fields! {
    /// Address of the object's shape.
    ObjectShape = "object.shape": Tagged Scalar Ptr Slots;
    /// Number of items of a list.
    ListLen = "list.len": Tagged Scalar I64 List;
    /// The list's array, to be loaded with acquire order.
    ListArray = "list.array": Tagged Scalar Ptr List;
    /// Number of items a list array has room for.
    ArrayCapacity = "array.capacity": Ptr Scalar I64 Fixed;
    /// Items of a list array, to be loaded with acquire order and stored with release order.
    ArrayItems = "array.items": Ptr Elements Tagged Items;
    /// Number of items of a tuple.
    TupleLen = "tuple.len": Tagged Scalar I64 Fixed;
    /// Items of a tuple.
    TupleItems = "tuple.items": Tagged Elements Tagged Fixed;
    /// Number of code points of a str.
    StrLen = "str.len": Tagged Scalar I64 Fixed;
    /// Number of bytes of a bytes object.
    BytesLen = "bytes.len": Tagged Scalar I64 Fixed;
    /// The bytes of a bytes object.
    BytesData = "bytes.data": Tagged Elements I64 Fixed;
    /// The shape whose objects have the attribute in a slot; null if the attribute is no slot, or the entry dead.
    EntrySlotShape = "entry.slot_shape": Ptr Scalar Ptr Sites;
    /// The shape whose objects have the attribute as a method that need not be counted; else null.
    EntryMethodShape = "entry.method_shape": Ptr Scalar Ptr Sites;
    /// The next entry of the site; null at the end.
    EntryNext = "entry.next": Ptr Scalar Ptr Sites;
    /// The method an attribute cache is about.
    EntryValue = "entry.value": Ptr Scalar Tagged Fixed;
    /// Address of a function's native code; null if there is none.
    FunctionNative = "function.native": Tagged Scalar Ptr Slots;
    /// Byte offset, from the object's start, of the slot an attribute cache is about.
    EntryOffset = "entry.offset": Ptr Scalar I64 Fixed;
}

impl Field {
    /// The part with this name.
    pub fn from_name(name: &str) -> Option<Field> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}
