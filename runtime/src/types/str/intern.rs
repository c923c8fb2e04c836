//! The table of interned strings: one immortal object for each text.
//!
//! Open addressing with linear probing over words; entries are only ever added. Readers take no lock: they see a table
//! that was complete when it was published, and a slot either empty or filled for good. Adding and growing happen under
//! a mutex; outgrown tables stay behind for late readers (their sizes add up to less than the last one's).

use super::{FLAG_INTERNED, Str, Units, Width};
use crate::object::refcount;
use crate::sync::mutex::Mutex;
use crate::types::hashing::hash_bytes;
use crate::types::str::build::CodePoints;
use crate::{Object, Thread, Value};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// Slots hold the bits of string values, 0 if empty (which is the int 0, so no string). The length is a power of two.
struct Table(Box<[AtomicU64]>);

const FIRST_LENGTH: usize = 2048;
const EMPTY: u64 = 0;

static TABLE: AtomicPtr<Table> = AtomicPtr::new(std::ptr::null_mut());
/// Number of strings; held while adding.
static COUNT: Mutex<usize> = Mutex::new(0);

impl Table {
    fn new(length: usize) -> Table {
        Table((0..length).map(|_| AtomicU64::new(EMPTY)).collect())
    }

    /// The string with these units, or the slot where it belongs.
    fn find(&self, hash: i64, units: Units) -> Result<Value, &AtomicU64> {
        let mask = self.0.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let bits = self.0[at].load(Ordering::Acquire);
            if bits == EMPTY {
                return Err(&self.0[at]);
            }
            let value = Value::from_bits(bits);
            if string_of(&value).hash() == hash && string_of(&value).units().equals(units) {
                return Ok(value);
            }
            at = (at + 1) & mask;
        }
    }

    /// The table that is in use, if there is one.
    fn current() -> Option<&'static Table> {
        // SAFETY: published tables are complete and never freed.
        unsafe { TABLE.load(Ordering::Acquire).as_ref() }
    }

    /// A table of the given length with the same strings, published.
    fn publish(old: Option<&Table>, length: usize) -> &'static Table {
        let table: &'static Table = Box::leak(Box::new(Table::new(length)));
        for slot in old.iter().flat_map(|old| &old.0) {
            let value = Value::from_bits(slot.load(Ordering::Relaxed));
            if let Some(string) = value.get::<Str>()
                && let Err(free) = table.find(string.hash(), string.units())
            {
                free.store(value.bits(), Ordering::Relaxed);
            }
        }
        TABLE.store(std::ptr::from_ref(table).cast_mut(), Ordering::Release);
        table
    }
}

fn string_of(value: &Value) -> &Str {
    value.get::<Str>().expect("the table holds strings")
}

/// Finds or adds the string with these units, which are in their narrowest width.
fn intern_units(thread: &Thread, hash: i64, units: Units) -> Value {
    if let Some(Ok(found)) = Table::current().map(|table| table.find(hash, units)) {
        return found;
    }
    let mut count = COUNT.lock();
    let mut table = Table::current().unwrap_or_else(|| Table::publish(None, FIRST_LENGTH));
    if *count * 2 >= table.0.len() {
        table = Table::publish(Some(table), table.0.len() * 2);
    }
    match table.find(hash, units) {
        Ok(found) => found,
        Err(free) => {
            let value = make_immortal(thread, hash, units);
            free.store(value.bits(), Ordering::Release);
            *count += 1;
            value
        }
    }
}

/// A new string that is never freed. A copy even of a string that exists: others may be counting that one.
fn make_immortal(thread: &Thread, hash: i64, units: Units) -> Value {
    let (width, ascii) = match units {
        Units::One(bytes) => (Width::One, bytes.is_ascii()),
        Units::Two(_) => (Width::Two, false),
        Units::Four(_) => (Width::Four, false),
    };
    let owned = Str::from_units(thread, units.bytes(), units.len(), width, ascii);
    let string = string_of(&owned);
    string.flags.fetch_or(FLAG_INTERNED, Ordering::Relaxed);
    string.hash.store(hash as u64, Ordering::Relaxed);
    refcount::make_immortal(string.header());
    owned.into_counted()
}

/// The one string for this text.
pub fn intern(thread: &Thread, text: &str) -> Value {
    if text.is_ascii() {
        let units = Units::One(text.as_bytes());
        return intern_units(thread, hash_bytes(text.as_bytes()), units);
    }
    intern_wtf8(thread, text.as_bytes())
}

/// The one string for UTF-8 that may encode surrogates.
pub fn intern_wtf8(thread: &Thread, text: &[u8]) -> Value {
    let wide: Vec<u32> = CodePoints(text).collect();
    let union = Units::Four(&wide).union();
    if union < 0x100 {
        let narrow: Vec<u8> = wide.iter().map(|&c| c as u8).collect();
        intern_units(thread, hash_bytes(&narrow), Units::One(&narrow))
    } else if union < 0x1_0000 {
        let narrow: Vec<u16> = wide.iter().map(|&c| c as u16).collect();
        let units = Units::Two(&narrow);
        intern_units(thread, hash_bytes(units.bytes()), units)
    } else {
        let units = Units::Four(&wide);
        intern_units(thread, hash_bytes(units.bytes()), units)
    }
}

/// The one string that equals `string`: itself if it is interned.
#[inline]
pub fn intern_value(thread: &Thread, string: &Str) -> Value {
    if string.is_interned() {
        return string.value();
    }
    intern_units(thread, string.hash(), string.units())
}

/// The interned string that equals `string`, if there is one; without one no attribute or keyword can have that name.
#[inline]
pub fn lookup_interned(string: &Str) -> Option<Value> {
    if string.is_interned() {
        return Some(string.value());
    }
    Table::current()?.find(string.hash(), string.units()).ok()
}
