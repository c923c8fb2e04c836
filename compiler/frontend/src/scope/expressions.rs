//! Expressions and assignment targets of the walk that builds the symbol table.

use super::analysis::Purpose;
use super::collect::Collector;
use super::number;
use super::scope_of;
use super::symbol::{NameId, ScopeId, ScopeKind, Uses};
use ruff_python_ast::{
    self as ast, Arguments, Comprehension, Expr, FStringPart, InterpolatedStringElement, Operator,
};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

/// How many rules CPython's parser opens for an expression in brackets.
const BRACKET_RULES: u32 = 27;

impl Collector<'_> {
    /// Runs `walk` on what CPython's parser finds with so many more rules open.
    pub(super) fn within_rules(&mut self, rules: u32, walk: impl FnOnce(&mut Self)) {
        self.rules += rules;
        walk(self);
        self.rules -= rules;
    }

    pub(super) fn expression(&mut self, e: &Expr) {
        self.deeper(e.range(), |this| this.walk(e));
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        expressions.into_iter().for_each(|e| self.expression(e));
    }

    /// Elements of a display, argument list or index, where `*x` may stand.
    fn elements(&mut self, elements: &[Expr]) {
        self.within_rules(BRACKET_RULES, |this| {
            for element in elements {
                match element {
                    Expr::Starred(starred) => this.expression(&starred.value),
                    _ => this.expression(element),
                }
            }
        });
    }

    fn walk(&mut self, e: &Expr) {
        match e {
            Expr::Name(name) => self.read(name),
            Expr::BoolOp(e) => self.expressions(&e.values),
            Expr::Named(e) => self.walrus(e),
            Expr::BinOp(e) => {
                self.expression(&e.left);
                let rules = if e.op == Operator::Pow { 2 } else { 0 };
                self.within_rules(rules, |this| this.expression(&e.right));
            }
            Expr::UnaryOp(e) => self.within_rules(1, |this| this.expression(&e.operand)),
            Expr::Lambda(e) => self.lambda(e),
            Expr::If(e) => {
                self.expressions([&*e.test, &*e.body]);
                self.within_rules(1, |this| this.expression(&e.orelse));
            }
            Expr::Dict(e) => self.dict(e),
            Expr::Set(e) => self.elements(&e.elts),
            Expr::List(e) => self.elements(&e.elts),
            Expr::Tuple(e) => self.elements(&e.elts),
            Expr::ListComp(e) => {
                let scope = self.comprehension(ScopeKind::List, e.range, &e.generators, &[&e.elt]);
                number(&e.node_index, scope);
            }
            Expr::SetComp(e) => {
                let scope = self.comprehension(ScopeKind::Set, e.range, &e.generators, &[&e.elt]);
                number(&e.node_index, scope);
            }
            Expr::DictComp(e) => {
                let key = e.key.as_deref().into_iter();
                let mut elements: Vec<&Expr> = key.chain([&*e.value]).collect();
                if self.settings.purpose == Purpose::Tables {
                    elements.reverse();
                }
                let scope = self.comprehension(ScopeKind::Dict, e.range, &e.generators, &elements);
                number(&e.node_index, scope);
            }
            Expr::Generator(e) => {
                let scope =
                    self.comprehension(ScopeKind::Generator, e.range, &e.generators, &[&e.elt]);
                number(&e.node_index, scope);
            }
            Expr::Await(e) => {
                self.restrict(e.range, "await expression");
                let kind = self.scope().kind;
                match kind {
                    _ if self.may_await_here() => self.scope().asynchronous = true,
                    ScopeKind::Module | ScopeKind::Class => {
                        self.problem(e.range, "'await' outside function")
                    }
                    _ if kind.comprehension() => self.scope().asynchronous = true,
                    _ if !self.scope().asynchronous => {
                        self.problem(e.range, "'await' outside async function")
                    }
                    _ => {}
                }
                self.expression(&e.value);
            }
            Expr::Yield(e) => {
                self.yield_(e.range, "yield");
                e.value.iter().for_each(|value| self.expression(value));
            }
            Expr::YieldFrom(e) => {
                self.yield_(e.range, "yield from");
                if self.scope().asynchronous {
                    self.code_problem(e.range, "'yield from' inside async function");
                }
                self.expression(&e.value);
            }
            Expr::Compare(e) => {
                self.check_identity(e);
                self.expression(&e.left);
                self.expressions(&e.comparators);
            }
            Expr::Call(e) => {
                self.check_callee(&e.func);
                self.expression(&e.func);
                self.arguments(&e.arguments);
                self.check_inlined(e);
            }
            Expr::FString(e) => self.fstring(e),
            Expr::TString(e) => {
                for part in &e.value {
                    self.interpolations(&part.elements);
                }
            }
            Expr::Attribute(e) => self.expression(&e.value),
            Expr::Subscript(e) => {
                self.check_subscript(e);
                self.expression(&e.value);
                self.expression(&e.slice);
            }
            Expr::Starred(e) => {
                self.code_problem(e.range, "can't use starred expression here");
                self.expression(&e.value);
            }
            Expr::Slice(e) => {
                self.expressions(
                    [&e.lower, &e.upper, &e.step]
                        .into_iter()
                        .flatten()
                        .map(|part| &**part),
                );
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => {}
            Expr::IpyEscapeCommand(e) => self.problem(e.range, "invalid syntax"),
        }
    }

    fn read(&mut self, name: &ast::ExprName) {
        if self.unevaluated {
            return;
        }
        self.record(&name.id, Uses::READ, name.range);
        if name.id == "super" && self.scope().kind.function_like() {
            self.record("__class__", Uses::READ, name.range);
        }
    }

    fn dict(&mut self, e: &ast::ExprDict) {
        match self.settings.purpose {
            Purpose::Code => {
                for item in &e.items {
                    item.key.iter().for_each(|key| self.expression(key));
                    self.expression(&item.value);
                }
            }
            Purpose::Tables => {
                self.expressions(e.items.iter().filter_map(|item| item.key.as_ref()));
                self.expressions(e.items.iter().map(|item| &item.value));
            }
        }
    }

    fn lambda(&mut self, e: &ast::ExprLambda) {
        if let Some(parameters) = &e.parameters {
            self.defaults(parameters);
        }
        let class = self.scope().class.clone();
        let scope = self.open(ScopeKind::Lambda, "<lambda>", e.range, class);
        number(&e.node_index, scope);
        let restricted = self.restricted;
        self.inside(scope, |this| {
            this.restricted = restricted;
            if let Some(parameters) = &e.parameters {
                this.parameters(parameters);
            }
            this.within_rules(2, |this| this.expression(&e.body));
        });
    }

    pub(super) fn arguments(&mut self, arguments: &Arguments) {
        self.elements(&arguments.args);
        if let [Expr::Generator(only)] = &*arguments.args
            && !only.parenthesized
        {
            // Alone in a call, it has the call's parentheses.
            let line = self.source.line(arguments.range.start().to_u32());
            self.scopes[scope_of(&only.node_index)].line = line;
        }
        let mut seen = FxHashSet::default();
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg {
                if !seen.insert(name.as_str()) {
                    self.code_problem(keyword.range, format!("keyword argument repeated: {name}"));
                }
                if name.as_str() == "__debug__" {
                    self.problem(keyword.range, "cannot assign to __debug__");
                }
            }
            self.expression(&keyword.value);
        }
    }

    fn fstring(&mut self, e: &ast::ExprFString) {
        for part in &e.value {
            if let FStringPart::FString(string) = part {
                self.interpolations(&string.elements);
            }
        }
    }

    fn interpolations(&mut self, elements: &[InterpolatedStringElement]) {
        for element in elements {
            if let InterpolatedStringElement::Interpolation(field) = element {
                self.expression(&field.expression);
                if let Some(spec) = &field.format_spec {
                    self.deeper(spec.range, |this| this.interpolations(&spec.elements));
                }
            }
        }
    }

    /// Refuses an expression where its kind is forbidden.
    fn restrict(&mut self, range: TextRange, what: &str) {
        if let Some(place) = self.restricted {
            self.problem(range, format!("{what} cannot be used within {place}"));
        }
    }

    fn yield_(&mut self, range: TextRange, word: &str) {
        self.restrict(range, "yield expression");
        let place = match self.scope().kind {
            ScopeKind::Module | ScopeKind::Class => {
                self.code_problem(range, format!("'{word}' outside function"));
                return;
            }
            ScopeKind::List => "list comprehension",
            ScopeKind::Set => "set comprehension",
            ScopeKind::Dict => "dict comprehension",
            ScopeKind::Generator => "generator expression",
            ScopeKind::Function
            | ScopeKind::Lambda
            | ScopeKind::Annotations
            | ScopeKind::TypeParameters
            | ScopeKind::TypeVariable
            | ScopeKind::TypeAlias => {
                self.scope().generator = true;
                return;
            }
        };
        self.problem(range, format!("'yield' inside {place}"));
    }

    // ── comprehensions ───────────────────────────────────────────────────────────────────────────────────────────

    /// The first iterable belongs to the scope around; everything else to the comprehension.
    fn comprehension(
        &mut self,
        kind: ScopeKind,
        range: TextRange,
        generators: &[Comprehension],
        elements: &[&Expr],
    ) -> ScopeId {
        let (first, rest) = generators
            .split_first()
            .expect("a comprehension has a generator");
        self.iterable(&first.iter);
        let class = self.scope().class.clone();
        let name = match kind {
            ScopeKind::Generator => "<genexpr>",
            ScopeKind::List => "<listcomp>",
            ScopeKind::Set => "<setcomp>",
            _ => "<dictcomp>",
        };
        let scope = self.open(kind, name, range, class);
        let argument = self.scopes.names.intern(".0");
        if kind == ScopeKind::Generator || self.settings.purpose == Purpose::Tables {
            self.scopes[scope].record(argument, Uses::PARAMETER, TextRange::default());
        }
        if kind == ScopeKind::Generator {
            self.scopes[scope].parameters.push(argument);
            self.scopes[scope].generator = true;
        }
        self.scopes[scope].asynchronous = generators.iter().any(|generator| generator.is_async);
        let outer = (
            self.current,
            self.restricted,
            self.iterables,
            self.iterating,
            self.unevaluated,
        );
        (self.current, self.iterating, self.unevaluated) = (scope, false, false);
        self.iteration_target(&first.target);
        self.expressions(&first.ifs);
        for generator in rest {
            self.either_order(
                |this| this.iterable(&generator.iter),
                |this| this.iteration_target(&generator.target),
            );
            self.expressions(&generator.ifs);
        }
        for element in elements {
            match element {
                Expr::Starred(starred) => self.problem(
                    starred.range,
                    "iterable unpacking cannot be used in comprehension",
                ),
                _ => self.expression(element),
            }
        }
        (
            self.current,
            self.restricted,
            self.iterables,
            self.iterating,
            self.unevaluated,
        ) = outer;
        if kind != ScopeKind::Generator && self.scopes[scope].asynchronous {
            self.asynchronous_comprehension(range);
        }
        scope
    }

    /// A comprehension that awaits in its frame: the frame must be one that can.
    fn asynchronous_comprehension(&mut self, range: TextRange) {
        if self.scope().kind.comprehension() || self.may_await_here() {
            self.scope().asynchronous = true;
        } else if !self.scope().asynchronous {
            let message = "asynchronous comprehension outside of an asynchronous function";
            self.problem(range, message);
        }
    }

    fn iterable(&mut self, iterable: &Expr) {
        self.iterables += 1;
        self.expression(iterable);
        self.iterables -= 1;
    }

    /// The target of a comprehension's iteration. Assignment expressions may not rebind its names.
    fn iteration_target(&mut self, target: &Expr) {
        let outer = std::mem::replace(&mut self.iterating, true);
        self.target(target);
        self.iterating = outer;
    }

    /// Marks a name that an iteration's target mentions.
    pub(super) fn iterate(&mut self, name: &str, id: NameId, range: TextRange) {
        let uses = self.scope().uses(id);
        if uses.has(Uses::GLOBAL) || uses.has(Uses::NONLOCAL) {
            let message = format!(
                "comprehension inner loop cannot rebind assignment expression target '{name}'"
            );
            self.problem(range, message);
        }
        self.scope().record(id, Uses::ITERATION, range);
    }

    // ── assignment ───────────────────────────────────────────────────────────────────────────────────────────────

    fn walrus(&mut self, e: &ast::ExprNamed) {
        self.restrict(e.range, "named expression");
        let Expr::Name(target) = &*e.target else {
            self.problem(
                e.range,
                "cannot use assignment expressions with this target",
            );
            return;
        };
        if self.iterables > 0 {
            self.problem(
                e.range,
                "assignment expression cannot be used in a comprehension iterable expression",
            );
            return;
        }
        let in_comprehension = self.scope().kind.comprehension();
        if in_comprehension {
            self.walrus_in_comprehension(target);
        }
        // What tells which names are bound where code runs in between wants them in source order: `walruses` is sorted.
        self.either_order(
            |this| match in_comprehension {
                true => {
                    this.record(&target.id, Uses::BOUND, target.range);
                }
                false => {
                    this.bind_name(&target.id, target.range);
                    let id = this.name_id(&target.id);
                    let frame = this.scope().frame;
                    this.scopes[frame].walruses.push((e.range.start(), id));
                }
            },
            |this| this.expression(&e.value),
        );
    }

    /// The target belongs to the function or module around the comprehensions.
    fn walrus_in_comprehension(&mut self, target: &ast::ExprName) {
        if target.id == "__debug__" {
            self.problem(target.range, "cannot assign to __debug__");
        }
        let id = self.name_id(&target.id);
        let mut home = self.current;
        while self.scopes[home].kind.comprehension() {
            let uses = self.scopes[home].uses(id);
            if uses.has(Uses::ITERATION) && uses.has(Uses::BOUND) {
                let name = &target.id;
                let message = format!(
                    "assignment expression cannot rebind comprehension iteration variable '{name}'"
                );
                self.problem(target.range, message);
                return;
            }
            home = self.scopes[home]
                .parent
                .expect("a comprehension is inside a module");
        }
        let declaration = match self.scopes[home].kind {
            ScopeKind::Class => {
                let message =
                    "assignment expression within a comprehension cannot be used in a class body";
                self.problem(target.range, message);
                return;
            }
            ScopeKind::Module => Uses::GLOBAL,
            _ if self.scopes[home].uses(id).has(Uses::GLOBAL) => Uses::GLOBAL,
            _ => Uses::NONLOCAL,
        };
        self.scope().record(id, declaration, target.range);
        let in_home = match self.scopes[home].kind {
            ScopeKind::Module => Uses::GLOBAL,
            _ => Uses::BOUND,
        };
        self.scopes[home].record(id, in_home, target.range);
        let frame = self.scope().frame;
        self.scopes[frame].walruses.push((target.range.start(), id));
    }

    /// A target of an assignment, `for`, `with` or comprehension.
    pub(super) fn target(&mut self, target: &Expr) {
        if let Expr::Starred(starred) = target {
            self.code_problem(
                starred.range,
                "starred assignment target must be in a list or tuple",
            );
        }
        self.deeper(target.range(), |this| this.target_part(target));
    }

    fn target_part(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => self.bind_name(&name.id, name.range),
            Expr::Attribute(e) => {
                if e.attr.as_str() == "__debug__" {
                    self.problem(e.range, "cannot assign to __debug__");
                }
                self.static_attribute(e);
                self.expression(&e.value);
            }
            Expr::Starred(e) => self.target_part(&e.value),
            Expr::Tuple(e) => self.target_elements(&e.elts, e.range),
            Expr::List(e) => self.target_elements(&e.elts, e.range),
            _ => self.expression(target),
        }
    }

    fn target_elements(&mut self, elements: &[Expr], range: TextRange) {
        if elements
            .iter()
            .filter(|e| e.is_starred_expr())
            .nth(1)
            .is_some()
        {
            self.code_problem(range, "multiple starred expressions in assignment");
        }
        for element in elements {
            self.deeper(element.range(), |this| this.target_part(element));
        }
    }

    /// `self.name = ...` in a method adds to the class's `__static_attributes__`.
    fn static_attribute(&mut self, e: &ast::ExprAttribute) {
        if !matches!(&*e.value, Expr::Name(name) if name.id == "self") {
            return;
        }
        let mut scope = Some(self.current);
        while let Some(id) = scope {
            if self.scopes[id].kind == ScopeKind::Class {
                let name = self.name_id(&e.attr);
                let name = self.scopes.names.text(name).to_owned();
                self.scopes[id].static_attributes.insert(name);
                return;
            }
            scope = self.scopes[id].parent;
        }
    }

    pub(super) fn delete_target(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => {
                if name.id == "__debug__" {
                    self.problem(name.range, "cannot delete __debug__");
                }
                let id = self.record(&name.id, Uses::BOUND, name.range);
                self.scope().record(id, Uses::DELETED, name.range);
            }
            Expr::Tuple(e) => e.elts.iter().for_each(|target| self.delete_target(target)),
            Expr::List(e) => e.elts.iter().for_each(|target| self.delete_target(target)),
            _ => self.expression(target),
        }
    }
}
