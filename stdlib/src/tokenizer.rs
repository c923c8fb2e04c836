//! `_tokenize`: the tokens of source, for `tokenize`. The compiler has the tokenizer.
//!
//! All lines are read when the first token is asked for. The error of a wrong program comes behind the tokens before it.

use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert};
use ashore_runtime::start::{self, CompileFailure, Lexeme};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::Bytes;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::str::{self, Str, codec};
use ashore_runtime::types::{exception, int, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicUsize, Ordering};

static ITERATOR: NativeClass = NativeClass::new("_tokenize.TokenizerIter", METHODS).iterator();

/// An iterator over the tokens of what a function reads line by line.
struct TokenizerIter {
    readline: Slot,
    /// What bytes are decoded with; None if the lines are text.
    encoding: Slot,
    /// A list; MISSING until the lines were read.
    tokens: Var,
    /// Number of tokens given.
    given: AtomicUsize,
    failure: Mutex<Option<CompileFailure>>,
}

impl Data for TokenizerIter {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.readline.peek());
        visit(self.encoding.peek());
        self.tokens.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        Some(self.advance(thread))
    }
}

impl TokenizerIter {
    fn advance(&self, thread: &Thread) -> Result<Option<Owned>> {
        let mut tokens = self.tokens.get();
        if tokens.value().is_missing() {
            let text = self.read(thread)?;
            let (lexemes, failure) = start::tokenize(thread, &text)?;
            *self.failure.lock() = failure;
            tokens = self.tokens.get_or_set(objects(thread, &text, &lexemes));
        }
        let index = self.given.fetch_add(1, Ordering::Relaxed);
        let list = tokens.get::<List>().expect("made as a list");
        if let Some(token) = list.get(thread, index) {
            return Ok(Some(token));
        }
        match self.failure.lock().take() {
            Some(failure) => Err(start::raise_failure(thread, &failure, "<string>")),
            None => Ok(None),
        }
    }

    /// All lines.
    fn read(&self, thread: &Thread) -> Result<String> {
        let mut text = String::new();
        loop {
            let line = match call::call(thread, self.readline.peek(), &[]) {
                Ok(line) => line,
                Err(raised)
                    if exception::is(thread.pending_exception(), Builtin::StopIteration) =>
                {
                    drop(thread.take_exception(raised));
                    return Ok(text);
                }
                Err(raised) => return Err(raised),
            };
            let line = self.decoded(thread, line)?;
            let line = line.get::<Str>().expect("it is text").to_str_lossy();
            if line.is_empty() {
                return Ok(text);
            }
            text.push_str(&line);
        }
    }

    fn decoded(&self, thread: &Thread, line: Owned) -> Result {
        let encoding = self.encoding.peek();
        if encoding.is_none() {
            return match line.is::<Str>() {
                true => Ok(line),
                false => raise!(thread, TypeError, "readline() returned a non-string object"),
            };
        }
        let Some(bytes) = line.get::<Bytes>() else {
            return raise!(thread, TypeError, "readline() returned a non-bytes object");
        };
        let encoding = convert::display(thread, encoding)?;
        codec::decode(thread, bytes.as_slice(), Some(&encoding), Some("replace"))
    }
}

/// The tokens as tuples: kind, text, start, end, and the lines that it is on.
fn objects(thread: &Thread, text: &str, lexemes: &[Lexeme]) -> Owned {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let number = |n: u32| int::from_i64(thread, i64::from(n));
    let place = |(line, column)| tuple::from_array(thread, [number(line), number(column)]);
    let mut shown = ((0, 0), Owned::NONE);
    let objects = lexemes.iter().map(|lexeme| {
        let range = (lexeme.start.0, lexeme.end.0);
        if shown.0 != range {
            let last = (range.1 as usize).min(lines.len());
            let lines = lines.get(range.0 as usize - 1..last).unwrap_or_default();
            shown = (range, str::new(thread, &lines.concat()));
        }
        // To the compiler all line ends are alike.
        let line = lines.get(lexeme.start.0 as usize - 1);
        let wide = lexeme.text.contains('\n') && line.is_some_and(|line| line.ends_with("\r\n"));
        let text = match wide {
            true => lexeme.text.replace('\n', "\r\n"),
            false => lexeme.text.clone(),
        };
        let column = lexeme.end.1 + u32::from(wide && lexeme.text == "\n");
        let token = [
            number(lexeme.kind as u32),
            str::new(thread, &text),
            place(lexeme.start),
            place((lexeme.end.0, column)),
            shown.1.clone(),
        ];
        tuple::from_array(thread, token)
    });
    let objects = objects.collect();
    list::new(thread, objects)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let [class, readline, encoding, extra] = [args[0], args[1], args[2], args[3]];
    if !convert::truth(thread, extra)? {
        return raise!(
            thread,
            NotImplementedError,
            "tokens without comments and line ends are not supported yet"
        );
    }
    let class = as_class(class).expect("the binder checks that the first argument is a class");
    let iterator = TokenizerIter {
        readline: Slot::new(Owned::new(readline)),
        encoding: Slot::new(Owned::new(encoding)),
        tokens: Var::empty(),
        given: AtomicUsize::new(0),
        failure: Mutex::new(None),
    };
    Ok(native::new(thread, class, iterator))
}

methods! { METHODS:
    new "TokenizerIter(type, readline, /, *, encoding=None, extra_tokens=False)" => new;
}

methods! { FUNCTIONS: }

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "TokenizerIter", ITERATOR.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
