//! Template strings: the literal parts are constants, each replacement field makes an interpolation.

use super::{Compiler, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, OptSrc, Src};
use ruff_python_ast::{
    ConversionFlag, ExprTString, InterpolatedElement, InterpolatedStringElement,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The text of an expression as fields show it.
pub(super) fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote.is_some() => {
                kept.push(c);
                kept.extend(chars.next());
                continue;
            }
            '\'' | '"' => match quote {
                None => quote = Some(c),
                Some(open) if open == c => quote = None,
                Some(_) => {}
            },
            '#' if quote.is_none() => {
                kept.extend(chars.by_ref().find(|&c| c == '\n'));
                continue;
            }
            _ => {}
        }
        kept.push(c);
    }
    kept
}

impl<'a> Compiler<'a> {
    pub(super) fn tstring(&mut self, e: &'a ExprTString, wanted: Option<u16>) -> Value {
        let base = self.top();
        let mut strings = vec![Vec::new()];
        for part in &e.value {
            let raw = part.flags.prefix().is_raw();
            for element in &part.elements {
                let text = strings.last_mut().expect("never empty");
                match element {
                    InterpolatedStringElement::Literal(literal) => {
                        self.append_text(&literal.value, literal.range, raw, text);
                    }
                    InterpolatedStringElement::Interpolation(field) => {
                        if let Some(debug) = &field.debug_text {
                            let shown = without_comments(debug.as_str());
                            text.extend_from_slice(shown.as_bytes());
                        }
                        if self.fits(1, field.range) {
                            self.interpolation(field);
                        }
                        strings.push(Vec::new());
                    }
                }
            }
        }
        let n = Count(self.top() - base);
        let strings = strings.into_iter().map(Constant::Str).collect();
        let strings = self.constant(Constant::Tuple(strings));
        self.release(base);
        let interpolations = self.push();
        self.emit(
            e.range,
            ops::BuildTuple {
                dst: ashore_bytecode::Dst(interpolations),
                base: Args(base),
                n,
            },
        );
        let (dst, value) = self.result(base, wanted);
        self.emit(
            e.range,
            ops::BuildTemplate {
                dst,
                strings,
                interpolations: Src(interpolations),
            },
        );
        value
    }

    /// Pushes an interpolation.
    fn interpolation(&mut self, field: &'a InterpolatedElement) {
        let base = self.top();
        let value = self.push_expression(&field.expression);
        let spec = match &field.format_spec {
            Some(spec) => OptSrc(self.format_spec(spec)),
            None => OptSrc::NONE,
        };
        let expression = self.constant(Constant::Str(self.written(field).into()));
        let conversion = match field.conversion {
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => {
                Constant::Str("r".into())
            }
            ConversionFlag::None => Constant::None,
            ConversionFlag::Str => Constant::Str("s".into()),
            ConversionFlag::Repr => Constant::Str("r".into()),
            ConversionFlag::Ascii => Constant::Str("a".into()),
        };
        let conversion = self.constant(conversion);
        let (dst, _) = self.result(base, None);
        self.emit(
            field.range,
            ops::BuildInterpolation {
                dst,
                value: Src(value),
                expression,
                conversion,
                spec,
            },
        );
    }

    /// The expression as it is written: all there is before `=`, the conversion or the format.
    fn written(&self, field: &InterpolatedElement) -> String {
        let one = TextSize::new(1);
        let end = match &field.format_spec {
            Some(spec) => spec.start() - one,
            None => field.end() - one,
        };
        let mut text = self.source.slice(TextRange::new(field.start() + one, end));
        if field.conversion != ConversionFlag::None {
            text = text.rsplit_once('!').map_or(text, |(text, _)| text);
        }
        let mut text = without_comments(text);
        if field.debug_text.is_some()
            && let Some(end) = text.rfind('=')
        {
            text.truncate(end);
        }
        text
    }
}
