//! Runs the contenders in turn and compares what they print.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use ashore_tests::process::{self, Outcome};
use ashore_tests::scratch::Scratch;

use crate::contender::{Contender, Prepared, last_line};

/// No program is to take this long; one that does has failed.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) source: PathBuf,
    pub(crate) variants: Vec<Variant>,
}

/// One way to call a program. All print the same.
#[derive(Clone)]
pub(crate) struct Variant {
    pub(crate) arguments: Vec<String>,
    /// How many processes run at once; the time is that of all, shared out among them.
    pub(crate) processes: u32,
}

/// What one contender did with one variant of a program.
pub(crate) struct Series {
    pub(crate) contender: usize,
    pub(crate) variant: usize,
    pub(crate) samples: Vec<Sample>,
    /// Why it counts for nothing, if it does.
    pub(crate) problem: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

/// All contenders on all variants, `rounds` times, each round beginning with another one.
pub(crate) fn measure(program: &Program, contenders: &[Contender], rounds: u32) -> Vec<Series> {
    let scratch = Scratch::new();
    let mut prepared = Vec::new();
    let mut series = Vec::new();
    for (contender, each) in contenders.iter().enumerate() {
        let ready = each.prepare(&program.source, &scratch);
        for variant in 0..program.variants.len() {
            series.push(Series {
                contender,
                variant,
                samples: Vec::new(),
                problem: ready.as_ref().err().cloned(),
            });
        }
        prepared.push(ready.ok());
    }
    let mut expected = None;
    let n_series = series.len();
    for round in 0..rounds as usize {
        for turn in 0..n_series {
            let each = &mut series[(turn + round) % n_series];
            if let (None, Some(ready)) = (&each.problem, &prepared[each.contender]) {
                let variant = &program.variants[each.variant];
                each.run(ready, variant, &scratch, &mut expected);
            }
        }
    }
    series
}

impl Series {
    /// Runs once. The first output seen is what all others must be.
    fn run(
        &mut self,
        ready: &Prepared,
        variant: &Variant,
        scratch: &Scratch,
        expected: &mut Option<Vec<u8>>,
    ) {
        let run = || {
            let mut command = ready.command(&variant.arguments);
            process::run(command.current_dir(scratch.path()), b"", LIMIT)
        };
        let start = Instant::now();
        let outcomes: Vec<Outcome> = thread::scope(|scope| {
            let running: Vec<_> = (0..variant.processes).map(|_| scope.spawn(run)).collect();
            let ended = running.into_iter().map(|process| process.join());
            ended
                .map(|outcome| outcome.expect("running does not panic"))
                .collect()
        });
        self.samples.push(Sample {
            wall: start.elapsed() / variant.processes,
            cpu: outcomes.iter().map(|outcome| outcome.cpu).sum::<Duration>() / variant.processes,
        });
        for outcome in outcomes {
            self.problem = self.problem.take().or(problem(&outcome, expected));
            if self.problem.is_none() && expected.is_none() {
                *expected = Some(outcome.stdout);
            }
        }
    }

    /// The samples in seconds, one for each round; none if they count for nothing.
    fn times(&self, cpu: bool) -> Vec<f64> {
        if self.problem.is_some() {
            return Vec::new();
        }
        let time = |sample: &Sample| if cpu { sample.cpu } else { sample.wall };
        self.samples
            .iter()
            .map(|sample| time(sample).as_secs_f64())
            .collect()
    }

    /// The shortest sample, in seconds: what disturbed the others did not disturb it.
    pub(crate) fn least(&self) -> Option<f64> {
        self.times(false).into_iter().min_by(f64::total_cmp)
    }

    /// The median of the samples, in seconds.
    pub(crate) fn median(&self, cpu: bool) -> Option<f64> {
        median(self.times(cpu))
    }

    /// The median of the rounds' ratios to another series. A round's runs follow each other, so a machine that is slower
    /// for some rounds slows both.
    pub(crate) fn against(&self, base: &Series, cpu: bool) -> Option<f64> {
        let pairs = self.times(cpu).into_iter().zip(base.times(cpu));
        median(pairs.map(|(own, base)| own / base).collect())
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(numbers[middle]),
        _ => Some(f64::midpoint(numbers[middle - 1], numbers[middle])),
    }
}

fn problem(outcome: &Outcome, expected: &Option<Vec<u8>>) -> Option<String> {
    if outcome.timed_out {
        Some(format!("runs longer than {} s", LIMIT.as_secs()))
    } else if outcome.code != 0 {
        let error = outcome.err();
        Some(format!("exit {}: {}", outcome.code, last_line(&error)))
    } else if expected
        .as_ref()
        .is_some_and(|bytes| *bytes != outcome.stdout)
    {
        Some(format!(
            "prints something else: {}",
            last_line(&outcome.out())
        ))
    } else {
        None
    }
}
