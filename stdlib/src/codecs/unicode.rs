//! The codecs of Unicode, ASCII and Latin-1: the runtime's, with error handlers that programs registered, and in parts.

use super::handlers::{self, is_of_runtime};
use ashore_runtime::operators::{attribute, call, convert, index};
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::str::codec;
use ashore_runtime::types::str::{self, Builder, Str};
use ashore_runtime::types::{bytes, exception, int, tuple};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise};

/// The name of the error handler an argument asks for.
fn errors_name(value: Value) -> String {
    match value.is_none() || value.is_missing() {
        true => "strict".to_owned(),
        false => str::display(value),
    }
}

/// The first argument of a function, which must be a str.
pub(crate) fn text_argument<'a>(
    thread: &Thread,
    value: &'a Value,
    function: &str,
) -> Result<&'a Str> {
    match value.get::<Str>() {
        Some(text) => Ok(text),
        None => {
            let got = convert::argument_type(*value);
            raise!(
                thread,
                TypeError,
                "{function}() argument 1 must be str, not {got}"
            )
        }
    }
}

/// Asks a registered handler what to do about the pending exception, whose places are moved by `offset` in `whole`.
fn ask(
    thread: &Thread,
    exception: &Owned,
    errors: &str,
    whole: Value,
    offset: usize,
) -> Result<(Owned, usize, usize)> {
    let field = |name: &str| str::intern(thread, name);
    let place = |name: &str| -> Result<usize> {
        let value = attribute::get(thread, exception.value(), field(name))?;
        Ok(convert::to_isize(thread, value.value())?.max(0) as usize)
    };
    let (start, end) = (place("start")? + offset, place("end")? + offset);
    attribute::set(thread, exception.value(), field("object"), whole)?;
    for (name, place) in [("start", start), ("end", end)] {
        let place = int::from_usize(thread, place);
        attribute::set(thread, exception.value(), field(name), place.value())?;
    }
    let handler = handlers::lookup(thread, &[str::intern(thread, errors)])?;
    let answer = call::call(thread, handler.value(), &[exception.value()])?;
    let Some(&[replacement, next]) = answer.get::<tuple::Tuple>().map(tuple::Tuple::items) else {
        return raise!(
            thread,
            TypeError,
            "encoding error handler must return (str/bytes, int) tuple"
        );
    };
    let length = index::length(thread, whole)?;
    let next = convert::to_isize(thread, next)?;
    let next = if next < 0 {
        next + length as isize
    } else {
        next
    };
    match usize::try_from(next) {
        Ok(next) if next <= length => Ok((Owned::new(replacement), start, next)),
        _ => raise!(
            thread,
            IndexError,
            "position {next} from error handler out of bounds"
        ),
    }
}

/// Takes the pending exception if it is of a kind; gives it back to its way otherwise.
fn take(thread: &Thread, raised: ashore_runtime::Raised, kind: Builtin) -> Result {
    match exception::is(thread.pending_exception(), kind) {
        true => Ok(thread.take_exception(raised)),
        false => Err(raised),
    }
}

/// Encodes text; `encoding` has no mark at its beginning.
pub(super) fn encode_with(
    thread: &Thread,
    text: &Str,
    encoding: &str,
    errors: &str,
) -> Result<Vec<u8>> {
    if is_of_runtime(errors) {
        return codec::encode(thread, text, Some(encoding), Some(errors));
    }
    let whole = ashore_runtime::Object::value(text);
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = str::substring(thread, text, at, text.len());
        let part = rest.get::<Str>().expect("a substring is a str");
        let raised = match codec::encode(thread, part, Some(encoding), Some("strict")) {
            Ok(encoded) => {
                out.extend(encoded);
                return Ok(out);
            }
            Err(raised) => raised,
        };
        let exception = take(thread, raised, Builtin::UnicodeEncodeError)?;
        let (replacement, start, next) = ask(thread, &exception, errors, whole, at)?;
        let before = str::substring(thread, text, at, start);
        let before = before.get::<Str>().expect("a substring is a str");
        out.extend(codec::encode(
            thread,
            before,
            Some(encoding),
            Some("strict"),
        )?);
        match replacement.get::<Str>() {
            Some(text) => match codec::encode(thread, text, Some(encoding), Some("strict")) {
                Ok(encoded) => out.extend(encoded),
                Err(raised) => {
                    drop(take(thread, raised, Builtin::UnicodeEncodeError)?);
                    return Err(thread.raise_value(exception));
                }
            },
            None => out.extend(Buffer::copy_argument(thread, replacement.value())?),
        }
        at = next;
    }
}

/// Decodes bytes; `encoding` has no mark at its beginning.
fn decode_with(thread: &Thread, data: &[u8], encoding: &str, errors: &str) -> Result {
    if is_of_runtime(errors) {
        return codec::decode(thread, data, Some(encoding), Some(errors));
    }
    let whole = bytes::new(thread, data);
    let mut text = Builder::new();
    let mut push = |part: &Owned| part.get::<Str>().map(|part| text.push(part));
    let mut at = 0;
    loop {
        let raised = match codec::decode(thread, &data[at..], Some(encoding), Some("strict")) {
            Ok(decoded) => {
                push(&decoded);
                return Ok(text.finish(thread));
            }
            Err(raised) => raised,
        };
        let exception = take(thread, raised, Builtin::UnicodeDecodeError)?;
        let (replacement, start, next) = ask(thread, &exception, errors, whole.value(), at)?;
        push(&codec::decode(
            thread,
            &data[at..start],
            Some(encoding),
            Some("strict"),
        )?);
        if push(&replacement).is_none() {
            return raise!(
                thread,
                TypeError,
                "decoding error handler must return (str, int) tuple"
            );
        }
        at = next;
    }
}

fn encoded(thread: &Thread, args: &[Value], function: &str, encoding: &str) -> Result {
    let text = text_argument(thread, &args[0], function)?;
    let data = encode_with(thread, text, encoding, &errors_name(args[1]))?;
    let length = int::from_usize(thread, text.len());
    Ok(tuple::new(thread, vec![bytes::new(thread, &data), length]))
}

/// Decodes the first `end` bytes; the rest is left for the next call.
fn decoded(thread: &Thread, data: &[u8], end: usize, encoding: &str, errors: Value) -> Result {
    let text = decode_with(thread, &data[..end], encoding, &errors_name(errors))?;
    Ok(tuple::new(thread, vec![text, int::from_usize(thread, end)]))
}

macro_rules! simple {
    ($($encode:ident $decode:ident $encoding:literal;)*) => {$(
        pub(super) fn $encode(thread: &Thread, args: &[Value]) -> Result {
            encoded(thread, args, stringify!($encode), $encoding)
        }
        pub(super) fn $decode(thread: &Thread, args: &[Value]) -> Result {
            let data = Buffer::copy_argument(thread, args[0])?;
            decoded(thread, &data, data.len(), $encoding, args[1])
        }
    )*};
}

simple! {
    ascii_encode ascii_decode "ascii";
    latin_1_encode latin_1_decode "latin-1";
}

pub(super) fn utf_8_encode(thread: &Thread, args: &[Value]) -> Result {
    encoded(thread, args, "utf_8_encode", "utf-8")
}

/// How many bytes at the end begin a character that is not complete.
fn incomplete_utf_8(data: &[u8]) -> usize {
    for back in 1..=data.len().min(3) {
        let rest = &data[data.len() - back..];
        let needed = match rest[0] {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        let second_fits = match (rest[0], rest.get(1)) {
            (_, None) => true,
            (0xe0, Some(second)) => (0xa0..=0xbf).contains(second),
            (0xed, Some(second)) => (0x80..=0x9f).contains(second),
            (0xf0, Some(second)) => (0x90..=0xbf).contains(second),
            (0xf4, Some(second)) => (0x80..=0x8f).contains(second),
            _ => true,
        };
        return if back < needed && second_fits {
            back
        } else {
            0
        };
    }
    0
}

pub(super) fn utf_8_decode(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let open = match convert::truth(thread, args[2])? {
        true => 0,
        false => incomplete_utf_8(&data),
    };
    decoded(thread, &data, data.len() - open, "utf-8", args[1])
}

/// A byte order: little, big, or as the mark says.
type Order = i64;

fn wide_name(unit: usize, order: Order) -> &'static str {
    match (unit, order < 0) {
        (2, true) => "utf-16-le",
        (2, false) => "utf-16-be",
        (_, true) => "utf-32-le",
        (_, false) => "utf-32-be",
    }
}

/// Encodes in units of two or four bytes; order 0 writes a mark.
fn wide_encode(thread: &Thread, args: &[Value], unit: usize, order: Order) -> Result {
    let text = text_argument(thread, &args[0], "encode")?;
    let mut data = match (order, unit) {
        (0, 2) => vec![0xff, 0xfe],
        (0, _) => vec![0xff, 0xfe, 0, 0],
        _ => Vec::new(),
    };
    let order = if order == 0 { -1 } else { order };
    let errors = errors_name(args[1]);
    data.extend(encode_with(thread, text, wide_name(unit, order), &errors)?);
    let length = int::from_usize(thread, text.len());
    Ok(tuple::new(thread, vec![bytes::new(thread, &data), length]))
}

/// Decodes units of two or four bytes; gives text, bytes used, and the order found.
fn wide_decode(
    thread: &Thread,
    args: &[Value],
    unit: usize,
    mut order: Order,
    last: Value,
) -> Result<(Owned, usize, Order)> {
    let data = Buffer::copy_argument(thread, args[0])?;
    let is_final = convert::truth(thread, last)?;
    let mut start = 0;
    if order == 0 {
        let mark = match data.get(..unit) {
            Some([0xff, 0xfe]) | Some([0xff, 0xfe, 0, 0]) => -1,
            Some([0xfe, 0xff]) | Some([0, 0, 0xfe, 0xff]) => 1,
            _ => 0,
        };
        if mark != 0 {
            (start, order) = (unit, mark);
        } else if data.len() < unit && !is_final {
            return Ok((str::empty(), 0, 0));
        }
    }
    let used = if order == 0 { -1 } else { order };
    let mut end = data.len();
    if !is_final {
        end -= (end - start) % unit;
        let high = if used < 0 { 1 } else { 2 };
        let cut = unit == 2
            && end >= start + 2
            && (0xd8..=0xdb).contains(&data[end - if high == 1 { 1 } else { 2 }]);
        if cut {
            end -= 2;
        }
    }
    let errors = errors_name(args[1]);
    let text = decode_with(thread, &data[start..end], wide_name(unit, used), &errors)?;
    Ok((text, end, order))
}

fn pair(thread: &Thread, (text, used, _): (Owned, usize, Order)) -> Owned {
    tuple::new(thread, vec![text, int::from_usize(thread, used)])
}

macro_rules! wide {
    ($unit:literal: $encode:ident $le_encode:ident $be_encode:ident $decode:ident $le_decode:ident $be_decode:ident $ex_decode:ident) => {
        pub(super) fn $encode(thread: &Thread, args: &[Value]) -> Result {
            let order = convert::to_isize(thread, args[2])? as Order;
            wide_encode(thread, args, $unit, order)
        }
        pub(super) fn $le_encode(thread: &Thread, args: &[Value]) -> Result {
            wide_encode(thread, args, $unit, -1)
        }
        pub(super) fn $be_encode(thread: &Thread, args: &[Value]) -> Result {
            wide_encode(thread, args, $unit, 1)
        }
        pub(super) fn $decode(thread: &Thread, args: &[Value]) -> Result {
            wide_decode(thread, args, $unit, 0, args[2]).map(|found| pair(thread, found))
        }
        pub(super) fn $le_decode(thread: &Thread, args: &[Value]) -> Result {
            wide_decode(thread, args, $unit, -1, args[2]).map(|found| pair(thread, found))
        }
        pub(super) fn $be_decode(thread: &Thread, args: &[Value]) -> Result {
            wide_decode(thread, args, $unit, 1, args[2]).map(|found| pair(thread, found))
        }
        pub(super) fn $ex_decode(thread: &Thread, args: &[Value]) -> Result {
            let order = convert::to_isize(thread, args[2])? as Order;
            let (text, used, order) = wide_decode(thread, args, $unit, order, args[3])?;
            let parts = vec![
                text,
                int::from_usize(thread, used),
                int::from_i64(thread, order),
            ];
            Ok(tuple::new(thread, parts))
        }
    };
}

wide! { 2: utf_16_encode utf_16_le_encode utf_16_be_encode utf_16_decode utf_16_le_decode utf_16_be_decode utf_16_ex_decode }
wide! { 4: utf_32_encode utf_32_le_encode utf_32_be_encode utf_32_decode utf_32_le_decode utf_32_be_decode utf_32_ex_decode }
