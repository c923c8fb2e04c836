//! DWARF for native code: which Python function and line each instruction belongs to.
//!
//! One compilation unit per source file, with one subprogram and one line sequence per function.

use gimli::write::{
    Address, AttributeValue, Dwarf, EndianVec, Expression, LineProgram, LineString, Range,
    RangeList, Sections, Unit,
};
use gimli::{
    DW_AT_comp_dir, DW_AT_decl_file, DW_AT_decl_line, DW_AT_frame_base, DW_AT_high_pc,
    DW_AT_language, DW_AT_low_pc, DW_AT_name, DW_AT_producer, DW_AT_ranges, DW_LANG_Python,
    DW_TAG_subprogram, Encoding, Format, LineEncoding, LittleEndian,
};

use super::ImageError;
use super::layout::Layout;
use super::object::{ImageObject, SourceMap};

/// A debug section's name and bytes.
pub(super) type DebugSection = (&'static str, Vec<u8>);

const ENCODING: Encoding = Encoding {
    format: Format::Dwarf32,
    version: 5,
    address_size: 8,
};

/// A function with source information.
struct Placed<'a> {
    source: &'a SourceMap,
    address: u64,
    size: u64,
}

/// The debug sections for an image at `address`; relative paths are relative to `directory`.
pub(super) fn sections(
    object: &ImageObject,
    layout: &Layout,
    address: u64,
    directory: &str,
) -> Result<Vec<DebugSection>, ImageError> {
    let mut files: Vec<Vec<Placed>> = object.source_files.iter().map(|_| Vec::new()).collect();
    for (body, &offset) in object.bodies().zip(&layout.functions) {
        let (_, body) = body?;
        if let Some(source) = &body.source {
            let size = body.code.len() as u64;
            files[source.file.get()].push(Placed {
                source,
                address: address + u64::from(offset),
                size,
            });
        }
    }
    let mut dwarf = Dwarf::new();
    for (path, functions) in object.source_files.iter().zip(&files) {
        if !functions.is_empty() {
            dwarf.units.add(unit(path, directory, functions));
        }
    }
    let mut sections = Sections::new(EndianVec::new(LittleEndian));
    dwarf.write(&mut sections)?;
    let mut written = Vec::new();
    sections.for_each(|id, bytes| {
        if !bytes.slice().is_empty() {
            written.push((id.name(), bytes.slice().to_vec()));
        }
        Ok::<_, ImageError>(())
    })?;
    Ok(written)
}

fn unit(path: &str, directory: &str, functions: &[Placed]) -> Unit {
    let line_string = |text: &str| LineString::String(text_bytes(text));
    let program = LineProgram::new(
        ENCODING,
        LineEncoding::default(),
        line_string(directory),
        None,
        line_string(path),
        None,
    );
    let mut unit = Unit::new(ENCODING, program);
    let ranges = functions
        .iter()
        .map(|function| Range::StartLength {
            begin: Address::Constant(function.address),
            length: function.size,
        })
        .collect();
    let ranges = unit.ranges.add(RangeList(ranges));
    let root = unit.root();
    let entry = unit.get_mut(root);
    entry.set(
        DW_AT_producer,
        string(concat!("Ashore ", env!("CARGO_PKG_VERSION"))),
    );
    entry.set(DW_AT_language, AttributeValue::Language(DW_LANG_Python));
    entry.set(DW_AT_name, string(path));
    entry.set(DW_AT_comp_dir, string(directory));
    entry.set(DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
    entry.set(DW_AT_ranges, AttributeValue::RangeListRef(ranges));
    for function in functions {
        add_function(&mut unit, path, function);
    }
    unit
}

fn add_function(unit: &mut Unit, path: &str, function: &Placed) {
    let directory = unit.line_program.default_directory();
    let file = unit
        .line_program
        .add_file(LineString::String(text_bytes(path)), directory, None);
    let subprogram = unit.add(unit.root(), DW_TAG_subprogram);
    let mut frame_base = Expression::new();
    frame_base.op(gimli::DW_OP_call_frame_cfa);
    let entry = unit.get_mut(subprogram);
    entry.set(DW_AT_name, string(&function.source.name));
    entry.set(DW_AT_decl_file, AttributeValue::FileIndex(Some(file)));
    entry.set(
        DW_AT_decl_line,
        AttributeValue::Udata(u64::from(function.source.first_line)),
    );
    entry.set(
        DW_AT_low_pc,
        AttributeValue::Address(Address::Constant(function.address)),
    );
    entry.set(DW_AT_high_pc, AttributeValue::Udata(function.size));
    entry.set(DW_AT_frame_base, AttributeValue::Exprloc(frame_base));

    let program = &mut unit.line_program;
    program.begin_sequence(Some(Address::Constant(function.address)));
    for line in &function.source.lines {
        let row = program.row();
        row.address_offset = u64::from(line.offset);
        row.file = file;
        row.line = u64::from(line.line);
        program.generate_row();
    }
    program.end_sequence(function.size);
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::String(text_bytes(text))
}

/// DWARF strings end at a zero byte and paths may not be empty; a name that has neither stays as it is.
fn text_bytes(text: &str) -> Vec<u8> {
    let bytes: Vec<u8> = text.bytes().filter(|&byte| byte != 0).collect();
    if bytes.is_empty() {
        b"?".to_vec()
    } else {
        bytes
    }
}
