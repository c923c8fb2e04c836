//! A program of `tests/language` with its expected results.
//!
//! ```text
//!   NAME.py      the program; a line `# args: a b` among its first gives it arguments
//!   NAME.in      its standard input, if it reads any
//!   NAME.out     expected standard output
//!   NAME.err     expected standard error, if any, as `normalise` leaves it
//!   NAME.exit    expected exit code, if it is not 0
//! ```
//!
//! A directory that holds `main.py` is one program; what else is in it are its modules. Expected results are CPython
//! 3.14's and never edited by hand: `BLESS=1 cargo test -p ashore-tests --test language` makes them anew.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{self, Outcome};
use crate::scratch::Scratch;
use crate::{paths, process::contents};

/// How long a program may run.
const LIMIT: Duration = Duration::from_secs(60);

/// What a program must give.
#[derive(PartialEq, Eq)]
pub struct Results {
    pub out: String,
    pub err: String,
    pub code: i32,
}

/// A program and where its expected results are.
pub struct Case {
    pub source: PathBuf,
}

/// All programs below a directory.
pub fn cases(directory: &Path) -> Vec<Case> {
    let files = paths::files_below(directory);
    let is_module = |file: &Path| {
        let below = file
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != directory);
        let main = below.map(|folder| folder.join("main.py"));
        main.into_iter().any(|main| main != file && main.exists())
    };
    let programs = files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "py"))
        .filter(|file| !is_module(file));
    programs.map(|source| Case { source }).collect()
}

impl Case {
    /// The path below `tests/language`, without the ending.
    pub fn name(&self, directory: &Path) -> String {
        let path = self.source.with_extension("");
        let path = path.strip_prefix(directory).unwrap_or(&path);
        path.display().to_string()
    }

    /// The arguments that the program asks for.
    fn arguments(&self) -> Vec<OsString> {
        let source = fs::read_to_string(&self.source).expect("programs are UTF-8");
        let header = source.lines().take(5);
        header
            .filter_map(|line| line.strip_prefix("# args: "))
            .flat_map(|arguments| arguments.split(' ').map(OsString::from))
            .collect()
    }

    /// Runs the program by `command`, to which its arguments are added, in an empty directory.
    pub fn run(&self, command: &mut Command) -> Outcome {
        let scratch = Scratch::new();
        command.args(self.arguments()).current_dir(scratch.path());
        process::run(command, &contents(&self.source.with_extension("in")), LIMIT)
    }

    /// What an outcome has to say, without what differs from machine to machine.
    pub fn results(&self, outcome: &Outcome) -> Results {
        let directory = self.source.parent().expect("a file is in a directory");
        Results {
            out: outcome.out(),
            err: normalise(&outcome.err(), directory),
            code: outcome.code,
        }
    }

    pub fn expected(&self) -> Results {
        let text = |ending| {
            let bytes = contents(&self.source.with_extension(ending));
            String::from_utf8(bytes).expect("expected results are UTF-8")
        };
        let code = text("exit");
        Results {
            out: text("out"),
            err: text("err"),
            code: code.trim().parse().unwrap_or_default(),
        }
    }

    /// Stores expected results.
    pub fn bless(&self, results: &Results) {
        let write = |ending, text: &str, wanted: bool| {
            let path = self.source.with_extension(ending);
            let done = if wanted {
                fs::write(&path, text)
            } else if path.exists() {
                fs::remove_file(&path)
            } else {
                Ok(())
            };
            done.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        };
        write("out", &results.out, true);
        write("err", &results.err, !results.err.is_empty());
        let code = format!("{}\n", results.code);
        write("exit", &code, results.code != 0);
    }

    /// Compares an outcome with the expected results.
    pub fn check(&self, outcome: &Outcome) -> Result<(), String> {
        if outcome.timed_out {
            return Err(format!("still running after {} s", LIMIT.as_secs()));
        }
        let (expected, actual) = (self.expected(), self.results(outcome));
        if expected == actual {
            return Ok(());
        }
        let mut report = String::new();
        if expected.code != actual.code {
            report += &format!("exit code {}, expected {}\n", actual.code, expected.code);
        }
        report += &difference("stdout", &expected.out, &actual.out);
        report += &difference("stderr", &expected.err, &actual.err);
        Err(report)
    }
}

/// Standard error without the program's directory, and without the frames of the library's own files.
///
/// ```text
///   File "/somewhere/tests/language/threads/exceptions.py", line 8, in fail     File "exceptions.py", line 8, in fail
///   File "/usr/lib/python3.14/threading.py", line 1025, in run                  (left out, with its source lines)
/// ```
/// How the lines of frames of library files begin: CPython's, and Ashore's.
const LIBRARY: [&str; 2] = ["  File \"/", "  File \"<ashore>/"];

fn normalise(text: &str, directory: &Path) -> String {
    let text = text.replace(&format!("{}/", directory.display()), "");
    let mut lines = String::new();
    let mut in_library = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("  File \"") {
            in_library = LIBRARY.iter().any(|start| line.starts_with(start));
        } else if !line.starts_with("    ") {
            in_library = false;
        }
        if !in_library {
            lines += line;
        }
    }
    lines
}

/// The first place where two texts differ, with the lines after it; nothing if they are equal.
pub fn difference(what: &str, expected: &str, actual: &str) -> String {
    const LINES: usize = 6;
    if expected == actual {
        return String::new();
    }
    let (mut expected_lines, mut actual_lines) =
        (expected.lines().peekable(), actual.lines().peekable());
    let mut number = 1;
    while expected_lines.peek().is_some() && expected_lines.peek() == actual_lines.peek() {
        expected_lines.next();
        actual_lines.next();
        number += 1;
    }
    let mut report = format!("{what} differs at line {number}:\n");
    for line in expected_lines.take(LINES) {
        report += &format!("  expected | {line}\n");
    }
    for line in actual_lines.take(LINES) {
        report += &format!("       got | {line}\n");
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_the_library_are_left_out() {
        let text = "Traceback (most recent call last):\n  File \"/lib/a.py\", line 1, in f\n    x\n    ~\n  \
                    File \"/here/b.py\", line 2, in g\n    y\nValueError: z\n";
        let expected = "Traceback (most recent call last):\n  File \"b.py\", line 2, in g\n    y\nValueError: z\n";
        assert_eq!(normalise(text, Path::new("/here")), expected);
    }

    #[test]
    fn a_difference_is_shown_from_where_it_begins() {
        let report = difference("stdout", "a\nb\nc\n", "a\nx\n");
        assert_eq!(
            report,
            "stdout differs at line 2:\n  expected | b\n  expected | c\n       got | x\n"
        );
        assert_eq!(difference("stdout", "same\n", "same\n"), "");
    }
}
