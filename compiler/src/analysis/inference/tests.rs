//! Python in, guesses out.

use super::Guesses;
use crate::analysis::{ProgramFacts, Types};
use ashore_frontend::Mode;

/// What the instructions on a line that write a local of this name are likely to give.
fn guess(source: &str, local: &str) -> Types {
    let body = ashore_frontend::compile_text(source, "test.py", Mode::Module)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let program = ProgramFacts::new([("__main__", &body)]);
    let guesses = Guesses::of(&program);
    let mut found = Types::NOTHING;
    for (number, code) in program.codes() {
        let Some(register) = code.locals.iter().position(|name| name == local) else {
            continue;
        };
        found = found | guesses.parameter(number, register as u16);
        for at in 0..code.units.len() as u32 {
            found = found | guesses.result(number, at, register as u16);
        }
    }
    found
}

#[test]
fn arguments_reach_parameters_and_results_come_back() {
    let source = "def f(n):\n    x = n + 1\n    return x / 2\n\ndef g():\n    y = f(3)\n";
    assert_eq!(guess(source, "n"), Types::INT);
    assert_eq!(guess(source, "x"), Types::INT);
    assert_eq!(guess(source, "y"), Types::INLINE_FLOAT);
}

#[test]
fn attributes_are_what_anybody_stores() {
    let source = "
class P:
    def __init__(self, x, name='p'):
        self.x = x
        self.name = name

def f(p):
    x = p.x
    name = p.name

f(P(1.5))
";
    assert_eq!(guess(source, "x"), Types::INLINE_FLOAT);
    assert_eq!(guess(source, "name"), Types::STR);
}

#[test]
fn contents_of_lists_of_lists() {
    let source = "
def make(n):
    return [[0.5 * i for i in range(n)] for j in range(n)]

def f(a):
    for row in a:
        item = row[0]
    for i, other in enumerate(a):
        number = i

f(make(3))
";
    assert_eq!(guess(source, "a"), Types::LIST);
    assert_eq!(guess(source, "row"), Types::LIST);
    assert_eq!(guess(source, "item"), Types::INLINE_FLOAT);
    assert_eq!(guess(source, "other"), Types::LIST);
    assert_eq!(guess(source, "number"), Types::INT);
}

#[test]
fn methods_are_found_by_name() {
    let source = "
class Counter:
    def __init__(self):
        self.total = 0
        self.seen = []

    def add(self, amount):
        self.total += amount
        self.seen.append(amount)
        return self.total

def f(c):
    result = c.add(2)
    for amount in c.seen:
        each = amount

f(Counter())
";
    assert_eq!(guess(source, "amount"), Types::INT);
    assert_eq!(guess(source, "result"), Types::INT);
    assert_eq!(guess(source, "each"), Types::INT);
}

#[test]
fn a_variable_that_is_two_things_is_both() {
    let source = "def f(a):\n    x = a\n\nf(1)\nf('one')\n";
    assert_eq!(guess(source, "x"), Types::INT | Types::STR);
}

#[test]
fn recursive_structures_end() {
    let source = "
def f(n):
    items = []
    for i in range(n):
        items.append(items)
        items = items[0]
    return items
";
    assert_eq!(guess(source, "items"), Types::LIST);
}
