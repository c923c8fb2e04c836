//! Calls whose arguments are bound by hand, because it matters which of them were given by name.

use ashore_runtime::types::define::MethodDef;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::signature::{Call, Style};
use ashore_runtime::types::str;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, warnings};

/// The arguments of a method that takes all there are: its receiver, a tuple, a dict.
pub(super) struct Packed<'a>(pub(super) &'a [Value]);

impl Packed<'_> {
    fn positional(&self) -> &[Value] {
        self.0[1].get::<Tuple>().map_or(&[], Tuple::items)
    }

    fn names(&self) -> &Dict {
        self.0[2].get::<Dict>().expect("`**kwargs` is a dict")
    }

    /// Was one of these given by name?
    fn has_name(&self, thread: &Thread, names: &[&str]) -> bool {
        let names = names.iter().map(|name| str::intern(thread, name));
        names
            .into_iter()
            .any(|name| self.names().get_interned(name).is_some())
    }

    /// The arguments, those given by name last, and the names.
    pub(super) fn split(&self, thread: &Thread) -> (Vec<Owned>, Vec<Owned>) {
        let pairs = self.names().snapshot(thread);
        let (names, named): (Vec<Owned>, Vec<Owned>) = pairs.into_iter().unzip();
        let positional = self.positional().iter().copied().map(Owned::new);
        (positional.chain(named).collect(), names)
    }

    /// Calls the function of a row as if it had been called with the arguments.
    pub(super) fn bind(&self, thread: &Thread, def: &'static MethodDef) -> Result {
        let (given, names) = self.split(thread);
        let given = given.iter().map(Owned::value);
        let arguments: Vec<Value> = std::iter::once(self.0[0]).chain(given).collect();
        let call = Call {
            def,
            signature: def.signature(thread),
            qualified: &|| def.display_name().to_owned(),
            implicit: 1,
            shown: None,
            style: Style::Function,
        };
        call.bind(thread, &arguments, Owned::values(&names))
    }

    /// Warns if more than the first argument was given by position.
    pub(super) fn warn_of_positions(&self, thread: &Thread, function: &str) -> Result<()> {
        if self.positional().len() <= 1 {
            return Ok(());
        }
        let text = format!(
            "Passing more than 1 positional argument to {function}() is deprecated. Parameters 'timeout', \
             'detect_types', 'isolation_level', 'check_same_thread', 'factory', 'cached_statements' and 'uri' will \
             become keyword-only parameters in Python 3.15."
        );
        warnings::warn(thread, Builtin::DeprecationWarning, &text, false)
    }

    /// Warns if one of these was given by name.
    pub(super) fn warn_of_names(
        &self,
        thread: &Thread,
        names: &[&str],
        method: &str,
    ) -> Result<()> {
        if !self.has_name(thread, names) {
            return Ok(());
        }
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let (list, s) = match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                (format!("{} and {last}", rest.join(", ")), "s")
            }
            _ => (quoted.concat(), ""),
        };
        let text = format!(
            "Passing keyword argument{s} {list} to _sqlite3.Connection.{method}() is deprecated. Parameter{s} {list} \
             will become positional-only in Python 3.15."
        );
        warnings::warn(thread, Builtin::DeprecationWarning, &text, false)
    }

    /// An argument's value, if it was given.
    pub(super) fn find(&self, thread: &Thread, position: usize, name: &str) -> Option<Owned> {
        match self.positional().get(position) {
            Some(value) => Some(Owned::new(*value)),
            None => self.names().get_interned(str::intern(thread, name)),
        }
    }
}
