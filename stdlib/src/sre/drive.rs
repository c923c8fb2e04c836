//! Strings of two or four bytes a code point, as the engine walks them.
//!
//! The engine's cursors are made by its own drive over bytes; a wide one moves by `WIDTH` bytes and counts one.

use rustpython_sre_engine::{StrDrive, StringCursor};

/// The bytes of code points of `WIDTH` bytes each, in native order.
#[derive(Clone, Copy)]
pub(super) struct Wide<'a, const WIDTH: usize>(pub(super) &'a [u8]);

impl<const WIDTH: usize> StrDrive for Wide<'_, WIDTH> {
    fn count(&self) -> usize {
        self.0.len() / WIDTH
    }

    #[inline]
    fn create_cursor(&self, n: usize) -> StringCursor {
        let mut cursor = self.0.create_cursor(n * WIDTH);
        cursor.position = n;
        cursor
    }

    #[inline]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }

    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let c = Self::peek(cursor);
        Self::skip(cursor, 1);
        c
    }

    #[inline(always)]
    fn peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        let mut bytes = [0; 4];
        for byte in &mut bytes[..WIDTH] {
            *byte = <&[u8]>::peek(&at) as u8;
            <&[u8]>::skip(&mut at, 1);
        }
        u32::from_le_bytes(bytes)
    }

    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position;
        <&[u8]>::skip(cursor, n * WIDTH);
        cursor.position = position + n;
    }

    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        Self::back_skip(cursor, 1);
        Self::peek(cursor)
    }

    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        Self::back_advance(&mut at)
    }

    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position;
        // The bytes' own count is not ours: it must only not go below zero.
        cursor.position = n * WIDTH;
        <&[u8]>::back_skip(cursor, n * WIDTH);
        cursor.position = position - n;
    }
}
