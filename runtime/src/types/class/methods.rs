//! Attributes and methods of `type`.

use super::{Type, as_class, bases, class_of, create, mro};
use crate::object::Object;
use crate::operators::{attribute, call, convert, iterate};
use crate::types::dict::{self, Dict};
use crate::types::names::Name;
use crate::types::sequences::check_depth;
use crate::types::signature::text_signature;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{Builtin, init, int, layouts, list, mapping_proxy};
use crate::{Owned, Result, Thread, Value, methods, raise};

fn this(args: &[Value]) -> &'static Type {
    as_class(args[0]).expect("bound to classes")
}

impl Type {
    /// `__name__`: without the module that builtin types' full names have.
    pub fn short_name(&self) -> String {
        let name = self.name();
        match self.builtin {
            None if !self.native => name,
            _ => name.rsplit('.').next().unwrap_or_default().to_owned(),
        }
    }

    /// `__module__`, if it is a str.
    pub fn module_name(&self) -> Option<String> {
        if let Some(builtin) = self.builtin {
            let module = builtin
                .name()
                .rsplit_once('.')
                .map_or("builtins", |(module, _)| module);
            return Some(module.to_owned());
        }
        let module = self.own(Name::MODULE.value())?;
        Some(module.get::<Str>()?.to_str_lossy().into_owned())
    }

    /// `__qualname__`.
    pub fn qualified_name(&self) -> String {
        match self.builtin {
            Some(_) => self.short_name(),
            None if self.native => self.short_name(),
            None => str::display(self.qualname.load(self.header()).value()),
        }
    }

    /// The name as some messages show it: with the module, unless everybody knows that.
    pub fn full_name(&self) -> String {
        match self.module_name().as_deref() {
            Some("__main__") => self.qualified_name(),
            _ => self.report_name(),
        }
    }

    /// The name as tracebacks and `repr` show it: with the module, unless that is `builtins`.
    pub fn report_name(&self) -> String {
        match self.module_name() {
            Some(module) if module != "builtins" => format!("{module}.{}", self.qualified_name()),
            _ => self.qualified_name(),
        }
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    create::new(thread, args)
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let given = args[1].get::<Tuple>().map_or(0, Tuple::len);
    if given != 1 && given != 3 {
        return raise!(thread, TypeError, "type.__init__() takes 1 or 3 arguments");
    }
    Ok(Owned::NONE)
}

fn call_class(thread: &Thread, args: &[Value]) -> Result {
    let (positional, names, values) = unpack(thread, args[1], args[2]);
    let all: Vec<Value> = positional
        .items()
        .iter()
        .copied()
        .chain(values.iter().map(Owned::value))
        .collect();
    let names: Vec<Value> = names.iter().map(Owned::value).collect();
    create::call(thread, this(args), &all, &names)
}

fn unpack<'a>(thread: &Thread, args: Value, kwargs: Value) -> (&'a Tuple, Vec<Owned>, Vec<Owned>) {
    let tuple = args.get::<Tuple>().expect("*args is a tuple");
    // SAFETY: the caller of the native function keeps its arguments alive.
    let tuple = unsafe { &*std::ptr::from_ref(tuple) };
    let pairs = kwargs
        .get::<Dict>()
        .map_or_else(Vec::new, |kwargs| kwargs.snapshot(thread));
    let (names, values) = pairs.into_iter().unzip();
    (tuple, names, values)
}

fn prepare(thread: &Thread, _: &[Value]) -> Result {
    Ok(dict::new(thread))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(
        thread,
        &format!("<class '{}'>", this(args).report_name()),
    ))
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    match attribute::find_in_class(thread, args[0], args[1])? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, args[0], args[1])),
    }
}

fn set_attribute(thread: &Thread, args: &[Value]) -> Result {
    attribute::store_in_class(thread, args[0], args[1], args[2])?;
    Ok(Owned::NONE)
}

fn delete_attribute(thread: &Thread, args: &[Value]) -> Result {
    attribute::store_in_class(thread, args[0], args[1], Value::MISSING)?;
    Ok(Owned::NONE)
}

fn mro_method(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    let order = match class.base() {
        None => vec![class],
        Some(_) => {
            let base_tuple = class.bases(thread);
            let items = base_tuple.get::<Tuple>().map_or(&[][..], Tuple::items);
            mro::linearize(thread, class, &bases::classes(thread, items)?)?
        }
    };
    let order = order
        .iter()
        .map(|class| Owned::new(class.value()))
        .collect();
    Ok(list::new(thread, order))
}

fn subclasses(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args)
        .subclasses()
        .into_iter()
        .map(|class| Owned::new(class.value()));
    Ok(list::new(thread, list.collect()))
}

fn instance_check(thread: &Thread, args: &[Value]) -> Result {
    is_instance_by_class(thread, args[1], this(args)).map(Owned::bool)
}

fn subclass_check(thread: &Thread, args: &[Value]) -> Result {
    match as_class(args[1]) {
        Some(class) => Ok(Owned::bool(class.is_subclass_of(this(args)))),
        None if !has_bases(thread, args[1])? => {
            raise!(thread, TypeError, "issubclass() arg 1 must be a class")
        }
        None => is_subclass_by_bases(thread, args[1], args[0]).map(Owned::bool),
    }
}

/// `isinstance` without hooks: by the object's class, or by what it says its `__class__` is.
fn is_instance_by_class(thread: &Thread, value: Value, class: &'static Type) -> Result<bool> {
    let own = class_of(value);
    if own.is_subclass_of(class) {
        return Ok(true);
    }
    let Some(claimed) = attribute::get_optional(thread, value, Name::CLASS.value())? else {
        return Ok(false);
    };
    Ok(as_class(claimed.value())
        .is_some_and(|claimed| claimed != own && claimed.is_subclass_of(class)))
}

/// Is it taken for a class, because it has a tuple of `__bases__`?
fn has_bases(thread: &Thread, value: Value) -> Result<bool> {
    let bases = attribute::get_optional(thread, value, Name::BASES.value())?;
    Ok(bases.is_some_and(|bases| bases.is::<Tuple>()))
}

/// `issubclass` for objects that are not classes but have `__bases__`.
fn is_subclass_by_bases(thread: &Thread, derived: Value, class: Value) -> Result<bool> {
    if derived == class {
        return Ok(true);
    }
    check_depth(thread, " in __issubclass__")?;
    let base_tuple = attribute::get_optional(thread, derived, Name::BASES.value())?;
    let Some(base_tuple) = base_tuple.filter(|bases| bases.is::<Tuple>()) else {
        return Ok(false);
    };
    for base in base_tuple.get::<Tuple>().map_or(&[][..], Tuple::items) {
        if is_subclass_by_bases(thread, *base, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `isinstance(value, class)`: a class, a tuple of them, a union, or an object with `__instancecheck__`.
pub fn is_instance_of(thread: &Thread, value: Value, class: Value) -> Result<bool> {
    if let Some(class) = as_class(class) {
        if class_of(value) == class {
            return Ok(true);
        }
        if class_of(class.value()).is(Builtin::Type) {
            return is_instance_by_class(thread, value, class);
        }
    }
    if let Some(tuple) = class.get::<Tuple>() {
        check_depth(thread, " in __instancecheck__")?;
        for &class in tuple.items() {
            if is_instance_of(thread, value, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match attribute::call_special(thread, class, Name::INSTANCECHECK, &[value])? {
        Some(answer) => convert::truth(thread, answer.value()),
        None if has_bases(thread, class)? => {
            let claimed = attribute::get_optional(thread, value, Name::CLASS.value())?;
            match claimed {
                Some(claimed) => is_subclass_by_bases(thread, claimed.value(), class),
                None => Ok(false),
            }
        }
        None => {
            raise!(
                thread,
                TypeError,
                "isinstance() arg 2 must be a type, a tuple of types, or a union"
            )
        }
    }
}

/// `issubclass(derived, class)`.
pub fn is_subclass_of(thread: &Thread, derived: Value, class: Value) -> Result<bool> {
    if let Some(class) = as_class(class)
        && class_of(class.value()).is(Builtin::Type)
    {
        return match as_class(derived) {
            Some(derived) => Ok(derived.is_subclass_of(class)),
            None if !has_bases(thread, derived)? => {
                raise!(thread, TypeError, "issubclass() arg 1 must be a class")
            }
            None => is_subclass_by_bases(thread, derived, class.value()),
        };
    }
    if let Some(tuple) = class.get::<Tuple>() {
        check_depth(thread, " in __subclasscheck__")?;
        for &class in tuple.items() {
            if is_subclass_of(thread, derived, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match attribute::call_special(thread, class, Name::SUBCLASSCHECK, &[derived])? {
        Some(answer) => convert::truth(thread, answer.value()),
        None if !has_bases(thread, derived)? => {
            raise!(thread, TypeError, "issubclass() arg 1 must be a class")
        }
        None if has_bases(thread, class)? => is_subclass_by_bases(thread, derived, class),
        None => {
            raise!(
                thread,
                TypeError,
                "issubclass() arg 2 must be a class, a tuple of classes, or a union"
            )
        }
    }
}

/// `dir(class)`: the names in the namespaces along the MRO.
fn dir(thread: &Thread, args: &[Value]) -> Result {
    let names = dict::new(thread);
    let table = names.get::<Dict>().expect("made as a dict");
    for class in this(args).mro() {
        table.merge(thread, class.namespace(thread))?;
    }
    let names = table
        .snapshot(thread)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    Ok(list::new(thread, names))
}

fn get_name(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, &this(args).short_name()))
}

fn get_qualname(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, &this(args).qualified_name()))
}

/// Checks that an attribute that builtin types have, too, can be changed.
fn check_changeable(thread: &Thread, class: &Type, name: Name, value: Value) -> Result<()> {
    let (text, of) = (name.text(), class.name());
    if class.immutable {
        return raise!(
            thread,
            TypeError,
            "cannot set '{text}' attribute of immutable type '{of}'"
        );
    }
    if value.is_missing() {
        return raise!(
            thread,
            TypeError,
            "cannot delete '{text}' attribute of immutable type '{of}'"
        );
    }
    Ok(())
}

/// The text that is to be a class's name.
fn check_name(thread: &Thread, class: &Type, name: Name, value: Value) -> Result<()> {
    check_changeable(thread, class, name, value)?;
    let Some(text) = value.get::<Str>() else {
        let (of, name, got) = (class.name(), name.text(), class_of(value).name());
        return raise!(
            thread,
            TypeError,
            "can only assign string to {of}.{name}, not '{got}'"
        );
    };
    if name == Name::NAME && text.iter().any(|c| c == 0) {
        return raise!(
            thread,
            ValueError,
            "type name must not contain null characters"
        );
    }
    if name == Name::NAME {
        str::codec::encode(thread, text, None, None)?;
    }
    Ok(())
}

fn set_name(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    check_name(thread, class, Name::NAME, args[1])?;
    class.rename(&class.name, args[1]);
    Ok(Owned::NONE)
}

fn set_qualname(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    check_name(thread, class, Name::QUALNAME, args[1])?;
    class.rename(&class.qualname, args[1]);
    Ok(Owned::NONE)
}

impl Type {
    fn rename(&self, slot: &crate::object::Slot, name: Value) {
        let guard = crate::sync::lock::lock(self.header());
        let old = slot.replace(Owned::new(name));
        drop(guard);
        drop(old);
    }
}

fn get_module(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    // What a builtin type has under this name is for its instances.
    if class.builtin.is_none()
        && let Some(module) = class.own(Name::MODULE.value())
    {
        return Ok(module);
    }
    match class.module_name() {
        Some(module) => Ok(str::new(thread, &module)),
        None => raise!(thread, AttributeError, "__module__"),
    }
}

fn set_module(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    let none = set_namespace_attribute(thread, class, Name::MODULE, args[1])?;
    // The line is one of the other module's file.
    class.delete_own(thread, Name::FIRSTLINENO.value());
    Ok(none)
}

fn get_doc(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    // The namespace of some builtin types has the descriptor of their instances' documentation.
    if let Some(doc) = class.builtin.map(init::doc).filter(|doc| !doc.is_empty()) {
        return Ok(str::new(thread, doc));
    }
    match class.own(Name::DOC.value()) {
        Some(doc) => crate::operators::descriptor::get(thread, doc, None, class),
        None => Ok(Owned::NONE),
    }
}

fn set_doc(thread: &Thread, args: &[Value]) -> Result {
    set_namespace_attribute(thread, this(args), Name::DOC, args[1])
}

fn set_namespace_attribute(thread: &Thread, class: &Type, name: Name, value: Value) -> Result {
    check_changeable(thread, class, name, value)?;
    class.set_own(thread, name.value(), value);
    Ok(Owned::NONE)
}

fn get_bases(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).bases(thread))
}

fn set_bases(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    check_changeable(thread, class, Name::BASES, args[1])?;
    bases::assign(thread, class, args[1])?;
    Ok(Owned::NONE)
}

fn get_base(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args)
        .base()
        .map_or(Owned::NONE, |base| Owned::new(base.value())))
}

fn get_mro(thread: &Thread, args: &[Value]) -> Result {
    Ok(mro::as_tuple(thread, this(args).mro()))
}

fn get_dict(thread: &Thread, args: &[Value]) -> Result {
    let namespace = this(args).namespace(thread).value();
    Ok(mapping_proxy::new(thread, Owned::new(namespace)))
}

fn get_abstract(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    // `type` itself has this attribute, so looking it up there would find the descriptor.
    match class.own(Name::ABSTRACTMETHODS.value()) {
        Some(names) if !class.is(Builtin::Type) => Ok(names),
        _ => raise!(thread, AttributeError, "__abstractmethods__"),
    }
}

fn set_abstract(thread: &Thread, args: &[Value]) -> Result {
    let (class, key) = (this(args), Name::ABSTRACTMETHODS.value());
    if args[1].is_missing() {
        if !class.delete_own(thread, key) {
            return raise!(thread, AttributeError, "__abstractmethods__");
        }
        class.set_abstract(false);
        return Ok(Owned::NONE);
    }
    let any = convert::truth(thread, args[1])?;
    class.set_own(thread, key, args[1]);
    class.set_abstract(any);
    Ok(Owned::NONE)
}

/// Annotations are made by `__annotate__` when they are first asked for, and kept in the namespace.
fn get_annotations(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    if class.builtin.is_some() {
        return Err(attribute::missing(
            thread,
            args[0],
            Name::ANNOTATIONS.value(),
        ));
    }
    for name in [Name::ANNOTATIONS, Name::ANNOTATIONS_CACHE] {
        if let Some(known) = class.own(name.value()) {
            return crate::operators::descriptor::get(thread, known, None, class);
        }
    }
    let annotate = get_annotate(thread, args)?;
    let annotations = match annotate.is_none() {
        true => dict::new(thread),
        // 1: annotationlib.Format.VALUE
        false => call::call(thread, annotate.value(), &[Value::small_int(1)])?,
    };
    if !annotations.is::<Dict>() {
        let got = class_of(annotations.value()).name();
        return raise!(
            thread,
            TypeError,
            "__annotate__ returned non-dict of type '{got}'"
        );
    }
    class.set_own(thread, Name::ANNOTATIONS_CACHE.value(), annotations.value());
    Ok(annotations)
}

fn set_annotations(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    if class.immutable {
        let of = class.name();
        return raise!(
            thread,
            TypeError,
            "cannot set '__annotations__' attribute of immutable type '{of}'"
        );
    }
    let stored = class.own(Name::ANNOTATIONS.value()).is_some();
    let key = if stored {
        Name::ANNOTATIONS
    } else {
        Name::ANNOTATIONS_CACHE
    };
    if !args[1].is_missing() {
        class.set_own(thread, key.value(), args[1]);
    } else if !class.delete_own(thread, key.value()) {
        return raise!(thread, AttributeError, "__annotations__");
    }
    for name in [Name::ANNOTATE_FUNC, Name::ANNOTATE] {
        class.delete_own(thread, name.value());
    }
    Ok(Owned::NONE)
}

fn get_annotate(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    if class.builtin.is_some() {
        return Err(attribute::missing(thread, args[0], Name::ANNOTATE.value()));
    }
    for name in [Name::ANNOTATE, Name::ANNOTATE_FUNC] {
        if let Some(annotate) = class.own(name.value()) {
            return crate::operators::descriptor::get(thread, annotate, None, class);
        }
    }
    Ok(Owned::NONE)
}

fn set_annotate(thread: &Thread, args: &[Value]) -> Result {
    let class = this(args);
    if args[1].is_missing() {
        return raise!(thread, TypeError, "cannot delete __annotate__ attribute");
    }
    if class.immutable {
        let of = class.name();
        return raise!(
            thread,
            TypeError,
            "cannot set '__annotate__' attribute of immutable type '{of}'"
        );
    }
    if !args[1].is_none() && !call::is_callable(args[1]) {
        return raise!(thread, TypeError, "__annotate__ must be callable or None");
    }
    class.set_own(thread, Name::ANNOTATE_FUNC.value(), args[1]);
    if !args[1].is_none() {
        class.delete_own(thread, Name::ANNOTATIONS_CACHE.value());
    }
    Ok(Owned::NONE)
}

fn get_type_params(thread: &Thread, args: &[Value]) -> Result {
    // What `type` has under this name is this.
    if this(args).is(Builtin::Type) {
        return Ok(tuple::empty(thread));
    }
    Ok(this(args)
        .own(Name::TYPE_PARAMS.value())
        .unwrap_or_else(|| tuple::empty(thread)))
}

fn set_type_params(thread: &Thread, args: &[Value]) -> Result {
    set_namespace_attribute(thread, this(args), Name::TYPE_PARAMS, args[1])
}

fn get_text_signature(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args)
        .builtin
        .and_then(init::constructor)
        .and_then(text_signature);
    Ok(text.map_or(Owned::NONE, |text| str::new(thread, &text)))
}

/// CPython's flags, as far as programs ask for them.
fn get_flags(thread: &Thread, args: &[Value]) -> Result {
    const READY: i64 = 1 << 12;
    let class = this(args);
    let derives = |builtin: Builtin| class.is_subclass_of(builtin.class());
    let bits = [
        (class.is_sequence(), 5),
        (class.is_mapping(), 6),
        (class.immutable, 8),
        (class.builtin.is_none() || class.is(Builtin::Generic), 9),
        (class.subclassable, 10),
        (class.is_abstract(), 20),
        (derives(Builtin::Int), 24),
        (derives(Builtin::List), 25),
        (derives(Builtin::Tuple), 26),
        (derives(Builtin::Bytes), 27),
        (derives(Builtin::Str), 28),
        (derives(Builtin::Dict), 29),
        (derives(Builtin::BaseException), 30),
        (class.is_metaclass(), 31),
    ];
    let set = bits.iter().filter(|(set, _)| *set);
    let flags = set.fold(READY, |flags, (_, bit)| flags | 1 << bit);
    Ok(int::from_i64(thread, flags))
}

/// Not 0 if instances can be referred to weakly; the list is not in them, which CPython says by this number.
fn get_weakref_offset(thread: &Thread, args: &[Value]) -> Result {
    let offset = if this(args).weakrefable { -32 } else { 0 };
    Ok(int::from_i64(thread, offset))
}

/// Size of an instance in bytes, without what is behind the structure.
fn get_basic_size(thread: &Thread, args: &[Value]) -> Result {
    let layout = layouts::of_kind(this(args).layout.kind());
    Ok(int::from_usize(
        thread,
        layout.map_or(size_of::<Value>(), |layout| layout.size),
    ))
}

/// Size of one of the items behind the structure, as CPython has them.
fn get_item_size(thread: &Thread, args: &[Value]) -> Result {
    let size = match this(args).layout {
        Builtin::Bytes => 1,
        Builtin::Int | Builtin::Bool => 4,
        Builtin::Tuple | Builtin::Frame | Builtin::Generator => 8,
        Builtin::Code => 2,
        Builtin::Type => 40,
        _ => 0,
    };
    Ok(int::from_i64(thread, size))
}

fn union(thread: &Thread, args: &[Value]) -> Result {
    crate::types::union::of(thread, args[0], args[1])
}

fn reflected_union(thread: &Thread, args: &[Value]) -> Result {
    crate::types::union::of(thread, args[1], args[0])
}

/// The items of an iterable of names, for messages about abstract methods.
pub fn abstract_methods(thread: &Thread, class: &Type) -> Result<Vec<String>> {
    let Some(names) = class.own(Name::ABSTRACTMETHODS.value()) else {
        return Ok(Vec::new());
    };
    let names = iterate::collect(thread, names.value())?;
    let mut names: Vec<String> = names
        .iter()
        .map(|name| str::display(name.value()))
        .collect();
    names.sort();
    Ok(names)
}

methods! { pub METHODS:
    new "type(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// Call self as a function.
    "__call__(self, /, *args, **kwargs)" => call_class;
    /// Create the namespace for the class statement
    class "__prepare__(type, /, *args, **kwargs)" => prepare -> Dict;
    "__repr__(self, /)" => repr -> Str;
    "__getattribute__(self, name, /)" => get_attribute;
    "__setattr__(self, name, value, /)" => set_attribute -> None;
    "__delattr__(self, name, /)" => delete_attribute -> None;
    /// Return a type's method resolution order.
    "mro(self, /)" => mro_method -> List;
    /// Return a list of immediate subclasses.
    "__subclasses__(self, /)" => subclasses -> List;
    /// Check if an object is an instance.
    "__instancecheck__(self, instance, /)" => instance_check -> Bool;
    /// Check if a class is a subclass.
    "__subclasscheck__(self, subclass, /)" => subclass_check -> Bool;
    /// Specialized __dir__ implementation for types.
    "__dir__(self, /)" => dir -> List;
    "__or__(self, value, /)" => union;
    "__ror__(self, value, /)" => reflected_union;
    get "__name__" => get_name, set_name;
    get "__qualname__" => get_qualname, set_qualname;
    get "__module__" => get_module, set_module;
    get "__doc__" => get_doc, set_doc;
    get "__bases__" => get_bases, set_bases;
    get "__base__" => get_base;
    get "__mro__" => get_mro -> Tuple;
    get "__dict__" => get_dict -> MappingProxy;
    get "__abstractmethods__" => get_abstract, set_abstract;
    get "__annotations__" => get_annotations, set_annotations;
    get "__annotate__" => get_annotate, set_annotate;
    get "__type_params__" => get_type_params, set_type_params;
    get "__text_signature__" => get_text_signature;
    get "__flags__" => get_flags -> Int;
    get "__basicsize__" => get_basic_size -> Int;
    get "__itemsize__" => get_item_size -> Int;
    get "__weakrefoffset__" => get_weakref_offset -> Int;
}
