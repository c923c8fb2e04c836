//! Source text to verified code.

use ashore_bytecode::{Code, verify};
use ashore_frontend::{CompileWarning, Input, Mode, Options};

use crate::diagnostic::Diagnostic;

/// The code of a source file, and its text. What it warns of is added to `warnings`.
pub fn compile_file(
    bytes: &[u8],
    filename: &str,
    optimize: u8,
    warnings: &mut Vec<CompileWarning>,
) -> Result<(Code, String), Diagnostic> {
    let options = Options {
        optimize,
        ..Options::default()
    };
    let input = Input::File(bytes);
    let code = ashore_frontend::compile_with(input, filename, Mode::Module, options, warnings)?;
    verify(&code)?;
    let text = ashore_frontend::decode(bytes, filename).map_err(|error| vec![error])?;
    Ok((code, text))
}
