//! Built executables: alone on the machine, stripped, under gdb, the same each time, small.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ashore_tests::paths;
use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;

const LIMIT: Duration = Duration::from_secs(60);

/// Builds a script into `program`, with neither a Python nor a compiler to be found.
fn build(scratch: &Scratch, source: &str) -> PathBuf {
    let script = scratch.write("tool.py", source);
    let program = scratch.file("program");
    let mut command = Command::new(paths::ashore());
    command.arg("build").arg(script).arg("-o").arg(&program);
    let outcome = run(command.env_clear().env("PATH", ""), b"", LIMIT);
    assert_eq!(outcome.code, 0, "{}", outcome.err());
    program
}

/// Runs an executable where there is nothing else.
fn run_alone(program: &Path) -> Outcome {
    let empty = Scratch::new();
    let mut command = Command::new(program);
    run(command.env_clear().current_dir(empty.path()), b"", LIMIT)
}

#[test]
fn an_executable_needs_nothing_else() {
    let scratch = Scratch::new();
    let helper = scratch.write(
        "helper.py",
        "def greet(name):\n    return f'hello {name}'\n",
    );
    let source = "import sys\nimport helper\nprint(helper.greet('world'), len(sys.argv))\n";
    let program = build(&scratch, source);
    let elsewhere = Scratch::new();
    let moved = elsewhere.file("moved");
    // Not a copy: while it is written, what another test starts has it open, and it cannot be run (ETXTBSY).
    fs::rename(&program, &moved).expect("an executable can be moved");
    for file in [scratch.file("tool.py"), helper] {
        fs::remove_file(file).expect("it is there");
    }
    let outcome = run_alone(&moved);
    assert_eq!(outcome.out(), "hello world 1\n", "{}", outcome.err());
    assert_eq!((outcome.err().as_str(), outcome.code), ("", 0));
    assert_eq!(elsewhere.names(), ["moved"], "something was unpacked");
}

/// Most programs need no mathematical functions, and are not to wait for their library as they start.
#[test]
fn the_mathematical_library_is_opened_when_needed() {
    let scratch = Scratch::new();
    let source = "import math\n\n\ndef is_open():\n    return 'libm.so' in open('/proc/self/maps').read()\n\n\n\
                  print(is_open())\nprint(math.sin(0.0), is_open())\n";
    let outcome = run_alone(&build(&scratch, source));
    assert_eq!(outcome.out(), "False\n0.0 True\n", "{}", outcome.err());
}

/// Without its source the traceback lacks the lines, as CPython's does.
#[test]
fn tracebacks_do_without_the_source() {
    let scratch = Scratch::new();
    let program = build(&scratch, "def f():\n    return 1 / 0\n\n\nf()\n");
    let outcome = run_alone(&program);
    assert!(
        outcome
            .err()
            .contains("    return 1 / 0\n           ~~^~~\n"),
        "{}",
        outcome.err()
    );
    fs::remove_file(scratch.file("tool.py")).expect("it is there");
    let outcome = run_alone(&program);
    let error = outcome.err();
    assert!(error.contains("tool.py\", line 2, in f\n"), "{error}");
    assert!(
        error.ends_with("ZeroDivisionError: division by zero\n"),
        "{error}"
    );
    assert_eq!(outcome.code, 1);
}

#[test]
fn a_stripped_executable_still_runs() {
    if paths::on_path("strip").is_none() {
        return;
    }
    let scratch = Scratch::new();
    let source = "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n\n\nprint(f(20))\ntry:\n    1 // 0\nexcept ZeroDivisionError as error:\n    print(error)\n";
    let program = build(&scratch, source);
    let before = fs::metadata(&program).expect("it was built").len();
    let mut strip = Command::new("strip");
    let outcome = run(strip.arg(&program), b"", LIMIT);
    assert_eq!((outcome.code, outcome.err().as_str()), (0, ""));
    assert!(fs::metadata(&program).expect("it is there").len() < before);
    let outcome = run_alone(&program);
    assert_eq!(outcome.out(), "6765\ndivision by zero\n");
    assert_eq!(outcome.code, 0, "{}", outcome.err());
}

/// gdb stops in a Python function by its name, and shows Python's functions, files and lines. The inner function calls
/// itself, so that it is not spliced into the outer one.
#[test]
fn gdb_sees_python_functions() {
    if paths::on_path("gdb").is_none() {
        return;
    }
    let scratch = Scratch::new();
    let source = "def inner(n):\n    return inner(n - 1) + 2 if n > 0 else 1\n\n\ndef outer(n):\n    total = 0\n    for i in range(n):\n        total += inner(i)\n    return total\n\n\nprint(outer(10))\n";
    let program = build(&scratch, source);
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-batch", "-ex", "set debuginfod enabled off"]);
    gdb.args(["-ex", "break tool.inner", "-ex", "run", "-ex", "backtrace"]);
    let outcome = run(gdb.arg(&program), b"", LIMIT);
    let text = outcome.out();
    for part in ["tool.inner (", "tool.outer (", "tool.py:"] {
        assert!(
            text.contains(part),
            "{part} is not in\n{text}{}",
            outcome.err()
        );
    }
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let (one, two) = (Scratch::new(), Scratch::new());
    let source = "class A:\n    def f(self, x):\n        return {x: [x, 'text', 1.5]}\n\n\nprint(A().f(3))\n";
    let script = one.write("tool.py", source);
    let build = |directory: &Scratch, name: &str| {
        let program = directory.file(name);
        let mut command = Command::new(paths::ashore());
        command.arg("build").arg(&script).arg("-o").arg(&program);
        let outcome = run(command.current_dir(directory.path()), b"", LIMIT);
        assert_eq!(outcome.code, 0, "{}", outcome.err());
        fs::read(program).expect("it was built")
    };
    assert!(build(&one, "first") == build(&two, "second"));
}

#[test]
fn hello_is_small_and_builds_fast() {
    let scratch = Scratch::new();
    let start = Instant::now();
    let program = build(&scratch, "print('hello')\n");
    let built = start.elapsed();
    let size = fs::metadata(&program).expect("it was built").len();
    let outcome = run_alone(&program);
    assert_eq!(outcome.out(), "hello\n", "{}", outcome.err());
    println!(
        "hello: {size} bytes, built in {built:?}, run in {:?}",
        outcome.wall
    );
    // Only release builds are small.
    if !cfg!(debug_assertions) {
        assert!(size < 4_000_000, "hello has {size} bytes");
    }
}

#[test]
fn executables_are_executable_by_those_who_may_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let program = build(&scratch, "print('hello')\n");
    let mode = fs::metadata(program)
        .expect("it was built")
        .permissions()
        .mode();
    assert_eq!(mode & 0o100, 0o100);
    assert_eq!((mode >> 2) & 0o111, mode & 0o111, "{mode:o}");
}

/// The output may be named in any way that names a file.
#[test]
fn the_output_is_named_after_the_script() {
    let scratch = Scratch::new();
    scratch.write("some.tool.py", "print(__name__)\n");
    let mut command = Command::new(paths::ashore());
    command.args(["build", "some.tool.py"]);
    let outcome = run(command.env_clear().current_dir(scratch.path()), b"", LIMIT);
    assert_eq!(outcome.code, 0, "{}", outcome.err());
    assert_eq!(scratch.names(), ["some.tool", "some.tool.py"]);
    assert_eq!(run_alone(&scratch.file("some.tool")).out(), "__main__\n");
}
