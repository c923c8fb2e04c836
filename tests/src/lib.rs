//! What the tests and the benchmark runner share: where things are, running programs with a time limit, expected results.
//!
//! ```text
//!   paths      the repository, the `ashore` under test, the reference Python
//!   process    one program, run: output, exit code, times          (the only unsafe code: wait4)
//!   random     random numbers that a seed determines
//!   scratch    a directory that is gone when the test is
//!   case       a program of tests/language with its expected results
//!   seeds      which generated cases a run makes, as its command line says
//!   suite      many checks on two threads, all failures reported together
//! ```

pub mod case;
pub mod paths;
pub mod process;
pub mod random;
pub mod scratch;
pub mod seeds;
pub mod suite;
