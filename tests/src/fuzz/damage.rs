//! Programs that are none: pieces of generated ones with something cut off, put in or changed.
//!
//! What is compared is whether `compile` takes each, and which error it raises if not. All syntax errors count as one: of several
//! things that are wrong with such a source, CPython finds others first.

use super::generate;
use ashore_tests::random::Random;

/// How many sources one process compiles.
const SOURCES: usize = 100;

/// What is put where it does not belong.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    "=",
    "'",
    "\"",
    "'''",
    "f'",
    "t\"",
    "{{",
    "}}",
    "\\",
    "\n",
    "\n    ",
    "\t",
    "#",
    "@",
    ":=",
    "->",
    "*",
    "**",
    "!",
    "$",
    "?",
    "\0",
    "\u{e9}",
    "\u{20ac}",
    "0x",
    "1e",
    "1_",
    "0b2",
    "'\\N{",
    "'\\x1",
    " if ",
    " else ",
    " for ",
    " in ",
    " lambda ",
    " def ",
    "class ",
    "async ",
    "await ",
    "yield ",
    "return ",
    "del ",
    "import ",
    "from ",
    " as ",
    "with ",
    "try:",
    "except",
    "finally:",
    "match ",
    "case ",
    "type ",
    "global ",
    "nonlocal ",
    "not ",
    "None",
    "True",
    "__debug__",
    "print ",
    ";",
    "...",
    "<>",
    "`",
];

/// The program of a seed: it compiles what is damaged, and tells what comes of it.
pub(crate) fn program(seed: u64) -> String {
    let mut random = Random::new(seed);
    let whole = generate::program(seed);
    // The prelude is the same in all of them.
    let lines: Vec<&str> = whole.lines().collect();
    let first = lines
        .iter()
        .rposition(|line| line.starts_with("class Base"))
        .unwrap_or(0);
    let mut program =
        String::from("import warnings\nwarnings.simplefilter('ignore')\ndef tell(source):\n");
    program += "    try:\n        compile(source, 'damaged', 'exec')\n        print('fine')\n";
    program += "    except SyntaxError:\n        print('SyntaxError')\n";
    program += "    except Exception as error:\n        print(type(error).__name__)\n";
    for _ in 0..SOURCES {
        let start = first + random.below(lines.len() - first);
        let end = (start + 1 + random.below(12)).min(lines.len());
        let mut source = lines[start..end].join("\n").into_bytes();
        // Most pieces start where a statement does.
        if random.percent(80) {
            source = without_indent(&lines[start..end]).into_bytes();
        }
        for _ in 0..=random.below(3) {
            damage(&mut random, &mut source);
        }
        program += &format!("tell(b\"{}\")\n", source.escape_ascii());
    }
    program
}

/// The lines, moved left by as much as the first one is indented.
fn without_indent(lines: &[&str]) -> String {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let moved = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or(line.trim_start()));
    moved.collect::<Vec<_>>().join("\n")
}

fn damage(random: &mut Random, source: &mut Vec<u8>) {
    let at = random.below(source.len() + 1);
    let end = (at + 1 + random.below(4)).min(source.len());
    match random.below(8) {
        0 => source.truncate(at),
        1 => drop(source.drain(at..end)),
        2 => {
            let byte = random.below(256) as u8;
            source.insert(at, byte);
        }
        3 => {
            let again = source[at..end].to_vec();
            source.splice(at..at, again);
        }
        4 if at < source.len() => source[at] ^= 1 << random.below(8),
        _ => {
            let piece = random.any(PIECES).bytes();
            source.splice(at..at, piece);
        }
    }
}
