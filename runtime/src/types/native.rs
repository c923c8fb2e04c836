//! Objects and classes of native modules: any Rust data behind a header, and classes made from method tables.
//!
//! A [`NativeClass`] is a static of its module; the class object is made when somebody first asks, and lives forever. Its
//! instances hold [`Data`], unless it extends a builtin type, whose layout they have then.

use super::class::layout::{Plan, allocate};
use super::class::{Collection, class_of, mro};
use super::define::{Binding, MethodDef};
use super::dict::{self, Dict};
use super::exports::Exports;
use super::names::Name;
use super::{Builtin, Type, getset, init, iterators, native_function, object, str};
use crate::object::{Header, Kind, Object};
use crate::sync::mutex::Mutex;
use crate::{Owned, Result, Thread, Value, heap};
use std::any::Any;
use std::sync::OnceLock;

/// What a native object holds. If anybody could notice when it is dropped, whoever makes it says so with
/// [`heap::death::expect_noticeable`].
pub trait Data: Any + Send + Sync {
    /// Visits every counted reference the data owns (in `Slot`s) exactly once.
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}

    /// Could nobody notice how late the object dies, but by what it refers to? Then it may be left to the collector if many
    /// threads use it all the time.
    fn dies_unseen(&self) -> bool {
        false
    }

    /// The next item, for classes that are iterators.
    fn next(&self, _thread: &Thread) -> Option<Result<Option<Owned>>> {
        None
    }

    /// Calls `this`, whose data it is, for classes that have a `__call__`: the values of the keywords called `names` are
    /// last in `args`. Instances of Python classes derived from it are called through their `__call__`.
    fn call(
        &self,
        _thread: &Thread,
        _this: Value,
        _args: &[Value],
        _names: &[Value],
    ) -> Option<Result> {
        None
    }

    /// The memory that `memoryview` shows, and functions that take bytes-like objects see.
    fn memory(&self) -> Option<Memory<'_>> {
        None
    }

    /// The object whose memory is shown instead, or why it no longer can be.
    fn lender(&self, _thread: &Thread) -> Option<Result> {
        None
    }
}

/// Memory of a native object that others read and write as bytes.
pub struct Memory<'a> {
    pub cells: &'a dyn Cells,
    /// What the items are: a character of `struct`'s.
    pub format: u8,
    pub readonly: bool,
    /// What counts the views of it.
    pub exports: &'a Exports,
}

/// How to get at bytes that threads share. Whoever looks runs no Python code meanwhile.
pub trait Cells {
    /// Raises what there is to say if the bytes can no longer be had.
    fn check(&self, _thread: &Thread) -> Result<()> {
        Ok(())
    }

    fn look(&self, look: &mut dyn FnMut(&[u8]));
    /// Not for memory that can only be read.
    fn change(&self, change: &mut dyn FnMut(&mut [u8]));
}

impl Cells for Mutex<Vec<u8>> {
    fn look(&self, look: &mut dyn FnMut(&[u8])) {
        look(&self.lock());
    }

    fn change(&self, change: &mut dyn FnMut(&mut [u8])) {
        change(&mut self.lock());
    }
}

impl Memory<'_> {
    pub fn look<R>(&self, look: impl FnOnce(&[u8]) -> R) -> R {
        let (mut look, mut seen) = (Some(look), None);
        self.cells
            .look(&mut |bytes| seen = look.take().map(|look| look(bytes)));
        seen.expect("cells show their bytes once")
    }

    /// None if the memory can only be read.
    pub fn change<R>(&self, change: impl FnOnce(&mut [u8]) -> R) -> Option<R> {
        if self.readonly {
            return None;
        }
        let (mut change, mut done) = (Some(change), None);
        self.cells
            .change(&mut |bytes| done = change.take().map(|change| change(bytes)));
        done
    }
}

/// A native object.
#[repr(C)]
pub struct Native {
    header: Header,
    data: Box<dyn Data>,
}

// SAFETY: `repr(C)`, header first, own kind; the data visits what it owns (its contract), `finish` drops the box, whose
// slots do not release anything when dropped.
unsafe impl Object for Native {
    const KIND: Kind = Kind::NATIVE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.data.traverse(visit);
    }

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the object is dead (caller's promise) and the box is not used again.
        drop(unsafe { std::ptr::read(&raw const self.data) });
    }
}

/// A new object of a class with native layout.
pub fn new(thread: &Thread, class: &Type, data: impl Data) -> Owned {
    let object = Native {
        header: class.instance_header(thread),
        data: Box::new(data),
    };
    heap::new_with_attributes(thread, object, 0)
}

/// The data of a native object, if it is a `T`.
#[inline]
pub fn get<T: Data>(value: &Value) -> Option<&T> {
    let data: &dyn Any = value.get::<Native>()?.data.as_ref();
    data.downcast_ref::<T>()
}

/// The data of the receiver of a native class's method.
#[inline]
pub fn receiver<T: Data>(args: &[Value]) -> &T {
    get(&args[0]).expect("methods are bound to instances of their class")
}

/// See [`Data::dies_unseen`]; of objects that are not native, false.
pub(crate) fn dies_unseen(value: &Value) -> bool {
    value
        .get::<Native>()
        .is_some_and(|native| native.data.dies_unseen())
}

/// The memory of a native object that has some.
pub fn memory(value: &Value) -> Option<Memory<'_>> {
    value.get::<Native>()?.data.memory()
}

/// The object that shows its memory instead of a native object that only keeps it.
pub(crate) fn lender(thread: &Thread, value: &Value) -> Option<Result> {
    value.get::<Native>()?.data.lender(thread)
}

/// The next item of a native iterator; none if it is no iterator.
pub(crate) fn next(thread: &Thread, it: &Value) -> Option<Result<Option<Owned>>> {
    it.get::<Native>()?.data.next(thread)
}

/// Calls an instance of a native class whose data can be called; none if it cannot.
pub(crate) fn call(
    thread: &Thread,
    callee: Value,
    args: &[Value],
    names: &[Value],
) -> Option<Result> {
    let native = callee.get::<Native>()?;
    if !class_of(callee).native {
        return None;
    }
    native.data.call(thread, callee, args, names)
}

/// A class of a native module.
pub struct NativeClass {
    /// `module.name`, as messages show it.
    pub name: &'static str,
    pub doc: &'static str,
    pub methods: &'static [MethodDef],
    /// The builtin type it extends; [`Builtin::Object`] for classes whose instances hold [`Data`].
    pub base: Builtin,
    /// The native class it is derived from, if there is one; that one extends the same builtin type.
    pub parent: Option<&'static NativeClass>,
    /// Python classes may derive from it.
    pub open: bool,
    /// Instances are iterators: [`Data::next`] says so.
    pub iterator: bool,
    /// Attributes that every instance has a slot for, besides the base's fields.
    pub members: &'static [&'static str],
    /// Instances have attributes of their own and nothing else, as those of Python classes.
    pub attributes: bool,
    /// Instances have a `__dict__` besides their data.
    pub dict: bool,
    /// Instances can be referred to weakly.
    pub weakrefable: bool,
    /// Patterns take instances for sequences.
    pub sequence: bool,
    made: OnceLock<&'static Type>,
}

impl NativeClass {
    /// A class that Python classes cannot derive from.
    pub const fn new(name: &'static str, methods: &'static [MethodDef]) -> NativeClass {
        NativeClass {
            name,
            doc: "",
            methods,
            base: Builtin::Object,
            parent: None,
            open: false,
            iterator: false,
            members: &[],
            attributes: false,
            dict: false,
            weakrefable: false,
            sequence: false,
            made: OnceLock::new(),
        }
    }

    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> NativeClass {
        self.doc = doc;
        self
    }

    #[must_use]
    pub const fn open(mut self) -> NativeClass {
        self.open = true;
        self
    }

    #[must_use]
    pub const fn iterator(mut self) -> NativeClass {
        self.iterator = true;
        self
    }

    #[must_use]
    pub const fn extends(mut self, base: Builtin, members: &'static [&'static str]) -> NativeClass {
        self.base = base;
        self.members = members;
        self
    }

    #[must_use]
    pub const fn derived(mut self, parent: &'static NativeClass) -> NativeClass {
        self.parent = Some(parent);
        self
    }

    #[must_use]
    pub const fn with_attributes(mut self) -> NativeClass {
        self.attributes = true;
        self
    }

    #[must_use]
    pub const fn with_dict(mut self) -> NativeClass {
        self.dict = true;
        self
    }

    #[must_use]
    pub const fn weakrefable(mut self) -> NativeClass {
        self.weakrefable = true;
        self
    }

    #[must_use]
    pub const fn sequence(mut self) -> NativeClass {
        self.sequence = true;
        self
    }

    /// The class object.
    pub fn class(&'static self, thread: &Thread) -> &'static Type {
        // Making a class runs no Python code and does not block.
        self.made.get_or_init(|| self.make(thread))
    }

    /// Is it exactly this class's instance?
    pub fn is_exactly(&'static self, thread: &Thread, value: Value) -> bool {
        std::ptr::eq(class_of(value), self.class(thread))
    }

    /// Is it an instance of this class or a class derived from it?
    pub fn is_instance(&'static self, thread: &Thread, value: Value) -> bool {
        class_of(value).is_subclass_of(self.class(thread))
    }

    fn make(&'static self, thread: &Thread) -> &'static Type {
        let layout = match self.base {
            Builtin::Object if !self.attributes => Builtin::NativeObject,
            base => base,
        };
        let base = match self.parent {
            Some(parent) => parent.class(thread),
            None => self.base.class(),
        };
        let plan = Plan {
            builtin: None,
            native: true,
            layout,
            base: Some(base),
            metaclass: Builtin::Type.class(),
            subclassable: self.open,
            extensible: self.attributes || self.dict,
            weakrefable: self.weakrefable || base.weakrefable,
            n_members: self.members.len() as u16,
            n_expected: 0,
        };
        let class = allocate(thread, plan);
        if self.sequence {
            class.set_collection(Collection::Sequence);
        }
        class.set_names(Owned::new(str::intern(thread, self.name)));
        class.set_bases(thread, &[base]);
        class.set_namespace(self.namespace(thread, class));
        class.keep_parts();
        let order = mro::linearize(thread, class, &[base]);
        class.set_mro(order.expect("a class with one base has an order"));
        class.link(&[base]);
        class
    }

    fn namespace(&'static self, thread: &Thread, class: &'static Type) -> Owned {
        let namespace = dict::new(thread);
        let table = namespace.get::<Dict>().expect("made as a dict");
        let shared = match self.iterator {
            true => iterators::METHODS,
            false => &[],
        };
        // Rows of the class win over shared ones.
        let compared = object::comparisons(self.methods);
        for def in compared.iter().chain(shared).chain(self.methods) {
            let value = match def.binding {
                Binding::Get | Binding::Field => getset::computed(thread, def, class),
                _ => native_function::in_namespace(thread, def, class),
            };
            init::set_forever(thread, table, str::intern(thread, def.name()), value);
        }
        if self.attributes || self.dict {
            let dict = getset::computed(thread, &init::DICT[0], class);
            init::set_forever(thread, table, Name::DICT.value(), dict);
        }
        let has = |name: &str| self.methods.iter().any(|def| def.name() == name);
        // A row of this name gives access to the slot.
        let members = (0..).zip(self.members).filter(|(_, name)| !has(name));
        for (slot, name) in members {
            let name = str::intern(thread, name);
            let member = getset::member(thread, class, name, slot);
            init::set_forever(thread, table, name, member);
        }
        if has(Name::EQ.text()) && !has(Name::HASH.text()) {
            table.set_interned(thread, Name::HASH.value(), Owned::NONE);
        }
        let (module, _) = self.name.rsplit_once('.').unwrap_or(("builtins", ""));
        let module = Owned::new(str::intern(thread, module));
        table.set_interned(thread, Name::MODULE.value(), module);
        if !has(Name::DOC.text()) {
            let doc = match self.doc {
                "" => Owned::NONE,
                doc => str::new(thread, doc),
            };
            init::set_forever(thread, table, Name::DOC.value(), doc);
        }
        namespace
    }
}
