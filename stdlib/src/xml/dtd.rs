//! Document type definitions: what the part inside a document declares.

use super::token::{Code, Problem, Token, forbidden, is_space, name_length, reference};
use std::collections::HashMap;

/// What an entity stands for.
#[derive(Clone)]
pub(super) enum Entity {
    Internal(String),
    External {
        system: Option<String>,
        public: Option<String>,
    },
    /// Not XML.
    Unparsed,
}

/// An attribute that was declared.
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) is_cdata: bool,
    pub(super) default: Option<String>,
}

#[derive(Default)]
pub(super) struct Dtd {
    pub(super) entities: HashMap<String, Entity>,
    /// By element.
    pub(super) attributes: HashMap<String, Vec<Attribute>>,
    /// There may be declarations that were not read.
    pub(super) is_partial: bool,
    pub(super) is_standalone: bool,
}

/// What an element may contain, in expat's numbers.
pub(super) struct Model {
    pub(super) kind: i64,
    pub(super) quantity: i64,
    pub(super) name: Option<String>,
    pub(super) children: Vec<Model>,
}

/// A declaration, as its handler gets it.
pub(super) enum Declaration {
    Entity {
        name: String,
        is_parameter: bool,
        value: Option<String>,
        system: Option<String>,
        public: Option<String>,
    },
    Unparsed {
        name: String,
        system: Option<String>,
        public: Option<String>,
        notation: String,
    },
    Notation {
        name: String,
        system: Option<String>,
        public: Option<String>,
    },
    Element(String, Model),
    Attribute {
        element: String,
        name: String,
        kind: String,
        default: Option<String>,
        is_required: bool,
    },
}

/// The length of a declaration that text begins with, quoted parts and all; none if it has no end yet.
pub(super) fn declaration_length(text: &str, ends: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, _) if ends.contains(&byte) => return Some(at + 1),
            (None, _) => {}
        }
    }
    None
}

/// The pieces of a declaration: words, strings, spaces and single signs.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'"' | b'\'' => {
                let end = rest[1..].find(char::from(first));
                end.map_or(rest.len(), |end| end + 2)
            }
            b'<' => 2 + name_length(&rest[rest.len().min(2)..]),
            _ if is_space(first) => rest.bytes().take_while(|&byte| is_space(byte)).count(),
            b'(' | b')' | b'|' | b',' | b'[' | b']' | b'>' | b'%' => 1,
            _ => {
                let stops = |c: char| " \t\n\r()|,[]>%\"'".contains(c);
                rest.find(stops).unwrap_or(rest.len())
            }
        };
        let (piece, after) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// The system's name of something elsewhere, and the public one.
type External = (Option<String>, Option<String>);

/// Reads the pieces of a declaration that are not space.
pub(super) struct Reader<'a> {
    pieces: Vec<(&'a str, usize)>,
    next: usize,
    length: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        let mut at = 0;
        let mut found = Vec::new();
        for piece in pieces(text) {
            if !is_space(piece.as_bytes()[0]) {
                found.push((piece, at));
            }
            at += piece.len();
        }
        Reader {
            pieces: found,
            next: 0,
            length: text.len(),
        }
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.pieces.get(self.next).map(|&(piece, _)| piece)
    }

    fn fail<T>(&self) -> Result<T, Problem> {
        let at = self
            .pieces
            .get(self.next)
            .map_or(self.length, |&(_, at)| at);
        Code::Syntax.at(at)
    }

    pub(super) fn take(&mut self) -> Result<&'a str, Problem> {
        match self.peek() {
            Some(piece) => {
                self.next += 1;
                Ok(piece)
            }
            None => self.fail(),
        }
    }

    /// Goes on if that is next.
    pub(super) fn is_next(&mut self, wanted: &str) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.next += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Problem> {
        match self.is_next(wanted) {
            true => Ok(()),
            false => self.fail(),
        }
    }

    pub(super) fn name(&mut self) -> Result<&'a str, Problem> {
        match self.peek() {
            Some(piece) if name_length(piece) == piece.len() => self.take(),
            _ => self.fail(),
        }
    }

    fn is_string(&self) -> bool {
        self.peek()
            .is_some_and(|piece| piece.starts_with(['"', '\'']))
    }

    fn string(&mut self) -> Result<&'a str, Problem> {
        match self.is_string() {
            true => {
                let piece = self.take()?;
                Ok(&piece[1..piece.len() - 1])
            }
            false => self.fail(),
        }
    }

    /// `SYSTEM "…"` or `PUBLIC "…" "…"`, if that comes next: the system's name, the public one.
    pub(super) fn external(&mut self) -> Result<Option<External>, Problem> {
        if self.is_next("SYSTEM") {
            let system = self.string()?.to_owned();
            return Ok(Some((Some(system), None)));
        }
        if !self.is_next("PUBLIC") {
            return Ok(None);
        }
        let words: Vec<&str> = self.string()?.split_whitespace().collect();
        let system = match self.is_string() {
            true => Some(self.string()?.to_owned()),
            false => None,
        };
        Ok(Some((system, Some(words.join(" ")))))
    }

    pub(super) fn end(&mut self) -> Result<(), Problem> {
        self.expect(">")
    }
}

/// The characters that references in an entity's or attribute's text stand for are put in now; other entities stay.
fn characters(text: &str) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest)? {
            Some((Token::Char(c), length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            _ => return Code::InvalidToken.at(0),
        }
    }
    out.push_str(rest);
    Ok(out.replace("\r\n", "\n").replace('\r', "\n"))
}

impl Dtd {
    /// Reads a declaration; what it declares is remembered.
    pub(super) fn declare(&mut self, text: &str) -> Result<Vec<Declaration>, Problem> {
        if let Some(at) = forbidden(text) {
            return Code::InvalidToken.at(at);
        }
        let mut reader = Reader::new(text);
        let declarations = match reader.take()? {
            "<!ENTITY" => vec![self.entity(&mut reader)?],
            "<!NOTATION" => {
                let name = reader.name()?.to_owned();
                let Some((system, public)) = reader.external()? else {
                    return reader.fail();
                };
                vec![Declaration::Notation {
                    name,
                    system,
                    public,
                }]
            }
            "<!ELEMENT" => {
                let name = reader.name()?.to_owned();
                vec![Declaration::Element(name, content(&mut reader)?)]
            }
            "<!ATTLIST" => self.attributes(&mut reader)?,
            word => return Code::InvalidToken.at(word.len()),
        };
        reader.end()?;
        Ok(declarations)
    }

    fn entity(&mut self, reader: &mut Reader) -> Result<Declaration, Problem> {
        let is_parameter = reader.is_next("%");
        let name = reader.name()?.to_owned();
        let (entity, declaration) = match reader.external()? {
            None => {
                let value = characters(reader.string()?)?;
                let declaration = Declaration::Entity {
                    name: name.clone(),
                    is_parameter,
                    value: Some(value.clone()),
                    system: None,
                    public: None,
                };
                (Entity::Internal(value), declaration)
            }
            Some((system, public)) if !is_parameter && reader.is_next("NDATA") => {
                let declaration = Declaration::Unparsed {
                    name: name.clone(),
                    system,
                    public,
                    notation: reader.name()?.to_owned(),
                };
                (Entity::Unparsed, declaration)
            }
            Some((system, public)) => {
                let declaration = Declaration::Entity {
                    name: name.clone(),
                    is_parameter,
                    value: None,
                    system: system.clone(),
                    public: public.clone(),
                };
                (Entity::External { system, public }, declaration)
            }
        };
        // The first declaration of an entity holds.
        if !is_parameter {
            self.entities.entry(name).or_insert(entity);
        }
        Ok(declaration)
    }

    fn attributes(&mut self, reader: &mut Reader) -> Result<Vec<Declaration>, Problem> {
        let element = reader.name()?.to_owned();
        let mut declarations = Vec::new();
        while reader.peek() != Some(">") {
            let name = reader.name()?.to_owned();
            let mut kind = String::new();
            if reader.is_next("NOTATION") {
                kind.push_str("NOTATION");
            }
            if reader.is_next("(") {
                kind.push('(');
                loop {
                    let piece = reader.take()?;
                    kind.push_str(piece);
                    if piece == ")" {
                        break;
                    }
                }
            } else {
                kind.push_str(reader.name()?);
            }
            let (mut default, mut is_required) = (None, false);
            match reader.peek() {
                Some("#REQUIRED") => is_required = true,
                Some("#IMPLIED") => {}
                _ => {
                    is_required = reader.is_next("#FIXED");
                    default = Some(characters(reader.string()?)?);
                }
            }
            if default.is_none() {
                reader.take()?;
            }
            let known = self.attributes.entry(element.clone()).or_default();
            if !known.iter().any(|attribute| attribute.name == name) {
                known.push(Attribute {
                    name: name.clone(),
                    is_cdata: kind == "CDATA",
                    default: default.clone(),
                });
            }
            declarations.push(Declaration::Attribute {
                element: element.clone(),
                name,
                kind,
                default,
                is_required,
            });
        }
        Ok(declarations)
    }
}

const EMPTY: i64 = 1;
const ANY: i64 = 2;
const MIXED: i64 = 3;
const NAME: i64 = 4;
const CHOICE: i64 = 5;
const SEQUENCE: i64 = 6;

fn leaf(kind: i64) -> Model {
    Model {
        kind,
        quantity: 0,
        name: None,
        children: Vec::new(),
    }
}

/// How often, by the sign behind it.
fn quantity(sign: &str) -> Option<i64> {
    match sign {
        "" => Some(0),
        "?" => Some(1),
        "*" => Some(2),
        "+" => Some(3),
        _ => None,
    }
}

/// What an element may contain.
fn content(reader: &mut Reader) -> Result<Model, Problem> {
    if reader.is_next("EMPTY") {
        return Ok(leaf(EMPTY));
    }
    if reader.is_next("ANY") {
        return Ok(leaf(ANY));
    }
    reader.expect("(")?;
    if !reader.is_next("#PCDATA") {
        return group(reader, 0);
    }
    let mut model = leaf(MIXED);
    while reader.is_next("|") {
        let mut child = leaf(NAME);
        child.name = Some(reader.name()?.to_owned());
        model.children.push(child);
    }
    reader.expect(")")?;
    if reader.is_next("*") {
        model.quantity = 2;
    } else if !model.children.is_empty() {
        return reader.fail();
    }
    Ok(model)
}

/// A group behind its parenthesis.
fn group(reader: &mut Reader, depth: usize) -> Result<Model, Problem> {
    const DEEPEST: usize = 200;
    if depth > DEEPEST {
        return reader.fail();
    }
    let mut model = leaf(SEQUENCE);
    let mut separator = None;
    loop {
        if reader.is_next("(") {
            model.children.push(group(reader, depth + 1)?);
        } else {
            let word = reader.peek().unwrap_or_default();
            let length = name_length(word);
            let (name, sign) = word.split_at(length);
            let Some(quantity) = quantity(sign).filter(|_| length > 0) else {
                return reader.fail();
            };
            reader.take()?;
            let mut child = leaf(NAME);
            child.name = Some(name.to_owned());
            child.quantity = quantity;
            model.children.push(child);
        }
        match reader.peek() {
            Some(")") => break,
            Some(sign @ ("|" | ",")) if separator.is_none_or(|other| other == sign) => {
                separator = Some(sign);
                reader.take()?;
            }
            _ => return reader.fail(),
        }
    }
    reader.take()?;
    if separator == Some("|") {
        model.kind = CHOICE;
    }
    if let Some(quantity) = reader.peek().and_then(quantity) {
        reader.take()?;
        model.quantity = quantity;
    }
    Ok(model)
}
