//! From IR to machine code: Cranelift lowers one function at a time, in parallel, into an [`ImageObject`].
//!
//! ```text
//!   ir::Function ──lower──► CLIF ──Cranelift──► CompiledFunction ─┐
//!   data words (cells)  ────────────────────────────────────────┼─► ImageObject + abi::program::Info
//!   array entry (stub)  ──lower──► CLIF ──Cranelift──────────────┘
//! ```
//!
//! Function `i` of the list becomes image functions `2i` (the array entry, which interpreted code and builtins call) and
//! `2i + 1` (the direct entry, with arguments in registers).

mod cells;
mod entry;
mod listing;
mod lower;
mod translate;

use crate::image::{CompiledFunction, FunctionIndex, ImageObject, SourceMap, Target};
use crate::ir;
use ashore_bytecode::Code;
use ashore_runtime::abi::program::{CallSites, Info, NativeEntry, Word};
use cells::Cells;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function as Clif};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CodegenError, Context};
pub use listing::Listing;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One function to compile.
pub struct Input<'a> {
    pub function: &'a ir::Function,
    pub code: &'a Code,
    /// What debuggers and profilers call it.
    pub symbol: String,
}

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Count references without looking for the owner: for measuring what that costs, on one thread.
    pub plain_counts: bool,
    /// Compile functions that run a few times as if they ran often.
    pub everything: bool,
    /// Keep the listings of the machine code.
    pub listing: bool,
}

/// The native code of a program.
pub struct Output {
    pub object: ImageObject,
    /// Machine code as text, if asked for.
    pub listings: Vec<Listing>,
    entries: Vec<NativeEntry>,
    words: Vec<Word>,
    calls: CallSites,
}

impl Output {
    /// The code, and what the runtime is to know about it. `modules` are the numbers of the first code object of each module.
    pub fn with_modules(self, modules: Vec<u32>) -> (ImageObject, Info) {
        let info = Info {
            modules,
            entries: self.entries,
            words: self.words,
            calls: self.calls,
        };
        (self.object, info)
    }
}

/// The target: this machine's kind, at the level all of them have had for over ten years.
pub fn target() -> OwnedTargetIsa {
    let mut flags = settings::builder();
    let mut set =
        |name: &str, value: &str| flags.set(name, value).expect("a setting Cranelift has");
    set("opt_level", "speed");
    set("preserve_frame_pointers", "true");
    set("is_pic", "false");
    set("use_colocated_libcalls", "true");
    set("enable_probestack", "true");
    set("probestack_strategy", "inline");
    set(
        "enable_verifier",
        if cfg!(debug_assertions) {
            "true"
        } else {
            "false"
        },
    );
    let triple = "x86_64-unknown-linux-gnu".parse().expect("a valid triple");
    let mut isa =
        cranelift_codegen::isa::lookup(triple).expect("Cranelift was built with this target");
    for feature in [
        "has_sse3",
        "has_ssse3",
        "has_sse41",
        "has_sse42",
        "has_popcnt",
    ] {
        isa.enable(feature).expect("a feature Cranelift has");
    }
    isa.finish(settings::Flags::new(flags))
        .expect("consistent settings")
}

/// Compiles functions.
pub fn compile(inputs: &[Input<'_>], options: Options) -> Result<Output, CodegenError> {
    let isa = target();
    let mut object = ImageObject::new(&*isa);
    let mut cells = Cells::default();
    let mut direct = FxHashMap::default();
    let mut entries = Vec::new();
    for input in inputs {
        let array = object.declare_function(format!("{}.array", input.symbol));
        let body = object.declare_function(input.symbol.clone());
        direct.insert(input.function.code, body);
        entries.push(NativeEntry {
            code: input.function.code,
            function: array.0,
        });
        cells.reserve(&mut object, input.function);
    }
    let compiled = compile_all(inputs, |input| {
        compile_one(input, &cells, &direct, &*isa, options)
    })?;
    let mut listings = Vec::new();
    let mut calls = FxHashMap::default();
    for (input, compiled) in inputs.iter().zip(compiled) {
        let body = direct[&input.function.code];
        calls.insert(input.function.code, compiled.calls);
        for (index, mut function, lines) in [
            (FunctionIndex(body.0 - 1), compiled.array, Vec::new()),
            (body, compiled.body, compiled.lines),
        ] {
            if options.listing && index == body {
                let code = input.function.code;
                listings.push(listing::listing(code, &function, &lines, &object, &*isa));
            }
            // Every offset the lowering used for read-only data counts from the function's own bytes.
            let base = object.add_rodata(&compiled.rodata, 2);
            for relocation in &mut function.relocations {
                if let Target::Rodata(offset) = &mut relocation.target {
                    *offset += base;
                }
            }
            function.source = Some(SourceMap {
                file: object.source_file(&input.code.filename),
                name: input.symbol.clone(),
                first_line: input.code.first_line,
                lines,
            });
            object.define_function(index, function);
        }
    }
    entries.sort_by_key(|entry| entry.code);
    let calls = entries.iter().map(|entry| calls[&entry.code].as_slice());
    let calls = CallSites::encode(calls);
    Ok(Output {
        object,
        listings,
        entries,
        words: cells.into_words(),
        calls,
    })
}

struct Compiled {
    array: CompiledFunction,
    body: CompiledFunction,
    lines: Vec<crate::image::Line>,
    /// Offsets of return addresses, and addresses of the instructions that call.
    calls: Vec<(u32, u32)>,
    rodata: Vec<u8>,
}

/// Compiles in parallel, the largest function first: none is left for the end that the other threads would wait for.
fn compile_all(
    inputs: &[Input<'_>],
    compile: impl Fn(&Input<'_>) -> Result<Compiled, CodegenError> + Sync,
) -> Result<Vec<Compiled>, CodegenError> {
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(inputs[index].function.values.len()));
    let next = AtomicUsize::new(0);
    let work = |_| -> Result<Vec<(usize, Compiled)>, CodegenError> {
        let mut done = Vec::new();
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((index, compile(&inputs[index])?));
        }
        Ok(done)
    };
    let mut done: Vec<(usize, Compiled)> = (0..rayon::current_num_threads())
        .into_par_iter()
        .with_max_len(1)
        .map(work)
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    done.sort_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, compiled)| compiled).collect())
}

fn compile_one(
    input: &Input<'_>,
    cells: &Cells,
    direct: &FxHashMap<u32, FunctionIndex>,
    isa: &dyn TargetIsa,
    options: Options,
) -> Result<Compiled, CodegenError> {
    let this = direct[&input.function.code];
    let lowered = lower::lower(input, cells, direct, isa, options);
    let mut context = Context::for_function(lowered.clif);
    let names = names_of(&context.func);
    let (body, lines, calls) = {
        let compiled = context
            .compile(isa, &mut ControlPlane::default())
            .map_err(|error| error.inner)?;
        let body = CompiledFunction::from_cranelift(this, compiled, isa, |name| {
            lowered.names.target(name, &names)
        })?;
        let line_of = |pc| {
            let position = input.code.positions.get(pc);
            position.map_or(0, |position| position.line)
        };
        let lines = CompiledFunction::cranelift_lines(compiled, input.code.first_line, line_of);
        // The frame of a generator is known to the runtime all the time.
        let calls = match input.code.flags.generator {
            true => Vec::new(),
            false => CompiledFunction::cranelift_calls(compiled),
        };
        (body, lines, calls)
    };
    let entry = entry::build(input.function, isa, this);
    let mut context = Context::for_function(entry.clif);
    let names = names_of(&context.func);
    let compiled = context
        .compile(isa, &mut ControlPlane::default())
        .map_err(|error| error.inner)?;
    let index = FunctionIndex(this.0 - 1);
    let array = CompiledFunction::from_cranelift(index, compiled, isa, |name| {
        entry.names.target(name, &names)
    })?;
    Ok(Compiled {
        array,
        body,
        lines,
        calls,
        rodata: lowered.rodata,
    })
}

/// What the references in external names stand for.
fn names_of(function: &Clif) -> translate::UserNames {
    function
        .params
        .user_named_funcs()
        .iter()
        .map(|(reference, name)| (ExternalName::user(reference), name.clone()))
        .collect()
}
