//! Kinds: one byte in the header that names an object's layout.
//!
//! An object whose class is exactly the builtin type has the plain kind; an instance of a Python subclass of it has the
//! same layout with [`Kind::SUBCLASS`] set, so one byte compare tests "exactly a list", a masked one "laid out as a list".

/// Layout of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Kind(pub u8);

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $number:literal;)*) => {
        impl Kind {
            $($(#[doc = $doc])* pub const $name: Kind = Kind($number);)*

            /// Name of the layout, for debugging.
            pub const fn name(self) -> &'static str {
                match self.layout().0 { $($number => stringify!($name),)* _ => "?" }
            }
        }
    };
}

kinds! {
    /// Not a heap object.
    NONE = 0;
    /// Instance of a class without builtin layout; attributes in slots (see `types::instance`).
    INSTANCE = 1;
    FLOAT = 2;
    BIG_INT = 3;
    STR = 4;
    BYTES = 5;
    LIST = 6;
    TUPLE = 7;
    DICT = 8;
    SET = 9;
    FROZENSET = 10;
    RANGE = 11;
    SLICE = 12;
    COMPLEX = 13;
    BYTEARRAY = 14;
    FUNCTION = 20;
    BOUND_METHOD = 21;
    /// Builtin function or unbound builtin method.
    NATIVE_FUNCTION = 22;
    TYPE = 23;
    MODULE = 24;
    CODE = 25;
    CELL = 26;
    GENERATOR = 27;
    EXCEPTION = 28;
    TRACEBACK = 29;
    PROPERTY = 30;
    STATIC_METHOD = 31;
    CLASS_METHOD = 32;
    SUPER = 33;
    /// Getter/setter of a builtin type, or a `__slots__` member.
    GETSET = 34;
    WEAKREF = 35;
    MAPPING_PROXY = 36;
    FRAME = 37;
    /// `X | Y` of classes.
    UNION = 38;
    /// Iterator over a range; its own kind because loops over ranges are everywhere.
    RANGE_ITERATOR = 40;
    /// Iterator over a list or tuple or any sequence.
    SEQUENCE_ITERATOR = 41;
    DICT_ITERATOR = 42;
    SET_ITERATOR = 43;
    STR_ITERATOR = 44;
    DICT_VIEW = 45;
    ENUMERATE = 46;
    ZIP = 47;
    MAP = 48;
    FILTER = 49;
    REVERSED = 50;
    CALLABLE_ITERATOR = 51;
    COROUTINE = 52;
    ASYNC_GENERATOR = 53;
    GENERIC_ALIAS = 59;
    FILE = 60;
    /// Rust data of a native module; `types::native` tells which.
    NATIVE = 61;
    FRAME_LOCALS = 62;
}

impl Kind {
    /// Set in the kind of instances of Python subclasses of a builtin type.
    pub const SUBCLASS: u8 = 0x80;

    /// Do objects of exactly this kind own no references? They live in a heap the collector does not visit.
    #[inline(always)]
    pub const fn is_leaf(self) -> bool {
        matches!(
            self,
            Kind::FLOAT | Kind::BIG_INT | Kind::STR | Kind::BYTES | Kind::COMPLEX
        )
    }

    /// Set in a kind by all that [`Kind::is_sequence`] does not look at.
    pub const SEQUENCE_MASK: u8 = !(Self::SUBCLASS | 1);

    /// Is the object laid out as a list or as a tuple?
    #[inline(always)]
    pub const fn is_sequence(self) -> bool {
        const { assert!(Kind::LIST.0 | 1 == Kind::TUPLE.0 && Kind::LIST.0 & 1 == 0) };
        self.0 & Self::SEQUENCE_MASK == Kind::LIST.0
    }

    /// The kind without the subclass bit.
    #[inline(always)]
    pub const fn layout(self) -> Kind {
        Kind(self.0 & !Self::SUBCLASS)
    }

    /// The kind of an instance of a Python subclass.
    #[inline(always)]
    pub const fn subclass(self) -> Kind {
        Kind(self.0 | Self::SUBCLASS)
    }

    #[inline(always)]
    pub const fn is_subclass(self) -> bool {
        self.0 & Self::SUBCLASS != 0
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
