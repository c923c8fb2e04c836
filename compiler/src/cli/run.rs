//! `ashore run`: compiles a script in memory and runs it in this process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use ashore_frontend::Options;
use clap::{ArgAction, Args};

use super::Ablations;
use super::python::{CommandLine, Target};
use crate::diagnostic::Diagnostic;
use crate::execute::{self, Flags};
use crate::image::{ImageObject, NearMemory};
use crate::pipeline;
use crate::program::{self, Library, Script};

const EXAMPLES: &str = "\
Examples:
  ashore run script.py                 as `python script.py`
  ashore run script.py -v --no-native  both options are the script's
  ashore run --no-native script.py     this one is Ashore's
  ashore run -O -m package.module -v   a module that is found on sys.path; -v is its option
  ashore run -c 'print(6 * 7)'         the program itself
  ashore run - < script.py             reads the script from standard input";

/// Run a script
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "ashore run [OPTIONS] <SCRIPT | -m MODULE | -c COMMAND> [ARGS]...")]
pub(super) struct Arguments {
    #[command(flatten)]
    ablations: Ablations,
    /// As CPython's: -X gil=1 runs threads one at a time
    #[arg(short = 'X', value_name = "OPTION", value_parser = x_option)]
    option: Vec<String>,
    /// Leave out assertions and what depends on `__debug__`; given twice, docstrings, too
    #[arg(short = 'O', action = ArgAction::Count)]
    optimize: u8,
    /// What to do with warnings, as CPython's: -W error makes them exceptions
    #[arg(short = 'W', value_name = "FILTER")]
    warnings: Vec<String>,
    /// Run a module of `sys.path` as a script, with the arguments behind it
    #[arg(short = 'm', value_name = "MODULE", num_args = 1.., allow_hyphen_values = true, conflicts_with_all = ["command", "argv"])]
    module: Vec<OsString>,
    /// Run a program given as text, with the arguments behind it
    #[arg(short = 'c', value_name = "COMMAND", num_args = 1.., allow_hyphen_values = true, conflicts_with = "argv")]
    command: Vec<OsString>,
    /// The script, a directory with a __main__.py, or - for standard input; then what it finds in `sys.argv[1:]`
    // One list, so that nothing behind the script is taken for an option of ours.
    #[arg(required_unless_present_any = ["module", "command"], trailing_var_arg = true, value_name = "SCRIPT")]
    argv: Vec<OsString>,
}

/// An option `-X`: those with values that we know may have no others.
fn x_option(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some(("gil", value)) if value != "0" && value != "1" => Err("gil is 0 or 1".into()),
        _ => Ok(text.to_owned()),
    }
}

impl Arguments {
    /// What is to run, and its arguments.
    pub(super) fn target(&self) -> (Target, &[OsString]) {
        match (&*self.module, &*self.command, &*self.argv) {
            ([module, rest @ ..], _, _) => (Target::Module(module.clone()), rest),
            (_, [command, rest @ ..], _) => (Target::Command(command.clone()), rest),
            (_, _, [script, rest @ ..]) if script == "-" => (Target::Stdin, rest),
            (_, _, [script, rest @ ..]) => (Target::Script(script.clone()), rest),
            _ => unreachable!("one of them is required"),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Diagnostic> {
    let mut flags = Flags {
        optimize: arguments.optimize.min(2),
        warnings: arguments.warnings.clone(),
        ..Flags::default()
    };
    for option in &arguments.option {
        flags.add_option(option.clone());
    }
    let (target, rest) = arguments.target();
    CommandLine {
        flags,
        target,
        arguments: rest.to_vec(),
    }
    .run(&arguments.ablations)
}

/// Compiles a script in memory and runs it.
pub(super) fn start(
    script: Script,
    ablations: &Ablations,
    argv: Vec<OsString>,
    path: Vec<PathBuf>,
    flags: Flags,
) -> Result<ExitCode, Diagnostic> {
    let gil = flags.option("gil").map(|value| value == "1");
    let settings = program::Settings {
        library: Library::Present,
        options: Options {
            optimize: flags.optimize,
            max_int_digits: flags.max_int_digits().map_err(Diagnostic::Option)?,
            ..Options::default()
        },
        path: path.clone(),
    };
    let mut program = program::load(&script, &[], settings).map_err(Diagnostic::first)?;
    // Modules with errors raise them when they are imported, but not errors of our own.
    let is_ours = |problem: &Diagnostic| matches!(problem, Diagnostic::Verify(_));
    if let Some(problem) = program.refused.extract_if(.., |p| is_ours(p)).next() {
        return Err(problem);
    }
    let native = match ablations.native()? {
        Some(options) => {
            let native = pipeline::native(&program.modules, options)?;
            Some(near(native.with_modules(program.first_numbers()))?)
        }
        None => None,
    };
    let settings = ablations.settings();
    let image = ashore_bytecode::image::write(&program.modules, &[], settings, &[])
        .map_err(Diagnostic::Modules)?;
    // What runs is in the image; the program may want the memory.
    drop(program.modules);
    let warnings = program.warnings.into_iter().map(|warning| {
        let path = warning.error.filename.clone();
        let source = execute::Text::File(&[]);
        (path, execute::running_warning(warning, &source))
    });
    let program = execute::Program {
        image: image.leak(),
        library: Some(ashore_library::image()),
        argv,
        path,
        gil,
        flags,
        modules: execute::FULL.modules,
        tools: execute::FULL.tools,
        warnings: warnings.collect(),
    };
    (execute::FULL.prepare)();
    let status = execute::execute(program, native);
    Ok(ExitCode::from(status as u8))
}

/// Places native code near this executable.
fn near(
    (object, info): (ImageObject, ashore_runtime::abi::program::Info),
) -> Result<execute::Native, Diagnostic> {
    let mut memory = NearMemory::new(&ashore_runtime::abi::symbols::table());
    let image = memory.load(&object)?;
    Ok(execute::Native {
        info,
        functions: image.functions,
        data: image.data.start,
    })
}

/// As in CPython, tracebacks and `__file__` show the absolute path, and `sys.path[0]` has no links in it.
pub(super) fn open(path: &Path) -> Result<Script, Diagnostic> {
    if path == Path::new("-") {
        return Script::from_stdin();
    }
    let current = env::current_dir().unwrap_or_default();
    let mut script = Script::open(&current.join(path))?;
    script.directory = fs::canonicalize(&script.directory).unwrap_or(script.directory);
    Ok(script)
}
