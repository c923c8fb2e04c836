//! The end of an object.

use crate::object::Header;

/// The object is dead: nobody may use it any more, and nobody may say so twice.
pub fn release(header: &Header) {
    // SAFETY: the caller found the object dead, so it is alone; loom reports a race.
    unsafe {
        assert_eq!(header.dead.get(), 0, "died twice");
        header.dead.set(1);
    }
}

/// Did the object die? For the end of a model.
pub fn is_dead(header: &Header) -> bool {
    // SAFETY: all other threads have been joined.
    unsafe { header.dead.get() == 1 }
}
