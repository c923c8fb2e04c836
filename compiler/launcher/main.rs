//! The base of every built executable: `ashore build` appends a program to a copy of it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ashore::execute::attached().unwrap_or_else(|| {
        eprintln!(
            "ashore-launcher: no program here; `ashore build` makes executables from this file"
        );
        ExitCode::from(2)
    })
}
