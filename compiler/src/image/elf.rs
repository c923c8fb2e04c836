//! The launcher as an ELF file: what the writer needs to know of it, and the tables it rewrites.
//!
//! Everything the launcher maps stays where it is. What is rewritten: the program headers (in place, same number), and
//! everything that is not mapped: section headers, symbols, debug sections.

use rustc_hash::FxHashMap;
use std::ops::Range;

use ashore_bytecode::image_header::{HEADER_SYMBOL, ImageHeader};
use object::LittleEndian as LE;
use object::elf::{
    EM_X86_64, ET_DYN, FileHeader64, PF_R, PF_W, PF_X, PT_GNU_EH_FRAME, PT_LOAD, PT_NOTE,
    ProgramHeader64, SHF_ALLOC, SHF_INFO_LINK, SHN_LORESERVE, SHN_UNDEF, SHT_NULL, SHT_SYMTAB,
    STT_FUNC, STT_NOTYPE, STT_OBJECT, SectionHeader64, Sym64,
};
use object::read::elf::{FileHeader, SectionHeader, SectionTable, Sym, SymbolTable};
use object::{U16, U32, U64, pod};

use super::ImageError;
use super::unwind::SearchTable;

/// Length fields, type and the name "GNU", before the id itself.
const BUILD_ID_HEADER: usize = 16;

pub(super) type Elf = FileHeader64<LE>;
pub(super) type Segment = ProgramHeader64<LE>;

/// A part of the address space and the part of the file it shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mapping {
    pub(super) address: u64,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// A parsed launcher.
pub(super) struct LauncherElf<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) file: &'a Elf,
    pub(super) segments: &'a [Segment],
    sections: SectionTable<'a, Elf>,
    symbols: SymbolTable<'a, Elf>,
    addresses: FxHashMap<&'a [u8], Definition>,
}

/// What a name means in the symbol table.
#[derive(Clone, Copy)]
struct Definition {
    address: u64,
    local: bool,
    /// Another definition of equal standing has another address.
    ambiguous: bool,
}

impl<'a> LauncherElf<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let malformed =
            |error: object::Error| ImageError::launcher(format!("malformed ELF file: {error}"));
        let file = Elf::parse(bytes)
            .map_err(|_| ImageError::launcher("not a 64-bit little-endian ELF executable"))?;
        if file.e_machine(LE) != EM_X86_64 || file.e_type(LE) != ET_DYN {
            return Err(ImageError::launcher(
                "not a position-independent x86-64 executable",
            ));
        }
        let segments = file.program_headers(LE, bytes).map_err(malformed)?;
        let sections = file.sections(LE, bytes).map_err(malformed)?;
        let symbols = sections.symbols(LE, bytes, SHT_SYMTAB).map_err(malformed)?;
        if symbols.is_empty() {
            return Err(ImageError::launcher(
                "it has no symbol table (was it stripped?)",
            ));
        }
        let addresses = definitions(&symbols);
        Ok(Self {
            bytes,
            file,
            segments,
            sections,
            symbols,
            addresses,
        })
    }

    /// The address of a function or static of the runtime.
    pub(super) fn symbol(&self, name: &str) -> Option<u64> {
        let definition = self.addresses.get(name.as_bytes())?;
        (!definition.ambiguous).then_some(definition.address)
    }

    /// Where the image header is, in memory and in the file, and what it says.
    pub(super) fn image_header(&self) -> Result<(Mapping, ImageHeader), ImageError> {
        let address = self
            .symbol(HEADER_SYMBOL)
            .ok_or_else(|| ImageError::launcher(format!("it does not define {HEADER_SYMBOL}")))?;
        let outside = || ImageError::launcher(format!("{HEADER_SYMBOL} is not in the file"));
        let size = ImageHeader::SIZE as u64;
        let offset = self.file_offset(address, size).ok_or_else(outside)?;
        let bytes = self
            .bytes
            .get(offset as usize..)
            .and_then(<[u8]>::first_chunk)
            .ok_or_else(outside)?;
        Ok((
            Mapping {
                address,
                offset,
                size,
            },
            ImageHeader::from_bytes(bytes),
        ))
    }

    /// The file offset of `size` bytes mapped at `address`.
    fn file_offset(&self, address: u64, size: u64) -> Option<u64> {
        let within = |s: &&Segment| {
            address >= s.p_vaddr.get(LE)
                && address + size <= s.p_vaddr.get(LE).saturating_add(s.p_filesz.get(LE))
        };
        let segment = self.loads().find(within)?;
        Some(address - segment.p_vaddr.get(LE) + segment.p_offset.get(LE))
    }

    fn loads(&self) -> impl Iterator<Item = &'a Segment> {
        self.segments
            .iter()
            .filter(|segment| segment.p_type.get(LE) == PT_LOAD)
    }

    /// The table of frame descriptions that unwinders search.
    pub(super) fn search_table(&self) -> Result<SearchTable, ImageError> {
        let segment = self
            .segments
            .iter()
            .find(|segment| segment.p_type.get(LE) == PT_GNU_EH_FRAME);
        let segment =
            segment.ok_or_else(|| ImageError::launcher("it has no PT_GNU_EH_FRAME segment"))?;
        let start = segment.p_offset.get(LE) as usize;
        let section = self
            .bytes
            .get(start..start.saturating_add(segment.p_filesz.get(LE) as usize));
        section
            .and_then(|section| SearchTable::parse(section, segment.p_vaddr.get(LE)))
            .ok_or_else(|| ImageError::launcher("its .eh_frame_hdr has an unknown encoding"))
    }

    /// End of the file content that is mapped; what follows in the file is rewritten.
    pub(super) fn mapped_file_end(&self) -> Result<u64, ImageError> {
        let end = self
            .loads()
            .map(|s| s.p_offset.get(LE).saturating_add(s.p_filesz.get(LE)))
            .max()
            .unwrap_or(0);
        if end > self.bytes.len() as u64 {
            return Err(ImageError::launcher("the file is truncated"));
        }
        Ok(end)
    }

    /// The last address the launcher occupies, plus one; and whether that last segment is writable.
    pub(super) fn memory_end(&self) -> Result<(u64, bool), ImageError> {
        if !self
            .loads()
            .is_sorted_by_key(|segment| segment.p_vaddr.get(LE))
        {
            return Err(ImageError::launcher(
                "its segments are not in order of address",
            ));
        }
        let last = self
            .loads()
            .last()
            .ok_or_else(|| ImageError::launcher("it loads nothing"))?;
        let end = last.p_vaddr.get(LE).saturating_add(last.p_memsz.get(LE));
        Ok((end, last.p_flags.get(LE) & PF_W != 0))
    }

    /// The program headers with one more segment to load, in the place of a note:
    ///
    /// ```text
    ///   PHDR INTERP LOAD LOAD LOAD LOAD      DYNAMIC ... EH_FRAME STACK NOTE
    ///   PHDR INTERP LOAD LOAD LOAD LOAD LOAD DYNAMIC ... EH_FRAME STACK          loads stay ascending by address
    /// ```
    ///
    /// The last of the launcher's loads grows up to `data_end`.
    pub(super) fn extended_segments(
        &self,
        image: Mapping,
        search_table: Option<Mapping>,
        data_end: u64,
    ) -> Result<Vec<Segment>, ImageError> {
        let kind = |segment: &Segment| segment.p_type.get(LE);
        let note = self.segments.iter().rposition(|s| kind(s) == PT_NOTE).ok_or_else(|| {
            ImageError::launcher("it has no PT_NOTE segment to give up for the program (link it with --build-id)")
        })?;
        let last_load = self.segments.iter().rposition(|s| kind(s) == PT_LOAD);
        let mut segments = Vec::with_capacity(self.segments.len());
        for (i, old) in self.segments.iter().enumerate() {
            match kind(old) {
                _ if i == note => {}
                PT_GNU_EH_FRAME if let Some(place) = search_table => {
                    segments.push(segment(PT_GNU_EH_FRAME, PF_R, place, 4));
                }
                _ => segments.push(*old),
            }
            if Some(i) == last_load {
                let last: &mut Segment = segments.last_mut().expect("a load was pushed");
                let grown = data_end.saturating_sub(last.p_vaddr.get(LE));
                last.p_memsz = U64::new(LE, last.p_memsz.get(LE).max(grown));
                segments.push(segment(PT_LOAD, PF_R | PF_X, image, super::layout::PAGE));
            }
        }
        Ok(segments)
    }

    /// Where the file holds its build id, by which profilers and debuggers tell executables apart.
    pub(super) fn build_id(&self) -> Option<Range<usize>> {
        let (_, section) = self.sections.section_by_name(LE, b".note.gnu.build-id")?;
        let (start, size) = section.file_range(LE)?;
        let range = start as usize + BUILD_ID_HEADER..start as usize + size as usize;
        self.bytes.get(range.clone()).map(|_| range)
    }

    /// Starts the new section headers with those of the launcher that are mapped. If another unwind search table takes the
    /// place of its own, that keeps its bytes but not its name, which tools look up.
    pub(super) fn copy_sections(
        &self,
        table: &mut SectionHeaders,
        other_search_table: bool,
    ) -> Result<SectionMap, ImageError> {
        let mut map = SectionMap::default();
        for (i, section) in self.sections.enumerate().skip(1) {
            if section.sh_flags(LE) & u64::from(SHF_ALLOC) == 0 {
                continue;
            }
            let name = self.sections.section_name(LE, section);
            let name = name.map_err(|error| {
                ImageError::launcher(format!("malformed section name: {error}"))
            })?;
            let name = match name {
                b".eh_frame_hdr" if other_search_table => b".eh_frame_hdr.launcher",
                other => other,
            };
            map.indices.insert(i.0 as u32, table.add(name, *section));
        }
        for &new in map.indices.values() {
            let header = &mut table.headers[new as usize];
            header.sh_link = U32::new(LE, map.get(header.sh_link.get(LE)).unwrap_or(0));
            if header.sh_flags.get(LE) & u64::from(SHF_INFO_LINK) != 0 {
                header.sh_info = U32::new(LE, map.get(header.sh_info.get(LE)).unwrap_or(0));
            }
        }
        Ok(map)
    }

    /// The launcher's functions that C or native code calls, to be kept for debuggers and profilers. The names of Rust's
    /// would be a sixth of a small executable; who needs them finds them in the launcher, at the same addresses.
    pub(super) fn copy_symbols(&self, sections: &SectionMap, table: &mut Symbols) {
        for symbol in self.symbols.iter() {
            let section = sections.get(u32::from(symbol.st_shndx(LE)));
            let name = symbol.name(LE, self.symbols.strings());
            if let (Some(section), Ok(name)) = (section, name)
                && ((symbol.st_type() == STT_FUNC && !is_mangled(name))
                    || name == HEADER_SYMBOL.as_bytes())
            {
                table.add(
                    name,
                    symbol.st_type(),
                    section,
                    symbol.st_value(LE),
                    symbol.st_size(LE),
                );
            }
        }
    }
}

/// Is it the name of a Rust function, in either of the two forms compilers make?
fn is_mangled(name: &[u8]) -> bool {
    name.starts_with(b"_R") || name.starts_with(b"_ZN")
}

/// The launcher's section numbers and the new ones.
#[derive(Default)]
pub(super) struct SectionMap {
    indices: FxHashMap<u32, u32>,
}

impl SectionMap {
    fn get(&self, old: u32) -> Option<u32> {
        self.indices.get(&old).copied()
    }
}

/// Names of everything defined that native code may call; a global definition hides local ones.
fn definitions<'a>(symbols: &SymbolTable<'a, Elf>) -> FxHashMap<&'a [u8], Definition> {
    let mut definitions: FxHashMap<&[u8], Definition> = FxHashMap::default();
    for symbol in symbols.iter() {
        let section = symbol.st_shndx(LE);
        let placed = section != SHN_UNDEF && section < SHN_LORESERVE;
        if !placed || !matches!(symbol.st_type(), STT_FUNC | STT_OBJECT | STT_NOTYPE) {
            continue;
        }
        let Ok(name) = symbol.name(LE, symbols.strings()) else {
            continue;
        };
        if is_mangled(name) {
            continue;
        }
        let new = Definition {
            address: symbol.st_value(LE),
            local: symbol.is_local(),
            ambiguous: false,
        };
        definitions
            .entry(name)
            .and_modify(|old| {
                if old.local && !new.local {
                    *old = new;
                } else if old.local == new.local && old.address != new.address {
                    old.ambiguous = true;
                }
            })
            .or_insert(new);
    }
    definitions
}

fn segment(kind: u32, flags: u32, mapping: Mapping, align: u64) -> Segment {
    let word = |value| U64::new(LE, value);
    Segment {
        p_type: U32::new(LE, kind),
        p_flags: U32::new(LE, flags),
        p_offset: word(mapping.offset),
        p_vaddr: word(mapping.address),
        p_paddr: word(mapping.address),
        p_filesz: word(mapping.size),
        p_memsz: word(mapping.size),
        p_align: word(align),
    }
}

/// Section headers in the making: index 0 is the null section.
pub(super) struct SectionHeaders {
    pub(super) headers: Vec<SectionHeader64<LE>>,
    names: Vec<u8>,
}

impl SectionHeaders {
    pub(super) fn new() -> Self {
        let mut table = Self {
            headers: Vec::new(),
            names: Vec::new(),
        };
        table.add(
            b"",
            section(
                SHT_NULL,
                0,
                Mapping {
                    address: 0,
                    offset: 0,
                    size: 0,
                },
                0,
            ),
        );
        table
    }

    pub(super) fn add(&mut self, name: &[u8], header: SectionHeader64<LE>) -> u32 {
        let sh_name = U32::new(LE, self.names.len() as u32);
        self.names.extend_from_slice(name);
        self.names.push(0);
        self.headers.push(SectionHeader64 { sh_name, ..header });
        self.headers.len() as u32 - 1
    }

    /// Bytes of the names added so far.
    pub(super) fn names_size(&self) -> u64 {
        self.names.len() as u64
    }

    /// The section names, and the table itself.
    pub(super) fn encode(&self) -> (&[u8], &[u8]) {
        (&self.names, pod::bytes_of_slice(&self.headers))
    }
}

/// A section header without name and links.
pub(super) fn section(kind: u32, flags: u32, mapping: Mapping, align: u64) -> SectionHeader64<LE> {
    let word = |value| U64::new(LE, value);
    SectionHeader64 {
        sh_name: U32::new(LE, 0),
        sh_type: U32::new(LE, kind),
        sh_flags: word(u64::from(flags)),
        sh_addr: word(mapping.address),
        sh_offset: word(mapping.offset),
        sh_size: word(mapping.size),
        sh_link: U32::new(LE, 0),
        sh_info: U32::new(LE, 0),
        sh_addralign: word(align),
        sh_entsize: word(0),
    }
}

/// A symbol table in the making. All symbols are local: nothing links against an executable.
pub(super) struct Symbols {
    entries: Vec<Sym64<LE>>,
    names: Vec<u8>,
}

impl Symbols {
    pub(super) fn new() -> Self {
        let mut table = Self {
            entries: Vec::new(),
            names: Vec::new(),
        };
        table.add(b"", STT_NOTYPE, 0, 0, 0);
        table
    }

    pub(super) fn add(&mut self, name: &[u8], kind: u8, section: u32, address: u64, size: u64) {
        let st_name = U32::new(LE, self.names.len() as u32);
        self.names.extend_from_slice(name);
        self.names.push(0);
        self.entries.push(Sym64 {
            st_name,
            st_info: kind,
            st_other: 0,
            st_shndx: U16::new(LE, section as u16),
            st_value: U64::new(LE, address),
            st_size: U64::new(LE, size),
        });
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The names, and the table itself.
    pub(super) fn encode(&self) -> (&[u8], &[u8]) {
        (&self.names, pod::bytes_of_slice(&self.entries))
    }
}
