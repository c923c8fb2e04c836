//! Source text to verified code.

use ashore_bytecode::{Code, verify};
use ashore_frontend::{CompileError, CompileWarning, Input, Mode, Options};

use crate::diagnostic::Diagnostic;

/// The code of a source file, and its text. What it warns of is added to `warnings`.
pub fn compile_file(
    bytes: &[u8],
    filename: &str,
    options: Options,
    warnings: &mut Vec<CompileWarning>,
) -> Result<(Code, String), Diagnostic> {
    let input = Input::File(bytes);
    let code = ashore_frontend::compile_with(input, filename, Mode::Module, options, warnings)
        .map_err(|errors| errors.into_iter().map(of_file).collect::<Vec<_>>())?;
    verify(&code)?;
    let text = ashore_frontend::decode(bytes, filename).map_err(|error| vec![error])?;
    Ok((code, text))
}

/// CPython names a file that it reads itself where it finds bytes that are no text.
fn of_file(error: CompileError) -> CompileError {
    let Some(rest) = error.message.strip_prefix("Non-UTF-8 code starting with ") else {
        return error;
    };
    let place = format!(" in file {} on line ", error.filename);
    CompileError {
        message: format!(
            "Non-UTF-8 code starting with {}",
            rest.replacen(" on line ", &place, 1)
        ),
        ..error
    }
}
