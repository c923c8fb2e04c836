//! Tokens as Python programs see them through `_tokenize`. The frontend makes them of source, and the runtime objects of
//! those; the numbers are CPython's.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexeme {
    pub kind: Kind,
    pub text: String,
    /// Line from 1, column in characters from 0.
    pub start: (u32, u32),
    pub end: (u32, u32),
}

/// Kinds of tokens, as `tokenize` tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    EndMarker = 0,
    Name = 1,
    Number = 2,
    Str = 3,
    Newline = 4,
    Indent = 5,
    Dedent = 6,
    Operator = 55,
    FStringStart = 59,
    FStringMiddle = 60,
    FStringEnd = 61,
    TStringStart = 62,
    TStringMiddle = 63,
    TStringEnd = 64,
    Comment = 65,
    /// A line end that ends no logical line.
    BlankNewline = 66,
}
