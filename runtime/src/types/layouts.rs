//! Layouts by kind: how the objects of each kind are visited and finished. One row a kind.

use super::instance::Area;
use crate::object::{Header, Kind, Object, refcount};
use crate::{Thread, Value};

/// The operations on objects of one layout.
pub struct Layout {
    /// Size of the structure, without what is behind it.
    pub size: usize,
    /// Instances of subclasses have their attribute area behind `extra` bytes of payload, not right after the structure.
    pub area_behind: bool,
    pub extra: unsafe fn(&Header) -> usize,
    pub traverse: unsafe fn(&Header, &mut dyn FnMut(Value)),
    pub traverse_objects: unsafe fn(&Header, &mut dyn FnMut(Value)),
    pub finish: unsafe fn(&Header, &Thread),
    /// Releases everything a dead object owns, then its memory.
    pub dispose: unsafe fn(&Header, &Thread),
}

/// The operations on objects laid out as `T`.
pub const fn layout<T: Object>() -> Layout {
    unsafe fn extra<T: Object>(header: &Header) -> usize {
        // SAFETY: the table maps `T::KIND` here, so the header begins a `T`.
        unsafe { &*std::ptr::from_ref(header).cast::<T>() }.extra()
    }
    unsafe fn traverse<T: Object>(header: &Header, visit: &mut dyn FnMut(Value)) {
        // SAFETY: the table maps `T::KIND` here, so the header begins a `T`.
        unsafe { &*std::ptr::from_ref(header).cast::<T>() }.traverse(visit);
    }
    unsafe fn traverse_objects<T: Object>(header: &Header, visit: &mut dyn FnMut(Value)) {
        // SAFETY: as above; the caller promises that nobody writes to the object.
        unsafe { (*std::ptr::from_ref(header).cast::<T>()).traverse_objects(visit) };
    }
    unsafe fn finish<T: Object>(header: &Header, thread: &Thread) {
        // SAFETY: as above; the caller promises that the object is dead.
        unsafe { (*std::ptr::from_ref(header).cast::<T>()).finish(thread) }
    }
    unsafe fn dispose<T: Object>(header: &Header, thread: &Thread) {
        let release = &mut |value| refcount::decrement(value);
        // SAFETY: the table maps `T::KIND` here, so the header begins a `T`; it is dead (caller's promise), and we are its
        // last user. Its references are dropped once each, then its buffers, then its memory.
        unsafe {
            let object = &*std::ptr::from_ref(header).cast::<T>();
            object.traverse_objects(release);
            if let Some(area) = Area::of(header) {
                area.traverse(release);
                area.finish(thread, header);
            }
            object.finish(thread);
            let size = size_of::<T>() + object.extra();
            crate::heap::free(thread, std::ptr::from_ref(header).cast_mut(), size);
        }
    }
    assert!(align_of::<T>() <= 8, "the heap aligns to no more");
    Layout {
        size: size_of::<T>().next_multiple_of(size_of::<u64>()),
        area_behind: T::AREA_BEHIND,
        extra: extra::<T>,
        traverse: traverse::<T>,
        traverse_objects: traverse_objects::<T>,
        finish: finish::<T>,
        dispose: dispose::<T>,
    }
}

macro_rules! layouts {
    ($($type:ty;)*) => {
        /// Indexed by [`crate::Kind::layout`].
        static LAYOUTS: [Option<Layout>; 128] = {
            let mut table = [const { None }; 128];
            $(table[<$type as Object>::KIND.0 as usize] = Some(layout::<$type>());)*
            table
        };
    };
}

layouts! {
    super::instance::Instance;
    super::class::Type;
    super::str::Str;
    super::int::BigInt;
    super::float::Float;
    super::complex::Complex;
    super::bytes::Bytes;
    super::list::List;
    super::tuple::Tuple;
    super::dict::Dict;
    super::set::Set;
    super::set::Frozenset;
    super::bytes::Bytearray;
    super::generic_alias::GenericAlias;
    super::dict::views::DictView;
    super::iterators::CallableIterator;
    super::iterators::Reversed;
    super::iterators::Filter;
    super::iterators::Map;
    super::iterators::Zip;
    super::iterators::Enumerate;
    super::iterators::SetIterator;
    super::iterators::DictIterator;
    super::iterators::StrIterator;
    super::iterators::SequenceIterator;
    super::iterators::RangeIterator;
    super::slice::Slice;
    super::range::Range;
    super::native::Native;
    super::file::File;
    super::traceback::Traceback;
    super::frame::FrameObject;
    super::frame::locals::FrameLocals;
    super::generator::Generator;
    super::generator::Coroutine;
    super::generator::AsyncGenerator;
    super::cell::Cell;
    super::code::Code;
    super::module::Module;
    super::exception::Exception;
    super::property::ClassMethod;
    super::property::StaticMethod;
    super::property::Property;
    super::weakref::Weakref;
    super::union::Union;
    super::mapping_proxy::MappingProxy;
    super::super_object::Super;
    super::method::BoundMethod;
    super::getset::GetSet;
    super::native_function::NativeFunction;
    super::function::Function;
}

/// The layout of a kind; none for kinds that are not objects.
pub fn of_kind(kind: Kind) -> Option<&'static Layout> {
    LAYOUTS[usize::from(kind.layout().0)].as_ref()
}

/// The layout of an object.
pub fn of(header: &Header) -> &'static Layout {
    of_kind(header.kind()).expect("every kind that is allocated has a row in `layouts!`")
}

/// Where the payload of an object ends, from its start.
pub fn end(header: &Header) -> usize {
    let layout = of(header);
    // SAFETY: the layout is the object's.
    let extra = unsafe { (layout.extra)(header) };
    (layout.size + extra).next_multiple_of(size_of::<u64>())
}

/// Visits every reference an object owns: its payload's and its attributes'. Its class is not among them: that is
/// `header.shape().class`, and classes are not counted.
///
/// # Safety
/// No other thread changes the object meanwhile.
pub unsafe fn traverse(header: &Header, visit: &mut dyn FnMut(Value)) {
    // SAFETY: the layout is the object's.
    unsafe { (of(header).traverse)(header, visit) };
    if let Some(area) = Area::of(header) {
        area.traverse(visit);
    }
}

/// As [`traverse`], but may pass over values that are no heap objects.
///
/// # Safety
/// No other thread changes the object meanwhile.
pub unsafe fn traverse_objects(header: &Header, visit: &mut dyn FnMut(Value)) {
    // SAFETY: the layout is the object's.
    unsafe { (of(header).traverse_objects)(header, visit) };
    if let Some(area) = Area::of(header) {
        area.traverse(visit);
    }
}

/// Where a container has its references, if that is a large block of Rust's memory. Nobody writes to the object meanwhile.
pub fn large_block(header: &Header) -> Option<usize> {
    header.value().get::<super::list::List>()?.large_array()
}

/// Releases everything a dead object owns, then its memory.
pub fn finalize(thread: &Thread, header: &Header) {
    // SAFETY: the layout is the object's; the object is dead, and we are its last user.
    unsafe { (of(header).dispose)(header, thread) }
}

/// Releases what a dead object owns besides references.
///
/// # Safety
/// The object is dead, its references are dropped, and its class is still intact.
pub unsafe fn finish(thread: &Thread, header: &Header) {
    // SAFETY: the layout is the object's; the caller promises that the object is dead.
    unsafe {
        if let Some(area) = Area::of(header) {
            area.finish(thread, header);
        }
        (of(header).finish)(header, thread);
    }
}
