//! The encodings of `binascii`, as functions of bytes.

/// Characters of base64, in the order of their values.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Lines of quoted-printable are shorter.
const LINE: usize = 76;
/// No line of uuencoded data has more bytes.
pub(super) const UU_LINE: usize = 45;

pub(super) fn to_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for group in data.chunks(3) {
        let mut word = [0; 4];
        word[1..=group.len()].copy_from_slice(group);
        let word = u32::from_be_bytes(word);
        let characters = [18, 12, 6, 0].map(|shift| BASE64[(word >> shift & 63) as usize]);
        let count = group.len() + 1;
        text.extend_from_slice(&characters[..count]);
        text.resize(text.len() + 4 - count, b'=');
    }
    if newline {
        text.push(b'\n');
    }
    text
}

fn base64_value(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// The bytes, or what is wrong. Unless `strict`, characters of other alphabets and padding in odd places mean nothing.
pub(super) fn from_base64(text: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let fail = |text: &str| Err(text.to_owned());
    let mut data = Vec::with_capacity(text.len() / 4 * 3);
    // How many characters of a group of four there were, and the bits of them that are not yet in a byte.
    let (mut place, mut left, mut padding) = (0, 0u8, 0);
    for (at, &c) in text.iter().enumerate() {
        if c == b'=' {
            padding += 1;
            if !strict || place >= 2 && place + padding <= 4 {
                continue;
            }
            match (place, at) {
                (1, _) => break,
                (0, 0) => return fail("Leading padding not allowed"),
                _ => return fail("Excess padding not allowed"),
            }
        }
        let Some(value) = base64_value(c) else {
            match strict {
                true => return fail("Only base64 data is allowed"),
                false => continue,
            }
        };
        if strict && padding > 0 {
            return match place + padding {
                4 => fail("Excess data after padding"),
                _ => fail("Discontinuous padding not allowed"),
            };
        }
        padding = 0;
        match place {
            0 => {}
            1 => data.push(left << 2 | value >> 4),
            2 => data.push(left << 4 | value >> 2),
            _ => data.push(left << 6 | value),
        }
        left = [value, value & 15, value & 3, 0][place];
        place = (place + 1) % 4;
    }
    if place == 1 {
        let count = data.len() / 3 * 4 + 1;
        return Err(format!(
            "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
        ));
    }
    if place != 0 && place + padding < 4 {
        return fail("Incorrect padding");
    }
    Ok(data)
}

pub(super) fn to_uu(data: &[u8], backtick: bool) -> Vec<u8> {
    let character = |value: u8| match value {
        0 if backtick => b'`',
        value => value + b' ',
    };
    let mut text = vec![character(data.len() as u8)];
    for group in data.chunks(3) {
        let mut word = [0; 4];
        word[1..=group.len()].copy_from_slice(group);
        let word = u32::from_be_bytes(word);
        text.extend([18, 12, 6, 0].map(|shift| character((word >> shift & 63) as u8)));
    }
    text.push(b'\n');
    text
}

/// The bytes of a line, which is not empty.
pub(super) fn from_uu(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let count = usize::from(line[0].wrapping_sub(b' ') & 63);
    let mut characters = line[1..].iter().copied();
    let mut data = Vec::with_capacity(count);
    let (mut word, mut bits) = (0u32, 0);
    while data.len() < count {
        // Blanks at the end may have got lost.
        let value = match characters.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(c @ b' '..=b'`') => (c - b' ') & 63,
            Some(_) => return Err("Illegal char"),
        };
        word = word << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            data.push((word >> bits) as u8);
        }
    }
    match characters.all(|c| matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        true => Ok(data),
        false => Err("Trailing garbage"),
    }
}

pub(super) fn hex_digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|digit| digit as u8)
}

/// Hexadecimal digits, with a separator between groups of bytes, counted from the right, or from the left if negative.
pub(super) fn to_hex(data: &[u8], separator: Option<u8>, group: i64) -> Vec<u8> {
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut text = Vec::with_capacity(data.len() * 3);
    for (at, &byte) in data.iter().enumerate() {
        let boundary = match group {
            0 => false,
            1.. => (data.len() - at).is_multiple_of(size),
            _ => at.is_multiple_of(size),
        };
        if let Some(separator) = separator.filter(|_| at > 0 && boundary) {
            text.push(separator);
        }
        push_hex(&mut text, byte, b"0123456789abcdef");
    }
    text
}

fn push_hex(text: &mut Vec<u8>, byte: u8, digits: &[u8; 16]) {
    text.extend([byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]));
}

/// What quoted-printable encodes besides what it must.
#[derive(Clone, Copy)]
pub(super) struct Quoting {
    pub(super) tabs: bool,
    pub(super) text: bool,
    pub(super) header: bool,
}

impl Quoting {
    fn quotes(self, data: &[u8], at: usize, line: usize) -> bool {
        let next = data.get(at + 1).copied();
        match data[at] {
            b'=' | 127.. => true,
            b'_' => self.header,
            b'.' => line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !self.text,
            b'\t' | b' ' => self.tabs || next.is_none(),
            byte => byte < b' ',
        }
    }
}

pub(super) fn to_quoted(data: &[u8], quoting: Quoting) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // Line ends are all like the first.
    let first = data.iter().position(|&byte| byte == b'\n');
    let long = first.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let end: &[u8] = if long { b"\r\n" } else { b"\n" };
    let mut text = Vec::with_capacity(data.len());
    let (mut at, mut line) = (0, 0);
    while let Some(&byte) = data.get(at) {
        let quoted = quoting.quotes(data, at, line);
        let next = data.get(at + 1).copied();
        let ends = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        if !quoted && quoting.text && ends {
            // Blanks at the end of a line would get lost.
            if let Some(&blank @ (b' ' | b'\t')) = text.last() {
                text.pop();
                text.push(b'=');
                push_hex(&mut text, blank, DIGITS);
            }
            text.extend_from_slice(end);
            line = 0;
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        let width = if quoted { 3 } else { 1 };
        let breaks = quoted || next.is_some_and(|next| next != b'\n');
        if breaks && line + width >= LINE {
            text.push(b'=');
            text.extend_from_slice(end);
            line = 0;
        }
        match byte {
            _ if quoted => {
                text.push(b'=');
                push_hex(&mut text, byte, DIGITS);
            }
            b' ' if quoting.header => text.push(b'_'),
            _ => text.push(byte),
        }
        line += width;
        at += 1;
    }
    text
}

pub(super) fn from_quoted(text: &[u8], header: bool) -> Vec<u8> {
    let mut data = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&c, behind)) = rest.split_first() {
        rest = behind;
        if c == b'_' && header {
            data.push(b' ');
            continue;
        }
        if c != b'=' {
            data.push(c);
            continue;
        }
        match *rest {
            [] => {}
            // A line broken for its length.
            [b'\n' | b'\r', ..] => {
                let end = rest.iter().position(|&c| c == b'\n');
                rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
            }
            [b'=', ref behind @ ..] => {
                data.push(b'=');
                rest = behind;
            }
            [a, b, ref behind @ ..] if hex_digit(a).is_some() && hex_digit(b).is_some() => {
                let digits = [a, b].map(|c| hex_digit(c).unwrap_or_default());
                data.push(digits[0] << 4 | digits[1]);
                rest = behind;
            }
            _ => data.push(b'='),
        }
    }
    data
}

/// CRC-32, reflected, with the polynomial of zlib and PNG.
pub(super) fn crc_32(data: &[u8], crc: u32) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut crc = i as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 };
                bit += 1;
            }
            table[i] = crc;
            i += 1;
        }
        table
    };
    !data.iter().fold(!crc, |crc, &byte| {
        crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)]
    })
}

/// The CRC of BinHex 4: CCITT's polynomial.
pub(super) fn crc_hqx(data: &[u8], crc: u16) -> u16 {
    data.iter().fold(crc, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    })
}
