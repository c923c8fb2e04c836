//! Frames and register windows.
//!
//! ```text
//!   value stack of the thread            frame (on the native stack, or in a generator)
//!   … │ caller's window            │     ┌──────────────┐
//!     │ locals │ temps … f a b     │     │ previous ────┼──► caller's frame
//!                        └─ callee's     │ code, globals│
//!                           window: a b …│ window, pc   │
//! ```
//!
//! A callee's window starts at its first argument, so arguments are handed over in place. The invariant of a window: every
//! register that holds a heap pointer owns one reference; a consumed temporary holds nothing that is counted.
//!
//! The frame that one call of `run` begins with is on the native stack. Those of the functions it calls need no native stack:
//! they are cut from the far end of the value stack (see `activation`).

use crate::object::{Header, Object, Owned, refcount};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::{Thread, Value};
use ashore_bytecode::{Const, Name, Opcode, Site};
use std::cell::Cell;

/// A function, class body or module while it runs in the interpreter.
#[repr(C)]
pub struct Frame<'a> {
    /// The frame that called this one.
    pub previous: *const Frame<'a>,
    pub code: &'a Code,
    /// The function object; MISSING for modules and `exec`.
    pub function: Value,
    /// The globals dict.
    pub globals: Value,
    /// The namespace dict of class bodies and `exec`; MISSING for functions.
    pub namespace: Value,
    pub window: Window,
    /// Registers below are variables, as in the code.
    pub n_locals: u16,
    /// The instruction under way if it can call or raise (the one that suspended, when suspended).
    pub pc: Cell<*const u16>,
    /// Set when the frame gave a value by `yield`: where to go on.
    pub suspended: Cell<bool>,
    /// Set when those who trace have heard of the frame's beginning, or are not to hear of it.
    pub announced: Cell<bool>,
    /// Began as native code, which left it without the variables that are not read any more.
    pub natively: bool,
    /// For generators: what the thread was handling when it was resumed.
    pub resumer_handled: Value,
    /// For an `__init__` that making an instance calls: the instance, with a reference. MISSING for all others.
    pub constructing: Value,
    /// Where the value stack's free part began when the frame was entered.
    pub saved_top: *mut u64,
    /// The frame object, MISSING until somebody asks for it; owned, but for generators, which own theirs.
    pub object: Cell<Value>,
}

impl<'a> Frame<'a> {
    /// The function's closure cell `index`.
    #[inline]
    pub fn free_cell(&self, index: u16) -> Value {
        let function = self
            .function
            .get::<Function>()
            .expect("only functions have free variables");
        function.closure_cell(usize::from(index))
    }

    /// The mapping in which the code looks for builtins.
    pub fn builtins(&self, thread: &Thread) -> Owned {
        let globals = self.globals.get::<Dict>().expect("globals are a dict");
        crate::builtins::of_globals(globals)
            .unwrap_or_else(|| Owned::new(crate::builtins::namespace(thread).value()))
    }

    /// The frame that called this one.
    pub fn caller(&self) -> Option<&'a Frame<'a>> {
        // SAFETY: null, or a frame of this thread that runs as long as this one.
        unsafe { self.previous.as_ref() }
    }

    /// Address of the instruction under way.
    pub fn address(&self) -> u32 {
        self.code.address(self.pc.get())
    }

    /// Is the code that of a generator, whose window is in the heap?
    #[inline(always)]
    pub fn is_generator(&self) -> bool {
        self.code.generator
    }

    /// The instruction under way.
    #[inline(always)]
    pub fn opcode(&self) -> Opcode {
        match self.opcode_in_place() {
            Opcode::Instrumented => self.code.original(self.pc.get()),
            opcode => opcode,
        }
    }

    /// The instruction under way, or what stands in its place while somebody traces the code.
    #[inline(always)]
    pub fn opcode_in_place(&self) -> Opcode {
        // SAFETY: `pc` is always at an instruction of verified code.
        unsafe { std::mem::transmute::<u16, Opcode>(*self.pc.get()) }
    }
}

/// The registers of one frame.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Window(pub *mut Value);

impl Window {
    /// The value in a register, borrowed.
    ///
    /// # Safety (for all methods of `Window`)
    /// They are safe to call because the bytecode verifier bounds every register by `n_registers`, and every window has
    /// that many initialised words; `Window` is only made by the interpreter.
    #[inline(always)]
    pub fn get(self, register: u16) -> Value {
        // SAFETY: see above.
        unsafe { *self.0.add(usize::from(register)) }
    }

    /// Overwrites a register that owns nothing.
    #[inline(always)]
    pub fn put(self, register: u16, value: Owned) {
        // SAFETY: see `get`.
        unsafe { *self.0.add(usize::from(register)) = value.into_counted() }
    }

    /// Replaces the register's value and releases the old one.
    #[inline(always)]
    pub fn set(self, register: u16, value: Owned) {
        refcount::decrement(self.replace(register, value));
    }

    /// Replaces the register's value; gives the old one, with its reference.
    #[inline(always)]
    pub fn replace(self, register: u16, value: Owned) -> Value {
        let old = self.get(register);
        self.put(register, value);
        old
    }

    /// Takes the reference out of a register.
    #[inline(always)]
    pub fn take(self, register: u16) -> Owned {
        let value = self.get(register);
        self.put(register, Owned::inline(Value::MISSING));
        Owned::from_counted(value)
    }

    /// Releases a run of registers, the last one first, as CPython does.
    #[inline]
    pub fn clear(self, from: u16, to: u16) {
        for register in (from..to).rev() {
            if self.get(register).is_object() {
                drop(self.take(register));
            }
        }
    }

    /// Marks registers that hold garbage as empty.
    #[inline(always)]
    pub fn initialize(self, from: u16, to: u16) {
        for register in from..to {
            self.put(register, Owned::inline(Value::MISSING));
        }
    }

    /// A run of registers as a slice, borrowed until the window is next written.
    #[inline(always)]
    pub fn slice<'a>(self, from: u16, n: u16) -> &'a [Value] {
        // SAFETY: see `get`; the caller does not keep the slice across writes to these registers.
        unsafe { std::slice::from_raw_parts(self.0.add(usize::from(from)), usize::from(n)) }
    }

    /// The window that starts at a register.
    #[inline(always)]
    pub fn at(self, register: u16) -> Window {
        // SAFETY: see `get`.
        Window(unsafe { self.0.add(usize::from(register)) })
    }
}

/// Everything an instruction works on.
#[derive(Clone, Copy)]
pub struct Machine<'a> {
    pub thread: &'a Thread,
    pub frame: &'a Frame<'a>,
}

impl<'a> Machine<'a> {
    #[inline(always)]
    pub fn code(&self) -> &'a Code {
        self.frame.code
    }

    #[inline(always)]
    pub fn window(&self) -> Window {
        self.frame.window
    }

    /// Releases an operand that was read through `Src`: a temporary is consumed, a local stays.
    #[inline(always)]
    pub fn consume(&self, register: u16) {
        if register >= self.frame.n_locals && self.window().get(register).is_object() {
            drop(self.window().take(register));
        }
    }

    /// The value of a `Src` operand with a reference of its own: moved out of a temporary, copied from a local.
    #[inline(always)]
    pub fn own(&self, register: u16) -> Owned {
        if register >= self.frame.n_locals {
            self.window().take(register)
        } else {
            Owned::new(self.window().get(register))
        }
    }

    /// A name that an instruction mentions.
    #[inline(always)]
    pub fn name(&self, name: Name) -> Value {
        // SAFETY: the verifier checked that the code has this name.
        unsafe { *self.code().names.get_unchecked(name.0 as usize) }
    }

    /// The inline cache of an instruction.
    #[inline(always)]
    pub fn site(&self, site: Site) -> &'a crate::types::code::Site {
        // SAFETY: the verifier checked that the code has this site.
        unsafe { self.code().sites.get_unchecked(site.0 as usize) }
    }

    /// A constant that an instruction mentions.
    #[inline(always)]
    pub fn constant(&self, constant: Const) -> &'a Value {
        // SAFETY: the verifier checked that the code has this constant.
        unsafe { self.code().constants.get_unchecked(constant.0 as usize) }
    }
}

/// Header of the object behind a value the caller knows to be one.
#[inline(always)]
pub fn header_of(value: &Value) -> &Header {
    value.header().expect("a heap object")
}
