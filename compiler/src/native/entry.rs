//! The array entry: takes the arguments of a call as an array, and calls the direct entry.

use super::lower::signature;
use super::translate::Names;
use crate::image::FunctionIndex;
use crate::ir;
use cranelift_codegen::ir::{
    AbiParam, ExtFuncData, Function as Clif, InstBuilder, MemFlagsData, Signature, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

pub(super) struct Entry {
    pub(super) clif: Clif,
    pub(super) names: Names,
}

/// `array(thread, function, args) = direct(thread, function, args[0], ...)`.
pub(super) fn build(function: &ir::Function, isa: &dyn TargetIsa, direct: FunctionIndex) -> Entry {
    let mut clif = Clif::new();
    clif.signature = Signature::new(CallConv::SystemV);
    clif.signature.params = vec![AbiParam::new(types::I64); 3];
    clif.signature.returns = vec![AbiParam::new(types::I64)];
    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut clif, &mut context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let params = builder.block_params(block).to_vec();
    let mut args = vec![params[0], params[1]];
    for i in 0..function.n_parameters {
        let flags = MemFlagsData::trusted().with_readonly();
        args.push(
            builder
                .ins()
                .load(types::I64, flags, params[2], i32::from(i) * 8),
        );
    }
    let names = Names;
    let name = names.function(builder.func, direct);
    let signature = builder.import_signature(signature(function.n_parameters));
    let callee = builder.import_function(ExtFuncData {
        name,
        signature,
        colocated: true,
        patchable: false,
    });
    let call = builder.ins().call(callee, &args);
    let results = builder.inst_results(call).to_vec();
    builder.ins().return_(&results);
    builder.seal_all_blocks();
    builder.finalize(isa.frontend_config());
    Entry { clif, names }
}
