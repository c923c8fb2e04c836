//! The image header of this very executable, and what it finds.
//!
//! Linked into the launcher and into `ashore` itself, so either can be the base of a built executable. Both ask
//! `attached` first thing in `main`.

use std::ops::Range;
use std::sync::OnceLock;

use ashore_bytecode::image_header::{DataPointer, ImageHeader, NativeFunction, Span};

/// Fingerprint of everything native code is compiled against. Compiler and launcher are linked from the same library,
/// so they can only differ when they come from different builds, which is what this detects.
pub const ABI_FINGERPRINT: u64 = fingerprint(env!("CARGO_PKG_VERSION").as_bytes(), FNV_OFFSET);

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a, continued from `hash`.
const fn fingerprint(bytes: &[u8], mut hash: u64) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(FNV_PRIME);
        i += 1;
    }
    hash
}

/// Overwritten in the file by the image writer. It lies in read-only memory and is only ever read as volatile: the
/// Rust compiler must not believe the value written here.
#[used]
#[unsafe(no_mangle)]
pub static ASHORE_IMAGE_HEADER: ImageHeader = ImageHeader::empty(ABI_FINGERPRINT);

/// The program this executable carries.
#[derive(Clone, Debug)]
pub struct AttachedImage {
    /// The serialized bytecode image.
    pub payload: &'static [u8],
    /// Native code, indexed as the functions of the image object it was built from.
    pub functions: &'static [NativeFunction],
    /// Addresses of the writable area of native code.
    pub data: Range<usize>,
}

/// The program attached to this executable, or `None` if it is a bare launcher or compiler. The first call also fills
/// the pointers of the image's data area, so it comes before any native code runs.
pub fn attached() -> Option<&'static AttachedImage> {
    static IMAGE: OnceLock<Option<AttachedImage>> = OnceLock::new();
    IMAGE.get_or_init(load).as_ref()
}

fn load() -> Option<AttachedImage> {
    // SAFETY: the static is initialised, aligned and never written while the program runs.
    let header = unsafe { (&raw const ASHORE_IMAGE_HEADER).read_volatile() };
    if !header.has_image() {
        return None;
    }
    // SAFETY: the image writer made `data_pointers` the span of an array of `DataPointer` in the image's segment, which
    // stays mapped read-only for as long as the process lives; the entries have the alignment they were laid out with.
    let pointers: &'static [DataPointer] = unsafe { span_slice(header.data_pointers) };
    // SAFETY: the resolver checked that every slot is a word of the data area. The `OnceLock` runs this once, and no
    // native code that reads the area has started.
    unsafe { store_data_pointers(pointers) };
    let data = span_address(header.data);
    Some(AttachedImage {
        // SAFETY: as for `data_pointers`; any bytes are a `[u8]`.
        payload: unsafe { span_slice(header.payload) },
        // SAFETY: as for `data_pointers`, with entries of type `NativeFunction`.
        functions: unsafe { span_slice(header.functions) },
        data: data..data + header.data.size as usize,
    })
}

/// Stores the pointers of an image's data area.
///
/// # Safety
/// Every slot must be an aligned, writable word that nobody else accesses meanwhile.
pub(super) unsafe fn store_data_pointers(pointers: &'static [DataPointer]) {
    for pointer in pointers {
        let (slot, target) = pointer.resolve();
        // SAFETY: the caller's promise.
        unsafe { std::ptr::with_exposed_provenance_mut::<usize>(slot).write(target) };
    }
}

fn span_address(span: Span) -> usize {
    (&raw const ASHORE_IMAGE_HEADER)
        .addr()
        .wrapping_add_signed(span.offset as isize)
}

/// # Safety
/// `span` must cover whole, aligned, initialised `T`s that are never written or unmapped.
unsafe fn span_slice<T>(span: Span) -> &'static [T] {
    if span.size == 0 {
        return &[];
    }
    let start = std::ptr::with_exposed_provenance::<T>(span_address(span));
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(start, span.size as usize / size_of::<T>()) }
}
