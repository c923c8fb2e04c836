//! How the executables are linked: so that they start fast wherever the C library can do it.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name| env::var(name).unwrap_or_default();
    let target = variable("TARGET");
    if target != variable("HOST") || !target.ends_with("-linux-gnu") {
        return; // what runs here says nothing about the C library there
    }
    if packs_relocations() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if target.starts_with("x86_64") {
        // Functions of equal code are one, which saves a fortieth of a small executable. Rust's linker for this target can do it;
        // nothing in here tells functions apart by their addresses.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
    if has_static_unwinder() {
        println!("cargo::rustc-link-lib=dylib:+verbatim=libgcc_eh.a");
    }
}

/// Does the C library read packed relocations? They take a hundredth of the room.
#[cfg(target_env = "gnu")]
fn packs_relocations() -> bool {
    const SINCE: (u32, u32) = (2, 36);
    // SAFETY: it returns a constant string.
    let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    let mut numbers = version
        .to_str()
        .unwrap_or_default()
        .split('.')
        .map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= SINCE,
        _ => false,
    }
}

#[cfg(not(target_env = "gnu"))]
fn packs_relocations() -> bool {
    false
}

/// Can the C compiler that links find its unwinder as an archive? With it in the executable there is one shared library
/// less to look for when that starts.
fn has_static_unwinder() -> bool {
    const ARCHIVE: &str = "libgcc_eh.a";
    let output = Command::new("cc")
        .arg(format!("-print-file-name={ARCHIVE}"))
        .output();
    // What is not found is printed as it was asked for.
    output.is_ok_and(|output| {
        let found = String::from_utf8_lossy(&output.stdout);
        output.status.success() && Path::new(found.trim()).is_absolute()
    })
}
