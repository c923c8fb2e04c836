//! Views of memory that its owner may not take away or move as long as they exist.
//!
//! The owner keeps an [`Exports`], a view an [`Export`] of it. They share the number only: a view that dies need not
//! look at an owner that may be dead before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many exports of an object's memory there are.
#[derive(Clone, Default)]
pub struct Exports(Arc<AtomicUsize>);

/// Counted until it is dropped.
pub struct Export(Exports);

impl Exports {
    pub fn any(&self) -> bool {
        self.count() != 0
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    pub fn export(&self) -> Export {
        self.0.fetch_add(1, Ordering::AcqRel);
        Export(self.clone())
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}
