//! `race`: histories of operations on shared objects that threads do at the same time; every one must be explained by an order.
//!
//! `harness.py` makes the cases from seeds, races them and looks for what no sequential order of the operations gives. What the
//! orders give is the same under the reference Python.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use ashore_tests::seeds::Seeds;
use ashore_tests::{paths, process};
use clap::Parser;

/// Cases of one process.
const CASES: u64 = 20;

/// How long one process may take.
const LIMIT: Duration = Duration::from_secs(600);

/// How Ashore runs the harness.
const RUNNERS: [&[&str]; 2] = [&["run", "--no-native"], &["run"]];

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p ashore-tests --bin race -- --seconds 600 --rounds 5000
  cargo run --release -p ashore-tests --bin race -- --seed 27 --count 1 --rounds 100000";

/// Look for results of racing operations that no order of them explains
#[derive(Parser)]
#[command(name = "race", after_help = EXAMPLES)]
struct Options {
    #[command(flatten)]
    seeds: Seeds,
    /// How often each case is raced
    #[arg(long, default_value_t = 1000)]
    rounds: u64,
}

/// Runs the harness; what it says, and whether it found nothing.
fn harness(program: PathBuf, before: &[&str], numbers: &[u64], zeal: bool) -> (String, bool) {
    let mut command = Command::new(program);
    command.args(before);
    command.arg(paths::repository().join("tests/src/race/harness.py"));
    command.args(numbers.iter().map(u64::to_string));
    command.env("ASHORE_POISON", "1");
    if zeal {
        command.env("ASHORE_ZEAL", "1");
    }
    let outcome = process::run(&mut command, b"", LIMIT);
    let said = format!("{}{}", outcome.out(), outcome.err());
    (said, outcome.code == 0 && outcome.stderr.is_empty())
}

/// Races some cases by all runners, half of them with zeal, and compares with the reference. Tells whether all was well.
fn race(seed: u64, count: u64, rounds: u64) -> bool {
    let ashore = || paths::ashore().to_path_buf();
    let mut fine = true;
    for (index, runner) in RUNNERS.iter().enumerate() {
        let zeal = (seed / CASES + index as u64).is_multiple_of(2);
        let (said, nothing) = harness(ashore(), runner, &[seed, count, rounds], zeal);
        if !nothing {
            println!(
                "{}{}:\n{said}",
                runner.join(" "),
                if zeal { ", zeal" } else { "" }
            );
            fine = false;
        }
    }
    if let Some(reference) = paths::reference_python() {
        let (theirs, _) = harness(reference, &[], &[seed, count], false);
        let (ours, _) = harness(ashore(), RUNNERS[0], &[seed, count], false);
        if theirs != ours {
            let same = theirs.lines().zip(ours.lines());
            let same = same.take_while(|(theirs, ours)| theirs == ours).count();
            let rest = |said: &str| said.lines().nth(same).unwrap_or("(the end)").to_owned();
            let (theirs, ours) = (rest(&theirs), rest(&ours));
            println!("in order, CPython and Ashore:\n{theirs}\n{ours}");
            fine = false;
        }
    }
    fine
}

fn main() -> ExitCode {
    let options = Options::parse();
    let limit = options.seeds.limit();
    let start = Instant::now();
    let end = options
        .seeds
        .count
        .map_or(u64::MAX, |count| options.seeds.seed + count);
    let (mut seed, mut fine) = (options.seeds.seed, true);
    while seed < end && start.elapsed() < limit {
        let count = CASES.min(end - seed);
        fine &= race(seed, count, options.rounds);
        seed += count;
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "race: seeds {} to {} in {seconds:.0} s",
        options.seeds.seed,
        seed - 1
    );
    match fine {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
