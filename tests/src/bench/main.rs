//! `bench`: Ashore against every other Python found, on the programs of `tests/benchmarks`.
//!
//! All contenders run a program in turn, several rounds of it, so that what else the machine does meets all alike; all
//! must print the same. The ratios are of medians.
//!
//! ```text
//!   main         the command line
//!   examples     the tools of `examples`, and data for them
//!   contender    who runs: Ashore in its modes, CPython, PyPy
//!   measure      runs them in turn and compares what they print
//!   report       tables, means, raw figures
//! ```

mod contender;
mod examples;
mod measure;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use ashore_tests::paths;
use ashore_tests::scratch::Scratch;
use clap::Parser;

use contender::Mode;
use measure::{Program, Variant};
use report::Report;

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p ashore-tests --bin bench
  cargo run --release -p ashore-tests --bin bench -- fib nbody --rounds 9 --modes built,plain
  cargo run --release -p ashore-tests --bin bench -- --scaling --modes built
  cargo run --release -p ashore-tests --bin bench -- --tsv runs.tsv --peers python3.14";

/// Compare Ashore with every other Python found
#[derive(Parser)]
#[command(name = "bench", after_help = EXAMPLES)]
struct Options {
    /// Only programs whose name contains one of these
    filter: Vec<String>,
    /// How often each contender runs each program
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How Ashore runs the programs
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "built,run,no-native"
    )]
    modes: Vec<Mode>,
    /// Whom to compare with, of those that are there; `none` for nobody
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "python3.14,python3.14t,pypy3"
    )]
    peers: Vec<String>,
    /// The parallel programs and the examples instead: on one thread against several, on shared objects against own ones
    #[arg(long)]
    scaling: bool,
    /// How many threads several are
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..))]
    threads: u32,
    /// Compare processor time instead of the time that passes
    #[arg(long, conflicts_with = "scaling")]
    cpu: bool,
    /// Also write every single measurement to this file
    #[arg(long, value_name = "FILE")]
    tsv: Option<PathBuf>,
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        let mut filter = self.filter.iter();
        self.filter.is_empty() || filter.any(|part| name.contains(part))
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let data = Scratch::new();
    let mut programs = programs(&options);
    if options.scaling {
        programs.extend(examples(&options, &data));
    }
    programs.retain(|program| options.wants(&program.name));
    if programs.is_empty() {
        eprintln!("bench: no such program: {}", options.filter.join(" "));
        return ExitCode::from(2);
    }
    let contenders = contender::all(&options.peers, &options.modes);
    let mut report = Report::new(&contenders, options.cpu);
    report.head(options.scaling, options.threads);
    for program in &programs {
        let series = measure::measure(program, &contenders, options.rounds);
        report.add(program, series);
    }
    report.foot(options.scaling);
    if let Some(path) = &options.tsv
        && let Err(error) = std::fs::write(path, report.raw())
    {
        eprintln!("bench: {}: {error}", path.display());
        return ExitCode::FAILURE;
    }
    if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The programs, with the ways to run each.
fn programs(options: &Options) -> Vec<Program> {
    let folder = if options.scaling {
        "parallel"
    } else {
        "programs"
    };
    let folder = paths::repository().join("tests/benchmarks").join(folder);
    let files = paths::files_below(&folder).into_iter();
    let programs = files.filter(|file| file.extension().is_some_and(|extension| extension == "py"));
    let programs = programs.map(|source| {
        let name = source.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let variants = variants(&name, options);
        Program {
            name,
            source,
            variants,
        }
    });
    programs.collect()
}

/// The examples on one thread, on several, and in as many processes. Their data are written only if one is wanted.
fn examples(options: &Options, data: &Scratch) -> Vec<Program> {
    if !examples::NAMES.iter().any(|name| options.wants(name)) {
        return Vec::new();
    }
    let programs = examples::all(data).into_iter().map(|example| {
        let variant = |threads: u32, processes| {
            let mut arguments = vec!["-j".to_owned(), threads.to_string()];
            arguments.extend_from_slice(&example.arguments);
            Variant {
                arguments,
                processes,
            }
        };
        Program {
            variants: vec![
                variant(1, 1),
                variant(options.threads, 1),
                variant(1, options.threads),
            ],
            name: example.name,
            source: example.source,
        }
    });
    programs.collect()
}

/// A program of `programs` runs as it is. One of `parallel` runs on one thread, on several, and in as many processes of one
/// thread, which have nothing in common but the machine; if it compares sharing an object with having one's own, on several
/// threads in both ways.
fn variants(name: &str, options: &Options) -> Vec<Variant> {
    let many = options.threads.to_string();
    let variant = |arguments: &[&str], processes| Variant {
        arguments: arguments.iter().map(ToString::to_string).collect(),
        processes,
    };
    if !options.scaling {
        vec![variant(&[], 1)]
    } else if name.starts_with("shared_") {
        vec![
            variant(&["1", "own"], 1),
            variant(&[&many, "own"], 1),
            variant(&["1", "own"], options.threads),
            variant(&[&many, "shared"], 1),
        ]
    } else {
        vec![
            variant(&["1"], 1),
            variant(&[&many], 1),
            variant(&["1"], options.threads),
        ]
    }
}
