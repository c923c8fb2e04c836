//! Nodes: what is known of the values that meet in one place.
//!
//! Types and callables flow one way, from definitions to uses. Contents are shared: a container that flows from one place
//! to another is the same object in both, so what either holds the other does. Shared contents are merged nodes
//! (union-find), which keeps recursive structures finite. What tuples hold flows; where that goes deeper than any tuple
//! a program means ([`DEPTH`]), as it does for one that is put into itself again and again, its nodes are merged, too.

use super::Types;
use std::sync::Arc;

/// A node's number.
pub(super) type Id = usize;

/// Something a call may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// A function, by its code's number.
    Function(u32),
    /// A function found in a class body: gets its receiver first.
    Method(u32),
    /// A class, by its body's number.
    Class(u32),
    /// A row of the table of builtins.
    Builtin(&'static super::builtins::Row),
    /// `__build_class__`.
    ClassBuilder,
    /// Not called, but asked for attributes: a module.
    Module(Arc<str>),
}

/// A place that would call more than these is not followed.
const CALLABLES: usize = 8;

/// How deep what tuples hold is told apart.
const DEPTH: u32 = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) types: Bits,
    pub(super) callables: Vec<Callable>,
    /// What iterating or subscribing gives.
    item: Option<Id>,
    /// Of tuples of one length: what each place holds.
    fields: Option<Vec<Id>>,
    /// Tuples of several lengths meet here: `item` says what they hold.
    mixed: bool,
    /// A dict: iterating gives keys, of which nothing is known.
    pub(super) mapping: bool,
}

/// [`Types`], with an empty default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits(pub(super) Types);

impl Default for Bits {
    fn default() -> Bits {
        Bits(Types::NOTHING)
    }
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    parents: Vec<Id>,
    /// How deep in tuples the flow under way is.
    depth: u32,
    /// Something grew since this was last cleared.
    pub(super) changed: bool,
}

impl Graph {
    /// A node of which nothing is known.
    pub(super) fn node(&mut self) -> Id {
        self.nodes.push(Node::default());
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    /// A new node of these types.
    pub(super) fn of(&mut self, types: Types) -> Id {
        let id = self.node();
        self.add(id, types);
        id
    }

    fn root(&mut self, mut id: Id) -> Id {
        while self.parents[id] != id {
            self.parents[id] = self.parents[self.parents[id]];
            id = self.parents[id];
        }
        id
    }

    pub(super) fn get(&mut self, id: Id) -> &Node {
        let root = self.root(id);
        &self.nodes[root]
    }

    fn get_mut(&mut self, id: Id) -> &mut Node {
        let root = self.root(id);
        &mut self.nodes[root]
    }

    pub(super) fn types(&mut self, id: Id) -> Types {
        self.get(id).types.0
    }

    pub(super) fn add(&mut self, id: Id, types: Types) {
        let node = self.get_mut(id);
        if !types.within(node.types.0) {
            node.types = Bits(node.types.0 | types);
            self.changed = true;
        }
    }

    pub(super) fn add_callable(&mut self, id: Id, callable: Callable) {
        let node = self.get_mut(id);
        if node.callables.len() < CALLABLES && !node.callables.contains(&callable) {
            node.callables.push(callable);
            self.changed = true;
        }
    }

    pub(super) fn set_mapping(&mut self, id: Id) {
        let node = self.get_mut(id);
        self.changed |= !std::mem::replace(&mut node.mapping, true);
    }

    /// The node of a container's contents.
    pub(super) fn item(&mut self, id: Id) -> Id {
        if let Some(item) = self.get(id).item {
            return item;
        }
        let item = self.node();
        self.get_mut(id).item = Some(item);
        item
    }

    /// Says that a node is a tuple of these.
    pub(super) fn set_fields(&mut self, id: Id, fields: Vec<Id>) {
        let node = self.get(id);
        match node.fields.clone() {
            _ if node.mixed => {}
            None => {
                self.get_mut(id).fields = Some(fields);
                self.changed = true;
                return;
            }
            Some(known) if known.len() == fields.len() => {
                for (known, field) in known.into_iter().zip(fields) {
                    self.unify(known, field);
                }
                return;
            }
            Some(known) => {
                let node = self.get_mut(id);
                node.fields = None;
                node.mixed = true;
                self.changed = true;
                let item = self.item(id);
                known.into_iter().for_each(|field| self.flow(field, item));
            }
        }
        let item = self.item(id);
        for field in fields {
            self.flow(field, item);
        }
    }

    /// The places of a tuple, if it always has `n`.
    pub(super) fn fields(&mut self, id: Id) -> Option<Vec<Id>> {
        self.get(id).fields.clone()
    }

    /// What `from` may be, `to` may be.
    pub(super) fn flow(&mut self, from: Id, to: Id) {
        let (from, to) = (self.root(from), self.root(to));
        if from == to {
            return;
        }
        if self.depth == DEPTH {
            return self.unify(from, to);
        }
        let source = self.nodes[from].clone();
        self.add(to, source.types.0);
        for callable in source.callables {
            self.add_callable(to, callable);
        }
        if source.mapping {
            self.set_mapping(to);
        }
        let contains = Types::LIST | Types::TUPLE | Types::OBJECT;
        match (source.item, self.nodes[to].item) {
            (Some(a), Some(b)) => self.unify(a, b),
            (Some(item), None) => self.nodes[to].item = Some(item),
            (None, Some(item)) if source.types.0.may_be(contains) => {
                self.nodes[from].item = Some(item);
            }
            _ => {}
        }
        if let Some(fields) = source.fields {
            self.depth += 1;
            self.set_fields(to, fields);
            self.depth -= 1;
        }
    }

    /// Makes two nodes one.
    fn unify(&mut self, a: Id, b: Id) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        self.changed = true;
        self.parents[b] = a;
        let gone = std::mem::take(&mut self.nodes[b]);
        self.add(a, gone.types.0);
        for callable in gone.callables {
            self.add_callable(a, callable);
        }
        self.nodes[a].mapping |= gone.mapping;
        match (self.nodes[a].item, gone.item) {
            (Some(one), Some(other)) => self.unify(one, other),
            (None, item) => self.nodes[a].item = item,
            _ => {}
        }
        if gone.mixed && !self.nodes[a].mixed {
            let fields = self.nodes[a].fields.take();
            self.nodes[a].mixed = true;
            let item = self.item(a);
            for field in fields.into_iter().flatten() {
                self.flow(field, item);
            }
        }
        if let Some(fields) = gone.fields {
            self.set_fields(a, fields);
        }
    }
}
