//! `ashore build`: one executable from a script.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Ablations, report, warn};
use crate::diagnostic::Diagnostic;
use crate::image::{self, AppendOptions, ImageObject};
use crate::pipeline;
use crate::program::{self, Library, Script, Settings};

const EXAMPLES: &str = "\
Examples:
  ashore build tool.py                 writes ./tool
  ashore build tool.py -o bin/tool     writes bin/tool
  ashore build app/ -o bin/app         starts with app/__main__.py
  ashore build tool.py --include plugins.csv
                                       adds a module that tool.py imports by a name it puts together

The executable holds the script, the modules it imports and the runtime. It unpacks nothing and looks for no Python.";

/// Build one executable file from a script and what it imports
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The script, or a directory with a __main__.py
    script: PathBuf,
    /// Where to write the executable [default: the script's name without .py]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add a module that no import statement names; may be repeated
    #[arg(long, value_name = "MODULE")]
    include: Vec<String>,
    /// Add the compiler of `exec` and `eval` even if the program does not name them
    #[arg(long)]
    compiler: bool,
    #[command(flatten)]
    ablations: Ablations,
}

pub(super) fn build(arguments: &Arguments) -> Result<ExitCode, Diagnostic> {
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => default_output(&arguments.script),
    };
    let script = Script::open(&arguments.script)?;
    let settings = Settings::of(&script, Library::Reached);
    let options = arguments.ablations.native()?;
    let native = |modules: &[_]| options.map(|options| pipeline::native(modules, options));
    let (program, native) = program::load_with(&script, &arguments.include, settings, native)?;
    for warning in &program.warnings {
        warn(warning);
    }
    for missing in program.missing.iter().filter(|missing| !missing.guarded) {
        warn(missing);
    }
    if let Some((first, others)) = program.refused.split_first() {
        let code = report(first);
        others.iter().for_each(warn);
        return Ok(code);
    }
    let (object, info) = match native {
        Some(native) => {
            let (object, info) = native?.with_modules(program.first_numbers());
            (object, info.encode())
        }
        None => (ImageObject::empty(), Vec::new()),
    };
    let settings = arguments.ablations.settings();
    let payload =
        ashore_bytecode::image::write(&program.modules, &program.library, settings, &info)
            .map_err(Diagnostic::Modules)?;
    let launcher = image::launcher::find(arguments.compiler || program.full)?;
    let options = AppendOptions::default();
    let executable = image::append(&launcher.bytes, &object, &payload, &options)?;
    image::write_executable(&output, &executable)?;
    Ok(ExitCode::SUCCESS)
}

/// The script's name without its extension, in the current directory.
fn default_output(script: &Path) -> PathBuf {
    let absolute = std::path::absolute(script).unwrap_or_else(|_| script.to_owned());
    absolute
        .file_stem()
        .map_or_else(|| "a.out".into(), PathBuf::from)
}
