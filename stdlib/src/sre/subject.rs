//! What a pattern is matched against, and one run of the engine.

use super::drive::Wide;
use super::pattern::Pattern;
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::bytes::Bytes;
use ashore_runtime::types::str::Units;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{bytes, class_of};
use ashore_runtime::{Owned, Result, Thread, Value, raise, thread};
use rustpython_sre_engine::{Request, State, StrDrive};

/// A subject: a str or bytes object that does not change.
pub(super) struct Subject {
    /// The object the caller gave.
    pub(super) original: Owned,
    /// What is matched: the same, or a copy of a buffer that may change.
    text: Owned,
}

/// Where a group matched.
pub(super) type Span = Option<(usize, usize)>;

/// A match: spans of the whole and of each group, and the group that closed last.
pub(super) struct Found {
    pub(super) spans: Vec<Span>,
    pub(super) last: Option<usize>,
}

impl Found {
    pub(super) fn start(&self) -> usize {
        self.spans[0].map_or(0, |span| span.0)
    }

    pub(super) fn end(&self) -> usize {
        self.spans[0].map_or(0, |span| span.1)
    }
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Search,
    Match,
    FullMatch,
}

/// Subjects shorter than this are matched without detaching from the runtime first.
const SHORT: usize = 1 << 12;

impl Subject {
    /// The subject for a pattern, which must be of the same kind.
    pub(super) fn of(thread: &Thread, pattern: &Pattern, value: Value) -> Result<Subject> {
        let is_str = value.is::<Str>();
        let text = if is_str || value.is::<Bytes>() {
            Owned::new(value)
        } else if let Some(copy) = Buffer::copy(thread, value) {
            bytes::new(thread, &copy)
        } else {
            let got = class_of(value).name();
            return raise!(
                thread,
                TypeError,
                "expected string or bytes-like object, got '{got}'"
            );
        };
        match pattern.is_bytes {
            Some(true) if is_str => {
                return raise!(
                    thread,
                    TypeError,
                    "cannot use a bytes pattern on a string-like object"
                );
            }
            Some(false) if !is_str => {
                return raise!(
                    thread,
                    TypeError,
                    "cannot use a string pattern on a bytes-like object"
                );
            }
            _ => {}
        }
        Ok(Subject {
            original: Owned::new(value),
            text,
        })
    }

    pub(super) fn len(&self) -> usize {
        match self.text.get::<Str>() {
            Some(text) => text.len(),
            None => self.text.get::<Bytes>().map_or(0, Bytes::len),
        }
    }

    /// A part of the subject.
    pub(super) fn slice(&self, thread: &Thread, start: usize, end: usize) -> Owned {
        let (start, end) = (start.min(self.len()), end.min(self.len()));
        let end = end.max(start);
        match self.text.get::<Str>() {
            Some(text) => str::substring(thread, text, start, end),
            None => {
                let bytes = self.text.get::<Bytes>().map_or(&[][..], Bytes::as_slice);
                bytes::new(thread, &bytes[start..end])
            }
        }
    }

    /// What a group matched, or a default.
    pub(super) fn group(&self, thread: &Thread, span: Span, default: Value) -> Owned {
        match span {
            Some((start, end)) => self.slice(thread, start, end),
            None => Owned::new(default),
        }
    }

    /// Runs a pattern from `start`. With `advance`, an empty match at `start` does not count.
    pub(super) fn run(
        &self,
        pattern: &Pattern,
        mode: Mode,
        start: usize,
        end: usize,
        advance: bool,
    ) -> Option<Found> {
        let attempt = || match self.text.get::<Str>().map(Str::units) {
            Some(Units::One(units)) => run(pattern, units, mode, start, end, advance),
            Some(Units::Two(_)) => {
                let bytes = self.text.get::<Str>().map_or(&[][..], Str::bytes);
                run(pattern, Wide::<2>(bytes), mode, start, end, advance)
            }
            Some(Units::Four(_)) => {
                let bytes = self.text.get::<Str>().map_or(&[][..], Str::bytes);
                run(pattern, Wide::<4>(bytes), mode, start, end, advance)
            }
            None => {
                let bytes = self.text.get::<Bytes>().map_or(&[][..], Bytes::as_slice);
                run(pattern, bytes, mode, start, end, advance)
            }
        };
        // The subject is immutable and held: nobody has to wait for a long search.
        match end.saturating_sub(start) < SHORT {
            true => attempt(),
            false => thread::detached(attempt),
        }
    }
}

fn run<S: StrDrive>(
    pattern: &Pattern,
    subject: S,
    mode: Mode,
    start: usize,
    end: usize,
    advance: bool,
) -> Option<Found> {
    let match_all = mode == Mode::FullMatch;
    let mut request = Request::new(subject, start, end, &pattern.code, match_all);
    request.must_advance = advance;
    let mut state = State::default();
    state.reset(&request, request.start);
    let matched = match mode {
        Mode::Search => state.search(request),
        Mode::Match | Mode::FullMatch => state.py_match(&request),
    };
    if !matched {
        return None;
    }
    let mut spans = Vec::with_capacity(pattern.groups + 1);
    spans.push(Some((state.start, state.cursor.position)));
    for group in 0..pattern.groups {
        let (start, end) = state.marks.get(group);
        spans.push(start.into_option().zip(end.into_option()));
    }
    Some(Found {
        spans,
        last: usize::try_from(state.marks.last_index()).ok(),
    })
}
