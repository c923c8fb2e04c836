//! What an XML document consists of, one piece at a time.

/// A failure: expat's number, and where it is, counted from the piece's start.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) at: usize,
}

/// Expat's numbers of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Syntax = 2,
    NoElements = 3,
    InvalidToken = 4,
    UnclosedToken = 5,
    TagMismatch = 7,
    DuplicateAttribute = 8,
    JunkAfterDocElement = 9,
    UndefinedEntity = 11,
    RecursiveEntityRef = 12,
    AsyncEntity = 13,
    BadCharRef = 14,
    BinaryEntityRef = 15,
    AttributeExternalEntityRef = 16,
    MisplacedXmlPi = 17,
    UnclosedCdataSection = 20,
    ExternalEntityHandling = 21,
    UnboundPrefix = 27,
    UndeclaringPrefix = 28,
    XmlDecl = 30,
    Finished = 36,
    ReservedPrefixXml = 38,
    ReservedPrefixXmlns = 39,
    ReservedNamespaceUri = 40,
    AmplificationLimitBreach = 43,
}

impl Code {
    pub(super) fn at<T>(self, at: usize) -> Result<T, Problem> {
        Err(Problem { code: self, at })
    }
}

/// A start tag's parts, as written.
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    /// Names, values, and where each begins.
    pub(super) attributes: Vec<(&'a str, &'a str, usize)>,
    pub(super) is_empty: bool,
}

pub(super) enum Token<'a> {
    Text(&'a str),
    LineEnd,
    Char(char),
    Entity(&'a str),
    Start(Tag<'a>),
    End(&'a str),
    Comment(&'a str),
    Instruction(&'a str, &'a str),
    Cdata(&'a str),
    XmlDecl(&'a str),
}

/// A piece and its length, or none if there is not yet enough of it.
pub(super) type Scanned<'a> = Result<Option<(Token<'a>, usize)>, Problem>;

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80
}

fn continues_name(byte: u8) -> bool {
    starts_name(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
}

/// The length of the name that text begins with; 0 if it begins with none.
pub(super) fn name_length(text: &str) -> usize {
    match text.as_bytes() {
        [first, rest @ ..] if starts_name(*first) => {
            let rest = rest.iter().take_while(|&&byte| continues_name(byte));
            1 + rest.count()
        }
        _ => 0,
    }
}

/// Where there is a character that documents must not contain.
pub(super) fn forbidden(text: &str) -> Option<usize> {
    let is_bad = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    text.bytes().position(is_bad)
}

fn allowed(text: &str, start: usize) -> Result<&str, Problem> {
    match forbidden(text) {
        Some(at) => Code::InvalidToken.at(start + at),
        None => Ok(text),
    }
}

/// The next piece of content.
pub(super) fn scan(text: &str, is_last: bool) -> Scanned<'_> {
    match text.as_bytes() {
        [] => Ok(None),
        [b'<', ..] => markup(text),
        [b'&', ..] => reference(text),
        [b'\n', ..] => Ok(Some((Token::LineEnd, 1))),
        [b'\r', b'\n', ..] => Ok(Some((Token::LineEnd, 2))),
        [b'\r'] if !is_last => Ok(None),
        [b'\r', ..] => Ok(Some((Token::LineEnd, 1))),
        _ => plain(text, is_last),
    }
}

fn plain(text: &str, is_last: bool) -> Scanned<'_> {
    let end = text.find(['<', '&', '\n', '\r']).unwrap_or(text.len());
    let mut run = &text[..end];
    if let Some(at) = run.find("]]>") {
        if at == 0 {
            return Code::InvalidToken.at(2);
        }
        run = &run[..at];
    }
    if let Some(at) = forbidden(run) {
        if at == 0 {
            return Code::InvalidToken.at(0);
        }
        run = &run[..at];
    }
    if end == text.len() && !is_last {
        // They may be the beginning of what must not be there.
        run = run.trim_end_matches(']');
    }
    match run.len() {
        0 => Ok(None),
        length => Ok(Some((Token::Text(run), length))),
    }
}

fn markup(text: &str) -> Scanned<'_> {
    match text.as_bytes().get(1) {
        None => Ok(None),
        Some(b'/') => end_tag(text),
        Some(b'!') => declaration(text),
        Some(b'?') => instruction(text),
        Some(&byte) if starts_name(byte) => start_tag(text),
        Some(_) => Code::InvalidToken.at(1),
    }
}

fn skip_space(text: &str, mut at: usize) -> usize {
    while text.as_bytes().get(at).copied().is_some_and(is_space) {
        at += 1;
    }
    at
}

fn end_tag(text: &str) -> Scanned<'_> {
    let name = &text[2..2 + name_length(&text[2..])];
    let at = skip_space(text, 2 + name.len());
    match text.as_bytes().get(at) {
        None => Ok(None),
        Some(b'>') if !name.is_empty() => Ok(Some((Token::End(name), at + 1))),
        Some(_) => Code::InvalidToken.at(at),
    }
}

fn start_tag(text: &str) -> Scanned<'_> {
    let bytes = text.as_bytes();
    let length = name_length(&text[1..]);
    let mut tag = Tag {
        name: &text[1..=length],
        attributes: Vec::new(),
        is_empty: false,
    };
    let mut at = 1 + length;
    loop {
        let start = skip_space(text, at);
        match bytes.get(start) {
            None => return Ok(None),
            Some(b'>') => return Ok(Some((Token::Start(tag), start + 1))),
            Some(b'/') => {
                tag.is_empty = true;
                return match bytes.get(start + 1) {
                    None => Ok(None),
                    Some(b'>') => Ok(Some((Token::Start(tag), start + 2))),
                    Some(_) => Code::InvalidToken.at(start + 1),
                };
            }
            Some(&byte) if start == at || !starts_name(byte) => {
                return Code::InvalidToken.at(start);
            }
            Some(_) => {}
        }
        let length = name_length(&text[start..]);
        let name = &text[start..start + length];
        let equals = skip_space(text, start + length);
        match bytes.get(equals) {
            None => return Ok(None),
            Some(b'=') => {}
            Some(_) => return Code::InvalidToken.at(equals),
        }
        let open = skip_space(text, equals + 1);
        let quote = match bytes.get(open) {
            None => return Ok(None),
            Some(&quote @ (b'"' | b'\'')) => char::from(quote),
            Some(_) => return Code::InvalidToken.at(open),
        };
        let Some(length) = text[open + 1..].find(quote) else {
            return Ok(None);
        };
        let value = allowed(&text[open + 1..][..length], open + 1)?;
        if let Some(less) = value.find('<') {
            return Code::InvalidToken.at(open + 1 + less);
        }
        if tag.attributes.iter().any(|&(other, _, _)| other == name) {
            return Code::DuplicateAttribute.at(start);
        }
        tag.attributes.push((name, value, open + 1));
        at = open + 1 + length + 1;
    }
}

fn declaration(text: &str) -> Scanned<'_> {
    const COMMENT: &str = "<!--";
    const CDATA: &str = "<![CDATA[";
    if let Some(rest) = text.strip_prefix(COMMENT) {
        let Some(end) = rest.find("--") else {
            return Ok(None);
        };
        let comment = allowed(&rest[..end], COMMENT.len())?;
        let after = COMMENT.len() + end + 2;
        return match text.as_bytes().get(after) {
            None => Ok(None),
            Some(b'>') => Ok(Some((Token::Comment(comment), after + 1))),
            Some(_) => Code::InvalidToken.at(after),
        };
    }
    if let Some(rest) = text.strip_prefix(CDATA) {
        let Some(end) = rest.find("]]>") else {
            return Ok(None);
        };
        let data = allowed(&rest[..end], CDATA.len())?;
        return Ok(Some((Token::Cdata(data), CDATA.len() + end + 3)));
    }
    match COMMENT.starts_with(text) || CDATA.starts_with(text) {
        true => Ok(None),
        false => Code::InvalidToken.at(2),
    }
}

fn instruction(text: &str) -> Scanned<'_> {
    let length = name_length(&text[2..]);
    if length == 0 && text.len() > 2 {
        return Code::InvalidToken.at(2);
    }
    let Some(end) = text.find("?>") else {
        return Ok(None);
    };
    let (target, data) = text[2..end].split_at(length);
    if !data.is_empty() && !is_space(data.as_bytes()[0]) {
        return Code::InvalidToken.at(2 + length);
    }
    let data = allowed(data, 2 + length)?;
    let token = match target {
        "xml" => Token::XmlDecl(data),
        _ => Token::Instruction(target, data.trim_start_matches([' ', '\t', '\n', '\r'])),
    };
    Ok(Some((token, end + 2)))
}

/// What stands for a character: `&#65;`, `&#x41;`, `&amp;`; or another entity.
pub(super) fn reference(text: &str) -> Scanned<'_> {
    let bytes = text.as_bytes();
    let (start, length) = match bytes {
        [b'&', b'#', b'x', ..] => {
            let digits = bytes[3..]
                .iter()
                .take_while(|byte| byte.is_ascii_hexdigit());
            (3, digits.count())
        }
        [b'&', b'#', ..] => {
            let digits = bytes[2..].iter().take_while(|byte| byte.is_ascii_digit());
            (2, digits.count())
        }
        _ => (1, name_length(&text[1..])),
    };
    let end = start + length;
    match bytes.get(end) {
        None => return Ok(None),
        Some(b';') if length > 0 => {}
        Some(_) => return Code::InvalidToken.at(end),
    }
    let name = &text[start..end];
    let c = match start {
        1 => match predefined(name) {
            Some(c) => c,
            None => return Ok(Some((Token::Entity(name), end + 1))),
        },
        2 => character(name, 10)?,
        _ => character(name, 16)?,
    };
    Ok(Some((Token::Char(c), end + 1)))
}

fn character(digits: &str, radix: u32) -> Result<char, Problem> {
    let number = u32::from_str_radix(digits, radix).ok();
    let c = number.and_then(char::from_u32).filter(|&c| {
        let is_control = c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        !is_control && !matches!(c, '\u{fffe}' | '\u{ffff}')
    });
    match c {
        Some(c) => Ok(c),
        None => Code::BadCharRef.at(0),
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
