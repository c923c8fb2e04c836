//! Replacing matches: templates, and `sub`.

use super::found;
use super::pattern::Pattern;
use super::scan::call_re;
use super::subject::{Found, Mode, Subject};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert, iterate};
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{bytes, class_of, int};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

pub(super) static TEMPLATE: NativeClass = NativeClass::new("_sre.SRE_Template", METHODS);

methods! { METHODS: }

/// A parsed replacement: a literal, then groups each followed by a literal.
struct Template {
    literals: Vec<Slot>,
    groups: Vec<usize>,
}

impl Data for Template {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.literals
            .iter()
            .for_each(|literal| visit(literal.peek()));
    }
}

pub(super) fn template(thread: &Thread, parts: Value) -> Result {
    let (mut literals, mut groups) = (Vec::new(), Vec::new());
    for (i, part) in iterate::collect(thread, parts)?.into_iter().enumerate() {
        if i % 2 == 0 {
            literals.push(Slot::new(part));
            continue;
        }
        match int::to_i64(part.value()).map(usize::try_from) {
            Some(Ok(group)) => groups.push(group),
            _ => return raise!(thread, TypeError, "invalid template"),
        }
    }
    let template = Template { literals, groups };
    Ok(native::new(thread, TEMPLATE.class(thread), template))
}

/// The template of a replacement text, parsed by `re`.
pub(super) fn compile_template(thread: &Thread, pattern: Value, text: Value) -> Result {
    call_re(thread, "_compile_template", &[pattern, text])
}

/// Text being put together, of the subject's kind.
enum Joined {
    Text(str::Builder),
    Bytes(Vec<u8>),
}

impl Joined {
    fn like(subject: &Subject) -> Joined {
        match subject.original.is::<Str>() {
            true => Joined::Text(str::Builder::new()),
            false => Joined::Bytes(Vec::new()),
        }
    }

    fn push(&mut self, thread: &Thread, part: Value) -> Result<()> {
        match self {
            Joined::Text(text) => match part.get::<Str>() {
                Some(part) => text.push(part),
                None => {
                    let got = class_of(part).name();
                    return raise!(
                        thread,
                        TypeError,
                        "sequence item 0: expected str instance, {got} found"
                    );
                }
            },
            Joined::Bytes(bytes) => match Buffer::of(thread, &part) {
                Some(part) => bytes.extend_from_slice(&part),
                None => {
                    let got = class_of(part).name();
                    return raise!(
                        thread,
                        TypeError,
                        "sequence item 0: expected a bytes-like object, {got} found"
                    );
                }
            },
        }
        Ok(())
    }

    fn finish(self, thread: &Thread) -> Owned {
        match self {
            Joined::Text(text) => text.finish(thread),
            Joined::Bytes(data) => bytes::new(thread, &data),
        }
    }
}

fn push_expanded(
    thread: &Thread,
    joined: &mut Joined,
    template: &Template,
    subject: &Subject,
    found: &Found,
) -> Result<()> {
    let (first, rest) = template
        .literals
        .split_first()
        .expect("there is one literal more");
    joined.push(thread, first.peek())?;
    for (&group, literal) in template.groups.iter().zip(rest) {
        let Some(&span) = found.spans.get(group) else {
            return raise!(thread, IndexError, "no such group");
        };
        if let Some((start, end)) = span {
            let part = subject.slice(thread, start, end);
            joined.push(thread, part.value())?;
        }
        joined.push(thread, literal.peek())?;
    }
    Ok(())
}

/// What a template stands for in a match. A text without groups is a template, too.
pub(super) fn expand(thread: &Thread, template: Value, subject: &Subject, found: &Found) -> Result {
    let Some(template) = native::get::<Template>(&template) else {
        return Ok(Owned::new(template));
    };
    let mut joined = Joined::like(subject);
    push_expanded(thread, &mut joined, template, subject, found)?;
    Ok(joined.finish(thread))
}

/// Does the text say anything but itself?
fn is_literal(thread: &Thread, text: Value) -> bool {
    match text.get::<Str>() {
        Some(text) => !text.iter().any(|c| c == u32::from('\\')),
        None => Buffer::of(thread, &text).is_some_and(|bytes| !bytes.contains(&b'\\')),
    }
}

/// `pattern.subn(repl, string, count)`: the new text, and how many matches were replaced.
pub(super) fn substitute(thread: &Thread, args: &[Value]) -> Result<(Owned, usize)> {
    let pattern = native::get::<Pattern>(&args[0]).expect("bound to patterns");
    let callable = call::is_callable(args[1]);
    let filter = if callable || is_literal(thread, args[1]) {
        Owned::new(args[1])
    } else {
        compile_template(thread, args[0], args[1])?
    };
    let filter_value = filter.value();
    let template = native::get::<Template>(&filter_value);
    let subject = Subject::of(thread, pattern, args[2])?;
    let most = usize::try_from(convert::to_isize(thread, args[3])?).unwrap_or(0);
    let length = subject.len();
    let mut joined = Joined::like(&subject);
    let (mut last, mut advance, mut count) = (0, false, 0);
    while most == 0 || count < most {
        let Some(found) = subject.run(pattern, Mode::Search, last, length, advance) else {
            break;
        };
        let (start, end) = (found.start(), found.end());
        if last < start {
            let between = subject.slice(thread, last, start);
            joined.push(thread, between.value())?;
        }
        if let Some(template) = template {
            push_expanded(thread, &mut joined, template, &subject, &found)?;
        } else if callable {
            let whole = Subject::of(thread, pattern, args[2])?;
            let object = found::new(thread, args[0], whole, found, (0, length));
            let text = call::call(thread, filter_value, &[object.value()])?;
            if !text.is_none() {
                joined.push(thread, text.value())?;
            }
        } else {
            joined.push(thread, filter_value)?;
        }
        count += 1;
        advance = start == end;
        last = end;
        thread.safepoint()?;
    }
    if count == 0 {
        return Ok((subject.slice(thread, 0, length), 0));
    }
    let rest = subject.slice(thread, last, length);
    joined.push(thread, rest.value())?;
    Ok((joined.finish(thread), count))
}
