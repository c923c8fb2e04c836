//! The `ashore` command. It can also be the base of a built executable, where there is no launcher beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    match ashore::execute::attached(&ashore::execute::FULL) {
        Some(status) => ExitCode::from(status as u8),
        None => ashore::cli::main(),
    }
}
