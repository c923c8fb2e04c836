//! The container that native lowering fills: machine code with everything needed to place it.
//!
//! It knows nothing of Python, of files or of addresses. Functions are declared first (so that they may refer to each
//! other, and be compiled in parallel) and defined in any order; layout and output follow the order of declaration,
//! which is what makes executables reproducible.
//!
//! Invariant: offsets handed out by `add_rodata` and `reserve_data` are final, and every relocation is either 32-bit
//! relative, or an absolute pointer in the data area. Absolute pointers elsewhere are refused, because the file's code is
//! mapped read-only at an address nobody knows before the program starts.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::gimli::write::CommonInformationEntry;
use cranelift_codegen::ir::ExternalName;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::{CfaUnwindInfo, UnwindInfo};
use cranelift_codegen::{CodegenError, FinalizedRelocTarget};

use super::ImageError;
use super::bytes::align_up;

/// Position of a function in the image, and in the function table the runtime sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionIndex(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFileIndex(u32);

/// How the four or eight bytes at a relocation are computed from target `S`, addend `A` and own address `P`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelocationKind {
    /// `S + A - P`, 32 bits, the operand of a call or jump.
    CallPcRel4,
    /// `S + A - P`, 32 bits, the displacement of a memory operand.
    PcRel4,
    /// `S + A - P`, 32 bits, a self-relative reference in read-only data.
    SelfRel4,
    /// `S + A`, 64 bits; only in the data area.
    Abs8,
}

/// What a relocation refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A function of this image.
    Function(FunctionIndex),
    /// A function or static of the runtime, by its link name.
    RuntimeSymbol(String),
    /// An offset returned by `ImageObject::add_rodata`.
    Rodata(u32),
    /// An offset returned by `ImageObject::reserve_data`.
    Data(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Offset in the function, in the read-only data or in the data area.
    pub offset: u32,
    pub kind: RelocationKind,
    pub target: Target,
    pub addend: i64,
}

/// From `offset` on, up to the next entry, the code belongs to `line`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub offset: u32,
    pub line: u32,
}

/// What debuggers and profilers show for a function.
#[derive(Clone, Debug)]
pub struct SourceMap {
    pub file: SourceFileIndex,
    /// The name to display, such as `tool.Parser.parse`.
    pub name: String,
    /// Line of the `def`.
    pub first_line: u32,
    /// Ascending by offset.
    pub lines: Vec<Line>,
}

/// One function's machine code.
#[derive(Clone, Debug)]
pub struct CompiledFunction {
    pub code: Vec<u8>,
    /// A power of two.
    pub align: u32,
    pub relocations: Vec<Relocation>,
    pub unwind: Option<CfaUnwindInfo>,
    pub source: Option<SourceMap>,
}

impl CompiledFunction {
    /// Takes over what Cranelift produced for the function `this`, as `target` translates its external names.
    pub fn from_cranelift(
        this: FunctionIndex,
        compiled: &CompiledCode,
        isa: &dyn TargetIsa,
        mut target: impl FnMut(&ExternalName) -> Target,
    ) -> Result<Self, CodegenError> {
        let mut relocations = Vec::with_capacity(compiled.buffer.relocs().len());
        for reloc in compiled.buffer.relocs() {
            let kind = match reloc.kind {
                Reloc::X86CallPCRel4 => RelocationKind::CallPcRel4,
                Reloc::X86PCRel4 => RelocationKind::PcRel4,
                Reloc::Abs8 => RelocationKind::Abs8,
                other => {
                    return Err(CodegenError::Unsupported(format!(
                        "relocation {other:?}: declare every external name as colocated, and compile with is_pic=false"
                    )));
                }
            };
            let (target, inside) = match &reloc.target {
                FinalizedRelocTarget::ExternalName(name) => (target(name), 0),
                FinalizedRelocTarget::Func(offset) => (Target::Function(this), i64::from(*offset)),
            };
            relocations.push(Relocation {
                offset: reloc.offset,
                kind,
                target,
                addend: reloc.addend + inside,
            });
        }
        let unwind = match compiled.create_unwind_info(isa)? {
            Some(UnwindInfo::SystemV(info)) => Some(info),
            _ => None,
        };
        Ok(Self {
            code: compiled.code_buffer().to_vec(),
            align: compiled.buffer.alignment,
            relocations,
            unwind,
            source: None,
        })
    }

    /// The line table of what Cranelift produced; `line_of` says to which line a source location belongs. Code without a
    /// location belongs to the line before it, the prologue to `first_line`.
    pub fn cranelift_lines(
        compiled: &CompiledCode,
        first_line: u32,
        line_of: impl Fn(u32) -> u32,
    ) -> Vec<Line> {
        let mut lines = vec![Line {
            offset: 0,
            line: first_line,
        }];
        for range in compiled.buffer.get_srclocs_sorted() {
            if range.loc.is_default() {
                continue;
            }
            let last = lines.last_mut().expect("starts with an entry");
            let line = line_of(range.loc.bits());
            if last.offset == range.start {
                last.line = line;
            } else if last.line != line {
                lines.push(Line {
                    offset: range.start,
                    line,
                });
            }
        }
        lines
    }

    /// The calls in what Cranelift produced, in order: offset of the return address, and source location. Those without a
    /// location are left out.
    pub fn cranelift_calls(compiled: &CompiledCode) -> Vec<(u32, u32)> {
        let locations = compiled.buffer.get_srclocs_sorted();
        let location = |returns_to: u32| {
            let after = locations.partition_point(|range| range.start < returns_to);
            let range = after.checked_sub(1).map(|index| &locations[index])?;
            (returns_to <= range.end && !range.loc.is_default()).then(|| range.loc.bits())
        };
        let calls = compiled.buffer.call_sites();
        calls
            .filter_map(|call| Some((call.ret_addr, location(call.ret_addr)?)))
            .collect()
    }
}

/// A declared function, and its definition once there is one.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) symbol: String,
    pub(super) body: Option<CompiledFunction>,
}

/// See the module's description.
#[derive(Debug)]
pub struct ImageObject {
    pub(super) functions: Vec<Function>,
    pub(super) rodata: Vec<u8>,
    pub(super) rodata_align: u32,
    pub(super) rodata_relocations: Vec<Relocation>,
    pub(super) data_size: u32,
    pub(super) data_relocations: Vec<Relocation>,
    pub(super) source_files: Vec<String>,
    /// The frame rules all functions start from; `None` if the target has no such unwind information.
    pub(super) cie: Option<CommonInformationEntry>,
}

impl ImageObject {
    /// Alignment of the data area as a whole.
    pub const DATA_ALIGN: u32 = 64;

    pub fn new(isa: &dyn TargetIsa) -> Self {
        Self {
            cie: isa.create_systemv_cie(),
            ..Self::empty()
        }
    }

    /// An image without native code: of a program that is only interpreted.
    pub fn empty() -> Self {
        Self {
            functions: Vec::new(),
            rodata: Vec::new(),
            rodata_align: 1,
            rodata_relocations: Vec::new(),
            data_size: 0,
            data_relocations: Vec::new(),
            source_files: Vec::new(),
            cie: None,
        }
    }

    /// Announces a function. `symbol` is its name in the symbol table; it need not be unique.
    pub fn declare_function(&mut self, symbol: impl Into<String>) -> FunctionIndex {
        self.functions.push(Function {
            symbol: symbol.into(),
            body: None,
        });
        FunctionIndex(self.functions.len() as u32 - 1)
    }

    /// # Panics
    /// If `index` was not declared here, or is already defined.
    pub fn define_function(&mut self, index: FunctionIndex, body: CompiledFunction) {
        let slot = &mut self.functions[index.0 as usize].body;
        assert!(slot.is_none(), "function {index:?} is defined twice");
        *slot = Some(body);
    }

    /// The name a function was announced with.
    pub fn symbol(&self, index: FunctionIndex) -> &str {
        &self.functions[index.0 as usize].symbol
    }

    pub fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// Adds read-only bytes; `align` is a power of two, at most a page.
    pub fn add_rodata(&mut self, bytes: &[u8], align: u32) -> u32 {
        self.rodata_align = self.rodata_align.max(align);
        let offset = align_up(self.rodata.len() as u64, u64::from(align)) as usize;
        self.rodata.resize(offset, 0);
        self.rodata.extend_from_slice(bytes);
        offset as u32
    }

    /// Makes a self-relative reference of four bytes already added to the read-only data.
    pub fn relocate_rodata(&mut self, offset: u32, target: Target, addend: i64) {
        self.rodata_relocations.push(Relocation {
            offset,
            kind: RelocationKind::SelfRel4,
            target,
            addend,
        });
    }

    /// Reserves `size` writable bytes, zero when the program starts; `align` is a power of two, at most `DATA_ALIGN`.
    pub fn reserve_data(&mut self, size: u32, align: u32) -> u32 {
        assert!(align <= Self::DATA_ALIGN, "data aligned to {align}");
        let offset = align_up(u64::from(self.data_size), u64::from(align)) as u32;
        self.data_size = offset + size;
        offset
    }

    /// Has the word at `offset` of the data area hold the address of `target` when native code starts.
    pub fn point_data(&mut self, offset: u32, target: Target, addend: i64) {
        self.data_relocations.push(Relocation {
            offset,
            kind: RelocationKind::Abs8,
            target,
            addend,
        });
    }

    /// Registers a source file by the path debuggers are to look for; equal paths give equal indices.
    pub fn source_file(&mut self, path: &str) -> SourceFileIndex {
        let known = self.source_files.iter().position(|file| file == path);
        SourceFileIndex(known.unwrap_or_else(|| {
            self.source_files.push(path.to_owned());
            self.source_files.len() - 1
        }) as u32)
    }

    /// Every function with its body, in order.
    pub(super) fn bodies(
        &self,
    ) -> impl Iterator<Item = Result<(&str, &CompiledFunction), ImageError>> {
        self.functions.iter().map(|function| match &function.body {
            Some(body) => Ok((function.symbol.as_str(), body)),
            None => Err(ImageError::UndefinedFunction(function.symbol.clone())),
        })
    }
}

impl SourceFileIndex {
    pub(super) fn get(self) -> usize {
        self.0 as usize
    }
}
