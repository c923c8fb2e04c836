//! What the compiler tells the runtime about a program's native code: which code objects have some, and what belongs into
//! the words of the data area.
//!
//! Written into executables as a run of little-endian words: the shape is fixed, so decoding is a loop.

/// Modules that CPython builds in or has imported before the script starts: a local file of that name is never used.
/// Compiler and runtime look for modules alike.
pub const NEVER_LOCAL: &[&str] = &[
    "_abc",
    "_codecs",
    "_collections",
    "_collections_abc",
    "_functools",
    "_imp",
    "_io",
    "_locale",
    "_operator",
    "_signal",
    "_sitebuiltins",
    "_sre",
    "_stat",
    "_string",
    "_symtable",
    "_thread",
    "_tracemalloc",
    "_typing",
    "_warnings",
    "_weakref",
    "abc",
    "atexit",
    "builtins",
    "codecs",
    "encodings",
    "errno",
    "faulthandler",
    "gc",
    "genericpath",
    "io",
    "itertools",
    "marshal",
    "os",
    "posix",
    "posixpath",
    "pwd",
    "site",
    "stat",
    "sys",
    "time",
    "zipimport",
];

/// What a word of the data area holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// The current value of a global variable (module, name).
    Global(String, String),
    /// What a name of a native module meant when the program started (module, name).
    Original(String, String),
    /// The module of this name, once imported.
    Module(String),
    /// The function made of this code object, once made.
    Function(u32),
    /// Constant of a code object (code, index).
    Constant(u32, u32),
    /// Name of a code object (code, index).
    Name(u32, u32),
    /// An interned string.
    Text(String),
    /// Address of a code object.
    Code(u32),
    /// Address of a code object's inline caches.
    Sites(u32),
    /// Address of a code object's native code (its array entry), MISSING until its module is loaded.
    Entry(u32),
}

/// One word of the data area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Offset in bytes from the start of the data area.
    pub offset: u32,
    pub content: Content,
}

/// A code object with native code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeEntry {
    /// The code object's number in the program.
    pub code: u32,
    /// Index of its array entry among the image's functions.
    pub function: u32,
}

/// Stands for the number of the first code object in a module that has no native code.
pub const INTERPRETED: u32 = u32::MAX;

/// Where functions with native code call others, as bytes that nobody reads before somebody looks at the stack.
///
/// For each function the number of calls, then for each the distances of its return address from the one before, and of the
/// instruction that calls: LEB128, the second one zigzag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallSites(pub Vec<u8>);

impl CallSites {
    /// Of functions, their calls in order: offset of the return address, address of the instruction.
    pub fn encode<'a>(functions: impl Iterator<Item = &'a [(u32, u32)]>) -> CallSites {
        let mut out = Vec::new();
        for calls in functions {
            leb128(&mut out, calls.len() as u32);
            let mut last = (0, 0);
            for &(offset, at) in calls {
                let distance = at.wrapping_sub(last.1).cast_signed();
                leb128(&mut out, offset - last.0);
                leb128(&mut out, (distance << 1 ^ distance >> 31).cast_unsigned());
                last = (offset, at);
            }
        }
        CallSites(out)
    }

    /// Calls `each` with every call: position of the function, offset of the return address, address of the instruction.
    /// `None` if the bytes are damaged.
    pub fn decode(&self, mut each: impl FnMut(usize, u32, u32)) -> Option<()> {
        let mut input = self.0.iter().copied();
        for function in 0.. {
            let Some(count) = read_leb128(&mut input) else {
                break;
            };
            let (mut offset, mut at) = (0u32, 0u32);
            for _ in 0..count {
                offset = offset.wrapping_add(read_leb128(&mut input)?);
                let distance = read_leb128(&mut input)?;
                at = at.wrapping_add(distance >> 1 ^ (distance & 1).wrapping_neg());
                each(function, offset, at);
            }
        }
        Some(())
    }
}

fn leb128(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn read_leb128(input: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut n = 0;
    for shift in (0..).step_by(7) {
        let byte = input.next()?;
        n |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            break;
        }
    }
    Some(n)
}

/// All there is to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Number of the first code object of each module, in the order of the modules; [`INTERPRETED`] for some.
    pub modules: Vec<u32>,
    /// Sorted by code number.
    pub entries: Vec<NativeEntry>,
    pub words: Vec<Word>,
    /// Of the functions in `entries`.
    pub calls: CallSites,
}

impl Info {
    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        out.number(self.modules.len() as u32);
        self.modules.iter().for_each(|&first| out.number(first));
        out.number(self.entries.len() as u32);
        for entry in &self.entries {
            out.number(entry.code);
            out.number(entry.function);
        }
        out.number(self.words.len() as u32);
        for word in &self.words {
            out.number(word.offset);
            out.content(&word.content);
        }
        out.number(self.calls.0.len() as u32);
        out.0.extend_from_slice(&self.calls.0);
        out.0
    }

    /// From bytes; `None` if they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<Info> {
        let mut input = Reader(bytes);
        let modules = input.list(Reader::number)?;
        let entries = input.list(|input| {
            Some(NativeEntry {
                code: input.number()?,
                function: input.number()?,
            })
        })?;
        let words = input.list(|input| {
            Some(Word {
                offset: input.number()?,
                content: input.content()?,
            })
        })?;
        let length = input.number()? as usize;
        let calls = CallSites(input.0.to_vec());
        (calls.0.len() == length).then_some(Info {
            modules,
            entries,
            words,
            calls,
        })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, n: u32) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn content(&mut self, content: &Content) {
        match content {
            Content::Global(module, name) => {
                self.number(0);
                self.text(module);
                self.text(name);
            }
            Content::Original(module, name) => {
                self.number(1);
                self.text(module);
                self.text(name);
            }
            Content::Module(name) => {
                self.number(2);
                self.text(name);
            }
            Content::Text(text) => {
                self.number(3);
                self.text(text);
            }
            Content::Function(code) => self.numbers(&[4, *code]),
            Content::Constant(code, index) => self.numbers(&[5, *code, *index]),
            Content::Name(code, index) => self.numbers(&[6, *code, *index]),
            Content::Code(code) => self.numbers(&[7, *code]),
            Content::Sites(code) => self.numbers(&[8, *code]),
            Content::Entry(code) => self.numbers(&[9, *code]),
        }
    }

    fn numbers(&mut self, numbers: &[u32]) {
        numbers.iter().for_each(|&n| self.number(n));
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(bytes.to_vec()).ok()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()? as usize;
        // Every item takes at least four bytes: a damaged length cannot ask for more memory than there is input.
        if length > self.0.len() / 4 {
            return None;
        }
        (0..length).map(|_| item(self)).collect()
    }

    fn content(&mut self) -> Option<Content> {
        Some(match self.number()? {
            0 => Content::Global(self.text()?, self.text()?),
            1 => Content::Original(self.text()?, self.text()?),
            2 => Content::Module(self.text()?),
            3 => Content::Text(self.text()?),
            4 => Content::Function(self.number()?),
            5 => Content::Constant(self.number()?, self.number()?),
            6 => Content::Name(self.number()?, self.number()?),
            7 => Content::Code(self.number()?),
            8 => Content::Sites(self.number()?),
            9 => Content::Entry(self.number()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_sites_round_trip() {
        let functions: [&[(u32, u32)]; 3] = [&[(5, 9), (300, 2)], &[], &[(1 << 20, 1 << 31)]];
        let sites = CallSites::encode(functions.into_iter());
        let mut seen = Vec::new();
        let whole = sites.decode(|function, offset, at| seen.push((function, offset, at)));
        assert_eq!(whole, Some(()));
        assert_eq!(seen, [(0, 5, 9), (0, 300, 2), (2, 1 << 20, 1 << 31)]);
        let cut = CallSites(sites.0[..sites.0.len() - 1].to_vec());
        assert_eq!(cut.decode(|_, _, _| {}), None);
    }

    #[test]
    fn info_round_trips_and_damage_is_noticed() {
        let info = Info {
            modules: vec![0, 7],
            entries: vec![NativeEntry {
                code: 3,
                function: 1,
            }],
            words: vec![
                Word {
                    offset: 8,
                    content: Content::Global("m".into(), "näme".into()),
                },
                Word {
                    offset: 16,
                    content: Content::Constant(3, 2),
                },
                Word {
                    offset: 24,
                    content: Content::Text(String::new()),
                },
            ],
            calls: CallSites(vec![0]),
        };
        let bytes = info.encode();
        assert_eq!(Info::decode(&bytes), Some(info));
        for cut in 0..bytes.len() {
            assert_eq!(Info::decode(&bytes[..cut]), None);
        }
    }
}
