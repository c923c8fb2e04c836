//! Outcomes by test, and the files they are kept in.
//!
//! `tests/conformance/record/FILE.txt` has a line for each test, in alphabetical order: what came of it in CPython, native,
//! interpreted (a dash if it did not run), and its name. Its first line tells which version of the tests that was.
//! `tests/conformance/TABLE.md` sums them up.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use ashore_tests::paths;

use crate::run::Runner;
use crate::suite::Suite;

/// What came of a test; of several results of one test the last of these counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Outcome {
    Pass,
    Skip,
    Fail,
    Error,
    Hang,
    Crash,
}

impl Outcome {
    const ALL: [(Outcome, &str); 6] = [
        (Outcome::Pass, "pass"),
        (Outcome::Skip, "skip"),
        (Outcome::Fail, "fail"),
        (Outcome::Error, "error"),
        (Outcome::Hang, "hang"),
        (Outcome::Crash, "crash"),
    ];

    fn name(self) -> &'static str {
        Outcome::ALL[self as usize].1
    }

    /// The driver and this program write the same names; what is none counts as an error.
    pub(crate) fn from_name(text: &str) -> Outcome {
        let found = Outcome::ALL.iter().find(|(_, name)| *name == text);
        found.map_or(Outcome::Error, |(outcome, _)| *outcome)
    }
}

/// What came of each test of a file, by name.
#[derive(Default)]
pub(crate) struct Outcomes(BTreeMap<String, Outcome>);

impl Outcomes {
    pub(crate) fn add(&mut self, name: &str, outcome: Outcome) {
        let name = name.strip_prefix("test.").unwrap_or(name).to_owned();
        let entry = self.0.entry(name).or_insert(outcome);
        *entry = outcome.max(*entry);
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Keeps the better outcome of each test.
    pub(crate) fn best_of(&mut self, other: Outcomes) {
        for (name, outcome) in other.0 {
            let entry = self.0.entry(name).or_insert(outcome);
            *entry = outcome.min(*entry);
        }
    }
}

/// What is known of a file of tests.
pub(crate) struct Record {
    file: String,
    fingerprint: String,
    /// In the order of [`Runner::ALL`].
    tests: BTreeMap<String, [Option<Outcome>; 3]>,
}

fn directory() -> PathBuf {
    paths::repository().join("tests/conformance")
}

/// The lines of a file in `tests/conformance`, without comments.
fn lines(name: &str) -> Vec<String> {
    let path = directory().join(name);
    let text = fs::read_to_string(&path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The files of tests to run.
pub(crate) fn files() -> Vec<String> {
    lines("files.txt")
}

/// How the names of tests begin that do not count.
pub(crate) fn left_out() -> Vec<String> {
    with_reasons("left_out.txt")
}

/// The first column of a list of tests, whose second column says why they are in it.
fn with_reasons(list: &str) -> Vec<String> {
    let lines = lines(list).into_iter();
    lines
        .map(|line| {
            let (name, reason) = line.split_once('\t').unwrap_or_default();
            assert!(!reason.is_empty(), "no reason is given: {line}");
            name.to_owned()
        })
        .collect()
}

impl Record {
    fn path(file: &str) -> PathBuf {
        directory().join(format!("record/{file}.txt"))
    }

    /// What was recorded, if anything was.
    pub(crate) fn read(file: &str) -> Record {
        let text = fs::read_to_string(Record::path(file)).unwrap_or_default();
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        let fingerprint = header.rsplit(' ').next().unwrap_or_default().to_owned();
        let tests = lines.map(|line| {
            let mut fields = line.splitn(4, ' ');
            let outcomes = [(); 3].map(|()| match fields.next() {
                None | Some("-") => None,
                Some(name) => Some(Outcome::from_name(name)),
            });
            (fields.next().unwrap_or_default().to_owned(), outcomes)
        });
        Record {
            file: file.to_owned(),
            fingerprint,
            tests: tests.collect(),
        }
    }

    pub(crate) fn write(&self) {
        let runners = Runner::ALL.map(Runner::name).join(" ");
        let mut text = format!("# {runners} name; tests: {}\n", self.fingerprint);
        for (name, outcomes) in &self.tests {
            for outcome in outcomes {
                let _ = write!(text, "{} ", outcome.map_or("-", Outcome::name));
            }
            let _ = writeln!(text, "{name}");
        }
        let path = Record::path(&self.file);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Was this version of the tests recorded?
    pub(crate) fn is_of(&self, suite: &Suite) -> bool {
        self.fingerprint == suite.fingerprint(&self.file)
    }

    /// The tests that passed and do not now.
    pub(crate) fn worse(&self, runner: Runner, outcomes: &Outcomes) -> Vec<String> {
        let unsteady = with_reasons("unsteady.txt");
        let steady = |name: &str| {
            !unsteady
                .iter()
                .any(|start| name.starts_with(start.as_str()))
        };
        let passed = self.tests.iter().filter(|(name, _)| steady(name));
        let passed = passed.filter(|(_, before)| before[runner as usize] == Some(Outcome::Pass));
        passed
            .filter_map(|(name, _)| match outcomes.0.get(name) {
                Some(Outcome::Pass) => None,
                now => {
                    let now = now.map_or("not run", |outcome| outcome.name());
                    Some(format!("{name}: now {now} ({})", runner.name()))
                }
            })
            .collect()
    }

    /// Puts new outcomes in the place of the old ones.
    pub(crate) fn set(&mut self, suite: &Suite, runner: Runner, outcomes: Outcomes) {
        self.fingerprint = suite.fingerprint(&self.file);
        for before in self.tests.values_mut() {
            before[runner as usize] = None;
        }
        for (name, outcome) in outcomes.0 {
            self.tests.entry(name).or_default()[runner as usize] = Some(outcome);
        }
        self.tests.retain(|_, outcomes| *outcomes != [None; 3]);
    }

    /// Does CPython pass the test?
    fn counts(outcomes: &[Option<Outcome>; 3]) -> bool {
        outcomes[Runner::Cpython as usize] == Some(Outcome::Pass)
    }

    /// Of the tests that CPython passes: how many there are, and of a runner passed, failed, errors, skipped, without an end.
    fn counted(&self, runner: Runner) -> [usize; 6] {
        let mut counts = [0; 6];
        for outcomes in self
            .tests
            .values()
            .filter(|outcomes| Record::counts(outcomes))
        {
            counts[0] += 1;
            counts[match outcomes[runner as usize] {
                Some(Outcome::Pass) => 1,
                Some(Outcome::Fail) => 2,
                Some(Outcome::Error) => 3,
                Some(Outcome::Skip) => 4,
                Some(Outcome::Hang | Outcome::Crash) | None => 5,
            }] += 1;
        }
        counts
    }
}

/// Sums the outcomes up, a row for each file.
pub(crate) fn table(records: &[Record]) -> String {
    let mut text = String::from(
        "| file | CPython | native: passed | failed | errors | skipped | no end | % | interpreted: passed | failed | errors | skipped | no end | % |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut totals = [[0; 6]; 2];
    let mut row = |name: &str, counts: [[usize; 6]; 2]| {
        let _ = write!(text, "| {name} | {} ", counts[0][0]);
        for counts in counts {
            for count in &counts[1..] {
                let _ = write!(text, "| {count} ");
            }
            let share = 100.0 * counts[1] as f64 / counts[0].max(1) as f64;
            let _ = write!(text, "| {share:.1} ");
        }
        text += "|\n";
    };
    for record in records {
        let counts = [Runner::Native, Runner::Interpreted].map(|runner| record.counted(runner));
        for (total, counts) in totals.iter_mut().zip(&counts) {
            for (total, count) in total.iter_mut().zip(counts) {
                *total += count;
            }
        }
        row(&record.file, counts);
    }
    row("all", totals);
    text
}

/// Writes the table of all that is recorded.
pub(crate) fn write_table() {
    let records: Vec<Record> = files().iter().map(|file| Record::read(file)).collect();
    let text = format!(
        "# CPython's tests\n\nWritten by `conformance --record` (`tests/README.md`). Counted are the tests that CPython 3.14 passes \
         without its C-API test modules; *no end* are those that crashed, took too long, or did not run.\n\n{}",
        table(&records)
    );
    let path = directory().join("TABLE.md");
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
