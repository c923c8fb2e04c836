//! Words of the data area: one for each thing native code refers to, shared by all functions that do.

use crate::image::ImageObject;
use crate::ir::{Cell, Function};
use ashore_runtime::abi::program::{Content, Word};
use rustc_hash::FxHashMap;

/// The words so far.
#[derive(Default)]
pub(super) struct Cells {
    offsets: FxHashMap<Content, u32>,
    words: Vec<Word>,
}

/// What a cell of a function holds, told without the function.
pub(super) fn content(function: &Function, cell: &Cell) -> Content {
    match cell {
        Cell::Global(module, name) => Content::Global(module.clone(), name.clone()),
        Cell::Original(module, name) => Content::Original(module.clone(), name.clone()),
        Cell::Module(name) => Content::Module(name.clone()),
        Cell::Function(code) => Content::Function(*code),
        Cell::Constant(index) => Content::Constant(function.code, *index),
        Cell::Name(index) => Content::Name(function.code, *index),
        Cell::Text(text) => Content::Text(text.clone()),
    }
}

impl Cells {
    /// Makes room for everything a function refers to.
    pub(super) fn reserve(&mut self, object: &mut ImageObject, function: &Function) {
        let own = [
            Content::Code(function.code),
            Content::Sites(function.code),
            Content::Entry(function.code),
        ];
        let cells = function.cells.iter().map(|cell| content(function, cell));
        for content in own.into_iter().chain(cells) {
            if self.offsets.contains_key(&content) {
                continue;
            }
            let offset = object.reserve_data(8, 8);
            self.offsets.insert(content.clone(), offset);
            self.words.push(Word { offset, content });
        }
    }

    /// Offset of a word in the data area.
    pub(super) fn offset(&self, content: &Content) -> u32 {
        self.offsets[content]
    }

    pub(super) fn into_words(self) -> Vec<Word> {
        self.words
    }
}
