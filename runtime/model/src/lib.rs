//! Models of the runtime's concurrent code: every interleaving of a few threads, run by loom.
//!
//! ```text
//!   RUSTFLAGS="--cfg loom" cargo test -p ashore-runtime-model --release --target-dir target/loom
//! ```
//!
//! The files under test are the runtime's own (`refcount`, `lock`, `merge`, `poll`, `qsbr`, `world`), included by path.
//! They see the same names as in the runtime, made of loom's types: `object::Header` with the count words, a
//! `thread::Thread` with the words other threads touch, and a `heap` whose `release` checks that an object dies once
//! and has no reference left. `sync::primitive::RaceCell` is loom's checked cell: two unordered accesses of it, one a
//! write, fail the model. Loom weakens `SeqCst` accesses, so the code uses fences and read-modify-writes instead.
#![cfg(loom)]

pub mod heap;
pub mod object;
pub mod sync;
pub mod thread;

pub use thread::Thread;

/// A heap object, as a value: all that the code under test does with values is to ask for the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value(*const object::Header);

// SAFETY: headers are shared between threads; the models keep them alive until all threads have ended.
unsafe impl Send for Value {}
// SAFETY: as above.
unsafe impl Sync for Value {}

impl Value {
    pub fn from_object(header: &object::Header) -> Value {
        Value(header)
    }

    pub fn header(&self) -> Option<&object::Header> {
        // SAFETY: the models keep every header alive until all threads have ended.
        Some(unsafe { &*self.0 })
    }
}

#[cfg(test)]
mod models;
