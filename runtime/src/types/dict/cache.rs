//! Inline caches for names in namespaces: one word that says where a global or builtin name was found.
//!
//! ```text
//!   63       32 31        30            0
//!   │ version  │ builtin  │ entry number │        0: nothing known
//! ```
//!
//! The version is that of the globals' table: while it stays, the table is the same and no name was added, so the entry is
//! still the name's (a value MISSING tells that it was deleted), or the name is still absent. In the latter case the entry
//! is one of the builtins; their table may change, so the entry's key is compared.

use super::Dict;
use super::table::Table;
use crate::Object;
use crate::operators::cache::Site;
use crate::sync::lock::lock;
use crate::{Owned, Value};
use std::sync::atomic::Ordering;

const BUILTIN: u64 = 1 << 31;

fn pack(version: u32, entry: usize, flag: u64) -> Option<u64> {
    let entry = u64::try_from(entry).ok().filter(|&entry| entry < BUILTIN)?;
    (version != 0).then_some(u64::from(version) << 32 | flag | entry)
}

/// The value of a name in `globals`, or else in `builtins`. Globals with builtins of their own give `None` for those.
#[inline(always)]
pub fn load_global<'a>(
    globals: &Dict,
    builtins: impl Fn() -> &'a Dict,
    name: Value,
    site: &Site,
) -> Option<Owned> {
    let known = site.hint();
    let table = globals.table();
    if known != 0 && table.version.load(Ordering::Acquire) == (known >> 32) as u32 {
        let entry = (known & (BUILTIN - 1)) as usize;
        let value = if known & BUILTIN == 0 {
            table.entry(entry).value.try_load()
        } else {
            load_at(builtins().table(), entry, name)
        };
        if let Some(value) = value
            && !value.is_missing()
        {
            return Some(value);
        }
    }
    load_global_slow(globals, builtins(), name, site)
}

/// The value of an entry, if it is the name's.
#[inline(always)]
fn load_at(table: &Table, entry: usize, name: Value) -> Option<Owned> {
    if entry >= table.used() || table.entry(entry).key.peek() != name {
        return None;
    }
    table.entry(entry).value.try_load()
}

#[inline(never)]
fn load_global_slow(globals: &Dict, builtins: &Dict, name: Value, site: &Site) -> Option<Owned> {
    let (version, found) = {
        // A name that is being added must either be found or change the version that is known from now on.
        let _guard = lock(globals.header());
        let table = globals.table();
        (table.version(), table.find_interned(name))
    };
    if let Some(entry) = found {
        remember(site, pack(version, entry, 0));
        if let Some(value) = globals.get_interned(name) {
            return Some(value);
        }
    }
    let makes_up = globals.value().get_exact::<Dict>().is_none();
    if makes_up || crate::builtins::of_globals(globals).is_some() {
        // Not the builtins, or not only they, that the word could say anything about.
        return None;
    }
    let entry = builtins.table().find_interned(name)?;
    remember(site, pack(version, entry, BUILTIN));
    builtins.get_interned(name)
}

fn remember(site: &Site, place: Option<u64>) {
    if let Some(place) = place {
        site.set_hint(place);
    }
}
