//! Signatures of native functions: parsed once from the text of their table row, and binding of arguments to them.
//!
//! The errors are worded as CPython words them for functions written in C, whose wording depends on what a function's
//! parameters are: see [`Style`].

use super::class::as_class;
use super::define::{Binding, MethodDef, NativeFn};
use super::str::Str;
use super::{dict, int, str, tuple};
use crate::operators::suggest;
use crate::{Builtin, Owned, Raised, Result, Thread, Value};

/// Classes that CPython calls by a shorter way without keyword arguments, which words what is wrong with positional ones
/// as for functions that take no names.
const POSITIONAL_ENTRY: [&str; 2] = ["int", "str"];

/// How a parameter takes its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    PositionalOnly,
    PositionalOrKeyword,
    KeywordOnly,
    /// `*args`
    Rest,
    /// `**kwargs`
    Keywords,
}

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    /// The name as an interned string.
    key: Value,
    pub mode: Mode,
    /// The value of an absent argument; none if it must be given.
    default: Option<Value>,
    /// The default as it is written.
    pub default_text: Option<&'static str>,
}

/// The parameters of a native function, in order; the function receives one value for each.
#[derive(Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    /// Parameters that take positional arguments, `*args` not counted.
    n_positional: usize,
    /// Those of them that must be given and have no usable name.
    n_required_only: usize,
    /// Those of them that must be given.
    n_required: usize,
    has_rest: bool,
    has_keywords: bool,
    /// No argument can be given by name.
    no_names: bool,
    /// Nothing but positional-only parameters and `**kwargs`: counted in messages as if there were no names.
    unpacked: bool,
    /// Exactly `parameters.len()` positional arguments need no binding.
    plain: bool,
    /// What absent arguments are, for each parameter; MISSING where there is no default.
    defaults: Vec<Value>,
}

// SAFETY: the values in a signature are immortal.
unsafe impl Sync for Signature {}
// SAFETY: as above.
unsafe impl Send for Signature {}

impl Signature {
    /// Parses `name(parameters)`. A text without parentheses has no parameters.
    pub fn parse(thread: &Thread, text: &'static str) -> Signature {
        let list = text
            .split_once('(')
            .map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
        let mut parameters = Vec::new();
        let mut mode = Mode::PositionalOrKeyword;
        for item in split(list) {
            match item {
                "/" => parameters
                    .iter_mut()
                    .for_each(|p: &mut Parameter| p.mode = Mode::PositionalOnly),
                "*" => mode = Mode::KeywordOnly,
                _ => {
                    let parameter = Parameter::parse(thread, item, mode);
                    if parameter.mode == Mode::Rest {
                        mode = Mode::KeywordOnly;
                    }
                    parameters.push(parameter);
                }
            }
        }
        Signature::of(parameters)
    }

    fn of(parameters: Vec<Parameter>) -> Signature {
        let count =
            |test: &dyn Fn(&Parameter) -> bool| parameters.iter().filter(|p| test(p)).count();
        let positional =
            |p: &Parameter| matches!(p.mode, Mode::PositionalOnly | Mode::PositionalOrKeyword);
        let n_positional = count(&positional);
        let has = |mode| parameters.iter().any(|p| p.mode == mode);
        Signature {
            n_positional,
            n_required: count(&|p| positional(p) && p.default.is_none()),
            n_required_only: count(&|p| p.mode == Mode::PositionalOnly && p.default.is_none()),
            has_rest: has(Mode::Rest),
            has_keywords: has(Mode::Keywords),
            no_names: !has(Mode::PositionalOrKeyword)
                && !has(Mode::KeywordOnly)
                && !has(Mode::Keywords),
            unpacked: has(Mode::Keywords)
                && !has(Mode::PositionalOrKeyword)
                && !has(Mode::KeywordOnly),
            plain: n_positional == parameters.len(),
            defaults: parameters
                .iter()
                .map(|p| p.default.unwrap_or(Value::MISSING))
                .collect(),
            parameters,
        }
    }

    /// Can arguments be given by name?
    pub fn takes_names(&self) -> bool {
        !self.no_names
    }

    /// Do these many positional arguments, and no others, need no binding?
    #[inline(always)]
    pub fn takes_exactly(&self, n: usize) -> bool {
        self.plain && n == self.n_positional
    }

    /// Calls a function whose parameters are all positional with these arguments and the defaults of those that are not
    /// there; `None` if they cannot be bound like that.
    #[inline]
    pub fn call_positional(
        &self,
        thread: &Thread,
        function: NativeFn,
        args: &[Value],
    ) -> Option<Result> {
        let n = self.n_positional;
        if !self.plain || n > INLINE || args.len() > n || args.len() < self.n_required {
            return None;
        }
        let values = &mut [Value::MISSING; INLINE][..n];
        for (value, (&arg, &default)) in values.iter_mut().zip(args.iter().zip(&self.defaults)) {
            // Natively an absent argument can be written, as MISSING.
            *value = if arg.is_missing() { default } else { arg };
            if value.is_missing() {
                return None;
            }
        }
        values[args.len()..].copy_from_slice(&self.defaults[args.len()..]);
        Some(function(thread, values))
    }
}

/// The items of a parameter list. Defaults may be strings or tuples that hold commas.
fn split(list: &'static str) -> Vec<&'static str> {
    let mut items = Vec::new();
    let (mut depth, mut quote, mut start) = (0, None, 0);
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '<') => depth += 1,
            (None, ')' | ']' | '>') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

impl Parameter {
    fn parse(thread: &Thread, item: &'static str, mode: Mode) -> Parameter {
        let (item, mode) = if let Some(name) = item.strip_prefix("**") {
            (name, Mode::Keywords)
        } else if let Some(name) = item.strip_prefix('*') {
            (name, Mode::Rest)
        } else {
            (item, mode)
        };
        let (name, default_text) = match item.split_once('=') {
            Some((name, default)) => (name, Some(default)),
            None => (item, None),
        };
        Parameter {
            name,
            key: str::intern(thread, name),
            mode,
            default: default_text.map(|text| default_value(thread, text)),
            default_text,
        }
    }

    /// The bare parameter name.
    pub fn key(&self) -> Value {
        self.key
    }
}

/// The immortal value of a default; MISSING for texts that stand for "not given".
fn default_value(thread: &Thread, text: &'static str) -> Value {
    match text {
        "None" => Value::NONE,
        "True" => Value::TRUE,
        "False" => Value::FALSE,
        "()" => tuple::empty(thread).into_counted(),
        _ => literal(thread, text).unwrap_or(Value::MISSING),
    }
}

fn literal(thread: &Thread, text: &'static str) -> Option<Value> {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(content) = quoted('\'').or_else(|| quoted('"')) {
        return Some(str::intern(thread, &unescape(content)));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Value::try_small_int(number);
    }
    Value::try_inline_float(text.parse::<f64>().ok()?)
}

fn unescape(content: &str) -> String {
    content
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\\\", "\\")
}

/// Room for the values of most functions; more go to the heap.
const INLINE: usize = 12;

/// A call that is being bound.
pub struct Call<'a> {
    pub def: &'static MethodDef,
    pub signature: &'a Signature,
    /// Name with its class or module, for messages.
    pub qualified: &'a dyn Fn() -> String,
    /// Number of arguments that the caller did not write: the receiver.
    pub implicit: usize,
    /// Name without anything, for messages, if it is not the row's: a constructor's is its type's.
    pub shown: Option<&'static str>,
    pub style: Style,
}

/// How CPython words errors about a function's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Function,
    /// A method reached through a slot of its type (`__add__`).
    Slot,
    /// `__new__`, and `__init__` when a type is called.
    Constructor,
}

/// The first of the names that arguments should not have been given by.
#[derive(Default)]
struct WrongNames {
    /// The parameter that has a value already.
    twice: Option<usize>,
    unknown: Option<Value>,
}

impl Call<'_> {
    /// Name without anything, for messages.
    fn bare(&self) -> &'static str {
        self.shown.unwrap_or_else(|| self.def.display_name())
    }

    /// Binds the arguments and calls the function. The values of the keywords called `names` are last in `args`.
    pub fn bind(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Result {
        let n = self.signature.parameters.len();
        if n <= INLINE {
            let values = &mut [Value::MISSING; INLINE][..n];
            self.bind_into(thread, args, names, values)
        } else {
            self.bind_into(thread, args, names, &mut vec![Value::MISSING; n])
        }
    }

    fn bind_into(
        &self,
        thread: &Thread,
        args: &[Value],
        names: &[Value],
        values: &mut [Value],
    ) -> Result {
        let signature = self.signature;
        let (positional, keywords) = args.split_at(args.len() - names.len());
        if signature.no_names && !names.is_empty() {
            return Err(self.no_keywords(thread));
        }
        if positional.len() > signature.n_positional && !signature.has_rest {
            let first = positional.first().copied();
            return Err(self.wrong_count(thread, first, positional.len(), names.len()));
        }
        let taken = positional.len().min(signature.n_positional);
        let slots = signature.parameters.iter().zip(values.iter_mut());
        let slots = slots
            .filter(|(p, _)| matches!(p.mode, Mode::PositionalOnly | Mode::PositionalOrKeyword));
        slots
            .zip(positional)
            .for_each(|((_, slot), &value)| *slot = value);
        let rest = signature
            .has_rest
            .then(|| tuple::from_slice(thread, &positional[taken..]));
        let extra = signature.has_keywords.then(|| dict::new(thread));
        let mut wrong = WrongNames::default();
        if positional.len() + names.len() > signature.parameters.len()
            && !signature.has_rest
            && !signature.has_keywords
        {
            return Err(self.wrong_count(thread, None, positional.len(), names.len()));
        }
        for (&name, &value) in names.iter().zip(keywords) {
            self.bind_name(thread, name, value, values, extra.as_ref(), &mut wrong)?;
        }
        for (index, parameter) in signature.parameters.iter().enumerate() {
            let value = &mut values[index];
            match parameter.mode {
                Mode::Rest => *value = rest.as_ref().map_or(Value::MISSING, Owned::value),
                Mode::Keywords => *value = extra.as_ref().map_or(Value::MISSING, Owned::value),
                _ if !value.is_missing() => {}
                _ => match parameter.default {
                    Some(default) => *value = default,
                    None => return Err(self.missing(thread, index, positional.len(), names.len())),
                },
            }
        }
        // What is missing is told first.
        if let Some(index) = wrong.twice {
            return Err(self.given_twice(thread, index));
        }
        if let Some(name) = wrong.unknown {
            return Err(self.unexpected(thread, name));
        }
        (self.def.function)(thread, values)
    }

    fn bind_name(
        &self,
        thread: &Thread,
        name: Value,
        value: Value,
        values: &mut [Value],
        extra: Option<&Owned>,
        wrong: &mut WrongNames,
    ) -> Result<()> {
        let text = name.get::<Str>().filter(|text| !text.is_interned());
        let same = |p: &Parameter| p.key == name || text.is_some_and(|text| text.is_text(p.name));
        let found = self
            .signature
            .parameters
            .iter()
            .position(|p| takes_names(p) && same(p));
        match (found, extra) {
            (Some(index), _) if values[index].is_missing() => values[index] = value,
            (Some(index), _) => {
                wrong.twice = Some(wrong.twice.map_or(index, |first| first.min(index)));
            }
            (None, Some(extra)) => {
                let extra = extra.get::<dict::Dict>().expect("made as a dict");
                extra.set(thread, name, value)?;
            }
            (None, None) => wrong.unknown = wrong.unknown.or(Some(name)),
        }
        Ok(())
    }

    #[cold]
    fn unexpected(&self, thread: &Thread, name: Value) -> Raised {
        let name = display(name);
        let function = self.bare();
        let candidates = self.signature.parameters.iter().filter(|p| takes_names(p));
        let hint = suggest::closest(&name, candidates.map(|p| p.name.to_string()))
            .map_or_else(String::new, |other| format!(". Did you mean '{other}'?"));
        let text = format!("{function}() got an unexpected keyword argument '{name}'{hint}");
        thread.raise_text(Builtin::TypeError, &text)
    }

    #[cold]
    fn given_twice(&self, thread: &Thread, index: usize) -> Raised {
        let (function, name) = (self.bare(), self.signature.parameters[index].name);
        let position = index + 1 - self.implicit;
        let text =
            format!("argument for {function}() given by name ('{name}') and position ({position})");
        thread.raise_text(Builtin::TypeError, &text)
    }

    #[cold]
    fn no_keywords(&self, thread: &Thread) -> Raised {
        let text = match self.style == Style::Slot {
            true => format!("wrapper {}() takes no keyword arguments", self.bare()),
            false => format!("{}() takes no keyword arguments", (self.qualified)()),
        };
        thread.raise_text(Builtin::TypeError, &text)
    }

    /// A required argument is missing.
    #[cold]
    fn missing(
        &self,
        thread: &Thread,
        index: usize,
        n_positional: usize,
        n_names: usize,
    ) -> Raised {
        let parameter = &self.signature.parameters[index];
        if self.signature.no_names || parameter.mode == Mode::PositionalOnly {
            return self.wrong_count(thread, None, n_positional, n_names);
        }
        let (function, name, position) = (self.bare(), parameter.name, index + 1 - self.implicit);
        let text = format!("{function}() missing required argument '{name}' (pos {position})");
        thread.raise_text(Builtin::TypeError, &text)
    }

    /// Is it one of [`POSITIONAL_ENTRY`] that is called, not a class derived from it?
    fn has_positional_entry(&self, first: Option<Value>) -> bool {
        POSITIONAL_ENTRY.contains(&self.bare())
            && first
                .and_then(as_class)
                .is_some_and(|class| class.builtin.is_some())
    }

    /// The number of positional arguments does not fit.
    #[cold]
    fn wrong_count(
        &self,
        thread: &Thread,
        first: Option<Value>,
        n_positional: usize,
        n_names: usize,
    ) -> Raised {
        let signature = self.signature;
        let (max, min) = (
            signature.n_positional - self.implicit,
            signature.n_required.saturating_sub(self.implicit),
        );
        let got = n_positional.saturating_sub(self.implicit);
        let bare = self.bare();
        let text = if bare == "__replace__" {
            format!("{bare}() takes no positional arguments")
        } else if self.style == Style::Slot {
            // Two of them have their arguments unpacked by name.
            let name = match bare {
                "__buffer__" | "__release_buffer__" => format!("{bare} "),
                _ => String::new(),
            };
            format!("{name}expected {max} argument{}, got {got}", plural(max))
        } else if !signature.no_names
            && !signature.unpacked
            && (n_names > 0 || !self.has_positional_entry(first))
        {
            self.count_with_names(got, n_names)
        } else if self.style != Style::Constructor && max == 0 {
            format!("{}() takes no arguments ({got} given)", (self.qualified)())
        } else if self.style != Style::Constructor && !signature.unpacked && (max, min) == (1, 1) {
            format!(
                "{}() takes exactly one argument ({got} given)",
                (self.qualified)()
            )
        } else {
            let (bound, n) = match got < min {
                _ if min == max && !signature.has_rest => ("", min),
                true => ("at least ", min),
                false => ("at most ", max),
            };
            format!(
                "{bare} expected {bound}{n} argument{}, got {got}",
                plural(n)
            )
        };
        thread.raise_text(Builtin::TypeError, &text)
    }

    /// The same for functions that take names.
    fn count_with_names(&self, got: usize, n_names: usize) -> String {
        let signature = self.signature;
        let function = self.bare();
        let named = |p: &&Parameter| !matches!(p.mode, Mode::Rest | Mode::Keywords);
        let all = signature.parameters.iter().filter(named).count() - self.implicit;
        let (max, min) = (
            signature.n_positional - self.implicit,
            signature.n_required.saturating_sub(self.implicit),
        );
        let required_only = signature.n_required_only.saturating_sub(self.implicit);
        if got < required_only {
            let bound = if required_only < max {
                "at least"
            } else {
                "exactly"
            };
            let s = plural(required_only);
            return format!(
                "{function}() takes {bound} {required_only} positional argument{s} ({got} given)"
            );
        }
        if got + n_names > all && !signature.has_keywords {
            let (given, s) = (got + n_names, plural(all));
            let keyword = if got == 0 { "keyword " } else { "" };
            return format!(
                "{function}() takes at most {all} {keyword}argument{s} ({given} given)"
            );
        }
        if max == 0 {
            return format!("{function}() takes no positional arguments");
        }
        let bound = if min < max { "at most" } else { "exactly" };
        format!(
            "{function}() takes {bound} {max} positional argument{} ({got} given)",
            plural(max)
        )
    }
}

/// Can an argument for the parameter be given by name?
fn takes_names(parameter: &Parameter) -> bool {
    matches!(
        parameter.mode,
        Mode::PositionalOrKeyword | Mode::KeywordOnly
    )
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// A keyword's name, for messages.
fn display(name: Value) -> String {
    match name.get::<Str>() {
        Some(text) => text.to_str_lossy().into_owned(),
        None => int::to_i64(name).map_or_else(String::new, |i| i.to_string()),
    }
}

/// `__text_signature__`: the parameters in parentheses, the implicit one marked with `$`. None for functions with defaults
/// that cannot be written, as in CPython.
pub fn text_signature(def: &'static MethodDef) -> Option<String> {
    let (_, list) = def.text.split_once('(')?;
    match def.binding {
        _ if list.contains('<') => None,
        Binding::Static => Some(format!("({list}")),
        _ => Some(format!("(${list}")),
    }
}
