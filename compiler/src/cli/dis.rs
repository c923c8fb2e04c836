//! `ashore dis`: what a script is compiled to.

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use ashore_bytecode::disassemble::nested;
use ashore_bytecode::{Code, disassemble};
use clap::Args;

use crate::diagnostic::Diagnostic;
use crate::ir::Function;
use crate::native::Options;
use crate::pipeline;
use crate::program::{self, Library, MAIN, Program, Script, Settings};
use crate::source;

const EXAMPLES: &str = "\
Examples:
  ashore dis script.py                 bytecode beside the source lines
  ashore dis --ir script.py            what native code is made from, or why a function has none
  ashore dis --asm script.py           machine code";

/// Show what a script is compiled to, beside its source lines
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The script, or a directory with a __main__.py
    script: PathBuf,
    /// Show the intermediate form of each function
    #[arg(long)]
    ir: bool,
    /// Show the machine code of each function
    #[arg(long)]
    asm: bool,
    /// As `ashore build --all-native`: functions that run a few times, too
    #[arg(long)]
    all_native: bool,
}

pub(super) fn dis(arguments: &Arguments) -> Result<ExitCode, Diagnostic> {
    let script = Script::open(&arguments.script)?;
    let mut text = String::new();
    if arguments.ir || arguments.asm {
        let program = program::load(&script, &[], Settings::of(&script, Library::Present))?;
        if arguments.ir {
            list_ir(&program, arguments.all_native, &mut text);
        }
        if arguments.asm {
            list_machine_code(&program, arguments.all_native, &mut text)?;
        }
    } else {
        let mut warnings = Vec::new();
        let (code, source) = source::compile_file(
            &script.bytes,
            &script.filename,
            ashore_frontend::Options::default(),
            &mut warnings,
        )?;
        warnings.iter().for_each(super::warn);
        text = disassemble(&code, Some(&source));
    }
    print(&text)
}

/// Writes to standard output. A reader that goes away has seen enough.
fn print(text: &str) -> Result<ExitCode, Diagnostic> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Diagnostic::Output(error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The script among the program's modules: number of its first code object, all of them, and its source lines.
fn script(program: &Program) -> (u32, Vec<&Code>, Vec<&str>) {
    let mut first = 0;
    for module in &program.modules {
        let codes = nested(&module.code);
        if module.name == MAIN {
            let source = module.source.as_deref().unwrap_or_default();
            return (first, codes, source.lines().collect());
        }
        first += codes.len() as u32;
    }
    unreachable!("the script is part of the program")
}

/// Writes the IR of the script's functions, translated as part of the whole program.
fn list_ir(program: &Program, everything: bool, out: &mut String) {
    let (first, codes, lines) = script(program);
    let facts = pipeline::facts(&program.modules, everything);
    let translated = pipeline::translate(&facts);
    for translated in &translated[first as usize..][..codes.len()] {
        let code = translated.code;
        match &translated.ir {
            Ok(function) => list_function(function, code, &lines, out),
            Err(reason) => out.push_str(&format!("; {}: {reason}\n", code.qualname)),
        }
        out.push('\n');
    }
}

/// Writes a function's IR. Instructions end with the address of the bytecode they come from where it changes.
fn list_function(function: &Function, code: &Code, lines: &[&str], out: &mut String) {
    let mut source = SourceLines { lines, shown: 0 };
    for text in function.to_string().lines() {
        let address = text.rsplit_once(" @");
        let address = address.and_then(|(_, address)| address.parse().ok());
        if let Some(position) = address.and_then(|address| code.positions.get(address)) {
            source.show(position.line, out);
        }
        out.push_str(text);
        out.push('\n');
    }
}

/// Writes the machine code of the script's functions, compiled as part of the whole program.
fn list_machine_code(
    program: &Program,
    everything: bool,
    out: &mut String,
) -> Result<(), Diagnostic> {
    let (first, codes, lines) = script(program);
    let options = Options {
        everything,
        listing: true,
        ..Options::default()
    };
    for listing in pipeline::native(&program.modules, options)?.listings {
        let code = listing.code.checked_sub(first);
        let Some(code) = code.and_then(|i| codes.get(i as usize)) else {
            continue;
        };
        out.push_str(&format!("{}:\n", code.qualname));
        let mut source = SourceLines {
            lines: &lines,
            shown: 0,
        };
        for (line, text) in &listing.instructions {
            source.show(*line, out);
            out.push_str(text);
            out.push('\n');
        }
        out.push('\n');
    }
    Ok(())
}

/// Writes source lines in front of what comes from them.
struct SourceLines<'a> {
    lines: &'a [&'a str],
    shown: u32,
}

impl SourceLines<'_> {
    fn show(&mut self, line: u32, out: &mut String) {
        if line != self.shown {
            self.shown = line;
            let text = (line as usize)
                .checked_sub(1)
                .and_then(|i| self.lines.get(i));
            out.push_str(&format!("; {line:>4} {}", text.unwrap_or(&"")));
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
    }
}
