//! Match objects.

use super::pattern::Pattern;
use super::replace;
use super::subject::{Found, Span, Subject};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::convert;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{generic_alias, int, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

pub(super) static MATCH: NativeClass = NativeClass::new("re.Match", METHODS).doc(
    "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
);

pub(super) struct Match {
    pattern: Slot,
    string: Slot,
    found: Found,
    bounds: (usize, usize),
}

impl Data for Match {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.pattern.peek());
        visit(self.string.peek());
    }
}

pub(super) fn new(
    thread: &Thread,
    pattern: Value,
    subject: Subject,
    found: Found,
    bounds: (usize, usize),
) -> Owned {
    let found = Match {
        pattern: Slot::new(Owned::new(pattern)),
        string: Slot::new(subject.original),
        found,
        bounds,
    };
    native::new(thread, MATCH.class(thread), found)
}

fn this(args: &[Value]) -> &Match {
    receiver::<Match>(args)
}

impl Match {
    /// Calls `look` with the pattern.
    fn with_pattern<R>(&self, look: impl FnOnce(&Pattern) -> R) -> R {
        let pattern = self.pattern.peek();
        look(native::get::<Pattern>(&pattern).expect("a match has a pattern"))
    }

    fn subject(&self, thread: &Thread) -> Result<Subject> {
        self.with_pattern(|pattern| Subject::of(thread, pattern, self.string.peek()))
    }

    /// The span of a group given by number or name.
    fn span(&self, thread: &Thread, key: Value) -> Result<Span> {
        let number = self.with_pattern(|pattern| pattern.group_number(thread, key))?;
        match number {
            Some(number) => Ok(self.found.spans[number]),
            None => raise!(thread, IndexError, "no such group"),
        }
    }

    fn group(&self, thread: &Thread, key: Value) -> Result {
        let span = self.span(thread, key)?;
        Ok(self.subject(thread)?.group(thread, span, Value::NONE))
    }
}

fn group(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let keys = args[1]
        .get::<tuple::Tuple>()
        .map_or(&[][..], tuple::Tuple::items);
    match keys {
        [] => found.group(thread, Value::small_int(0)),
        &[key] => found.group(thread, key),
        keys => {
            let groups = keys.iter().map(|&key| found.group(thread, key));
            Ok(tuple::new(thread, groups.collect::<Result<Vec<_>>>()?))
        }
    }
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    this(args).group(thread, args[1])
}

fn groups(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let subject = found.subject(thread)?;
    let spans = found.found.spans[1..].iter();
    let groups = spans.map(|&span| subject.group(thread, span, args[1]));
    Ok(tuple::new(thread, groups.collect()))
}

fn group_dict(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let subject = found.subject(thread)?;
    let result = dict::new(thread);
    let table = result.get::<Dict>().expect("made as a dict");
    for (name, number) in found.with_pattern(|pattern| pattern.names(thread)) {
        let number = int::to_i64(number.value()).unwrap_or(0) as usize;
        let span = found.found.spans.get(number).copied().flatten();
        let value = subject.group(thread, span, args[1]);
        table.set(thread, name.value(), value.value())?;
    }
    Ok(result)
}

fn place(thread: &Thread, place: Option<usize>) -> Owned {
    place.map_or(Owned::inline(Value::small_int(-1)), |place| {
        int::from_usize(thread, place)
    })
}

fn start(thread: &Thread, args: &[Value]) -> Result {
    let span = this(args).span(thread, args[1])?;
    Ok(place(thread, span.map(|span| span.0)))
}

fn end(thread: &Thread, args: &[Value]) -> Result {
    let span = this(args).span(thread, args[1])?;
    Ok(place(thread, span.map(|span| span.1)))
}

fn pair(thread: &Thread, span: Span) -> Owned {
    let parts = vec![
        place(thread, span.map(|span| span.0)),
        place(thread, span.map(|span| span.1)),
    ];
    tuple::new(thread, parts)
}

fn span(thread: &Thread, args: &[Value]) -> Result {
    let span = this(args).span(thread, args[1])?;
    Ok(pair(thread, span))
}

fn expand(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let subject = found.subject(thread)?;
    let template = replace::compile_template(thread, found.pattern.peek(), args[1])?;
    replace::expand(thread, template.value(), &subject, &found.found)
}

fn itself(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let (start, end) = (found.found.start(), found.found.end());
    let text = found.group(thread, Value::small_int(0))?;
    let text = convert::display_repr(thread, text.value())?;
    let text = format!("<re.Match object; span=({start}, {end}), match={text}>");
    Ok(str::new(thread, &text))
}

fn get_string(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).string.peek()))
}

fn get_pattern(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).pattern.peek()))
}

fn get_pos(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).bounds.0))
}

fn get_endpos(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).bounds.1))
}

fn get_last_index(thread: &Thread, args: &[Value]) -> Result {
    let last = this(args).found.last;
    Ok(last.map_or(Owned::NONE, |last| int::from_usize(thread, last)))
}

fn get_last_group(_: &Thread, args: &[Value]) -> Result {
    let found = this(args);
    let Some(last) = found.found.last else {
        return Ok(Owned::NONE);
    };
    Ok(found.with_pattern(|pattern| pattern.group_name(last)))
}

fn get_regs(thread: &Thread, args: &[Value]) -> Result {
    let spans = this(args).found.spans.iter();
    Ok(tuple::new(
        thread,
        spans.map(|&span| pair(thread, span)).collect(),
    ))
}

methods! { METHODS:
    /// group([group1, ...]) -> str or tuple.
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    "group(self, /, *args)" => group;
    /// Return a tuple containing all the subgroups of the match, from 1.
    "groups(self, /, default=None)" => groups -> Tuple;
    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    "groupdict(self, /, default=None)" => group_dict -> Dict;
    /// Return index of the start of the substring matched by group.
    "start(self, group=0, /)" => start -> Int;
    /// Return index of the end of the substring matched by group.
    "end(self, group=0, /)" => end -> Int;
    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    "span(self, group=0, /)" => span -> Tuple;
    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    "expand(self, /, template)" => expand;
    "__getitem__(self, key, /)" => get_item;
    "__copy__(self, /)" => itself;
    "__deepcopy__(self, memo, /)" => itself;
    "__repr__(self, /)" => repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// The string passed to match() or search().
    field "string" => get_string;
    /// The regular expression object.
    field "re" => get_pattern;
    /// The index into the string at which the RE engine started looking for a match.
    field "pos" => get_pos;
    /// The index into the string beyond which the RE engine will not go.
    field "endpos" => get_endpos;
    /// The integer index of the last matched capturing group.
    get "lastindex" => get_last_index;
    /// The name of the last matched capturing group.
    get "lastgroup" => get_last_group;
    get "regs" => get_regs -> Tuple;
}
