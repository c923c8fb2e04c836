//! The word of a dict's table that says which form it has and what has been written: see [`table`](super::table).
//!
//! ```text
//!         63              47               39                                   0
//!   small │ 1 …           │ capacity       │ tag 4 │ tag 3 │ tag 2 │ tag 1 │ tag 0 │
//!   large │ 0 …           │ log2s of index │               entries written        │
//! ```
//!
//! A tag is 0 for an entry that is not written yet, 1 for a deleted one, or else 0x80 and 7 bits of the hash. All tags are
//! compared at once, as in a Swiss table (Kulukundis, CppCon 2017), but in a word.

use crate::Value;
use crate::types::hashing;
use crate::types::str::Str;

/// What a table's word says; see the module's documentation.
#[derive(Clone, Copy)]
pub(super) struct Word(pub u64);

impl Word {
    pub const SMALL: u64 = 1 << 63;
    pub const TAGS: u64 = (1 << 40) - 1;
    /// The lowest bit of each tag.
    const ONES: u64 = 0x01_0101_0101;
    /// The bits of entries that are neither unwritten nor deleted.
    pub const LIVE: u64 = 0x80 * Self::ONES;
    pub const DELETED: u64 = 1;
    /// Entries of a small table at most: as many as CPython's smallest has, which programs that change a dict while they
    /// iterate over it can see.
    pub const MOST: usize = 5;

    pub fn small(capacity: usize) -> Word {
        Word(Self::SMALL | (capacity as u64) << 40)
    }

    pub fn large(log2: u8, log2_bytes: u8) -> Word {
        Word(u64::from(log2) << 32 | u64::from(log2_bytes) << 40)
    }

    #[inline(always)]
    pub fn is_small(self) -> bool {
        self.0 & Self::SMALL != 0
    }

    /// Of a small table: number of entries there is room for.
    #[inline(always)]
    pub fn capacity(self) -> usize {
        (self.0 >> 40) as u8 as usize
    }

    /// Of a large table: the index has `2^log2` places.
    #[inline(always)]
    pub fn log2(self) -> u8 {
        (self.0 >> 32) as u8
    }

    /// Of a large table: bytes of the index are `2^log2_bytes`.
    #[inline(always)]
    pub fn log2_bytes(self) -> u8 {
        (self.0 >> 40) as u8
    }

    /// Entries written so far, deleted ones included.
    #[inline(always)]
    pub fn used(self) -> usize {
        if self.is_small() {
            let bits = u64::BITS - (self.0 & Self::TAGS).leading_zeros();
            bits.div_ceil(8) as usize
        } else {
            self.0 as u32 as usize
        }
    }

    #[inline(always)]
    pub fn tag(hash: u64) -> u64 {
        hash & 0xff | 0x80
    }

    /// Of a small table: the word with another tag for an entry.
    pub fn with_tag(self, entry: usize, tag: u64) -> Word {
        let shift = entry * 8;
        Word(self.0 & !(0xff << shift) | tag << shift)
    }

    /// Of a small table: the entries that may have this hash.
    #[inline(always)]
    pub fn matching(self, hash: u64) -> Matching {
        let differences = (self.0 & Self::TAGS) ^ (Self::tag(hash) * Self::ONES);
        // The high bit of each byte that is zero (and of some above such a byte, which is why keys are looked at).
        Matching(differences.wrapping_sub(Self::ONES) & !differences & Self::LIVE)
    }
}

/// Numbers of entries, as the high bits of bytes.
pub(super) struct Matching(u64);

impl Iterator for Matching {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let bits = self.0;
        self.0 = bits & bits.wrapping_sub(1);
        (bits != 0).then(|| bits.trailing_zeros() as usize / 8)
    }
}

/// Can a key be in a small table?
#[inline(always)]
pub fn is_simple(key: Value) -> bool {
    key.is_small_int() || key.get_exact::<Str>().is_some()
}

/// The hash of such a key.
#[inline(always)]
pub(super) fn simple_hash(key: Value) -> Option<u64> {
    let hash = match key.get_exact::<Str>() {
        Some(text) => text.hash(),
        None => hashing::hash_i64(key.as_small_int()?),
    };
    Some(hash as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_tag_whatever_is_deleted_or_not_written() {
        let hashes = [0, 1, 0x80, 0x7f, 0];
        let mut word = Word::small(5);
        for (number, &hash) in hashes.iter().enumerate() {
            assert_eq!(word.used(), number);
            word = word.with_tag(number, Word::tag(hash));
        }
        assert_eq!((word.used(), word.capacity()), (5, 5));
        assert!(word.is_small());
        let found = |word: Word, hash| word.matching(hash).collect::<Vec<_>>();
        // A hash that differs in the lowest bit only may be found behind one that is the same: keys are compared.
        assert_eq!(found(word, 0), [0, 1, 2, 4]);
        assert_eq!(found(word, 0x7f), [3]);
        let word = word.with_tag(0, Word::DELETED).with_tag(2, Word::DELETED);
        assert_eq!(found(word, 0), [4]);
        assert_eq!(found(word, 1), [1]);
        assert_eq!(word.used(), 5);
        assert_eq!(found(Word::small(5), 0), []);
    }

    #[test]
    fn large_tables_count() {
        let word = Word::large(9, 10);
        assert!(!word.is_small());
        assert_eq!((word.log2(), word.log2_bytes(), word.used()), (9, 10, 0));
        assert_eq!(Word(word.0 + 7).used(), 7);
    }
}
