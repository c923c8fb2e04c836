//! Binding arguments to the parameters of a Python function.
//!
//! ```text
//!   registers: │ positional-only, positional │ keyword-only │ *args │ **kwargs │
//! ```
//!
//! Errors are worded, and found in the same order, as in CPython.

use super::Function;
use crate::operators::{compare, suggest};
use crate::types::code::Code;
use crate::types::dict::{self, Dict};
use crate::types::str::Str;
use crate::types::tuple::{self, Tuple};
use crate::{Builtin, Owned, Raised, Result, Thread, Value, raise};

/// Fills the parameter registers of a call of `code`, which hold MISSING, with a reference each. The values of the keywords
/// called `names` are last in `args`. If this fails, the caller releases what the registers hold.
///
/// The caller gives the code it made the registers for: the function may have got another since.
pub fn bind(
    thread: &Thread,
    function: &Function,
    code: &Code,
    args: &[Value],
    names: &[Value],
    registers: &mut [Value],
) -> Result<()> {
    let binding = Binding {
        thread,
        function,
        code,
    };
    let (positional, keywords) = args.split_at(args.len() - names.len());
    let n_args = usize::from(binding.code.n_args);
    for (register, &value) in registers[..n_args].iter_mut().zip(positional) {
        *register = Owned::new(value).into_counted();
    }
    if let Some(register) = binding.rest_register() {
        let rest = positional.get(n_args..).unwrap_or_default();
        registers[register] = tuple::from_slice(thread, rest).into_counted();
    }
    binding.bind_keywords(keywords, names, registers)?;
    if positional.len() > n_args && !binding.code.source.flags.varargs {
        return Err(binding.too_many(positional.len(), registers));
    }
    if positional.len() < n_args {
        binding.fill_defaults(positional.len(), registers)?;
    }
    if binding.code.source.n_kwonly > 0 {
        binding.fill_keyword_defaults(registers)?;
    }
    Ok(())
}

struct Binding<'a> {
    thread: &'a Thread,
    function: &'a Function,
    code: &'a Code,
}

impl Binding<'_> {
    /// Registers of the parameters that have names.
    fn n_named(&self) -> usize {
        usize::from(self.code.n_args) + usize::from(self.code.source.n_kwonly)
    }

    fn n_posonly(&self) -> usize {
        usize::from(self.code.source.n_posonly)
    }

    fn rest_register(&self) -> Option<usize> {
        self.code.source.flags.varargs.then(|| self.n_named())
    }

    fn keywords_register(&self) -> Option<usize> {
        let flags = self.code.source.flags;
        flags
            .varkw
            .then(|| self.n_named() + usize::from(flags.varargs))
    }

    fn name(&self) -> String {
        self.function.display_name()
    }

    fn parameter(&self, register: usize) -> String {
        text(self.code.local_names[register])
    }

    fn bind_keywords(
        &self,
        values: &[Value],
        names: &[Value],
        registers: &mut [Value],
    ) -> Result<()> {
        let extra = self.keywords_register();
        if let Some(register) = extra {
            registers[register] = dict::new(self.thread).into_counted();
        }
        for (&name, &value) in names.iter().zip(values) {
            match (self.find(name)?, extra) {
                (Some(register), _) if registers[register].is_missing() => {
                    registers[register] = Owned::new(value).into_counted();
                }
                (Some(register), _) => {
                    let (function, name) = (self.name(), self.parameter(register));
                    return raise!(
                        self.thread,
                        TypeError,
                        "{function}() got multiple values for argument '{name}'"
                    );
                }
                (None, Some(register)) => {
                    let extra = registers[register];
                    let extra = extra.get::<Dict>().expect("made as a dict");
                    extra.set(self.thread, name, value)?;
                }
                (None, None) => return Err(self.unexpected(name, names)),
            }
        }
        Ok(())
    }

    /// The register of the parameter that `name` names.
    fn find(&self, name: Value) -> Result<Option<usize>> {
        let candidates = self.n_posonly()..self.n_named();
        let parameters = &self.code.local_names[candidates];
        if let Some(position) = parameters.iter().position(|&parameter| parameter == name) {
            return Ok(Some(self.n_posonly() + position));
        }
        // Names written in the program are interned; others may equal a parameter's all the same.
        if name.get_exact::<Str>().is_some_and(Str::is_interned) {
            return Ok(None);
        }
        for (position, &parameter) in parameters.iter().enumerate() {
            if compare::equal(self.thread, parameter, name)? {
                return Ok(Some(self.n_posonly() + position));
            }
        }
        Ok(None)
    }

    /// Positional parameters from `given` on that have no value get their defaults.
    fn fill_defaults(&self, given: usize, registers: &mut [Value]) -> Result<()> {
        let n_args = usize::from(self.code.n_args);
        let defaults = self.function.read(&self.function.defaults);
        let defaults = defaults.get::<Tuple>().map_or(&[][..], Tuple::items);
        let first = n_args.saturating_sub(defaults.len());
        let missing: Vec<usize> = (given..first)
            .filter(|&r| registers[r].is_missing())
            .collect();
        if !missing.is_empty() {
            return Err(self.missing("positional", &missing));
        }
        let surplus = defaults.len().saturating_sub(n_args);
        for register in first.max(given)..n_args {
            if registers[register].is_missing() {
                registers[register] =
                    Owned::new(defaults[surplus + register - first]).into_counted();
            }
        }
        Ok(())
    }

    fn fill_keyword_defaults(&self, registers: &mut [Value]) -> Result<()> {
        let defaults = self.function.read(&self.function.kwdefaults);
        let defaults = defaults.get::<Dict>();
        let mut missing = Vec::new();
        let named = usize::from(self.code.n_args)..self.n_named();
        let names = &self.code.local_names[named.clone()];
        for ((register, value), &name) in named.clone().zip(&mut registers[named]).zip(names) {
            if !value.is_missing() {
                continue;
            }
            let default = match defaults.map(|defaults| (defaults, defaults.get_interned(name))) {
                Some((_, Some(default))) => Some(default),
                // Keys that the program put there need not be the interned strings.
                Some((defaults, None)) => defaults.get(self.thread, name)?,
                None => None,
            };
            match default {
                Some(default) => *value = default.into_counted(),
                None => missing.push(register),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(self.missing("keyword-only", &missing))
    }

    #[cold]
    fn missing(&self, kind: &str, registers: &[usize]) -> Raised {
        let names: Vec<String> = registers
            .iter()
            .map(|&r| format!("'{}'", self.parameter(r)))
            .collect();
        let list = match names.as_slice() {
            [only] => only.clone(),
            [first, second] => format!("{first} and {second}"),
            [init @ .., last] => format!("{}, and {last}", init.join(", ")),
            [] => String::new(),
        };
        let (function, n, s) = (self.name(), names.len(), plural(names.len()));
        let text = format!("{function}() missing {n} required {kind} argument{s}: {list}");
        self.thread.raise_text(Builtin::TypeError, &text)
    }

    #[cold]
    fn too_many(&self, given: usize, registers: &[Value]) -> Raised {
        let n_args = usize::from(self.code.n_args);
        let defaults = self.function.read(&self.function.defaults);
        let n_defaults = defaults.get::<Tuple>().map_or(0, Tuple::len);
        let (takes, plural_takes) = match n_defaults {
            0 => (n_args.to_string(), plural(n_args)),
            _ => (
                format!("from {} to {n_args}", n_args.saturating_sub(n_defaults)),
                "s",
            ),
        };
        let keyword_only = &registers[n_args..self.n_named()];
        let n_keyword_only = keyword_only
            .iter()
            .filter(|value| !value.is_missing())
            .count();
        let also = match n_keyword_only {
            0 => String::new(),
            n => format!(
                " positional argument{} (and {n} keyword-only argument{})",
                plural(given),
                plural(n)
            ),
        };
        let verb = if given == 1 && n_keyword_only == 0 {
            "was"
        } else {
            "were"
        };
        let function = self.name();
        let text = format!(
            "{function}() takes {takes} positional argument{plural_takes} but {given}{also} {verb} given"
        );
        self.thread.raise_text(Builtin::TypeError, &text)
    }

    /// A keyword that no parameter takes.
    #[cold]
    fn unexpected(&self, name: Value, names: &[Value]) -> Raised {
        let function = self.name();
        let positional_only = &self.code.local_names[..self.n_posonly()];
        let given: Vec<String> = positional_only
            .iter()
            .map(|&parameter| text(parameter))
            .filter(|parameter| names.iter().any(|&name| text(name) == *parameter))
            .collect();
        if !given.is_empty() {
            let list = given.join(", ");
            let text = format!(
                "{function}() got some positional-only arguments passed as keyword arguments: '{list}'"
            );
            return self.thread.raise_text(Builtin::TypeError, &text);
        }
        let name = text(name);
        let candidates =
            (self.n_posonly()..self.n_named()).map(|register| self.parameter(register));
        let hint = match suggest::closest(&name, candidates) {
            Some(other) => format!(". Did you mean '{other}'?"),
            None => String::new(),
        };
        let text = format!("{function}() got an unexpected keyword argument '{name}'{hint}");
        self.thread.raise_text(Builtin::TypeError, &text)
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// A name, for messages.
fn text(name: Value) -> String {
    name.get::<Str>()
        .map_or_else(String::new, |name| name.to_str_lossy().into_owned())
}
