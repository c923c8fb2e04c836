//! Exceptions in a report: what led to each, and the members of groups, behind the margins CPython 3.14 draws.
//!
//! ```text
//!   exception ──cause or context──► exception ─► …            told in the opposite order
//!       └─members─► exception, exception, …                   told behind a margin, each with its own chain
//! ```
//!
//! Which links are followed is decided first, since an exception that is shown already is not shown again as a cause or
//! context.

use super::report::one;
use crate::object::Owned;
use crate::types::exception;
use crate::types::str::split::lines_with_ends;
use crate::types::tuple::Tuple;
use crate::{Thread, Value};
use std::collections::HashSet;
use std::fmt::Write;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// This many members of a group are shown.
const MAX_GROUP_WIDTH: usize = 15;
/// Groups in groups are shown down to this depth.
const MAX_GROUP_DEPTH: usize = 10;

/// The whole report, ending with a line end.
pub fn report(thread: &Thread, exception: Value) -> String {
    let mut report = Report {
        thread,
        text: String::new(),
        nodes: Vec::new(),
        depth: 0,
        needs_close: false,
    };
    report.collect(exception);
    report.chain(0);
    report.text
}

/// An exception that is told about.
struct Node {
    exception: Owned,
    /// What led to it, and the words between the two.
    led: Option<(usize, &'static str)>,
    members: Option<Vec<usize>>,
}

/// A report under construction.
struct Report<'a> {
    thread: &'a Thread,
    text: String,
    nodes: Vec<Node>,
    /// How many groups what is shown is in.
    depth: usize,
    /// The line below the last member of a group is still to be drawn.
    needs_close: bool,
}

impl Report<'_> {
    /// Follows the links of an exception, in the order CPython does.
    fn collect(&mut self, exception: Value) {
        let mut seen = HashSet::new();
        let mut queue = vec![self.node(&mut seen, exception)];
        while let Some(at) = queue.pop() {
            let exception = self.nodes[at].exception.clone();
            let (cause, context, suppressed) = exception::chain_of(exception.value());
            let unseen =
                |seen: &HashSet<u64>, e: &Owned| !e.is_none() && !seen.contains(&e.value().bits());
            let led = if unseen(&seen, &cause) {
                Some((self.node(&mut seen, cause.value()), CAUSE))
            } else if !suppressed && unseen(&seen, &context) {
                Some((self.node(&mut seen, context.value()), CONTEXT))
            } else {
                None
            };
            self.nodes[at].led = led;
            queue.extend(led.map(|(link, _)| link));
            if let Some(members) = exception::group::exceptions_of(exception.value()) {
                let members = members.get::<Tuple>().map_or(&[][..], Tuple::items);
                let nodes: Vec<usize> = members
                    .iter()
                    .map(|&member| self.node(&mut seen, member))
                    .collect();
                queue.extend(&nodes);
                self.nodes[at].members = Some(nodes);
            }
        }
    }

    fn node(&mut self, seen: &mut HashSet<u64>, exception: Value) -> usize {
        seen.insert(exception.bits());
        self.nodes.push(Node {
            exception: Owned::new(exception),
            led: None,
            members: None,
        });
        self.nodes.len() - 1
    }

    /// An exception, after what led to it.
    fn chain(&mut self, latest: usize) {
        let mut chain = vec![(latest, "")];
        while let Some(&(at, _)) = chain.last()
            && let Some(led) = self.nodes[at].led
        {
            chain.push(led);
        }
        for (at, connector) in chain.into_iter().rev() {
            let exception = self.nodes[at].exception.clone();
            match self.nodes[at].members.take() {
                None => {
                    let mut text = String::new();
                    one(self.thread, &mut text, exception.value(), "");
                    self.emit(&text, '|');
                }
                Some(_) if self.depth > MAX_GROUP_DEPTH => {
                    self.emit(
                        &format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"),
                        '|',
                    );
                }
                Some(members) => self.group(exception.value(), &members),
            }
            self.emit(connector, '|');
        }
    }

    /// A group and its members.
    fn group(&mut self, group: Value, members: &[usize]) {
        let outermost = self.depth == 0;
        self.depth += usize::from(outermost);
        let mut text = String::new();
        one(self.thread, &mut text, group, "Exception Group ");
        match text.split_once('\n') {
            Some((title, rest)) if title.starts_with("Exception Group Traceback") => {
                self.emit(&format!("{title}\n"), if outermost { '+' } else { '|' });
                self.emit(rest, '|');
            }
            _ => self.emit(&text, '|'),
        }
        let shown = members.len().min(MAX_GROUP_WIDTH + 1);
        self.needs_close = false;
        for (n, &member) in (1..).zip(&members[..shown]) {
            // A group that is the last member closes the frame itself.
            self.needs_close |= n == shown;
            self.member(n, member, members.len());
            if n == shown && self.needs_close {
                self.rule("+------------------------------------");
                self.needs_close = false;
            }
            self.depth -= 1;
        }
        self.depth -= usize::from(outermost);
    }

    /// The `n`th member of a group, one level deeper.
    fn member(&mut self, n: usize, member: usize, count: usize) {
        let title = match n {
            ..=MAX_GROUP_WIDTH => n.to_string(),
            _ => "...".to_owned(),
        };
        let start = if n == 1 { "+-" } else { "  " };
        self.rule(&format!(
            "{start}+---------------- {title} ----------------"
        ));
        self.depth += 1;
        if n <= MAX_GROUP_WIDTH {
            self.chain(member);
        } else {
            let more = count - MAX_GROUP_WIDTH;
            let plural = if more == 1 { "" } else { "s" };
            self.emit(&format!("and {more} more exception{plural}\n"), '|');
        }
    }

    fn rule(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "  ".repeat(self.depth));
    }

    /// Adds lines, each behind the margin of the groups around. What `str.splitlines` takes for a line is one.
    fn emit(&mut self, lines: &str, margin: char) {
        for line in lines_with_ends(lines) {
            if self.depth > 0 {
                let _ = write!(self.text, "{}{margin} ", "  ".repeat(self.depth));
            }
            self.text.push_str(line);
        }
    }
}
