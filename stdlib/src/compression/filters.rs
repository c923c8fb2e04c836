//! Filters of `lzma`: dicts in Python.

use super::lzma::{fail, raised};
use ashore_runtime::operators::{convert, index};
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Owned, Result, Thread, Value, raise};
use liblzma::stream::{Filters, LzmaOptions, MatchFinder, Mode, PRESET_DEFAULT};

pub(super) const FILTER_LZMA1: i64 = 0x4000_0000_0000_0001;
const FILTER_LZMA2: i64 = 0x21;
const FILTER_DELTA: i64 = 3;
const FILTER_X86: i64 = 4;
const FILTER_POWERPC: i64 = 5;
const FILTER_IA64: i64 = 6;
const FILTER_ARM: i64 = 7;
const FILTER_ARMTHUMB: i64 = 8;
const FILTER_SPARC: i64 = 9;

pub(super) const NUMBERS: [(&str, i64); 9] = [
    ("FILTER_LZMA1", FILTER_LZMA1),
    ("FILTER_LZMA2", FILTER_LZMA2),
    ("FILTER_DELTA", FILTER_DELTA),
    ("FILTER_X86", FILTER_X86),
    ("FILTER_POWERPC", FILTER_POWERPC),
    ("FILTER_IA64", FILTER_IA64),
    ("FILTER_ARM", FILTER_ARM),
    ("FILTER_ARMTHUMB", FILTER_ARMTHUMB),
    ("FILTER_SPARC", FILTER_SPARC),
];

/// A number of 32 bits.
pub(super) fn number(thread: &Thread, value: Value) -> Result<u32> {
    let number = convert::index(thread, value)?;
    match IntRef::of(&number.value()).and_then(IntRef::to_i64) {
        Some(number) if number < 0 => raise!(
            thread,
            OverflowError,
            "can't convert negative value to unsigned int"
        ),
        number => match number.and_then(|number| u32::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => raise!(thread, OverflowError, "Value too large for uint32_t type"),
        },
    }
}

/// What a filter is given, by name.
type Options = Vec<(String, Value)>;

/// What keeps that.
type Kept = Vec<(Owned, Owned)>;

/// Which filter it is, what it is given, and what keeps that.
fn parts(thread: &Thread, spec: Value) -> Result<(i64, Options, Kept)> {
    let Some(table) = spec.get::<Dict>() else {
        return raise!(
            thread,
            TypeError,
            "Filter specifier must be a dict or dict-like object"
        );
    };
    let kept = table.snapshot(thread);
    let mut id = None;
    let mut options = Vec::new();
    for (name, value) in &kept {
        let name = name.value();
        let name = name.get::<Str>().map(Str::to_str_lossy).unwrap_or_default();
        match &*name {
            "id" => id = Some(convert::to_isize(thread, value.value())? as i64),
            name => options.push((name.to_owned(), value.value())),
        }
    }
    match id {
        Some(id) => Ok((id, options, kept)),
        None => raise!(
            thread,
            ValueError,
            "Filter specifier must have an \"id\" entry"
        ),
    }
}

fn invalid<T>(thread: &Thread, kind: &str) -> Result<T> {
    raise!(
        thread,
        ValueError,
        "Invalid filter specifier for {kind} filter"
    )
}

/// What LZMA is to do: a preset, and what is different.
fn lzma_options(thread: &Thread, given: &[(String, Value)]) -> Result<LzmaOptions> {
    let preset = given.iter().find(|(name, _)| name == "preset");
    let preset = match preset {
        Some((_, value)) => number(thread, *value)?,
        None => PRESET_DEFAULT,
    };
    let Ok(mut options) = LzmaOptions::new_preset(preset) else {
        return Err(fail(
            thread,
            &format!("Invalid compression preset: {preset}"),
        ));
    };
    for (name, value) in given {
        let value = number(thread, *value)?;
        match name.as_str() {
            "preset" => continue,
            "dict_size" => options.dict_size(value),
            "lc" => options.literal_context_bits(value),
            "lp" => options.literal_position_bits(value),
            "pb" => options.position_bits(value),
            "nice_len" => options.nice_len(value),
            "depth" => options.depth(value),
            "mode" => match value {
                1 => options.mode(Mode::Fast),
                2 => options.mode(Mode::Normal),
                _ => return Err(fail(thread, "Invalid or unsupported options")),
            },
            "mf" => match value {
                3 => options.match_finder(MatchFinder::HashChain3),
                4 => options.match_finder(MatchFinder::HashChain4),
                18 => options.match_finder(MatchFinder::BinaryTree2),
                19 => options.match_finder(MatchFinder::BinaryTree3),
                20 => options.match_finder(MatchFinder::BinaryTree4),
                _ => return Err(fail(thread, "Invalid or unsupported options")),
            },
            _ => return invalid(thread, "LZMA"),
        };
    }
    Ok(options)
}

/// The options of a filter if it is that one.
pub(super) fn options_of(thread: &Thread, spec: Value, wanted: i64) -> Result<Option<LzmaOptions>> {
    let (id, given, _kept) = parts(thread, spec)?;
    match id == wanted {
        true => lzma_options(thread, &given).map(Some),
        false => Ok(None),
    }
}

/// The one option that a filter may have.
fn only(
    thread: &Thread,
    given: &[(String, Value)],
    wanted: &str,
    kind: &str,
) -> Result<Option<u32>> {
    let mut found = None;
    for (name, value) in given {
        if name != wanted {
            return invalid(thread, kind);
        }
        found = Some(number(thread, *value)?);
    }
    Ok(found)
}

/// The bytes that stand for the options of a filter other than LZMA.
fn properties(thread: &Thread, id: i64, given: &[(String, Value)]) -> Result<Vec<u8>> {
    match id {
        FILTER_DELTA => {
            let distance = only(thread, given, "dist", "delta")?.unwrap_or(1);
            match u8::try_from(distance.wrapping_sub(1)) {
                Ok(distance) => Ok(vec![distance]),
                Err(_) => Err(fail(thread, "Invalid or unsupported options")),
            }
        }
        FILTER_X86..=FILTER_SPARC => Ok(match only(thread, given, "start_offset", "BCJ")? {
            None | Some(0) => Vec::new(),
            Some(offset) => offset.to_le_bytes().to_vec(),
        }),
        _ => raise!(thread, ValueError, "Invalid filter ID: {id}"),
    }
}

/// Adds a filter to a chain.
pub(super) fn add(thread: &Thread, filters: &mut Filters, spec: Value) -> Result<()> {
    let (id, given, _kept) = parts(thread, spec)?;
    if id == FILTER_LZMA1 || id == FILTER_LZMA2 {
        let options = lzma_options(thread, &given)?;
        match id {
            FILTER_LZMA1 => filters.lzma1(&options),
            _ => filters.lzma2(&options),
        };
        return Ok(());
    }
    let properties = properties(thread, id, &given)?;
    let added = match id {
        FILTER_DELTA => filters.delta_properties(&properties),
        FILTER_X86 => filters.x86_properties(&properties),
        FILTER_POWERPC => filters.powerpc_properties(&properties),
        FILTER_IA64 => filters.ia64_properties(&properties),
        FILTER_ARM => filters.arm_properties(&properties),
        FILTER_ARMTHUMB => filters.arm_thumb_properties(&properties),
        _ => filters.sparc_properties(&properties),
    };
    match added {
        Ok(_) => Ok(()),
        Err(failure) => Err(raised(thread, failure)),
    }
}

/// What LZMA's properties are made of: a preset's, and what is different.
struct Basic {
    lc: u32,
    lp: u32,
    pb: u32,
    dict_size: u32,
}

impl Basic {
    fn of(thread: &Thread, given: &[(String, Value)]) -> Result<Basic> {
        // The sizes of the presets' dictionaries, as powers of two.
        const SIZES: [u32; 10] = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26];
        lzma_options(thread, given)?;
        let find = |name: &str| given.iter().find(|(other, _)| other == name);
        let preset = match find("preset") {
            Some((_, value)) => number(thread, *value)?,
            None => PRESET_DEFAULT,
        };
        let size = SIZES
            .get((preset & 0x1f) as usize)
            .map_or(0, |bits| 1 << bits);
        let get = |name: &str, default: u32| match find(name) {
            Some((_, value)) => number(thread, *value),
            None => Ok(default),
        };
        Ok(Basic {
            lc: get("lc", 3)?,
            lp: get("lp", 0)?,
            pb: get("pb", 2)?,
            dict_size: get("dict_size", size)?,
        })
    }

    fn lzma1(&self) -> Vec<u8> {
        let first = (self.pb * 5 + self.lp) * 9 + self.lc;
        let mut bytes = vec![first as u8];
        bytes.extend(self.dict_size.to_le_bytes());
        bytes
    }

    /// The smallest size of the form 2^n or 2^n + 2^(n-1) that is no less.
    fn lzma2(&self) -> Vec<u8> {
        let sizes = (0..40_u32).find(|&n| lzma2_size(n) >= u64::from(self.dict_size));
        vec![sizes.unwrap_or(40) as u8]
    }
}

fn lzma2_size(n: u32) -> u64 {
    (2 | u64::from(n & 1)) << (n / 2 + 11)
}

/// `_encode_filter_properties(filter)`
pub(super) fn encode(thread: &Thread, args: &[Value]) -> Result {
    let (id, given, _kept) = parts(thread, args[0])?;
    let bytes = match id {
        FILTER_LZMA1 => Basic::of(thread, &given)?.lzma1(),
        FILTER_LZMA2 => Basic::of(thread, &given)?.lzma2(),
        _ => properties(thread, id, &given)?,
    };
    Ok(bytes::new(thread, &bytes))
}

/// `_decode_filter_properties(filter_id, encoded_props)`
pub(super) fn decode(thread: &Thread, args: &[Value]) -> Result {
    let id = convert::to_isize(thread, args[0])? as i64;
    let bytes = Buffer::copy_argument(thread, args[1])?;
    let mut options: Vec<(&str, u32)> = Vec::new();
    match (id, bytes.as_slice()) {
        (FILTER_LZMA1, &[first, a, b, c, d]) if first < 225 => {
            let first = u32::from(first);
            options.push(("lc", first % 9));
            options.push(("lp", first / 9 % 5));
            options.push(("pb", first / 45));
            options.push(("dict_size", u32::from_le_bytes([a, b, c, d])));
        }
        (FILTER_LZMA2, &[size]) if size <= 40 => {
            let size = lzma2_size(size.into()).min(u64::from(u32::MAX));
            options.push(("dict_size", size as u32));
        }
        (FILTER_DELTA, &[distance]) => options.push(("dist", u32::from(distance) + 1)),
        (FILTER_X86..=FILTER_SPARC, &[]) => {}
        (FILTER_X86..=FILTER_SPARC, &[a, b, c, d]) => {
            options.push(("start_offset", u32::from_le_bytes([a, b, c, d])));
        }
        _ => return Err(fail(thread, "Invalid or unsupported options")),
    }
    let spec = dict::new(thread);
    let set = |name: &str, value: Owned| {
        let name = str::new(thread, name);
        index::set_item(thread, spec.value(), name.value(), value.value())
    };
    set("id", int::from_i64(thread, id))?;
    for (name, value) in options {
        set(name, int::from_u64(thread, value.into()))?;
    }
    Ok(spec)
}
