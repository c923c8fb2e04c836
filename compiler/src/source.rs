//! Source text to verified code.

use ashore_bytecode::{Code, verify};
use ashore_frontend::{Input, Mode, Options};

use crate::diagnostic::Diagnostic;

/// The code of a source file, and its text.
pub fn compile_file(
    bytes: &[u8],
    filename: &str,
    optimize: u8,
) -> Result<(Code, String), Diagnostic> {
    let options = Options {
        optimize,
        ..Options::default()
    };
    let code = ashore_frontend::compile_with(Input::File(bytes), filename, Mode::Module, options)?;
    verify(&code)?;
    let text = ashore_frontend::decode(bytes, filename).map_err(|error| vec![error])?;
    Ok((code, text))
}
