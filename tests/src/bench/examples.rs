//! The parallel tools of `examples` as programs to measure, and what they are given to read.
//!
//! Invariant: the data are the same on every machine and in every run; only their size was chosen, such that one thread
//! takes a second or two.

use std::fmt::Write;
use std::path::PathBuf;

use ashore_tests::paths;
use ashore_tests::random::Random;
use ashore_tests::scratch::Scratch;

/// Their names, as programs.
pub(crate) const NAMES: [&str; 3] = [
    "examples/wordfreq",
    "examples/logstats",
    "examples/mandelbrot",
];

/// An example: its name, its source, and its arguments but for the number of threads.
pub(crate) struct Example {
    pub(crate) name: String,
    pub(crate) source: PathBuf,
    pub(crate) arguments: Vec<String>,
}

/// All examples, their data written to `scratch`.
pub(crate) fn all(scratch: &Scratch) -> Vec<Example> {
    let log = scratch.write("access.log", &access_log(&mut Random::new(2), 1_200_000));
    let texts = scratch.file("texts");
    std::fs::create_dir_all(&texts).expect("the scratch directory can be written");
    let mut random = Random::new(1);
    let words = Words::new(&mut random, 20_000);
    for number in 0..480 {
        let text = words.text(&mut random);
        scratch.write(&format!("texts/{number:03}.txt"), &text);
    }
    let picture = scratch.file("set.pgm");
    let name = |path: PathBuf| path.display().to_string();
    let arguments = [
        vec![name(texts)],
        vec![name(log)],
        vec![
            "--size".into(),
            "3200x2400".into(),
            "-o".into(),
            name(picture),
        ],
    ];
    let examples = NAMES.iter().zip(arguments);
    let examples = examples.map(|(name, arguments)| Example {
        name: (*name).to_owned(),
        source: paths::repository().join(name).with_extension("py"),
        arguments,
    });
    examples.collect()
}

/// A language: its words, the frequent ones first.
struct Words(Vec<String>);

impl Words {
    fn new(random: &mut Random, count: usize) -> Words {
        const ONSETS: [&str; 14] = [
            "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "th",
        ];
        const ENDS: [&str; 12] = [
            "a", "e", "i", "o", "u", "ea", "en", "ing", "or", "at", "is", "ed",
        ];
        let word = |_| {
            let mut word = String::new();
            for _ in 0..=random.below(4) {
                word += *random.any(&ONSETS);
                word += *random.any(&ENDS);
            }
            word
        };
        Words((0..count).map(word).collect())
    }

    /// As word counts of natural languages are spread (Zipf's law), roughly: how far down the list the word lies is, on a
    /// logarithmic scale, even.
    fn any(&self, random: &mut Random) -> &str {
        let scale = self.0.len().ilog2() as usize;
        let reach = 1 << (1 + random.below(scale));
        &self.0[random.below(reach)]
    }

    /// Between 10 and 90 kilobytes of it.
    fn text(&self, random: &mut Random) -> String {
        let mut text = String::new();
        for _ in 0..200 + random.below(1000) {
            for place in 0..8 + random.below(8) {
                if place > 0 {
                    text += if random.percent(10) { ", " } else { " " };
                }
                text += self.any(random);
            }
            text += ".\n";
        }
        text
    }
}

/// So many lines in the combined format, some of them damaged.
fn access_log(random: &mut Random, lines: usize) -> String {
    const STATUSES: [u32; 10] = [200, 200, 200, 200, 200, 200, 304, 301, 404, 500];
    let mut log = String::new();
    for number in 0..lines {
        let host = random.below(20_000);
        let reach = 1 << (1 + random.below(11));
        let path = random.below(reach);
        let (hour, second) = (number * 24 / lines, number % 60);
        let status = random.any(&STATUSES);
        let size = random.below(50_000);
        let query = if random.percent(20) { "?page=2" } else { "" };
        let _ = write!(
            log,
            "10.0.{}.{} - - [10/Oct/2026:{hour:02}:14:{second:02} +0000] \"GET /articles/{path:04}.html{query} HTTP/1.1\" \
             {status} {size} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
            host / 256,
            host % 256,
        );
        if random.percent(1) {
            log.truncate(log.len() - 90);
        }
        log += "\n";
    }
    log
}
