//! The command line as CPython has it: `ashore [options] [-c COMMAND | -m MODULE | SCRIPT | -] [arguments]`.
//!
//! So `sys.executable` can be used as programs use it to start themselves, and what expects a `python` finds one. It is
//! taken for that if it begins with an option of CPython's, or names a file.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{Ablations, run};
use crate::diagnostic::Diagnostic;
use crate::execute::Flags;
use crate::program::Script;

/// What is to run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Command(OsString),
    Module(OsString),
    Script(OsString),
    Stdin,
}

/// A command line taken apart.
#[derive(Debug)]
pub(super) struct CommandLine {
    pub(super) flags: Flags,
    pub(super) target: Target,
    /// `sys.argv` without its first entry.
    pub(super) arguments: Vec<OsString>,
}

/// Is it CPython's kind of command line?
pub(super) fn is_meant(arguments: &[OsString], commands: &[&str]) -> bool {
    let Some(first) = arguments.first() else {
        return false;
    };
    let text = first.as_bytes();
    match text {
        [b'-', b'h' | b'V', ..] | [b'-', b'-', ..] => false,
        [b'-', ..] => true,
        _ => !commands.iter().any(|command| first == command) && Path::new(first).exists(),
    }
}

/// Takes a command line apart.
pub(super) fn parse(arguments: &[OsString]) -> Result<CommandLine, String> {
    let mut flags = Flags::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let letters = match argument.as_bytes() {
            b"-" => return Ok(finish(flags, Target::Stdin, rest)),
            [b'-', letters @ ..] => letters,
            _ => return Ok(finish(flags, Target::Script(argument.clone()), rest)),
        };
        for (at, &letter) in letters.iter().enumerate() {
            if b"cmWX".contains(&letter) {
                let value = match &letters[at + 1..] {
                    [] => rest.next().cloned(),
                    value => Some(OsStr::from_bytes(value).to_owned()),
                };
                let Some(value) = value else {
                    return Err(format!(
                        "Argument expected for the -{} option",
                        char::from(letter)
                    ));
                };
                match letter {
                    b'c' => return Ok(finish(flags, Target::Command(value), rest)),
                    b'm' => return Ok(finish(flags, Target::Module(value), rest)),
                    b'W' => flags.warnings.push(value.to_string_lossy().into_owned()),
                    _ => flags.add_option(value.to_string_lossy().into_owned()),
                }
                break;
            }
            set(&mut flags, letter)?;
        }
    }
    Ok(finish(flags, Target::Stdin, rest))
}

/// One letter of an option.
fn set(flags: &mut Flags, letter: u8) -> Result<(), String> {
    match letter {
        b'b' => flags.bytes_warning += 1,
        b'B' => {}
        b'd' => flags.debug += 1,
        b'E' => flags.ignore_environment = true,
        b'I' => {
            flags.isolated = true;
            flags.ignore_environment = true;
            flags.no_user_site = true;
            flags.safe_path = true;
        }
        b'O' => flags.optimize = (flags.optimize + 1).min(2),
        b'P' => flags.safe_path = true,
        b'q' => flags.quiet += 1,
        // Hashes are always random, and output is never held back longer than a line or a buffer.
        b'R' | b'u' => {}
        b's' => flags.no_user_site = true,
        b'S' => flags.no_site = true,
        b'v' => flags.verbose += 1,
        _ => return Err(format!("Unknown option: -{}", char::from(letter))),
    }
    Ok(())
}

fn finish<'a>(
    flags: Flags,
    target: Target,
    rest: impl Iterator<Item = &'a OsString>,
) -> CommandLine {
    CommandLine {
        flags,
        target,
        arguments: rest.cloned().collect(),
    }
}

impl CommandLine {
    pub(super) fn run(self, ablations: &Ablations) -> Result<ExitCode, Diagnostic> {
        let (script, first) = match self.target {
            Target::Command(text) => (Script::from_text("<string>", text.as_bytes()), "-c".into()),
            Target::Module(name) => {
                let name = name.to_string_lossy();
                let text = format!("import runpy\nrunpy._run_module_as_main({name:?})\n");
                (
                    Script::from_text("<frozen runpy>", text.as_bytes()),
                    "-m".into(),
                )
            }
            Target::Script(path) => (run::open(Path::new(&path))?, path),
            Target::Stdin => (Script::from_stdin()?, "-".into()),
        };
        let mut path = script.search_path_with(!self.flags.ignore_environment);
        if self.flags.safe_path {
            path.remove(0);
        } else if first == "-m" {
            // The module is looked for where the program runs.
            path[0] = std::env::current_dir().unwrap_or_else(|_| PathBuf::new());
        }
        let argv = std::iter::once(first).chain(self.arguments).collect();
        run::start(script, ablations, argv, path, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<CommandLine, String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        parse(&words)
    }

    #[test]
    fn options_come_before_what_runs() {
        let line = parsed("-IOO -X dev -Wignore -c pass -c x").unwrap();
        assert_eq!(line.target, Target::Command("pass".into()));
        assert_eq!(line.arguments, ["-c", "x"]);
        assert_eq!((line.flags.optimize, line.flags.isolated), (2, true));
        assert_eq!(line.flags.warnings, ["ignore"]);
        assert_eq!(line.flags.options, ["dev"]);
        assert_eq!(
            parsed("-bm").unwrap_err(),
            "Argument expected for the -m option"
        );
        assert_eq!(parsed("-Z").unwrap_err(), "Unknown option: -Z");
        assert_eq!(
            parsed("-mmod a").unwrap().target,
            Target::Module("mod".into())
        );
        assert_eq!(parsed("-B").unwrap().target, Target::Stdin);
    }

    #[test]
    fn commands_are_not_scripts() {
        let meant = |word: &str| is_meant(&[word.into()], &["run"]);
        assert!(meant("-c") && meant("-") && meant("."));
        assert!(!meant("run") && !meant("--help") && !meant("-V") && !meant("nowhere.py"));
        assert!(!is_meant(&[], &["run"]));
    }
}
