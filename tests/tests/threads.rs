//! The stress programs of `tests/threads`: eight threads on shared objects, in freed memory that is poisoned.
//!
//! Each program checks what it did and says so in its last line, and leaves nothing alive at its end. A second of each by
//! default; `ASHORE_STRESS_SECONDS=60 cargo test --release -p ashore-tests --test threads` for as many. `ASHORE_ZEAL=1` is passed on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;
use ashore_tests::{paths, suite};

fn programs() -> Vec<PathBuf> {
    let directory = paths::repository().join("tests/threads");
    let files = paths::files_below(&directory).into_iter();
    let programs = files.filter(|file| file.parent() == Some(&directory));
    programs
        .filter(|file| file.extension().is_some_and(|extension| extension == "py"))
        .collect()
}

fn seconds() -> u64 {
    match std::env::var("ASHORE_STRESS_SECONDS") {
        Ok(text) => text.parse().expect("ASHORE_STRESS_SECONDS is a number"),
        Err(_) => 1,
    }
}

fn name(program: &Path) -> String {
    let name = program.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Runs all programs by a way of making the command for one.
fn check(command: impl Fn(&Path, &Scratch) -> Result<Command, String> + Sync) {
    let programs = programs();
    assert!(!programs.is_empty(), "the stress programs are gone");
    suite::check_all(
        &programs,
        |program| name(program),
        |program| {
            let scratch = Scratch::new();
            let mut command = command(program, &scratch)?;
            command.env_clear();
            command.env("ASHORE_POISON", "1");
            command.env("ASHORE_LEAKS", "1");
            if let Some(zeal) = std::env::var_os("ASHORE_ZEAL") {
                command.env("ASHORE_ZEAL", zeal);
            }
            command.arg(seconds().to_string());
            let limit = Duration::from_secs(60 + 4 * seconds());
            verdict(&run(&mut command, b"", limit), &name(program))
        },
    );
}

/// A program that found nothing wrong says so in one line that begins with its name.
fn verdict(outcome: &Outcome, name: &str) -> Result<(), String> {
    let out = outcome.out();
    let fine = out.starts_with(&format!("{name}: ")) && out.lines().count() == 1;
    if outcome.timed_out {
        Err("still running long after its time".into())
    } else if outcome.code == 0 && fine && outcome.stderr.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "exit code {}\n{out}{}",
            outcome.code,
            outcome.err()
        ))
    }
}

#[test]
fn interpreted() {
    check(|program, _| {
        let mut command = Command::new(paths::ashore());
        command.args(["run", "--no-native"]).arg(program);
        Ok(command)
    });
}

#[test]
fn executable() {
    check(|program, scratch| {
        let executable = scratch.file("program");
        let mut build = Command::new(paths::ashore());
        build
            .args(["build", "--all-native"])
            .arg(program)
            .arg("-o")
            .arg(&executable);
        let built = run(build.env_clear(), b"", Duration::from_secs(60));
        if built.code != 0 {
            return Err(format!("it does not build:\n{}", built.err()));
        }
        Ok(Command::new(executable))
    });
}
