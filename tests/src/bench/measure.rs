//! Runs the contenders in turn and compares what they print.

use std::path::PathBuf;
use std::time::Duration;

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
                let arguments = &program.variants[each.variant].arguments;
                each.run(ready, arguments, &scratch, &mut expected);
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
        arguments: &[String],
        scratch: &Scratch,
        expected: &mut Option<Vec<u8>>,
    ) {
        let mut command = ready.command(arguments);
        let outcome = process::run(command.current_dir(scratch.path()), b"", LIMIT);
        self.problem = problem(&outcome, expected);
        self.samples.push(Sample {
            wall: outcome.wall,
            cpu: outcome.cpu,
        });
        if self.problem.is_none() && expected.is_none() {
            *expected = Some(outcome.stdout);
        }
    }

    /// The median of the samples, in seconds.
    pub(crate) fn median(&self, cpu: bool) -> Option<f64> {
        if self.problem.is_some() || self.samples.is_empty() {
            return None;
        }
        let time = |sample: &Sample| if cpu { sample.cpu } else { sample.wall };
        let mut times: Vec<f64> = self
            .samples
            .iter()
            .map(|sample| time(sample).as_secs_f64())
            .collect();
        times.sort_by(f64::total_cmp);
        let middle = times.len() / 2;
        Some(if times.len() % 2 == 1 {
            times[middle]
        } else {
            f64::midpoint(times[middle - 1], times[middle])
        })
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
