//! The strings the runtime itself uses (`__add__`, `write`, …): one row each, interned and immortal.
//!
//! `Name::ADD.value()` is one load; equality of names is equality of words.

use super::str;
use crate::{Thread, Value};
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! names {
    ($($name:ident = $text:literal;)*) => {
        /// A string known to the runtime.
        #[expect(non_camel_case_types, reason = "rows read as the constants they are")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Name { $($name),* }

        impl Name {
            /// All of them.
            pub const TABLE: &[Name] = &[$(Name::$name),*];

            /// The text.
            pub const fn text(self) -> &'static str {
                TEXTS[self as usize]
            }
        }

        static TEXTS: &[&str] = &[$($text),*];
    };
}

names! {
    // Arithmetic, reflected and in place.
    ADD = "__add__";
    SUB = "__sub__";
    MUL = "__mul__";
    MATMUL = "__matmul__";
    TRUEDIV = "__truediv__";
    FLOORDIV = "__floordiv__";
    MOD = "__mod__";
    DIVMOD = "__divmod__";
    POW = "__pow__";
    LSHIFT = "__lshift__";
    RSHIFT = "__rshift__";
    AND = "__and__";
    OR = "__or__";
    XOR = "__xor__";
    RADD = "__radd__";
    RSUB = "__rsub__";
    RMUL = "__rmul__";
    RMATMUL = "__rmatmul__";
    RTRUEDIV = "__rtruediv__";
    RFLOORDIV = "__rfloordiv__";
    RMOD = "__rmod__";
    RDIVMOD = "__rdivmod__";
    RPOW = "__rpow__";
    RLSHIFT = "__rlshift__";
    RRSHIFT = "__rrshift__";
    RAND = "__rand__";
    ROR = "__ror__";
    RXOR = "__rxor__";
    IADD = "__iadd__";
    ISUB = "__isub__";
    IMUL = "__imul__";
    IMATMUL = "__imatmul__";
    ITRUEDIV = "__itruediv__";
    IFLOORDIV = "__ifloordiv__";
    IMOD = "__imod__";
    IPOW = "__ipow__";
    ILSHIFT = "__ilshift__";
    IRSHIFT = "__irshift__";
    IAND = "__iand__";
    IOR = "__ior__";
    IXOR = "__ixor__";
    NEG = "__neg__";
    POS = "__pos__";
    ABS = "__abs__";
    INVERT = "__invert__";
    // Comparison and conversion.
    LT = "__lt__";
    LE = "__le__";
    EQ = "__eq__";
    NE = "__ne__";
    GT = "__gt__";
    GE = "__ge__";
    HASH = "__hash__";
    BOOL = "__bool__";
    REPR = "__repr__";
    STR = "__str__";
    BYTES = "__bytes__";
    FORMAT = "__format__";
    INT = "__int__";
    FLOAT = "__float__";
    COMPLEX = "__complex__";
    INDEX = "__index__";
    ROUND = "__round__";
    TRUNC = "__trunc__";
    FLOOR = "__floor__";
    CEIL = "__ceil__";
    // Containers and iteration.
    LEN = "__len__";
    LENGTH_HINT = "__length_hint__";
    GETITEM = "__getitem__";
    SETITEM = "__setitem__";
    DELITEM = "__delitem__";
    MISSING = "__missing__";
    CONTAINS = "__contains__";
    ITER = "__iter__";
    NEXT = "__next__";
    REVERSED = "__reversed__";
    AITER = "__aiter__";
    ANEXT = "__anext__";
    AWAIT = "__await__";
    CLASS_GETITEM = "__class_getitem__";
    // Attributes and classes.
    GETATTRIBUTE = "__getattribute__";
    GETATTR = "__getattr__";
    SETATTR = "__setattr__";
    DELATTR = "__delattr__";
    DIR = "__dir__";
    GET = "__get__";
    SET = "__set__";
    DELETE = "__delete__";
    SET_NAME = "__set_name__";
    NEW = "__new__";
    INIT = "__init__";
    DEL = "__del__";
    CALL = "__call__";
    ENTER = "__enter__";
    EXIT = "__exit__";
    AENTER = "__aenter__";
    AEXIT = "__aexit__";
    INIT_SUBCLASS = "__init_subclass__";
    SUBCLASSHOOK = "__subclasshook__";
    SUBCLASSES = "__subclasses__";
    SUBCLASSCHECK = "__subclasscheck__";
    INSTANCECHECK = "__instancecheck__";
    PREPARE = "__prepare__";
    MRO_ENTRIES = "__mro_entries__";
    MRO = "__mro__";
    MRO_METHOD = "mro";
    BASES = "__bases__";
    BASE = "__base__";
    CLASS = "__class__";
    CLASSCELL = "__classcell__";
    CLASSDICT = "__classdict__";
    CLASSDICTCELL = "__classdictcell__";
    SLOTS = "__slots__";
    MATCH_ARGS = "__match_args__";
    DICT = "__dict__";
    WEAKREF = "__weakref__";
    ABSTRACTMETHODS = "__abstractmethods__";
    ISABSTRACTMETHOD = "__isabstractmethod__";
    TYPE_PARAMS = "__type_params__";
    FIRSTLINENO = "__firstlineno__";
    STATIC_ATTRIBUTES = "__static_attributes__";
    REDUCE = "__reduce__";
    REDUCE_EX = "__reduce_ex__";
    GETSTATE = "__getstate__";
    SETSTATE = "__setstate__";
    GETNEWARGS = "__getnewargs__";
    GETNEWARGS_EX = "__getnewargs_ex__";
    COPY = "__copy__";
    DEEPCOPY = "__deepcopy__";
    SIZEOF = "__sizeof__";
    FSPATH = "__fspath__";
    BUFFER = "__buffer__";
    RELEASE_BUFFER = "__release_buffer__";
    // Functions and modules.
    NAME = "__name__";
    QUALNAME = "__qualname__";
    MODULE = "__module__";
    DOC = "__doc__";
    CODE = "__code__";
    GLOBALS = "__globals__";
    DEFAULTS = "__defaults__";
    KWDEFAULTS = "__kwdefaults__";
    CLOSURE = "__closure__";
    ANNOTATIONS = "__annotations__";
    ANNOTATE = "__annotate__";
    ANNOTATE_FUNC = "__annotate_func__";
    ANNOTATIONS_CACHE = "__annotations_cache__";
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__";
    FUNC = "__func__";
    SELF = "__self__";
    WRAPPED = "__wrapped__";
    OBJCLASS = "__objclass__";
    TEXT_SIGNATURE = "__text_signature__";
    THISCLASS = "__thisclass__";
    SELF_CLASS = "__self_class__";
    FILE = "__file__";
    PATH = "__path__";
    PACKAGE = "__package__";
    LOADER = "__loader__";
    SPEC = "__spec__";
    CACHED = "__cached__";
    ALL = "__all__";
    BUILTINS = "__builtins__";
    IMPORT = "__import__";
    BUILD_CLASS = "__build_class__";
    MAIN = "__main__";
    DEBUG = "__debug__";
    // Exceptions.
    CAUSE = "__cause__";
    CONTEXT = "__context__";
    SUPPRESS_CONTEXT = "__suppress_context__";
    TRACEBACK = "__traceback__";
    NOTES = "__notes__";
    ARGS = "args";
    ADD_NOTE = "add_note";
    WITH_TRACEBACK = "with_traceback";
    VALUE = "value";
    CODE_ATTRIBUTE = "code";
    MSG = "msg";
    NAME_ATTRIBUTE = "name";
    NAME_FROM = "name_from";
    PATH_ATTRIBUTE = "path";
    OBJ = "obj";
    ERRNO = "errno";
    STRERROR = "strerror";
    FILENAME = "filename";
    FILENAME2 = "filename2";
    LINENO = "lineno";
    OFFSET = "offset";
    TEXT = "text";
    END_LINENO = "end_lineno";
    END_OFFSET = "end_offset";
    PRINT_FILE_AND_LINE = "print_file_and_line";
    ENCODING = "encoding";
    OBJECT = "object";
    START = "start";
    END = "end";
    REASON = "reason";
    TB_FRAME = "tb_frame";
    TB_LINENO = "tb_lineno";
    TB_NEXT = "tb_next";
    // Methods the runtime calls and keywords it binds.
    APPEND = "append";
    CLOSE = "close";
    DECODE = "decode";
    DEFAULT = "default";
    ENCODE = "encode";
    EXTEND = "extend";
    FGET = "fget";
    FSET = "fset";
    FDEL = "fdel";
    FILE_KEYWORD = "file";
    FLUSH = "flush";
    GET_METHOD = "get";
    ITEMS = "items";
    KEY = "key";
    KEYS = "keys";
    METACLASS = "metaclass";
    READ = "read";
    READLINE = "readline";
    REVERSE = "reverse";
    SEND = "send";
    SPLIT = "split";
    DERIVE = "derive";
    SEP = "sep";
    STEP = "step";
    STOP = "stop";
    THROW = "throw";
    UPDATE = "update";
    VALUES = "values";
    WRITE = "write";
}

static VALUES: [AtomicU64; Name::TABLE.len()] =
    [const { AtomicU64::new(Value::MISSING.bits()) }; Name::TABLE.len()];

impl Name {
    /// The interned string.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_bits(VALUES[self as usize].load(Ordering::Relaxed))
    }
}

/// Start-up: makes the strings. The type `str` exists already; nothing else has run.
pub fn initialize(thread: &Thread) {
    str::initialize(thread);
    for &name in Name::TABLE {
        let value = str::intern(thread, name.text());
        VALUES[name as usize].store(value.bits(), Ordering::Relaxed);
    }
}
