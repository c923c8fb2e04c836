//! Code objects: a [`ashore_bytecode::Code`] made ready to run.
//!
//! Loading turns constants into immortal values, names into interned strings, and lays out the inline-cache sites. Code
//! objects are immortal: frames, functions and native code refer to them without counting.

mod assemble;
pub mod methods;

use crate::monitor::Points;
use crate::object::{Header, Kind, Object, refcount};
use crate::types::{self, Builtin};
use crate::{Owned, Thread, Value, heap};
use ashore_bytecode::{self as bytecode, Nested, Opcode};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU32};

pub use crate::operators::cache::Site;

/// Units that programs see in front of the first instruction: what stands for the entry, on the line of the `def`. Events of a
/// frame's beginning happen there.
pub(crate) const ENTRY: u32 = 1;

/// A Python `code` object.
#[repr(C)]
pub struct Code {
    header: Header,
    /// First instruction of a copy that may be instrumented; hot, so beside the header.
    pub units: *const u16,
    /// Constants, immortal.
    pub constants: Box<[Value]>,
    /// Interned names.
    pub names: Box<[Value]>,
    /// Inline caches.
    pub sites: Box<[Site]>,
    /// Registers below are variables, above temporaries.
    pub n_locals: u16,
    /// Size of a register window.
    pub n_registers: u16,
    /// Positional parameters.
    pub n_args: u16,
    /// Takes exactly `n_args` positional parameters, nothing else, and runs at once: the call can skip binding.
    pub simple: bool,
    /// Calls make a generator.
    pub generator: bool,
    /// Native code for exact positional calls, null if there is none: see `abi::entry`. Functions with other globals than
    /// `home` must not run it.
    pub native: AtomicPtr<()>,
    /// Native code that runs generators of this code, null if there is none: see `abi::Outcome`.
    pub resume: AtomicPtr<()>,
    /// The dict whose variables the native code reads.
    pub home: AtomicPtr<Header>,
    /// Number in the program, for native code; `u32::MAX` if it has none.
    pub number: AtomicU32,
    /// Name, qualified name and file as values, immortal.
    pub name: Value,
    pub qualname: Value,
    pub filename: Value,
    /// Interned names of the local registers.
    pub local_names: Box<[Value]>,
    /// Interned names of the free variables.
    pub free_names: Box<[Value]>,
    /// What events are told by, made when somebody first traces the code.
    points: OnceLock<Box<Points>>,
    /// What the frontend made. A copy, in the object itself: the collector follows pointers on stacks into blocks of Rust's
    /// memory, and from one of these to all codes around and inside.
    pub source: bytecode::Code,
}

// SAFETY: immutable after loading but for the atomic sites and entry, and what `units` points to, which lasts as long as the
// code, belongs to nothing else, and changes only while the world is stopped ([`Code::instrument`]).
unsafe impl Sync for Code {}
// SAFETY: as above.
unsafe impl Send for Code {}

// SAFETY: `repr(C)`, header first, own kind; its values are immortal and so not counted references.
unsafe impl Object for Code {
    const KIND: Kind = Kind::CODE;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

impl Code {
    /// Makes a code object, and those nested in its constants.
    pub fn load(thread: &Thread, source: bytecode::Code) -> &'static Code {
        let source = Nested::new(source);
        let mut codes = Vec::new();
        let mut left = vec![&source];
        while let Some(code) = left.pop() {
            codes.push(code);
            left.extend(code.nested().rev());
        }
        // Inner codes first: when it is a code's turn, those in its constants were loaded last, the first one last of all.
        let mut loaded: Vec<&'static Code> = Vec::new();
        for code in codes.into_iter().rev() {
            let constants = code.constants.iter().map(|c| match c {
                bytecode::Constant::Code(_) => loaded.pop().expect("inner code").value(),
                _ => constant(thread, c),
            });
            let constants = constants.collect();
            loaded.push(Code::with_constants(thread, (**code).clone(), constants));
        }
        loaded.pop().expect("the outermost code")
    }

    /// As [`Code::load`], with these values, which must be immortal, in place of the constants written in the source.
    fn with_constants(
        thread: &Thread,
        source: bytecode::Code,
        constants: Box<[Value]>,
    ) -> &'static Code {
        let intern = |names: &[String]| {
            names
                .iter()
                .map(|n| types::str::intern(thread, n))
                .collect::<Box<[Value]>>()
        };
        let flags = source.flags;
        // Never freed, as the code.
        let units = source.units.clone().leak().as_mut_ptr();
        let simple = !(flags.varargs
            || flags.varkw
            || flags.generator
            || flags.namespace
            || source.n_kwonly > 0);
        let object = Code {
            header: Builtin::Code.class().instance_header(thread),
            units,
            constants,
            names: intern(&source.names),
            sites: (0..source.n_sites).map(|_| Site::new()).collect(),
            n_locals: source.n_locals(),
            n_registers: source.n_registers,
            n_args: source.n_args,
            simple,
            generator: flags.generator,
            native: AtomicPtr::new(std::ptr::null_mut()),
            resume: AtomicPtr::new(std::ptr::null_mut()),
            home: AtomicPtr::new(std::ptr::null_mut()),
            number: AtomicU32::new(u32::MAX),
            name: types::str::intern(thread, &source.name),
            qualname: types::str::intern(thread, &source.qualname),
            filename: types::str::intern(thread, &source.filename),
            local_names: intern(&source.locals),
            free_names: intern(&source.free),
            points: OnceLock::new(),
            source,
        };
        let value = heap::new(thread, object).into_counted();
        // SAFETY: just allocated, and immortal from here on.
        let code = unsafe { &*value.as_ptr().cast::<Code>() };
        refcount::make_immortal(code.header());
        code
    }

    /// The instructions as they were made, whether the code is instrumented or not.
    pub fn instructions(&self) -> &[u16] {
        &self.source.units
    }

    /// The line on which events of a frame's beginning happen: 0 for a module's.
    pub(crate) fn entry_line(&self) -> u32 {
        let is_module = !self.source.flags.optimized && self.source.name == "<module>";
        if is_module { 0 } else { self.source.first_line }
    }

    /// The opcode at an instruction pointer, as it was made.
    #[cold]
    pub(crate) fn original(&self, pc: *const u16) -> Opcode {
        let unit = self.instructions()[self.address(pc) as usize];
        Opcode::from_unit(unit).expect("verified code")
    }

    /// What events of this code are told by.
    pub(crate) fn points(&self) -> &Points {
        self.points
            .get_or_init(|| Box::new(Points::new(&self.source)))
    }

    /// Has the interpreter ask `monitor` before each instruction, or no longer. The world is stopped, or the thread alone.
    pub(crate) fn instrument(&self, on: bool) {
        let points = self.points();
        for at in points.starts() {
            let unit = match on {
                true => Opcode::Instrumented as u16,
                false => self.source.units[at as usize],
            };
            // SAFETY: the pointer was made for writing and has as many units as `source`; nobody reads them meanwhile.
            unsafe { self.units.cast_mut().add(at as usize).write(unit) };
        }
    }

    /// The code object for as long as anybody likes.
    pub fn lasting(&self) -> &'static Code {
        // SAFETY: code objects are immortal.
        unsafe { &*std::ptr::from_ref(self) }
    }

    /// Address of an instruction pointer into this code.
    #[inline]
    pub fn address(&self, pc: *const u16) -> u32 {
        ((pc.addr() - self.units.addr()) / size_of::<u16>()) as u32
    }

    /// The instruction pointer of an address that has an instruction.
    pub(crate) fn pointer(&self, at: u32) -> *const u16 {
        assert!((at as usize) < self.source.units.len(), "an address");
        self.units.wrapping_add(at as usize)
    }

    /// Number of registers that a call fills.
    pub fn n_parameters(&self) -> u16 {
        self.source.n_parameters()
    }

    /// CPython's `co_flags`.
    pub fn co_flags(&self) -> i64 {
        let flags = self.source.flags;
        let bits = [
            (flags.optimized, 0x3),
            (flags.varargs, 0x4),
            (flags.varkw, 0x8),
            (flags.nested, 0x10),
            (
                flags.generator && !flags.coroutine && !flags.async_generator,
                0x20,
            ),
            (flags.coroutine, 0x80),
            (flags.iterable_coroutine, 0x100),
            (flags.async_generator, 0x200),
            (flags.docstring, 0x400_0000),
        ];
        let future = i64::from(flags.future) << bytecode::code::FUTURE_SHIFT;
        let set = bits.iter().filter(|(set, _)| *set);
        future + set.map(|(_, bit)| bit).sum::<i64>()
    }
}

/// The immortal value of a constant.
fn constant(thread: &Thread, constant: &bytecode::Constant) -> Value {
    use bytecode::Constant as C;
    let each = |items: &[C]| {
        items
            .iter()
            .map(|c| Owned::from_counted(self::constant(thread, c)))
            .collect::<Vec<_>>()
    };
    let owned = match constant {
        C::None => Owned::NONE,
        C::True => Owned::bool(true),
        C::False => Owned::bool(false),
        C::Ellipsis => Owned::inline(Value::ELLIPSIS),
        C::Int(i) => types::int::from_i64(thread, *i),
        C::BigInt(digits) => types::int::from_big(
            thread,
            digits.parse().expect("the frontend writes decimal digits"),
        ),
        C::Float(bits) => types::float::new(thread, f64::from_bits(*bits)),
        C::Imaginary(bits) => types::complex::new(thread, 0.0, f64::from_bits(*bits)),
        C::Str(text) => match std::str::from_utf8(text) {
            Ok(text) => return types::str::intern(thread, text),
            Err(_) => types::str::from_wtf8(thread, text),
        },
        C::Bytes(bytes) => types::bytes::new(thread, bytes),
        C::Tuple(items) => types::tuple::new(thread, each(items)),
        C::FrozenSet(items) => {
            types::set::frozen(thread, each(items)).expect("constants are hashable")
        }
        C::Code(_) => unreachable!("no code stands in a tuple"),
    };
    if let Some(header) = owned.header() {
        refcount::make_immortal(header);
    }
    owned.into_counted()
}
