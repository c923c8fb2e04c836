//! Names of things outside a function, as Cranelift carries them: pairs of numbers, translated back when code is placed.

use crate::image::{FunctionIndex, Target};
use ashore_runtime::abi::Helper;
use cranelift_codegen::ir::{ExternalName, Function as Clif, UserExternalName};
use cranelift_codegen::isa::CallConv;
use rustc_hash::FxHashMap;

const FUNCTION: u32 = 0;
const HELPER: u32 = 1;
const SUPPORT: u32 = 2;
const DATA: u32 = 3;
const RODATA: u32 = 4;

/// The user names of one function, by the references Cranelift gave out.
pub(super) type UserNames = FxHashMap<ExternalName, UserExternalName>;

/// Functions of the runtime behind the IR's own instructions (the helper table has the others). Those that keep all
/// registers get their arguments in the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Support {
    /// `(word)`: counts it up if it is an object. Keeps all registers.
    Increment,
    /// `(word)`: counts it down if it is an object. Keeps all registers.
    Decrement,
    /// `(value)`: counts up an object that is not the thread's own. Keeps all registers.
    IncrementSlow,
    /// `(value)`: counts down an object that is not the thread's own. Keeps all registers.
    DecrementSlow,
    /// `(object)`: the owner's last reference went. Keeps all registers.
    Release,
    /// `(arguments, helper)`: calls a helper, whose results take the arguments' place. Keeps all registers.
    CallSlow,
    /// `(thread, value, n, items) -> None or RAISED`.
    Unpack,
    /// `(thread, function, code, pc, values, registers, n) -> result`.
    SideExit,
    /// The same, while an exception is pending.
    SideExitRaised,
}

impl Support {
    const ALL: [Support; 9] = [
        Support::Increment,
        Support::Decrement,
        Support::IncrementSlow,
        Support::DecrementSlow,
        Support::Release,
        Support::CallSlow,
        Support::Unpack,
        Support::SideExit,
        Support::SideExitRaised,
    ];

    /// The convention it is called by: the stubs that keep all registers cost the code around them nothing.
    pub(super) fn call_conv(self) -> CallConv {
        match self {
            Support::Increment
            | Support::Decrement
            | Support::IncrementSlow
            | Support::DecrementSlow
            | Support::Release
            | Support::CallSlow => CallConv::PreserveAll,
            _ => CallConv::SystemV,
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Support::Increment => "ashore_increment",
            Support::Decrement => "ashore_decrement",
            Support::IncrementSlow => "ashore_increment_slow",
            Support::DecrementSlow => "ashore_decrement_slow",
            Support::Release => "ashore_release",
            Support::CallSlow => "ashore_call_slow",
            Support::Unpack => "ashore_unpack",
            Support::SideExit => "ashore_side_exit",
            Support::SideExitRaised => "ashore_side_exit_raised",
        }
    }
}

/// What external names stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names;

impl Names {
    pub(super) fn function(self, clif: &mut Clif, index: FunctionIndex) -> ExternalName {
        Self::declare(clif, FUNCTION, index.0)
    }

    pub(super) fn helper(self, clif: &mut Clif, helper: Helper) -> ExternalName {
        Self::declare(clif, HELPER, helper as u32)
    }

    pub(super) fn support(self, clif: &mut Clif, support: Support) -> ExternalName {
        Self::declare(clif, SUPPORT, support as u32)
    }

    pub(super) fn data(self, clif: &mut Clif, offset: u32) -> ExternalName {
        Self::declare(clif, DATA, offset)
    }

    pub(super) fn rodata(self, clif: &mut Clif, offset: u32) -> ExternalName {
        Self::declare(clif, RODATA, offset)
    }

    fn declare(clif: &mut Clif, namespace: u32, index: u32) -> ExternalName {
        ExternalName::user(
            clif.declare_imported_user_function(UserExternalName { namespace, index }),
        )
    }

    /// Where a name leads. Offsets of read-only data count from the function's own.
    pub(super) fn target(self, name: &ExternalName, names: &UserNames) -> Target {
        let Some(name) = names.get(name) else {
            unreachable!("{name:?}: the lowering uses no library calls");
        };
        match (name.namespace, name.index) {
            (FUNCTION, index) => Target::Function(FunctionIndex(index)),
            (HELPER, index) => Target::RuntimeSymbol(Helper::ALL[index as usize].symbol()),
            (SUPPORT, index) => {
                Target::RuntimeSymbol(Support::ALL[index as usize].symbol().to_owned())
            }
            (DATA, offset) => Target::Data(offset),
            (RODATA, offset) => Target::Rodata(offset),
            (other, _) => unreachable!("no names in space {other}"),
        }
    }
}
