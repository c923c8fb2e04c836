//! Syntax trees as Python programs see them: the node classes, and trees of them.
//!
//! The frontend makes [`Tree`]s of source, and the runtime objects of those; both know classes and fields by the names that
//! the table gives. Source: the abstract grammar in the documentation of `ast`.

use crate::{Constant, Position};

/// A kind of node: what it is one of, and its constructors.
pub struct Sum {
    pub name: &'static str,
    /// Nodes have a place in the source.
    pub place: Place,
    /// `Name(type field, ...)`: `*` behind a type means a list, `?` that it may be absent. A product has one, of its own
    /// name.
    pub constructors: &'static [&'static str],
}

/// Which nodes say where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    No,
    /// The end may be absent.
    Start,
    Range,
}

impl Sum {
    /// Nodes of a product are instances of the class itself.
    pub fn is_product(&self) -> bool {
        matches!(self.constructors, [only] if constructor_name(only) == self.name)
    }
}

/// How often a field's value occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    One,
    Optional,
    Many,
}

/// A field of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    /// A sum, a product, or `identifier`, `int`, `string`, `constant`.
    pub kind: &'static str,
    pub count: Count,
}

/// The name a constructor's row begins with.
pub fn constructor_name(row: &'static str) -> &'static str {
    row.split_once('(').map_or(row, |(name, _)| name)
}

/// The fields of a constructor's row.
pub fn fields(row: &'static str) -> impl Iterator<Item = Field> {
    let list = row.split_once('(').map_or("", |(_, list)| list);
    let items = list.strip_suffix(')').unwrap_or(list).split(", ");
    items.filter_map(|item| {
        let (kind, name) = item.split_once(' ')?;
        let (kind, count) = match (kind.strip_suffix('?'), kind.strip_suffix('*')) {
            (Some(kind), _) => (kind, Count::Optional),
            (_, Some(kind)) => (kind, Count::Many),
            _ => (kind, Count::One),
        };
        Some(Field { name, kind, count })
    })
}

/// A syntax tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Value(Constant),
    /// A complex number that no literal stands for, as the bits of its parts.
    Complex {
        real: u64,
        imaginary: u64,
    },
    List(Vec<Tree>),
    Node(Box<Node>),
}

/// A node: a constructor's name, the values of its fields in order, and its place (columns in bytes, from 0).
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub class: &'static str,
    pub fields: Vec<Tree>,
    pub place: Option<Position>,
}

/// Deep trees are freed without recursion.
impl Drop for Node {
    fn drop(&mut self) {
        let mut pending = std::mem::take(&mut self.fields);
        while let Some(tree) = pending.pop() {
            match tree {
                Tree::Value(_) | Tree::Complex { .. } => {}
                Tree::List(items) => pending.extend(items),
                Tree::Node(mut node) => pending.append(&mut node.fields),
            }
        }
    }
}

impl Tree {
    pub const NONE: Tree = Tree::Value(Constant::None);

    /// A node without a place.
    pub fn node(class: &'static str, fields: Vec<Tree>) -> Tree {
        Tree::Node(Box::new(Node {
            class,
            fields,
            place: None,
        }))
    }

    /// A node of a range of the source.
    pub fn placed(class: &'static str, place: Position, fields: Vec<Tree>) -> Tree {
        Tree::Node(Box::new(Node {
            class,
            fields,
            place: Some(place),
        }))
    }

    /// A name.
    pub fn identifier(name: &str) -> Tree {
        Tree::Value(Constant::Str(name.as_bytes().to_vec()))
    }

    /// A complex number: a constant if a literal stands for it.
    pub fn complex(real: f64, imaginary: f64) -> Tree {
        let (real, imaginary) = (real.to_bits(), imaginary.to_bits());
        match real {
            0 => Tree::Value(Constant::Imaginary(imaginary)),
            _ => Tree::Complex { real, imaginary },
        }
    }

    pub fn int(value: i64) -> Tree {
        Tree::Value(Constant::Int(value))
    }
}

macro_rules! sums {
    ($($name:ident $place:ident: $($row:literal)+;)*) => {
        /// All kinds of nodes.
        pub static SUMS: &[Sum] = &[$(Sum {
            name: stringify!($name),
            place: Place::$place,
            constructors: &[$($row),+],
        }),*];
    };
}

sums! {
    mod No:
        "Module(stmt* body, type_ignore* type_ignores)"
        "Interactive(stmt* body)"
        "Expression(expr body)"
        "FunctionType(expr* argtypes, expr returns)";
    stmt Start:
        "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)"
        "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)"
        "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)"
        "Return(expr? value)"
        "Delete(expr* targets)"
        "Assign(expr* targets, expr value, string? type_comment)"
        "TypeAlias(expr name, type_param* type_params, expr value)"
        "AugAssign(expr target, operator op, expr value)"
        "AnnAssign(expr target, expr annotation, expr? value, int simple)"
        "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)"
        "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)"
        "While(expr test, stmt* body, stmt* orelse)"
        "If(expr test, stmt* body, stmt* orelse)"
        "With(withitem* items, stmt* body, string? type_comment)"
        "AsyncWith(withitem* items, stmt* body, string? type_comment)"
        "Match(expr subject, match_case* cases)"
        "Raise(expr? exc, expr? cause)"
        "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)"
        "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)"
        "Assert(expr test, expr? msg)"
        "Import(alias* names)"
        "ImportFrom(identifier? module, alias* names, int? level)"
        "Global(identifier* names)"
        "Nonlocal(identifier* names)"
        "Expr(expr value)"
        "Pass"
        "Break"
        "Continue";
    expr Start:
        "BoolOp(boolop op, expr* values)"
        "NamedExpr(expr target, expr value)"
        "BinOp(expr left, operator op, expr right)"
        "UnaryOp(unaryop op, expr operand)"
        "Lambda(arguments args, expr body)"
        "IfExp(expr test, expr body, expr orelse)"
        "Dict(expr?* keys, expr* values)"
        "Set(expr* elts)"
        "ListComp(expr elt, comprehension* generators)"
        "SetComp(expr elt, comprehension* generators)"
        "DictComp(expr key, expr value, comprehension* generators)"
        "GeneratorExp(expr elt, comprehension* generators)"
        "Await(expr value)"
        "Yield(expr? value)"
        "YieldFrom(expr value)"
        "Compare(expr left, cmpop* ops, expr* comparators)"
        "Call(expr func, expr* args, keyword* keywords)"
        "FormattedValue(expr value, int conversion, expr? format_spec)"
        "Interpolation(expr value, constant str, int conversion, expr? format_spec)"
        "JoinedStr(expr* values)"
        "TemplateStr(expr* values)"
        "Constant(constant value, string? kind)"
        "Attribute(expr value, identifier attr, expr_context ctx)"
        "Subscript(expr value, expr slice, expr_context ctx)"
        "Starred(expr value, expr_context ctx)"
        "Name(identifier id, expr_context ctx)"
        "List(expr* elts, expr_context ctx)"
        "Tuple(expr* elts, expr_context ctx)"
        "Slice(expr? lower, expr? upper, expr? step)";
    expr_context No: "Load" "Store" "Del";
    boolop No: "And" "Or";
    operator No:
        "Add" "Sub" "Mult" "MatMult" "Div" "Mod" "Pow" "LShift" "RShift" "BitOr" "BitXor" "BitAnd" "FloorDiv";
    unaryop No: "Invert" "Not" "UAdd" "USub";
    cmpop No: "Eq" "NotEq" "Lt" "LtE" "Gt" "GtE" "Is" "IsNot" "In" "NotIn";
    comprehension No: "comprehension(expr target, expr iter, expr* ifs, int is_async)";
    excepthandler Start: "ExceptHandler(expr? type, identifier? name, stmt* body)";
    arguments No:
        "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)";
    arg Start: "arg(identifier arg, expr? annotation, string? type_comment)";
    keyword Start: "keyword(identifier? arg, expr value)";
    alias Start: "alias(identifier name, identifier? asname)";
    withitem No: "withitem(expr context_expr, expr? optional_vars)";
    match_case No: "match_case(pattern pattern, expr? guard, stmt* body)";
    pattern Range:
        "MatchValue(expr value)"
        "MatchSingleton(constant value)"
        "MatchSequence(pattern* patterns)"
        "MatchMapping(expr* keys, pattern* patterns, identifier? rest)"
        "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)"
        "MatchStar(identifier? name)"
        "MatchAs(pattern? pattern, identifier? name)"
        "MatchOr(pattern* patterns)";
    type_ignore No: "TypeIgnore(int lineno, string tag)";
    type_param Range:
        "TypeVar(identifier name, expr? bound, expr? default_value)"
        "ParamSpec(identifier name, expr? default_value)"
        "TypeVarTuple(identifier name, expr? default_value)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_apart() {
        let row = "Dict(expr?* keys, expr* values)";
        assert_eq!(constructor_name(row), "Dict");
        let found: Vec<_> = fields(row).map(|f| (f.name, f.kind, f.count)).collect();
        assert_eq!(
            found,
            [
                ("keys", "expr?", Count::Many),
                ("values", "expr", Count::Many)
            ]
        );
        assert_eq!(fields("Pass").count(), 0);
    }

    #[test]
    fn kinds_of_fields_exist() {
        const BUILTIN: [&str; 4] = ["identifier", "int", "string", "constant"];
        for row in SUMS.iter().flat_map(|sum| sum.constructors) {
            for field in fields(row) {
                let kind = field.kind.trim_end_matches('?');
                let known = BUILTIN.contains(&kind) || SUMS.iter().any(|sum| sum.name == kind);
                assert!(known, "{row}: {kind}");
            }
        }
    }
}
