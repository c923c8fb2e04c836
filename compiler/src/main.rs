//! The `ashore` command. It can also be the base of a built executable, where there is no launcher beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ashore::execute::attached().unwrap_or_else(ashore::cli::main)
}
