//! Functions written in Rust, as objects: a row of a method table, and what it is bound to.
//!
//! | class                        | receiver          | found as                                         |
//! |------------------------------|-------------------|--------------------------------------------------|
//! | `builtin_function_or_method` | none              | function of a module, static method              |
//! | `builtin_function_or_method` | instance or class | `[].append`, `dict.fromkeys`, `int.__new__`      |
//! | `method_descriptor`          | none              | `list.append`                                    |
//! | `wrapper_descriptor`         | none              | `list.__len__`: the method of an operation       |
//! | `method-wrapper`             | instance          | `[].__len__`                                     |
//! | `classmethod_descriptor`     | none              | `dict.__dict__['fromkeys']`                      |

use super::class::{Type, as_class, class_of};
use super::define::{Binding, MethodDef, NativeFn};
use super::hashing::hash_i64;
use super::names::Name;
use super::signature::{Call, Signature, Style, text_signature};
use super::{Builtin, reduce, str};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::call as operator;
use crate::{Owned, Result, Thread, Value, heap, methods, raise};

/// A native function. Immutable.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    pub def: &'static MethodDef,
    /// What the function is called directly, for callers that have checked the arguments.
    pub function: NativeFn,
    /// The type whose method it is; none for functions of modules.
    pub owner: Option<&'static Type>,
    /// `__self__`: the object or class it is bound to; MISSING if it is not.
    receiver: Slot,
    /// `__module__`, an interned string, or None.
    module: Value,
}

// SAFETY: never changes after it was made; the rows it points to are static.
unsafe impl Sync for NativeFunction {}
// SAFETY: as above.
unsafe impl Send for NativeFunction {}

// SAFETY: `repr(C)`, header first, own kind; the receiver is the counted reference (module names are immortal).
unsafe impl Object for NativeFunction {
    const KIND: Kind = Kind::NATIVE_FUNCTION;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.receiver.peek());
    }
}

fn make(
    thread: &Thread,
    class: Builtin,
    def: &'static MethodDef,
    owner: Option<&'static Type>,
    receiver: Owned,
    module: Value,
) -> Owned {
    let object = NativeFunction {
        header: class.class().instance_header(thread),
        def,
        function: def.function,
        owner,
        receiver: Slot::new(receiver),
        module,
    };
    heap::new(thread, object)
}

/// A function of a module.
pub fn module_function(thread: &Thread, def: &'static MethodDef, module: &str) -> Owned {
    let module = str::intern(thread, module);
    let none = Owned::inline(Value::MISSING);
    make(thread, Builtin::NativeFunction, def, None, none, module)
}

/// The object that a row (any but an attribute's) gives in its type's namespace.
pub fn in_namespace(thread: &Thread, def: &'static MethodDef, owner: &'static Type) -> Owned {
    let none = Owned::inline(Value::MISSING);
    let (class, receiver) = match def.binding {
        Binding::Method if is_slot(def.name()) => (Builtin::SlotWrapper, none),
        Binding::Method | Binding::Get | Binding::Field => (Builtin::NativeMethod, none),
        Binding::Class => (Builtin::NativeClassMethod, none),
        Binding::Static => (Builtin::NativeFunction, none),
        Binding::New => (Builtin::NativeFunction, Owned::new(owner.value())),
    };
    make(thread, class, def, Some(owner), receiver, Value::NONE)
}

/// Methods that CPython reaches through a slot of the type, and so words errors about in another way.
fn is_slot(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "__format__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__sizeof__",
        "__dir__",
        "__getnewargs__",
        "__round__",
        "__trunc__",
        "__floor__",
        "__ceil__",
        "__complex__",
        "__bytes__",
        "__reversed__",
        "__length_hint__",
        "__enter__",
        "__exit__",
        "__fspath__",
        "__instancecheck__",
        "__subclasscheck__",
        "__subclasses__",
        "__class_getitem__",
        "__copy__",
        "__deepcopy__",
        "__set_name__",
        "__mro_entries__",
    ];
    name.starts_with("__") && !OTHERS.contains(&name)
}

/// Binds an unbound method to an object: what looking it up on the object gives.
pub fn bind(thread: &Thread, method: &NativeFunction, object: Value) -> Owned {
    let class = match method.is_slot_wrapper() {
        true => Builtin::MethodWrapper,
        false => Builtin::NativeFunction,
    };
    make(
        thread,
        class,
        method.def,
        method.owner,
        Owned::new(object),
        Value::NONE,
    )
}

impl NativeFunction {
    fn class(&self) -> Option<Builtin> {
        self.header.shape().class.builtin
    }

    /// Is it a method that has no receiver yet, so that the first argument is one?
    #[inline]
    pub fn is_unbound_method(&self) -> bool {
        self.def.binding == Binding::Method && self.receiver.peek().is_missing()
    }

    /// Is it a class method that has no class yet?
    pub fn is_unbound_class_method(&self) -> bool {
        self.def.binding == Binding::Class && self.receiver.peek().is_missing()
    }

    fn is_slot_wrapper(&self) -> bool {
        self.class() == Some(Builtin::SlotWrapper)
    }

    /// The receiver to be passed as first argument, borrowed (it never changes).
    #[inline(always)]
    fn passed_receiver(&self) -> Option<Value> {
        let receiver = self.receiver.peek();
        (!receiver.is_missing() && self.def.binding != Binding::New).then_some(receiver)
    }

    /// `__self__`; None if it is bound to nothing.
    pub fn receiver(&self) -> Owned {
        let receiver = self.receiver.load(&self.header);
        if receiver.is_missing() {
            Owned::NONE
        } else {
            receiver
        }
    }

    /// `__module__`, for functions of modules.
    pub fn module_name(&self) -> Option<&str> {
        self.module.get::<str::Str>().and_then(str::Str::as_str)
    }

    /// The name with its type or module as CPython's messages show it: `list.append`, `math.sin`, `len`.
    pub fn qualified_name(&self) -> String {
        let name = self.def.display_name();
        match self.owner {
            Some(_) if self.def.binding == Binding::New => name.to_owned(),
            Some(owner) if self.def.binding == Binding::Class => {
                let class = as_class(self.receiver.peek()).unwrap_or(owner);
                format!("{}.{name}", class.qualified_name())
            }
            Some(owner) => format!("{}.{name}", owner.name()),
            None => match self.module.get::<str::Str>().and_then(str::Str::as_str) {
                None | Some("builtins") => name.to_owned(),
                Some(module) => format!("{module}.{name}"),
            },
        }
    }
}

/// Calls a native function; the values of the keywords called `names` are last in `args`.
///
/// Not inlined, as what it calls for all but the simplest calls: the caller of anything would pay for their frames.
#[inline(never)]
pub fn call(thread: &Thread, callee: &NativeFunction, args: &[Value], names: &[Value]) -> Result {
    let signature = callee.def.signature(thread);
    match callee.passed_receiver() {
        None => {
            if let Some(owner) = callee.owner
                && !is_method_of(callee, owner, args, names)
            {
                check_first(thread, callee, args, names)?;
            }
            if names.is_empty() && signature.takes_exactly(args.len()) {
                return (callee.function)(thread, args);
            }
            finish(thread, callee, args, names)
        }
        Some(receiver) => with_receiver(thread, callee, receiver, args, names),
    }
}

/// The plainest case of what [`check_first`] accepts.
#[inline]
fn is_method_of(callee: &NativeFunction, owner: &Type, args: &[Value], names: &[Value]) -> bool {
    callee.def.binding == Binding::Method && args.len() > names.len() && class_of(args[0]) == owner
}

/// Calls a method with its receiver in front of the arguments.
#[inline(never)]
fn with_receiver(
    thread: &Thread,
    callee: &NativeFunction,
    receiver: Value,
    args: &[Value],
    names: &[Value],
) -> Result {
    const FEW: usize = 7;
    if args.len() <= FEW {
        let mut all = [receiver; FEW + 1];
        all[1..=args.len()].copy_from_slice(args);
        return finish(thread, callee, &all[..=args.len()], names);
    }
    let all: Vec<Value> = std::iter::once(receiver)
        .chain(args.iter().copied())
        .collect();
    finish(thread, callee, &all, names)
}

/// Binds the arguments, the receiver among them, and calls.
#[inline(never)]
fn finish(thread: &Thread, callee: &NativeFunction, args: &[Value], names: &[Value]) -> Result {
    let signature = callee.def.signature(thread);
    if names.is_empty() {
        if signature.takes_exactly(args.len()) {
            return (callee.function)(thread, args);
        }
        if let Some(result) = signature.call_positional(thread, callee.function, args) {
            return result;
        }
    }
    finish_slow(thread, callee, args, names)
}

/// [`finish`] of calls that need the parameters' names, and of wrong ones.
#[inline(never)]
fn finish_slow(
    thread: &Thread,
    callee: &NativeFunction,
    args: &[Value],
    names: &[Value],
) -> Result {
    let signature = callee.def.signature(thread);
    let (args, names) = match ignores_keywords(callee, signature, args, names) {
        true => (&args[..args.len() - names.len()], &[][..]),
        false => (args, names),
    };
    let call = Call {
        def: callee.def,
        signature,
        qualified: &|| callee.qualified_name(),
        implicit: usize::from(callee.def.binding != Binding::Static && callee.owner.is_some()),
        shown: None,
        style: match callee.class() {
            _ if callee.def.binding == Binding::New => Style::Constructor,
            Some(Builtin::SlotWrapper | Builtin::MethodWrapper) => Style::Slot,
            _ => Style::Function,
        },
    };
    call.bind(thread, args, names)
}

/// A `__new__` that takes no keywords leaves those it gets to the `__init__` of a derived class.
fn ignores_keywords(
    callee: &NativeFunction,
    signature: &Signature,
    args: &[Value],
    names: &[Value],
) -> bool {
    if callee.def.binding != Binding::New || names.is_empty() || signature.takes_names() {
        return false;
    }
    let class = args.first().copied().and_then(as_class);
    class.zip(callee.owner).is_some_and(|(class, owner)| {
        class.lookup_name(Name::INIT) != owner.lookup_name(Name::INIT)
    })
}

/// The same the other way round, for the one type whose `__init__` does so.
fn leaves_keywords(callee: &NativeFunction, args: &[Value], names: &[Value]) -> bool {
    !names.is_empty()
        && callee.owner.is_some_and(|owner| {
            let new = |class: &Type| class.lookup_name(Name::NEW);
            owner.is(Builtin::List) && new(class_of(args[0])) != new(owner)
        })
}

/// Calls a native `__init__` on behalf of its type; the receiver is first in `args`.
pub fn initialize(
    thread: &Thread,
    callee: &NativeFunction,
    args: &[Value],
    names: &[Value],
) -> Result {
    check_first(thread, callee, args, names)?;
    let signature = callee.def.signature(thread);
    let (args, names) = match leaves_keywords(callee, args, names) {
        true => (&args[..args.len() - names.len()], &[][..]),
        false => (args, names),
    };
    if names.is_empty() && signature.takes_exactly(args.len()) {
        return (callee.function)(thread, args);
    }
    let shown = callee
        .owner
        .and_then(|owner| owner.builtin)
        .map(Builtin::name);
    let call = Call {
        def: callee.def,
        signature,
        qualified: &|| shown.unwrap_or(callee.def.display_name()).to_owned(),
        implicit: 1,
        shown,
        style: Style::Constructor,
    };
    call.bind(thread, args, names)
}

/// May the class be made by this `__new__`, as [`construct`] takes for granted?
pub fn makes(callee: &NativeFunction, class: &'static Type) -> bool {
    callee.def.binding == Binding::New
        && callee
            .owner
            .is_some_and(|owner| class.is_subclass_of(owner) && lays_out(owner, class))
}

/// The `__new__` that [`makes`] the class, if a native one was found for it: that one, or where the method resolution order
/// begins with another base's, that of the base which lays instances out, as C types inherit it.
pub fn making_new(found: &Owned, class: &'static Type) -> Option<Owned> {
    let native = found.get_exact::<NativeFunction>()?;
    if native.def.binding != Binding::New {
        return None;
    }
    match makes(native, class) {
        true => Some(found.clone()),
        false => maker_of(class).own(Name::NEW.value()),
    }
}

/// Calls a native `__new__` that [`makes`] the class, which is first in `args`.
#[inline]
pub fn construct(
    thread: &Thread,
    callee: &NativeFunction,
    args: &[Value],
    names: &[Value],
) -> Result {
    finish(thread, callee, args, names)
}

/// Checks the first argument of a method called without a receiver.
#[inline(never)]
fn check_first(
    thread: &Thread,
    callee: &NativeFunction,
    args: &[Value],
    names: &[Value],
) -> Result<()> {
    let first = (args.len() > names.len()).then(|| args[0]);
    let Some(owner) = callee.owner else {
        return Ok(());
    };
    match callee.def.binding {
        Binding::Method => match first {
            Some(first) if class_of(first).is_subclass_of(owner) => Ok(()),
            first => wrong_receiver(thread, callee, owner, first),
        },
        Binding::Class => match first.map(as_class) {
            Some(Some(class)) if class.is_subclass_of(owner) => Ok(()),
            _ => wrong_class(thread, callee, owner, first),
        },
        Binding::New => check_new(thread, owner, first),
        Binding::Static | Binding::Get | Binding::Field => Ok(()),
    }
}

#[cold]
fn wrong_receiver(
    thread: &Thread,
    callee: &NativeFunction,
    owner: &Type,
    first: Option<Value>,
) -> Result<()> {
    let (name, owner) = (callee.def.display_name(), owner.name());
    let slot = callee.is_slot_wrapper();
    let Some(first) = first else {
        if slot {
            return raise!(
                thread,
                TypeError,
                "descriptor '{name}' of '{owner}' object needs an argument"
            );
        }
        return raise!(
            thread,
            TypeError,
            "unbound method {owner}.{name}() needs an argument"
        );
    };
    let got = class_of(first).name();
    if slot {
        return raise!(
            thread,
            TypeError,
            "descriptor '{name}' requires a '{owner}' object but received a '{got}'"
        );
    }
    raise!(
        thread,
        TypeError,
        "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
    )
}

#[cold]
fn wrong_class(
    thread: &Thread,
    callee: &NativeFunction,
    owner: &Type,
    first: Option<Value>,
) -> Result<()> {
    let (name, owner) = (callee.def.display_name(), owner.name());
    let Some(first) = first else {
        return raise!(
            thread,
            TypeError,
            "descriptor '{name}' of '{owner}' object needs an argument"
        );
    };
    let Some(class) = as_class(first) else {
        let got = class_of(first).name();
        return raise!(
            thread,
            TypeError,
            "descriptor '{name}' for type '{owner}' needs a type, not a '{got}' as arg 2"
        );
    };
    let got = class.name();
    raise!(
        thread,
        TypeError,
        "descriptor '{name}' requires a subtype of '{owner}' but received '{got}'"
    )
}

/// `owner.__new__(first, ...)`: may the class be made by this type's `__new__`?
fn check_new(thread: &Thread, owner: &'static Type, first: Option<Value>) -> Result<()> {
    let name = owner.name();
    let Some(first) = first else {
        return raise!(thread, TypeError, "{name}.__new__(): not enough arguments");
    };
    let Some(class) = as_class(first) else {
        let got = class_of(first).name();
        return raise!(
            thread,
            TypeError,
            "{name}.__new__(X): X is not a type object ({got})"
        );
    };
    if !class.is_subclass_of(owner) {
        let class = class.name();
        return raise!(
            thread,
            TypeError,
            "{name}.__new__({class}): {class} is not a subtype of {name}"
        );
    }
    if !lays_out(owner, class) {
        let (class, maker) = (class.name(), maker_of(class).name());
        return raise!(
            thread,
            TypeError,
            "{name}.__new__({class}) is not safe, use {maker}.__new__()"
        );
    }
    Ok(())
}

/// Does the `__new__` of a builtin type lay out instances of the class? Types that differ in nothing but their names share
/// theirs.
fn lays_out(owner: &'static Type, class: &'static Type) -> bool {
    let maker = maker_of(class);
    let function = |class: &'static Type| {
        let new = class.own(Name::NEW.value())?;
        Some(new.get_exact::<NativeFunction>()?.def.function)
    };
    maker == owner
        || function(maker)
            .zip(function(owner))
            .is_some_and(|(a, b)| std::ptr::fn_addr_eq(a, b))
}

/// The builtin type whose `__new__` lays out instances of the class.
fn maker_of(class: &'static Type) -> &'static Type {
    let mut class = class;
    loop {
        let makes =
            (class.builtin.is_some() || class.native) && class.own(Name::NEW.value()).is_some();
        match class.base() {
            Some(base) if !makes => class = base,
            _ => return class,
        }
    }
}

fn this(args: &[Value]) -> &NativeFunction {
    args[0]
        .get::<NativeFunction>()
        .expect("bound to native functions")
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let name = function.def.name();
    let owner = function.owner.map(Type::name).unwrap_or_default();
    let text = match function.class() {
        Some(Builtin::NativeMethod | Builtin::NativeClassMethod) => {
            format!("<method '{name}' of '{owner}' objects>")
        }
        Some(Builtin::SlotWrapper) => format!("<slot wrapper '{name}' of '{owner}' objects>"),
        class => {
            let receiver = function.receiver();
            let got = class_of(receiver.value()).name();
            let at = receiver
                .header()
                .map_or(0, |header| std::ptr::from_ref(header).addr());
            match class {
                _ if receiver.is_none() => format!("<built-in function {name}>"),
                Some(Builtin::MethodWrapper) => {
                    format!("<method-wrapper '{name}' of {got} object at {at:#x}>")
                }
                _ => format!("<built-in method {name} of {got} object at {at:#x}>"),
            }
        }
    };
    Ok(str::new(thread, &text))
}

fn get_name(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, this(args).def.name()))
}

fn get_qualname(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let name = function.def.name();
    // What is bound says the class it was reached through, which need not be the one that defines it.
    let receiver = function.receiver();
    let bound = (function.class() == Some(Builtin::NativeFunction) && !receiver.is_none())
        .then(|| as_class(receiver.value()).unwrap_or_else(|| class_of(receiver.value())));
    let text = match (bound, function.owner) {
        (Some(class), Some(_)) => format!("{}.{name}", class.qualified_name()),
        (_, Some(owner)) => format!("{}.{name}", owner.short_name()),
        (_, None) => name.to_owned(),
    };
    Ok(str::new(thread, &text))
}

fn get_doc(thread: &Thread, args: &[Value]) -> Result {
    Ok(doc(thread, this(args).def))
}

/// A row's documentation as `__doc__`.
pub fn doc(thread: &Thread, def: &'static MethodDef) -> Owned {
    if def.doc.is_empty() {
        return Owned::NONE;
    }
    let lines: Vec<&str> = def
        .doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    str::new(thread, &lines.join("\n"))
}

fn get_text_signature(thread: &Thread, args: &[Value]) -> Result {
    Ok(text_signature(this(args).def).map_or(Owned::NONE, |text| str::new(thread, &text)))
}

/// The name of a module's function, by which it is found again; a method by its object.
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let name = str::new(thread, function.def.name());
    match (function.receiver(), function.owner) {
        (receiver, _) if !receiver.value().is_none() && !receiver.value().is_missing() => {
            reduce::by_attribute(thread, receiver.value(), name)
        }
        (_, Some(owner)) => reduce::by_attribute(thread, owner.value(), name),
        (_, None) => Ok(name),
    }
}

fn get_self(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).receiver())
}

/// `__self__` of a module's function is the module in CPython; here the name is what tells functions apart.
fn get_module(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).module))
}

fn get_objclass(thread: &Thread, args: &[Value]) -> Result {
    match this(args).owner {
        Some(owner) => Ok(Owned::new(owner.value())),
        None => raise!(thread, AttributeError, "__objclass__"),
    }
}

/// `descriptor.__get__(instance, owner)`.
fn get(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let (instance, owner) = (args[1], args[2]);
    if function.is_unbound_class_method() {
        return bind_class(thread, function, instance, owner);
    }
    if instance.is_none() {
        if owner.is_none() {
            return raise!(thread, TypeError, "__get__(None, None) is invalid");
        }
        return Ok(Owned::new(args[0]));
    }
    check_first(thread, function, &[instance], &[])?;
    Ok(bind(thread, function, instance))
}

/// `classmethod_descriptor.__get__`.
pub fn bind_class(
    thread: &Thread,
    function: &NativeFunction,
    instance: Value,
    owner: Value,
) -> Result {
    let class = if owner.is_none() {
        class_of(instance).value()
    } else {
        owner
    };
    check_first(thread, function, &[class], &[])?;
    Ok(bind(thread, function, class))
}

fn call_method(thread: &Thread, args: &[Value]) -> Result {
    operator::call_packed(thread, args[0], args[1], args[2])
}

fn same(left: Value, right: Value) -> Option<bool> {
    let (left, right) = (
        left.get::<NativeFunction>()?,
        right.get::<NativeFunction>()?,
    );
    Some(std::ptr::eq(left.def, right.def) && left.receiver.peek() == right.receiver.peek())
}

fn equal(_: &Thread, args: &[Value]) -> Result {
    Ok(same(args[0], args[1]).map_or(Owned::NOT_IMPLEMENTED, Owned::bool))
}

fn not_equal(_: &Thread, args: &[Value]) -> Result {
    Ok(same(args[0], args[1]).map_or(Owned::NOT_IMPLEMENTED, |same| Owned::bool(!same)))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let def = std::ptr::from_ref(function.def).addr() as i64;
    let receiver = function.receiver.peek().bits() as i64;
    Ok(super::int::from_i64(
        thread,
        hash_i64(def ^ receiver.rotate_left(7)),
    ))
}

methods! { pub FUNCTION:
    "__call__(self, /, *args, **kwargs)" => call_method;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__hash__(self, /)" => hash -> Int;
    "__reduce__(self, /)" => reduce;
    get "__name__" => get_name -> Str;
    get "__qualname__" => get_qualname -> Str;
    get "__doc__" => get_doc;
    get "__text_signature__" => get_text_signature;
    get "__self__" => get_self;
    get "__module__" => get_module;
}

methods! { pub METHOD:
    "__call__(self, /, *args, **kwargs)" => call_method;
    "__get__(self, instance, owner=None, /)" => get;
    "__repr__(self, /)" => repr -> Str;
    "__reduce__(self, /)" => reduce;
    get "__name__" => get_name -> Str;
    get "__qualname__" => get_qualname -> Str;
    get "__doc__" => get_doc;
    get "__text_signature__" => get_text_signature;
    field "__objclass__" => get_objclass;
}

methods! { pub WRAPPER:
    "__call__(self, /, *args, **kwargs)" => call_method;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__hash__(self, /)" => hash -> Int;
    "__reduce__(self, /)" => reduce;
    get "__name__" => get_name -> Str;
    get "__qualname__" => get_qualname -> Str;
    get "__doc__" => get_doc;
    get "__text_signature__" => get_text_signature;
    get "__self__" => get_self;
    field "__objclass__" => get_objclass;
}
