//! The programs of `tests/language`, run interpreted, native and as built executables, against CPython's results.
//!
//! `ASHORE_TESTS=exceptions/ cargo test -p ashore-tests --test language` runs a part. With `BLESS=1` the expected
//! results are first made anew by the reference Python (`$ASHORE_REFERENCE_PYTHON`).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use ashore_tests::case::{Case, cases};
use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;
use ashore_tests::{paths, suite};

fn directory() -> PathBuf {
    paths::repository().join("tests/language")
}

/// Checks all programs by a way of running them.
fn check(way: impl Fn(&Case) -> Result<Outcome, String> + Sync) {
    static BLESS: Once = Once::new();
    if std::env::var_os("BLESS").is_some() {
        BLESS.call_once(bless);
    }
    let directory = directory();
    suite::check_all(
        &cases(&directory),
        |case| case.name(&directory),
        |case| case.check(&way(case)?),
    );
}

/// Stores the reference Python's results as the expected ones.
fn bless() {
    let python = paths::reference_python().expect("BLESS needs $ASHORE_REFERENCE_PYTHON");
    let directory = directory();
    suite::check_all(
        &cases(&directory),
        |case| case.name(&directory),
        |case| {
            let outcome = by_reference(&python, case);
            case.bless(&case.results(&outcome));
            Ok(())
        },
    );
}

fn by_reference(python: &Path, case: &Case) -> Outcome {
    let mut command = bare(python);
    command.envs([("PYTHONUTF8", "1"), ("PYTHONDONTWRITEBYTECODE", "1")]);
    case.run(command.arg(&case.source))
}

/// A command without an environment, but for a home directory that interpreters look into.
fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    command
}

#[test]
fn interpreted() {
    check(|case| {
        let mut command = bare(paths::ashore());
        Ok(case.run(command.args(["run", "--no-native"]).arg(&case.source)))
    });
}

#[test]
fn native() {
    check(|case| {
        let mut command = bare(paths::ashore());
        Ok(case.run(command.args(["run", "--all-native"]).arg(&case.source)))
    });
}

#[test]
fn executable() {
    check(|case| {
        let scratch = Scratch::new();
        let program = scratch.file("program");
        let mut build = bare(paths::ashore());
        build.arg("build").arg(&case.source).arg("-o").arg(&program);
        let built = run(&mut build, b"", std::time::Duration::from_secs(60));
        if built.code != 0 {
            return Err(format!("it does not build:\n{}", built.err()));
        }
        let mut command = Command::new(&program);
        Ok(case.run(command.env_clear()))
    });
}

/// What is stored is what CPython prints, where there is one to ask.
#[test]
fn reference() {
    if let Some(python) = paths::reference_python() {
        check(|case| Ok(by_reference(&python, case)));
    }
}

/// Each program has expected results, and no expected result is left from a program that is gone.
#[test]
fn results_belong_to_programs() {
    let directory = directory();
    let programs: Vec<PathBuf> = cases(&directory)
        .into_iter()
        .map(|case| case.source)
        .collect();
    for program in &programs {
        let expected = program.with_extension("out");
        assert!(expected.exists(), "no {}", expected.display());
    }
    for file in paths::files_below(&directory) {
        let is_program = file.extension().is_some_and(|extension| extension == "py");
        let program = file.with_extension("py");
        assert!(
            is_program || programs.contains(&program),
            "{} belongs to no program",
            file.display()
        );
    }
}
