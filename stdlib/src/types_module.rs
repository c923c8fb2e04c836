//! `_types`: the builtin types that have no name in `builtins`, as `types` gives them.

use crate::namespace::SIMPLE_NAMESPACE;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::{Builtin, Object, Result, Thread, methods};

/// What extension modules pass each other. There are none: nothing makes one.
static CAPSULE: NativeClass = NativeClass::new("PyCapsule", CAPSULE_METHODS).doc(
    "Capsule objects let you wrap a C \"void *\" pointer in a Python\n\
     object.  They're a way of passing data through the Python interpreter\n\
     without creating your own custom type.\n\n\
     Capsules are used for communication between extension modules.\n\
     They provide a way for an extension module to export a C interface\n\
     to other extension modules, so that extension modules can use the\n\
     Python import mechanism to link to one another.\n",
);

methods! { CAPSULE_METHODS: }

const TYPES: &[(&str, Builtin)] = &[
    ("AsyncGeneratorType", Builtin::AsyncGenerator),
    ("BuiltinFunctionType", Builtin::NativeFunction),
    ("BuiltinMethodType", Builtin::NativeFunction),
    ("CellType", Builtin::Cell),
    ("ClassMethodDescriptorType", Builtin::NativeClassMethod),
    ("CodeType", Builtin::Code),
    ("CoroutineType", Builtin::Coroutine),
    ("EllipsisType", Builtin::EllipsisType),
    ("FrameType", Builtin::Frame),
    ("FunctionType", Builtin::Function),
    ("GeneratorType", Builtin::Generator),
    ("GenericAlias", Builtin::GenericAlias),
    ("GetSetDescriptorType", Builtin::GetSet),
    ("LambdaType", Builtin::Function),
    ("MappingProxyType", Builtin::MappingProxy),
    ("MemberDescriptorType", Builtin::Member),
    ("MethodDescriptorType", Builtin::NativeMethod),
    ("MethodType", Builtin::Method),
    ("MethodWrapperType", Builtin::MethodWrapper),
    ("ModuleType", Builtin::Module),
    ("NoneType", Builtin::NoneType),
    ("NotImplementedType", Builtin::NotImplementedType),
    ("TracebackType", Builtin::Traceback),
    ("UnionType", Builtin::Union),
    ("WrapperDescriptorType", Builtin::SlotWrapper),
];

methods! { FUNCTIONS: }

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, class) in TYPES {
        module.set(thread, name, class.class().value())?;
    }
    for (name, class) in [
        ("CapsuleType", &CAPSULE),
        ("SimpleNamespace", &SIMPLE_NAMESPACE),
    ] {
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_types",
    doc: "Define names for built-in types.",
    functions: FUNCTIONS,
    initialize,
};
