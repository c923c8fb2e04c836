//! The header by which a built executable finds the program it carries.
//!
//! The launcher holds one `ImageHeader` as a static (`ashore::image::header`). `ashore build` copies the launcher,
//! maps the program behind it and overwrites the header's bytes in the file. Every position in it is the distance from
//! the header's own address, so it needs no relocation and holds wherever the executable is loaded:
//!
//! ```text
//!   launcher: text, rodata, data, bss │ cells          │ image (one R+X segment)
//!                     ▲               │ zero pages     │ code │ rodata │ functions │ data pointers │ unwind │ payload
//!                     └ ImageHeader ──┴─ data ─────────┴────────────────┴───────────┴──────────────────────┘
//! ```
//!
//! Invariant: a launcher's own header is `ImageHeader::empty`; a header whose `payload.offset` is not zero was written by
//! the image writer of the same format and ABI.

/// The symbol under which the launcher's static is found in its symbol table.
pub const HEADER_SYMBOL: &str = "ASHORE_IMAGE_HEADER";

const MAGIC: u64 = u64::from_le_bytes(*b"ASHOREIM");
const FORMAT: u64 = 1;

/// A run of bytes, placed by its distance from the header. An absent one has distance zero.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub offset: i64,
    pub size: u64,
}

impl Span {
    pub const EMPTY: Self = Self { offset: 0, size: 0 };
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageHeader {
    magic: u64,
    format: u64,
    /// Fingerprint of what native code knows about the runtime; compiler and launcher must agree on it.
    abi: u64,
    /// The serialized bytecode image.
    pub payload: Span,
    /// `[NativeFunction]`, indexed as the functions of the image object.
    pub functions: Span,
    /// The writable area that native code addresses directly; zero when the program starts.
    pub data: Span,
    /// `[DataPointer]`: addresses to store into the data area before native code runs.
    pub data_pointers: Span,
}

/// Why a header found in a launcher cannot be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderMismatch {
    /// The bytes are not an image header at all.
    Magic,
    /// The header's layout is of another version.
    Format { found: u64, expected: u64 },
    /// The launcher was built from other runtime sources than the compiler.
    Abi { found: u64, expected: u64 },
    /// The launcher already carries a program.
    Occupied,
}

impl ImageHeader {
    /// Bytes of the header in memory and in the file.
    pub const SIZE: usize = size_of::<Self>();
    const WORDS: usize = Self::SIZE / 8;

    pub const fn empty(abi: u64) -> Self {
        Self {
            magic: MAGIC,
            format: FORMAT,
            abi,
            payload: Span::EMPTY,
            functions: Span::EMPTY,
            data: Span::EMPTY,
            data_pointers: Span::EMPTY,
        }
    }

    /// Whether a program was attached.
    pub const fn has_image(&self) -> bool {
        self.payload.offset != 0
    }

    /// Checks that this is the header of an empty launcher whose runtime has the fingerprint `abi`.
    pub fn check_empty(&self, abi: u64) -> Result<(), HeaderMismatch> {
        if self.magic != MAGIC {
            return Err(HeaderMismatch::Magic);
        }
        if self.format != FORMAT {
            return Err(HeaderMismatch::Format {
                found: self.format,
                expected: FORMAT,
            });
        }
        if self.abi != abi {
            return Err(HeaderMismatch::Abi {
                found: self.abi,
                expected: abi,
            });
        }
        if self.has_image() {
            return Err(HeaderMismatch::Occupied);
        }
        Ok(())
    }

    /// The header as it lies in a little-endian file.
    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        let spans = [self.payload, self.functions, self.data, self.data_pointers];
        let words = [self.magic, self.format, self.abi].into_iter().chain(
            spans
                .into_iter()
                .flat_map(|span| [span.offset as u64, span.size]),
        );
        let mut bytes = [0; Self::SIZE];
        for (slot, word) in bytes.chunks_exact_mut(8).zip(words) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let mut words = [0u64; Self::WORDS];
        for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*chunk);
        }
        let [magic, format, abi, spans @ ..] = words;
        let span = |i: usize| Span {
            offset: spans[2 * i] as i64,
            size: spans[2 * i + 1],
        };
        Self {
            magic,
            format,
            abi,
            payload: span(0),
            functions: span(1),
            data: span(2),
            data_pointers: span(3),
        }
    }
}

/// Where one native function lies: an entry of the image's function table.
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct NativeFunction {
    /// Distance of the first instruction from this entry.
    start: i32,
    /// Bytes of machine code.
    pub size: u32,
}

impl NativeFunction {
    /// Bytes of an entry.
    pub const SIZE: usize = size_of::<Self>();

    pub const fn new(start: i32, size: u32) -> Self {
        Self { start, size }
    }

    /// The address of the first instruction. `'static`, because a copied entry would point elsewhere.
    pub fn address(&'static self) -> *const u8 {
        (&raw const *self)
            .cast::<u8>()
            .wrapping_offset(self.start as isize)
    }

    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        pair_bytes(self.start, self.size as i32)
    }
}

/// "Store the address of `target` into `slot`": an entry of the table that `data_pointers` names.
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct DataPointer {
    slot: i32,
    target: i32,
}

impl DataPointer {
    /// Bytes of an entry.
    pub const SIZE: usize = size_of::<Self>();

    /// Both are distances from the entry itself.
    pub const fn new(slot: i32, target: i32) -> Self {
        Self { slot, target }
    }

    /// The addresses of the slot and of what it is to hold.
    pub fn resolve(&'static self) -> (usize, usize) {
        let here = (&raw const *self).addr();
        (
            here.wrapping_add_signed(self.slot as isize),
            here.wrapping_add_signed(self.target as isize),
        )
    }

    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        pair_bytes(self.slot, self.target)
    }
}

fn pair_bytes(first: i32, second: i32) -> [u8; 8] {
    (u64::from(first as u32) | u64::from(second as u32) << 32).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_round_trip() {
        let mut header = ImageHeader::empty(7);
        header.payload = Span {
            offset: -40,
            size: 3,
        };
        header.data_pointers = Span {
            offset: 1 << 40,
            size: 8,
        };
        assert_eq!(ImageHeader::from_bytes(&header.to_bytes()), header);
    }

    #[test]
    fn only_an_empty_header_of_this_build_may_be_filled() {
        let header = ImageHeader::empty(7);
        assert_eq!(header.check_empty(7), Ok(()));
        assert_eq!(
            header.check_empty(8),
            Err(HeaderMismatch::Abi {
                found: 7,
                expected: 8
            })
        );
        let filled = ImageHeader {
            payload: Span {
                offset: 64,
                size: 0,
            },
            ..header
        };
        assert_eq!(filled.check_empty(7), Err(HeaderMismatch::Occupied));
        assert_eq!(
            ImageHeader::from_bytes(&[0; ImageHeader::SIZE]).check_empty(7),
            Err(HeaderMismatch::Magic)
        );
    }

    #[test]
    fn entries_are_relative_to_themselves() {
        static ENTRY: NativeFunction = NativeFunction::new(-16, 5);
        assert_eq!(ENTRY.address().addr(), (&raw const ENTRY).addr() - 16);
    }
}
