//! Where the items of a view are: an array of any number of dimensions, in steps of bytes.
//!
//! A layout knows nothing of the memory it describes: whoever follows its offsets looks whether there are bytes. The
//! number of items, and of their bytes, is one that memory can have.

use crate::types::slice::Selection;

/// No view has more dimensions.
pub(super) const MAX_DIMENSIONS: usize = 64;

/// How many items there are along a dimension, and how far apart they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dimension {
    pub(super) len: usize,
    pub(super) stride: isize,
}

/// Items in memory: where the first one is, how large they are, and how they are arranged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Offset of the first item. If there are no items it may be anywhere.
    pub(super) start: isize,
    pub(super) item_size: usize,
    pub(super) dimensions: Box<[Dimension]>,
}

/// In which order items are visited: the index that changes fastest is the last one, or the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    C,
    Fortran,
}

impl Layout {
    /// As many items as there are, one behind the other.
    pub(super) fn row(start: isize, count: usize, item_size: usize) -> Layout {
        Layout {
            start,
            item_size,
            dimensions: Box::new([Dimension {
                len: count,
                stride: item_size as isize,
            }]),
        }
    }

    /// Items of the given shape, one behind the other, the last index changing fastest.
    pub(super) fn grid(start: isize, shape: &[usize], item_size: usize) -> Layout {
        let mut stride = item_size as isize;
        let mut dimensions: Box<[Dimension]> = shape
            .iter()
            .map(|&len| Dimension { len, stride: 0 })
            .collect();
        for dimension in dimensions.iter_mut().rev() {
            dimension.stride = stride;
            stride = stride.wrapping_mul(dimension.len as isize);
        }
        Layout {
            start,
            item_size,
            dimensions,
        }
    }

    pub(super) fn shape(&self) -> Vec<usize> {
        self.dimensions.iter().map(|d| d.len).collect()
    }

    /// The number of items.
    pub(super) fn count(&self) -> usize {
        self.dimensions.iter().map(|d| d.len).product()
    }

    /// The number of bytes the items have together.
    pub(super) fn bytes(&self) -> usize {
        self.count() * self.item_size
    }

    pub(super) fn has_empty_dimension(&self) -> bool {
        self.dimensions.iter().any(|d| d.len == 0)
    }

    /// Do the items lie one behind the other, in this order?
    pub(super) fn is_contiguous(&self, order: Order) -> bool {
        match &*self.dimensions {
            [] => true,
            // The rule for one dimension is stricter with nothing, and laxer with a single item.
            [row] => row.len == 1 || row.stride == self.item_size as isize,
            _ if self.has_empty_dimension() => true,
            all => {
                let mut expected = self.item_size as isize;
                let mut follows = |d: &Dimension| {
                    let fits = d.len == 1 || d.stride == expected;
                    expected *= d.len as isize;
                    fits
                };
                match order {
                    Order::C => all.iter().rev().all(&mut follows),
                    Order::Fortran => all.iter().all(&mut follows),
                }
            }
        }
    }

    /// Have both as many dimensions of the same lengths? Behind an empty one lengths do not count.
    pub(super) fn has_shape_of(&self, other: &Layout) -> bool {
        let (a, b) = (&self.dimensions, &other.dimensions);
        let mut lengths = a.iter().zip(b).map(|(a, b)| (a.len, b.len));
        a.len() == b.len()
            && lengths
                .find(|&(a, b)| a != b || a == 0)
                .is_none_or(|(a, b)| a == b)
    }

    /// Offset of the item at an index of each dimension, all of them in range.
    pub(super) fn offset(&self, indexes: &[usize]) -> isize {
        let steps = self.dimensions.iter().zip(indexes);
        steps.fold(self.start, |offset, (dimension, &index)| {
            offset + dimension.stride * index as isize
        })
    }

    /// The selected part along the first dimension, of which there is one.
    pub(super) fn select(&self, selection: Selection) -> Layout {
        let mut part = self.clone();
        let first = &mut part.dimensions[0];
        part.start += first.stride * selection.start;
        first.stride = first.stride.wrapping_mul(selection.step);
        first.len = selection.count;
        part
    }

    /// The items' offsets.
    pub(super) fn offsets(&self, order: Order) -> Offsets {
        let mut dimensions: Vec<Dimension> = self.dimensions.to_vec();
        if order == Order::Fortran {
            dimensions.reverse();
        }
        Offsets {
            next: self.start,
            left: self.count(),
            indexes: vec![0; dimensions.len()],
            dimensions,
        }
    }
}

/// The offsets of a layout's items, one after the other.
pub(super) struct Offsets {
    next: isize,
    left: usize,
    indexes: Vec<usize>,
    /// The last one changes fastest.
    dimensions: Vec<Dimension>,
}

impl Iterator for Offsets {
    type Item = isize;

    fn next(&mut self) -> Option<isize> {
        self.left = self.left.checked_sub(1)?;
        let offset = self.next;
        for (index, dimension) in self.indexes.iter_mut().zip(&self.dimensions).rev() {
            *index += 1;
            self.next = self.next.wrapping_add(dimension.stride);
            if *index < dimension.len {
                break;
            }
            let back = dimension.stride.wrapping_mul(dimension.len as isize);
            self.next = self.next.wrapping_sub(back);
            *index = 0;
        }
        Some(offset)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Offsets {}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_second(count: usize) -> Selection {
        Selection {
            start: 0,
            stop: 0,
            step: 2,
            count,
        }
    }

    fn backwards(count: usize) -> Selection {
        Selection {
            start: count as isize - 1,
            stop: -1,
            step: -1,
            count,
        }
    }

    #[test]
    fn offsets_follow_the_order() {
        let grid = Layout::grid(10, &[2, 3], 2);
        let c: Vec<isize> = grid.offsets(Order::C).collect();
        assert_eq!(c, [10, 12, 14, 16, 18, 20]);
        let fortran: Vec<isize> = grid.offsets(Order::Fortran).collect();
        assert_eq!(fortran, [10, 16, 12, 18, 14, 20]);
        assert_eq!(grid.offset(&[1, 2]), 20);
    }

    #[test]
    fn no_dimension_is_one_item() {
        let scalar = Layout::grid(4, &[], 8);
        assert_eq!(scalar.count(), 1);
        assert_eq!(scalar.bytes(), 8);
        assert_eq!(scalar.offsets(Order::C).collect::<Vec<_>>(), [4]);
        assert!(scalar.is_contiguous(Order::C) && scalar.is_contiguous(Order::Fortran));
    }

    #[test]
    fn an_empty_dimension_is_no_item() {
        let empty = Layout::grid(0, &[3, 0, 2], 1);
        assert_eq!(empty.count(), 0);
        assert_eq!(empty.offsets(Order::C).count(), 0);
        assert!(empty.is_contiguous(Order::Fortran));
    }

    #[test]
    fn contiguity() {
        let contiguous = |shape: &[usize]| {
            let grid = Layout::grid(0, shape, 4);
            (
                grid.is_contiguous(Order::C),
                grid.is_contiguous(Order::Fortran),
            )
        };
        assert_eq!(contiguous(&[8]), (true, true));
        assert_eq!(contiguous(&[1, 8]), (true, true));
        assert_eq!(contiguous(&[2, 4]), (true, false));
        let row = Layout::row(0, 8, 1);
        assert!(!row.select(every_second(4)).is_contiguous(Order::C));
        assert!(row.select(every_second(1)).is_contiguous(Order::C));
        assert!(!row.select(every_second(0)).is_contiguous(Order::C));
    }

    #[test]
    fn parts_of_parts() {
        let row = Layout::row(0, 9, 1).select(every_second(5));
        assert_eq!(row.offsets(Order::C).collect::<Vec<_>>(), [0, 2, 4, 6, 8]);
        let back = row.select(backwards(5));
        assert_eq!(back.offsets(Order::C).collect::<Vec<_>>(), [8, 6, 4, 2, 0]);
        let rows = Layout::grid(0, &[4, 2], 1).select(every_second(2));
        assert_eq!(rows.offsets(Order::C).collect::<Vec<_>>(), [0, 1, 4, 5]);
        assert!(!rows.is_contiguous(Order::C));
    }

    #[test]
    fn shapes() {
        let shape = |shape: &[usize]| Layout::grid(0, shape, 1);
        assert!(shape(&[2, 3]).has_shape_of(&shape(&[2, 3])));
        assert!(!shape(&[2, 3]).has_shape_of(&shape(&[3, 2])));
        assert!(!shape(&[6]).has_shape_of(&shape(&[6, 1])));
        assert!(shape(&[1, 0, 5]).has_shape_of(&shape(&[1, 0, 7])));
        assert!(!shape(&[1, 0, 5]).has_shape_of(&shape(&[2, 0, 5])));
        assert!(shape(&[]).has_shape_of(&shape(&[])));
    }
}
