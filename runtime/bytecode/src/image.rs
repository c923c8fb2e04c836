//! The container of a program's modules: what a built executable holds of its Python half.
//!
//! ```text
//!   header   magic, version, number of modules, fingerprint of the instruction table, checksum and end of the directory,
//!            settings
//!   records  one of fixed size for each module, sorted by name
//!   texts    names and paths
//!   ──────── end of the directory: all of the above is checked when the image is opened
//!   blobs    code and source of each module, what there is to know about native code; checked when they are asked for
//! ```
//!
//! Opening an image costs one pass over the directory and allocates nothing; a module costs nothing until it is imported,
//! its source nothing until a traceback shows it. The same modules give the same bytes. Within a module, code objects are
//! numbered as in [`crate::disassemble::nested`]; machine code refers to them by module and number.

use std::fmt;
use std::ops::Range;

use crate::code::Code;
use crate::encode::{DecodeError, decode, encode};
use crate::instructions::Opcode;

/// A module to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Dotted name; `__main__` for the script.
    pub name: String,
    pub is_package: bool,
    /// `__file__`.
    pub path: String,
    pub code: Code,
    /// Source text for tracebacks.
    pub source: Option<String>,
}

/// How a program is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub counting: Counting,
    /// Only interpret, although there may be native code.
    pub interpret: bool,
}

/// How references are counted: the choice is there to measure what each costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// The thread that made an object counts without atomic instructions, others with them.
    #[default]
    Biased,
    /// Nobody uses atomic instructions: for programs of one thread.
    Plain,
    /// Everybody uses atomic instructions.
    Atomic,
}

impl Counting {
    /// All ways, in the order of their numbers in images.
    pub const ALL: [Counting; 3] = [Counting::Biased, Counting::Plain, Counting::Atomic];
}

impl Settings {
    const INTERPRET: u32 = 1 << 8;

    fn to_bits(self) -> u32 {
        self.counting as u32 | if self.interpret { Self::INTERPRET } else { 0 }
    }

    fn from_bits(bits: u32) -> Option<Settings> {
        let settings = Settings {
            counting: *Counting::ALL.get((bits & 0xff) as usize)?,
            interpret: bits & Self::INTERPRET != 0,
        };
        (settings.to_bits() == bits).then_some(settings)
    }
}

/// Why bytes are no image, or modules can't be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// The bytes don't start as an image does.
    NotAnImage,
    /// Written by another version of this crate.
    Version,
    /// Shorter than its own directory says.
    Truncated,
    /// The directory's bytes changed since they were written.
    Directory,
    /// What there is to know about native code changed since it was written.
    Native,
    /// A module's bytes changed since they were written.
    Checksum(String),
    /// A module's code does not decode.
    Decode(String, DecodeError),
    /// Two modules of one name.
    Duplicate(String),
    /// A module whose constants nest too deep.
    TooDeep(String),
    /// More than 4 GiB.
    TooLarge,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ImageError::NotAnImage => f.write_str("not a module image"),
            ImageError::Version => f.write_str("module image of another version of ashore"),
            ImageError::Truncated => f.write_str("module image is truncated"),
            ImageError::Directory => f.write_str("module image has a damaged directory"),
            ImageError::Native => f.write_str("module image: the native code's data is damaged"),
            ImageError::Checksum(name) => write!(f, "module image: '{name}' is damaged"),
            ImageError::Decode(name, error) => write!(f, "module image: '{name}': {error}"),
            ImageError::Duplicate(name) => write!(f, "two modules are named '{name}'"),
            ImageError::TooDeep(name) => {
                write!(f, "constants of module '{name}' nest too deep")
            }
            ImageError::TooLarge => f.write_str("module image would exceed 4 GiB"),
        }
    }
}

impl std::error::Error for ImageError {}

const MAGIC: [u8; 8] = *b"ashoremi";
const VERSION: u32 = 3;

/// Offsets of the header's fields, and its size. A blob is an offset and a length of four bytes each.
mod header {
    pub const VERSION: usize = 8;
    pub const N_MODULES: usize = 12;
    pub const FINGERPRINT: usize = 16;
    pub const CHECKSUM: usize = 24;
    pub const DIRECTORY_END: usize = 32;
    pub const SETTINGS: usize = 36;
    pub const NATIVE: usize = 40;
    pub const NATIVE_CHECKSUM: usize = 48;
    pub const SIZE: usize = 56;
}

/// Offsets of a record's fields, and its size. Texts and blobs are an offset and a length of four bytes each.
mod record {
    pub const NAME: usize = 0;
    pub const PATH: usize = 8;
    pub const CODE: usize = 16;
    pub const SOURCE: usize = 24;
    pub const CODE_CHECKSUM: usize = 32;
    pub const SOURCE_CHECKSUM: usize = 40;
    pub const FLAGS: usize = 48;
    pub const SIZE: usize = 56;
}

const IS_PACKAGE: u32 = 1;
const HAS_SOURCE: u32 = 2;

/// The order modules have in an image.
pub fn order(a: &Module, b: &Module) -> std::cmp::Ordering {
    a.name.cmp(&b.name)
}

/// The bytes of an image of `modules` and of modules that another image holds already. `native` is what the runtime is to
/// know about native code.
pub fn write(
    modules: &[Module],
    others: &[Entry],
    settings: Settings,
    native: &[u8],
) -> Result<Vec<u8>, ImageError> {
    let own = modules.iter().map(Origin::Module);
    let mut sorted: Vec<Origin> = own.chain(others.iter().map(Origin::Entry)).collect();
    sorted.sort_by(|a, b| a.name().cmp(b.name()));
    let mut pairs = sorted.windows(2);
    if let Some(twice) = pairs.find(|pair| pair[0].name() == pair[1].name()) {
        return Err(ImageError::Duplicate(twice[0].name().to_owned()));
    }
    let place = |i: usize| header::SIZE + i * record::SIZE;
    let mut out = vec![0; place(sorted.len())];
    for (i, module) in sorted.iter().enumerate() {
        append(&mut out, place(i) + record::NAME, module.name().as_bytes())?;
        append(&mut out, place(i) + record::PATH, module.path().as_bytes())?;
    }
    let directory_end = out.len();
    for (i, origin) in sorted.iter().enumerate() {
        match origin {
            Origin::Module(module) => write_module(&mut out, place(i), module)?,
            Origin::Entry(entry) => copy_module(&mut out, place(i), entry)?,
        }
    }
    append(&mut out, header::NATIVE, native)?;
    put_u64(&mut out, header::NATIVE_CHECKSUM, checksum(native));
    put(&mut out, 0, &MAGIC);
    put_u64(&mut out, header::FINGERPRINT, FINGERPRINT);
    // All of these fit: what they count was appended, which checks it.
    put_u32(&mut out, header::VERSION, VERSION);
    put_u32(&mut out, header::N_MODULES, sorted.len() as u32);
    put_u32(&mut out, header::DIRECTORY_END, directory_end as u32);
    put_u32(&mut out, header::SETTINGS, settings.to_bits());
    let sum = directory_checksum(&out[..directory_end]);
    put_u64(&mut out, header::CHECKSUM, sum);
    Ok(out)
}

/// Where what is written comes from.
enum Origin<'a> {
    Module(&'a Module),
    Entry(&'a Entry<'a>),
}

impl Origin<'_> {
    fn name(&self) -> &str {
        match self {
            Origin::Module(module) => &module.name,
            Origin::Entry(entry) => entry.name(),
        }
    }

    fn path(&self) -> &str {
        match self {
            Origin::Module(module) => &module.path,
            Origin::Entry(entry) => entry.path(),
        }
    }
}

/// Appends the blobs of a module and fills in the rest of its record at `place`.
fn write_module(out: &mut Vec<u8>, place: usize, module: &Module) -> Result<(), ImageError> {
    let code = encode(&module.code).map_err(|_| ImageError::TooDeep(module.name.clone()))?;
    let source = module.source.as_deref().map(pack).unwrap_or_default();
    append(out, place + record::CODE, &code)?;
    append(out, place + record::SOURCE, &source)?;
    put_u64(out, place + record::CODE_CHECKSUM, checksum(&code));
    put_u64(out, place + record::SOURCE_CHECKSUM, checksum(&source));
    let flags = [
        (IS_PACKAGE, module.is_package),
        (HAS_SOURCE, module.source.is_some()),
    ];
    let set = flags.iter().filter(|(_, set)| *set).map(|(flag, _)| flag);
    put_u32(out, place + record::FLAGS, set.sum());
    Ok(())
}

/// The same for a module of another image; checksums stay what they were.
fn copy_module(out: &mut Vec<u8>, place: usize, entry: &Entry) -> Result<(), ImageError> {
    let code = entry.blob(record::CODE, record::CODE_CHECKSUM)?;
    let source = entry.blob(record::SOURCE, record::SOURCE_CHECKSUM)?;
    append(out, place + record::CODE, code)?;
    append(out, place + record::SOURCE, source)?;
    let rest = record::CODE_CHECKSUM..record::SIZE;
    put(out, place + rest.start, &entry.record[rest]);
    Ok(())
}

/// Source text, compressed: it is most of a module and hardly ever read.
fn pack(source: &str) -> Vec<u8> {
    let mut packed = (source.len() as u64).to_le_bytes().to_vec();
    packed.extend(miniz_oxide::deflate::compress_to_vec(source.as_bytes(), 6));
    packed
}

/// What [`pack`] packed.
fn unpack(packed: &[u8]) -> Option<String> {
    let (length, packed) = packed.split_first_chunk()?;
    let length = u64::from_le_bytes(*length) as usize;
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, length).ok()?;
    String::from_utf8(bytes).ok()
}

/// Appends `bytes` and stores their offset and length at `field`.
fn append(out: &mut Vec<u8>, field: usize, bytes: &[u8]) -> Result<(), ImageError> {
    let offset = u32::try_from(out.len()).map_err(|_| ImageError::TooLarge)?;
    let length = u32::try_from(bytes.len()).map_err(|_| ImageError::TooLarge)?;
    put(out, field, &offset.to_le_bytes());
    put(out, field + 4, &length.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    out[at..at + bytes.len()].copy_from_slice(bytes);
}

fn put_u32(out: &mut [u8], at: usize, value: u32) {
    put(out, at, &value.to_le_bytes());
}

fn put_u64(out: &mut [u8], at: usize, value: u64) {
    put(out, at, &value.to_le_bytes());
}

/// An image that was opened; borrows its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    bytes: &'a [u8],
    n_modules: usize,
    settings: Settings,
}

impl<'a> Image<'a> {
    /// Checks the header and the directory.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let Some(head) = bytes
            .get(..header::SIZE)
            .filter(|head| head.starts_with(&MAGIC))
        else {
            return Err(ImageError::NotAnImage);
        };
        let same_version = u32_at(head, header::VERSION) == VERSION;
        if !same_version || u64_at(head, header::FINGERPRINT) != FINGERPRINT {
            return Err(ImageError::Version);
        }
        let n_modules = u32_at(head, header::N_MODULES) as usize;
        let end = u32_at(head, header::DIRECTORY_END) as usize;
        let directory = bytes.get(..end).ok_or(ImageError::Truncated)?;
        let records_end = n_modules
            .saturating_mul(record::SIZE)
            .saturating_add(header::SIZE);
        if end < records_end || directory_checksum(directory) != u64_at(head, header::CHECKSUM) {
            return Err(ImageError::Directory);
        }
        let settings = Settings::from_bits(u32_at(head, header::SETTINGS));
        let settings = settings.ok_or(ImageError::Directory)?;
        Ok(Image {
            bytes,
            n_modules,
            settings,
        })
    }

    /// How the program is to be run.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// What `write` was told about native code.
    pub fn native(&self) -> Result<&'a [u8], ImageError> {
        let bytes = self.bytes.get(range(self.bytes, header::NATIVE));
        let bytes = bytes.ok_or(ImageError::Truncated)?;
        if checksum(bytes) != u64_at(self.bytes, header::NATIVE_CHECKSUM) {
            return Err(ImageError::Native);
        }
        Ok(bytes)
    }

    /// All modules, sorted by name.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = Entry<'a>> + use<'a> {
        let image = *self;
        (0..image.n_modules).map(move |i| image.entry(i))
    }

    /// The module of this dotted name.
    pub fn find(&self, name: &str) -> Option<Entry<'a>> {
        let (mut low, mut high) = (0, self.n_modules);
        while low < high {
            let middle = (low + high) / 2;
            let entry = self.entry(middle);
            match entry.name().cmp(name) {
                std::cmp::Ordering::Equal => return Some(entry),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn entry(&self, index: usize) -> Entry<'a> {
        let at = header::SIZE + index * record::SIZE;
        Entry {
            image: *self,
            index,
            record: &self.bytes[at..at + record::SIZE],
        }
    }
}

/// One module of an image.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    image: Image<'a>,
    index: usize,
    record: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Position among [`Image::modules`].
    pub fn index(&self) -> usize {
        self.index
    }

    /// Dotted name; `__main__` for the script.
    pub fn name(&self) -> &'a str {
        self.text(record::NAME)
    }

    /// `__file__`.
    pub fn path(&self) -> &'a str {
        self.text(record::PATH)
    }

    pub fn is_package(&self) -> bool {
        u32_at(self.record, record::FLAGS) & IS_PACKAGE != 0
    }

    /// Decodes the module's code.
    pub fn code(&self) -> Result<Code, ImageError> {
        let bytes = self.blob(record::CODE, record::CODE_CHECKSUM)?;
        decode(bytes).map_err(|error| ImageError::Decode(self.name().to_owned(), error))
    }

    /// The source text, if it was stored.
    pub fn source(&self) -> Result<Option<String>, ImageError> {
        if u32_at(self.record, record::FLAGS) & HAS_SOURCE == 0 {
            return Ok(None);
        }
        let packed = self.blob(record::SOURCE, record::SOURCE_CHECKSUM)?;
        let text = unpack(packed);
        text.map(Some)
            .ok_or_else(|| ImageError::Checksum(self.name().to_owned()))
    }

    /// Names and paths lie in the directory, whose checksum was right; bytes forged to match it give an empty text.
    fn text(&self, field: usize) -> &'a str {
        let bytes = self
            .image
            .bytes
            .get(range(self.record, field))
            .unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn blob(&self, field: usize, sum: usize) -> Result<&'a [u8], ImageError> {
        let bytes = self
            .image
            .bytes
            .get(range(self.record, field))
            .ok_or(ImageError::Truncated)?;
        if checksum(bytes) != u64_at(self.record, sum) {
            return Err(ImageError::Checksum(self.name().to_owned()));
        }
        Ok(bytes)
    }
}

/// What an offset and a length stored at `field` cover.
fn range(bytes: &[u8], field: usize) -> Range<usize> {
    let start = u32_at(bytes, field) as usize;
    start..start + u32_at(bytes, field + 4) as usize
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// Checksum of the directory without the field that holds it.
fn directory_checksum(directory: &[u8]) -> u64 {
    let (before, rest) = directory.split_at(header::CHECKSUM);
    checksum(before) ^ checksum(&rest[8..]).rotate_left(32)
}

/// A checksum against accidents, not against attackers, at some bytes a cycle: every step is a bijection of the state, so
/// one changed word always shows.
fn checksum(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(K).rotate_left(29);
    let words = bytes.chunks_exact(8);
    let mut tail = [0; 8];
    tail[..words.remainder().len()].copy_from_slice(words.remainder());
    let sum = words.fold(bytes.len() as u64, |sum, word| mix(sum, u64_at(word, 0)));
    mix(sum, u64::from_le_bytes(tail))
}

/// Tells instruction tables apart: opcodes are numbers, and an image of another table would run as another program.
const FINGERPRINT: u64 = {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let (name, operands) = (Opcode::ALL[i].name().as_bytes(), Opcode::ALL[i].operands());
        let mut j = 0;
        while j < name.len() + operands.len() {
            let byte = if j < name.len() {
                name[j]
            } else {
                operands[j - name.len()] as u8
            };
            sum = (sum ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
            j += 1;
        }
        i += 1;
    }
    sum
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{CodeFlags, Constant, Handler, Nested, Position};
    use crate::disassemble::nested;
    use crate::encode::{MAX_DEPTH, encode};

    const NATIVE: &[u8] = b"words";
    const SETTINGS: Settings = Settings {
        counting: Counting::Atomic,
        interpret: true,
    };

    fn sample(name: &str, is_package: bool) -> Module {
        let mut code = Code {
            name: "<module>".into(),
            qualname: "<module>".into(),
            filename: format!("{name}.py"),
            first_line: 1,
            flags: CodeFlags {
                varargs: true,
                docstring: true,
                ..CodeFlags::default()
            },
            locals: vec!["a".into(), "b".into()],
            cells: vec![1],
            free: vec!["a".into()],
            n_registers: 300,
            units: vec![0, 127, 128, u16::MAX],
            n_sites: 70_000,
            handlers: vec![Handler {
                start: 0,
                end: 2,
                target: 3,
                temp: 2,
            }],
            ..Code::default()
        };
        let inner = Constant::Code(Nested::new(Code {
            name: "f".into(),
            ..Code::default()
        }));
        code.constants = vec![
            Constant::Str(b"doc \xed\xa0\x80".to_vec()),
            Constant::Int(i64::MIN),
            Constant::BigInt("123456789012345678901234567890".into()),
            Constant::Float((-0.0f64).to_bits()),
            Constant::Imaginary(f64::NAN.to_bits()),
            Constant::Bytes(vec![0, 255]),
            Constant::Tuple(vec![
                Constant::None,
                Constant::Tuple(vec![]),
                Constant::Ellipsis,
            ]),
            Constant::FrozenSet(vec![Constant::True, Constant::False]),
            inner,
        ];
        let position = Position {
            line: 7,
            column: 4,
            end_line: 8,
            end_column: 2,
        };
        code.positions.push(0, position);
        code.positions.push(
            2,
            Position {
                line: 3,
                ..position
            },
        );
        Module {
            name: name.into(),
            is_package,
            path: format!("/src/{name}.py"),
            code,
            source: is_package.then(|| "pass\n".to_owned()),
        }
    }

    #[test]
    fn modules_come_back() {
        let modules = [
            sample("pkg", true),
            sample("__main__", false),
            sample("pkg.é", false),
        ];
        let bytes = write(&modules, &[], SETTINGS, NATIVE).unwrap();
        let reversed: Vec<Module> = modules.iter().rev().cloned().collect();
        assert_eq!(
            bytes,
            write(&reversed, &[], SETTINGS, NATIVE).unwrap(),
            "order of writing must not matter"
        );
        let image = Image::open(&bytes).unwrap();
        let names: Vec<&str> = image.modules().map(|entry| entry.name()).collect();
        assert_eq!(image.settings(), SETTINGS);
        assert_eq!(image.native(), Ok(NATIVE));
        assert_eq!(names, ["__main__", "pkg", "pkg.é"]);
        for module in &modules {
            let entry = image.find(&module.name).unwrap();
            let back = Module {
                name: entry.name().into(),
                is_package: entry.is_package(),
                path: entry.path().into(),
                code: entry.code().unwrap(),
                source: entry.source().unwrap(),
            };
            assert_eq!(&back, module);
        }
        assert!(image.find("pk").is_none());
    }

    #[test]
    fn modules_move_to_another_image() {
        let modules = [sample("a", true), sample("b", false), sample("c", true)];
        let all = write(&modules, &[], SETTINGS, NATIVE).unwrap();
        let stored = write(&modules[1..], &[], SETTINGS, &[]).unwrap();
        let entries: Vec<Entry> = Image::open(&stored).unwrap().modules().collect();
        assert_eq!(write(&modules[..1], &entries, SETTINGS, NATIVE), Ok(all));
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        let twice = [sample("a", false), sample("a", true)];
        assert_eq!(
            write(&twice, &[], SETTINGS, NATIVE),
            Err(ImageError::Duplicate("a".into()))
        );
        let mut deep = sample("deep", false);
        let nest = |deep: &mut Module| {
            let inner = vec![deep.code.constants.pop().unwrap()];
            deep.code.constants.push(Constant::Tuple(inner));
        };
        deep.code.constants = vec![Constant::Tuple(Vec::new())];
        (2..MAX_DEPTH).for_each(|_| nest(&mut deep));
        let bytes = write(std::slice::from_ref(&deep), &[], SETTINGS, NATIVE).unwrap();
        let entry = Image::open(&bytes).unwrap().find("deep").unwrap();
        assert_eq!(entry.code().as_ref(), Ok(&deep.code));
        nest(&mut deep);
        assert_eq!(
            write(&[deep], &[], SETTINGS, NATIVE),
            Err(ImageError::TooDeep("deep".into()))
        );
    }

    #[test]
    fn codes_nest_as_deep_as_they_like() {
        let mut deep = sample("deep", false);
        let depth = 20_000;
        for i in (0..depth).rev() {
            let inner = std::mem::take(&mut deep.code);
            deep.code.name = "f".into();
            deep.code.qualname = if i % 100 == 0 { "f" } else { "f.<locals>.f" }.into();
            deep.code.constants = vec![Constant::Code(Nested::new(inner)), Constant::None];
        }
        let bytes = write(std::slice::from_ref(&deep), &[], SETTINGS, NATIVE).unwrap();
        let entry = Image::open(&bytes).unwrap().find("deep").unwrap();
        let read = entry.code().unwrap();
        assert_eq!(encode(&read), encode(&deep.code));
        assert_eq!(nested(&read).len(), nested(&deep.code).len());
    }

    #[test]
    fn every_changed_byte_shows() {
        let bytes = write(
            &[sample("a", true), sample("b", false)],
            &[],
            SETTINGS,
            NATIVE,
        )
        .unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let used = Image::open(&changed).and_then(|image| {
                image.native()?;
                image.modules().try_for_each(|entry| {
                    entry.code()?;
                    entry.source().map(drop)
                })
            });
            assert!(used.is_err(), "byte {at}");
            let used = Image::open(&bytes[..at]).and_then(|image| {
                image.native()?;
                image.modules().try_for_each(|entry| {
                    entry.code()?;
                    entry.source().map(drop)
                })
            });
            assert!(used.is_err(), "cut at {at}");
        }
    }

    /// Decodes bytes with nothing but the decoder's own checks in the way.
    #[test]
    fn corrupt_code_is_an_error_or_another_code() {
        let bytes = encode(&sample("a", true).code).unwrap();
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random as usize
        };
        for round in 0..20_000 {
            let mut changed = bytes.clone();
            for _ in 0..=round % 4 {
                let at = next() % changed.len();
                changed[at] = next() as u8;
            }
            changed.truncate(bytes.len() - next() % 2 * (next() % bytes.len()));
            // An error is fine, and so is a code: nothing may panic, hang or take memory.
            let _ = decode(&changed);
        }
    }
}
