//! `match` statements in the walk that builds the symbol table: captures, and what makes patterns invalid.

use super::collect::Collector;
use ruff_python_ast::{
    self as ast, Expr, Identifier, IrrefutablePatternKind, Number, Operator, Pattern, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};
use std::collections::BTreeSet;

impl Collector<'_> {
    pub(super) fn match_(&mut self, s: &ast::StmtMatch) {
        self.expression(&s.subject);
        for (i, case) in s.cases.iter().enumerate() {
            let last = i + 1 == s.cases.len();
            if !last && case.guard.is_none() {
                self.check_reachable(&case.pattern);
            }
            let mut bound = BTreeSet::new();
            self.pattern(&case.pattern, &mut bound);
            case.guard.iter().for_each(|guard| self.expression(guard));
            self.conditional(&case.body);
        }
    }

    /// A pattern that always matches must come last.
    fn check_reachable(&mut self, pattern: &Pattern) {
        if let Some(irrefutable) = pattern.irrefutable_pattern() {
            let what = match irrefutable.kind {
                IrrefutablePatternKind::Name(name) => format!("name capture '{name}'"),
                IrrefutablePatternKind::Wildcard => "wildcard".to_owned(),
            };
            self.code_problem(
                irrefutable.range,
                format!("{what} makes remaining patterns unreachable"),
            );
        }
    }

    fn capture(&mut self, name: &Identifier, whole: TextRange, bound: &mut BTreeSet<String>) {
        if !bound.insert(name.as_str().to_owned()) {
            self.code_problem(
                name.range,
                format!("multiple assignments to name '{name}' in pattern"),
            );
        }
        self.bind(name, whole);
    }

    fn pattern(&mut self, pattern: &Pattern, bound: &mut BTreeSet<String>) {
        self.deeper(pattern.range(), |this| this.pattern_part(pattern, bound));
    }

    fn pattern_part(&mut self, pattern: &Pattern, bound: &mut BTreeSet<String>) {
        match pattern {
            Pattern::MatchValue(p) => {
                if matches!(&*p.value, Expr::FString(_) | Expr::TString(_)) {
                    let message = "patterns may only match literals and attribute lookups";
                    self.code_problem(p.range, message);
                }
                self.check_number(&p.value);
                self.expression(&p.value);
            }
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(p) => {
                let stars = p.patterns.iter().filter(|p| p.is_match_star());
                if let Some(second) = stars.clone().nth(1) {
                    self.code_problem(second.range(), "multiple starred names in sequence pattern");
                }
                p.patterns.iter().for_each(|p| self.pattern(p, bound));
            }
            Pattern::MatchMapping(p) => {
                self.check_keys(&p.keys, p.range);
                p.keys.iter().for_each(|key| self.expression(key));
                p.patterns.iter().for_each(|p| self.pattern(p, bound));
                p.rest
                    .iter()
                    .for_each(|name| self.capture(name, p.range, bound));
            }
            Pattern::MatchClass(p) => self.class_pattern(p, bound),
            Pattern::MatchStar(p) => p
                .name
                .iter()
                .for_each(|name| self.capture(name, p.range, bound)),
            Pattern::MatchAs(p) => {
                p.pattern.iter().for_each(|p| self.pattern(p, bound));
                p.name
                    .iter()
                    .for_each(|name| self.capture(name, p.range, bound));
            }
            Pattern::MatchOr(p) => self.alternatives(p, bound),
        }
    }

    fn class_pattern(&mut self, p: &ast::PatternMatchClass, bound: &mut BTreeSet<String>) {
        self.expression(&p.cls);
        p.arguments
            .patterns
            .iter()
            .for_each(|p| self.pattern(p, bound));
        let mut seen = BTreeSet::new();
        for keyword in &p.arguments.keywords {
            if !seen.insert(keyword.attr.as_str()) {
                let message = format!("attribute name repeated in class pattern: {}", keyword.attr);
                self.code_problem(keyword.pattern.range(), message);
            }
            if keyword.attr.as_str() == "__debug__" {
                self.problem(keyword.pattern.range(), "cannot assign to __debug__");
            }
            self.pattern(&keyword.pattern, bound);
        }
    }

    /// All alternatives bind the same names, and only the last may always match.
    fn alternatives(&mut self, p: &ast::PatternMatchOr, bound: &mut BTreeSet<String>) {
        let mut first: Option<BTreeSet<String>> = None;
        for (i, alternative) in p.patterns.iter().enumerate() {
            if i + 1 < p.patterns.len() {
                self.check_reachable(alternative);
            }
            let mut names = BTreeSet::new();
            self.pattern(alternative, &mut names);
            match &first {
                Some(first) if *first != names => {
                    self.code_problem(p.range, "alternative patterns bind different names")
                }
                Some(_) => {}
                None => first = Some(names),
            }
        }
        for name in first.into_iter().flatten() {
            if !bound.insert(name.clone()) {
                self.code_problem(
                    p.range,
                    format!("multiple assignments to name '{name}' in pattern"),
                );
            }
        }
    }

    /// Of numbers, patterns only know signed and complex ones.
    fn check_number(&mut self, value: &Expr) {
        match value {
            Expr::UnaryOp(e) => self.check_number(&e.operand),
            Expr::BinOp(e) if matches!(e.op, Operator::Add | Operator::Sub) => {}
            Expr::BinOp(e) => {
                let operator = TextRange::new(e.left.end(), e.right.start());
                self.code_problem(operator, "invalid syntax");
            }
            _ => {}
        }
    }

    /// Literal keys of a mapping pattern must differ.
    fn check_keys(&mut self, keys: &[Expr], pattern: TextRange) {
        let mut seen = BTreeSet::new();
        for key in keys {
            if matches!(key, Expr::FString(_) | Expr::TString(_)) {
                let message = "mapping pattern keys may only match literals and attribute lookups";
                self.code_problem(pattern, message);
            }
            if let Some((identity, shown)) = literal_key(key)
                && !seen.insert(identity)
            {
                self.code_problem(
                    pattern,
                    format!("mapping pattern checks duplicate key ({shown})"),
                );
            }
        }
    }
}

/// What makes a literal key equal to others, and its repr.
fn literal_key(key: &Expr) -> Option<(String, String)> {
    Some(match key {
        Expr::StringLiteral(s) => {
            let quote = if s.value.to_str().contains('\'') && !s.value.to_str().contains('"') {
                '"'
            } else {
                '\''
            };
            (
                format!("s{}", s.value.to_str()),
                format!("{quote}{}{quote}", s.value.to_str()),
            )
        }
        Expr::BytesLiteral(b) => {
            let text: String = b
                .value
                .bytes()
                .map(|b| b.escape_ascii().to_string())
                .collect();
            (format!("b{text}"), format!("b'{text}'"))
        }
        Expr::NumberLiteral(n) => match &n.value {
            Number::Int(i) => (format!("n{i}"), i.to_string()),
            Number::Float(f) if f.fract() == 0.0 => (format!("n{f}"), format!("{f:?}")),
            Number::Float(f) => (format!("n{f}"), f.to_string()),
            Number::Complex { imag, .. } if *imag == 0.0 => ("n0".into(), "0j".into()),
            Number::Complex { imag, .. } => (format!("j{imag}"), format!("{imag}j")),
        },
        Expr::BooleanLiteral(b) => (
            format!("n{}", u8::from(b.value)),
            if b.value {
                "True".into()
            } else {
                "False".into()
            },
        ),
        Expr::NoneLiteral(_) => ("None".into(), "None".into()),
        Expr::UnaryOp(e) if e.op == UnaryOp::USub => match literal_key(&e.operand)? {
            (zero, shown) if zero == "n0" => (zero, shown),
            (identity, shown) => (format!("-{identity}"), format!("-{shown}")),
        },
        Expr::BinOp(e) => {
            let (real, shown) = literal_key(&e.left)?;
            let (imaginary, other) = literal_key(&e.right)?;
            let sign = if e.op == Operator::Add { "+" } else { "-" };
            let shown = format!("({shown}{sign}{other})");
            match imaginary.as_str() {
                "n0" => (real, shown),
                _ if real == "n0" && sign == "+" => (imaginary, shown),
                _ => (format!("{real}{sign}{imaginary}"), shown),
            }
        }
        _ => return None,
    })
}
