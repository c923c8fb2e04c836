//! How what is known of one node follows from others, and the iteration to a fixpoint.

use super::Types;
use super::builtins::{self, Gives, Row};
use super::graph::{Callable, Graph, Id};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// A kind of operation on numbers and what else has its operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    /// `+ - * // % **` and the unary ones.
    Number,
    /// `/`
    Division,
    /// `<< >> & | ^ ~`
    Bits,
}

/// A call's operands.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) callee: Id,
    /// The receiver of a method call.
    pub(super) receiver: Option<Id>,
    pub(super) args: Vec<Id>,
    pub(super) keywords: Vec<(Arc<str>, Id)>,
    pub(super) to: Id,
}

#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// `to` may be what `from` is.
    Flow { from: Id, to: Id },
    /// `to = lhs op rhs`
    Arithmetic {
        kind: Arithmetic,
        lhs: Id,
        rhs: Id,
        to: Id,
    },
    /// `to = of[key]`
    Subscript { of: Id, key: Id, to: Id },
    /// `for to in of`
    Elements { of: Id, to: Id },
    /// `into` holds `value`.
    Put { into: Id, value: Id },
    /// `to, ... = of`
    Unpack { of: Id, to: Vec<Id> },
    /// `to = of.name`
    Attribute { of: Id, name: Arc<str>, to: Id },
    /// `to = callee(args)`; what it has called already.
    Call(Call, Vec<Callable>),
}

/// A function as calls see it.
#[derive(Debug)]
pub(super) struct Signature {
    /// Positional and keyword-only parameters.
    pub(super) parameters: Vec<(Arc<str>, Id)>,
    /// `*args`
    pub(super) rest: Option<Id>,
    pub(super) n_positional: usize,
    /// What a call gives.
    pub(super) result: Id,
}

/// A class, by its body.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub(super) bases: Vec<Id>,
    pub(super) init: Option<u32>,
}

/// Rules give up after this many rounds: what they know then is good enough.
const ROUNDS: usize = 30;

#[derive(Debug, Default)]
pub(super) struct Solver {
    pub(super) graph: Graph,
    pub(super) rules: Vec<Rule>,
    pub(super) signatures: FxHashMap<u32, Signature>,
    pub(super) classes: FxHashMap<u32, Class>,
    /// Attributes by name, of all objects.
    attributes: FxHashMap<Arc<str>, Id>,
    /// Global variables by module and name.
    globals: FxHashMap<(Arc<str>, Arc<str>), Id>,
    /// The program's own modules.
    pub(super) modules: Vec<Arc<str>>,
}

impl Solver {
    pub(super) fn attribute(&mut self, name: &str) -> Id {
        if let Some(&id) = self.attributes.get(name) {
            return id;
        }
        let id = self.graph.node();
        self.attributes.insert(name.into(), id);
        id
    }

    pub(super) fn global(&mut self, module: &Arc<str>, name: &str) -> Id {
        let key = (module.clone(), Arc::from(name));
        let graph = &mut self.graph;
        *self.globals.entry(key).or_insert_with(|| graph.node())
    }

    /// Applies all rules until nothing changes.
    pub(super) fn solve(&mut self) {
        for _ in 0..ROUNDS {
            self.graph.changed = false;
            let mut rules = std::mem::take(&mut self.rules);
            for rule in &mut rules {
                self.apply(rule);
            }
            // Calls that found out what they call have added rules.
            rules.append(&mut self.rules);
            self.rules = rules;
            if !self.graph.changed {
                return;
            }
        }
    }

    /// The one function that may be called where these nodes are.
    pub(super) fn targets(
        &mut self,
        nodes: FxHashMap<(u32, u32), Id>,
    ) -> FxHashMap<(u32, u32), u32> {
        let target = nodes.into_iter().filter_map(|(place, id)| {
            let callables = self.graph.get(id).callables.iter();
            let mut codes = callables.filter_map(|callable| match callable {
                Callable::Function(code) | Callable::Method(code) => Some(*code),
                _ => None,
            });
            let code = codes.next()?;
            codes.next().is_none().then_some((place, code))
        });
        target.collect()
    }

    /// The types of nodes, of those that have any.
    pub(super) fn answers<K: Eq + Hash>(&mut self, nodes: FxHashMap<K, Id>) -> FxHashMap<K, Types> {
        let types = nodes.into_iter().filter_map(|(key, id)| {
            let types = self.graph.types(id);
            (types != Types::NOTHING).then_some((key, types))
        });
        types.collect()
    }

    fn apply(&mut self, rule: &mut Rule) {
        match rule {
            &mut Rule::Flow { from, to } => self.graph.flow(from, to),
            &mut Rule::Arithmetic { kind, lhs, rhs, to } => self.arithmetic(kind, lhs, rhs, to),
            &mut Rule::Subscript { of, key, to } => self.subscript(of, key, to),
            &mut Rule::Elements { of, to } => self.elements(of, to),
            &mut Rule::Put { into, value } => {
                let item = self.graph.item(into);
                self.graph.flow(value, item);
            }
            Rule::Unpack { of, to } => match self.graph.fields(*of) {
                Some(fields) if fields.len() == to.len() => {
                    for (field, &to) in fields.into_iter().zip(&*to) {
                        self.graph.flow(field, to);
                    }
                }
                _ => to.iter().for_each(|&to| self.elements(*of, to)),
            },
            Rule::Attribute { of, name, to } => self.load_attribute(*of, name, *to),
            Rule::Call(call, done) => {
                for callable in self.graph.get(call.callee).callables.clone() {
                    if !done.contains(&callable) {
                        done.push(callable.clone());
                        self.call(call, &callable);
                    }
                }
            }
        }
    }

    fn arithmetic(&mut self, kind: Arithmetic, lhs: Id, rhs: Id, to: Id) {
        let (l, r) = (self.graph.types(lhs), self.graph.types(rhs));
        let number = Types::INT | Types::FLOAT | Types::BOOL;
        let both = l | r;
        if both.may_be(Types::FLOAT) || (kind == Arithmetic::Division && both.may_be(number)) {
            self.graph.add(to, Types::INLINE_FLOAT);
        } else if l.may_be(number) && r.may_be(number) && kind != Arithmetic::Division {
            self.graph.add(to, Types::INT);
        }
        for sequence in [Types::STR, Types::LIST, Types::TUPLE] {
            if kind == Arithmetic::Number && both.may_be(sequence) {
                self.graph.add(to, sequence);
                for side in [lhs, rhs] {
                    if self.graph.types(side).may_be(sequence - Types::STR) {
                        let (from, into) = (self.graph.item(side), self.graph.item(to));
                        self.graph.flow(from, into);
                    }
                }
            }
        }
        if both.may_be(Types::OBJECT) {
            self.graph.add(to, Types::OBJECT);
        }
    }

    fn subscript(&mut self, of: Id, key: Id, to: Id) {
        // A slice of anything is another of the kind.
        if self.graph.types(key).may_be(Types::OBJECT) && !self.graph.get(of).mapping {
            return self.graph.flow(of, to);
        }
        self.contents(of, to);
    }

    fn elements(&mut self, of: Id, to: Id) {
        if !self.graph.get(of).mapping {
            self.contents(of, to);
        }
    }

    /// What a container holds.
    fn contents(&mut self, of: Id, to: Id) {
        if self.graph.types(of).may_be(Types::STR) {
            self.graph.add(to, Types::STR);
        }
        let item = self.graph.item(of);
        self.graph.flow(item, to);
        for field in self.graph.fields(of).into_iter().flatten() {
            self.graph.flow(field, to);
        }
    }

    fn load_attribute(&mut self, of: Id, name: &Arc<str>, to: Id) {
        let mut of_module = false;
        for callable in self.graph.get(of).callables.clone() {
            let Callable::Module(module) = callable else {
                continue;
            };
            of_module = true;
            if self.modules.contains(&module) {
                let global = self.global(&module, name);
                self.graph.flow(global, to);
            } else if let Some(row) = builtins::row(&format!("{module}.{name}")) {
                self.graph.add_callable(to, Callable::Builtin(row));
            } else if let Some(gives) = builtins::constant(&module, name) {
                self.give(gives, &[], to);
            } else if &*module == "math" {
                let row = &builtins::FLOAT_FUNCTION;
                self.graph.add_callable(to, Callable::Builtin(row));
            }
        }
        if of_module {
            return;
        }
        let attribute = self.attribute(name);
        self.graph.flow(attribute, to);
        let methods = &self.graph.get(attribute).callables;
        let own = methods.iter().any(|m| matches!(m, Callable::Method(_)));
        let builtin = Types::LIST | Types::STR | Types::TUPLE;
        if own && !self.graph.types(of).may_be(builtin) {
            return;
        }
        if let Some(row) = builtins::row(&format!(".{name}")) {
            self.graph.add_callable(to, Callable::Builtin(row));
        }
    }

    /// Connects a call with one thing it may call.
    fn call(&mut self, call: &Call, callable: &Callable) {
        let mut args: Vec<Id> = call.args.clone();
        match callable {
            Callable::Function(code) => self.bind(*code, &args, &call.keywords, Some(call.to)),
            Callable::Method(code) => {
                args.splice(0..0, call.receiver);
                self.bind(*code, &args, &call.keywords, Some(call.to));
            }
            Callable::Class(body) => {
                self.graph.add(call.to, Types::OBJECT);
                if let Some(init) = self.init(*body, 0) {
                    args.insert(0, call.to);
                    self.bind(init, &args, &call.keywords, None);
                }
            }
            Callable::Builtin(row) => {
                if row.name.starts_with('.') {
                    args.splice(0..0, call.receiver);
                }
                self.builtin(row, &args, call.to);
            }
            Callable::ClassBuilder => {
                let body = args.first().map(|&body| self.graph.get(body));
                let body = body.and_then(|node| node.callables.first().cloned());
                if let Some(Callable::Function(body)) = body {
                    let bases = args.get(2..).unwrap_or_default().to_vec();
                    self.classes.entry(body).or_default().bases = bases;
                    self.graph.add_callable(call.to, Callable::Class(body));
                }
            }
            Callable::Module(_) => {}
        }
    }

    /// The `__init__` of a class or its bases.
    fn init(&mut self, body: u32, depth: usize) -> Option<u32> {
        const DEEPEST: usize = 20;
        let class = self.classes.get(&body)?;
        if class.init.is_some() || depth > DEEPEST {
            return class.init;
        }
        class.bases.clone().into_iter().find_map(|base| {
            let callables = self.graph.get(base).callables.clone();
            callables.into_iter().find_map(|callable| match callable {
                Callable::Class(body) => self.init(body, depth + 1),
                _ => None,
            })
        })
    }

    /// Passes arguments to a function of the program.
    fn bind(&mut self, code: u32, args: &[Id], keywords: &[(Arc<str>, Id)], to: Option<Id>) {
        let Some(signature) = self.signatures.get(&code) else {
            return;
        };
        let mut rules = Vec::new();
        for (index, &from) in args.iter().enumerate() {
            match (signature.parameters.get(index), signature.rest) {
                (Some(&(_, to)), _) if index < signature.n_positional => {
                    rules.push(Rule::Flow { from, to });
                }
                (_, Some(into)) => rules.push(Rule::Put { into, value: from }),
                _ => {}
            }
        }
        for (name, from) in keywords {
            let named = signature.parameters.iter().find(|(known, _)| known == name);
            if let Some(&(_, to)) = named {
                rules.push(Rule::Flow { from: *from, to });
            }
        }
        let from = signature.result;
        rules.extend(to.map(|to| Rule::Flow { from, to }));
        self.rules.extend(rules);
        self.graph.changed = true;
    }

    fn builtin(&mut self, row: &Row, args: &[Id], to: Id) {
        if let Some(put) = row.puts
            && let Some(&value) = args.get(put)
        {
            let into = args[0];
            self.rules.push(Rule::Put { into, value });
        }
        self.give(row.gives, args, to);
        self.graph.changed = true;
    }

    /// Adds what a builtin gives to `to`.
    fn give(&mut self, gives: Gives, args: &[Id], to: Id) {
        let elements = |this: &mut Solver, arg: usize, to: Id| {
            if let Some(&of) = args.get(arg) {
                this.rules.push(Rule::Elements { of, to });
            }
        };
        match gives {
            Gives::Is(types) => self.graph.add(to, types),
            Gives::ListOf(types) => {
                self.graph.add(to, Types::LIST);
                let item = self.graph.item(to);
                self.graph.add(item, types);
            }
            Gives::ListFrom(arg) | Gives::Over(arg) => {
                let list = matches!(gives, Gives::ListFrom(_));
                self.graph
                    .add(to, if list { Types::LIST } else { Types::OBJECT });
                let item = self.graph.item(to);
                elements(self, arg, item);
            }
            Gives::ItemOf(arg) => elements(self, arg, to),
            Gives::AnyOf if args.len() == 1 => elements(self, 0, to),
            Gives::AnyOf => {
                let flows = args.iter().map(|&from| Rule::Flow { from, to });
                self.rules.extend(flows);
            }
            Gives::Like(arg) => {
                let from = args.get(arg);
                self.rules.extend(from.map(|&from| Rule::Flow { from, to }));
            }
            Gives::Numbered(arg) => {
                self.graph.add(to, Types::OBJECT);
                let (number, item) = (self.graph.of(Types::INT), self.graph.node());
                elements(self, arg, item);
                self.give_tuples(vec![number, item], to);
            }
            Gives::Zipped => {
                self.graph.add(to, Types::OBJECT);
                let fields = (0..args.len()).map(|arg| {
                    let field = self.graph.node();
                    elements(self, arg, field);
                    field
                });
                let fields = fields.collect();
                self.give_tuples(fields, to);
            }
            Gives::Ints => {
                self.graph.add(to, Types::OBJECT);
                let item = self.graph.item(to);
                self.graph.add(item, Types::INT);
            }
            Gives::Mapping => {
                self.graph.add(to, Types::OBJECT);
                self.graph.set_mapping(to);
            }
        }
    }

    /// Says that `of` holds tuples of these.
    fn give_tuples(&mut self, fields: Vec<Id>, of: Id) {
        let item = self.graph.item(of);
        self.graph.add(item, Types::TUPLE);
        self.graph.set_fields(item, fields);
    }
}
