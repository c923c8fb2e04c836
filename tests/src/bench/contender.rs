//! Who runs: Ashore in its modes, and the other Pythons.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ashore_tests::scratch::Scratch;
use ashore_tests::{paths, process};
use clap::ValueEnum;

/// A way in which Ashore runs a program.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// `ashore build`, then the executable
    Built,
    /// `ashore run`
    Run,
    /// `ashore run --no-native`: the interpreter
    NoNative,
    /// Built with `--rc=plain`: counts without any care for threads
    Plain,
    /// Built with `--rc=atomic`: every count an atomic instruction
    Atomic,
}

impl Mode {
    /// The command of `ashore` and its options.
    fn command(self) -> &'static [&'static str] {
        match self {
            Mode::Built => &["build"],
            Mode::Run => &["run"],
            Mode::NoNative => &["run", "--no-native"],
            Mode::Plain => &["build", "--rc=plain"],
            Mode::Atomic => &["build", "--rc=atomic"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Mode::Built => "built",
            Mode::Run => "run",
            Mode::NoNative => "no-native",
            Mode::Plain => "plain",
            Mode::Atomic => "atomic",
        }
    }
}

/// One column of the table.
pub(crate) struct Contender {
    pub(crate) name: String,
    kind: Kind,
}

enum Kind {
    Peer(PathBuf),
    Ashore(Mode),
}

/// The peers that are there, then Ashore's modes. The first is what the others are compared with.
pub(crate) fn all(peers: &[String], modes: &[Mode]) -> Vec<Contender> {
    let found = peers.iter().filter_map(|name| {
        let path = paths::reference(name).or_else(|| paths::on_path(name))?;
        Some(Contender {
            name: name.clone(),
            kind: Kind::Peer(path),
        })
    });
    let own = modes.iter().map(|mode| Contender {
        name: mode.name().to_owned(),
        kind: Kind::Ashore(*mode),
    });
    found.chain(own).collect()
}

impl Contender {
    /// Makes ready to run a program: the command to which its arguments are added. What it needs lies in `scratch`.
    pub(crate) fn prepare(&self, source: &Path, scratch: &Scratch) -> Result<Prepared, String> {
        match &self.kind {
            Kind::Peer(python) => Ok(Prepared {
                program: python.clone(),
                arguments: vec![source.into()],
            }),
            Kind::Ashore(mode) if mode.command()[0] == "build" => {
                let executable = scratch.file(mode.name());
                let mut build = Command::new(paths::ashore());
                build.args(mode.command()).arg(source);
                build.arg("-o").arg(&executable);
                let outcome = process::run(&mut build, b"", Duration::from_secs(60));
                if outcome.code != 0 {
                    return Err(format!("does not build: {}", last_line(&outcome.err())));
                }
                Ok(Prepared {
                    program: executable,
                    arguments: Vec::new(),
                })
            }
            Kind::Ashore(mode) => {
                let mut arguments: Vec<PathBuf> =
                    mode.command().iter().map(PathBuf::from).collect();
                arguments.push(source.into());
                Ok(Prepared {
                    program: paths::ashore().into(),
                    arguments,
                })
            }
        }
    }
}

/// A contender ready to run a program.
pub(crate) struct Prepared {
    program: PathBuf,
    arguments: Vec<PathBuf>,
}

impl Prepared {
    pub(crate) fn command(&self, arguments: &[String]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(arguments);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// Of an error's text the line that says what it was.
pub(crate) fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or("(nothing)")
}
