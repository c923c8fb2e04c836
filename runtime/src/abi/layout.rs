//! Where the fields that native code touches are: offsets taken from the structures themselves.

use super::fields::Field;
use crate::object::Header;
use crate::operators::cache::Entry;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::function::Function;
use crate::types::list::{Array, List};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use std::mem::offset_of;

/// How a field's value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// One byte, unsigned.
    Byte,
    /// Four bytes, unsigned.
    Half,
    /// Eight bytes.
    Word,
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset in bytes from the object's (or structure's) address; of element 0 for runs.
    pub offset: i32,
    pub width: Width,
}

const fn word(offset: usize) -> Place {
    Place {
        offset: offset as i32,
        width: Width::Word,
    }
}

impl Field {
    /// Where the field is.
    pub const fn place(self) -> Place {
        match self {
            Field::ObjectShape => word(offset_of!(Header, shape)),
            Field::ListLen => word(offset_of!(List, len)),
            Field::ListArray => word(offset_of!(List, array)),
            Field::ArrayCapacity => word(offset_of!(Array, capacity)),
            Field::ArrayItems => word(Array::ITEMS),
            Field::TupleLen => word(offset_of!(Tuple, len)),
            Field::TupleItems => word(Tuple::ITEMS),
            Field::StrLen => word(Str::LENGTH_OFFSET),
            Field::BytesLen => word(Bytes::LENGTH_OFFSET),
            Field::BytesData => Place {
                offset: size_of::<Bytes>() as i32,
                width: Width::Byte,
            },
            Field::EntrySlotShape => word(offset_of!(Entry, slot_shape)),
            Field::EntryNext => word(offset_of!(Entry, next)),
            Field::EntryMethodShape => word(offset_of!(Entry, method_shape)),
            Field::EntryValue => word(offset_of!(Entry, value)),
            Field::FunctionNative => word(Function::NATIVE_OFFSET),
            Field::EntryOffset => Place {
                offset: offset_of!(Entry, offset) as i32,
                width: Width::Half,
            },
        }
    }
}

/// Offsets in the header of every object.
pub mod header {
    use super::{Header, offset_of};
    use crate::object::{FLAG_SHARED, Kind};

    /// References counted by the owner, four bytes.
    pub const LOCAL: i32 = offset_of!(Header, local) as i32;
    /// Id of the owner, four bytes.
    pub const OWNER: i32 = offset_of!(Header, owner) as i32;
    /// Flags, one byte.
    pub const FLAGS: i32 = offset_of!(Header, flags) as i32;
    /// The kind, one byte.
    pub const KIND: i32 = Header::KIND_OFFSET as i32;
    /// Flags and kind among others, four bytes.
    pub const STATE: i32 = offset_of!(Header, gc) as i32;
    const _: () = assert!(STATE % 4 == 0 && FLAGS / 4 == STATE / 4 && KIND / 4 == STATE / 4);
    /// What tells of the state whether the object [is quiet](Header::is_quiet): then it is `QUIET`, of these bits.
    pub const QUIET_MASK: u32 = at(FLAGS, FLAG_SHARED) | at(KIND, Kind::DISCREET_MASK);
    pub const QUIET: u32 = at(KIND, Kind::DISCREET);

    /// A byte of the header as part of the state.
    const fn at(offset: i32, byte: u8) -> u32 {
        (byte as u32) << (8 * (offset - STATE))
    }
}

/// Offsets in the thread, the first argument of all native code.
pub mod thread {
    use super::{Thread, offset_of};

    /// Work for the next safepoint, four bytes.
    pub const POLL: i32 = offset_of!(Thread, poll) as i32;
    /// `POLL` and `MULTI` in one, eight bytes.
    pub const ATTENTION: i32 = POLL;
    const _: () = assert!(MULTI == POLL + 4, "one load reads both");
    /// The thread's id as owner, four bytes.
    pub const ID: i32 = Thread::ID_OFFSET as i32;
    /// Not zero while the program has more than one thread, four bytes.
    pub const MULTI: i32 = offset_of!(Thread, multi) as i32;
    /// Arguments and results of stubs that keep all registers: words.
    pub const EXCHANGE: i32 = offset_of!(Thread, exchange) as i32;
    /// Lowest address the native stack may reach.
    pub const STACK_LIMIT: i32 = offset_of!(Thread, stack_limit) as i32;
}
