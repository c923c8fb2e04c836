//! `fuzz`: programs that a seed determines, run by the reference Python and by Ashore, which must do the same.
//!
//! ```text
//!   main        the command line, the workers
//!   generate    a program from the grammar (`grammar.txt`, read by `grammar`) and a seed (`ashore_tests::random`)
//!   damage      a program that compiles broken pieces of one
//!   judge       runs it, compares
//!   minimise    the smallest program with the same difference
//! ```

mod damage;
mod generate;
mod grammar;
mod judge;
mod minimise;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use ashore_tests::paths;
use ashore_tests::seeds::Seeds;
use clap::Parser;

use judge::{Difference, Judge, Runner, Verdict};

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p ashore-tests --bin fuzz -- --seconds 3600 --keep found
  cargo run --release -p ashore-tests --bin fuzz -- --seed 4711 --count 1
  cargo run --release -p ashore-tests --bin fuzz -- --seed 4711 --print
  cargo run --release -p ashore-tests --bin fuzz -- --program found/4711.py";

/// Compare Ashore with the reference Python on generated programs
#[derive(Parser)]
#[command(name = "fuzz", after_help = EXAMPLES)]
struct Options {
    #[command(flatten)]
    seeds: Seeds,
    /// How Ashore runs them
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "interpreted,native,all"
    )]
    runners: Vec<Runner>,
    /// Where to write programs that differ, as they are and minimised
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Stop after so many programs that differ
    #[arg(long, default_value_t = 10)]
    findings: usize,
    /// Compile damaged pieces of the programs: which errors there are
    #[arg(long)]
    damaged: bool,
    /// Do not look for the smallest program that differs
    #[arg(long)]
    as_is: bool,
    /// Only print the program of the seed
    #[arg(long)]
    print: bool,
    /// Compare and minimise this program instead
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl Options {
    fn make(&self, seed: u64) -> String {
        match self.damaged {
            true => damage::program(seed),
            false => generate::program(seed),
        }
    }
}

/// How far the workers are.
#[derive(Default)]
struct Progress {
    next: u64,
    ran: u64,
    left_out: u64,
    unsteady: u64,
    different: usize,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if options.print {
        print!("{}", options.make(options.seeds.seed));
        return ExitCode::SUCCESS;
    }
    let judge = Judge::new(paths::reference_python(), options.runners.clone());
    if !judge.has_reference() {
        println!("fuzz: no reference Python: native code is compared with the interpreter only");
    }
    if let Some(directory) = &options.keep {
        fs::create_dir_all(directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    }
    let _ = paths::ashore();
    if let Some(file) = &options.program {
        return check_file(&judge, file, &options);
    }
    let start = Instant::now();
    let progress = work(&judge, &options, start);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "fuzz: seeds {} to {}: {} programs in {seconds:.0} s, {} left out, {} for \
         what they say of addresses, {} differ",
        options.seeds.seed,
        (options.seeds.seed + progress.next).saturating_sub(1),
        progress.ran,
        progress.left_out + progress.unsteady,
        progress.unsteady,
        progress.different,
    );
    match progress.different {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Judges one program after the other, on two threads.
fn work(judge: &Judge, options: &Options, start: Instant) -> Progress {
    let limit = options.seeds.limit();
    let progress = Mutex::new(Progress::default());
    let locked = || progress.lock().expect("no worker panics");
    let take = || {
        let mut progress = locked();
        let over = start.elapsed() >= limit
            || options
                .seeds
                .count
                .is_some_and(|count| progress.next >= count)
            || progress.different >= options.findings;
        let seed = options.seeds.seed + progress.next;
        progress.next += u64::from(!over);
        (!over).then_some(seed)
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = take() {
                    let program = options.make(seed);
                    let verdict = judge.judge(&program);
                    let mut progress = locked();
                    progress.ran += 1;
                    match verdict {
                        Verdict::Alike => {}
                        Verdict::LeftOut => progress.left_out += 1,
                        Verdict::Unsteady => progress.unsteady += 1,
                        Verdict::Different(differences) => {
                            progress.different += 1;
                            drop(progress);
                            tell(judge, &seed.to_string(), &program, &differences, options);
                        }
                    }
                }
            });
        }
    });
    progress.into_inner().expect("no worker panics")
}

/// Judges a program that is there.
fn check_file(judge: &Judge, file: &Path, options: &Options) -> ExitCode {
    let program =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    match judge.judge(&program) {
        Verdict::Alike => ExitCode::SUCCESS,
        Verdict::LeftOut => {
            println!("{name}: the reference does not run it");
            ExitCode::from(2)
        }
        Verdict::Unsteady => {
            println!(
                "{name}: the reference differs from itself when its objects have other addresses"
            );
            ExitCode::from(2)
        }
        Verdict::Different(differences) => {
            tell(judge, &name, &program, &differences, options);
            ExitCode::FAILURE
        }
    }
}

/// Reports a program that differs, and the smallest one like it.
fn tell(judge: &Judge, name: &str, program: &str, differences: &[Difference], options: &Options) {
    let Some(first) = differences.first() else {
        return;
    };
    let runners: Vec<&str> = differences
        .iter()
        .map(|difference| difference.runner.name())
        .collect();
    if options.as_is {
        println!("==== {name} ({})\n{}", runners.join(" "), first.text);
        return;
    }
    let one = judge.only(first.runner);
    let found = |program: &str| match one.judge(program) {
        Verdict::Different(differences) => differences
            .into_iter()
            .find(|found| found.sort == first.sort),
        _ => None,
    };
    let small = minimise::minimise(program, &|program| found(program).is_some());
    // A difference that does not come again cannot be made smaller.
    let text = match found(&small) {
        Some(difference) => difference.text,
        None => format!("(it does not always differ)\n{}", first.text),
    };
    println!("==== {name} ({})\n{small}----\n{text}", runners.join(" "));
    if let Some(directory) = &options.keep {
        for (ending, text) in [("py", program), ("min.py", &small), ("txt", &text)] {
            let path = directory.join(format!("{name}.{ending}"));
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}
