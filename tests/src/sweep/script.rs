//! One script: whether it counts, and what each mode makes of it.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ashore_tests::case::difference;
use ashore_tests::paths;
use ashore_tests::process::{self, Outcome, contents};
use ashore_tests::scratch::Scratch;
use clap::ValueEnum;

/// How long a script may run.
const LIMIT: Duration = Duration::from_secs(60);
/// How much address space a process may use, in bytes. The main thread's stack alone has a gigabyte of it.
const MEMORY: u64 = 8 << 30;

/// A way in which Ashore runs a script.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// `ashore run`
    Run,
    /// `ashore run --no-native`: the interpreter
    NoNative,
    /// `ashore build`, then the executable
    Built,
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Run => "run",
            Mode::NoNative => "no-native",
            Mode::Built => "built",
        }
    }
}

/// What came of a script.
pub(crate) enum Verdict {
    /// The reference Python does not run it, or not twice alike.
    LeftOut,
    /// The modes in which it behaves differently, and how.
    Compared(Vec<(Mode, String)>),
}

/// The reference Python.
pub(crate) struct Python {
    program: PathBuf,
    /// Where its library is installed.
    library: String,
}

impl Python {
    pub(crate) fn new(program: PathBuf) -> Python {
        let ask = [
            "-c",
            "import os; print(os.path.dirname(os.__file__), end='')",
        ];
        let told = process::run(Command::new(&program).args(ask), b"", LIMIT);
        Python {
            program,
            library: told.out(),
        }
    }

    /// Has a script's output name files of the library as Ashore does: they are installed nowhere.
    fn rename_library(&self, outcome: &mut Outcome) {
        if outcome.stdout.is_ascii() && !self.library.is_empty() {
            outcome.stdout = outcome.out().replace(&self.library, "<ashore>").into();
        }
    }
}

pub(crate) struct Script {
    path: PathBuf,
}

/// The scripts of a directory whose names contain one of `only`, or all of them.
pub(crate) fn all(directory: &Path, only: &[String]) -> io::Result<Vec<Script>> {
    let mut scripts = Vec::new();
    for entry in fs::read_dir(directory.canonicalize()?)? {
        let script = Script {
            path: entry?.path(),
        };
        let name = script.name();
        let wanted = only.is_empty() || only.iter().any(|part| name.contains(part));
        if wanted && name.ends_with(".py") {
            scripts.push(script);
        }
    }
    scripts.sort_by_key(Script::name);
    Ok(scripts)
}

impl Script {
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Runs it by the reference Python and, if it counts, in the given modes.
    pub(crate) fn judge(&self, python: &Python, modes: &[Mode]) -> Verdict {
        let reference = |seed| self.run(&python.program, &[&self.path], seed);
        let mut expected = reference("1");
        if !self.counts(&expected) || reference("2").stdout != expected.stdout {
            return Verdict::LeftOut;
        }
        python.rename_library(&mut expected);
        let differences = modes.iter().filter_map(|mode| {
            let difference = match self.run_as(*mode) {
                Ok(actual) => compare(&expected, &actual)?,
                Err(problem) => problem,
            };
            Some((*mode, difference))
        });
        Verdict::Compared(differences.collect())
    }

    /// Whether it ran, did not say that it has nothing to do, and is expected to print what it did: MicroPython's scripts
    /// have what they print there beside them where that differs from CPython.
    fn counts(&self, outcome: &Outcome) -> bool {
        let mut exp = self.path.clone().into_os_string();
        exp.push(".exp");
        let exp = contents(Path::new(&exp));
        !outcome.timed_out
            && outcome.code == 0
            && outcome.stdout != b"SKIP\n"
            && (exp.is_empty() || exp == outcome.stdout)
    }

    fn run_as(&self, mode: Mode) -> Result<Outcome, String> {
        let ashore = |arguments: &[&dyn AsRef<OsStr>]| self.run(paths::ashore(), arguments, "1");
        let script = &self.path;
        match mode {
            Mode::Run => Ok(ashore(&[&"run", script])),
            Mode::NoNative => Ok(ashore(&[&"run", &"--no-native", script])),
            Mode::Built => {
                let scratch = Scratch::new();
                let program = scratch.file("program");
                let built = ashore(&[&"build", script, &"-o", &program]);
                if built.code == 0 {
                    Ok(self.run(&program, &[], "1"))
                } else {
                    Err(format!("it does not build:\n{}", built.err()))
                }
            }
        }
    }

    /// Runs a program in the script's directory, with little time and memory.
    fn run(&self, program: &Path, arguments: &[&dyn AsRef<OsStr>], seed: &str) -> Outcome {
        let mut command = Command::new(program);
        command.args(arguments.iter().map(|argument| argument.as_ref()));
        process::limit_memory(&mut command, MEMORY);
        command.envs([("PYTHONHASHSEED", seed), ("PYTHONDONTWRITEBYTECODE", "1")]);
        command.current_dir(self.path.parent().expect("a file is in a directory"));
        process::run(&mut command, b"", LIMIT)
    }
}

/// What an outcome has that is not as expected, with the end of its standard error.
fn compare(expected: &Outcome, actual: &Outcome) -> Option<String> {
    const LINES: usize = 4;
    if actual.timed_out {
        return Some(format!("still running after {} s", LIMIT.as_secs()));
    }
    if actual.code == expected.code && actual.stdout == expected.stdout {
        return None;
    }
    let mut report = difference("stdout", &expected.out(), &actual.out());
    if actual.code != expected.code {
        report += &format!("exit code {}\n", actual.code);
    }
    let errors = actual.err();
    let lines: Vec<&str> = errors.lines().collect();
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        report += &format!("  {line}\n");
    }
    Some(report)
}
