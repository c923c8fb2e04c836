//! `sweep`: scripts that nobody wrote for Ashore, against the reference Python.
//!
//! A script counts if the reference Python runs it to exit code 0, twice with the same output under different hash seeds.
//! It must then give the same standard output and exit code interpreted, native and as an executable; only the directory in
//! which the library is installed need not be the same.
//!
//! ```text
//!   main      the command line, the table
//!   script    one script: does it count, and what does each mode make of it
//! ```

mod script;

use std::path::PathBuf;
use std::process::ExitCode;

use ashore_tests::{paths, suite};
use clap::Parser;

use script::{Mode, Python, Script, Verdict};

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p ashore-tests --bin sweep -- micropython/tests/basics RustPython/extra_tests/snippets
  cargo run --release -p ashore-tests --bin sweep -- basics --only generator --modes no-native";

/// Compare Ashore with the reference Python on directories of scripts
#[derive(Parser)]
#[command(name = "sweep", after_help = EXAMPLES)]
struct Options {
    /// Directories whose .py files are run, each in its directory; those in directories below are not
    #[arg(required = true)]
    directories: Vec<PathBuf>,
    /// Only scripts whose name contains one of these
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How Ashore runs them
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "run,no-native,built"
    )]
    modes: Vec<Mode>,
    /// How many of a hundred scripts must behave alike, in each directory and mode
    #[arg(long, value_name = "PERCENT", default_value_t = 99.0)]
    at_least: f64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let Some(python) = paths::reference_python() else {
        eprintln!("sweep: needs a reference Python: set ASHORE_REFERENCE_PYTHON");
        return ExitCode::from(2);
    };
    let python = Python::new(python);
    let mut rows = Vec::new();
    for directory in &options.directories {
        let scripts = match script::all(directory, &options.only) {
            Ok(scripts) => scripts,
            Err(error) => {
                eprintln!("sweep: {}: {error}", directory.display());
                return ExitCode::from(2);
            }
        };
        let verdicts = suite::in_parallel(&scripts, |script| script.judge(&python, &options.modes));
        show_differences(&scripts, &verdicts);
        let name = directory.display().to_string();
        rows.push(Row::new(name, &verdicts, &options.modes));
    }
    let enough = rows.iter().all(|row| row.is_enough(options.at_least));
    rows.push(Row::sum(&rows, &options.modes));
    show_table(&rows, &options.modes);
    if enough {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The scripts that behave differently, with the first difference in each mode. Modes that differ in the same way are
/// named together.
fn show_differences(scripts: &[Script], verdicts: &[Verdict]) {
    for (script, verdict) in scripts.iter().zip(verdicts) {
        let Verdict::Compared(differences) = verdict else {
            continue;
        };
        let mut shown: Vec<(&str, String)> = Vec::new();
        for (mode, difference) in differences {
            match shown.iter_mut().find(|(text, _)| text == difference) {
                Some((_, modes)) => *modes += &format!(" {}", mode.name()),
                None => shown.push((difference, mode.name().to_owned())),
            }
        }
        for (difference, modes) in shown {
            println!(
                "-- {} ({modes})\n{}\n",
                script.name(),
                difference.trim_end()
            );
        }
    }
}

/// A directory's counts.
struct Row {
    directory: String,
    scripts: usize,
    compared: usize,
    /// Scripts that behave alike, by mode.
    alike: Vec<usize>,
}

impl Row {
    fn new(directory: String, verdicts: &[Verdict], modes: &[Mode]) -> Row {
        let compared: Vec<_> = verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::Compared(differences) => Some(differences),
                Verdict::LeftOut => None,
            })
            .collect();
        let alike = |mode: &Mode| {
            let alike = compared
                .iter()
                .filter(|differences| differences.iter().all(|(other, _)| other != mode));
            alike.count()
        };
        Row {
            directory,
            scripts: verdicts.len(),
            compared: compared.len(),
            alike: modes.iter().map(alike).collect(),
        }
    }

    /// All rows together.
    fn sum(rows: &[Row], modes: &[Mode]) -> Row {
        let alike = |mode: usize| rows.iter().map(|row| row.alike[mode]).sum();
        Row {
            directory: "together".to_owned(),
            scripts: rows.iter().map(|row| row.scripts).sum(),
            compared: rows.iter().map(|row| row.compared).sum(),
            alike: (0..modes.len()).map(alike).collect(),
        }
    }

    fn is_enough(&self, percent: f64) -> bool {
        self.alike
            .iter()
            .all(|alike| share(*alike, self.compared) >= percent)
    }
}

/// In percent; all of nothing is too little, so that a wrong path does not pass.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of files")]
    let share = part as f64 * 100.0 / whole as f64;
    share
}

fn show_table(rows: &[Row], modes: &[Mode]) {
    let width = rows.iter().map(|row| row.directory.len()).max();
    let width = width.unwrap_or_default();
    print!("{:width$}  scripts  compared", "");
    for mode in modes {
        print!("  {:>13}", mode.name());
    }
    println!();
    for row in rows {
        let directory = &row.directory;
        print!("{directory:width$}  {:7}  {:8}", row.scripts, row.compared);
        for alike in &row.alike {
            print!("  {alike:5} {:5.1} %", share(*alike, row.compared));
        }
        println!();
    }
}
