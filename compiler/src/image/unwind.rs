//! Unwind tables: `.eh_frame` for unwinders inside the process, the search table over it merged with the launcher's,
//! and `.debug_frame` for debuggers.
//!
//! An unwinder finds frames through `PT_GNU_EH_FRAME`, of which an executable has one. So the image brings a table that
//! holds the launcher's entries and its own, sorted by address:
//!
//! ```text
//!   .eh_frame_hdr   version 1 │ encodings │ distance to the launcher's .eh_frame │ count │ (function, frame)...
//! ```

use gimli::write::{Address, DebugFrame, EhFrame, EndianVec, FrameTable};
use gimli::{
    DW_EH_PE_absptr, DW_EH_PE_datarel, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DW_EH_PE_udata4, DwEhPe,
    LittleEndian,
};

use super::ImageError;
use super::bytes::read_i32;
use super::layout::Layout;
use super::object::ImageObject;

/// A function of the image and its frame description, as offsets from the image's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) function: u32,
    pub(super) description: u32,
}

/// The `.eh_frame` section at offset `start` of the image, ended by the terminator that `__register_frame` needs.
pub(super) fn eh_frame(
    object: &ImageObject,
    functions: &[u32],
    start: u32,
) -> Result<(Vec<u8>, Vec<Frame>), ImageError> {
    let encoding = DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0);
    let (table, described) = frame_table(object, functions, encoding, |function| {
        u64::from(function).wrapping_sub(u64::from(start))
    })?;
    let mut section = EhFrame(EndianVec::new(LittleEndian));
    table.write_eh_frame(&mut section)?;
    let mut bytes = section.0.into_vec();
    let descriptions = description_offsets(&bytes);
    debug_assert_eq!(descriptions.len(), described.len());
    let frames = described
        .into_iter()
        .zip(descriptions)
        .map(|(function, offset)| Frame {
            function,
            description: start + offset,
        })
        .collect();
    bytes.extend_from_slice(&[0; 4]);
    Ok((bytes, frames))
}

/// The same as a `.debug_frame` section, for an image at `address`.
pub(super) fn debug_frame(
    object: &ImageObject,
    layout: &Layout,
    address: u64,
) -> Result<Vec<u8>, ImageError> {
    let (table, _) = frame_table(object, &layout.functions, DW_EH_PE_absptr, |function| {
        address + u64::from(function)
    })?;
    let mut section = DebugFrame(EndianVec::new(LittleEndian));
    table.write_debug_frame(&mut section)?;
    Ok(section.0.into_vec())
}

/// One frame description per function that has unwind information; also returns those functions' offsets.
fn frame_table(
    object: &ImageObject,
    functions: &[u32],
    encoding: DwEhPe,
    address: impl Fn(u32) -> u64,
) -> Result<(FrameTable, Vec<u32>), ImageError> {
    let mut table = FrameTable::default();
    let mut described = Vec::new();
    let Some(mut cie) = object.cie.clone() else {
        return Ok((table, described));
    };
    cie.fde_address_encoding = encoding;
    let cie = table.add_cie(cie);
    for (body, &offset) in object.bodies().zip(functions) {
        let (_, body) = body?;
        if let Some(unwind) = &body.unwind {
            table.add_fde(cie, unwind.to_fde(Address::Constant(address(offset))));
            described.push(offset);
        }
    }
    Ok((table, described))
}

/// Offsets of the frame descriptions in an `.eh_frame` section: the entries whose second word, the distance back to
/// their common information entry, is not zero.
fn description_offsets(section: &[u8]) -> Vec<u32> {
    let mut offsets = Vec::new();
    let mut position = 0;
    while let (Some(length), Some(back)) =
        (read_i32(section, position), read_i32(section, position + 4))
    {
        if back != 0 {
            offsets.push(position as u32);
        }
        position += 4 + length as usize;
    }
    offsets
}

/// An `.eh_frame_hdr`: the sorted table by which an unwinder finds the frame description for an address.
pub(super) struct SearchTable {
    /// Address of the launcher's `.eh_frame`.
    eh_frame: u64,
    /// Addresses of functions and of their frame descriptions.
    entries: Vec<(u64, u64)>,
}

impl SearchTable {
    const HEADER: usize = 12;
    const ENTRY: usize = 8;
    /// Version 1; the encodings every linker emits: pointer to `.eh_frame`, count, table.
    const PREFIX: [u8; 4] = [
        1,
        DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0,
        DW_EH_PE_udata4.0,
        DW_EH_PE_datarel.0 | DW_EH_PE_sdata4.0,
    ];

    /// Reads the launcher's table, which is mapped at `address`.
    pub(super) fn parse(section: &[u8], address: u64) -> Option<Self> {
        if !section.starts_with(&Self::PREFIX) {
            return None;
        }
        let relative = |base: u64, offset| {
            Some(base.wrapping_add_signed(i64::from(read_i32(section, offset)?)))
        };
        let count = read_i32(section, 8)? as u32;
        let mut entries = Vec::with_capacity(count as usize);
        for i in 0..count as usize {
            let entry = Self::HEADER + i * Self::ENTRY;
            entries.push((relative(address, entry)?, relative(address, entry + 4)?));
        }
        Some(Self {
            eh_frame: relative(address + 4, 4)?,
            entries,
        })
    }

    /// Adds the frames of an image at `image`.
    pub(super) fn merge(&mut self, frames: &[Frame], image: u64) {
        let address = |offset: u32| image + u64::from(offset);
        self.entries.extend(
            frames
                .iter()
                .map(|frame| (address(frame.function), address(frame.description))),
        );
        self.entries.sort_unstable();
    }

    /// Bytes of the section once `more` frames are merged.
    pub(super) fn size_with(&self, more: usize) -> usize {
        Self::HEADER + (self.entries.len() + more) * Self::ENTRY
    }

    /// The section for `address`, or `None` if something lies out of reach.
    pub(super) fn encode(&self, address: u64) -> Option<Vec<u8>> {
        let mut section = Vec::with_capacity(self.size_with(0));
        section.extend_from_slice(&Self::PREFIX);
        let relative = |target: u64, base: u64, section: &mut Vec<u8>| {
            let distance = i32::try_from(target.wrapping_sub(base) as i64).ok()?;
            section.extend_from_slice(&distance.to_le_bytes());
            Some(())
        };
        relative(self.eh_frame, address + 4, &mut section)?;
        section.extend_from_slice(&(self.entries.len() as u32).to_le_bytes());
        for &(function, description) in &self.entries {
            relative(function, address, &mut section)?;
            relative(description, address, &mut section)?;
        }
        Some(section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_table_merges_sorted_and_survives_moving() {
        let mut table = SearchTable {
            eh_frame: 0x1000,
            entries: vec![(0x3000, 0x1010), (0x5000, 0x1040)],
        };
        table.merge(
            &[Frame {
                function: 0,
                description: 0x80,
            }],
            0x4000,
        );
        let section = table.encode(0x9000).unwrap();
        assert_eq!(section.len(), table.size_with(0));
        let read = SearchTable::parse(&section, 0x9000).unwrap();
        assert_eq!(read.eh_frame, 0x1000);
        assert_eq!(
            read.entries,
            [(0x3000, 0x1010), (0x4000, 0x4080), (0x5000, 0x1040)]
        );
        assert!(table.encode(0x1_0000_0000).is_none());
    }

    #[test]
    fn a_truncated_search_table_is_refused() {
        let table = SearchTable {
            eh_frame: 0,
            entries: vec![(1, 2)],
        };
        let section = table.encode(0).unwrap();
        assert!(SearchTable::parse(&section[..section.len() - 1], 0).is_none());
        assert!(SearchTable::parse(&[], 0).is_none());
    }
}
