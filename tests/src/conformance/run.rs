//! One file of tests, run by one process; after a crash or a time limit by another one, without the test it happened in.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use ashore_tests::paths;
use ashore_tests::process::{self, Outcome as Ended};
use ashore_tests::scratch::Scratch;
use clap::ValueEnum;

use crate::record::{Outcome, Outcomes};
use crate::suite::Suite;

/// How long one process may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How many processes a file may take: each but the last ends in the middle of a test.
const ATTEMPTS: u32 = 20;
/// Address space of a process, in bytes.
const MEMORY: u64 = 12 << 30;

/// What reports the outcome of each test.
const DRIVER: &str = include_str!("../../conformance/driver.py");

/// Who runs the tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runner {
    /// CPython 3.14: what it passes is what Ashore is measured by
    Cpython,
    /// `ashore run`
    Native,
    /// `ashore run --no-native`
    Interpreted,
}

impl Runner {
    pub(crate) const ALL: [Runner; 3] = [Runner::Cpython, Runner::Native, Runner::Interpreted];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Runner::Cpython => "cpython",
            Runner::Native => "native",
            Runner::Interpreted => "interpreted",
        }
    }

    /// The Python, and what `sys.executable` is to be in it.
    fn command(self) -> (Command, Option<PathBuf>) {
        match self {
            Runner::Cpython => {
                let python = paths::reference_python();
                let python = python.expect("a reference Python, see tests/README.md");
                (Command::new(&python), Some(python))
            }
            Runner::Native | Runner::Interpreted => {
                let mut command = Command::new(paths::ashore());
                command.arg("run");
                if self == Runner::Interpreted {
                    command.arg("--no-native");
                }
                (command, None)
            }
        }
    }
}

/// What came of each test of a file, and what was printed about those that did not pass.
pub(crate) fn run(
    suite: &Suite,
    runner: Runner,
    file: &str,
    left_out: &[String],
) -> (Outcomes, String) {
    let scratch = Scratch::new();
    // An import statement, so that there is native code of the tests.
    let script = format!("{DRIVER}\n\ndef reached():\n    import test.{file}\n");
    let script = scratch.write("driver.py", &script);
    let placed = suite.place(&scratch, file);
    placed.unwrap_or_else(|error| panic!("{file}: {error}"));
    let report = scratch.file("report");
    let mut outcomes = Outcomes::default();
    let mut output = String::new();
    for _ in 0..ATTEMPTS {
        let mut left_out = left_out.to_vec();
        left_out.extend(outcomes.names().map(|name| format!("{name}\n")));
        let left_out = scratch.write("left_out", &left_out.join("\0"));
        let (mut command, executable) = runner.command();
        command
            .arg(&script)
            .args([file.as_ref(), report.as_os_str()])
            .arg(left_out);
        let work = Scratch::new();
        command.current_dir(work.path());
        command
            .env_clear()
            .env("HOME", work.path())
            .env("TMPDIR", work.path());
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command
            .env("LANG", "C.UTF-8")
            .env("PYTHONPATH", suite.path());
        if let Some(executable) = executable {
            command.env("CONFORMANCE_EXECUTABLE", executable);
        }
        process::limit_memory(&mut command, MEMORY);
        let ended = process::run(&mut command, b"", LIMIT);
        output += &ended.err();
        if finished(&report, &ended, &mut outcomes, &mut output) {
            break;
        }
    }
    (outcomes, output)
}

/// Reads a report; did the file run to its end, or is there no use in going on?
fn finished(report: &PathBuf, ended: &Ended, outcomes: &mut Outcomes, output: &mut String) -> bool {
    let text = fs::read_to_string(report).unwrap_or_default();
    let _ = fs::remove_file(report);
    let mut last = None;
    for line in text.lines() {
        match line.split_once(' ') {
            None => return line == "end",
            Some(("start", name)) => last = Some(name),
            Some((outcome, name)) => {
                last = None;
                outcomes.add(name, Outcome::from_name(outcome));
            }
        }
    }
    let (outcome, how) = match ended.timed_out {
        true => (Outcome::Hang, "took too long".to_owned()),
        false => (
            Outcome::Crash,
            format!("ended with exit code {}", ended.code),
        ),
    };
    *output += &format!("-- {}\n{how}\n", last.unwrap_or("outside of tests"));
    match last {
        Some(name) => outcomes.add(name, outcome),
        None => return true,
    }
    false
}
