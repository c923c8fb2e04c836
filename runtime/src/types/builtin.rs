//! The table of builtin types: one row each, `Rust name = "python name" (base) kind`.

use super::class::Type;
use crate::object::Kind;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;

macro_rules! builtin_types {
    ($($name:ident = $text:literal ($base:ident) $kind:ident;)*) => {
        /// Every type the runtime itself knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Builtin { $($name),* }

        impl Builtin {
            /// All of them; bases come before what derives from them.
            pub const ALL: &[Builtin] = &[$(Builtin::$name),*];

            /// `__name__` (exceptions and public types) or `module.name`.
            pub const fn name(self) -> &'static str {
                match self { $(Builtin::$name => $text),* }
            }

            /// The base type; `object` names itself.
            pub const fn base(self) -> Builtin {
                match self { $(Builtin::$name => Builtin::$base),* }
            }

            /// Kind of the instances.
            pub const fn kind(self) -> Kind {
                match self { $(Builtin::$name => Kind::$kind),* }
            }
        }
    };
}

builtin_types! {
    Object = "object" (Object) INSTANCE;
    Type = "type" (Object) TYPE;
    NoneType = "NoneType" (Object) NONE;
    EllipsisType = "ellipsis" (Object) NONE;
    NotImplementedType = "NotImplementedType" (Object) NONE;
    Int = "int" (Object) BIG_INT;
    Bool = "bool" (Int) NONE;
    Float = "float" (Object) FLOAT;
    Complex = "complex" (Object) COMPLEX;
    Str = "str" (Object) STR;
    Bytes = "bytes" (Object) BYTES;
    Bytearray = "bytearray" (Object) BYTEARRAY;
    List = "list" (Object) LIST;
    Tuple = "tuple" (Object) TUPLE;
    Dict = "dict" (Object) DICT;
    Set = "set" (Object) SET;
    Frozenset = "frozenset" (Object) FROZENSET;
    Range = "range" (Object) RANGE;
    Slice = "slice" (Object) SLICE;
    Function = "function" (Object) FUNCTION;
    Method = "method" (Object) BOUND_METHOD;
    NativeFunction = "builtin_function_or_method" (Object) NATIVE_FUNCTION;
    NativeMethod = "method_descriptor" (Object) NATIVE_FUNCTION;
    NativeClassMethod = "classmethod_descriptor" (Object) NATIVE_FUNCTION;
    SlotWrapper = "wrapper_descriptor" (Object) NATIVE_FUNCTION;
    MethodWrapper = "method-wrapper" (Object) NATIVE_FUNCTION;
    Module = "module" (Object) MODULE;
    Code = "code" (Object) CODE;
    Cell = "cell" (Object) CELL;
    Generator = "generator" (Object) GENERATOR;
    Coroutine = "coroutine" (Object) COROUTINE;
    CoroutineWrapper = "coroutine_wrapper" (Object) NATIVE;
    AsyncGenerator = "async_generator" (Object) ASYNC_GENERATOR;
    AsyncGeneratorAsend = "async_generator_asend" (Object) NATIVE;
    AsyncGeneratorAthrow = "async_generator_athrow" (Object) NATIVE;
    AnextAwaitable = "anext_awaitable" (Object) NATIVE;
    Traceback = "traceback" (Object) TRACEBACK;
    Property = "property" (Object) PROPERTY;
    StaticMethod = "staticmethod" (Object) STATIC_METHOD;
    ClassMethod = "classmethod" (Object) CLASS_METHOD;
    Super = "super" (Object) SUPER;
    GetSet = "getset_descriptor" (Object) GETSET;
    Member = "member_descriptor" (Object) GETSET;
    MappingProxy = "mappingproxy" (Object) MAPPING_PROXY;
    Union = "typing.Union" (Object) UNION;
    Weakref = "weakref.ReferenceType" (Object) WEAKREF;
    WeakProxy = "weakref.ProxyType" (Object) WEAKREF;
    WeakCallableProxy = "weakref.CallableProxyType" (Object) WEAKREF;
    Frame = "frame" (Object) FRAME;
    FrameLocals = "FrameLocalsProxy" (Object) FRAME_LOCALS;
    RangeIterator = "range_iterator" (Object) RANGE_ITERATOR;
    ListIterator = "list_iterator" (Object) SEQUENCE_ITERATOR;
    TupleIterator = "tuple_iterator" (Object) SEQUENCE_ITERATOR;
    BytesIterator = "bytes_iterator" (Object) SEQUENCE_ITERATOR;
    BytearrayIterator = "bytearray_iterator" (Object) SEQUENCE_ITERATOR;
    ListReverseIterator = "list_reverseiterator" (Object) SEQUENCE_ITERATOR;
    SequenceIterator = "iterator" (Object) SEQUENCE_ITERATOR;
    StrIterator = "str_iterator" (Object) STR_ITERATOR;
    SetIterator = "set_iterator" (Object) SET_ITERATOR;
    DictKeys = "dict_keys" (Object) DICT_VIEW;
    DictValues = "dict_values" (Object) DICT_VIEW;
    DictItems = "dict_items" (Object) DICT_VIEW;
    DictKeyIterator = "dict_keyiterator" (Object) DICT_ITERATOR;
    DictValueIterator = "dict_valueiterator" (Object) DICT_ITERATOR;
    DictItemIterator = "dict_itemiterator" (Object) DICT_ITERATOR;
    DictReverseKeyIterator = "dict_reversekeyiterator" (Object) DICT_ITERATOR;
    DictReverseValueIterator = "dict_reversevalueiterator" (Object) DICT_ITERATOR;
    DictReverseItemIterator = "dict_reverseitemiterator" (Object) DICT_ITERATOR;
    CallableIterator = "callable_iterator" (Object) CALLABLE_ITERATOR;
    Enumerate = "enumerate" (Object) ENUMERATE;
    Zip = "zip" (Object) ZIP;
    Map = "map" (Object) MAP;
    Filter = "filter" (Object) FILTER;
    Reversed = "reversed" (Object) REVERSED;
    BaseException = "BaseException" (Object) EXCEPTION;
    SystemExit = "SystemExit" (BaseException) EXCEPTION;
    KeyboardInterrupt = "KeyboardInterrupt" (BaseException) EXCEPTION;
    GeneratorExit = "GeneratorExit" (BaseException) EXCEPTION;
    Exception = "Exception" (BaseException) EXCEPTION;
    BaseExceptionGroup = "BaseExceptionGroup" (BaseException) EXCEPTION;
    ExceptionGroup = "ExceptionGroup" (BaseExceptionGroup) EXCEPTION;
    StopIteration = "StopIteration" (Exception) EXCEPTION;
    StopAsyncIteration = "StopAsyncIteration" (Exception) EXCEPTION;
    ArithmeticError = "ArithmeticError" (Exception) EXCEPTION;
    FloatingPointError = "FloatingPointError" (ArithmeticError) EXCEPTION;
    OverflowError = "OverflowError" (ArithmeticError) EXCEPTION;
    ZeroDivisionError = "ZeroDivisionError" (ArithmeticError) EXCEPTION;
    AssertionError = "AssertionError" (Exception) EXCEPTION;
    AttributeError = "AttributeError" (Exception) EXCEPTION;
    BufferError = "BufferError" (Exception) EXCEPTION;
    EOFError = "EOFError" (Exception) EXCEPTION;
    ImportError = "ImportError" (Exception) EXCEPTION;
    ModuleNotFoundError = "ModuleNotFoundError" (ImportError) EXCEPTION;
    LookupError = "LookupError" (Exception) EXCEPTION;
    IndexError = "IndexError" (LookupError) EXCEPTION;
    KeyError = "KeyError" (LookupError) EXCEPTION;
    MemoryError = "MemoryError" (Exception) EXCEPTION;
    NameError = "NameError" (Exception) EXCEPTION;
    UnboundLocalError = "UnboundLocalError" (NameError) EXCEPTION;
    OSError = "OSError" (Exception) EXCEPTION;
    BlockingIOError = "BlockingIOError" (OSError) EXCEPTION;
    ChildProcessError = "ChildProcessError" (OSError) EXCEPTION;
    ConnectionError = "ConnectionError" (OSError) EXCEPTION;
    BrokenPipeError = "BrokenPipeError" (ConnectionError) EXCEPTION;
    ConnectionAbortedError = "ConnectionAbortedError" (ConnectionError) EXCEPTION;
    ConnectionRefusedError = "ConnectionRefusedError" (ConnectionError) EXCEPTION;
    ConnectionResetError = "ConnectionResetError" (ConnectionError) EXCEPTION;
    FileExistsError = "FileExistsError" (OSError) EXCEPTION;
    FileNotFoundError = "FileNotFoundError" (OSError) EXCEPTION;
    InterruptedError = "InterruptedError" (OSError) EXCEPTION;
    IsADirectoryError = "IsADirectoryError" (OSError) EXCEPTION;
    NotADirectoryError = "NotADirectoryError" (OSError) EXCEPTION;
    PermissionError = "PermissionError" (OSError) EXCEPTION;
    ProcessLookupError = "ProcessLookupError" (OSError) EXCEPTION;
    TimeoutError = "TimeoutError" (OSError) EXCEPTION;
    ReferenceError = "ReferenceError" (Exception) EXCEPTION;
    RuntimeError = "RuntimeError" (Exception) EXCEPTION;
    NotImplementedError = "NotImplementedError" (RuntimeError) EXCEPTION;
    PythonFinalizationError = "PythonFinalizationError" (RuntimeError) EXCEPTION;
    RecursionError = "RecursionError" (RuntimeError) EXCEPTION;
    SyntaxError = "SyntaxError" (Exception) EXCEPTION;
    IndentationError = "IndentationError" (SyntaxError) EXCEPTION;
    TabError = "TabError" (IndentationError) EXCEPTION;
    IncompleteInputError = "_IncompleteInputError" (SyntaxError) EXCEPTION;
    SystemError = "SystemError" (Exception) EXCEPTION;
    TypeError = "TypeError" (Exception) EXCEPTION;
    ValueError = "ValueError" (Exception) EXCEPTION;
    UnsupportedOperation = "io.UnsupportedOperation" (OSError) EXCEPTION;
    UnicodeError = "UnicodeError" (ValueError) EXCEPTION;
    UnicodeDecodeError = "UnicodeDecodeError" (UnicodeError) EXCEPTION;
    UnicodeEncodeError = "UnicodeEncodeError" (UnicodeError) EXCEPTION;
    UnicodeTranslateError = "UnicodeTranslateError" (UnicodeError) EXCEPTION;
    Warning = "Warning" (Exception) EXCEPTION;
    DeprecationWarning = "DeprecationWarning" (Warning) EXCEPTION;
    RuntimeWarning = "RuntimeWarning" (Warning) EXCEPTION;
    SyntaxWarning = "SyntaxWarning" (Warning) EXCEPTION;
    UserWarning = "UserWarning" (Warning) EXCEPTION;
    ResourceWarning = "ResourceWarning" (Warning) EXCEPTION;
    FutureWarning = "FutureWarning" (Warning) EXCEPTION;
    PendingDeprecationWarning = "PendingDeprecationWarning" (Warning) EXCEPTION;
    ImportWarning = "ImportWarning" (Warning) EXCEPTION;
    UnicodeWarning = "UnicodeWarning" (Warning) EXCEPTION;
    BytesWarning = "BytesWarning" (Warning) EXCEPTION;
    EncodingWarning = "EncodingWarning" (Warning) EXCEPTION;
    TypeVar = "typing.TypeVar" (Object) NATIVE;
    ParamSpec = "typing.ParamSpec" (Object) NATIVE;
    TypeVarTuple = "typing.TypeVarTuple" (Object) NATIVE;
    ParamSpecArgs = "typing.ParamSpecArgs" (Object) NATIVE;
    ParamSpecKwargs = "typing.ParamSpecKwargs" (Object) NATIVE;
    TypeAliasType = "typing.TypeAliasType" (Object) NATIVE;
    NoDefaultType = "typing.NoDefaultType" (Object) NATIVE;
    ConstEvaluator = "_typing._ConstEvaluator" (Object) NATIVE;
    Generic = "typing.Generic" (Object) INSTANCE;
    Template = "string.templatelib.Template" (Object) NATIVE;
    TemplateIter = "string.templatelib.TemplateIter" (Object) NATIVE;
    Interpolation = "string.templatelib.Interpolation" (Object) NATIVE;
    GenericAlias = "types.GenericAlias" (Object) GENERIC_ALIAS;
    Lock = "_thread.lock" (Object) NATIVE;
    RLock = "_thread.RLock" (Object) NATIVE;
    NativeObject = "native_object" (Object) NATIVE;
    TextIOWrapper = "_io.TextIOWrapper" (Object) FILE;
    BufferedFile = "_io.BufferedRandom" (Object) FILE;
}

/// Memory of the type objects: a builtin type's address is known when the runtime is compiled.
#[repr(transparent)]
struct Classes(UnsafeCell<[MaybeUninit<Type>; Builtin::ALL.len()]>);

// SAFETY: written once, by start-up, before any other thread or any Python code runs; `Type` is `Sync`.
unsafe impl Sync for Classes {}

static CLASSES: Classes = Classes(UnsafeCell::new(
    [const { MaybeUninit::uninit() }; Builtin::ALL.len()],
));

impl Builtin {
    /// The type object.
    #[inline(always)]
    pub fn class(self) -> &'static Type {
        // SAFETY: start-up fills the table before anything asks for a class; builtin types are immortal.
        unsafe { &*self.place() }
    }

    /// Where the type object is, whether or not it has been made.
    #[inline(always)]
    pub(super) fn place(self) -> *mut Type {
        // SAFETY: the table has a row for every type.
        unsafe { CLASSES.0.get().cast::<Type>().add(self as usize) }
    }
}
