//! Making classes and calling them: `type(name, bases, namespace)`, `__build_class__`, `type.__call__`.

use super::layout::{self, Plan};
use super::{Type, as_class, bases, class_of, mro, slots};
use crate::object::{Kind, refcount};
use crate::operators::{attribute, call as operator, convert, index};
use crate::types::cell::Cell;
use crate::types::dict::methods::pairs_of_mapping;
use crate::types::dict::{self, Dict};
use crate::types::frame::callers;
use crate::types::function::Function;
use crate::types::names::Name;
use crate::types::native_function::{self, NativeFunction};
use crate::types::property::{ClassMethod, StaticMethod};
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{Builtin, exception};
use crate::{Object, Owned, Raised, Result, Thread, Value, interpreter, raise};

/// `type.__call__`: makes an instance with `__new__`, and initialises it with `__init__`.
pub fn call(thread: &Thread, class: &'static Type, args: &[Value], names: &[Value]) -> Result {
    if class.is(Builtin::Type) {
        match args.len() {
            1 if names.is_empty() => return Ok(Owned::new(class_of(args[0]).value())),
            n if n - names.len() == 1 => {
                return raise!(thread, TypeError, "type() takes no keyword arguments");
            }
            n if n - names.len() != 3 => {
                return raise!(thread, TypeError, "type() takes 1 or 3 arguments");
            }
            _ => {}
        }
    }
    let Some(new) = class.lookup_name(Name::NEW) else {
        return cannot_create(thread, class);
    };
    let new = attribute::own(class, Name::NEW.value(), new);
    let making = native_function::making_new(&new, class);
    if !makes_instances(class, making.as_ref().unwrap_or(&new)) {
        return cannot_create(thread, class);
    }
    let object = if let Some(native) = (making.as_ref()).and_then(|new| new.get_exact()) {
        operator::with_first(class.value(), args, |args| {
            native_function::construct(thread, native, args, names)
        })?
    } else {
        let new = crate::operators::descriptor::get(thread, new, None, class)?;
        operator::with_first(class.value(), args, |args| {
            operator::call_keywords(thread, new.value(), args, names)
        })?
    };
    initialize(thread, class, object, args, names)
}

/// The second half of `class(...)`: calls `__init__` of what `__new__` gave, if that is an instance of the class.
pub fn initialize(
    thread: &Thread,
    class: &'static Type,
    object: Owned,
    args: &[Value],
    names: &[Value],
) -> Result {
    if !class_of(object.value()).is_subclass_of(class) {
        return Ok(object);
    }
    let class = class_of(object.value());
    let Some(init) = class.lookup_name(Name::INIT) else {
        return Ok(object);
    };
    let init = attribute::own(class, Name::INIT.value(), init);
    let native = init
        .get::<NativeFunction>()
        .filter(|native| native.is_unbound_method());
    let result = if let Some(native) = native {
        operator::with_first(object.value(), args, |args| {
            native_function::initialize(thread, native, args, names)
        })?
    } else if init.is::<Function>() {
        operator::with_first(object.value(), args, |args| {
            operator::call_keywords(thread, init.value(), args, names)
        })?
    } else {
        let bound = attribute::bind(thread, init, object.value())?;
        operator::call_keywords(thread, bound.value(), args, names)?
    };
    operator::check_init_result(thread, result.value())?;
    Ok(object)
}

/// Builtin types without a `__new__` of their own (generators, iterators) have no constructor.
fn makes_instances(class: &Type, new: &Owned) -> bool {
    let inherited = new.get::<NativeFunction>().and_then(|new| new.owner);
    !(inherited.is_some_and(|owner| owner.is(Builtin::Object)) && class.layout != Builtin::Object)
}

#[cold]
fn cannot_create(thread: &Thread, class: &Type) -> Result {
    raise!(
        thread,
        TypeError,
        "cannot create '{}' instances",
        class.name()
    )
}

/// `type.__new__(metaclass, name, bases, namespace, **kwargs)`.
pub fn new(thread: &Thread, args: &[Value]) -> Result {
    let metaclass =
        as_class(args[0]).expect("the binder checks that the first argument is a class");
    let arguments = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let &[name, base_tuple, namespace] = arguments else {
        let given = arguments.len();
        return raise!(
            thread,
            TypeError,
            "type.__new__() takes exactly 3 arguments ({given} given)"
        );
    };
    let wrong = |index: usize, wanted: &str, got: Value| {
        let got = class_of(got).name();
        raise!(
            thread,
            TypeError,
            "type.__new__() argument {index} must be {wanted}, not {got}"
        )
    };
    if !name.is::<Str>() {
        return wrong(1, "str", name);
    }
    let Some(base_values) = base_tuple.get::<Tuple>() else {
        return wrong(2, "tuple", base_tuple);
    };
    if !namespace.is::<Dict>() {
        return wrong(3, "dict", namespace);
    }
    check_mro_entries(thread, base_values.items())?;
    let winner = bases::best_metaclass(thread, metaclass, base_values.items())?;
    if winner != metaclass
        && let Some(other) = winner.lookup_name(Name::NEW)
        && Some(other) != Builtin::Type.class().lookup_name(Name::NEW)
    {
        let other = attribute::own(winner, Name::NEW.value(), other);
        let other = crate::operators::descriptor::get(thread, other, None, winner)?;
        let all = tuple::from_slice(thread, &[winner.value(), name, base_tuple, namespace]);
        return operator::call_packed(thread, other.value(), all.value(), args[2]);
    }
    let making = Making {
        thread,
        metaclass: winner,
        name,
        namespace: namespace.get::<Dict>().expect("checked"),
    };
    making.run(base_tuple, args[2])
}

/// Only the `class` statement replaces bases that are not classes.
fn check_mro_entries(thread: &Thread, base_values: &[Value]) -> Result<()> {
    for &base in base_values {
        if as_class(base).is_none()
            && attribute::get_optional(thread, base, Name::MRO_ENTRIES.value())?.is_some()
        {
            return raise!(
                thread,
                TypeError,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            );
        }
    }
    Ok(())
}

/// A class that is being made.
struct Making<'a> {
    thread: &'a Thread,
    metaclass: &'static Type,
    name: Value,
    namespace: &'a Dict,
}

impl Making<'_> {
    fn run(&self, base_tuple: Value, kwargs: Value) -> Result {
        let thread = self.thread;
        let given = base_tuple.get::<Tuple>().map_or(&[][..], Tuple::items);
        let base_tuple = match given.is_empty() {
            true => tuple::from_slice(thread, &[Builtin::Object.class().value()]),
            false => Owned::new(base_tuple),
        };
        let base_values = base_tuple.get::<Tuple>().map_or(&[][..], Tuple::items);
        let base_classes = bases::classes(thread, base_values)?;
        let base = bases::best(thread, &base_classes)?;
        let entries = self.entries()?;
        let text = self.name.get::<Str>().expect("checked by the caller");
        if text.iter().any(|c| c == 0) {
            return raise!(
                thread,
                ValueError,
                "type name must not contain null characters"
            );
        }
        str::codec::encode(thread, text, None, None)?;
        let declared = slots::declared(thread, self.name, &entries, base)?;
        let plan = self.plan(&declared, &entries, base, &base_classes);
        let class = layout::allocate(thread, plan);
        drop(class.name.replace(Owned::new(self.name)));
        drop(class.bases.replace(base_tuple.clone()));
        let cells = self.fill(class, entries, &declared)?;
        class.set_mro(mro::linearize(thread, class, &base_classes)?);
        class.set_mro(mro::of_new_class(thread, class, &base_classes)?);
        class.inherit_collection();
        class.link(&base_classes);
        if let Some(cell) = cells.0.get::<Cell>() {
            cell.store(thread, Owned::new(class.value()));
        }
        if let Some(cell) = cells.1.get::<Cell>() {
            cell.store(thread, Owned::new(class.namespace.peek()));
        }
        set_names(thread, class)?;
        init_subclass(thread, class, kwargs)?;
        Ok(Owned::from_counted(class.value()))
    }

    /// The names and values of the namespace, names interned.
    fn entries(&self) -> Result<Vec<(Value, Owned)>> {
        let pairs = pairs_of_mapping(self.thread, self.namespace.value())?;
        let intern = |(key, value): (Owned, Owned)| match key.get::<Str>() {
            Some(text) => (str::intern_value(self.thread, text), value),
            // Keys that are not strings are no attributes, but `__dict__` shows them. They live as long as the class.
            None => (key.into_counted(), value),
        };
        Ok(pairs.into_iter().map(intern).collect())
    }

    fn plan(
        &self,
        declared: &slots::Declared,
        entries: &[(Value, Owned)],
        base: &'static Type,
        base_classes: &[&'static Type],
    ) -> Plan {
        // SAFETY: published shapes live as long as their class.
        let base_shape = unsafe { &*base.root_shape.load(std::sync::atomic::Ordering::Acquire) };
        let inherited = base_classes.iter().any(|class| has_dict(class));
        // Attributes of classes and modules are in their namespaces.
        let has_namespace = matches!(base.layout, Builtin::Type | Builtin::Module);
        Plan {
            builtin: None,
            native: false,
            layout: base.layout,
            base: Some(base),
            metaclass: self.metaclass,
            subclassable: true,
            extensible: !has_namespace && (declared.dict || inherited || base_shape.extensible),
            weakrefable: declared.weakref || base_classes.iter().any(|class| class.weakrefable),
            n_members: base.n_members + declared.members.len() as u16,
            n_expected: expected(entries, base_classes),
        }
    }

    /// Gives the class its namespace. The results are the cells that are to hold the class and the namespace.
    fn fill(
        &self,
        class: &'static Type,
        entries: Vec<(Value, Owned)>,
        declared: &slots::Declared,
    ) -> Result<(Owned, Owned)> {
        let thread = self.thread;
        let mut cells = (Owned::NONE, Owned::NONE);
        let dict = dict::new(thread);
        let table = dict.get::<Dict>().expect("made as a dict");
        let mut qualname = Owned::new(self.name);
        let (mut has_eq, mut has_hash, mut has_doc, mut has_module) = (false, false, false, false);
        for (name, value) in entries {
            let is = |special: Name| name == special.value();
            if is(Name::QUALNAME) {
                qualname = self.check_qualname(value)?;
                continue;
            } else if is(Name::CLASSCELL) {
                cells.0 = self.check_cell("__classcell__", value)?;
                continue;
            } else if is(Name::CLASSDICTCELL) {
                cells.1 = self.check_cell("__classdictcell__", value)?;
                continue;
            }
            has_eq |= is(Name::EQ);
            has_hash |= is(Name::HASH);
            if is(Name::DOC)
                && let Some(doc) = value.get::<Str>()
            {
                str::codec::encode(thread, doc, None, None)?;
            }
            has_doc |= is(Name::DOC);
            has_module |= is(Name::MODULE);
            let value = self.wrap(name, value);
            if name.is::<Str>() {
                table.set_interned(thread, name, value);
            } else {
                table.set(thread, name, value.value())?;
            }
        }
        drop(class.qualname.replace(qualname));
        if !has_module && let Some(module) = caller_module(thread) {
            table.set_interned(thread, Name::MODULE.value(), module);
        }
        slots::add(thread, class, table, declared);
        if !has_doc && table.get_interned(Name::DOC.value()).is_none() {
            table.set_interned(thread, Name::DOC.value(), Owned::NONE);
        }
        if has_eq && !has_hash {
            table.set_interned(thread, Name::HASH.value(), Owned::NONE);
        }
        class.set_namespace(dict);
        Ok(cells)
    }

    /// Functions of a class are methods of one kind or another, and live as long as the class.
    fn wrap(&self, name: Value, value: Owned) -> Owned {
        if !value.is::<Function>() {
            return value;
        }
        if let Some(header) = value.header() {
            refcount::make_deferred(header);
        }
        if name == Name::NEW.value() {
            return StaticMethod::wrap(self.thread, value);
        }
        if name == Name::INIT_SUBCLASS.value() || name == Name::CLASS_GETITEM.value() {
            return ClassMethod::wrap(self.thread, value);
        }
        value
    }

    fn check_qualname(&self, value: Owned) -> Result {
        if value.is::<Str>() {
            return Ok(value);
        }
        let got = class_of(value.value()).name();
        raise!(
            self.thread,
            TypeError,
            "type __qualname__ must be a str, not {got}"
        )
    }

    fn check_cell(&self, name: &str, value: Owned) -> Result {
        if value.is::<Cell>() {
            return Ok(value);
        }
        let got = convert::repr(self.thread, class_of(value.value()).value())?;
        let got = str::display(got.value());
        raise!(
            self.thread,
            TypeError,
            "{name} must be a nonlocal cell, not {got}"
        )
    }
}

/// Have instances of the class a `__dict__`?
fn has_dict(class: &Type) -> bool {
    // SAFETY: published shapes live as long as their class.
    unsafe { &*class.root_shape.load(std::sync::atomic::Ordering::Acquire) }.extensible
}

/// Number of attributes that methods of the class and its bases assign to `self`.
fn expected(entries: &[(Value, Owned)], base_classes: &[&'static Type]) -> u16 {
    const MOST: usize = 64;
    let own = entries
        .iter()
        .find(|(name, _)| *name == Name::STATIC_ATTRIBUTES.value());
    let mut names: Vec<Value> = Vec::new();
    let mut add = |tuple: Value| {
        for &name in tuple.get::<Tuple>().map_or(&[][..], Tuple::items) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    };
    own.into_iter().for_each(|(_, tuple)| add(tuple.value()));
    for class in base_classes.iter().flat_map(|base| base.mro()) {
        if class.builtin.is_none()
            && let Some(tuple) = class.own(Name::STATIC_ATTRIBUTES.value())
        {
            add(tuple.value());
        }
    }
    names.len().min(MOST) as u16
}

/// `__name__` of the module whose code is running.
fn caller_module(thread: &Thread) -> Option<Owned> {
    callers::innermost(thread)?.global(Name::NAME.value())
}

/// Calls `__set_name__` of every attribute that has one.
fn set_names(thread: &Thread, class: &'static Type) -> Result<()> {
    for (name, value) in class.namespace(thread).snapshot(thread) {
        // What the most common attributes are has none.
        if matches!(
            value.kind(),
            Kind::FUNCTION | Kind::NONE | Kind::STR | Kind::TUPLE | Kind::GETSET
        ) {
            continue;
        }
        let args = [class.value(), name.value()];
        if let Err(raised) = attribute::call_special(thread, value.value(), Name::SET_NAME, &args) {
            return Err(note_set_name(
                thread,
                raised,
                class,
                value.value(),
                name.value(),
            ));
        }
    }
    Ok(())
}

#[cold]
fn note_set_name(
    thread: &Thread,
    raised: Raised,
    class: &Type,
    value: Value,
    name: Value,
) -> Raised {
    let exception = thread.take_exception(raised);
    let (of, class) = (class_of(value).name(), class.name());
    let shown = match convert::repr(thread, name) {
        Ok(shown) => str::display(shown.value()),
        Err(raised) => return raised,
    };
    let note = format!("Error calling __set_name__ on '{of}' instance {shown} in '{class}'");
    let note = str::new(thread, &note);
    let add = [exception.value(), note.value()];
    if let Err(raised) = exception::methods::add_note(thread, &add) {
        return raised;
    }
    thread.reraise_value(exception)
}

/// `super(class, class).__init_subclass__(**kwargs)`.
fn init_subclass(thread: &Thread, class: &'static Type, kwargs: Value) -> Result<()> {
    let key = Name::INIT_SUBCLASS.value();
    let found = class.mro()[1..]
        .iter()
        .find_map(|parent| Some((parent.own(key)?, *parent)));
    let Some((method, home)) = found else {
        return Ok(());
    };
    let no_keywords = kwargs.get::<Dict>().is_none_or(Dict::is_empty);
    if home.is(Builtin::Object) && no_keywords {
        return Ok(());
    }
    let bound = crate::operators::descriptor::get(thread, method, None, class)?;
    let nothing = tuple::empty(thread);
    operator::call_packed(thread, bound.value(), nothing.value(), kwargs).map(drop)
}

/// `__build_class__(function, name, *bases, metaclass=type, **kwargs)`: what a `class` statement does.
pub fn build_class(thread: &Thread, args: &[Value]) -> Result {
    let &[body, name, original, kwargs] = args else {
        unreachable!("the binder gives one value a parameter");
    };
    let Some(function) = body.get::<Function>() else {
        return raise!(
            thread,
            TypeError,
            "__build_class__: func must be a function"
        );
    };
    if !name.is::<Str>() {
        return raise!(thread, TypeError, "__build_class__: name is not a string");
    }
    let base_tuple = replace_bases(thread, original)?;
    let kwargs = copy_keywords(thread, kwargs)?;
    let keywords = kwargs.get::<Dict>().expect("made as a dict");
    let given = keywords.remove(thread, Name::METACLASS.value())?;
    let metaclass = pick_metaclass(thread, given, base_tuple.value())?;
    let namespace = prepare(
        thread,
        metaclass.value(),
        name,
        base_tuple.value(),
        kwargs.value(),
    )?;
    let code = function.code();
    let cell = if code.source.flags.optimized {
        // No class body, but a function, which has its variables to itself.
        operator::call(thread, body, &[])?
    } else {
        let globals = function.globals();
        interpreter::run_namespace(thread, code, body, globals, namespace.value())?
    };
    if base_tuple.value() != original {
        let key = str::intern(thread, "__orig_bases__");
        index::set_item(thread, namespace.value(), key, original)?;
    }
    let all = tuple::from_slice(thread, &[name, base_tuple.value(), namespace.value()]);
    let class = operator::call_packed(thread, metaclass.value(), all.value(), kwargs.value())?;
    check_class_cell(thread, cell.value(), class.value(), name)?;
    Ok(class)
}

fn copy_keywords(thread: &Thread, kwargs: Value) -> Result {
    let copy = dict::new(thread);
    if let (Some(copy), Some(kwargs)) = (copy.get::<Dict>(), kwargs.get::<Dict>()) {
        copy.merge(thread, kwargs)?;
    }
    Ok(copy)
}

/// Replaces bases that are not classes by what their `__mro_entries__` gives.
fn replace_bases(thread: &Thread, original: Value) -> Result {
    let items = original.get::<Tuple>().map_or(&[][..], Tuple::items);
    if items.iter().all(|&base| as_class(base).is_some()) {
        return Ok(Owned::new(original));
    }
    let mut replaced = Vec::with_capacity(items.len());
    for &base in items {
        let hook = match as_class(base) {
            Some(_) => None,
            None => attribute::get_optional(thread, base, Name::MRO_ENTRIES.value())?,
        };
        let Some(hook) = hook else {
            replaced.push(Owned::new(base));
            continue;
        };
        let entries = operator::call(thread, hook.value(), &[original])?;
        let Some(entries) = entries.get::<Tuple>() else {
            return raise!(thread, TypeError, "__mro_entries__ must return a tuple");
        };
        replaced.extend(entries.to_vec());
    }
    Ok(tuple::new(thread, replaced))
}

/// The metaclass: what was given, or the first base's, and then the most derived of all.
fn pick_metaclass(thread: &Thread, given: Option<Owned>, base_tuple: Value) -> Result {
    let items = base_tuple.get::<Tuple>().map_or(&[][..], Tuple::items);
    let start = match &given {
        Some(given) => match as_class(given.value()) {
            Some(class) => class,
            None => return Ok(given.clone()),
        },
        None => items
            .first()
            .map_or(Builtin::Type.class(), |&base| class_of(base)),
    };
    Ok(Owned::new(
        bases::best_metaclass(thread, start, items)?.value(),
    ))
}

/// The namespace that the class body fills.
fn prepare(
    thread: &Thread,
    metaclass: Value,
    name: Value,
    base_tuple: Value,
    kwargs: Value,
) -> Result {
    let ordinary = as_class(metaclass).is_some_and(|class| {
        let home = class.find_in_mro(Name::PREPARE.value());
        home.is_some_and(|(_, home)| home.is(Builtin::Type))
    });
    if ordinary {
        return Ok(dict::new(thread));
    }
    let Some(hook) = attribute::get_optional(thread, metaclass, Name::PREPARE.value())? else {
        return Ok(dict::new(thread));
    };
    let args = tuple::from_slice(thread, &[name, base_tuple]);
    let namespace = operator::call_packed(thread, hook.value(), args.value(), kwargs)?;
    if class_of(namespace.value())
        .lookup_name(Name::GETITEM)
        .is_none()
    {
        let class = as_class(metaclass).map_or_else(|| "<metaclass>".to_owned(), Type::name);
        let got = class_of(namespace.value()).name();
        return raise!(
            thread,
            TypeError,
            "{class}.__prepare__() must return a mapping, not {got}"
        );
    }
    Ok(namespace)
}

/// `__class__` in the methods must have become the class.
fn check_class_cell(thread: &Thread, cell: Value, class: Value, name: Value) -> Result<()> {
    let Some(cell) = cell.get::<Cell>().filter(|_| as_class(class).is_some()) else {
        return Ok(());
    };
    let content = cell.load();
    if content.value() == class {
        return Ok(());
    }
    let name = convert::repr(thread, name)?;
    let (name, shown) = (str::display(name.value()), convert::repr(thread, class)?);
    let shown = str::display(shown.value());
    if content.is_missing() {
        return raise!(
            thread,
            RuntimeError,
            "__class__ not set defining {name} as {shown}. Was __classcell__ propagated to type.__new__?"
        );
    }
    let content = convert::repr(thread, content.value())?;
    let content = str::display(content.value());
    raise!(
        thread,
        TypeError,
        "__class__ set to {content} defining {name} as {shown}"
    )
}
