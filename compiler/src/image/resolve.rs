//! Fills in an image for the addresses it will have.
//!
//! The executable writer gives addresses as they stand in the ELF file, near memory gives real ones; only differences
//! between addresses end up in the image, so both get the same bytes for the same distances.

use ashore_bytecode::image_header::{DataPointer, NativeFunction};

use super::ImageError;
use super::bytes::put;
use super::layout::Layout;
use super::object::{ImageObject, Relocation, RelocationKind, Target};

/// Byte between functions: `int3`, so that running off the end of one stops.
const PADDING: u8 = 0xcc;

/// Where the two blocks of an image go.
#[derive(Clone, Copy)]
pub(super) struct Bases {
    pub(super) image: u64,
    pub(super) data: u64,
}

/// The image's bytes for these addresses. `symbol` gives the address of what the runtime defines.
pub(super) fn resolve(
    object: &ImageObject,
    layout: &Layout,
    bases: Bases,
    symbol: &dyn Fn(&str) -> Option<u64>,
) -> Result<Vec<u8>, ImageError> {
    check_symbols(object, symbol)?;
    let mut image = vec![0; layout.size as usize];
    image[..layout.text.end as usize].fill(PADDING);
    let resolver = Resolver {
        object,
        layout,
        bases,
        symbol,
    };
    for (body, &start) in object.bodies().zip(&layout.functions) {
        let (name, body) = body?;
        put(&mut image, start as usize, &body.code);
        for relocation in &body.relocations {
            resolver.relative(&mut image, name, start, body.code.len(), relocation)?;
        }
    }
    put(&mut image, layout.rodata.start as usize, &object.rodata);
    for relocation in &object.rodata_relocations {
        resolver.relative(
            &mut image,
            "read-only data",
            layout.rodata.start,
            object.rodata.len(),
            relocation,
        )?;
    }
    resolver.function_table(&mut image)?;
    resolver.data_pointers(&mut image)?;
    put(
        &mut image,
        layout.eh_frame.start as usize,
        &layout.eh_frame_bytes,
    );
    Ok(image)
}

/// Reports everything that is missing at once.
fn check_symbols(
    object: &ImageObject,
    symbol: &dyn Fn(&str) -> Option<u64>,
) -> Result<(), ImageError> {
    let code = object
        .functions
        .iter()
        .filter_map(|function| function.body.as_ref())
        .flat_map(|body| &body.relocations);
    let mut missing: Vec<String> = code
        .chain(&object.rodata_relocations)
        .chain(&object.data_relocations)
        .filter_map(|relocation| match &relocation.target {
            Target::RuntimeSymbol(name) if symbol(name).is_none() => Some(name.clone()),
            _ => None,
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort();
    missing.dedup();
    Err(ImageError::UndefinedSymbols(missing))
}

struct Resolver<'a> {
    object: &'a ImageObject,
    layout: &'a Layout,
    bases: Bases,
    symbol: &'a dyn Fn(&str) -> Option<u64>,
}

impl Resolver<'_> {
    fn address(&self, target: &Target) -> Result<u64, String> {
        let inside = |what: &str, offset: u32, size: u64| match u64::from(offset) <= size {
            true => Ok(u64::from(offset)),
            false => Err(format!("refers to {what} offset {offset} of {size}")),
        };
        match target {
            Target::Function(index) if index.0 as usize >= self.object.functions.len() => {
                Err(format!("refers to undeclared function {}", index.0))
            }
            Target::Function(index) => {
                Ok(self.bases.image + u64::from(self.layout.function(*index)))
            }
            Target::RuntimeSymbol(name) => {
                (self.symbol)(name).ok_or_else(|| format!("{name} is not defined"))
            }
            Target::Rodata(offset) => {
                let offset = inside("read-only data", *offset, self.object.rodata.len() as u64)?;
                Ok(self.bases.image + u64::from(self.layout.rodata.start) + offset)
            }
            Target::Data(offset) => {
                Ok(self.bases.data + inside("data", *offset, u64::from(self.layout.data_size))?)
            }
        }
    }

    /// Applies a relocation of the part of `size` bytes that starts at `start` and is called `name` in errors.
    fn relative(
        &self,
        image: &mut [u8],
        name: &str,
        start: u32,
        size: usize,
        relocation: &Relocation,
    ) -> Result<(), ImageError> {
        let offset = relocation.offset;
        let refuse = |problem| ImageError::Relocation {
            symbol: name.to_owned(),
            offset,
            problem,
        };
        if relocation.kind == RelocationKind::Abs8 {
            let problem =
                "absolute address outside the data area: declare the external name as colocated";
            return Err(refuse(problem.to_owned()));
        }
        if offset as usize + 4 > size {
            return Err(refuse(format!(
                "relocation outside the {size} bytes it belongs to"
            )));
        }
        let target = self.address(&relocation.target).map_err(refuse)?;
        let place = self.bases.image + u64::from(start) + u64::from(offset);
        let distance = distance(place, target, relocation.addend)
            .ok_or_else(|| refuse(format!("{:?} is more than 2 GB away", relocation.target)))?;
        put(image, (start + offset) as usize, &distance.to_le_bytes());
        Ok(())
    }

    fn function_table(&self, image: &mut [u8]) -> Result<(), ImageError> {
        let table = self.layout.function_table.start;
        for (i, (body, &start)) in self.object.bodies().zip(&self.layout.functions).enumerate() {
            let (_, body) = body?;
            let entry = table as usize + i * NativeFunction::SIZE;
            let function = NativeFunction::new(start as i32 - entry as i32, body.code.len() as u32);
            put(image, entry, &function.to_bytes());
        }
        Ok(())
    }

    fn data_pointers(&self, image: &mut [u8]) -> Result<(), ImageError> {
        let table = self.layout.data_pointers.start;
        for (i, relocation) in self.object.data_relocations.iter().enumerate() {
            let offset = relocation.offset;
            let refuse = |problem| ImageError::Relocation {
                symbol: "data area".to_owned(),
                offset,
                problem,
            };
            if !offset.is_multiple_of(8) || u64::from(offset) + 8 > u64::from(self.layout.data_size)
            {
                return Err(refuse("not a word of the data area".to_owned()));
            }
            let entry = table as usize + i * DataPointer::SIZE;
            let here = self.bases.image + entry as u64;
            let target = self.address(&relocation.target).map_err(refuse)?;
            let slot = distance(here, self.bases.data + u64::from(offset), 0);
            let target = distance(here, target, relocation.addend);
            let (Some(slot), Some(target)) = (slot, target) else {
                return Err(refuse(format!(
                    "{:?} is more than 2 GB away",
                    relocation.target
                )));
            };
            put(image, entry, &DataPointer::new(slot, target).to_bytes());
        }
        Ok(())
    }
}

/// `target + addend - place`, if 32 bits hold it.
fn distance(place: u64, target: u64, addend: i64) -> Option<i32> {
    i32::try_from(target.wrapping_add_signed(addend).wrapping_sub(place) as i64).ok()
}
