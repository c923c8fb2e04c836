//! Source that no person writes: far too deep, far too long, no text. It is compiled or refused, in bounded time and memory, and
//! never ends the process by a signal.

use std::process::Command;
use std::time::Duration;

use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;
use ashore_tests::{paths, suite};

/// Compiles what it is given while it runs.
const AT_RUN_TIME: &str = "\
with open('odd.py', 'rb') as file:
    source = file.read()
try:
    compile(source, 'odd.py', 'exec')
except (SyntaxError, MemoryError, RecursionError, OverflowError) as error:
    print(type(error).__name__)
";

/// Shapes of programs, by how often what they consist of is repeated.
type Shape = (&'static str, fn(usize) -> String);
const SHAPES: &[Shape] = &[
    ("parentheses", |n| {
        format!("x = {}1{}", "(".repeat(n), ")".repeat(n))
    }),
    ("lists", |n| {
        format!("x = {}{}", "[".repeat(n), "]".repeat(n))
    }),
    ("unclosed", |n| "(".repeat(n)),
    ("closed", |n| ")".repeat(n)),
    ("targets", |n| {
        format!("{}a{} = 1", "(a,".repeat(n), ")".repeat(n))
    }),
    ("deleted", |n| {
        format!("del {}a{}", "(".repeat(n), ")".repeat(n))
    }),
    ("unary", |n| format!("x = {}1", "-".repeat(n))),
    ("not", |n| format!("x = {}1", "not ".repeat(n))),
    ("lambdas", |n| format!("x = {}1", "lambda: ".repeat(n))),
    ("attributes", |n| format!("x{}", ".real".repeat(n))),
    ("calls", |n| format!("x{}", "()".repeat(n))),
    ("subscripts", |n| format!("x{}", "[0]".repeat(n))),
    ("sum", |n| format!("x = a{}", " + a".repeat(n))),
    ("strings added", |n| {
        format!("x = 'a'{}", " + 'a'".repeat(n))
    }),
    ("powers", |n| format!("x = a{}", "**a".repeat(n))),
    ("and", |n| format!("x = a{}", " and a".repeat(n))),
    ("comparisons", |n| format!("x = a{}", " < a".repeat(n))),
    ("conditionals", |n| {
        format!("x = {}a", "a if a else ".repeat(n))
    }),
    ("elif", |n| {
        format!("if a: pass\n{}", "elif a: pass\n".repeat(n))
    }),
    ("joined strings", |n| format!("x = {}", "'a' ".repeat(n))),
    ("joined f-strings", |n| {
        format!("x = {}", "f'{a}' ".repeat(n))
    }),
    ("f-strings", |n| {
        format!("x = {}1{}", "f'{".repeat(n), "}'".repeat(n))
    }),
    ("fields", |n| {
        format!("x = f'{}{}'", "{1:".repeat(n), "}".repeat(n))
    }),
    ("assignments", |n| format!("{}1", "a = ".repeat(n))),
    ("patterns", |n| {
        format!("match 1:\n case {}1{}: pass", "[".repeat(n), "]".repeat(n))
    }),
    ("alternatives", |n| {
        format!("match 1:\n case 1{}: pass", " | 1".repeat(n))
    }),
    ("decorators", |n| {
        format!("{}def f(): pass", "@a\n".repeat(n))
    }),
    ("comprehension", |n| {
        format!("x = [1 {}]", "for i in [] ".repeat(n))
    }),
    ("parameters", |n| {
        let names: Vec<String> = (0..n).map(|i| format!("a{i}")).collect();
        format!("def f({}): pass", names.join(", "))
    }),
    ("handlers", |n| {
        format!("try: pass\n{}", "except ValueError: pass\n".repeat(n))
    }),
    ("blocks", |n| {
        (0..n.min(2000))
            .map(|i| format!("{}if a:\n", " ".repeat(i)))
            .collect()
    }),
    ("classes", |n| {
        (0..n.min(2000))
            .map(|i| format!("{}class A:\n", " ".repeat(i)))
            .collect()
    }),
    ("semicolons", |n| "a=1;".repeat(n)),
    ("union", |n| format!("type X = {}int", "int | ".repeat(n))),
];

/// Sources that are no text.
const BYTES: &[(&str, &[u8])] = &[
    ("no UTF-8", b"x = '\xff'\n"),
    ("cut short", b"x = '\xc3"),
    ("a surrogate", b"x = '\xed\xa0\x80'\n"),
    ("a null byte", b"x = 1\0\n"),
    ("a null byte in a string", b"x = 'a\0b'\n"),
    ("UTF-16", b"\xff\xfex\0=\x001\0"),
    ("an unknown encoding", b"# coding: klingon\nx = 1\n"),
];

fn ashore(scratch: &Scratch, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(paths::ashore());
    command.args(arguments).current_dir(scratch.path());
    run(command.env_clear(), b"", Duration::from_secs(60))
}

/// Compiled before the program runs and while it runs, the outcome is an error or none.
fn check(source: &[u8]) -> Result<(), String> {
    let scratch = Scratch::new();
    std::fs::write(scratch.file("odd.py"), source).map_err(|error| error.to_string())?;
    scratch.write("compiles.py", AT_RUN_TIME);
    let before = ashore(&scratch, &["dis", "odd.py"]);
    let during = ashore(&scratch, &["run", "compiles.py"]);
    if before.timed_out || during.timed_out {
        return Err("still compiling after a minute".into());
    }
    if !matches!(before.code, 0 | 1) {
        return Err(format!("exit code {}:\n{}", before.code, before.err()));
    }
    // One was an error if and only if the other was, and it is an exception that programs may catch.
    let refused = !during.stdout.is_empty();
    if during.code != 0 || refused != (before.code == 1) {
        let (out, err) = (during.out(), during.err());
        return Err(format!(
            "exit code {}, then {}: {out}{err}",
            before.code, during.code
        ));
    }
    Ok(())
}

#[test]
fn whatever_is_repeated() {
    let sizes = [30, 300, 3_000, 100_000];
    let shapes = SHAPES.iter();
    let cases: Vec<(String, String)> = shapes
        .flat_map(|(name, shape)| sizes.map(|n| (format!("{name} {n}"), shape(n))))
        .collect();
    suite::check_all(
        &cases,
        |(name, _)| name.clone(),
        |(_, source)| check(source.as_bytes()),
    );
}

#[test]
fn what_is_no_text() {
    suite::check_all(
        BYTES,
        |(name, _)| (*name).to_owned(),
        |(_, source)| check(source),
    );
}
