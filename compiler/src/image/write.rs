//! `append`: one executable from a launcher, native code and bytecode.
//!
//! ```text
//!   file    │ launcher as it was, up to its last mapped byte │ image ─ search table ─ payload │ symbols, DWARF, sections │
//!   memory  │ text rodata data bss │ data area (zero)  │page│ image ─ search table ─ payload │
//!            ╰ the launcher's loads; the last one grows ╯    ╰ one R+X load, formerly a note ╯
//! ```
//!
//! - Launcher and image are one ELF image, so the distance between them is fixed: native code calls the runtime with plain
//!   `call rel32`, and nothing is relocated at start-up.
//! - A program header table cannot grow in place (and GNU strip destroys one that was moved), so the image's segment takes
//!   the place of a `PT_NOTE`, which nothing needs at run time.
//! - Mutable cells for native code must be writable and within reach of code that is read-only. There is no second header
//!   to spare for them; instead the launcher's last segment, which ends in `.bss`, is made longer. That costs no file
//!   bytes and no start-up work, and the cells are addressed relative to the instruction pointer like everything else.
//!   Going through the thread state instead would cost a load and a register at every inline cache.
//! - Every mapped byte belongs to a section: `strip` rebuilds segments from sections.
//!
//! The result depends on nothing but the arguments.

use ashore_bytecode::image_header::{ImageHeader, Span};
use object::LittleEndian as LE;
use object::elf::{
    SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS, SHT_STRTAB, SHT_SYMTAB,
    STT_FUNC, Sym64,
};
use object::{U16, U32, U64, pod};

use super::bytes::{align_up, extend_at, put};
use super::elf::{LauncherElf, Mapping, SectionHeaders, Symbols, section};
use super::header::ABI_FINGERPRINT;
use super::layout::{Layout, PAGE};
use super::object::ImageObject;
use super::resolve::{Bases, resolve};
use super::unwind::SearchTable;
use super::{ImageError, debug, unwind};

const PAYLOAD_ALIGN: u64 = 64;

/// What goes into an executable besides the program.
#[derive(Clone, Debug)]
pub struct AppendOptions {
    /// Names of functions, for profilers and backtraces.
    pub symbols: bool,
    /// Source lines, for debuggers.
    pub debug_info: bool,
    /// The directory that relative source paths start from.
    pub source_directory: String,
}

impl Default for AppendOptions {
    fn default() -> Self {
        Self {
            symbols: true,
            debug_info: true,
            source_directory: ".".to_owned(),
        }
    }
}

/// The bytes of an executable that consists of `launcher`, the native code in `object`, and `payload`, which the launcher
/// finds through its header.
pub fn append(
    launcher: &[u8],
    object: &ImageObject,
    payload: &[u8],
    options: &AppendOptions,
) -> Result<Vec<u8>, ImageError> {
    let elf = LauncherElf::parse(launcher)?;
    let (header_place, header) = elf.image_header()?;
    header
        .check_empty(ABI_FINGERPRINT)
        .map_err(ImageError::Header)?;
    let layout = Layout::new(object)?;
    let mut search_table = elf.search_table()?;
    let plan = Plan::new(&elf, &layout, &search_table, payload.len() as u64)?;

    let bases = Bases {
        image: plan.image.address,
        data: plan.data.address,
    };
    let image = resolve(object, &layout, bases, &|name| elf.symbol(name))?;
    let search_bytes = match plan.search_table {
        None => Vec::new(),
        Some(place) => {
            search_table.merge(&layout.frames, plan.image.address);
            let section = search_table.encode(place.address);
            section.ok_or(ImageError::TooLarge {
                what: "an executable",
                size: plan.end(),
            })?
        }
    };

    let segments = elf.extended_segments(plan.segment(), plan.search_table, plan.data_end())?;
    // Symbols and sections of the result are no longer than the launcher's.
    let mut out = Vec::with_capacity(launcher.len() + image.len() + payload.len());
    out.extend_from_slice(&launcher[..plan.launcher_end as usize]);
    put(
        &mut out,
        elf.file.e_phoff.get(LE) as usize,
        pod::bytes_of_slice(&segments),
    );
    put(
        &mut out,
        header_place.offset as usize,
        &plan.header(header, header_place, &layout).to_bytes(),
    );
    extend_at(&mut out, plan.image.offset, &image);
    if let Some(place) = plan.search_table {
        extend_at(&mut out, place.offset, &search_bytes);
    }
    extend_at(&mut out, plan.payload.offset, payload);
    if let Some(id) = elf.build_id() {
        let fingerprint = content_fingerprint(&out[plan.image.offset as usize..]).to_le_bytes();
        out[id]
            .iter_mut()
            .zip(fingerprint.iter().cycle())
            .for_each(|(byte, f)| *byte ^= f);
    }

    let mut tail = Tail {
        out,
        sections: SectionHeaders::new(),
    };
    tail.add_program(&elf, object, &layout, &plan, options)?;
    Ok(tail.finish())
}

/// FNV-1a of 128 bits, eight bytes at a time: tells programs on the same launcher apart.
fn content_fingerprint(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.chunks(8).fold(OFFSET, |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        (hash ^ u128::from(u64::from_le_bytes(word))).wrapping_mul(PRIME)
    })
}

/// Where everything goes, in memory and in the file.
struct Plan {
    launcher_end: u64,
    data: Mapping,
    image: Mapping,
    /// None if nothing is to be merged with the launcher's.
    search_table: Option<Mapping>,
    payload: Mapping,
}

impl Plan {
    fn new(
        elf: &LauncherElf,
        layout: &Layout,
        launcher_table: &SearchTable,
        payload: u64,
    ) -> Result<Self, ImageError> {
        let launcher_end = elf.mapped_file_end()?;
        let (memory_end, writable) = elf.memory_end()?;
        let data_size = u64::from(layout.data_size);
        if data_size > 0 && !writable {
            return Err(ImageError::launcher(
                "its last segment is not writable, so it cannot hold the data area",
            ));
        }
        let data_start = align_up(memory_end, u64::from(ImageObject::DATA_ALIGN));
        let data = Mapping {
            address: data_start,
            offset: launcher_end,
            size: data_size,
        };
        let start = align_up(data.address + data.size, PAGE);
        let file_start = align_up(launcher_end, PAGE);
        let at = |position: u64, size| Mapping {
            address: start + position,
            offset: file_start + position,
            size,
        };
        let image = at(0, u64::from(layout.size));
        let search_start = align_up(image.size, 8);
        let search_size = match layout.frames.len() {
            0 => 0,
            more => launcher_table.size_with(more) as u64,
        };
        let payload_start = align_up(search_start + search_size, PAYLOAD_ALIGN);
        Ok(Self {
            launcher_end,
            data,
            image,
            search_table: (search_size > 0).then(|| at(search_start, search_size)),
            payload: at(payload_start, payload),
        })
    }

    /// End of the mapped part in the file.
    fn end(&self) -> u64 {
        self.payload.offset + self.payload.size
    }

    /// End of the launcher's last segment in memory; zero if it need not grow.
    fn data_end(&self) -> u64 {
        if self.data.size == 0 {
            0
        } else {
            self.data.address + self.data.size
        }
    }

    /// The whole segment that holds the image.
    fn segment(&self) -> Mapping {
        Mapping {
            size: self.end() - self.image.offset,
            ..self.image
        }
    }

    fn header(&self, empty: ImageHeader, place: Mapping, layout: &Layout) -> ImageHeader {
        let span = |address: u64, size: u64| Span {
            offset: address.wrapping_sub(place.address) as i64,
            size,
        };
        let part = |range: &std::ops::Range<u32>| {
            span(
                self.image.address + u64::from(range.start),
                u64::from(range.end - range.start),
            )
        };
        let mut header = empty;
        header.payload = span(self.payload.address, self.payload.size);
        header.functions = part(&layout.function_table);
        header.data = span(self.data.address, self.data.size);
        header.data_pointers = part(&layout.data_pointers);
        header
    }
}

/// The file being written, from the end of the mapped part on.
struct Tail {
    out: Vec<u8>,
    sections: SectionHeaders,
}

impl Tail {
    fn add_program(
        &mut self,
        elf: &LauncherElf,
        object: &ImageObject,
        layout: &Layout,
        plan: &Plan,
        options: &AppendOptions,
    ) -> Result<(), ImageError> {
        let launcher_sections =
            elf.copy_sections(&mut self.sections, plan.search_table.is_some())?;
        let text = self.add_mapped_sections(layout, plan);
        if options.debug_info {
            let directory = &options.source_directory;
            self.add_bytes(
                b".debug_frame",
                &unwind::debug_frame(object, layout, plan.image.address)?,
                8,
            );
            for (name, bytes) in debug::sections(object, layout, plan.image.address, directory)? {
                self.add_bytes(name.as_bytes(), &bytes, 1);
            }
        }
        if options.symbols {
            let mut symbols = Symbols::new();
            for (body, &offset) in object.bodies().zip(&layout.functions) {
                let (name, body) = body?;
                let address = plan.image.address + u64::from(offset);
                symbols.add(
                    name.as_bytes(),
                    STT_FUNC,
                    text,
                    address,
                    body.code.len() as u64,
                );
            }
            elf.copy_symbols(&launcher_sections, &mut symbols);
            self.add_symbols(&symbols);
        }
        Ok(())
    }

    /// Section headers for everything new that is mapped; returns the index of the code's.
    fn add_mapped_sections(&mut self, layout: &Layout, plan: &Plan) -> u32 {
        let part = |range: &std::ops::Range<u32>| Mapping {
            address: plan.image.address + u64::from(range.start),
            offset: plan.image.offset + u64::from(range.start),
            size: u64::from(range.end - range.start),
        };
        let tables = layout.function_table.start..layout.data_pointers.end;
        let code = SHF_ALLOC | SHF_EXECINSTR;
        let data = section(
            SHT_NOBITS,
            SHF_ALLOC | SHF_WRITE,
            plan.data,
            u64::from(ImageObject::DATA_ALIGN),
        );
        if plan.data.size > 0 {
            self.sections.add(b".ashore.data", data);
        }
        let mut progbits = |name: &str, flags, mapping: Mapping, align| match mapping.size {
            0 => 0,
            _ => self.sections.add(
                name.as_bytes(),
                section(SHT_PROGBITS, flags, mapping, align),
            ),
        };
        let text = progbits(".ashore.text", code, part(&layout.text), 16);
        progbits(".ashore.rodata", SHF_ALLOC, part(&layout.rodata), 1);
        progbits(".ashore.tables", SHF_ALLOC, part(&tables), 8);
        progbits(".ashore.eh_frame", SHF_ALLOC, part(&layout.eh_frame), 8);
        if let Some(place) = plan.search_table {
            progbits(".eh_frame_hdr", SHF_ALLOC, place, 4);
        }
        progbits(".ashore.payload", SHF_ALLOC, plan.payload, PAYLOAD_ALIGN);
        text
    }

    /// Appends the bytes of an unmapped section.
    fn place(&mut self, bytes: &[u8], align: u64) -> Mapping {
        let offset = align_up(self.out.len() as u64, align);
        extend_at(&mut self.out, offset, bytes);
        Mapping {
            address: 0,
            offset,
            size: bytes.len() as u64,
        }
    }

    fn add_bytes(&mut self, name: &[u8], bytes: &[u8], align: u64) {
        let mapping = self.place(bytes, align);
        self.sections
            .add(name, section(SHT_PROGBITS, 0, mapping, align));
    }

    fn add_symbols(&mut self, symbols: &Symbols) {
        let (names, entries) = symbols.encode();
        let names = self.place(names, 1);
        let names = self
            .sections
            .add(b".strtab", section(SHT_STRTAB, 0, names, 1));
        let entries = self.place(entries, 8);
        let mut header = section(SHT_SYMTAB, 0, entries, 8);
        header.sh_link = U32::new(LE, names);
        header.sh_info = U32::new(LE, symbols.len() as u32);
        header.sh_entsize = U64::new(LE, size_of::<Sym64<LE>>() as u64);
        self.sections.add(b".symtab", header);
    }

    /// Writes the section headers and points the file header at them.
    fn finish(mut self) -> Vec<u8> {
        const NAME: &[u8] = b".shstrtab";
        let size = self.sections.names_size() + NAME.len() as u64 + 1;
        let names = Mapping {
            address: 0,
            offset: self.out.len() as u64,
            size,
        };
        let names_index = self.sections.add(NAME, section(SHT_STRTAB, 0, names, 1));
        let (names, headers) = self.sections.encode();
        self.out.extend_from_slice(names);
        let offset = align_up(self.out.len() as u64, 8);
        extend_at(&mut self.out, offset, headers);
        let count = self.sections.headers.len() as u16;
        let (file, _) = pod::from_bytes_mut::<super::elf::Elf>(&mut self.out)
            .expect("starts with an ELF header");
        file.e_shoff = U64::new(LE, offset);
        file.e_shnum = U16::new(LE, count);
        file.e_shstrndx = U16::new(LE, names_index as u16);
        self.out
    }
}
