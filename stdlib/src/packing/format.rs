//! Formats: a text like `"<3hxd"` as a list of items, each at its offset.

use super::fail;
use ashore_runtime::{Result, Thread, raise};

/// One item of a format: a character, where its bytes are, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: u8,
    pub(super) offset: usize,
    pub(super) size: usize,
}

/// A parsed format. Padding is no item.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) items: Vec<Item>,
    pub(super) size: usize,
    pub(super) big_endian: bool,
    /// Sizes and alignment are the machine's.
    pub(super) native: bool,
}

/// Items' characters, with their size in the machine's own layout, where it is the alignment as well, and elsewhere; 0 for
/// none. The halves of complex numbers are aligned.
const KINDS: &[(u8, usize, usize)] = &[
    (b'x', 1, 1),
    (b'c', 1, 1),
    (b'b', 1, 1),
    (b'B', 1, 1),
    (b'?', 1, 1),
    (b's', 1, 1),
    (b'p', 1, 1),
    (b'h', 2, 2),
    (b'H', 2, 2),
    (b'i', 4, 4),
    (b'I', 4, 4),
    (b'l', 8, 4),
    (b'L', 8, 4),
    (b'q', 8, 8),
    (b'Q', 8, 8),
    (b'n', 8, 0),
    (b'N', 8, 0),
    (b'P', 8, 0),
    (b'e', 2, 2),
    (b'f', 4, 4),
    (b'd', 8, 8),
    (b'F', 8, 8),
    (b'D', 16, 16),
];

/// Items of one kind, one behind the other.
struct Group {
    kind: u8,
    offset: usize,
    size: usize,
    count: usize,
}

impl Layout {
    pub(super) fn parse(thread: &Thread, text: &[u8]) -> Result<Layout> {
        let (order, rest) = match text {
            [order @ (b'@' | b'=' | b'<' | b'>' | b'!'), rest @ ..] => (*order, rest),
            rest => (b'@', rest),
        };
        let mut layout = Layout {
            big_endian: matches!(order, b'>' | b'!'),
            native: order == b'@',
            ..Layout::default()
        };
        let mut groups = Vec::new();
        let mut rest = rest.iter().copied();
        while let Some(c) = rest.next() {
            if matches!(c, b' ' | b'\t'..=b'\r') {
                continue;
            }
            let mut kind = c;
            let mut count = None;
            while kind.is_ascii_digit() {
                let more = count.unwrap_or(0_usize).checked_mul(10);
                count = more.and_then(|n| n.checked_add(usize::from(kind - b'0')));
                if count.is_none_or(|n| isize::try_from(n).is_err()) {
                    return fail!(thread, "overflow in item count");
                }
                kind = match rest.next() {
                    Some(kind) => kind,
                    None => {
                        return fail!(thread, "repeat count given without format specifier");
                    }
                };
            }
            groups.push(layout.add(thread, kind, count.unwrap_or(1))?);
        }
        let total = groups.iter().map(|group| group.count).sum();
        if layout.items.try_reserve_exact(total).is_err() {
            return raise!(thread, MemoryError, "");
        }
        for group in groups {
            layout.items.extend((0..group.count).map(|i| Item {
                kind: group.kind,
                offset: group.offset + i * group.size,
                size: group.size,
            }));
        }
        Ok(layout)
    }

    /// Makes room for so many items of a kind.
    fn add(&mut self, thread: &Thread, kind: u8, count: usize) -> Result<Group> {
        let row = KINDS.iter().find(|row| row.0 == kind);
        let size = row.map_or(0, |row| if self.native { row.1 } else { row.2 });
        if size == 0 {
            return fail!(thread, "bad char in struct format");
        }
        let align = match kind {
            b'F' | b'D' => size / 2,
            _ => size,
        };
        let start = match self.native {
            true => self.size.next_multiple_of(align),
            false => self.size,
        };
        let end = count.checked_mul(size).and_then(|n| n.checked_add(start));
        let Some(end) = end.filter(|&end| isize::try_from(end).is_ok()) else {
            return fail!(thread, "total struct size too long");
        };
        self.size = end;
        let (size, count) = match kind {
            b'x' => (size, 0),
            b's' | b'p' => (count, 1),
            _ => (size, count),
        };
        Ok(Group {
            kind,
            offset: start,
            size,
            count,
        })
    }
}
