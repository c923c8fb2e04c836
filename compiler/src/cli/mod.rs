//! The command line.
//!
//! One file for each command: its arguments and what it does with them.

mod build;
mod dis;
mod python;
mod run;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use ashore_bytecode::image::Counting;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::Diagnostic;
use crate::native;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (Python 3.14)");

/// Exit code for a wrong command line, as CPython's.
const EXIT_USAGE: u8 = 2;

const EXAMPLES: &str = "\
Examples:
  ashore run script.py input.txt       run a script; what follows its name is the script's
  ashore build script.py -o script     make one executable that needs neither Python nor Ashore
  ashore dis script.py                 show the bytecode beside the source
  ashore -c 'print(1)'                 as python: -c, -m, a script or -, after options like -O, -W, -X, -I

Threads really run in parallel: there is no GIL.";

/// Ahead-of-time compiler and GIL-free runtime for Python 3.14
#[derive(Parser)]
#[command(name = "ashore", version = VERSION, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Arguments),
    Build(build::Arguments),
    Dis(dis::Arguments),
}

/// Switches that tell what parts of the system cost.
#[derive(Args, Default)]
struct Ablations {
    /// Interpret everything; make no native code
    #[arg(long)]
    no_native: bool,
    /// Make native code also where it hardly pays: for functions that run a few times
    #[arg(long, conflicts_with = "no_native")]
    all_native: bool,
    /// How references are counted
    #[arg(long, value_enum, value_name = "HOW", default_value = "biased")]
    rc: Rc,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Rc {
    /// Without atomic instructions on the thread that made an object
    #[default]
    Biased,
    /// Never with atomic instructions: only for programs of one thread
    Plain,
    /// Always with atomic instructions (not supported yet)
    Atomic,
}

impl Ablations {
    /// How to make native code, unless there is to be none.
    fn native(&self) -> Result<Option<native::Options>, Diagnostic> {
        if matches!(self.rc, Rc::Atomic) {
            return Err(Diagnostic::NotYet("--rc=atomic"));
        }
        let options = native::Options {
            plain_counts: matches!(self.rc, Rc::Plain),
            everything: self.all_native,
            listing: false,
        };
        Ok((!self.no_native).then_some(options))
    }

    fn settings(&self) -> ashore_bytecode::image::Settings {
        ashore_bytecode::image::Settings {
            counting: match self.rc {
                Rc::Biased => Counting::Biased,
                Rc::Plain => Counting::Plain,
                Rc::Atomic => Counting::Atomic,
            },
            interpret: self.no_native,
        }
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if python::is_meant(&arguments, &["run", "build", "dis"]) {
        return match python::parse(&arguments) {
            Ok(line) => {
                (line.run(&Ablations::default())).unwrap_or_else(|problem| report(&problem))
            }
            Err(problem) => {
                warn(problem);
                ExitCode::from(EXIT_USAGE)
            }
        };
    }
    let done = match CommandLine::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Build(arguments) => build::build(&arguments),
        Command::Dis(arguments) => dis::dis(&arguments),
    };
    done.unwrap_or_else(|problem| report(&problem))
}

/// Prints why a command failed; gives the exit code for it.
fn report(problem: &Diagnostic) -> ExitCode {
    warn(problem);
    problem.exit_code()
}

/// Prints a line to standard error. If even that fails there is nobody left to tell.
fn warn(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::python::Target;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn what_follows_the_script_is_the_scripts() {
        let parsed = |line: &str| {
            let line =
                CommandLine::try_parse_from(line.split(' ')).map_err(|error| error.kind())?;
            let Command::Run(arguments) = line.command else {
                unreachable!("every line below runs");
            };
            let (target, rest) = arguments.target();
            Ok((target, rest.to_vec()))
        };
        let rest = ["--no-native", "-x", "--", "--help", "-"].map(OsString::from);
        assert_eq!(
            parsed("ashore run --rc plain s.py --no-native -x -- --help -"),
            Ok((Target::Script("s.py".into()), rest.to_vec()))
        );
        for (line, target) in [
            ("-m s", Target::Module("s".into())),
            ("-O -c s", Target::Command("s".into())),
            ("-Wd s", Target::Script("s".into())),
            ("-", Target::Stdin),
        ] {
            let rest = ["--rc", "-W"].map(OsString::from).to_vec();
            let line = format!("ashore run {line} --rc -W");
            assert_eq!(parsed(&line), Ok((target, rest)));
        }
        let missing = clap::error::ErrorKind::MissingRequiredArgument;
        assert_eq!(parsed("ashore run -O"), Err(missing));
        let unknown = clap::error::ErrorKind::UnknownArgument;
        assert_eq!(parsed("ashore run --bogus s.py"), Err(unknown));
    }
}
