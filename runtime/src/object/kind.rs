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
    FLOAT = 2;
    BIG_INT = 3;
    STR = 4;
    BYTES = 5;
    FUNCTION = 6;
    BOUND_METHOD = 7;
    DICT = 8;
    SET = 9;
    FROZENSET = 10;
    RANGE = 11;
    SLICE = 12;
    COMPLEX = 13;
    BYTEARRAY = 14;
    /// Builtin function or unbound builtin method.
    NATIVE_FUNCTION = 15;
    LIST = 16;
    TUPLE = 17;
    EXCEPTION = 18;
    TRACEBACK = 19;
    FRAME = 20;
    /// Instance of a class without builtin layout; attributes in slots (see `types::instance`).
    INSTANCE = 21;
    MODULE = 24;
    CODE = 25;
    CELL = 26;
    GENERATOR = 27;
    TYPE = 28;
    PROPERTY = 30;
    STATIC_METHOD = 31;
    CLASS_METHOD = 32;
    SUPER = 33;
    /// Getter/setter of a builtin type, or a `__slots__` member.
    GETSET = 34;
    WEAKREF = 35;
    MAPPING_PROXY = 36;
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

    /// Set in a kind by all that [`Kind::is_discreet`] does not look at.
    pub const DISCREET_MASK: u8 = !(Self::SUBCLASS | 7);
    /// What the mask leaves of the kinds that are discreet.
    pub const DISCREET: u8 = 16;

    /// Is what an object of this kind takes up published no sooner than it is itself?
    ///
    /// So it is with what most often lives and dies on one thread: instances, lists, tuples, exceptions, and tracebacks and frames,
    /// by which exceptions keep what variables held.
    #[inline(always)]
    pub const fn is_discreet(self) -> bool {
        self.0 & Self::DISCREET_MASK == Self::DISCREET
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
