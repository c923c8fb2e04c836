//! A document's pieces put together: elements in elements, entities, namespaces. Events come out.

use super::dtd::{Declaration, Dtd, Entity, Reader, declaration_length, pieces};
use super::names::Names;
use super::token::{Code, Problem, Tag, Token, reference, scan};
use std::collections::VecDeque;

/// Something to tell the program of.
pub(super) enum Event {
    XmlDecl {
        version: String,
        encoding: Option<String>,
        standalone: i64,
    },
    StartDoctype {
        name: String,
        system: Option<String>,
        public: Option<String>,
        has_internal: bool,
    },
    EndDoctype,
    Declaration(Declaration),
    /// The name, attributes, and how many of these were written, not declared.
    Start(String, Vec<(String, String)>, usize),
    End(String),
    Text(String),
    StartCdata,
    EndCdata,
    Comment(String),
    Instruction(String, String),
    StartNamespace(Option<String>, Option<String>),
    EndNamespace(Option<String>),
    External {
        context: String,
        system: Option<String>,
        public: Option<String>,
    },
    /// An entity that is not replaced, and whether it is one of declarations.
    Skipped(String, bool),
    /// Nothing but text of the document.
    Other,
    /// A piece of a declaration.
    Piece(Part),
}

/// What a piece is of: a handler that is told of the whole is enough.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Doctype,
    Entity,
    Notation,
    Element,
    Attlist,
}

/// A place in the document.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) index: usize,
}

pub(super) struct Item {
    pub(super) event: Event,
    /// The text it was made from.
    pub(super) raw: String,
    pub(super) place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Start,
    Prolog,
    Internal,
    Content,
    Epilog,
    Over,
}

pub(super) struct Machine {
    text: String,
    /// How much of it is done with.
    at: usize,
    place: Place,
    /// Where the last event was.
    pub(super) event_place: Place,
    phase: Phase,
    has_doctype: bool,
    /// The names of open elements: as written, and as told.
    open: Vec<(String, String)>,
    pub(super) names: Names,
    pub(super) dtd: Dtd,
    pub(super) queue: VecDeque<Item>,
    /// The entities that are being read.
    inside: Vec<String>,
    /// How many bytes came of entities.
    expanded: usize,
    /// Are entities replaced even if there is a handler of everything else?
    pub(super) expands: bool,
}

/// How much entities may make of a document.
const MOST_EXPANDED: usize = 8 << 20;
const AMPLIFICATION: usize = 100;

type Step = Result<bool, Problem>;

impl Machine {
    pub(super) fn new(names: Names) -> Machine {
        let place = Place {
            line: 1,
            column: 0,
            index: 0,
        };
        Machine {
            text: String::new(),
            at: 0,
            place,
            event_place: place,
            phase: Phase::Start,
            has_doctype: false,
            open: Vec::new(),
            names,
            dtd: Dtd::default(),
            queue: VecDeque::new(),
            inside: Vec::new(),
            expanded: 0,
            expands: true,
        }
    }

    pub(super) fn feed(&mut self, text: &str) {
        self.text.drain(..self.at);
        self.at = 0;
        self.text.push_str(text);
    }

    pub(super) fn has_started(&self) -> bool {
        self.phase != Phase::Start || !self.text.is_empty()
    }

    /// The place is that behind all there is.
    pub(super) fn go_to_end(&mut self) {
        self.event_place = self.place_after(&self.text[self.at..]);
    }

    /// The place so far behind where the document has been read to.
    pub(super) fn place_after(&self, text: &str) -> Place {
        let mut place = self.place;
        place.index += text.len();
        let lines = text.bytes().filter(|&byte| byte == b'\n').count();
        let last = text.rsplit('\n').next().unwrap_or(text);
        place.line += lines;
        place.column = last.chars().count() + if lines == 0 { place.column } else { 0 };
        place
    }

    fn advance(&mut self, text: &str) {
        self.place = self.place_after(text);
        self.at += text.len();
    }

    /// Goes on until there is an event, if it can with what it has. After a failure, the place is the failure's.
    pub(super) fn next(&mut self, is_last: bool) -> Result<Option<Item>, Code> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                self.event_place = item.place;
                return Ok(Some(item));
            }
            let text = std::mem::take(&mut self.text);
            let rest = &text[self.at..];
            self.event_place = self.place;
            let step = match rest.is_empty() {
                true => Ok(false),
                false => self.step(rest, is_last),
            };
            let step = match step {
                Ok(false) if is_last => self.end(rest).map(|()| false),
                step => step,
            };
            if let Err(Problem { code, at }) = &step {
                let before = rest.get(..*at).unwrap_or(rest);
                self.event_place = self.place_after(before);
                let code = *code;
                self.text = text;
                return Err(code);
            }
            self.text = text;
            if matches!(step, Ok(false)) && self.queue.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Nothing more will come: is that all right?
    fn end(&mut self, rest: &str) -> Result<(), Problem> {
        if rest.starts_with("<![CDATA[") && self.phase == Phase::Content {
            return Code::UnclosedCdataSection.at(rest.len());
        }
        match self.phase {
            Phase::Over => Ok(()),
            Phase::Internal if rest.is_empty() => Code::NoElements.at(0),
            _ if !rest.is_empty() => Code::UnclosedToken.at(0),
            Phase::Epilog => {
                self.phase = Phase::Over;
                Ok(())
            }
            _ => Code::NoElements.at(0),
        }
    }

    fn step(&mut self, text: &str, is_last: bool) -> Step {
        match self.phase {
            Phase::Start | Phase::Prolog | Phase::Epilog => self.outside(text, is_last),
            Phase::Internal => self.internal(text, is_last),
            Phase::Content => {
                let Some((token, length)) = scan(text, is_last)? else {
                    return Ok(false);
                };
                self.content(token, &text[..length])?;
                self.advance(&text[..length]);
                Ok(true)
            }
            Phase::Over => Ok(false),
        }
    }

    fn push(&mut self, event: Event, raw: &str) {
        let place = self.event_place;
        let raw = raw.to_owned();
        self.queue.push_back(Item { event, raw, place });
    }

    /// What comes next is that far into a piece. In an entity, all is where that is.
    fn move_into(&mut self, raw: &str, offset: usize) {
        if self.inside.is_empty() {
            self.event_place = self.place_after(&raw[..offset]);
        }
    }

    /// Before and behind the outermost element.
    fn outside(&mut self, text: &str, is_last: bool) -> Step {
        const DOCTYPE: &str = "<!DOCTYPE";
        let is_start = self.phase == Phase::Start;
        let blank = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if blank > 0 {
            self.push(Event::Other, &text[..blank]);
            self.advance(&text[..blank]);
            self.leave_start();
            return Ok(true);
        }
        if self.phase != Phase::Epilog && text.starts_with(DOCTYPE) {
            return self.doctype(text);
        }
        if DOCTYPE.starts_with(text) && text.len() > 1 {
            return Ok(false);
        }
        if !text.starts_with('<') {
            return match self.phase {
                Phase::Epilog => Code::JunkAfterDocElement.at(0),
                // Expat reads a name before it finds that none may be here.
                _ => Code::InvalidToken.at(super::token::name_length(text)),
            };
        }
        let Some((token, length)) = scan(text, is_last)? else {
            return Ok(false);
        };
        let raw = &text[..length];
        match token {
            Token::XmlDecl(data) if is_start => self.xml_decl(data, raw)?,
            Token::Start(_) if self.phase == Phase::Epilog => {
                return Code::JunkAfterDocElement.at(0);
            }
            Token::Start(_) => {
                self.phase = Phase::Content;
                self.content(token, raw)?;
            }
            Token::End(_) if self.phase == Phase::Epilog => {
                return Code::JunkAfterDocElement.at(0);
            }
            Token::End(_) => return Code::InvalidToken.at(1),
            Token::Cdata(_) => return Code::Syntax.at(0),
            token => self.content(token, raw)?,
        }
        self.leave_start();
        self.advance(raw);
        Ok(true)
    }

    fn leave_start(&mut self) {
        if self.phase == Phase::Start {
            self.phase = Phase::Prolog;
        }
    }

    fn xml_decl(&mut self, data: &str, raw: &str) -> Result<(), Problem> {
        let tag = format!("<xml{data}>");
        let bad = |at: usize| Code::XmlDecl.at(at);
        let parts = match scan(&tag, true) {
            Ok(Some((Token::Start(Tag { attributes, .. }), _))) => attributes,
            Ok(_) => return bad(0),
            Err(problem) => return bad(problem.at + 1),
        };
        let mut parts = parts
            .into_iter()
            .map(|(name, value, _)| (name, value))
            .peekable();
        let mut take = |wanted: &str| {
            let next = parts.next_if(|&(name, _)| name == wanted);
            next.map(|(_, value)| value.to_owned())
        };
        let Some(version) = take("version") else {
            return bad(5);
        };
        let encoding = take("encoding");
        let standalone = match take("standalone").as_deref() {
            None => -1,
            Some("yes") => 1,
            Some("no") => 0,
            Some(_) => return bad(5),
        };
        if parts.next().is_some() {
            return bad(5);
        }
        self.dtd.is_standalone = standalone == 1;
        let event = Event::XmlDecl {
            version,
            encoding,
            standalone,
        };
        self.push(event, raw);
        Ok(())
    }

    /// The declaration's beginning, up to the part inside or its end.
    fn doctype(&mut self, text: &str) -> Step {
        if self.has_doctype {
            return Code::Syntax.at(0);
        }
        let Some(length) = declaration_length(text, b"[>") else {
            return Ok(false);
        };
        let raw = &text[..length];
        let mut reader = Reader::new(raw);
        reader.take()?;
        let name = reader.name()?.to_owned();
        let external = reader.external()?;
        let has_internal = reader.is_next("[");
        if !has_internal {
            reader.end()?;
        }
        self.dtd.is_partial |= external.is_some();
        let (system, public) = external.unwrap_or_default();
        let event = Event::StartDoctype {
            name,
            system,
            public,
            has_internal,
        };
        let (last, before) = pieces(raw)
            .split_last()
            .map_or(("", Vec::new()), |(last, before)| (*last, before.to_vec()));
        for piece in before {
            self.push(Event::Piece(Part::Doctype), piece);
        }
        self.move_into(raw, length - 1);
        self.push(event, "");
        self.push(Event::Piece(Part::Doctype), last);
        if !has_internal {
            self.push(Event::EndDoctype, "");
        }
        self.has_doctype = true;
        self.phase = match has_internal {
            true => Phase::Internal,
            false => Phase::Prolog,
        };
        self.advance(raw);
        Ok(true)
    }

    /// Inside the document type declaration.
    fn internal(&mut self, text: &str, is_last: bool) -> Step {
        let blank = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if blank > 0 {
            self.push(Event::Other, &text[..blank]);
            self.advance(&text[..blank]);
            return Ok(true);
        }
        let length = match text.as_bytes() {
            [b']', ..] => {
                let Some(length) = declaration_length(text, b">") else {
                    return Ok(false);
                };
                if text[1..length - 1].trim_ascii() != "" {
                    return Code::InvalidToken.at(1);
                }
                for piece in pieces(&text[..length - 1]) {
                    self.push(Event::Piece(Part::Doctype), piece);
                }
                self.move_into(text, length - 1);
                self.push(Event::EndDoctype, ">");
                self.phase = Phase::Prolog;
                length
            }
            // A parameter entity: what it stands for is not read.
            [b'%', ..] => {
                let Some(end) = text.find(';') else {
                    return Ok(false);
                };
                self.dtd.is_partial = true;
                self.push(Event::Skipped(text[1..end].to_owned(), true), &text[..=end]);
                end + 1
            }
            [b'<', b'!', letter, ..] if letter.is_ascii_alphabetic() => {
                let Some(length) = declaration_length(text, b">") else {
                    return Ok(false);
                };
                self.declare(&text[..length])?;
                length
            }
            _ => {
                let Some((token, length)) = scan(text, is_last)? else {
                    return Ok(false);
                };
                match token {
                    Token::Comment(_) | Token::Instruction(..) | Token::XmlDecl(_) => {
                        self.content(token, &text[..length])?;
                    }
                    _ => return Code::Syntax.at(0),
                }
                length
            }
        };
        self.advance(&text[..length]);
        Ok(true)
    }

    fn declare(&mut self, raw: &str) -> Result<(), Problem> {
        for declaration in self.dtd.declare(raw)? {
            self.push(Event::Declaration(declaration), "");
        }
        let part = match raw.as_bytes() {
            [b'<', b'!', b'A', ..] => Part::Attlist,
            [b'<', b'!', b'N', ..] => Part::Notation,
            [b'<', b'!', b'E', b'L', ..] => Part::Element,
            _ => Part::Entity,
        };
        for piece in pieces(raw) {
            self.push(Event::Piece(part), piece);
        }
        Ok(())
    }

    fn content(&mut self, token: Token, raw: &str) -> Result<(), Problem> {
        match token {
            Token::Text(text) => self.push(Event::Text(text.to_owned()), raw),
            Token::LineEnd => self.push(Event::Text("\n".to_owned()), raw),
            Token::Char(c) => self.push(Event::Text(c.to_string()), raw),
            Token::Entity(name) => self.entity(name, raw)?,
            Token::Start(tag) => self.start(&tag, raw)?,
            Token::End(name) => match self.open.last() {
                Some((open, _)) if open == name => self.close(raw),
                _ => return Code::TagMismatch.at(2),
            },
            Token::Comment(text) => self.push(Event::Comment(line_ends(text)), raw),
            Token::Instruction(target, data) => {
                let event = Event::Instruction(target.to_owned(), line_ends(data));
                self.push(event, raw);
            }
            Token::Cdata(text) => {
                const START: &str = "<![CDATA[";
                self.push(Event::StartCdata, START);
                self.move_into(raw, START.len());
                for part in line_ends(text).split_inclusive('\n') {
                    let line = part.strip_suffix('\n');
                    let text = line.unwrap_or(part);
                    if !text.is_empty() {
                        self.push(Event::Text(text.to_owned()), text);
                    }
                    if line.is_some() {
                        self.push(Event::Text("\n".to_owned()), "\n");
                    }
                }
                self.move_into(raw, raw.len() - 3);
                self.push(Event::EndCdata, "]]>");
            }
            Token::XmlDecl(_) => return Code::MisplacedXmlPi.at(0),
        }
        Ok(())
    }

    fn close(&mut self, raw: &str) {
        let Some((_, name)) = self.open.pop() else {
            return;
        };
        self.push(Event::End(name), raw);
        for prefix in self.names.leave() {
            self.push(Event::EndNamespace(prefix), "");
        }
        if self.open.is_empty() && self.inside.is_empty() {
            self.phase = Phase::Epilog;
        }
    }

    fn start(&mut self, tag: &Tag, raw: &str) -> Result<(), Problem> {
        let declared = self.dtd.attributes.get(tag.name);
        let is_cdata = |name: &str| {
            let mut declared = declared.into_iter().flatten();
            declared
                .find(|other| other.name == name)
                .is_none_or(|other| other.is_cdata)
        };
        let mut attributes = Vec::with_capacity(tag.attributes.len());
        for &(name, value, _) in &tag.attributes {
            let value = self.attribute(value, is_cdata(name))?;
            attributes.push((name.to_owned(), value));
        }
        let mut specified = attributes.len();
        for other in declared.into_iter().flatten() {
            let is_written = attributes.iter().any(|(name, _)| *name == other.name);
            if let Some(default) = other.default.as_ref().filter(|_| !is_written) {
                let value = self.attribute(default, other.is_cdata)?;
                attributes.push((other.name.clone(), value));
            }
        }
        let declarations = self.names.enter(&mut attributes, &mut specified)?;
        for (prefix, uri) in declarations {
            self.push(Event::StartNamespace(prefix, uri), "");
        }
        let name = self.names.element(tag.name)?;
        for (name, _) in &mut attributes {
            *name = self.names.attribute(name)?;
        }
        for (at, (name, _)) in attributes.iter().enumerate() {
            if attributes[..at].iter().any(|(other, _)| other == name) {
                return Code::DuplicateAttribute.at(0);
            }
        }
        self.open.push((tag.name.to_owned(), name.clone()));
        self.push(Event::Start(name, attributes, specified), raw);
        if tag.is_empty {
            self.move_into(raw, raw.len());
            self.close("");
        }
        Ok(())
    }

    /// An attribute's value: references replaced, spaces made alike.
    fn attribute(&self, value: &str, is_cdata: bool) -> Result<String, Problem> {
        let mut out = String::with_capacity(value.len());
        self.append(value, &mut out, &mut Vec::new())?;
        if is_cdata {
            return Ok(out);
        }
        let words: Vec<&str> = out.split(' ').filter(|word| !word.is_empty()).collect();
        Ok(words.join(" "))
    }

    fn append<'a>(
        &'a self,
        value: &'a str,
        out: &mut String,
        inside: &mut Vec<&'a str>,
    ) -> Result<(), Problem> {
        let mut rest = value;
        while let Some(c) = rest.chars().next() {
            let mut length = c.len_utf8();
            match c {
                '\r' if rest[1..].starts_with('\n') => {}
                '\t' | '\n' | '\r' => out.push(' '),
                '&' => {
                    let Some((token, taken)) = reference(rest)? else {
                        return Code::InvalidToken.at(0);
                    };
                    length = taken;
                    match token {
                        Token::Char(c) => out.push(c),
                        Token::Entity(name) => self.append_entity(name, out, inside)?,
                        _ => {}
                    }
                }
                c => out.push(c),
            }
            rest = &rest[length..];
        }
        Ok(())
    }

    fn append_entity<'a>(
        &'a self,
        name: &'a str,
        out: &mut String,
        inside: &mut Vec<&'a str>,
    ) -> Result<(), Problem> {
        if inside.contains(&name) {
            return Code::RecursiveEntityRef.at(0);
        }
        match self.dtd.entities.get(name) {
            Some(Entity::Internal(text)) => {
                if out.len() + text.len() > MOST_EXPANDED {
                    return Code::AmplificationLimitBreach.at(0);
                }
                inside.push(name);
                self.append(text, out, inside)?;
                inside.pop();
                Ok(())
            }
            Some(Entity::External { .. }) => Code::AttributeExternalEntityRef.at(0),
            Some(Entity::Unparsed) => Code::BinaryEntityRef.at(0),
            None if self.dtd.is_partial && !self.dtd.is_standalone => Ok(()),
            None => Code::UndefinedEntity.at(0),
        }
    }

    fn entity(&mut self, name: &str, raw: &str) -> Result<(), Problem> {
        if self.inside.iter().any(|other| other == name) {
            return Code::RecursiveEntityRef.at(0);
        }
        match self.dtd.entities.get(name).cloned() {
            Some(Entity::Internal(_)) if !self.expands => {
                self.push(Event::Skipped(name.to_owned(), false), raw);
                Ok(())
            }
            Some(Entity::Internal(text)) => self.replace(name, &text),
            Some(Entity::External { system, public }) => {
                let event = Event::External {
                    context: self.names.context(name),
                    system,
                    public,
                };
                self.push(event, raw);
                Ok(())
            }
            Some(Entity::Unparsed) => Code::BinaryEntityRef.at(0),
            None if self.dtd.is_partial && !self.dtd.is_standalone => {
                self.push(Event::Skipped(name.to_owned(), false), raw);
                Ok(())
            }
            None => Code::UndefinedEntity.at(0),
        }
    }

    /// Reads an entity's text in its place. Elements that begin in it end in it.
    fn replace(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        self.expanded += text.len();
        let document = self.place.index + self.text.len();
        if self.expanded > MOST_EXPANDED && self.expanded / AMPLIFICATION > document {
            return Code::AmplificationLimitBreach.at(0);
        }
        let depth = self.open.len();
        self.inside.push(name.to_owned());
        let mut rest = text;
        while !rest.is_empty() {
            let scanned = scan(rest, true);
            let Some((token, length)) = scanned.or_else(|problem| problem.code.at(0))? else {
                return Code::AsyncEntity.at(0);
            };
            if matches!(token, Token::End(_)) && self.open.len() == depth {
                return Code::AsyncEntity.at(0);
            }
            let done = self.content(token, &rest[..length]);
            done.or_else(|problem| problem.code.at(0))?;
            rest = &rest[length..];
        }
        self.inside.pop();
        match self.open.len() == depth {
            true => Ok(()),
            false => Code::AsyncEntity.at(0),
        }
    }
}

fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
