//! Without a GIL, as always but for `ASHORE_GIL=1`.

use crate::Thread;

pub fn acquire(_: &Thread) {}

pub fn release(_: &Thread) {}
