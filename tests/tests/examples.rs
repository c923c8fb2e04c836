//! The programs of `examples` do what their headers say, and fail as command-line tools should.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use ashore_tests::case::difference;
use ashore_tests::paths;
use ashore_tests::process::{Outcome, run};
use ashore_tests::scratch::Scratch;

const NAMES: [&str; 3] = ["wordfreq", "mandelbrot", "logstats"];

/// An example, built once.
fn executable(name: &str) -> PathBuf {
    static BUILT: OnceLock<Scratch> = OnceLock::new();
    let scratch = BUILT.get_or_init(|| {
        let scratch = Scratch::new();
        for name in NAMES {
            let source = paths::repository().join(format!("examples/{name}.py"));
            let mut build = Command::new(paths::ashore());
            build.arg("build").arg(source);
            build.arg("-o").arg(scratch.file(name));
            // Neither a Python nor a compiler is to be found, while it is built and when it runs.
            let built = run(build.env_clear(), b"", Duration::from_secs(60));
            assert_eq!(built.code, 0, "{name} does not build: {}", built.err());
        }
        scratch
    });
    scratch.file(name)
}

/// Runs a built example in the repository's root.
fn example(name: &str, arguments: &[&str], input: &[u8]) -> Outcome {
    let mut command = Command::new(executable(name));
    command.args(arguments).env_clear();
    command.current_dir(paths::repository());
    run(&mut command, input, Duration::from_secs(60))
}

/// The command in an example's header, after the program's name, and the output shown below it.
fn header(name: &str) -> (Vec<String>, String) {
    let path = paths::repository().join(format!("examples/{name}.py"));
    let source = fs::read_to_string(path).expect("the example is there");
    let command = format!("    $ ashore run examples/{name}.py ");
    let mut lines = source
        .lines()
        .skip_while(|line| !line.starts_with(&command));
    let line = lines.next().expect("the header shows a command");
    let arguments = line[command.len()..].split(' ').map(str::to_owned);
    let output = lines
        .map_while(|line| line.strip_prefix("    "))
        .map(|line| format!("{line}\n"));
    (arguments.collect(), output.collect())
}

fn assert_header(name: &str) {
    let (arguments, expected) = header(name);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = example(name, &arguments, b"");
    assert_eq!(outcome.err(), "");
    assert_eq!(difference("stdout", &expected, &outcome.out()), "");
    assert_eq!(outcome.code, 0);
}

#[test]
fn wordfreq_prints_what_its_header_shows() {
    assert_header("wordfreq");
}

#[test]
fn logstats_prints_what_its_header_shows() {
    assert_header("logstats");
}

#[test]
fn logstats_reads_standard_input() {
    let log = fs::read(paths::repository().join("tests/examples/access.log"));
    let log = log.expect("the log is there");
    let (_, expected) = header("logstats");
    let outcome = example("logstats", &["-n", "3", "-j", "2"], &log);
    assert_eq!(difference("stdout", &expected, &outcome.out()), "");
}

#[test]
fn mandelbrot_draws_the_same_picture_on_any_number_of_threads() {
    let arguments = |threads| ["--size", "60x40", "-i", "50", "-j", threads];
    let one = example("mandelbrot", &arguments("1"), b"");
    let four = example("mandelbrot", &arguments("4"), b"");
    assert_eq!(one.code, 0, "{}", one.err());
    assert!(one.stdout.starts_with(b"P5\n60 40\n255\n"));
    assert_eq!(one.stdout.len(), "P5\n60 40\n255\n".len() + 60 * 40);
    assert!(one.stdout == four.stdout, "the pictures differ");
}

#[test]
fn mandelbrot_prints_what_its_header_shows() {
    let scratch = Scratch::new();
    let (arguments, expected) = header("mandelbrot");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = Command::new(executable("mandelbrot"));
    command.args(&arguments).env_clear();
    let outcome = run(
        command.current_dir(scratch.path()),
        b"",
        Duration::from_secs(60),
    );
    assert_eq!(difference("stdout", &expected, &outcome.out()), "");
    let picture = fs::metadata(scratch.file("set.pgm")).expect("it wrote the picture");
    assert_eq!(picture.len(), 800 * 600 + "P5\n800 600\n255\n".len() as u64);
}

#[test]
fn examples_fail_as_tools_do() {
    let cases: [(&str, &[&str], i32, &str); 8] = [
        ("wordfreq", &[], 2, "wordfreq: no path given"),
        (
            "wordfreq",
            &["-n", "x"],
            2,
            "wordfreq: -n needs a positive number",
        ),
        (
            "wordfreq",
            &["none"],
            1,
            "wordfreq: none: No such file or directory",
        ),
        (
            "mandelbrot",
            &["--size", "3"],
            2,
            "mandelbrot: bad value for --size: '3'",
        ),
        ("mandelbrot", &["-q"], 2, "mandelbrot: unknown option -q"),
        (
            "mandelbrot",
            &["--size", "2x2", "-o", "/none/x"],
            1,
            "mandelbrot: /none/x: No such file or directory",
        ),
        (
            "logstats",
            &["-j", "0"],
            2,
            "logstats: -j needs a positive number",
        ),
        (
            "logstats",
            &["none"],
            1,
            "logstats: none: No such file or directory",
        ),
    ];
    for (name, arguments, code, message) in cases {
        let outcome = example(name, arguments, b"");
        let error = outcome.err();
        assert_eq!(error.lines().next(), Some(message), "{name} {arguments:?}");
        assert_eq!(outcome.code, code, "{name} {arguments:?}");
    }
}
