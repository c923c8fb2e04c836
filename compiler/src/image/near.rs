//! Memory beside the running executable, for native code made while the program runs.
//!
//! Code reaches the runtime by 32-bit distances, so it must lie within 2 GB of it; where the system would put new memory
//! by itself is much further away. An arena is a reserved stretch of address space nearby:
//!
//! ```text
//!   arena   │ code: image, image, image ─► reserved │ data: cells, cells ─► reserved │
//!             R+X, one page or more each   no access  R+W
//! ```
//!
//! Invariant: no page is ever writable and executable. An image is written into fresh pages, which then become R+X for
//! the rest of the process's life; pages that other threads execute are not touched again.

use rustc_hash::FxHashMap;
use std::io;
use std::ops::Range;
use std::ptr;

use ashore_bytecode::image_header::{DataPointer, NativeFunction};

use super::ImageError;
use super::bytes::align_up;
use super::header::{ASHORE_IMAGE_HEADER, store_data_pointers};
use super::layout::{Layout, PAGE};
use super::object::ImageObject;
use super::resolve::{Bases, resolve};

/// Size of each half of an arena, unless an image needs more. Reserving costs address space only.
const HALF: usize = 32 << 20;
/// How far apart to look for free address space, and how far at most: whatever lies within this distance of the
/// executable on either side is within 2 GB of every other such place.
const STEP: usize = 16 << 20;
const REACH: usize = 1 << 30;

/// An image in memory, there for the rest of the process's life.
#[derive(Clone, Debug)]
pub struct NearImage {
    /// Indexed as the functions of the image object.
    pub functions: &'static [NativeFunction],
    /// Addresses of the writable area of native code.
    pub data: Range<usize>,
}

/// See the module's description.
pub struct NearMemory {
    symbols: FxHashMap<String, u64>,
    arenas: Vec<Arena>,
}

impl NearMemory {
    /// Memory for code that may refer to the runtime by these names and addresses.
    pub fn new(symbols: &[(&str, usize)]) -> Self {
        let symbols = symbols
            .iter()
            .map(|&(name, address)| (name.to_owned(), address as u64))
            .collect();
        Self {
            symbols,
            arenas: Vec::new(),
        }
    }

    /// Places an image: on return its code can be called from any thread.
    pub fn load(&mut self, object: &ImageObject) -> Result<NearImage, ImageError> {
        let layout = Layout::new(object)?;
        let symbols = &self.symbols;
        let symbol = |name: &str| symbols.get(name).copied();
        let code_size = align_up(u64::from(layout.size), PAGE) as usize;
        let data_size = align_up(
            u64::from(layout.data_size),
            u64::from(ImageObject::DATA_ALIGN),
        ) as usize;
        let arena = match self
            .arenas
            .iter_mut()
            .position(|arena| arena.has_room(code_size, data_size))
        {
            Some(found) => &mut self.arenas[found],
            None => {
                let half = HALF
                    .max(code_size)
                    .max(align_up(data_size as u64, PAGE) as usize);
                self.arenas.push(Arena::reserve(half)?);
                self.arenas.last_mut().expect("just pushed")
            }
        };
        let code = arena.code_address();
        let bases = Bases {
            image: code as u64,
            data: arena.data_address() as u64,
        };
        let image = resolve(object, &layout, bases, &symbol)?;
        arena.publish(&image, code_size, data_size)?;

        let table = |range: &Range<u32>| code + range.start as usize;
        // SAFETY: the resolver laid out this array, aligned, in pages that `publish` made readable for good.
        let pointers: &'static [DataPointer] =
            unsafe { mapped_slice(table(&layout.data_pointers), object.data_relocations.len()) };
        // SAFETY: the slots were checked to lie in the image's data area, which nobody else knows yet.
        unsafe { store_data_pointers(pointers) };
        if !layout.frames.is_empty() {
            // SAFETY: a terminated `.eh_frame` section that stays mapped.
            unsafe { __register_frame(ptr::with_exposed_provenance(table(&layout.eh_frame))) };
        }
        // SAFETY: as for `pointers`.
        let functions =
            unsafe { mapped_slice(table(&layout.function_table), object.function_count()) };
        let data = bases.data as usize..bases.data as usize + layout.data_size as usize;
        Ok(NearImage { functions, data })
    }
}

unsafe extern "C" {
    /// Makes an `.eh_frame` section known to the unwinder that Rust programs are linked with.
    fn __register_frame(eh_frame: *const u8);
}

/// # Safety
/// `address` must be that of `count` aligned, initialised `T`s that are never written or unmapped.
unsafe fn mapped_slice<T>(address: usize, count: usize) -> &'static [T] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(ptr::with_exposed_provenance(address), count) }
}

/// A reserved stretch of address space: `half` bytes for code, then as many for data.
struct Arena {
    base: usize,
    half: usize,
    /// Bytes of each half in use; code in whole pages.
    code: usize,
    data: usize,
}

impl Arena {
    /// Looks for free address space on both sides of the executable, nearest first and below first: above it lies the
    /// heap that grows with `brk`.
    fn reserve(half: usize) -> Result<Self, ImageError> {
        let size = 2 * half;
        let anchor = (&raw const ASHORE_IMAGE_HEADER).addr() & !(PAGE as usize - 1);
        for distance in (size.next_multiple_of(STEP)..REACH).step_by(STEP) {
            let sides = [
                anchor.checked_sub(distance),
                anchor.checked_add(distance - size + STEP),
            ];
            for base in sides.into_iter().flatten() {
                if map_exactly(base, size) {
                    let arena = Self {
                        base,
                        half,
                        code: 0,
                        data: 0,
                    };
                    protect(arena.base + half, half, libc::PROT_READ | libc::PROT_WRITE)?;
                    return Ok(arena);
                }
            }
        }
        Err(ImageError::NoNearMemory { size })
    }

    fn has_room(&self, code: usize, data: usize) -> bool {
        self.half - self.code >= code && self.half - self.data >= data
    }

    fn code_address(&self) -> usize {
        self.base + self.code
    }

    fn data_address(&self) -> usize {
        self.base + self.half + self.data
    }

    /// Writes an image into the next pages and makes them executable; takes the given sizes out of the arena.
    fn publish(&mut self, image: &[u8], code: usize, data: usize) -> Result<(), ImageError> {
        let start = self.code_address();
        if code > 0 {
            protect(start, code, libc::PROT_READ | libc::PROT_WRITE)?;
            // SAFETY: `code` bytes from `start` were just made writable, hold no image yet, and `image` is no longer.
            unsafe {
                ptr::copy_nonoverlapping(
                    image.as_ptr(),
                    ptr::with_exposed_provenance_mut(start),
                    image.len(),
                )
            };
            protect(start, code, libc::PROT_READ | libc::PROT_EXEC)?;
        }
        self.code += code;
        self.data += data;
        Ok(())
    }
}

/// Reserves `size` bytes at `base`, or nothing if any of them is in use.
fn map_exactly(base: usize, size: usize) -> bool {
    let flags =
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED_NOREPLACE;
    let hint = ptr::without_provenance_mut(base);
    // SAFETY: this flag never replaces a mapping, so nothing that exists is affected.
    let mapped = unsafe { libc::mmap(hint, size, libc::PROT_NONE, flags, -1, 0) };
    if mapped == libc::MAP_FAILED {
        return false;
    }
    if mapped.expose_provenance() == base {
        return true;
    }
    // Linux before 4.17 does not know the flag and takes the address for a hint.
    // SAFETY: the mapping was made just above and nobody knows it.
    unsafe { libc::munmap(mapped, size) };
    false
}

fn protect(address: usize, size: usize, protection: libc::c_int) -> Result<(), ImageError> {
    // SAFETY: the callers pass pages of an arena that hold no image, or the one just written, not yet known to anybody.
    let result =
        unsafe { libc::mprotect(ptr::with_exposed_provenance_mut(address), size, protection) };
    if result == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    Err(ImageError::Memory {
        action: "change the protection of memory for native code",
        error,
    })
}
