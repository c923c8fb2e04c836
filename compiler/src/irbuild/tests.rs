//! Python in, IR out: every function of the benchmark programs builds and verifies; a few are spelled out.

use super::build;
use crate::analysis::{Guesses, ProgramFacts};
use crate::ir::{Function, verify};
use ashore_bytecode::Code;
use ashore_frontend::Mode;

fn compile(source: &str) -> Code {
    match ashore_frontend::compile_text(source, "test.py", Mode::Module) {
        Ok(code) => code,
        Err(errors) => panic!("{errors:?}"),
    }
}

/// The IR of the function with this qualified name.
fn function(source: &str, name: &str) -> Function {
    let body = compile(source);
    let program = ProgramFacts::new([("__main__", &body)]);
    let (number, code) = program
        .codes()
        .find(|(_, code)| code.qualname == name)
        .expect("a function of this name");
    let mut function =
        build(&program, &Guesses::of(&program), code, number).expect("the function compiles");
    if let Err(fault) = verify(&function) {
        panic!("{fault}\n{function}");
    }
    crate::passes::run(&mut function);
    function
}

#[test]
fn benchmark_programs_build() {
    let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/benchmarks/programs");
    for entry in std::fs::read_dir(programs).expect("the benchmark programs") {
        let path = entry.expect("a directory entry").path();
        let body = compile(&std::fs::read_to_string(&path).expect("a program"));
        let program = ProgramFacts::new([("__main__", &body)]);
        for (number, code) in program.codes() {
            let Ok(mut function) = build(&program, &Guesses::of(&program), code, number) else {
                continue;
            };
            if let Err(fault) = verify(&function) {
                panic!("{}: {}: {fault}\n{function}", path.display(), code.qualname);
            }
            crate::passes::run(&mut function);
        }
    }
}

#[test]
fn an_int_loop_has_no_tests_inside() {
    let text = function(
        "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n",
        "f",
    )
    .to_string();
    println!("{text}");
    assert!(text.contains("int_add_fits"), "{text}");
}
