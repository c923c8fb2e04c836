//! `array`: numbers of one kind, packed.

mod item;
mod iterator;

use ashore_runtime::operators::compare::{self, CompareOp};
use ashore_runtime::operators::{attribute, call, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer, Bytes};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exports::Exports;
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, Memory, NativeClass, receiver};
use ashore_runtime::types::sequences::{self, Subscript, index_in, repetitions};
use ashore_runtime::types::slice::Selection;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, generic_alias, int, memoryview, tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use item::Kind;

static ARRAY: NativeClass = NativeClass::new("array.array", METHODS)
    .weakrefable()
    .sequence()
    .doc("array(typecode [, initializer]) -> array")
    .open();

struct Array {
    kind: Kind,
    /// The items one after the other, in the machine's order of bytes.
    bytes: Mutex<Vec<u8>>,
    exports: Exports,
}

impl Data for Array {
    fn memory(&self) -> Option<Memory<'_>> {
        Some(Memory {
            cells: &self.bytes,
            format: match self.kind.code() {
                // Characters of four bytes, however the array calls them.
                b'u' => b'w',
                code => code,
            },
            readonly: false,
            exports: &self.exports,
        })
    }
}

impl Array {
    fn size(&self) -> usize {
        self.kind.size()
    }

    fn len(&self) -> usize {
        self.bytes.lock().len() / self.size()
    }

    /// Raises BufferError if there are views of the items. Whoever changes their number asks first.
    fn check_resizable(&self, thread: &Thread) -> Result<()> {
        match self.exports.any() {
            false => Ok(()),
            true => raise!(
                thread,
                BufferError,
                "cannot resize an array that is exporting buffers"
            ),
        }
    }

    /// An item, if there still is one at the index.
    fn get(&self, thread: &Thread, index: usize) -> Option<Owned> {
        let item = {
            let bytes = self.bytes.lock();
            let item = bytes.get(index * self.size()..(index + 1) * self.size())?;
            self.kind.word(item)
        };
        Some(self.kind.unpack(thread, item))
    }

    fn items(&self, thread: &Thread) -> Owned {
        let words: Vec<u64> = {
            let bytes = self.bytes.lock();
            let items = bytes.chunks_exact(self.size());
            items.map(|item| self.kind.word(item)).collect()
        };
        let items = words.iter().map(|&word| self.kind.unpack(thread, word));
        list::new(thread, items.collect())
    }

    /// The bytes of the selected items.
    fn select(&self, selection: Selection) -> Vec<u8> {
        let bytes = self.bytes.lock();
        let items = selection.indexes();
        let items = items.filter_map(|at| bytes.get(at * self.size()..(at + 1) * self.size()));
        items.flatten().copied().collect()
    }
}

fn make(thread: &Thread, class: &ashore_runtime::types::Type, kind: Kind, bytes: Vec<u8>) -> Owned {
    let array = Array {
        kind,
        bytes: Mutex::new(bytes),
        exports: Exports::default(),
    };
    native::new(thread, class, array)
}

/// A new array with the same kind of items.
fn like(thread: &Thread, array: &Array, bytes: Vec<u8>) -> Owned {
    make(thread, ARRAY.class(thread), array.kind, bytes)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let Some(code) = args[1].get::<Str>().filter(|code| code.len() == 1) else {
        let got = match args[1].get::<Str>() {
            Some(code) => format!("a string of length {}", code.len()),
            None => convert::argument_type(args[1]),
        };
        return raise!(
            thread,
            TypeError,
            "array() argument 1 must be a unicode character, not {got}"
        );
    };
    let Some(kind) = Kind::of(code.code_point(0)) else {
        return raise!(
            thread,
            ValueError,
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"
        );
    };
    let initial = args[2];
    let object = make(thread, class, kind, Vec::new());
    if initial.is_missing() {
        return Ok(object);
    }
    if initial.is::<Str>() {
        if !kind.is_text() {
            let code = kind.code() as char;
            return raise!(
                thread,
                TypeError,
                "cannot use a str to initialize an array with typecode '{code}'"
            );
        }
        from_unicode(thread, &[object.value(), initial])?;
    } else if native::get::<Array>(&initial).is_none() && Buffer::is_bytes_like(initial) {
        let bytes = Buffer::copy_argument(thread, initial)?;
        let bytes = bytes::new(thread, &bytes);
        from_bytes(thread, &[object.value(), bytes.value()])?;
    } else {
        extend_by(thread, object.value(), initial)?;
    }
    Ok(object)
}

/// Appends the items of an iterable.
fn extend_by(thread: &Thread, array: Value, items: Value) -> Result<()> {
    let array = native::get::<Array>(&array).expect("an array");
    if let Some(other) = native::get::<Array>(&items)
        && other.kind == array.kind
    {
        let more = other.bytes.lock().clone();
        if !more.is_empty() {
            array.check_resizable(thread)?;
        }
        array.bytes.lock().extend(more);
        return Ok(());
    }
    iterate::for_each(thread, items, |item| {
        let packed = array.kind.pack(thread, item.value())?;
        array.check_resizable(thread)?;
        array.bytes.lock().extend(packed);
        Ok(())
    })
}

fn append(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let packed = array.kind.pack(thread, args[1])?;
    array.check_resizable(thread)?;
    array.bytes.lock().extend(packed);
    Ok(Owned::NONE)
}

fn extend(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    if native::get::<Array>(&args[1]).is_some_and(|other| other.kind != array.kind) {
        return raise!(thread, TypeError, "can only extend with array of same kind");
    }
    extend_by(thread, args[0], args[1])?;
    Ok(Owned::NONE)
}

fn from_list(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<List>() {
        return raise!(thread, TypeError, "arg must be list");
    }
    let array = receiver::<Array>(args);
    let mut packed = Vec::new();
    for item in iterate::collect(thread, args[1])? {
        packed.extend(array.kind.pack(thread, item.value())?);
    }
    if !packed.is_empty() {
        array.check_resizable(thread)?;
    }
    array.bytes.lock().extend(packed);
    Ok(Owned::NONE)
}

fn from_bytes(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let bytes = Buffer::copy_argument(thread, args[1])?;
    if bytes.len() % array.size() != 0 {
        return raise!(
            thread,
            ValueError,
            "bytes length not a multiple of item size"
        );
    }
    if !bytes.is_empty() {
        array.check_resizable(thread)?;
    }
    array.bytes.lock().extend(bytes);
    Ok(Owned::NONE)
}

fn from_unicode(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    if !array.kind.is_text() {
        return raise!(
            thread,
            ValueError,
            "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
        );
    }
    let Some(text) = args[1].get::<Str>() else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "fromunicode() argument must be str, not {got}"
        );
    };
    let units = (0..text.len()).flat_map(|at| text.code_point(at).to_ne_bytes());
    let units: Vec<u8> = units.collect();
    if !units.is_empty() {
        array.check_resizable(thread)?;
    }
    array.bytes.lock().extend(units);
    Ok(Owned::NONE)
}

fn to_unicode(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    if !array.kind.is_text() {
        return raise!(
            thread,
            ValueError,
            "tounicode() may only be called on unicode type arrays ('u' or 'w')"
        );
    }
    let mut text = str::Builder::new();
    let bytes = array.bytes.lock().clone();
    for item in bytes.chunks_exact(array.size()) {
        text.push_code_point(array.kind.word(item) as u32);
    }
    Ok(text.finish(thread))
}

fn to_bytes(thread: &Thread, args: &[Value]) -> Result {
    let bytes = receiver::<Array>(args).bytes.lock().clone();
    Ok(bytes::new(thread, &bytes))
}

fn to_list(thread: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Array>(args).items(thread))
}

fn call_method(thread: &Thread, object: Value, name: &str, args: &[Value]) -> Result {
    let method = attribute::get(thread, object, str::intern(thread, name))?;
    call::call(thread, method.value(), args)
}

/// `fromfile(f, n)`: what was read before the end of the file stays.
fn from_file(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Array>(args).size();
    let Ok(count) = usize::try_from(convert::to_isize(thread, args[2])?) else {
        return raise!(thread, ValueError, "negative count");
    };
    let wanted = int::from_usize(thread, count.saturating_mul(size));
    let read = call_method(thread, args[1], "read", &[wanted.value()])?;
    let Some(length) = read.get::<Bytes>().map(Bytes::len) else {
        return raise!(thread, TypeError, "read() didn't return bytes");
    };
    from_bytes(thread, &[args[0], read.value()])?;
    match length == count * size {
        true => Ok(Owned::NONE),
        false => raise!(thread, EOFError, "read() didn't return enough bytes"),
    }
}

fn to_file(thread: &Thread, args: &[Value]) -> Result {
    let bytes = to_bytes(thread, args)?;
    call_method(thread, args[1], "write", &[bytes.value()])?;
    Ok(Owned::NONE)
}

fn buffer_info(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let address = array.bytes.lock().as_ptr().addr();
    let parts = vec![
        int::from_usize(thread, address),
        int::from_usize(thread, array.len()),
    ];
    Ok(tuple::new(thread, parts))
}

fn byteswap(_: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let mut bytes = array.bytes.lock();
    bytes
        .chunks_exact_mut(array.size())
        .for_each(<[u8]>::reverse);
    Ok(Owned::NONE)
}

fn reverse(_: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let mut bytes = array.bytes.lock();
    let reversed = bytes.rchunks_exact(array.size()).flatten().copied();
    *bytes = reversed.collect();
    Ok(Owned::NONE)
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    if array.len() != 0 {
        array.check_resizable(thread)?;
    }
    array.bytes.lock().clear();
    Ok(Owned::NONE)
}

fn insert(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let at = convert::to_isize(thread, args[1])?;
    let packed = array.kind.pack(thread, args[2])?;
    array.check_resizable(thread)?;
    let mut bytes = array.bytes.lock();
    let len = bytes.len() / array.size();
    let at = match at < 0 {
        true => at.saturating_add_unsigned(len).max(0).cast_unsigned(),
        false => at.cast_unsigned().min(len),
    };
    let at = at * array.size();
    bytes.splice(at..at, packed);
    Ok(Owned::NONE)
}

/// Takes out the item at an index.
fn take(thread: &Thread, array: &Array, index: usize) -> Option<Owned> {
    let word = {
        let mut bytes = array.bytes.lock();
        let place = index * array.size()..(index + 1) * array.size();
        let word = array.kind.word(bytes.get(place.clone())?);
        bytes.drain(place);
        word
    };
    Some(array.kind.unpack(thread, word))
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let at = convert::to_index(thread, args[1])?;
    if array.len() == 0 {
        return raise!(thread, IndexError, "pop from empty array");
    }
    let index = index_in(at, array.len());
    if index.is_some() {
        array.check_resizable(thread)?;
    }
    match index.and_then(|index| take(thread, array, index)) {
        Some(item) => Ok(item),
        None => raise!(thread, IndexError, "pop index out of range"),
    }
}

/// Calls what `list` has, on a list of the items.
fn by_list(thread: &Thread, args: &[Value], find: impl FnOnce(&List) -> Result) -> Result {
    let items = receiver::<Array>(args).items(thread);
    find(items.get::<List>().expect("made as a list"))
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    by_list(thread, args, |items| {
        let count = sequences::count(thread, items, args[1])?;
        Ok(int::from_usize(thread, count))
    })
}

fn position(thread: &Thread, args: &[Value], bounds: &[Value]) -> Result<Option<usize>> {
    let items = receiver::<Array>(args).items(thread);
    let items = items.get::<List>().expect("made as a list");
    let (start, stop) = sequences::search_range(thread, bounds, items.len())?;
    sequences::find(thread, items, args[1], start, stop)
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    match position(thread, args, &args[2..])? {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "array.index(x): x not in array"),
    }
}

fn remove(thread: &Thread, args: &[Value]) -> Result {
    let everywhere = [Value::MISSING, Value::MISSING];
    let found = position(thread, args, &everywhere)?;
    let array = receiver::<Array>(args);
    if found.is_some() {
        array.check_resizable(thread)?;
    }
    match found.and_then(|index| take(thread, array, index)) {
        Some(_) => Ok(Owned::NONE),
        None => raise!(thread, ValueError, "array.remove(x): x not in array"),
    }
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let everywhere = [Value::MISSING, Value::MISSING];
    Ok(Owned::bool(position(thread, args, &everywhere)?.is_some()))
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, receiver::<Array>(args).len()))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    match Subscript::of(thread, args[1], "array")? {
        Subscript::Slice(bounds) => {
            let selected = array.select(bounds.of(array.len()));
            Ok(like(thread, array, selected))
        }
        Subscript::Index(index) => {
            let index = index_in(index, array.len());
            match index.and_then(|index| array.get(thread, index)) {
                Some(item) => Ok(item),
                None => raise!(thread, IndexError, "array index out of range"),
            }
        }
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    match Subscript::of(thread, args[1], "array")? {
        Subscript::Index(index) => {
            let packed = array.kind.pack(thread, args[2])?;
            let mut bytes = array.bytes.lock();
            let Some(index) = index_in(index, bytes.len() / array.size()) else {
                drop(bytes);
                return raise!(thread, IndexError, "array assignment index out of range");
            };
            bytes[index * array.size()..][..array.size()].copy_from_slice(&packed);
            Ok(Owned::NONE)
        }
        Subscript::Slice(bounds) => {
            let Some(other) = native::get::<Array>(&args[2]) else {
                let got = class_of(args[2]).name();
                return raise!(
                    thread,
                    TypeError,
                    "can only assign array (not \"{got}\") to array slice"
                );
            };
            if other.kind != array.kind {
                return raise!(
                    thread,
                    TypeError,
                    "bad argument type for built-in operation"
                );
            }
            let new = other.bytes.lock().clone();
            let selected = bounds.of(array.len());
            if selected.step == 1 && selected.count * array.size() != new.len() {
                array.check_resizable(thread)?;
            }
            let mut bytes = array.bytes.lock();
            let selection = bounds.of(bytes.len() / array.size());
            if selection.step == 1 {
                let start = selection.start as usize * array.size();
                let end = start + selection.count * array.size();
                bytes.splice(start..end, new);
                return Ok(Owned::NONE);
            }
            let (given, wanted) = (new.len() / array.size(), selection.count);
            if given != wanted {
                drop(bytes);
                return raise!(
                    thread,
                    ValueError,
                    "attempt to assign array of size {given} to extended slice of size {wanted}"
                );
            }
            for (at, item) in selection.indexes().zip(new.chunks_exact(array.size())) {
                bytes[at * array.size()..][..array.size()].copy_from_slice(item);
            }
            Ok(Owned::NONE)
        }
    }
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    match Subscript::of(thread, args[1], "array")? {
        Subscript::Index(index) => {
            let index = index_in(index, array.len());
            if index.is_some() {
                array.check_resizable(thread)?;
            }
            match index.and_then(|index| take(thread, array, index)) {
                Some(_) => Ok(Owned::NONE),
                None => raise!(thread, IndexError, "array assignment index out of range"),
            }
        }
        Subscript::Slice(bounds) => {
            if bounds.of(array.len()).count != 0 {
                array.check_resizable(thread)?;
            }
            let mut bytes = array.bytes.lock();
            let selection = bounds.of(bytes.len() / array.size());
            let mut keep = vec![true; bytes.len() / array.size()];
            selection.indexes().for_each(|at| keep[at] = false);
            let items = bytes.chunks_exact(array.size()).zip(keep);
            let kept = items.filter(|(_, keep)| *keep);
            *bytes = kept.flat_map(|(item, _)| item).copied().collect();
            Ok(Owned::NONE)
        }
    }
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let Some(other) = native::get::<Array>(&args[1]) else {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "can only append array (not \"{got}\") to array"
        );
    };
    if other.kind != array.kind {
        return raise!(
            thread,
            TypeError,
            "bad argument type for built-in operation"
        );
    }
    let mut sum = array.bytes.lock().clone();
    sum.extend(other.bytes.lock().iter());
    Ok(like(thread, array, sum))
}

fn add_in_place(thread: &Thread, args: &[Value]) -> Result {
    if native::get::<Array>(&args[1]).is_none() {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "can only extend with array (not \"{got}\")"
        );
    }
    extend(thread, args)?;
    Ok(Owned::new(args[0]))
}

fn repeated(thread: &Thread, args: &[Value]) -> Result<Vec<u8>> {
    let bytes = receiver::<Array>(args).bytes.lock().clone();
    let count = repetitions(thread, bytes.len(), args[1])?;
    Ok(bytes.repeat(count))
}

fn multiply(thread: &Thread, args: &[Value]) -> Result {
    let product = repeated(thread, args)?;
    Ok(like(thread, receiver::<Array>(args), product))
}

fn multiply_in_place(thread: &Thread, args: &[Value]) -> Result {
    let product = repeated(thread, args)?;
    let array = receiver::<Array>(args);
    if product.len() != array.len() * array.size() {
        array.check_resizable(thread)?;
    }
    *array.bytes.lock() = product;
    Ok(Owned::new(args[0]))
}

macro_rules! comparisons {
    ($($name:ident $op:ident)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let Some(other) = native::get::<Array>(&args[1]) else {
                return Ok(Owned::NOT_IMPLEMENTED);
            };
            let (a, b) = (receiver::<Array>(args).items(thread), other.items(thread));
            compare::rich(thread, CompareOp::$op, a.value(), b.value())
        }
    )*};
}

comparisons! { lt Lt le Le eq Eq ne Ne gt Gt ge Ge }

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let bytes = array.bytes.lock().clone();
    Ok(like(thread, array, bytes))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let code = array.kind.code() as char;
    let name = class_of(args[0]).short_name();
    if array.len() == 0 {
        return Ok(str::new(thread, &format!("{name}('{code}')")));
    }
    let items = match array.kind.is_text() {
        true => to_unicode(thread, args)?,
        false => array.items(thread),
    };
    let items = convert::repr(thread, items.value())?;
    let mut text = str::Builder::new();
    text.push_str(&format!("{name}('{code}', "));
    text.push(items.get::<Str>().expect("a repr is a str"));
    text.push_str(")");
    Ok(text.finish(thread))
}

fn typecode(thread: &Thread, args: &[Value]) -> Result {
    let code = char::from(receiver::<Array>(args).kind.code());
    Ok(str::new(thread, &code.to_string()))
}

fn itemsize(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, receiver::<Array>(args).size()))
}

/// What pickling needs: the class, its arguments, and the attributes of a subclass's instance.
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let array = receiver::<Array>(args);
    let contents = array.items(thread);
    let made = tuple::new(thread, vec![typecode(thread, args)?, contents]);
    let name = str::intern(thread, "__dict__");
    let state = attribute::get_optional(thread, args[0], name)?;
    let parts = vec![
        Owned::new(class_of(args[0]).value()),
        made,
        state.unwrap_or(Owned::NONE),
    ];
    Ok(tuple::new(thread, parts))
}

methods! { METHODS:
    new "array(type, typecode, initializer=<missing>, /)" => new;
    /// Append new value v to the end of the array.
    "append(self, v, /)" => append -> None;
    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    "buffer_info(self, /)" => buffer_info -> Tuple;
    /// Byteswap all items of the array.
    "byteswap(self, /)" => byteswap -> None;
    /// Remove all items from the array.
    "clear(self, /)" => clear -> None;
    /// Return number of occurrences of v in the array.
    "count(self, v, /)" => count -> Int;
    /// Append items to the end of the array.
    "extend(self, bb, /)" => extend -> None;
    /// Read n objects from the file object f and append them to the end of the array.
    "fromfile(self, f, n, /)" => from_file -> None;
    /// Append items to array from list.
    "fromlist(self, list, /)" => from_list -> None;
    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    "frombytes(self, buffer, /)" => from_bytes -> None;
    /// Extends this array with data from the unicode string ustr.
    "fromunicode(self, ustr, /)" => from_unicode -> None;
    /// Return index of first occurrence of v in the array.
    "index(self, v, start=<missing>, stop=<missing>, /)" => index -> Int;
    /// Insert a new item v into the array before position i.
    "insert(self, i, v, /)" => insert -> None;
    /// Return the i-th element and delete it from the array.
    "pop(self, i=-1, /)" => pop;
    /// Remove the first occurrence of v in the array.
    "remove(self, v, /)" => remove -> None;
    /// Reverse the order of the items in the array.
    "reverse(self, /)" => reverse -> None;
    /// Write all items (as machine values) to the file object f.
    "tofile(self, f, /)" => to_file -> None;
    /// Convert array to an ordinary list with the same items.
    "tolist(self, /)" => to_list -> List;
    /// Convert the array to an array of machine values and return the bytes representation.
    "tobytes(self, /)" => to_bytes -> Bytes;
    /// Extends this array with data from the unicode string ustr.
    "tounicode(self, /)" => to_unicode -> Str;
    /// Return a copy of the array.
    "__copy__(self, /)" => copy;
    /// Return a copy of the array.
    "__deepcopy__(self, unused, /)" => copy;
    /// Return state information for pickling.
    "__reduce_ex__(self, value, /)" => reduce -> Tuple;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => memoryview::buffer;
    /// Release the buffer object that exposes the underlying memory of the object.
    "__release_buffer__(self, buffer, /)" => memoryview::release_buffer -> None;
    "__len__(self, /)" => length -> Int;
    "__contains__(self, key, /)" => contains -> Bool;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__add__(self, value, /)" => add;
    "__iadd__(self, value, /)" => add_in_place;
    "__mul__(self, value, /)" => multiply;
    "__rmul__(self, value, /)" => multiply;
    "__imul__(self, value, /)" => multiply_in_place;
    "__eq__(self, value, /)" => eq;
    "__ne__(self, value, /)" => ne;
    "__lt__(self, value, /)" => lt;
    "__le__(self, value, /)" => le;
    "__gt__(self, value, /)" => gt;
    "__ge__(self, value, /)" => ge;
    "__repr__(self, /)" => repr -> Str;
    "__iter__(self, /)" => iterator::iter;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// the typecode character used to create the array
    get "typecode" => typecode -> Str;
    /// the size, in bytes, of one array item
    get "itemsize" => itemsize -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let class = ARRAY.class(thread).value();
    module.set(thread, "array", class)?;
    module.set(thread, "ArrayType", class)?;
    module.set(thread, "typecodes", str::intern(thread, item::CODES))?;
    // Arrays are sequences that may be changed: `_collections_abc` may not have been imported yet.
    let abc =
        ashore_runtime::import::import_absolute(thread, str::intern(thread, "collections.abc"))?;
    let sequence = attribute::get(thread, abc.value(), str::intern(thread, "MutableSequence"))?;
    call_method(thread, sequence.value(), "register", &[class])?;
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.",
    functions: &[],
    initialize,
};
