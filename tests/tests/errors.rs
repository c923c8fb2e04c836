//! What goes wrong before a program runs: syntax errors, missing files, bad command lines.
//!
//! Nothing half-written is left behind, and what was there before a failed build still is.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ashore_tests::paths;
use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;

/// Runs `ashore` in a scratch directory.
fn ashore(scratch: &Scratch, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(paths::ashore());
    command.args(arguments).current_dir(scratch.path());
    run(command.env_clear(), b"", Duration::from_secs(60))
}

#[track_caller]
fn assert_error(outcome: &Outcome, code: i32, parts: &[&str]) {
    let error = outcome.err();
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in\n{error}");
    }
    assert_eq!(outcome.code, code, "{error}");
    assert_eq!(outcome.out(), "");
}

#[test]
fn syntax_errors_show_the_line() {
    let scratch = Scratch::new();
    let script = scratch.write("bad.py", "print('never')\nx = (1,\n  2 3)\n");
    let place = format!("  File \"{}\", line 3\n    2 3)\n    ^", script.display());
    for command in ["run", "build", "dis"] {
        let outcome = ashore(&scratch, &[command, "bad.py"]);
        let line = if command == "run" {
            place.as_str()
        } else {
            "line 3\n    2 3)\n    ^"
        };
        assert_error(&outcome, 1, &[line, "\nSyntaxError: "]);
    }
    assert_eq!(scratch.names(), ["bad.py"]);
}

/// Executables do not warn again of what their build warned of.
#[test]
fn syntax_warnings_are_told_once() {
    let scratch = Scratch::new();
    scratch.write("odd.py", "import other\nprint(other.x is 1)\n");
    let other = scratch.write("other.py", "x = '\\d'\n");
    let identity = "odd.py:2: SyntaxWarning: \"is\" with 'int' literal. Did you mean \"==\"?\n  \
                    print(other.x is 1)\n";
    let escape = format!(
        "{}:1: SyntaxWarning: \"\\d\" is an invalid escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\\\d\"? A raw string is also an option.\n  x = '\\d'\n",
        other.display()
    );
    let ran = ashore(&scratch, &["run", "odd.py"]);
    let directory = scratch.path().display();
    assert_eq!(ran.err(), format!("{directory}/{identity}{escape}"));
    assert_eq!((ran.code, ran.out()), (0, "False\n".to_owned()));
    let built = ashore(&scratch, &["build", "odd.py", "-o", "odd"]);
    assert!(built.err().starts_with(identity), "{}", built.err());
    assert!(
        built.err().contains("other.py:1: SyntaxWarning: "),
        "{}",
        built.err()
    );
    assert_eq!((built.code, built.out()), (0, String::new()));
    let mut command = Command::new(scratch.path().join("odd"));
    let ran = run(command.env_clear(), b"", Duration::from_secs(60));
    assert_eq!(
        (ran.code, ran.out(), ran.err()),
        (0, "False\n".to_owned(), String::new())
    );
    let strict = ashore(&scratch, &["-W", "error", "odd.py"]);
    assert_error(&strict, 1, &["SyntaxError: \"is\" with 'int' literal"]);
}

#[test]
fn indentation_errors_have_their_class() {
    let scratch = Scratch::new();
    scratch.write("bad.py", "def f():\nreturn 1\n");
    let outcome = ashore(&scratch, &["run", "bad.py"]);
    assert_error(
        &outcome,
        1,
        &["line 2\n    return 1\n", "IndentationError: "],
    );
}

/// Errors that are in no single expression or statement: each has CPython's words and place.
#[test]
fn misplaced_statements_are_refused() {
    let star = "'break', 'continue' and 'return' cannot appear in an except* block";
    let cases = [
        (
            "while 1:\n try:\n  1\n except* OSError:\n  break\n",
            5,
            star,
        ),
        (
            "while 1:\n try:\n  1\n except* OSError:\n  continue\n",
            5,
            star,
        ),
        (
            "def f():\n try:\n  1\n except* OSError:\n  for x in y:\n   return\n",
            6,
            star,
        ),
        (
            "def f[T]():\n def g():\n  nonlocal T\n",
            3,
            "nonlocal binding not allowed for type parameter 'T'",
        ),
        ("class A[T, T]: pass\n", 1, "duplicate type parameter 'T'"),
        (
            "type A[T = int, S] = T\n",
            1,
            "non-default type parameter 'S' follows default type parameter",
        ),
        (
            "class A[T: (yield)]: pass\n",
            1,
            "yield expression cannot be used within a TypeVar bound",
        ),
        (
            "class A[T]((x := int)): pass\n",
            1,
            "named expression cannot be used within the definition of a generic",
        ),
        (
            "type A = (yield)\n",
            1,
            "yield expression cannot be used within a type alias",
        ),
        ("await f()\n", 1, "'await' outside function"),
        (
            "def f():\n await g()\n",
            2,
            "'await' outside async function",
        ),
        (
            "def f():\n async for x in y:\n  pass\n",
            2,
            "'async for' outside async function",
        ),
        (
            "async with x:\n pass\n",
            1,
            "'async with' outside async function",
        ),
        (
            "def f():\n [x async for x in y]\n",
            2,
            "asynchronous comprehension outside of an asynchronous function",
        ),
        (
            "[await x for x in y]\n",
            1,
            "asynchronous comprehension outside of an asynchronous function",
        ),
        (
            "async def f():\n yield 1\n return 2\n",
            3,
            "'return' with value in async generator",
        ),
        (
            "async def f():\n yield from x\n",
            2,
            "'yield from' inside async function",
        ),
        ("try:\n 1\nexcept* OSError:\n break\n", 4, star),
    ];
    for (source, line, message) in cases {
        let scratch = Scratch::new();
        scratch.write("bad.py", source);
        let place = format!("bad.py\", line {line}\n");
        let outcome = ashore(&scratch, &["build", "bad.py"]);
        assert_error(
            &outcome,
            1,
            &[&place, &format!("\nSyntaxError: {message}\n")],
        );
    }
}

#[test]
fn syntax_errors_in_modules_fail_the_build() {
    let scratch = Scratch::new();
    scratch.write("main.py", "import helper\n");
    scratch.write("helper.py", "def f(:\n    pass\n");
    let outcome = ashore(&scratch, &["build", "main.py"]);
    assert_error(&outcome, 1, &["helper.py\", line 1", "SyntaxError: "]);
    assert_eq!(scratch.names(), ["helper.py", "main.py"]);
}

#[test]
fn syntax_errors_in_modules_are_raised_by_their_import() {
    let scratch = Scratch::new();
    scratch.write(
        "main.py",
        "print('first')\ntry:\n    import helper\nexcept SyntaxError as error:\n    print(type(error).__name__, error.lineno)\n",
    );
    scratch.write("helper.py", "x = 1\ndef f(:\n    pass\n");
    let outcome = ashore(&scratch, &["run", "main.py"]);
    assert_eq!(outcome.out(), "first\nSyntaxError 2\n", "{}", outcome.err());
}

/// A build names all errors that are not the parser's, in source order.
#[test]
fn every_misplaced_construct_is_named_at_once() {
    let scratch = Scratch::new();
    scratch.write("new.py", "return 1\n\nawait x\n");
    let outcome = ashore(&scratch, &["build", "new.py"]);
    let parts = ["line 1", "'return' outside function", "line 3", "'await'"];
    assert_error(&outcome, 1, &parts);
    assert_eq!(scratch.names(), ["new.py"]);
}

#[test]
fn missing_imports_are_warned_of_and_raise() {
    let scratch = Scratch::new();
    scratch.write(
        "main.py",
        "print('before', flush=True)\nimport no_such_module\n",
    );
    let outcome = ashore(&scratch, &["build", "main.py"]);
    let warning = "main.py:2: no module named 'no_such_module'";
    assert!(outcome.err().contains(warning), "{}", outcome.err());
    assert_eq!(outcome.code, 0);
    let mut command = Command::new(scratch.file("main"));
    let built = run(command.env_clear(), b"", Duration::from_secs(10));
    let ran = ashore(&scratch, &["run", "main.py"]);
    for outcome in [built, ran] {
        assert_eq!(outcome.out(), "before\n");
        assert_eq!(outcome.code, 1);
        let last = "\nModuleNotFoundError: No module named 'no_such_module'\n";
        assert!(outcome.err().ends_with(last), "{}", outcome.err());
    }
}

#[test]
fn guarded_imports_are_not_warned_of() {
    let scratch = Scratch::new();
    scratch.write(
        "main.py",
        "try:\n    import no_such_module\nexcept ImportError:\n    print('without')\n",
    );
    let outcome = ashore(&scratch, &["build", "main.py"]);
    assert_eq!((outcome.err().as_str(), outcome.code), ("", 0));
    assert_eq!(ashore(&scratch, &["run", "main.py"]).out(), "without\n");
}

#[test]
fn missing_scripts() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.file("empty")).expect("it is new");
    for command in ["run", "build", "dis"] {
        let outcome = ashore(&scratch, &[command, "none.py"]);
        assert_error(
            &outcome,
            2,
            &[
                "can't open file",
                "none.py",
                "[Errno 2] No such file or directory",
            ],
        );
        let outcome = ashore(&scratch, &[command, "empty"]);
        assert_error(&outcome, 1, &["can't find '__main__' module in", "empty"]);
    }
}

#[test]
fn sources_that_are_no_text() {
    let scratch = Scratch::new();
    fs::write(scratch.file("latin.py"), b"x = '\xe9'\n").expect("a scratch file can be written");
    fs::write(scratch.file("null.py"), b"x = 1\0\n").expect("a scratch file can be written");
    let outcome = ashore(&scratch, &["run", "latin.py"]);
    assert_error(&outcome, 1, &["SyntaxError: ", "latin.py"]);
    let outcome = ashore(&scratch, &["run", "null.py"]);
    assert_error(
        &outcome,
        1,
        &["SyntaxError: source code cannot contain null bytes"],
    );
}

/// Where nothing can be written, whoever one is.
#[test]
fn outputs_that_cannot_be_written() {
    let scratch = Scratch::new();
    scratch.write("main.py", "print(1)\n");
    fs::create_dir(scratch.file("folder")).expect("it is new");
    for output in [
        "none/program",
        "folder",
        "main.py/program",
        "/proc/ashore-test",
    ] {
        let outcome = ashore(&scratch, &["build", "main.py", "-o", output]);
        assert_error(&outcome, 1, &["ashore: ", output]);
    }
    assert_eq!(scratch.names(), ["folder", "main.py"]);
    let inside = fs::read_dir(scratch.file("folder")).expect("it is there");
    assert_eq!(inside.count(), 0);
}

/// A build that fails leaves the executable of the one before it alone.
#[test]
fn failed_builds_leave_what_was_there() {
    let scratch = Scratch::new();
    scratch.write("main.py", "print('old')\n");
    assert_eq!(ashore(&scratch, &["build", "main.py"]).code, 0);
    let before = fs::read(scratch.file("main")).expect("it was built");
    scratch.write("main.py", "print('new'\n");
    assert_eq!(ashore(&scratch, &["build", "main.py"]).code, 1);
    let after = fs::read(scratch.file("main")).expect("it is still there");
    assert!(before == after);
    assert_eq!(scratch.names(), ["main", "main.py"]);
}

/// Where the disk is full the output is not there, rather than cut off.
#[test]
fn full_disks_leave_nothing() {
    let scratch = Scratch::new();
    scratch.write("main.py", "print(1)\n");
    let mut command = Command::new("/bin/sh");
    // Files may have 8 blocks; a write beyond fails, since the signal for it is ignored.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" build main.py -o program";
    command.args(["-c", script]).arg(paths::ashore());
    let outcome = run(
        command.env_clear().current_dir(scratch.path()),
        b"",
        Duration::from_secs(60),
    );
    assert_error(&outcome, 1, &["ashore: ", "program"]);
    assert_eq!(scratch.names(), ["main.py"]);
}

#[test]
fn usage_errors() {
    let scratch = Scratch::new();
    scratch.write("main.py", "print(1)\n");
    let cases: [(&[&str], &str); 6] = [
        (&[], "Usage: ashore"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["run"], "<SCRIPT>"),
        (&["build"], "<SCRIPT>"),
        (&["run", "--bogus", "main.py"], "--bogus"),
        (&["build", "main.py", "--rc=none"], "none"),
    ];
    for (arguments, part) in cases {
        assert_error(&ashore(&scratch, arguments), 2, &[part]);
    }
    assert_eq!(scratch.names(), ["main.py"]);
}

#[test]
fn help_and_version() {
    let scratch = Scratch::new();
    let version = ashore(&scratch, &["--version"]);
    assert!(version.out().starts_with("ashore "), "{}", version.out());
    assert!(version.out().contains("3.14"), "{}", version.out());
    let help = ashore(&scratch, &["--help"]);
    for command in ["run", "build", "dis"] {
        assert!(help.out().contains(command), "{}", help.out());
        let own = ashore(&scratch, &[command, "--help"]);
        assert!(own.out().contains("Examples:"), "{}", own.out());
        assert_eq!((own.err().as_str(), own.code), ("", 0));
    }
    assert_eq!((help.code, version.code), (0, 0));
}

/// A reader that goes away ends the program as it ends CPython.
#[test]
fn broken_pipes() {
    let scratch = Scratch::new();
    scratch.write("main.py", "for n in range(200_000):\n    print(n)\n");
    assert_eq!(ashore(&scratch, &["build", "main.py"]).code, 0);
    for program in [scratch.file("main"), paths::ashore().into()] {
        let mut command = Command::new("/bin/sh");
        let script = "{ \"$0\" \"$@\"; echo $? >code; } | { read -r line; echo \"$line\"; }";
        command.args(["-c", script]).arg(&program);
        if program == Path::new(paths::ashore()) {
            command.args(["run", "main.py"]);
        }
        let outcome = run(
            command.env_clear().current_dir(scratch.path()),
            b"",
            Duration::from_secs(60),
        );
        assert_eq!(outcome.out(), "0\n");
        assert!(
            outcome
                .err()
                .contains("BrokenPipeError: [Errno 32] Broken pipe"),
            "{}",
            outcome.err()
        );
        let code = fs::read_to_string(scratch.file("code")).expect("the shell wrote it");
        assert_eq!(code, "1\n");
    }
}

/// `ashore` takes CPython's command lines, because that is what `sys.executable` is started with.
#[test]
fn pythons_command_line() {
    let scratch = Scratch::new();
    scratch.write("script.py", "import sys\nprint(sys.argv, __name__)\n");
    scratch.write("package.py", "import sys\nprint(sys.argv[1:], __name__)\n");
    let cases: [(&[&str], i32, &str); 11] = [
        (&["script.py", "-c"], 0, "['script.py', '-c'] __main__\n"),
        (&["-m", "package", "x"], 0, "['x'] __main__\n"),
        (
            &["-c", "import sys; print(sys.argv, sys.path[0] == '')", "a"],
            0,
            "['-c', 'a'] True\n",
        ),
        (
            &[
                "-I",
                "-c",
                "import sys; print(sys.flags.isolated, '' in sys.path)",
            ],
            0,
            "1 False\n",
        ),
        (&["-Oc", "assert False; print(__debug__)"], 0, "False\n"),
        (
            &["-OO", "-c", "def f(): 'doc'\nprint(f.__doc__)"],
            0,
            "None\n",
        ),
        (
            &["-Werror", "-c", "import warnings; warnings.warn('loud')"],
            1,
            "",
        ),
        (
            &[
                "-Xdev",
                "-X",
                "other=5",
                "-c",
                "import sys; print(sys.flags.dev_mode, sys._xoptions)",
            ],
            0,
            "True {'dev': True, 'other': '5'}\n",
        ),
        (
            &[
                "-Xint_max_str_digits=700",
                "-c",
                "import sys; print(sys.flags.int_max_str_digits, eval('len(str(' + '1' * 700 + '))'))",
            ],
            0,
            "700 700\n",
        ),
        (&["-Xint_max_str_digits=5", "-c", "print(1)"], 2, ""),
        (&["-c", "raise SystemExit(7)"], 7, ""),
    ];
    for (arguments, code, out) in cases {
        let outcome = ashore(&scratch, arguments);
        let got = (outcome.code, outcome.out());
        assert_eq!(
            got,
            (code, out.to_owned()),
            "{arguments:?}: {}",
            outcome.err()
        );
    }
    assert_error(
        &ashore(&scratch, &["-m", "nowhere"]),
        1,
        &["No module named nowhere"],
    );
    assert_error(
        &ashore(&scratch, &["-c", "1 +"]),
        1,
        &["SyntaxError: invalid syntax"],
    );
    assert_error(&ashore(&scratch, &["-Z"]), 2, &["Unknown option: -Z"]);
}
