//! Machine code as text, for `ashore dis --asm`.

use super::ImageObject;
use crate::image::{CompiledFunction, Line, Relocation, Target};
use cranelift_codegen::isa::TargetIsa;

/// A function's machine code.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Number of the code object.
    pub code: u32,
    /// Each instruction with the source line it comes from.
    pub instructions: Vec<(u32, String)>,
}

/// Disassembles a function. What stands where the image writer will put an address is named behind the instruction.
pub(super) fn listing(
    code: u32,
    function: &CompiledFunction,
    lines: &[Line],
    object: &ImageObject,
    isa: &dyn TargetIsa,
) -> Listing {
    let capstone = isa
        .to_capstone()
        .expect("there is a disassembler for the target");
    let decoded = capstone
        .disasm_all(&function.code, 0)
        .expect("machine code decodes");
    let instructions = decoded.iter().map(|instruction| {
        let start = instruction.address() as u32;
        let bytes = start..start + instruction.bytes().len() as u32;
        let line = lines.partition_point(|line| line.offset <= start);
        let line = line.checked_sub(1).map_or(0, |i| lines[i].line);
        let name = instruction.mnemonic().unwrap_or("?");
        let operands = instruction.op_str().unwrap_or("");
        let mut text = format!("{start:>6x}  {name:<8} {operands}");
        let relocation = function
            .relocations
            .iter()
            .find(|r| bytes.contains(&r.offset));
        if let Some(Relocation { target, .. }) = relocation {
            text += &match target {
                Target::Function(index) => format!("  ; {}", object.symbol(*index)),
                Target::RuntimeSymbol(name) => format!("  ; {name}"),
                Target::Rodata(offset) => format!("  ; rodata+{offset:#x}"),
                Target::Data(offset) => format!("  ; data+{offset:#x}"),
            };
        }
        (line, text.trim_end().to_owned())
    });
    Listing {
        code,
        instructions: instructions.collect(),
    }
}
