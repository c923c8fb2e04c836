//! Where each part of an image lies, before anybody knows at which address the image will be.
//!
//! ```text
//!   0 ─ text ─ rodata ─ function table ─ data pointers ─ eh_frame ─ size          (one block, read + execute)
//!   0 ─ data ─ data_size                                                          (another, read + write)
//! ```
//!
//! The two tables and the unwind information hold only distances inside the block, so they are final here.

use std::ops::Range;

use ashore_bytecode::image_header::{DataPointer, NativeFunction};

use super::ImageError;
use super::bytes::align_up;
use super::object::{FunctionIndex, ImageObject};
use super::unwind::{self, Frame};

/// The smallest distance between functions: entries start on their own 16 bytes, as compilers for x86-64 have it.
const FUNCTION_ALIGN: u64 = 16;
/// Blocks start on a page, so no part can ask for more.
pub(super) const PAGE: u64 = 4096;
/// Distances are 32-bit and signed; a block of half their reach still sees all of the runtime.
const MAX_SIZE: u64 = 1 << 30;

pub(super) struct Layout {
    /// Offset of each function.
    pub(super) functions: Vec<u32>,
    pub(super) text: Range<u32>,
    pub(super) rodata: Range<u32>,
    pub(super) function_table: Range<u32>,
    pub(super) data_pointers: Range<u32>,
    pub(super) eh_frame: Range<u32>,
    pub(super) eh_frame_bytes: Vec<u8>,
    /// The frame descriptions in `eh_frame`, in order of address.
    pub(super) frames: Vec<Frame>,
    pub(super) size: u32,
    pub(super) data_size: u32,
}

impl Layout {
    pub(super) fn new(object: &ImageObject) -> Result<Self, ImageError> {
        let mut cursor = Cursor { position: 0 };
        let mut functions = Vec::with_capacity(object.function_count());
        for body in object.bodies() {
            let (symbol, body) = body?;
            if u64::from(body.align) > PAGE || !body.align.is_power_of_two() {
                let problem = format!("a function cannot be aligned to {} bytes", body.align);
                return Err(ImageError::Relocation {
                    symbol: symbol.to_owned(),
                    offset: 0,
                    problem,
                });
            }
            functions.push(
                cursor
                    .take(body.code.len(), u64::from(body.align).max(FUNCTION_ALIGN))?
                    .start,
            );
        }
        let text = 0..cursor.position as u32;
        let rodata = cursor.take(object.rodata.len(), u64::from(object.rodata_align))?;
        let function_table = cursor.take(functions.len() * NativeFunction::SIZE, 8)?;
        let data_pointers = cursor.take(object.data_relocations.len() * DataPointer::SIZE, 8)?;
        let eh_frame_start = align_up(cursor.position, 8) as u32;
        let (eh_frame_bytes, frames) = unwind::eh_frame(object, &functions, eh_frame_start)?;
        let eh_frame = cursor.take(eh_frame_bytes.len(), 8)?;
        let size = cursor.position as u32;
        Ok(Self {
            functions,
            text,
            rodata,
            function_table,
            data_pointers,
            eh_frame,
            eh_frame_bytes,
            frames,
            size,
            data_size: object.data_size,
        })
    }

    pub(super) fn function(&self, index: FunctionIndex) -> u32 {
        self.functions[index.0 as usize]
    }
}

struct Cursor {
    position: u64,
}

impl Cursor {
    fn take(&mut self, size: usize, align: u64) -> Result<Range<u32>, ImageError> {
        let start = align_up(self.position, align);
        let end = start + size as u64;
        if end > MAX_SIZE {
            return Err(ImageError::TooLarge {
                what: "native code",
                size: end,
            });
        }
        self.position = end;
        Ok(start as u32..end as u32)
    }
}
