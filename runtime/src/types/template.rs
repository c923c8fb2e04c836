//! Template strings (PEP 750): `Template`, its `Interpolation`s and its iterator.

use super::define::receiver;
use super::str::{self, Str};
use super::tuple::{self, Tuple};
use super::{class_of, dict, generic_alias, native};
use crate::object::{Header, Owned, Slot};
use crate::operators::{attribute, convert};
use crate::types::native::Native;
use crate::{Builtin, Object, Result, Thread, Value, import, methods, raise};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// A value in a template, with what was written about it.
struct Interpolation {
    value: Slot,
    expression: Slot,
    /// `'s'`, `'r'`, `'a'` or None.
    conversion: Slot,
    format_spec: Slot,
}

impl native::Data for Interpolation {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [
            &self.value,
            &self.expression,
            &self.conversion,
            &self.format_spec,
        ] {
            visit(slot.peek());
        }
    }
}

/// Strings with interpolations between them: one string more than interpolations.
struct Template {
    strings: Slot,
    interpolations: Slot,
}

impl native::Data for Template {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.strings.peek());
        visit(self.interpolations.peek());
    }
}

/// The parts of a template that are not empty, in order.
struct Iterator {
    /// A tuple.
    parts: Slot,
    next: AtomicUsize,
}

impl native::Data for Iterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.parts.peek());
    }
}

/// An interpolation as a template string makes it: `conversion` is 0 for none, else the letter.
pub fn new_interpolation(
    thread: &Thread,
    value: Owned,
    expression: Value,
    conversion: Value,
    format_spec: Owned,
) -> Owned {
    let interpolation = Interpolation {
        value: Slot::new(value),
        expression: Slot::new(Owned::new(expression)),
        conversion: Slot::new(Owned::new(conversion)),
        format_spec: Slot::new(format_spec),
    };
    native::new(thread, Builtin::Interpolation.class(), interpolation)
}

/// A template of tuples of strings and interpolations.
pub fn new_template(thread: &Thread, strings: Owned, interpolations: Owned) -> Owned {
    let template = Template {
        strings: Slot::new(strings),
        interpolations: Slot::new(interpolations),
    };
    native::new(thread, Builtin::Template.class(), template)
}

fn header(args: &[Value]) -> &Header {
    receiver::<Native>(args).header()
}

fn items(tuple: &Owned) -> &[Value] {
    tuple.get::<Tuple>().map_or(&[][..], Tuple::items)
}

// ── interpolations ───────────────────────────────────────────────────────────────────────────────────────────────────

fn interpolation(args: &[Value]) -> &Interpolation {
    native::get::<Interpolation>(&args[0]).expect("bound to interpolations")
}

fn interpolation_new(thread: &Thread, args: &[Value]) -> Result {
    let &[_, value, expression, conversion, format_spec] = args else {
        unreachable!("the binder fills all parameters");
    };
    let texts = [
        ("expression", expression),
        ("conversion", conversion),
        ("format_spec", format_spec),
    ];
    for (name, text) in texts {
        if !(text.is::<Str>() || name == "conversion" && text.is_none()) {
            let got = convert::argument_type(text);
            return raise!(
                thread,
                TypeError,
                "Interpolation() argument '{name}' must be str, not {got}"
            );
        }
    }
    if !conversion.is_none() && !matches!(str::display(conversion).as_str(), "s" | "r" | "a") {
        return raise!(
            thread,
            ValueError,
            "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
        );
    }
    Ok(new_interpolation(
        thread,
        Owned::new(value),
        expression,
        conversion,
        Owned::new(format_spec),
    ))
}

fn get_value(_: &Thread, args: &[Value]) -> Result {
    Ok(interpolation(args).value.load(header(args)))
}

fn get_expression(_: &Thread, args: &[Value]) -> Result {
    Ok(interpolation(args).expression.load(header(args)))
}

fn get_conversion(_: &Thread, args: &[Value]) -> Result {
    Ok(interpolation(args).conversion.load(header(args)))
}

fn get_format_spec(_: &Thread, args: &[Value]) -> Result {
    Ok(interpolation(args).format_spec.load(header(args)))
}

fn fields(args: &[Value]) -> [Owned; 4] {
    let parts = interpolation(args);
    [
        &parts.value,
        &parts.expression,
        &parts.conversion,
        &parts.format_spec,
    ]
    .map(|slot| slot.load(header(args)))
}

fn interpolation_repr(thread: &Thread, args: &[Value]) -> Result {
    let mut shown = Vec::with_capacity(4);
    for field in fields(args) {
        shown.push(convert::display_repr(thread, field.value())?);
    }
    let text = format!("Interpolation({})", shown.join(", "));
    Ok(str::new(thread, &text))
}

fn interpolation_reduce(thread: &Thread, args: &[Value]) -> Result {
    let class = Owned::new(class_of(args[0]).value());
    let fields = tuple::new(thread, Vec::from(fields(args)));
    Ok(tuple::new(thread, vec![class, fields]))
}

methods! { pub INTERPOLATION:
    new "Interpolation(type, /, value, expression='', conversion=None, format_spec='')" => interpolation_new;
    "__repr__(self, /)" => interpolation_repr -> Str;
    "__reduce__(self, /)" => interpolation_reduce -> Tuple;
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    field "value" => get_value;
    field "expression" => get_expression;
    field "conversion" => get_conversion;
    field "format_spec" => get_format_spec;
}

/// What a class pattern's positions mean.
pub const MATCH_ARGS: &[&str] = &["value", "expression", "conversion", "format_spec"];

// ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────

fn template(args: &[Value]) -> &Template {
    native::get::<Template>(&args[0]).expect("bound to templates")
}

fn template_new(thread: &Thread, args: &[Value]) -> Result {
    if args[2]
        .get::<dict::Dict>()
        .is_some_and(|keywords| !keywords.is_empty())
    {
        return raise!(
            thread,
            TypeError,
            "Template.__new__ only accepts *args arguments"
        );
    }
    let mut parts = Parts::default();
    for &part in args[1].get::<Tuple>().map_or(&[][..], Tuple::items) {
        if part.is::<Str>() {
            parts.text(thread, part);
        } else if class_of(part).is(Builtin::Interpolation) {
            parts.interpolation(part);
        } else {
            let got = class_of(part).name();
            return raise!(
                thread,
                TypeError,
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {got}"
            );
        }
    }
    Ok(parts.finish(thread))
}

/// The parts of a template under construction: strings that touch become one.
#[derive(Default)]
struct Parts {
    strings: Vec<Owned>,
    interpolations: Vec<Owned>,
}

impl Parts {
    fn text(&mut self, thread: &Thread, text: Value) {
        if self.strings.len() == self.interpolations.len() {
            self.strings.push(Owned::new(text));
        } else if let Some(last) = self.strings.last_mut() {
            *last = str::concat_all(thread, &[last.value(), text]);
        }
    }

    fn interpolation(&mut self, interpolation: Value) {
        if self.strings.len() == self.interpolations.len() {
            self.strings.push(str::empty());
        }
        self.interpolations.push(Owned::new(interpolation));
    }

    fn finish(mut self, thread: &Thread) -> Owned {
        if self.strings.len() == self.interpolations.len() {
            self.strings.push(str::empty());
        }
        let strings = tuple::new(thread, self.strings);
        new_template(thread, strings, tuple::new(thread, self.interpolations))
    }
}

fn get_strings(_: &Thread, args: &[Value]) -> Result {
    Ok(template(args).strings.load(header(args)))
}

fn get_interpolations(_: &Thread, args: &[Value]) -> Result {
    Ok(template(args).interpolations.load(header(args)))
}

fn get_values(thread: &Thread, args: &[Value]) -> Result {
    let interpolations = get_interpolations(thread, args)?;
    let mut values = Vec::new();
    for &interpolation in items(&interpolations) {
        values.push(get_value(thread, &[interpolation])?);
    }
    Ok(tuple::new(thread, values))
}

fn template_repr(thread: &Thread, args: &[Value]) -> Result {
    let strings = get_strings(thread, args)?;
    let interpolations = get_interpolations(thread, args)?;
    let text = format!(
        "Template(strings={}, interpolations={})",
        convert::display_repr(thread, strings.value())?,
        convert::display_repr(thread, interpolations.value())?
    );
    Ok(str::new(thread, &text))
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    if !class_of(args[1]).is(Builtin::Template) {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "can only concatenate string.templatelib.Template (not \"{got}\") to string.templatelib.Template"
        );
    }
    let mut parts = Parts::default();
    for side in [&args[..1], &args[1..2]] {
        let strings = get_strings(thread, side)?;
        let interpolations = get_interpolations(thread, side)?;
        let mut between = items(&interpolations).iter();
        for &text in items(&strings) {
            parts.text(thread, text);
            between
                .next()
                .into_iter()
                .for_each(|&interpolation| parts.interpolation(interpolation));
        }
    }
    Ok(parts.finish(thread))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    let strings = get_strings(thread, args)?;
    let interpolations = get_interpolations(thread, args)?;
    let mut parts = Vec::new();
    let mut between = items(&interpolations).iter();
    for &text in items(&strings) {
        if text.get::<Str>().is_some_and(|text| !text.is_empty()) {
            parts.push(Owned::new(text));
        }
        parts.extend(between.next().map(|&part| Owned::new(part)));
    }
    let iterator = Iterator {
        parts: Slot::new(tuple::new(thread, parts)),
        next: AtomicUsize::new(0),
    };
    Ok(native::new(thread, Builtin::TemplateIter.class(), iterator))
}

fn template_reduce(thread: &Thread, args: &[Value]) -> Result {
    let name = str::intern(thread, "string.templatelib");
    let unpickle = str::intern(thread, "_template_unpickle");
    let names = tuple::from_slice(thread, &[unpickle]);
    let module = import::import_module(thread, name, Value::NONE, names.value(), 0)?;
    let unpickle = attribute::get(thread, module.value(), unpickle)?;
    let parts = vec![
        get_strings(thread, args)?,
        get_interpolations(thread, args)?,
    ];
    Ok(tuple::new(
        thread,
        vec![unpickle, tuple::new(thread, parts)],
    ))
}

methods! { pub TEMPLATE:
    new "Template(type, /, *args, **kwargs)" => template_new;
    "__repr__(self, /)" => template_repr -> Str;
    "__iter__(self, /)" => iter;
    /// Return self+value.
    "__add__(self, value, /)" => add;
    "__reduce__(self, /)" => template_reduce -> Tuple;
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    field "strings" => get_strings -> Tuple;
    field "interpolations" => get_interpolations -> Tuple;
    /// Values of interpolations
    get "values" => get_values -> Tuple;
}

fn iterator_iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn iterator_next(thread: &Thread, args: &[Value]) -> Result {
    let iterator = native::get::<Iterator>(&args[0]).expect("bound to template iterators");
    let parts = iterator.parts.load(header(args));
    let parts = items(&parts);
    let step = |at| (at < parts.len()).then_some(at + 1);
    match iterator.next.fetch_update(Relaxed, Relaxed, step) {
        Ok(at) => Ok(Owned::new(parts[at])),
        Err(_) => Err(super::exception::raise_stop_iteration(thread, Owned::NONE)),
    }
}

methods! { pub ITERATOR:
    "__iter__(self, /)" => iterator_iter;
    "__next__(self, /)" => iterator_next;
}
