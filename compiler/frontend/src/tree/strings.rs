//! f-strings and t-strings: adjacent strings as one, literals that touch as one constant.

use super::Maker;
use crate::emit::{literal, written};
use ashore_bytecode::Constant;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::{
    self as ast, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringElements,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// What a field is in its kind of string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Format,
    Template,
}

/// The parts of a string under way.
struct Values<'a, 'm> {
    maker: &'a Maker<'m>,
    done: Vec<Tree>,
    /// The literal at the end.
    text: Vec<u8>,
    range: Option<TextRange>,
}

impl Values<'_, '_> {
    /// Appends a literal's text.
    fn push_text(&mut self, range: TextRange, append: impl FnOnce(&mut Vec<u8>)) {
        append(&mut self.text);
        self.range = Some(self.range.map_or(range, |before| before.cover(range)));
    }

    fn push(&mut self, value: Tree) {
        self.end_text();
        self.done.push(value);
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(range) = self.range.take()
            && !text.is_empty()
        {
            self.done.push(self.maker.text(text, range));
        }
    }

    fn finish(mut self) -> Tree {
        self.end_text();
        Tree::List(self.done)
    }
}

impl<'m> Maker<'m> {
    fn values(&self) -> Values<'_, 'm> {
        Values {
            maker: self,
            done: Vec::new(),
            text: Vec::new(),
            range: None,
        }
    }

    pub(super) fn fstring(&self, e: &ast::ExprFString) -> Tree {
        let mut values = self.values();
        for part in &e.value {
            match part {
                FStringPart::Literal(part) => values.push_text(part.range, |text| {
                    literal::append_literal(self.source, part, text);
                }),
                FStringPart::FString(part) => {
                    let raw = part.flags.prefix().is_raw();
                    self.elements(&part.elements, raw, Kind::Format, &mut values);
                }
            }
        }
        self.placed("JoinedStr", e.range, vec![values.finish()])
    }

    pub(super) fn tstring(&self, e: &ast::ExprTString) -> Tree {
        let mut values = self.values();
        for part in &e.value {
            let raw = part.flags.prefix().is_raw();
            self.elements(&part.elements, raw, Kind::Template, &mut values);
        }
        self.placed("TemplateStr", e.range, vec![values.finish()])
    }

    fn elements(
        &self,
        elements: &InterpolatedStringElements,
        raw: bool,
        kind: Kind,
        values: &mut Values<'_, '_>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(part) => {
                    values.push_text(part.range, |text| {
                        literal::append_element(self.source, part, raw, text);
                    });
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        let shown = written::without_comments(debug.as_str());
                        let length = TextSize::of(debug.as_str());
                        let range = TextRange::at(field.start() + TextSize::new(1), length);
                        values.push_text(range, |text| text.extend_from_slice(shown.as_bytes()));
                    }
                    values.push(self.field(field, raw, kind));
                }
            }
        }
    }

    fn field(&self, field: &InterpolatedElement, raw: bool, kind: Kind) -> Tree {
        let conversion = match field.conversion {
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => {
                i64::from(b'r')
            }
            conversion => conversion.to_byte().map_or(-1, i64::from),
        };
        let spec = field.format_spec.as_deref().map_or(Tree::NONE, |spec| {
            let mut values = self.values();
            // Fields of formats are replaced even in templates.
            self.elements(&spec.elements, raw, Kind::Format, &mut values);
            // The format begins with its colon.
            let start = spec.range.start() - TextSize::new(1);
            let range = TextRange::new(start, spec.range.end());
            self.placed("JoinedStr", range, vec![values.finish()])
        });
        let value = self.expression(&field.expression);
        let conversion = Tree::int(conversion);
        match kind {
            Kind::Format => {
                self.placed("FormattedValue", field.range, vec![value, conversion, spec])
            }
            Kind::Template => {
                let text = written::expression(self.source, field);
                let text = Tree::Value(Constant::Str(text.into_bytes()));
                let fields = vec![value, text, conversion, spec];
                self.placed("Interpolation", field.range, fields)
            }
        }
    }
}
