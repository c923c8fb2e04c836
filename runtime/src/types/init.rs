//! Start-up of the types: one row each.
//!
//! [`initialize`] lays all builtin types out, which takes microseconds. Their namespaces, and the objects in them that
//! stand for methods, are made when a type is first looked at ([`fill`]).

use super::class::layout::{Plan, place};
use super::define::{Binding, MethodDef};
use super::dict::{self, Dict};
use super::names::Name;
use super::{
    Builtin, Type, async_generator, bool, bytes, cell, class, code, complex, coroutine, exception,
    file, float, frame, function, generator, generator_methods, generic_alias, getset, int,
    iterators, list, lock, mapping_proxy, method, module, names, native_function, object, property,
    range, set, singletons, slice, str, super_object, template, traceback, tuple, typing, union,
    weakref,
};
use crate::object::{Header, Kind, refcount};
use crate::operators::attribute;
use crate::{Owned, Thread, Value, heap};

/// What a row says besides the table of [`Builtin`].
struct Row {
    /// Python classes may derive from it.
    open: bool,
    methods: &'static [MethodDef],
    doc: &'static str,
}

macro_rules! types {
    ($($name:ident $flag:ident $methods:expr, $doc:expr;)*) => {
        impl Builtin {
            /// The type's row.
            fn row(self) -> Row {
                match self {
                    $(Builtin::$name => Row { open: types!(@ $flag), methods: $methods, doc: $doc },)*
                    _ if self.kind() == Kind::EXCEPTION => Row {
                        open: true,
                        methods: exception::methods::of_class(self),
                        doc: "",
                    },
                    _ => Row { open: false, methods: &[], doc: "" },
                }
            }
        }
    };
    (@ open) => { true };
    (@ closed) => { false };
}

// `open`: Python classes may derive from the type.
types! {
    Object open object::METHODS, "The base class of the class hierarchy.\n\n\
        When called, it accepts no arguments and returns a new featureless\n\
        instance that has no instance attributes and cannot be given any.\n";
    Type open class::methods::METHODS,
        "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type";
    Str open str::METHODS, "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str";
    Int open int::METHODS, "int([x]) -> integer\nint(x, base=10) -> integer\n\n>>> int('0b101', base=0)\n5";
    NoneType closed singletons::NONE, "The type of the None singleton.";
    EllipsisType closed singletons::ELLIPSIS, "The type of the Ellipsis singleton.";
    NotImplementedType closed singletons::NOT_IMPLEMENTED, "The type of the NotImplemented singleton.";
    Bool closed bool::METHODS, "The truth of an object.";
    Float open float::METHODS, "Convert a string or number to a floating-point number, if possible.";
    Complex open complex::METHODS, "Create a complex number from a string or numbers.";
    Bytes open bytes::METHODS, "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n\
        bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n\
        bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n\
        bytes() -> empty bytes object";
    Bytearray open bytes::array_methods::METHODS, "bytearray(iterable_of_ints) -> bytearray\n\
        bytearray(string, encoding[, errors]) -> bytearray\n\
        bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n\
        bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n\
        bytearray() -> empty bytes array";
    List open list::methods::METHODS, "Built-in mutable sequence.\n\n\
        If no argument is given, the constructor creates a new empty list.\n\
        The argument must be an iterable if specified.";
    Tuple open tuple::methods::METHODS, "Built-in immutable sequence.\n\n\
        If no argument is given, the constructor returns an empty tuple.\n\
        If iterable is specified the tuple is initialized from iterable's items.\n\n\
        If the argument is a tuple, the return value is the same object.";
    Dict open dict::methods::METHODS, "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs";
    Set open set::methods::SET, "Build an unordered collection of unique elements.";
    Frozenset open set::methods::FROZENSET, "Build an immutable unordered collection of unique elements.";
    Range closed range::METHODS, "range(stop) -> range object\nrange(start, stop[, step]) -> range object";
    Slice closed slice::METHODS, "slice(stop)\nslice(start, stop[, step])\n\n\
        Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).";
    DictKeys closed dict::views::METHODS, "";
    DictValues closed dict::views::METHODS, "";
    DictItems closed dict::views::METHODS, "";
    RangeIterator closed iterators::state::POSITIONED, "";
    ListIterator closed iterators::state::POSITIONED, "";
    TupleIterator closed iterators::state::POSITIONED, "";
    BytesIterator closed iterators::state::POSITIONED, "";
    BytearrayIterator closed iterators::state::POSITIONED, "";
    ListReverseIterator closed iterators::state::POSITIONED, "";
    SequenceIterator closed iterators::state::POSITIONED, "";
    StrIterator closed iterators::state::POSITIONED, "";
    SetIterator closed iterators::state::REDUCIBLE, "";
    DictKeyIterator closed iterators::state::REDUCIBLE, "";
    DictValueIterator closed iterators::state::REDUCIBLE, "";
    DictItemIterator closed iterators::state::REDUCIBLE, "";
    DictReverseKeyIterator closed iterators::state::REDUCIBLE, "";
    DictReverseValueIterator closed iterators::state::REDUCIBLE, "";
    DictReverseItemIterator closed iterators::state::REDUCIBLE, "";
    CallableIterator closed iterators::functional::CALLABLE, "";
    Enumerate open iterators::functional::ENUMERATE, "Return an enumerate object.";
    Zip open iterators::functional::ZIP, "Combine iterables element by element.\n\n>>> list(zip('abc', range(3)))\n[('a', 0), ('b', 1), ('c', 2)]";
    Map open iterators::functional::MAP, "Make an iterator that computes the function using arguments from\neach of the iterables.";
    Filter open iterators::functional::FILTER, "Return an iterator yielding those items of iterable for which function(item)\nis true.";
    Reversed open iterators::functional::REVERSED, "Return a reverse iterator over the values of the given sequence.";
    TextIOWrapper closed file::methods::TEXT, "Character and line based layer over a buffered stream.";
    BufferedFile closed file::methods::BINARY, "A buffered interface to a file.";
    Lock closed lock::LOCK, "A lock object is a synchronization primitive.";
    RLock closed lock::RLOCK, "A reentrant lock.";
    Function closed function::methods::METHODS, "Create a function object.";
    Method closed method::METHODS, "Create a bound instance method object.";
    NativeFunction closed native_function::FUNCTION, "";
    NativeMethod closed native_function::METHOD, "";
    NativeClassMethod closed native_function::METHOD, "";
    SlotWrapper closed native_function::METHOD, "";
    MethodWrapper closed native_function::WRAPPER, "";
    Module open module::METHODS, "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.";
    Code closed code::methods::METHODS, "Create a code object.  Not for mere mortals.";
    Cell closed cell::METHODS, "Create a new cell object.";
    Generator closed generator_methods::GENERATOR, "";
    Coroutine closed generator_methods::COROUTINE, "";
    CoroutineWrapper closed coroutine::WRAPPER, "A wrapper object implementing __await__ for coroutines.";
    AsyncGenerator closed async_generator::METHODS, "";
    AsyncGeneratorAsend closed async_generator::PENDING, "";
    AsyncGeneratorAthrow closed async_generator::PENDING, "";
    AnextAwaitable closed coroutine::ANEXT_AWAITABLE, "";
    Frame closed frame::methods::METHODS, "";
    FrameLocals closed frame::locals::METHODS, "";
    Traceback closed traceback::METHODS, "Create a new traceback object.";
    Property open property::PROPERTY, "Property attribute.";
    StaticMethod open property::STATIC_METHOD, "Convert a function to be a static method.";
    ClassMethod open property::CLASS_METHOD, "Convert a function to be a class method.";
    Super open super_object::METHODS, "super() -> same as super(__class__, <first argument>)";
    GetSet closed getset::METHODS, "";
    Member closed getset::METHODS, "";
    MappingProxy closed mapping_proxy::METHODS, "Read-only proxy of a mapping.";
    GenericAlias open generic_alias::METHODS, "Represent a PEP 585 generic type";
    BaseExceptionGroup open exception::group::METHODS, "A combination of multiple unrelated exceptions.";
    TypeVar closed typing::TYPE_VAR, "Type variable.";
    ParamSpec closed typing::PARAM_SPEC, "Parameter specification variable.\n\n>>> ParamSpec('P').__name__\n'P'";
    TypeVarTuple closed typing::TYPE_VAR_TUPLE, "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.";
    ParamSpecArgs closed typing::PARAM_SPEC_ARGS, "The args for a ParamSpec object.\n\n>>> P = ParamSpec('P')\n>>> P.args.__origin__ is P\nTrue";
    ParamSpecKwargs closed typing::PARAM_SPEC_KWARGS, "The kwargs for a ParamSpec object.\n\n>>> P = ParamSpec('P')\n>>> P.kwargs.__origin__ is P\nTrue";
    TypeAliasType closed typing::ALIAS, "Type alias.";
    NoDefaultType closed typing::NO_DEFAULT_TYPE, "The type of the NoDefault singleton.";
    ConstEvaluator closed typing::EVALUATOR, "";
    Generic open typing::GENERIC, "Abstract base class for generic types";
    Template closed template::TEMPLATE, "Template object";
    TemplateIter closed template::ITERATOR, "Template iterator object";
    Interpolation closed template::INTERPOLATION, "Interpolation object";
    Weakref open weakref::METHODS, "";
    WeakProxy closed weakref::PROXY, "";
    WeakCallableProxy closed weakref::PROXY, "";
    Union closed union::METHODS, "Represent a union type\n\nE.g. for int | str";
}

/// Methods that a type shares with others, besides those of its row.
fn shared(builtin: Builtin) -> &'static [MethodDef] {
    match builtin {
        Builtin::Bytes | Builtin::Bytearray => bytes::COMMON,
        Builtin::AsyncGenerator => async_generator::shared(),
        Builtin::Set | Builtin::Frozenset => set::methods::COMMON,
        Builtin::DictKeys | Builtin::DictItems => dict::views::SET_METHODS,
        Builtin::Enumerate
        | Builtin::Zip
        | Builtin::Map
        | Builtin::Filter
        | Builtin::Reversed
        | Builtin::RangeIterator
        | Builtin::ListIterator
        | Builtin::TupleIterator
        | Builtin::BytesIterator
        | Builtin::BytearrayIterator
        | Builtin::ListReverseIterator
        | Builtin::SequenceIterator
        | Builtin::StrIterator
        | Builtin::SetIterator
        | Builtin::DictKeyIterator
        | Builtin::DictValueIterator
        | Builtin::DictItemIterator
        | Builtin::DictReverseKeyIterator
        | Builtin::DictReverseValueIterator
        | Builtin::DictReverseItemIterator
        | Builtin::CallableIterator => iterators::METHODS,
        Builtin::WeakCallableProxy => weakref::CALLABLE_PROXY,
        _ => &[],
    }
}

/// The type's own documentation; empty if it has none.
pub fn doc(builtin: Builtin) -> &'static str {
    builtin.row().doc
}

/// The row of the type's `__new__`, if it has one of its own.
pub fn constructor(builtin: Builtin) -> Option<&'static MethodDef> {
    builtin
        .row()
        .methods
        .iter()
        .find(|def| def.binding == Binding::New)
}

/// Makes all builtin types, and the strings the runtime knows. The first thing a program does.
pub fn initialize(thread: &Thread) {
    for &builtin in Builtin::ALL {
        make(thread, builtin);
    }
    names::initialize(thread);
    heap::set_hooks(heap::Hooks {
        finalize,
        clear_weakrefs: weakref::clear,
        call_weakref: weakref::call_back,
    });
}

fn make(thread: &Thread, builtin: Builtin) {
    let base = (builtin != Builtin::Object).then(|| builtin.base().class());
    let plan = Plan {
        builtin: Some(builtin),
        native: false,
        // A class without a layout of its own has plain instances.
        layout: match builtin.kind() {
            Kind::INSTANCE => Builtin::Object,
            _ => builtin,
        },
        base,
        metaclass: Builtin::Type.class(),
        subclassable: builtin.row().open,
        extensible: has_dict(builtin.kind()),
        weakrefable: is_weakrefable(builtin),
        n_members: 0,
        n_expected: 0,
    };
    let class = place(thread, plan, builtin);
    let mut bases = Vec::from_iter(base);
    if let Some(second) = second_base(builtin) {
        bases.push(second.class());
        class.set_bases(thread, &bases);
    }
    let order = class::mro::linearize(thread, class, &bases);
    class.set_mro(order.expect("the builtin types have an order"));
    class.link(&bases);
}

/// The second base of the builtin types that have two.
fn second_base(builtin: Builtin) -> Option<Builtin> {
    match builtin {
        Builtin::UnsupportedOperation => Some(Builtin::ValueError),
        Builtin::ExceptionGroup => Some(Builtin::Exception),
        _ => None,
    }
}

/// Do instances of the builtin types of this layout have attributes of their own?
fn has_dict(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::EXCEPTION | Kind::FUNCTION | Kind::STATIC_METHOD | Kind::CLASS_METHOD
    )
}

/// Can instances of a builtin type be referred to weakly?
fn is_weakrefable(builtin: Builtin) -> bool {
    matches!(
        builtin.kind(),
        Kind::FUNCTION
            | Kind::BOUND_METHOD
            | Kind::MODULE
            | Kind::CODE
            | Kind::GENERATOR
            | Kind::COROUTINE
            | Kind::ASYNC_GENERATOR
            | Kind::SET
            | Kind::FROZENSET
            | Kind::TYPE
            | Kind::UNION
            | Kind::GENERIC_ALIAS
            | Kind::FILE
    ) || matches!(
        builtin,
        Builtin::NativeFunction
            | Builtin::Lock
            | Builtin::RLock
            | Builtin::TypeVar
            | Builtin::ParamSpec
            | Builtin::ParamSpecArgs
            | Builtin::ParamSpecKwargs
            | Builtin::TypeVarTuple
    )
}

/// Makes the namespace of a builtin type.
pub(super) fn fill(thread: &Thread, class: &Type) {
    let builtin = class
        .builtin
        .expect("classes made by the program get their namespace at once");
    let class = builtin.class();
    let namespace = dict::new(thread);
    let table = namespace.get::<Dict>().expect("made as a dict");
    let row = builtin.row();
    let compared = object::comparisons(row.methods);
    // Rows of the type win over shared ones.
    for def in compared.iter().chain(shared(builtin)).chain(row.methods) {
        let value = match def.binding {
            Binding::Get | Binding::Field => getset::computed(thread, def, class),
            _ => native_function::in_namespace(thread, def, class),
        };
        set_forever(thread, table, str::intern(thread, def.name()), value);
    }
    if row.open && has_dict(builtin.kind()) && !has_dict(builtin.base().kind()) {
        let dict = getset::computed(thread, &DICT[0], class);
        set_forever(thread, table, Name::DICT.value(), dict);
    }
    let has = |name: Name| {
        row.methods
            .iter()
            .chain(shared(builtin))
            .any(|def| def.name() == name.text())
    };
    if builtin == Builtin::Interpolation {
        let names = template::MATCH_ARGS.iter();
        let names: Vec<Value> = names.map(|name| str::intern(thread, name)).collect();
        let names = tuple::from_slice(thread, &names);
        set_forever(thread, table, Name::MATCH_ARGS.value(), names);
    }
    if has(Name::EQ) && !has(Name::HASH) {
        table.set_interned(thread, Name::HASH.value(), Owned::NONE);
    }
    if !has(Name::DOC) {
        let doc = if row.doc.is_empty() {
            Owned::NONE
        } else {
            str::new(thread, row.doc)
        };
        set_forever(thread, table, Name::DOC.value(), doc);
    }
    if let Some(header) = namespace.header() {
        refcount::make_immortal(header);
    }
    class.set_namespace(namespace);
}

/// Adds what will never go away, so that threads need not count it.
pub(super) fn set_forever(thread: &Thread, table: &Dict, name: Value, value: Owned) {
    if let Some(header) = value.header() {
        refcount::make_immortal(header);
    }
    table.set_interned(thread, name, value);
}

crate::methods! { pub(super) DICT:
    get "__dict__" => attribute::get_dict, attribute::set_dict;
}

/// Has the object something to do before it dies: `__del__`, or for a generator that is suspended, `finally` blocks? One that
/// has a frame object tells it.
#[inline]
pub(crate) fn has_finalizer(header: &Header) -> bool {
    match header.kind().layout() {
        Kind::GENERATOR => generator::has_finalizer(header),
        Kind::COROUTINE | Kind::ASYNC_GENERATOR => true,
        _ => header.shape().class.facts().has_del(),
    }
}

/// Runs `__del__`, or closes a generator. The object is alive meanwhile.
fn finalize(thread: &Thread, value: Value) {
    if generator::of(&value).is_some() {
        return value
            .header()
            .map_or((), |header| generator::finalize(thread, header));
    }
    if let Err(raised) = attribute::call_special(thread, value, Name::DEL, &[]) {
        let method = attribute::special(thread, value, Name::DEL).unwrap_or(Owned::NONE);
        let what = "while calling deallocator";
        exception::report_ignored(thread, raised, what, method.value());
    }
}

/// A thread for unit tests, which share one set of types.
#[cfg(test)]
pub(crate) fn test_thread() -> &'static Thread {
    static STARTED: std::sync::Once = std::sync::Once::new();
    let thread = Thread::enter();
    STARTED.call_once(|| initialize(thread));
    thread
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    #[test]
    fn every_type_is_laid_out() {
        let thread = test_thread();
        for &builtin in Builtin::ALL {
            let class = builtin.class();
            assert_eq!(class.builtin, Some(builtin));
            assert!(class.is_subclass_of(Builtin::Object.class()));
            assert!(class.is_subclass_of(builtin.base().class()));
        }
        let text = types::str::new(thread, "shore");
        assert!(types::class_of(text.value()).is(Builtin::Str));
        assert!(types::class_of(Value::TRUE).is_subclass_of(Builtin::Int.class()));
    }
}
