//! What runs a program, and whether two runs are alike: standard output, standard error and exit code.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ashore_tests::case::difference;
use ashore_tests::paths;
use ashore_tests::process::{self, Outcome};
use ashore_tests::scratch::Scratch;
use clap::ValueEnum;

/// How long the reference may take for a program, for it to count.
const REFERENCE_LIMIT: Duration = Duration::from_secs(3);
/// How long Ashore may take: other processes want the processors, too.
const LIMIT: Duration = Duration::from_secs(20);
/// How much address space the reference may use, in bytes.
const REFERENCE_MEMORY: u64 = 6 << 30;
/// How much Ashore may use. It reserves more than it fills: a gigabyte for the main thread's stack, and for a large object two
/// or three times its size, until it lies where it should.
const MEMORY: u64 = 3 * REFERENCE_MEMORY;
/// A hexadecimal number with fewer digits is no address.
const ADDRESS: usize = 6;
/// Allocators of the reference: objects are in another order with each, and their addresses have other numbers of digits.
/// Twice the same one is another address, too.
const ALLOCATORS: [&str; 4] = ["mimalloc", "malloc", "pymalloc", "mimalloc"];

/// A way in which Ashore runs a program.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Runner {
    /// `ashore run --no-native`
    Interpreted,
    /// `ashore run`
    Native,
    /// `ashore run --all-native`
    All,
    /// `ashore build`, then the executable
    Built,
}

impl Runner {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Runner::Interpreted => "interpreted",
            Runner::Native => "native",
            Runner::All => "all-native",
            Runner::Built => "built",
        }
    }

    fn run(self, scratch: &Scratch, script: &Path) -> Outcome {
        let mut command = Command::new(paths::ashore());
        match self {
            Runner::Interpreted => command.args(["run", "--no-native"]).arg(script),
            Runner::Native => command.arg("run").arg(script),
            Runner::All => command.args(["run", "--all-native"]).arg(script),
            Runner::Built => {
                let program = scratch.file("program");
                command.arg("build").arg(script).arg("-o").arg(&program);
                let built = limited(&mut command, scratch, LIMIT);
                if built.code != 0 {
                    return built;
                }
                let mut ran = limited(&mut Command::new(program), scratch, LIMIT);
                // What the compiler warns of is said when the program is built, not when it runs.
                ran.stderr.splice(..0, built.stderr);
                return ran;
            }
        };
        limited(&mut command, scratch, LIMIT)
    }
}

/// What a difference consists in; the minimiser keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    Crash,
    Hang,
    Stdout,
    Stderr,
    Code,
}

pub(crate) struct Difference {
    pub(crate) runner: Runner,
    pub(crate) sort: Sort,
    pub(crate) text: String,
}

pub(crate) enum Verdict {
    /// The reference does not run it: it is no program, or takes too long.
    LeftOut,
    /// The reference does another thing if its objects have other addresses: the program looks at them, other than by
    /// showing them whole.
    Unsteady,
    Alike,
    Different(Vec<Difference>),
}

pub(crate) struct Judge {
    /// Without it, the interpreter is what native code is compared with.
    reference: Option<PathBuf>,
    pub(crate) runners: Vec<Runner>,
}

impl Judge {
    pub(crate) fn new(reference: Option<PathBuf>, runners: Vec<Runner>) -> Judge {
        Judge { reference, runners }
    }

    pub(crate) fn has_reference(&self) -> bool {
        self.reference.is_some()
    }

    /// The same, for one of the runners.
    pub(crate) fn only(&self, runner: Runner) -> Judge {
        Judge::new(self.reference.clone(), vec![runner])
    }

    pub(crate) fn judge(&self, program: &str) -> Verdict {
        let scratch = Scratch::new();
        let script = scratch.write("program.py", program);
        let expected = match &self.reference {
            Some(python) => run_reference(python, &scratch, &script, None),
            None => Runner::Interpreted.run(&scratch, &script),
        };
        let errors = expected.err();
        if expected.timed_out || is_no_program(&errors) || errors.contains("\nMemoryError") {
            return Verdict::LeftOut;
        }
        let differences: Vec<Difference> = self
            .runners
            .iter()
            .filter(|runner| self.reference.is_some() || **runner != Runner::Interpreted)
            .filter_map(|runner| compare(*runner, &expected, &runner.run(&scratch, &script)))
            .collect();
        if differences.is_empty() {
            return Verdict::Alike;
        }
        let is_unsteady = |python: &PathBuf| {
            ALLOCATORS.iter().any(|allocator| {
                let again = run_reference(python, &scratch, &script, Some(allocator));
                !again.timed_out && compare(Runner::Interpreted, &expected, &again).is_some()
            })
        };
        match self.reference.as_ref().is_some_and(is_unsteady) {
            true => Verdict::Unsteady,
            false => Verdict::Different(differences),
        }
    }
}

/// Runs the reference, with one of its allocators.
fn run_reference(
    python: &Path,
    scratch: &Scratch,
    script: &Path,
    allocator: Option<&str>,
) -> Outcome {
    let mut command = Command::new(python);
    command.args(["-S", "-B"]).arg(script).env_clear();
    command.envs(allocator.map(|allocator| ("PYTHONMALLOC", allocator)));
    process::limit_memory(&mut command, REFERENCE_MEMORY);
    run_in(&mut command, scratch, REFERENCE_LIMIT)
}

/// Whether the program itself, and not something it compiles, has a syntax error.
fn is_no_program(errors: &str) -> bool {
    // Warnings may come first.
    let starts = |line: &str| line.starts_with("  File ") || line.starts_with("Sorry: ");
    errors.lines().any(starts) && !errors.contains("Traceback (most recent call last)")
}

/// Runs Ashore, or what it built.
fn limited(command: &mut Command, scratch: &Scratch, limit: Duration) -> Outcome {
    process::limit_memory(command, MEMORY);
    run_in(command.env_clear(), scratch, limit)
}

fn run_in(command: &mut Command, scratch: &Scratch, limit: Duration) -> Outcome {
    command.current_dir(scratch.path());
    command.envs([("PYTHONHASHSEED", "0"), ("LC_ALL", "C.UTF-8")]);
    process::run(command, b"", limit)
}

fn compare(runner: Runner, expected: &Outcome, actual: &Outcome) -> Option<Difference> {
    let different = |sort, text| Some(Difference { runner, sort, text });
    if actual.timed_out {
        return different(
            Sort::Hang,
            format!("still running after {} s\n", LIMIT.as_secs()),
        );
    }
    let killed = actual.code > 128 && actual.code != expected.code;
    if killed || actual.err().contains("panicked at") {
        let text = format!("exit code {}\n{}", actual.code, actual.err());
        return different(Sort::Crash, text);
    }
    let streams = [
        (Sort::Stdout, "stdout", expected.out(), actual.out()),
        (Sort::Stderr, "stderr", expected.err(), actual.err()),
    ];
    for (sort, name, expected, actual) in streams {
        let (expected, actual) = (steady(&expected, runner), steady(&actual, runner));
        if expected != actual {
            return different(sort, difference(name, &expected, &actual));
        }
    }
    if actual.code != expected.code {
        let text = format!("exit code {}, expected {}\n", actual.code, expected.code);
        return different(Sort::Code, text);
    }
    None
}

/// The text with only the prefix left of addresses.
fn without_addresses(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        let is_address = part.len() - rest.len() >= ADDRESS;
        out += prefix;
        out += if is_address { rest } else { part };
    }
    out
}

/// The text without what need not be the same: addresses; how often a line of a traceback comes again, since calls of native
/// code are not counted against the recursion limit; and, for native code, the guess at a variable that was meant, since
/// functions no longer know which of their variables were bound when a traceback is printed.
fn steady(text: &str, runner: Runner) -> String {
    let out = without_addresses(&without_addresses(text, "0x"), "0X");
    let may_guess = |line: &str| {
        runner != Runner::Interpreted
            && (line.contains("NameError: ") || line.contains("UnboundLocalError: "))
    };
    let line = |line: &str| match line.split_once(". Did you mean: ") {
        Some((message, _)) if may_guess(line) => message.to_owned(),
        _ if line.starts_with("  [Previous line repeated ") => "  [Previous line repeated]".into(),
        _ => line.to_owned(),
    };
    out.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
