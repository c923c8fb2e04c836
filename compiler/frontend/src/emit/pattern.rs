//! `match` statements.
//!
//! A pattern takes a value apart into temporaries. Names are bound when the whole pattern has matched, so captured values
//! wait in their temporaries. Wherever a pattern fails, the temporaries that are live there are dropped on the way to the
//! next case: `Failures` has one label for every set of them.

use super::{Compiler, Value};
use crate::assemble::LabelId;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, Dst, Peek, Src};
use ruff_python_ast::{self as ast, Expr, Identifier, Operator, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};
use std::collections::BTreeMap;

/// A value being matched.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Subject {
    register: u16,
    /// A temporary of the pattern, which is consumed; else it is kept for other patterns.
    owned: bool,
}

/// The state of a pattern being emitted.
struct Match<'a> {
    /// Where the pattern goes if it fails with nothing to drop.
    next: LabelId,
    /// Temporaries that hold something, in ascending order.
    live: Vec<u16>,
    /// Captured names with their temporaries.
    captures: Vec<(&'a Identifier, u16)>,
    /// Where the pattern goes if it fails, by what is live there; what was live when it began stays.
    failures: BTreeMap<Vec<u16>, LabelId>,
    /// Number of live temporaries that a failure keeps.
    kept: usize,
}

impl Match<'_> {
    /// A pattern that leaves what is `live` already alone.
    fn new(next: LabelId, live: Vec<u16>) -> Self {
        let kept = live.len();
        Match {
            next,
            live,
            captures: Vec::new(),
            failures: BTreeMap::new(),
            kept,
        }
    }

    fn take(&mut self, register: u16) {
        let at = self.live.partition_point(|&live| live < register);
        self.live.insert(at, register);
    }

    fn gone(&mut self, register: u16) {
        self.live.retain(|&live| live != register);
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn match_(&mut self, s: &'a ast::StmtMatch) {
        let base = self.top();
        let end = self.label();
        let value = self.expression(&s.subject, None);
        let subject = match value {
            Value::Local(register) if !self.rebinds(s, register) => register,
            value => self.temporary(s.subject.range(), value),
        };
        for case in &s.cases {
            if !self.unit.asm.reachable() {
                break;
            }
            let next = self.label();
            let m = self.case_pattern(&case.pattern, subject, next);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, next);
            }
            self.drop_subject(subject, case.pattern.range());
            self.body(&case.body);
            self.jump(case.pattern.range(), end, |target| ops::Jump { target });
            self.fail_paths(&m, case.pattern.range());
            self.bind(next);
        }
        self.drop_subject(subject, s.subject.range());
        self.release(base);
        self.bind(end);
    }

    fn drop_subject(&mut self, subject: u16, range: TextRange) {
        if !self.is_variable(subject) {
            self.drop(range, subject);
        }
    }

    fn is_variable(&self, register: u16) -> bool {
        register < self.unit.layout.count()
    }

    /// May a pattern or guard change the variable before the last case is tried?
    fn rebinds(&self, s: &'a ast::StmtMatch, register: u16) -> bool {
        let mut names = Vec::new();
        s.cases
            .iter()
            .for_each(|case| bound_names(&case.pattern, &mut names));
        let frame = &self.scopes[self.unit.frame];
        let guards = s.cases.iter().filter_map(|case| case.guard.as_deref());
        names.iter().any(|name| self.local(name) == Some(register))
            || guards
                .into_iter()
                .any(|guard| frame.walruses_in(guard.range()).next().is_some())
    }

    /// Matches a case's pattern and binds its names.
    fn case_pattern(&mut self, pattern: &'a Pattern, subject: u16, next: LabelId) -> Match<'a> {
        let mut m = Match::new(next, Vec::new());
        let base = self.top();
        self.pattern(
            &mut m,
            pattern,
            Subject {
                register: subject,
                owned: false,
            },
        );
        for (name, register) in std::mem::take(&mut m.captures) {
            self.store_name(name, pattern.range(), Value::Temporary(register));
        }
        self.release(base);
        m
    }

    /// The code at a pattern's failure labels, behind what matches: drops what is live and goes on.
    fn fail_paths(&mut self, m: &Match<'a>, range: TextRange) {
        for (live, &label) in &m.failures {
            self.bind(label);
            for &register in live.iter().rev() {
                self.drop(range, register);
            }
            self.jump(range, m.next, |target| ops::Jump { target });
        }
    }

    /// Where to go from here if the pattern fails.
    fn failure(&mut self, m: &mut Match<'a>) -> LabelId {
        let live = m.live[m.kept..].to_vec();
        if live.is_empty() {
            return m.next;
        }
        if let Some(&label) = m.failures.get(&live) {
            return label;
        }
        let label = self.label();
        m.failures.insert(live, label);
        label
    }

    /// A new live temporary.
    fn take(&mut self, m: &mut Match<'a>) -> u16 {
        let register = self.push();
        m.take(register);
        register
    }

    /// The subject as an operand that may be consumed.
    fn consume(&mut self, m: &mut Match<'a>, subject: Subject, range: TextRange) -> Src {
        if subject.owned {
            m.gone(subject.register);
            Src(subject.register)
        } else if self.is_variable(subject.register) {
            Src(subject.register)
        } else {
            Src(self.copy(range, subject.register))
        }
    }

    fn fail_if_false(&mut self, m: &mut Match<'a>, cond: u16, range: TextRange) {
        let fail = self.failure(m);
        self.jump(range, fail, |target| ops::JumpIfFalse {
            cond: Src(cond),
            target,
        });
    }

    // ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────

    fn pattern(&mut self, m: &mut Match<'a>, pattern: &'a Pattern, subject: Subject) {
        crate::with_stack(|| match pattern {
            Pattern::MatchValue(p) => self.value_pattern(m, &p.value, subject),
            Pattern::MatchSingleton(p) => self.singleton_pattern(m, p, subject),
            Pattern::MatchSequence(p) => self.sequence_pattern(m, p, subject),
            Pattern::MatchMapping(p) => self.mapping_pattern(m, p, subject),
            Pattern::MatchClass(p) => self.class_pattern(m, p, subject),
            Pattern::MatchStar(p) => self.capture(m, p.name.as_ref(), subject, p.range),
            Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(
                        m,
                        inner,
                        Subject {
                            owned: false,
                            ..subject
                        },
                    );
                }
                self.capture(m, p.name.as_ref(), subject, p.range);
            }
            Pattern::MatchOr(p) => self.alternatives(m, p, subject),
        });
    }

    /// Keeps the subject for a name, or lets it go.
    fn capture(
        &mut self,
        m: &mut Match<'a>,
        name: Option<&'a Identifier>,
        subject: Subject,
        range: TextRange,
    ) {
        match name {
            Some(name) if subject.owned => m.captures.push((name, subject.register)),
            Some(name) => {
                let copy = self.take(m);
                self.emit(
                    range,
                    ops::Copy {
                        dst: Dst(copy),
                        src: Peek(subject.register),
                    },
                );
                m.captures.push((name, copy));
            }
            None if subject.owned => {
                m.gone(subject.register);
                self.drop(range, subject.register);
            }
            None => {}
        }
    }

    fn value_pattern(&mut self, m: &mut Match<'a>, value: &'a Expr, subject: Subject) {
        let base = self.top();
        let range = value.range();
        let lhs = self.consume(m, subject, range);
        let value = self.expression(value, None);
        let rhs = self.source(range, value);
        let fail = self.failure(m);
        let site = self.site();
        self.jump(range, fail, |target| ops::JumpUnlessEq {
            lhs,
            rhs,
            target,
            site,
        });
        self.release(base);
    }

    fn singleton_pattern(
        &mut self,
        m: &mut Match<'a>,
        p: &'a ast::PatternMatchSingleton,
        subject: Subject,
    ) {
        let base = self.top();
        let src = self.consume(m, subject, p.range);
        let constant = match p.value {
            Singleton::None => Constant::None,
            Singleton::True => Constant::True,
            Singleton::False => Constant::False,
        };
        if constant == Constant::None {
            let fail = self.failure(m);
            self.jump(p.range, fail, |target| ops::JumpIfNotNone { src, target });
        } else {
            let rhs = self.source(p.range, Value::Constant(constant));
            let cond = self.push();
            self.emit(
                p.range,
                ops::Is {
                    dst: Dst(cond),
                    lhs: src,
                    rhs,
                },
            );
            self.fail_if_false(m, cond, p.range);
        }
        self.release(base);
    }

    // ── sequences ────────────────────────────────────────────────────────────────────────────────────────────────

    fn sequence_pattern(
        &mut self,
        m: &mut Match<'a>,
        p: &'a ast::PatternMatchSequence,
        subject: Subject,
    ) {
        let range = p.range;
        let cond = self.push();
        let peek = Peek(subject.register);
        self.emit(
            range,
            ops::MatchSequence {
                dst: Dst(cond),
                subject: peek,
            },
        );
        self.fail_if_false(m, cond, range);
        self.release(cond);
        let star = p.patterns.iter().position(Pattern::is_match_star);
        self.check_length(
            m,
            subject,
            p.patterns.len() - usize::from(star.is_some()),
            star.is_none(),
            range,
        );
        let ignored = |p: &Pattern| match p {
            Pattern::MatchStar(p) => p.name.is_none(),
            p => is_wildcard(p),
        };
        if p.patterns.iter().all(ignored) {
            self.capture(m, None, subject, range);
        } else if let Some(star) = star.filter(|&star| ignored(&p.patterns[star])) {
            self.elements_by_index(m, p, subject, star);
        } else {
            self.elements_unpacked(m, &p.patterns, subject, star, range);
        }
    }

    /// Fails unless the subject has `n` items, or at least `n`.
    fn check_length(
        &mut self,
        m: &mut Match<'a>,
        subject: Subject,
        n: usize,
        exact: bool,
        range: TextRange,
    ) {
        if n == 0 && !exact {
            return;
        }
        let length = self.push();
        self.emit(
            range,
            ops::GetLen {
                dst: Dst(length),
                subject: Peek(subject.register),
            },
        );
        let rhs = self.source(range, Value::Constant(Constant::Int(n as i64)));
        let fail = self.failure(m);
        let (lhs, site) = (Src(length), self.site());
        if exact {
            self.jump(range, fail, |target| ops::JumpUnlessEq {
                lhs,
                rhs,
                target,
                site,
            });
        } else {
            self.jump(range, fail, |target| ops::JumpUnlessGe {
                lhs,
                rhs,
                target,
                site,
            });
        }
        self.release(length);
    }

    fn elements_unpacked(
        &mut self,
        m: &mut Match<'a>,
        patterns: &'a [Pattern],
        subject: Subject,
        star: Option<usize>,
        range: TextRange,
    ) {
        let base = self.top();
        let src = self.consume(m, subject, range);
        if !self.fits(patterns.len(), range) {
            return;
        }
        // Consumed by the unpacking, whose results may start in the same register.
        self.release(base);
        let first = self.top();
        patterns.iter().for_each(|_| {
            self.push();
        });
        match star {
            None => {
                let site = self.site();
                let n = Count(patterns.len() as u16);
                self.emit(
                    range,
                    ops::Unpack {
                        dst: Dst(first),
                        n,
                        src,
                        site,
                    },
                );
            }
            Some(star) => {
                let (before, after) = (
                    Count(star as u16),
                    Count((patterns.len() - star - 1) as u16),
                );
                self.emit(
                    range,
                    ops::UnpackStar {
                        dst: Dst(first),
                        before,
                        after,
                        src,
                    },
                );
            }
        }
        let registers = (first..).take(patterns.len());
        registers.clone().for_each(|register| m.take(register));
        for (register, pattern) in registers.zip(patterns) {
            self.pattern(
                m,
                pattern,
                Subject {
                    register,
                    owned: true,
                },
            );
        }
    }

    /// `[a, *_, b]`: the middle is never built.
    fn elements_by_index(
        &mut self,
        m: &mut Match<'a>,
        p: &'a ast::PatternMatchSequence,
        subject: Subject,
        star: usize,
    ) {
        let n = p.patterns.len();
        for (i, pattern) in p.patterns.iter().enumerate() {
            if i == star || is_wildcard(pattern) {
                continue;
            }
            let range = pattern.range();
            let item = self.push();
            let obj = self.consume(
                m,
                Subject {
                    owned: false,
                    ..subject
                },
                range,
            );
            // Items behind the star count from the end.
            let key = if i < star {
                self.source(range, Value::Constant(Constant::Int(i as i64)))
            } else {
                self.index_from_end(subject, n - i, range)
            };
            let site = self.site();
            self.emit(
                range,
                ops::LoadItem {
                    dst: Dst(item),
                    obj,
                    key,
                    site,
                },
            );
            self.release(item + 1);
            m.take(item);
            self.pattern(
                m,
                pattern,
                Subject {
                    register: item,
                    owned: true,
                },
            );
        }
        self.capture(m, None, subject, p.range);
    }

    /// `len(subject) - distance` in a temporary.
    fn index_from_end(&mut self, subject: Subject, distance: usize, range: TextRange) -> Src {
        let length = self.push();
        self.emit(
            range,
            ops::GetLen {
                dst: Dst(length),
                subject: Peek(subject.register),
            },
        );
        let distance = Value::Constant(Constant::Int(distance as i64));
        let operands = (Src(length), distance, range);
        self.operation(Operator::Sub, range, length, operands, false, None);
        Src(length)
    }

    // ── mappings ─────────────────────────────────────────────────────────────────────────────────────────────────

    fn mapping_pattern(
        &mut self,
        m: &mut Match<'a>,
        p: &'a ast::PatternMatchMapping,
        subject: Subject,
    ) {
        let range = p.range;
        let cond = self.push();
        self.emit(
            range,
            ops::MatchMapping {
                dst: Dst(cond),
                subject: Peek(subject.register),
            },
        );
        self.fail_if_false(m, cond, range);
        self.release(cond);
        self.check_length(m, subject, p.keys.len(), false, range);
        if p.keys.is_empty() && p.rest.is_none() {
            self.capture(m, None, subject, range);
            return;
        }
        let keys = self.push();
        self.release(keys);
        let value = self.tuple(&p.keys, range, None);
        self.temporary(range, value);
        m.take(keys);
        let values = self.take(m);
        let peek = Peek(subject.register);
        self.emit(
            range,
            ops::MatchKeys {
                dst: Dst(values),
                subject: peek,
                keys: Peek(keys),
            },
        );
        self.fail_if_none(m, values, range);
        let rest = p.rest.as_ref().map(|name| {
            (
                name,
                self.rest_of_mapping(m, subject, keys, p.keys.len(), range),
            )
        });
        self.drop(range, keys);
        m.gone(keys);
        self.capture(m, None, subject, range);
        if let Some((name, rest)) = rest {
            m.captures.push((name, rest));
        }
        self.elements_unpacked(
            m,
            &p.patterns,
            Subject {
                register: values,
                owned: true,
            },
            None,
            range,
        );
    }

    fn fail_if_none(&mut self, m: &mut Match<'a>, register: u16, range: TextRange) {
        let copy = self.copy(range, register);
        let fail = self.failure(m);
        self.jump(range, fail, |target| ops::JumpIfNone {
            src: Src(copy),
            target,
        });
        self.release(copy);
    }

    /// A dict of what the keys leave of the subject, in a live temporary.
    fn rest_of_mapping(
        &mut self,
        m: &mut Match<'a>,
        subject: Subject,
        keys: u16,
        n: usize,
        range: TextRange,
    ) -> u16 {
        let rest = self.push();
        self.emit(
            range,
            ops::BuildDict {
                dst: Dst(rest),
                base: Args(rest),
                n: Count(0),
            },
        );
        let src = self.consume(
            m,
            Subject {
                owned: false,
                ..subject
            },
            range,
        );
        self.emit(
            range,
            ops::DictUpdate {
                dict: Peek(rest),
                src,
            },
        );
        self.release(rest + 1);
        let src = Src(self.copy(range, keys));
        self.release(rest + 1);
        let first = self.top();
        (0..n).for_each(|_| {
            self.push();
        });
        let site = self.site();
        self.emit(
            range,
            ops::Unpack {
                dst: Dst(first),
                n: Count(n as u16),
                src,
                site,
            },
        );
        for key in (first..).take(n) {
            let obj = Src(self.copy(range, rest));
            self.emit(range, ops::DeleteItem { obj, key: Src(key) });
            self.release(first + n as u16);
        }
        self.release(rest + 1);
        m.take(rest);
        rest
    }

    // ── classes and alternatives ─────────────────────────────────────────────────────────────────────────────────

    fn class_pattern(
        &mut self,
        m: &mut Match<'a>,
        p: &'a ast::PatternMatchClass,
        subject: Subject,
    ) {
        let range = p.range;
        let values = self.push();
        let class = self.expression(&p.cls, None);
        let class = self.source(p.cls.range(), class);
        let keywords = &p.arguments.keywords;
        let names = keywords
            .iter()
            .map(|k| Constant::Str(k.attr.as_bytes().to_vec()))
            .collect();
        let names = self.constant(Constant::Tuple(names));
        let n = Count(p.arguments.patterns.len() as u16);
        self.emit(
            range,
            ops::MatchClass {
                dst: Dst(values),
                subject: Peek(subject.register),
                class,
                n,
                names,
            },
        );
        self.release(values + 1);
        m.take(values);
        self.fail_if_none(m, values, range);
        self.capture(m, None, subject, range);
        let patterns: Vec<&'a Pattern> = p
            .arguments
            .patterns
            .iter()
            .chain(keywords.iter().map(|keyword| &keyword.pattern))
            .collect();
        if patterns.is_empty() {
            self.capture(
                m,
                None,
                Subject {
                    register: values,
                    owned: true,
                },
                range,
            );
            return;
        }
        if !self.fits(patterns.len(), range) {
            return;
        }
        let first = self.top();
        patterns.iter().for_each(|_| {
            self.push();
        });
        let site = self.site();
        let n = Count(patterns.len() as u16);
        self.emit(
            range,
            ops::Unpack {
                dst: Dst(first),
                n,
                src: Src(values),
                site,
            },
        );
        m.gone(values);
        let registers = (first..).take(patterns.len());
        registers.clone().for_each(|register| m.take(register));
        for (register, pattern) in registers.zip(patterns) {
            self.pattern(
                m,
                pattern,
                Subject {
                    register,
                    owned: true,
                },
            );
        }
    }

    /// `a | b`: every alternative leaves its captures in the same temporaries.
    fn alternatives(&mut self, m: &mut Match<'a>, p: &'a ast::PatternMatchOr, subject: Subject) {
        let mut names = Vec::new();
        p.patterns
            .iter()
            .take(1)
            .for_each(|first| bound_names(first, &mut names));
        let places = self.top();
        names.iter().for_each(|_| {
            self.push();
        });
        let matched = self.label();
        for (i, alternative) in p.patterns.iter().enumerate() {
            let last = i + 1 == p.patterns.len();
            let top = self.top();
            let next = if last { self.failure(m) } else { self.label() };
            let mut inner = Match::new(next, m.live.clone());
            self.pattern(
                &mut inner,
                alternative,
                Subject {
                    owned: false,
                    ..subject
                },
            );
            for (place, name) in (places..).zip(&names) {
                let captured = inner
                    .captures
                    .iter()
                    .find(|(captured, _)| captured.as_str() == name.as_str());
                if let Some(&(_, src)) = captured {
                    self.emit(
                        p.range,
                        ops::Move {
                            dst: Dst(place),
                            src: Src(src),
                        },
                    );
                }
            }
            self.jump(p.range, matched, |target| ops::Jump { target });
            self.fail_paths(&inner, p.range);
            self.release(top);
            if !last {
                self.bind(next);
            }
        }
        self.bind(matched);
        for (place, name) in (places..).zip(names) {
            m.take(place);
            m.captures.push((name, place));
        }
        self.capture(m, None, subject, p.range);
    }
}

/// Matches anything and binds nothing.
fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(p) if p.pattern.is_none() && p.name.is_none())
}

/// The names a pattern binds, in order.
fn bound_names<'a>(pattern: &'a Pattern, names: &mut Vec<&'a Identifier>) {
    crate::with_stack(|| match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| bound_names(p, names)),
        Pattern::MatchMapping(p) => {
            p.patterns.iter().for_each(|p| bound_names(p, names));
            names.extend(&p.rest);
        }
        Pattern::MatchClass(p) => {
            p.arguments
                .patterns
                .iter()
                .for_each(|p| bound_names(p, names));
            p.arguments
                .keywords
                .iter()
                .for_each(|keyword| bound_names(&keyword.pattern, names));
        }
        Pattern::MatchStar(p) => names.extend(&p.name),
        Pattern::MatchAs(p) => {
            p.pattern.iter().for_each(|p| bound_names(p, names));
            names.extend(&p.name);
        }
        Pattern::MatchOr(p) => p
            .patterns
            .iter()
            .take(1)
            .for_each(|p| bound_names(p, names)),
    });
}
