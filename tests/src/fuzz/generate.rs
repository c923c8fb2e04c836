//! Makes a program from the grammar and a seed.
//!
//! A name that is in scope is an alternative of its kind like those of the grammar, so what a program has defined is used by what
//! follows. Functions are in scope after their bodies only: nothing recurses, and every loop of the grammar ends.

use super::grammar::{Alternative, Grammar};
use ashore_tests::random::Random;

/// What every program begins with.
const PRELUDE: &str = include_str!("prelude.py");
const GRAMMAR: &str = include_str!("grammar.txt");

/// How deep expressions and blocks go.
const EXPRESSION: usize = 4;
const BLOCK: usize = 4;

/// Kinds whose alternatives are no expressions: no parentheses around them.
const SYNTAX: &[&str] = &[
    "args",
    "attribute",
    "inner",
    "pattern",
    "pattern2",
    "slice",
    "spec1",
    "target",
];

/// The variables and functions of one function, class or module.
struct Frame {
    /// Kinds, and how each is written.
    known: Vec<(String, String)>,
    /// Names that are assigned to here.
    own: Vec<(String, String)>,
    /// What the program is in the middle of: `function`, `loop`, `generator`, `async`, `walrus`.
    within: Vec<&'static str>,
}

struct Generator<'g> {
    grammar: &'g Grammar,
    random: Random,
    frames: Vec<Frame>,
    names: usize,
    out: String,
    /// What becomes known with the next line.
    pending: Vec<(String, String)>,
}

/// One place in back quotes.
struct Hole<'t> {
    kind: &'t str,
    parameters: Vec<(char, &'t str)>,
    quiet: bool,
    lambda: bool,
}

impl<'t> Hole<'t> {
    fn read(text: &'t str) -> Hole<'t> {
        let mut parts = text.split('+');
        let head = parts.next().unwrap_or_default();
        let parameters = parts
            .filter_map(|part| {
                let (letter, kind) = part.split_once(':')?;
                Some((letter.chars().next()?, kind))
            })
            .collect();
        Hole {
            kind: head.trim_end_matches(['-', '!']),
            parameters,
            quiet: text.contains(['+', '-', '!']),
            lambda: head.ends_with('!'),
        }
    }
}

/// The names that the letters of one alternative stand for.
type Letters = Vec<(char, String)>;

/// The program of a seed.
pub(crate) fn program(seed: u64) -> String {
    let grammar = Grammar::read(GRAMMAR);
    let mut generator = Generator {
        grammar: &grammar,
        random: Random::new(seed),
        frames: vec![Frame {
            known: Vec::new(),
            own: Vec::new(),
            within: vec!["walrus"],
        }],
        names: 0,
        out: PRELUDE.to_owned(),
        pending: Vec::new(),
    };
    let sections = 5 + generator.random.below(8);
    for _ in 0..sections {
        generator.statement("Section", 0, BLOCK);
    }
    generator.statement("End", 0, BLOCK);
    generator.out
}

impl Generator<'_> {
    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the module has a frame")
    }

    fn fresh(&mut self, letters: &mut Letters, letter: char) -> String {
        if let Some((_, name)) = letters.iter().find(|(known, _)| *known == letter) {
            return name.clone();
        }
        // Now and then a name that means something else outside.
        let names = match self.names > 3 && self.random.percent(1) {
            true => self.random.below(self.names),
            false => {
                self.names += 1;
                self.names
            }
        };
        let prefix = ["a", "b", "c", "d"][names % 4];
        let name = format!("{prefix}{names}");
        letters.push((letter, name.clone()));
        name
    }

    /// All that may stand for a kind here: of the grammar, and by name.
    fn choose(&mut self, kind: &str, leaf: bool) -> Option<Alternative> {
        let within = &self.frames.last().expect("the module has a frame").within;
        let allowed = |alternative: &&Alternative| {
            let fits = match &alternative.within {
                None => true,
                Some(needed) => within.contains(&needed.as_str()),
            };
            fits && (!leaf || alternative.is_leaf())
        };
        let grammar = self.grammar;
        let choices: Vec<&Alternative> = grammar.of(kind).iter().filter(allowed).collect();
        // Functions do not see the names of classes around them.
        let last = self.frames.len() - 1;
        let visible = self.frames.iter().enumerate();
        let visible = visible.filter(|(at, frame)| *at == last || !frame.within.contains(&"class"));
        let named: Vec<&String> = visible
            .flat_map(|(_, frame)| &frame.known)
            .filter(|(known, what)| known == kind && (!leaf || !what.contains('`')))
            .map(|(_, what)| what)
            .collect();
        if !named.is_empty() && (choices.is_empty() || self.random.percent(45)) {
            // What is nearer is likelier.
            let index = named.len()
                - 1
                - self
                    .random
                    .below(named.len())
                    .min(self.random.below(named.len()));
            return Some(Alternative {
                text: named[index].clone(),
                weight: 1,
                within: None,
                gives: Vec::new(),
            });
        }
        let total: usize = choices.iter().map(|choice| choice.weight).sum();
        if total == 0 {
            return None;
        }
        let mut ticket = self.random.below(total);
        let chosen = choices.into_iter().find(|choice| {
            let here = ticket < choice.weight;
            ticket = ticket.saturating_sub(choice.weight);
            here
        });
        chosen.cloned()
    }

    // Expressions.

    fn expression(&mut self, kind: &str, depth: usize) -> String {
        let kind = match self.random.percent(2) && kind.starts_with(char::is_lowercase) {
            // A value that is not what is asked for.
            true if !self.grammar.of("any").is_empty() && is_value(kind) => "any",
            _ => kind,
        };
        let leaf = depth == 0 || self.random.percent(12);
        let chosen = self.choose(kind, leaf).or_else(|| self.choose(kind, false));
        let chosen = chosen.unwrap_or_else(|| panic!("the grammar has no {kind} here"));
        let mut letters = Letters::new();
        self.fill(&chosen.text, depth, &mut letters)
    }

    /// An alternative's text with everything made that it asks for.
    fn fill(&mut self, text: &str, depth: usize, letters: &mut Letters) -> String {
        let mut made = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(['`', '@']) {
            made += &rest[..start];
            if rest[start..].starts_with('@') {
                rest = self.named(&rest[start + 1..], &mut made, letters);
                continue;
            }
            let hole = &rest[start + 1..];
            let end = hole.find('`').expect("back quotes come in pairs");
            let after = &hole[end + 1..];
            let what = self.hole(&hole[..end], depth.saturating_sub(1), letters);
            let enclosed = (made.is_empty() || made.ends_with(['(', '[', '{', ',', ' ', '=']))
                && (after.is_empty() || after.starts_with([')', ']', ',', '}', ':']))
                && !made.ends_with(" ");
            let operand = !after.starts_with(['.', '[', '(']);
            let bare = enclosed
                || SYNTAX.contains(&&hole[..end])
                || is_atom(&what)
                || (operand && self.random.percent(20) && is_sum(&what));
            // A brace that begins a replacement field must not meet another one.
            let braces = made.ends_with('{') && what.starts_with('{');
            match (bare, braces) {
                (true, false) => made += &what,
                (true, true) => made += &format!(" {what}"),
                _ => made += &format!("({what})"),
            }
            rest = after;
        }
        made + rest
    }

    /// A name for the letter that `rest` begins with, and what follows.
    fn named<'t>(&mut self, rest: &'t str, made: &mut String, letters: &mut Letters) -> &'t str {
        let letter = rest.chars().next().unwrap_or(' ');
        if !letter.is_ascii_lowercase() || made.ends_with(|c: char| c.is_alphanumeric()) {
            *made += "@";
            return rest;
        }
        let after = &rest[1..];
        if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            // A decorator of the prelude.
            *made += "@";
            return rest;
        }
        let name = self.fresh(letters, letter);
        *made += &name;
        if let Some(kinds) = after.strip_prefix("::") {
            let end = kinds
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(kinds.len());
            self.pending.push((kinds[..end].to_owned(), name));
            return &kinds[end..];
        }
        after
    }

    fn hole(&mut self, text: &str, depth: usize, letters: &mut Letters) -> String {
        if let Some(kind) = text.strip_prefix('$') {
            return self.target(kind);
        }
        let hole = Hole::read(text);
        let parameters = self.parameters(&hole, letters);
        if !hole.quiet {
            return self.expression(hole.kind, depth);
        }
        let mut within = self.frame().within.clone();
        within.retain(|flag| !hole.lambda && *flag == "async");
        self.frames.push(Frame {
            known: parameters,
            own: Vec::new(),
            within,
        });
        let made = self.expression(hole.kind, depth);
        self.frames.pop();
        made
    }

    fn parameters(&mut self, hole: &Hole, letters: &mut Letters) -> Vec<(String, String)> {
        let parameters = hole.parameters.iter();
        parameters
            .map(|(letter, kind)| ((*kind).to_owned(), self.fresh(letters, *letter)))
            .collect()
    }

    /// A variable of a kind to assign to.
    fn target(&mut self, kind: &str) -> String {
        let own = &self.frames.last().expect("the module has a frame").own;
        let same: Vec<String> = own
            .iter()
            .filter(|(known, _)| known == kind)
            .map(|(_, name)| name.clone())
            .collect();
        if !same.is_empty() && self.random.percent(65) {
            return self.random.any(&same).clone();
        }
        let name = self.fresh(&mut Letters::new(), 'x');
        self.pending.push((kind.to_owned(), name.clone()));
        name
    }

    /// Assigned names become known.
    fn settle(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let frame = self.frame();
        frame.own.extend(pending.iter().cloned());
        frame.known.extend(pending);
    }

    // Statements.

    fn block(&mut self, indent: usize, depth: usize) {
        let count = 1 + self.random.below(if depth > 2 { 5 } else { 3 });
        for _ in 0..count {
            self.statement("Statement", indent, depth);
        }
    }

    fn statement(&mut self, kind: &str, indent: usize, depth: usize) {
        let chosen = match depth {
            0 => self.choose("Simple", false),
            _ => self.choose(kind, false),
        };
        let chosen = chosen.unwrap_or_else(|| panic!("the grammar has no {kind} here"));
        let mut letters = Letters::new();
        for line in chosen.text.lines() {
            let text = line.trim_start();
            let indent = indent + (line.len() - text.len()) / 4;
            let block = text
                .strip_prefix('`')
                .and_then(|text| text.strip_suffix('`'));
            match block
                .filter(|block| block.starts_with(char::is_uppercase) && !block.contains('`'))
            {
                Some(block) => {
                    self.inner(block, indent, depth - usize::from(depth > 0), &mut letters)
                }
                None => {
                    let made = self.fill(text, EXPRESSION, &mut letters);
                    self.line(indent, &made);
                    self.settle();
                }
            }
        }
        for (kind, what) in &chosen.gives {
            let mut what = what.clone();
            for (letter, name) in &letters {
                what = what.replace(&format!("@{letter}"), name);
            }
            let frame = self.frame();
            frame.known.push((kind.clone(), what));
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.out += &"    ".repeat(indent);
        self.out += text;
        self.out += "\n";
    }

    /// A block within a statement.
    fn inner(&mut self, text: &str, indent: usize, depth: usize, letters: &mut Letters) {
        let hole = Hole::read(text);
        let parameters = self.parameters(&hole, letters);
        let within: &[&'static str] = match hole.kind {
            "Function" => &["function", "return", "walrus"],
            "Generator" => &["function", "return", "generator", "walrus"],
            "Async" => &["function", "return", "async", "walrus"],
            "Stream" => &["function", "async", "generator", "walrus"],
            "Class" => &["class"],
            "Loop" | "Body" | "Star" => {
                return self.nested(&hole, parameters, indent, depth);
            }
            kind => return self.statement(kind, indent, depth),
        };
        self.frames.push(Frame {
            known: parameters.clone(),
            own: parameters,
            within: within.to_vec(),
        });
        if within.contains(&"function") {
            self.declarations(indent);
        }
        match hole.kind {
            "Class" => self.statement("Members", indent, depth),
            _ => self.block(indent, depth),
        }
        match hole.kind {
            "Function" | "Async" => self.statement("Return", indent, depth),
            "Generator" | "Stream" => self.statement("Yield", indent, depth),
            _ => {}
        }
        self.frames.pop();
    }

    /// A block of the same function; what it defines is forgotten after it, mostly.
    fn nested(
        &mut self,
        hole: &Hole,
        parameters: Vec<(String, String)>,
        indent: usize,
        depth: usize,
    ) {
        let forget = self.random.percent(97);
        let frame = self.frame();
        let (known, own) = (frame.known.len(), frame.own.len());
        let within = frame.within.clone();
        match hole.kind {
            "Loop" => frame.within.push("loop"),
            // Nothing may leave an except* block.
            "Star" => frame
                .within
                .retain(|flag| !matches!(*flag, "loop" | "return")),
            _ => {}
        }
        frame.known.extend(parameters);
        self.block(indent, depth);
        let frame = self.frame();
        frame.within = within;
        if forget {
            frame.known.truncate(known);
            frame.own.truncate(own);
        }
    }

    /// `global` and `nonlocal` for some variables of the scopes around.
    fn declarations(&mut self, indent: usize) {
        if !self.random.percent(35) {
            return;
        }
        let level = self.random.below(self.frames.len() - 1);
        let Some(variable) = (match self.frames[level].own.is_empty() {
            true => None,
            false => Some(self.random.any(&self.frames[level].own).clone()),
        }) else {
            return;
        };
        let is_parameter = self.frame().own.contains(&variable);
        let in_class = self.frames[level].within.contains(&"class");
        let shadowed = self.frames[level + 1..]
            .iter()
            .any(|frame| frame.own.iter().any(|(_, name)| *name == variable.1));
        if is_parameter || in_class || shadowed {
            return;
        }
        let word = if level == 0 { "global" } else { "nonlocal" };
        self.line(indent, &format!("{word} {}", variable.1));
        self.frame().own.push(variable);
    }
}

/// Whether values of the kind are expected where it stands, and not syntax.
fn is_value(kind: &str) -> bool {
    [
        "int", "float", "str", "bytes", "list", "tuple", "dict", "set", "bool",
    ]
    .contains(&kind)
}

/// Whether it is one operand, however it is combined.
fn is_atom(text: &str) -> bool {
    let mut depth = 0_i32;
    let mut quote = None;
    let mut before = ' ';
    for c in text.chars() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None => match c {
                '\'' | '"' => quote = Some(c),
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                ' ' | '=' | ',' if depth == 0 => return false,
                '-' | '+' | '~' | '*' if depth == 0 => return false,
                _ => {}
            },
        }
        before = c;
    }
    !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether it is made with binary operators only.
fn is_sum(text: &str) -> bool {
    let words = [
        "lambda", "yield", "await", "not ", "if ", "for ", ":=", "and ", "or ", "in ", "is ", "=",
    ];
    !words.iter().any(|word| text.contains(word))
        && !text.starts_with('*')
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains(',')
}
