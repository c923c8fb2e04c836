//! `conformance`: CPython's own test suite, run by Ashore, compared with what was recorded.
//!
//! Nothing of the suite is in this repository: it is found, or fetched, when this runs. Each test has a name, and the
//! record (`tests/conformance/record`) says of each what came of it in CPython, in `ashore run` and in `ashore run
//! --no-native`. What passed and passes no longer is a failure of this program.
//!
//! ```text
//!   main      the command line
//!   suite     where the tests are, or how they are fetched
//!   run       one file of tests, one process, again after a crash
//!   record    outcomes by test, the files they are kept in, the table
//! ```

mod record;
mod run;
mod suite;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ashore_tests::paths;
use clap::Parser;

use record::{Outcomes, Record};
use run::Runner;
use suite::Suite;

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p ashore-tests --bin conformance
  cargo run --release -p ashore-tests --bin conformance -- test_list test_dict --show
  cargo run --release -p ashore-tests --bin conformance -- --record";

/// Run CPython's tests and compare with the record
#[derive(Parser)]
#[command(name = "conformance", after_help = EXAMPLES)]
struct Options {
    /// Only these files of tests, named or not in tests/conformance/files.txt
    files: Vec<String>,
    /// Who runs them
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "native,interpreted"
    )]
    runners: Vec<Runner>,
    /// Write what came of it into the record, and the table
    #[arg(long)]
    record: bool,
    /// Show what the tests that do not pass printed
    #[arg(long)]
    show: bool,
}

/// Exit codes: something that passed does not, or the suite cannot be had.
const WORSE: u8 = 1;
const NO_SUITE: u8 = 3;

fn main() -> ExitCode {
    let options = Options::parse();
    let suite = match Suite::obtain() {
        Ok(suite) => suite,
        Err(problem) => {
            eprintln!("conformance: nothing was run: CPython's tests are not to be had: {problem}");
            return ExitCode::from(NO_SUITE);
        }
    };
    let files = match options.files.is_empty() {
        true => record::files(),
        false => options.files.clone(),
    };
    let left_out = record::left_out();
    let mut records: Vec<Record> = files.iter().map(|file| Record::read(file)).collect();
    let mut worse = Vec::new();
    for &runner in &options.runners {
        let outcomes = run_all(&suite, runner, &files, &left_out);
        for (record, (mut outcomes, output)) in records.iter_mut().zip(outcomes) {
            let same = record.is_of(&suite);
            if !options.record && same && !record.worse(runner, &outcomes).is_empty() {
                // Tests that wait for time to pass fail on a busy machine now and then.
                outcomes.best_of(run::run(&suite, runner, record.file(), &left_out).0);
            }
            if options.show && !output.is_empty() {
                println!("==== {} ({})\n{output}", record.file(), runner.name());
            }
            if same {
                worse.extend(record.worse(runner, &outcomes));
            } else if !options.record {
                println!("{}: not the tests that were recorded", record.file());
            }
            record.set(&suite, runner, outcomes);
        }
    }
    print!("{}", record::table(&records));
    if options.record {
        records.iter().for_each(Record::write);
        record::write_table();
    }
    report(&worse, options.record)
}

/// Says what got worse.
fn report(worse: &[String], recorded: bool) -> ExitCode {
    for test in worse {
        println!("passed before: {test}");
    }
    match worse.is_empty() || recorded {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(WORSE),
    }
}

/// Runs all files, two at a time; the outcomes come in the files' order.
fn run_all(
    suite: &Suite,
    runner: Runner,
    files: &[String],
    left_out: &[String],
) -> Vec<(Outcomes, String)> {
    if runner != Runner::Cpython {
        let _ = paths::ashore();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { break };
                    let outcomes = run::run(suite, runner, file, left_out);
                    let mut done = done.lock().expect("pushing does not panic");
                    done.push((index, outcomes));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("pushing does not panic");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcomes)| outcomes).collect()
}
