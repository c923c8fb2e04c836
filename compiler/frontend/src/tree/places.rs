//! Where the nodes of a tree without text are.
//!
//! The emitter knows places as ranges of offsets. Of text these are what they are called; of a tree each end of each node has
//! an offset of its own, in the order of the program. So what is inside of or behind what is told by offsets, whatever places
//! a program gave its nodes, and the table says which place an offset stands for.

use ashore_bytecode::{Constant, Position};
use ruff_python_ast::{AtomicNodeIndex, NodeIndex};
use ruff_text_size::{TextRange, TextSize};

/// The places of offsets, and the constants that nodes of the parser's kind cannot hold.
pub struct Places {
    /// Line, from 1, and column in bytes, from 0.
    places: Vec<(u32, u32)>,
    constants: Vec<Constant>,
}

impl Places {
    /// Offset 0 is where a program begins.
    pub fn new() -> Places {
        Places {
            places: vec![(1, 0)],
            constants: Vec::new(),
        }
    }

    /// The offset of a place that comes next.
    fn push(&mut self, line: u32, column: u32) -> TextSize {
        let offset = TextSize::new(self.places.len() as u32);
        self.places.push((known(line), known(column)));
        offset
    }

    /// The offset at which a node begins. One without a place begins with its first child.
    pub fn open(&mut self, place: Option<Position>) -> TextSize {
        match place {
            Some(place) => self.push(place.line, place.column),
            None => {
                let (line, column) = *self.places.last().expect("there is a first place");
                self.push(line, column)
            }
        }
    }

    /// The range of a node that began at `start` and ends here. One without a place ends with its last child.
    pub fn close(&mut self, start: TextSize, place: Option<Position>) -> TextRange {
        let end = match place {
            Some(place) => self.push(place.end_line, place.end_column),
            None => {
                let first = start.to_usize();
                if let Some(&child) = self.places.get(first + 1) {
                    self.places[first] = child;
                }
                let (line, column) = *self.places.last().expect("there is a first place");
                self.push(line, column)
            }
        };
        TextRange::new(start, end)
    }

    /// The range of the whole program, which ends here.
    pub fn finish(&mut self) -> TextRange {
        let (line, column) = *self.places.last().expect("there is a first place");
        TextRange::new(TextSize::new(0), self.push(line, column))
    }

    /// The offset a range ends at, as a range that begins `columns` before it.
    pub fn tail(&mut self, place: Option<Position>, columns: usize) -> TextRange {
        let (line, end) = place.map_or((1, 0), |place| (place.end_line, place.end_column));
        let start = self.push(line, end.saturating_sub(columns as u32));
        TextRange::new(start, self.push(line, end))
    }

    /// Line and column of an offset.
    pub fn place(&self, at: u32) -> (u32, u32) {
        let count = self.places.len() as u32;
        match at.checked_sub(count) {
            None => self.places[at as usize],
            Some(at) => (self.places[at as usize].0, 0),
        }
    }

    /// Line of an offset, from 1.
    pub fn line(&self, at: u32) -> u32 {
        self.place(at).0
    }

    /// The start of the line of an offset: an offset beyond those of nodes.
    pub fn line_start(&self, at: TextSize) -> TextSize {
        let count = TextSize::new(self.places.len() as u32);
        if at < count { at + count } else { at }
    }

    /// The range as instructions carry it.
    pub fn position(&self, range: TextRange) -> Position {
        let (line, column) = self.place(range.start().to_u32());
        let (end_line, end_column) = self.place(range.end().to_u32());
        Position {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// Keeps a constant, and gives what a node refers to it by.
    pub fn keep(&mut self, constant: Constant) -> AtomicNodeIndex {
        let index = AtomicNodeIndex::NONE;
        index.set(NodeIndex::from(self.constants.len() as u32));
        self.constants.push(constant);
        index
    }

    /// The constant that a node refers to.
    pub fn constant(&self, index: &AtomicNodeIndex) -> Option<&Constant> {
        let index = index.load().as_u32()?;
        self.constants.get(index as usize)
    }
}

/// A number of a place; programs may give negative ones, which say nothing.
fn known(number: u32) -> u32 {
    (number as i32).max(0) as u32
}
