//! Source text to verified code.

use ashore_bytecode::{Code, verify};
use ashore_frontend::Mode;

use crate::diagnostic::Diagnostic;

/// The code of a source file, and its text.
pub fn compile_file(bytes: &[u8], filename: &str) -> Result<(Code, String), Diagnostic> {
    let code = ashore_frontend::compile(bytes, filename, Mode::Module)?;
    verify(&code)?;
    let text = ashore_frontend::decode(bytes, filename).map_err(|error| vec![error])?;
    Ok((code, text))
}
