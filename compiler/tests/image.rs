//! Native code from Cranelift to a running process, by both ways: appended to a launcher, and in near memory.
//!
//! The launcher is this very test executable: started with an image attached it is the program, otherwise it runs the
//! tests. The program is a "Python" module `tool.py`:
//!
//! ```text
//!   3   inner(x):  total += x                      a cell of the data area
//!   4              return report(total) + 1000 + 30000     a runtime symbol, a constant, a constant behind a pointer
//!   8   outer(x):  return inner(x)
//! ```

use std::backtrace::Backtrace;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ashore::image::header::attached;
use ashore::image::{
    AppendOptions, CompiledFunction, FunctionIndex, ImageError, ImageObject, NearMemory, SourceMap,
    Target, append, write_executable,
};
use ashore_bytecode::image_header::NativeFunction;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{
    AbiParam, ExtFuncData, ExternalName, Function, GlobalValueData, InstBuilder, MemFlagsData,
    Signature, SourceLoc, UserExternalName, UserFuncName, Value,
};
use cranelift_codegen::isa::{self, CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

const PAYLOAD: &[u8] = b"the bytecode";
const REPORT: &str = "image_test_report";

/// The runtime of the test program.
#[unsafe(no_mangle)]
extern "C" fn image_test_report(total: i64) -> i64 {
    let backtrace = format!("{:#}", Backtrace::force_capture());
    let is_frame = |line: &&str| {
        line.trim_start()
            .split_once(": ")
            .is_some_and(|(n, _)| n.parse::<u32>().is_ok())
    };
    println!("frames {}", backtrace.lines().filter(is_frame).count());
    for line in backtrace.lines().filter(|line| line.contains("tool")) {
        println!("{}", line.trim());
    }
    total * 2
}

#[used]
static RUNTIME: extern "C" fn(i64) -> i64 = image_test_report;

fn main() {
    match attached() {
        Some(image) => {
            assert_eq!(image.payload, PAYLOAD);
            run_program(image.functions);
        }
        None => run_tests(),
    }
}

fn run_program(functions: &'static [NativeFunction]) {
    // SAFETY: the program's second function is `outer`, of this type.
    let outer: extern "C" fn(i64) -> i64 = unsafe { std::mem::transmute(functions[1].address()) };
    println!("result {}", outer(5));
    println!("result {}", outer(5));
}

fn run_tests() {
    let tests: &[(&str, fn())] = &[
        ("executable_runs", executable_runs),
        ("executable_survives_strip", executable_survives_strip),
        ("debugger_sees_python", debugger_sees_python),
        ("output_is_reproducible", output_is_reproducible),
        ("near_memory_runs_the_same", near_memory_runs_the_same),
        ("undefined_symbols_are_listed", undefined_symbols_are_listed),
        (
            "unusable_launchers_are_refused",
            unusable_launchers_are_refused,
        ),
        (
            "the_real_launcher_can_be_extended",
            the_real_launcher_can_be_extended,
        ),
    ];
    let filter = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    for (name, test) in tests.iter().filter(|(name, _)| name.contains(&filter)) {
        test();
        println!("test {name} ... ok");
    }
}

fn executable_runs() {
    let program = Program::build("runs");
    let output = Command::new(&program.path).env_clear().output().unwrap();
    assert_results(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("tool.inner") && text.contains("tool.outer"),
        "no symbols in the backtrace:\n{text}"
    );
    assert!(
        text.contains("tool.py:4") && text.contains("tool.py:8"),
        "no lines in the backtrace:\n{text}"
    );
}

fn executable_survives_strip() {
    let program = Program::build("strip");
    let before = Command::new(&program.path).output().unwrap();
    let Ok(status) = Command::new("strip").arg(&program.path).status() else {
        return;
    };
    assert!(status.success());
    let after = Command::new(&program.path).output().unwrap();
    assert_results(&after);
    let frames = |output: &Output| lines_with(output, "frames ");
    assert_eq!(
        frames(&before),
        frames(&after),
        "unwinding stops early in a stripped executable"
    );
}

fn debugger_sees_python() {
    let program = Program::build("gdb");
    let mut gdb = Command::new("gdb");
    gdb.args([
        "-nx",
        "-batch",
        "-ex",
        "break image_test_report",
        "-ex",
        "run",
        "-ex",
        "backtrace",
    ])
    .arg(&program.path);
    let Ok(output) = gdb.output() else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("in tool.inner () at tool.py:4"), "{text}");
    assert!(text.contains("in tool.outer () at tool.py:8"), "{text}");
    assert!(
        text.contains("main"),
        "the backtrace stops at the native code:\n{text}"
    );
}

fn output_is_reproducible() {
    let launcher = own_executable();
    let build = || built(&launcher, &tool(REPORT)).unwrap();
    assert!(build() == build());
}

fn near_memory_runs_the_same() {
    let symbols = [(REPORT, image_test_report as *const () as usize)];
    let mut memory = NearMemory::new(&symbols);
    let object = tool(REPORT);
    for _ in 0..2 {
        let image = memory.load(&object).unwrap();
        // SAFETY: as in `run_program`.
        let outer: extern "C" fn(i64) -> i64 =
            unsafe { std::mem::transmute(image.functions[1].address()) };
        assert_eq!(
            (outer(5), outer(5)),
            (31010, 31020),
            "each image has cells of its own"
        );
    }
}

fn undefined_symbols_are_listed() {
    let missing = built(&own_executable(), &tool("no_such_helper"));
    assert!(
        matches!(missing, Err(ImageError::UndefinedSymbols(names)) if names == ["no_such_helper"])
    );
    let missing = NearMemory::new(&[]).load(&tool("no_such_helper"));
    assert!(matches!(missing, Err(ImageError::UndefinedSymbols(_))));
}

fn unusable_launchers_are_refused() {
    let message = |launcher: &[u8]| built(launcher, &tool(REPORT)).unwrap_err().to_string();
    assert!(message(b"#!/bin/sh\n").contains("not a 64-bit"));
    let built = built(&own_executable(), &tool(REPORT)).unwrap();
    assert!(message(&built).contains("already carries a program"));
    assert!(message(&built[..100_000]).contains("malformed"));
}

fn the_real_launcher_can_be_extended() {
    let launcher = fs::read(env!("CARGO_BIN_EXE_ashore-launcher")).unwrap();
    let object = ImageObject::new(&*isa());
    let built = built(&launcher, &object).unwrap();
    assert!(built.windows(PAYLOAD.len()).any(|window| window == PAYLOAD));
}

fn lines_with(output: &Output, prefix: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| line.strip_prefix(prefix))
        .map(str::to_owned)
        .collect()
}

fn assert_results(output: &Output) {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        lines_with(output, "result "),
        ["31010", "31020"],
        "{output:?}"
    );
}

fn own_executable() -> Vec<u8> {
    fs::read("/proc/self/exe").unwrap()
}

/// The bytes of an executable.
fn built(launcher: &[u8], object: &ImageObject) -> Result<Vec<u8>, ImageError> {
    append(launcher, object, PAYLOAD, &options())
}

fn options() -> AppendOptions {
    AppendOptions {
        source_directory: "/src".to_owned(),
        ..AppendOptions::default()
    }
}

/// A built executable that is removed with its directory.
struct Program {
    directory: PathBuf,
    path: PathBuf,
}

impl Program {
    fn build(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("image-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join("tool");
        let bytes = built(&own_executable(), &tool(REPORT)).unwrap();
        write_executable(&path, &bytes).unwrap();
        Self { directory, path }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn isa() -> OwnedTargetIsa {
    let mut flags = settings::builder();
    for (name, value) in [
        ("is_pic", "false"),
        ("preserve_frame_pointers", "true"),
        ("opt_level", "speed"),
    ] {
        flags.set(name, value).unwrap();
    }
    isa::lookup_by_name("x86_64-unknown-linux-gnu")
        .unwrap()
        .finish(settings::Flags::new(flags))
        .unwrap()
}

/// The program described at the top, whose runtime function is called `report`.
fn tool(report: &str) -> ImageObject {
    let isa = isa();
    let mut object = ImageObject::new(&*isa);
    let inner = object.declare_function("tool.inner");
    let outer = object.declare_function("tool.outer");
    let constants = object.add_rodata(&1000_i64.to_le_bytes(), 8);
    let far_constant = object.add_rodata(&30000_i64.to_le_bytes(), 8);
    let total = object.reserve_data(8, 8);
    let pointer = object.reserve_data(8, 8);
    object.point_data(pointer, Target::Rodata(far_constant), 0);
    let targets = [
        Target::RuntimeSymbol(report.to_owned()),
        Target::Rodata(constants),
        Target::Data(total),
        Target::Data(pointer),
        Target::Function(inner),
    ];
    define(&mut object, inner, "tool.inner", 2, &targets, |code, x| {
        let total = code.address_of(2);
        code.line(3);
        let old = code
            .builder
            .ins()
            .load(I64, MemFlagsData::trusted(), total, 0);
        let sum = code.builder.ins().iadd(old, x);
        code.builder
            .ins()
            .store(MemFlagsData::trusted(), sum, total, 0);
        code.line(4);
        let reported = code.call(0, sum);
        let (constant, pointer) = (code.address_of(1), code.address_of(3));
        let constant = code
            .builder
            .ins()
            .load(I64, MemFlagsData::trusted(), constant, 0);
        let far = code
            .builder
            .ins()
            .load(I64, MemFlagsData::trusted(), pointer, 0);
        let far = code
            .builder
            .ins()
            .load(I64, MemFlagsData::trusted(), far, 0);
        let result = code.builder.ins().iadd(reported, constant);
        code.builder.ins().iadd(result, far)
    });
    define(&mut object, outer, "tool.outer", 7, &targets, |code, x| {
        code.line(8);
        let result = code.call(4, x);
        code.builder.ins().iadd_imm_s(result, 0)
    });
    object
}

/// A function under construction, whose external names are numbers of targets.
struct Code<'a> {
    builder: FunctionBuilder<'a>,
    signature: Signature,
}

impl Code<'_> {
    fn line(&mut self, line: u32) {
        self.builder.set_srcloc(SourceLoc::new(line));
    }

    fn name(&mut self, target: u32) -> ExternalName {
        let name = UserExternalName {
            namespace: 0,
            index: target,
        };
        ExternalName::User(self.builder.func.declare_imported_user_function(name))
    }

    fn address_of(&mut self, target: u32) -> Value {
        let name = self.name(target);
        let symbol = GlobalValueData::Symbol {
            name,
            offset: 0.into(),
            colocated: true,
            tls: false,
        };
        let global = self.builder.create_global_value(symbol);
        self.builder.ins().symbol_value(I64, global)
    }

    fn call(&mut self, target: u32, argument: Value) -> Value {
        let signature = self.builder.import_signature(self.signature.clone());
        let name = self.name(target);
        let callee = ExtFuncData {
            name,
            signature,
            colocated: true,
            patchable: false,
        };
        let callee = self.builder.import_function(callee);
        let call = self.builder.ins().call(callee, &[argument]);
        self.builder.inst_results(call)[0]
    }
}

fn define(
    object: &mut ImageObject,
    index: FunctionIndex,
    name: &str,
    first_line: u32,
    targets: &[Target],
    body: impl FnOnce(&mut Code, Value) -> Value,
) {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.push(AbiParam::new(I64));
    signature.returns.push(AbiParam::new(I64));
    let isa = isa();
    let mut context = Context::for_function(Function::with_name_signature(
        UserFuncName::default(),
        signature.clone(),
    ));
    let mut frontend = FunctionBuilderContext::new();
    let mut code = Code {
        builder: FunctionBuilder::new(&mut context.func, &mut frontend),
        signature,
    };
    let block = code.builder.create_block();
    code.builder.append_block_params_for_function_params(block);
    code.builder.switch_to_block(block);
    let argument = code.builder.block_params(block)[0];
    let result = body(&mut code, argument);
    code.builder.ins().return_(&[result]);
    code.builder.seal_all_blocks();
    code.builder.finalize(isa.frontend_config());
    context
        .compile(&*isa, &mut ControlPlane::default())
        .unwrap();

    let compiled = context.compiled_code().unwrap();
    let names = context.func.params.user_named_funcs();
    let mut function =
        CompiledFunction::from_cranelift(index, compiled, &*isa, |external| match external {
            ExternalName::User(name) => targets[names[*name].index as usize].clone(),
            other => panic!("unexpected external name {other:?}"),
        })
        .unwrap();
    let lines = CompiledFunction::cranelift_lines(compiled, first_line, |line| line);
    let file = object.source_file("tool.py");
    function.source = Some(SourceMap {
        file,
        name: name.to_owned(),
        first_line,
        lines,
    });
    object.define_function(index, function);
}
