//! What passes must keep and lowering may rely on.
//!
//! 1. *Structure*: every block ends with its only terminator; operands, results and target arguments have the types the
//!    table and the blocks ask for; cells and blocks exist; the entry block is nobody's target.
//! 2. *Dominance*: a value is defined once, and on every path from the entry to each of its uses.

use super::function::{Block, Function, Immediate, Instruction, Value};
use super::instructions::Op;
use super::print;
use ashore_runtime::abi::Type;
use std::collections::BTreeSet;

/// Checks a function; the error names the block and the instruction.
pub fn verify(function: &Function) -> Result<(), String> {
    let verifier = Verifier { function };
    verifier.structure()?;
    verifier.dominance()
}

struct Verifier<'a> {
    function: &'a Function,
}

impl Verifier<'_> {
    fn structure(&self) -> Result<(), String> {
        let mut defined = BTreeSet::new();
        for id in self.function.block_ids() {
            let block = self.function.block(id);
            for &param in &block.params {
                self.defines(&mut defined, param)
                    .map_err(|e| format!("{id}: {e}"))?;
            }
            let Some((last, others)) = block.instructions.split_last() else {
                return Err(format!("{id} is empty"));
            };
            if !last.op.is_terminator() || others.iter().any(|i| i.op.is_terminator()) {
                return Err(format!("{id} does not end with its only terminator"));
            }
            for instruction in &block.instructions {
                let place = |e: String| format!("{id}: `{}`: {e}", print::instruction(instruction));
                self.types(instruction).map_err(place)?;
                self.targets(instruction).map_err(place)?;
                for &result in &instruction.results {
                    self.defines(&mut defined, result).map_err(place)?;
                }
            }
        }
        Ok(())
    }

    fn defines(&self, defined: &mut BTreeSet<Value>, value: Value) -> Result<(), String> {
        if value.0 as usize >= self.function.values.len() {
            return Err(format!("{value} has no type"));
        }
        if defined.insert(value) {
            Ok(())
        } else {
            Err(format!("{value} is defined twice"))
        }
    }

    fn types(&self, instruction: &Instruction) -> Result<(), String> {
        let Some(signature) = instruction.op.signature(&instruction.immediate) else {
            return Err("not an immediate of the instruction".to_owned());
        };
        let n = signature.operands.len();
        if instruction.args.len() < n || (instruction.args.len() > n && !signature.variadic) {
            return Err(format!("takes {n} operands"));
        }
        let further = std::iter::repeat(&Type::Tagged);
        for (&arg, &ty) in instruction
            .args
            .iter()
            .zip(signature.operands.iter().chain(further))
        {
            self.expect(arg, ty)?;
        }
        if instruction.results.len() != signature.results.len() {
            return Err(format!("has {} results", signature.results.len()));
        }
        for (&result, &ty) in instruction.results.iter().zip(&signature.results) {
            self.expect(result, ty)?;
        }
        match &instruction.immediate {
            Immediate::Cell(index) if *index as usize >= self.function.cells.len() => {
                Err(format!("no cell {index}"))
            }
            Immediate::Exit(_, registers)
                if signature.operands.len() + registers.len() != instruction.args.len() =>
            {
                Err("a register for each further operand".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn expect(&self, value: Value, ty: Type) -> Result<(), String> {
        match self.function.values.get(value.0 as usize) {
            None => Err(format!("{value} does not exist")),
            Some(&found) if found != ty => Err(format!("{value} is {found}, not {ty}")),
            Some(_) => Ok(()),
        }
    }

    fn targets(&self, instruction: &Instruction) -> Result<(), String> {
        if instruction.targets.len() != instruction.op.n_targets() {
            return Err(format!("has {} targets", instruction.op.n_targets()));
        }
        for target in &instruction.targets {
            if target.block.0 as usize >= self.function.blocks.len() || target.block == Block(0) {
                return Err(format!("{} is no target", target.block));
            }
            let params = &self.function.block(target.block).params;
            let by_jump = instruction.op == Op::Jump || params.is_empty();
            if self.function.block(target.block).gate && !by_jump {
                return Err(format!(
                    "{} is a gate, which only jumps enter",
                    target.block
                ));
            }
            if params.len() != target.args.len() {
                return Err(format!("{} has {} parameters", target.block, params.len()));
            }
            for (&arg, &param) in target.args.iter().zip(params) {
                self.expect(arg, self.function.ty(param))?;
            }
        }
        Ok(())
    }

    fn dominance(&self) -> Result<(), String> {
        let dominators = crate::analysis::Dominators::of(self.function);
        let mut home = vec![None; self.function.values.len()];
        for id in self.function.block_ids() {
            let block = self.function.block(id);
            let results = block.instructions.iter().flat_map(|i| &i.results);
            for value in block.params.iter().chain(results) {
                home[value.0 as usize] = Some(id);
            }
        }
        for id in self
            .function
            .block_ids()
            .filter(|&id| dominators.is_reachable(id))
        {
            let block = self.function.block(id);
            let mut local: BTreeSet<Value> = block.params.iter().copied().collect();
            for instruction in &block.instructions {
                let args = instruction
                    .args
                    .iter()
                    .chain(instruction.targets.iter().flat_map(|t| &t.args));
                for &arg in args {
                    let known = match home[arg.0 as usize] {
                        Some(block) if block == id => local.contains(&arg),
                        Some(block) => dominators.dominates(block, id),
                        None => false,
                    };
                    if !known {
                        return Err(format!(
                            "{id}: `{}`: {arg} is not defined here",
                            print::instruction(instruction)
                        ));
                    }
                }
                local.extend(&instruction.results);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse;

    fn check(body: &str) -> Result<(), String> {
        verify(
            &parse(&format!(
                "function \"f\" code 0 parameters 1\nb0(v0: tagged, v1: tagged):\n{body}"
            ))
            .unwrap(),
        )
    }

    #[test]
    fn faults_are_found() {
        assert_eq!(
            check("  v2 = is_int v1\n  branch v2, b1, b1\nb1():\n  return v1"),
            Ok(())
        );
        let undefined = "  v2 = is_int v1\n  branch v2, b1, b2\nb1():\n  v3 = word 1\n  jump b2\nb2():\n  return v3";
        assert_eq!(
            check(undefined).unwrap_err(),
            "b2: `return v3`: v3 is not defined here"
        );
        assert_eq!(
            check("  v2 = untag_int v1\n  return v2").unwrap_err(),
            "b0: `return v2`: v2 is i64, not tagged"
        );
        assert_eq!(
            check("  v2 = is_int v1").unwrap_err(),
            "b0 does not end with its only terminator"
        );
    }
}
