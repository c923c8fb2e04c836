//! Small helpers for laying out bytes.

/// `value` rounded up to a multiple of `align`, a power of two.
pub(super) const fn align_up(value: u64, align: u64) -> u64 {
    debug_assert!(align.is_power_of_two());
    (value + align - 1) & !(align - 1)
}

/// Writes `bytes` over `target` at `offset`.
pub(super) fn put(target: &mut [u8], offset: usize, bytes: &[u8]) {
    target[offset..offset + bytes.len()].copy_from_slice(bytes);
}

/// The little-endian `i32` at `offset`, if there are four bytes.
pub(super) fn read_i32(bytes: &[u8], offset: usize) -> Option<i32> {
    bytes
        .get(offset..)?
        .first_chunk()
        .copied()
        .map(i32::from_le_bytes)
}

/// Appends zeros up to `offset`, then `bytes`.
pub(super) fn extend_at(target: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    debug_assert!(target.len() as u64 <= offset);
    target.resize(offset as usize, 0);
    target.extend_from_slice(bytes);
}
