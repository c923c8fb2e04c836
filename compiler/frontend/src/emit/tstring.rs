//! Template strings: the literal parts are constants, each replacement field makes an interpolation.

use super::{Compiler, Value, literal, written};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, OptSrc, Src};
use ruff_python_ast::{
    ConversionFlag, ExprTString, InterpolatedElement, InterpolatedStringElement,
};

impl<'a> Compiler<'a> {
    pub(super) fn tstring(&mut self, e: &'a ExprTString, wanted: Option<u16>) -> Value {
        let base = self.top();
        let mut strings = vec![Vec::new()];
        for part in &e.value {
            let raw = part.flags.prefix().is_raw();
            for element in &part.elements {
                let text = strings.last_mut().expect("never empty");
                match element {
                    InterpolatedStringElement::Literal(part) => {
                        literal::append_element(self.source, part, raw, text);
                    }
                    InterpolatedStringElement::Interpolation(field) => {
                        if let Some(debug) = &field.debug_text {
                            let shown = written::without_comments(debug.as_str());
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
        let expression = match self.source.constant(&field.node_index) {
            Some(shown) => shown.clone(),
            None => Constant::Str(written::expression(self.source, field).into()),
        };
        let expression = self.constant(expression);
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
}
