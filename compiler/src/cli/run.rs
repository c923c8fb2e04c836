//! `ashore run`: compiles a script in memory and runs it in this process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use clap::Args;

use super::Ablations;
use crate::diagnostic::Diagnostic;
use crate::execute::{self, Flags};
use crate::image::NearMemory;
use crate::native;
use crate::pipeline;
use crate::program::{self, Library, Script};

const EXAMPLES: &str = "\
Examples:
  ashore run script.py                 as `python script.py`
  ashore run script.py -v --no-native  both options are the script's
  ashore run --no-native script.py     this one is Ashore's
  ashore run - < script.py             reads the script from standard input";

/// Run a script
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "ashore run [OPTIONS] <SCRIPT> [ARGS]...")]
pub(super) struct Arguments {
    #[command(flatten)]
    ablations: Ablations,
    /// As CPython's: -X gil=1 runs threads one at a time
    #[arg(short = 'X', value_name = "OPTION", value_parser = gil_option)]
    option: Vec<bool>,
    /// The script, a directory with a __main__.py, or - for standard input; then what it finds in `sys.argv[1:]`
    // One list, so that nothing behind the script is taken for an option of ours.
    #[arg(required = true, trailing_var_arg = true, value_name = "SCRIPT")]
    pub(super) argv: Vec<OsString>,
}

/// Is there to be a GIL?
fn gil_option(text: &str) -> Result<bool, String> {
    match text {
        "gil=1" => Ok(true),
        "gil=0" => Ok(false),
        _ => Err("the options are gil=0 and gil=1".into()),
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Diagnostic> {
    let script = open(Path::new(&arguments.argv[0]))?;
    let path = script.search_path();
    let gil = arguments.option.last().copied();
    let argv = arguments.argv.clone();
    start(
        script,
        &arguments.ablations,
        argv,
        path,
        gil,
        Flags::default(),
    )
}

/// Compiles a script in memory and runs it.
pub(super) fn start(
    script: Script,
    ablations: &Ablations,
    argv: Vec<OsString>,
    path: Vec<PathBuf>,
    gil: Option<bool>,
    flags: Flags,
) -> Result<ExitCode, Diagnostic> {
    let settings = program::Settings {
        library: Library::Present,
        optimize: flags.optimize,
        path: path.clone(),
    };
    let mut program = program::load(&script, &[], settings).map_err(Diagnostic::first)?;
    // Modules with errors raise them when they are imported, but not errors of our own.
    let is_ours = |problem: &Diagnostic| matches!(problem, Diagnostic::Verify(_));
    if let Some(problem) = program.refused.extract_if(.., |p| is_ours(p)).next() {
        return Err(problem);
    }
    let native = match ablations.native()? {
        Some(options) => Some(near(pipeline::native(&program, options)?)?),
        None => None,
    };
    let settings = ablations.settings();
    let image = ashore_bytecode::image::write(&program.modules, &[], settings, &[])
        .map_err(Diagnostic::Modules)?;
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
        compile: execute::FULL.compile,
        parse: execute::FULL.parse,
        warnings: warnings.collect(),
    };
    let status = execute::execute(program, native);
    Ok(ExitCode::from(status as u8))
}

/// Places native code near this executable.
fn near(output: native::Output) -> Result<execute::Native, Diagnostic> {
    let mut memory = NearMemory::new(&ashore_runtime::abi::symbols::table());
    let image = memory.load(&output.object)?;
    Ok(execute::Native {
        info: output.info,
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
