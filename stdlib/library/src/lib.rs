//! The Python half of the standard library, compiled to bytecode when Ashore was built: an image like a program's.
//!
//! `ashore run` imports from it; `ashore build` copies the modules that a program reaches into the executable. What is in
//! it and where it comes from is in `build.rs`.

#![forbid(unsafe_code)]

use ashore_bytecode::image::Image;
use std::sync::OnceLock;

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.image"));

/// All modules.
///
/// # Panics
/// If the image is damaged, and with it the executable.
pub fn image() -> Image<'static> {
    static IMAGE: OnceLock<Image<'static>> = OnceLock::new();
    *IMAGE.get_or_init(|| Image::open(BYTES).expect("the library's image is whole"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_decodes() {
        assert!(image().modules().len() > 400);
        for entry in image().modules() {
            assert!(entry.code().is_ok(), "{}", entry.name());
            assert!(entry.source().unwrap().is_some(), "{}", entry.name());
        }
    }

    #[test]
    fn packages_are_packages() {
        assert!(image().find("json").unwrap().is_package());
        assert_eq!(
            image().find("json.decoder").unwrap().path(),
            "<ashore>/json/decoder.py"
        );
        assert!(image().find("tkinter").is_none());
    }
}
