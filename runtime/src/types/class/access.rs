//! What a class's special methods mean for its instances, remembered until one of them changes.

use super::{Type, as_class, class_of};
use crate::Value;
use crate::object::Kind;
use crate::types::Builtin;
use crate::types::function::Function;
use crate::types::names::Name;
use crate::types::native_function::{self, NativeFunction};
use std::sync::atomic::Ordering;

/// Who answers `instance.name`, and who takes `instance.name = value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Protocol {
    /// `object`'s: class, instance, descriptors.
    Generic,
    /// `type`'s: the same with the class's own MRO in place of the instance.
    Class,
    Module,
    Super,
    /// A `__getattribute__` (`__setattr__`, `__delattr__`) of the program's or a native module's.
    Custom,
}

/// Facts about a class, packed into [`Type`]'s `facts` word.
#[derive(Clone, Copy)]
pub struct Facts(u32);

const KNOWN: u32 = 1;
const GETATTR: u32 = 1 << 1;
const DEL: u32 = 1 << 2;
const GET: u32 = 1 << 3;
const SET: u32 = 1 << 4;
const TYPE_CALL: u32 = 1 << 5;
const READ_SHIFT: u32 = 8;
const WRITE_SHIFT: u32 = 12;

const PROTOCOLS: [Protocol; 5] = [
    Protocol::Generic,
    Protocol::Class,
    Protocol::Module,
    Protocol::Super,
    Protocol::Custom,
];

impl Facts {
    /// Who answers attribute reads.
    #[inline]
    pub fn read(self) -> Protocol {
        PROTOCOLS[(self.0 >> READ_SHIFT & 7) as usize]
    }

    /// Who takes attribute writes and deletions.
    #[inline]
    pub fn write(self) -> Protocol {
        PROTOCOLS[(self.0 >> WRITE_SHIFT & 7) as usize]
    }

    /// There is a `__getattr__` for what is not found.
    #[inline]
    pub fn has_getattr(self) -> bool {
        self.0 & GETATTR != 0
    }

    /// There is a `__del__`.
    #[inline]
    pub fn has_del(self) -> bool {
        self.0 & DEL != 0
    }

    /// Calling an instance, a class then, is `type.__call__`.
    #[inline]
    pub fn has_type_call(self) -> bool {
        self.0 & TYPE_CALL != 0
    }

    /// Instances are descriptors: they have `__get__`.
    #[inline]
    pub fn has_get(self) -> bool {
        self.0 & GET != 0
    }

    /// Instances are data descriptors: they have `__set__` or `__delete__`.
    #[inline]
    pub fn has_set(self) -> bool {
        self.0 & SET != 0
    }
}

/// How an instance is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Construction {
    /// Allocate; there is no `__init__`, so arguments are an error.
    Plain,
    /// Allocate, then call this function (borrowed from the class) with the instance and the arguments.
    Init(Value),
    /// Call this native `__new__` (borrowed from the class); `__init__` is `object`'s, which then accepts all arguments.
    New(Value),
    /// Whatever `type.__call__` does.
    General,
}

/// `constructor` words besides functions.
const UNKNOWN: Value = Value::NONE;
const PLAIN: Value = Value::MISSING;
const GENERAL: Value = Value::RAISED;

/// `constructor` of a new class.
pub(super) const CONSTRUCTOR_UNKNOWN: u64 = UNKNOWN.bits();

impl Type {
    /// What is known about the class's special methods.
    #[inline]
    pub fn facts(&self) -> Facts {
        let facts = self.facts.load(Ordering::Acquire);
        if facts & KNOWN != 0 {
            return Facts(facts);
        }
        self.learn()
    }

    #[cold]
    fn learn(&self) -> Facts {
        let version = self.version.load(Ordering::Acquire);
        let has = |name: Name, bit: u32| {
            if self.lookup_name(name).is_some() {
                bit
            } else {
                0
            }
        };
        let facts = KNOWN
            | has(Name::GETATTR, GETATTR)
            | has(Name::DEL, DEL)
            | has(Name::GET, GET)
            | has(Name::SET, SET)
            | has(Name::DELETE, SET)
            | self.type_call()
            | (self.protocol(&[Name::GETATTRIBUTE]) as u32) << READ_SHIFT
            | (self.protocol(&[Name::SETATTR, Name::DELATTR]) as u32) << WRITE_SHIFT;
        self.store_if_unchanged(version, || self.facts.store(facts, Ordering::Release));
        Facts(facts)
    }

    /// Is `__call__` that of `type`?
    fn type_call(&self) -> u32 {
        let home = self.find_in_mro(Name::CALL.value());
        if home.is_some_and(|(_, home)| home.is(Builtin::Type)) {
            TYPE_CALL
        } else {
            0
        }
    }

    /// Stores something learnt while the class had `version`, unless it changed meanwhile.
    fn store_if_unchanged(&self, version: u32, store: impl FnOnce()) {
        let _locked = super::lock();
        if self.version.load(Ordering::Acquire) == version {
            store();
        }
    }

    /// Which builtin protocol the methods belong to.
    fn protocol(&self, names: &[Name]) -> Protocol {
        let of = |name: &Name| {
            let home = self
                .find_in_mro(name.value())
                .map(|(_, class)| class.builtin);
            match home {
                Some(Some(Builtin::Object)) => Protocol::Generic,
                Some(Some(Builtin::Type)) => Protocol::Class,
                Some(Some(Builtin::Module)) => Protocol::Module,
                Some(Some(Builtin::Super)) => Protocol::Super,
                _ => Protocol::Custom,
            }
        };
        let first = of(&names[0]);
        let all_same = names.iter().all(|name| of(name) == first);
        if all_same { first } else { Protocol::Custom }
    }

    /// How calling the class makes an instance.
    #[inline]
    pub fn construction(&self) -> Construction {
        match Value::from_bits(self.constructor.load(Ordering::Acquire)) {
            UNKNOWN => self.learn_construction(),
            PLAIN => Construction::Plain,
            GENERAL => Construction::General,
            function if function.kind() == Kind::NATIVE_FUNCTION => Construction::New(function),
            init => Construction::Init(init),
        }
    }

    #[cold]
    fn learn_construction(&self) -> Construction {
        let version = self.version.load(Ordering::Acquire);
        let construction = self.find_construction();
        let word = match construction {
            Construction::Plain => PLAIN,
            Construction::General => GENERAL,
            Construction::Init(function) | Construction::New(function) => function,
        };
        self.store_if_unchanged(version, || {
            self.constructor.store(word.bits(), Ordering::Release)
        });
        construction
    }

    fn find_construction(&self) -> Construction {
        let home = |class: &Type, name: Name| {
            let found = class.find_in_mro(name.value());
            found.and_then(|(_, class)| class.builtin)
        };
        let metaclass = class_of(crate::Object::value(self));
        if !metaclass.facts().has_type_call() || self.is_abstract() {
            return Construction::General;
        }
        if home(self, Name::NEW) != Some(Builtin::Object) {
            return self.find_native_construction(home(self, Name::INIT));
        }
        if self.instance_kind != Kind::INSTANCE.subclass() {
            return Construction::General;
        }
        match self.lookup_name(Name::INIT) {
            Some(init) if init.get_exact::<Function>().is_some() => Construction::Init(init),
            _ if home(self, Name::INIT) == Some(Builtin::Object) => Construction::Plain,
            _ => Construction::General,
        }
    }

    fn find_native_construction(&self, init_home: Option<Builtin>) -> Construction {
        let class = as_class(crate::Object::value(self)).expect("this class");
        let Some(new) = class.lookup_name(Name::NEW) else {
            return Construction::General;
        };
        let native = new.get_exact::<NativeFunction>();
        let makes = native.is_some_and(|native| native_function::makes(native, class));
        match init_home == Some(Builtin::Object) && makes {
            true => Construction::New(new),
            false => Construction::General,
        }
    }

    /// Forgets everything this file remembers.
    pub(super) fn forget_facts(&self) {
        self.facts.store(0, Ordering::Release);
        self.constructor
            .store(CONSTRUCTOR_UNKNOWN, Ordering::Release);
    }

    /// Has the class abstract methods, so that it cannot be instantiated?
    pub fn is_abstract(&self) -> bool {
        self.abstract_class.load(Ordering::Acquire)
    }

    /// Notes whether the class has abstract methods.
    pub(super) fn set_abstract(&self, abstract_class: bool) {
        let _locked = super::lock();
        self.abstract_class.store(abstract_class, Ordering::Release);
        self.forget_facts();
    }
}
