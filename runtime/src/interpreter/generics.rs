//! Type parameters and type aliases.

use super::frame::Machine;
use crate::types::function::Function;
use crate::types::typing::{self, Variety};
use crate::{Result, Value};
use ashore_bytecode::OptSrc;
use ashore_bytecode::instructions::ops;

/// `dst` = a type parameter.
pub fn make_type_param(m: &Machine<'_>, op: ops::MakeTypeParam) -> Result<()> {
    let part = |register: OptSrc| {
        register
            .get()
            .map_or(Value::MISSING, |src| m.window().get(src.0))
    };
    let name = *m.constant(op.name);
    let variety = Variety::from_number(op.variety.0);
    let made = typing::new_parameter(m.thread, variety, name, part(op.bound), part(op.default));
    for register in [op.bound, op.default].into_iter().filter_map(OptSrc::get) {
        m.consume(register.0);
    }
    m.window().set(op.dst.0, made);
    Ok(())
}

/// `function.__type_params__ = params`.
pub fn set_type_params(m: &Machine<'_>, op: ops::SetTypeParams) -> Result<()> {
    let params = m.own(op.params.0);
    let function = m.window().get(op.function.0);
    let function = function
        .get::<Function>()
        .expect("the compiler gives a function it has just made");
    function.set_type_params(params);
    Ok(())
}

/// `dst = typing.Generic[params]`.
pub fn make_generic_base(m: &Machine<'_>, op: ops::MakeGenericBase) -> Result<()> {
    let base = typing::generic_base(m.thread, m.window().get(op.params.0))?;
    m.consume(op.params.0);
    m.window().set(op.dst.0, base);
    Ok(())
}

/// `dst` = a type alias.
pub fn make_type_alias(m: &Machine<'_>, op: ops::MakeTypeAlias) -> Result<()> {
    let name = *m.constant(op.name);
    let (params, value) = (m.window().get(op.params.0), m.window().get(op.value.0));
    let alias = typing::new_alias(m.thread, name, params, value);
    m.consume(op.params.0);
    m.consume(op.value.0);
    m.window().set(op.dst.0, alias);
    Ok(())
}
