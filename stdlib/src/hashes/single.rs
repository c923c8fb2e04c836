//! `_md5`, `_sha1`, `_sha2` and `_sha3`: the hashes without OpenSSL's names.

use super::algorithm::{self, Algorithm};
use super::{Hash, long_digest, long_hexdigest};
use super::{begin, block_size, copy, digest, digest_size, hexdigest, name, update};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{NativeClass, receiver};
use ashore_runtime::types::{bytes, int};
use ashore_runtime::{Object, Result, Thread, Value, methods};

/// An algorithm by its own name.
fn named(name: &str) -> &'static Algorithm {
    algorithm::find(name).expect("an algorithm of the table")
}

macro_rules! functions {
    ($($function:ident: $class:ident, $name:literal;)*) => {
        $(fn $function(thread: &Thread, args: &[Value]) -> Result {
            begin(thread, $class.class(thread), named($name), [args[0], args[2]])
        })*
    };
}

methods! { METHODS:
    /// Return a copy of the hash object.
    "copy(self, /)" => copy;
    /// Return the digest value as a bytes object.
    "digest(self, /)" => digest -> Bytes;
    /// Return the digest value as a string of hexadecimal digits.
    "hexdigest(self, /)" => hexdigest -> Str;
    /// Update this hash object's state with the provided string.
    "update(self, obj, /)" => update -> None;
    get "name" => name -> Str;
    get "digest_size" => digest_size -> Int;
    get "block_size" => block_size -> Int;
}

static MD5_TYPE: NativeClass = NativeClass::new("_md5.md5", METHODS);
static SHA1_TYPE: NativeClass = NativeClass::new("_sha1.sha1", METHODS);
static SHA224_TYPE: NativeClass = NativeClass::new("_sha2.SHA224Type", METHODS);
static SHA256_TYPE: NativeClass = NativeClass::new("_sha2.SHA256Type", METHODS);
static SHA384_TYPE: NativeClass = NativeClass::new("_sha2.SHA384Type", METHODS);
static SHA512_TYPE: NativeClass = NativeClass::new("_sha2.SHA512Type", METHODS);

functions! {
    md5: MD5_TYPE, "md5";
    sha1: SHA1_TYPE, "sha1";
    sha224: SHA224_TYPE, "sha224";
    sha256: SHA256_TYPE, "sha256";
    sha384: SHA384_TYPE, "sha384";
    sha512: SHA512_TYPE, "sha512";
}

methods! { MD5_FUNCTIONS:
    /// Return a new MD5 hash object; optionally initialized with a string.
    static "md5(data=<missing>, *, usedforsecurity=True, string=None)" => md5;
}

methods! { SHA1_FUNCTIONS:
    /// Return a new SHA1 hash object; optionally initialized with a string.
    static "sha1(data=<missing>, *, usedforsecurity=True, string=None)" => sha1;
}

methods! { SHA2_FUNCTIONS:
    /// Return a new SHA-224 hash object; optionally initialized with a string.
    static "sha224(data=<missing>, *, usedforsecurity=True, string=None)" => sha224;
    /// Return a new SHA-256 hash object; optionally initialized with a string.
    static "sha256(data=<missing>, *, usedforsecurity=True, string=None)" => sha256;
    /// Return a new SHA-384 hash object; optionally initialized with a string.
    static "sha384(data=<missing>, *, usedforsecurity=True, string=None)" => sha384;
    /// Return a new SHA-512 hash object; optionally initialized with a string.
    static "sha512(data=<missing>, *, usedforsecurity=True, string=None)" => sha512;
}

/// The state of all of SHA-3, in bits.
const STATE_BITS: usize = 1600;

fn rate(args: &[Value]) -> usize {
    receiver::<Hash>(args).algorithm.block_size * 8
}

fn capacity_bits(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, STATE_BITS - rate(args)))
}

fn rate_bits(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, rate(args)))
}

fn suffix(thread: &Thread, args: &[Value]) -> Result {
    let is_extendable = receiver::<Hash>(args).algorithm.is_extendable();
    let suffix = if is_extendable { b"\x1f" } else { b"\x06" };
    Ok(bytes::new(thread, suffix))
}

/// The classes of `_sha3` are called themselves: which algorithm it is, their name says.
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let algorithm = named(&class.short_name());
    begin(thread, class, algorithm, [args[1], args[3]])
}

methods! { SHA3_METHODS:
    new "sha3(type, data=<missing>, *, usedforsecurity=True, string=None)" => new;
    /// Return a copy of the hash object.
    "copy(self, /)" => copy;
    /// Return the digest value as a bytes object.
    "digest(self, /)" => digest -> Bytes;
    /// Return the digest value as a string of hexadecimal digits.
    "hexdigest(self, /)" => hexdigest -> Str;
    /// Update this hash object's state with the provided bytes-like object.
    "update(self, data, /)" => update -> None;
    get "name" => name -> Str;
    get "digest_size" => digest_size -> Int;
    get "block_size" => block_size -> Int;
    get "_capacity_bits" => capacity_bits -> Int;
    get "_rate_bits" => rate_bits -> Int;
    get "_suffix" => suffix -> Bytes;
}

methods! { SHAKE_METHODS:
    new "shake(type, data=<missing>, *, usedforsecurity=True, string=None)" => new;
    /// Return a copy of the hash object.
    "copy(self, /)" => copy;
    /// Return the digest value as a bytes object.
    "digest(self, length)" => long_digest -> Bytes;
    /// Return the digest value as a string of hexadecimal digits.
    "hexdigest(self, length)" => long_hexdigest -> Str;
    /// Update this hash object's state with the provided bytes-like object.
    "update(self, data, /)" => update -> None;
    get "name" => name -> Str;
    get "digest_size" => digest_size -> Int;
    get "block_size" => block_size -> Int;
    get "_capacity_bits" => capacity_bits -> Int;
    get "_rate_bits" => rate_bits -> Int;
    get "_suffix" => suffix -> Bytes;
}

static SHA3: [(&str, NativeClass); 6] = [
    (
        "sha3_224",
        NativeClass::new("_sha3.sha3_224", SHA3_METHODS).doc("sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes."),
    ),
    (
        "sha3_256",
        NativeClass::new("_sha3.sha3_256", SHA3_METHODS).doc("sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes."),
    ),
    (
        "sha3_384",
        NativeClass::new("_sha3.sha3_384", SHA3_METHODS).doc("sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes."),
    ),
    (
        "sha3_512",
        NativeClass::new("_sha3.sha3_512", SHA3_METHODS).doc("sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes."),
    ),
    (
        "shake_128",
        NativeClass::new("_sha3.shake_128", SHAKE_METHODS).doc("shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."),
    ),
    (
        "shake_256",
        NativeClass::new("_sha3.shake_256", SHAKE_METHODS).doc("shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."),
    ),
];

pub(crate) static MD5: NativeModule = NativeModule {
    name: "_md5",
    doc: "",
    functions: MD5_FUNCTIONS,
    initialize: |thread, module| module.set(thread, "MD5Type", MD5_TYPE.class(thread).value()),
};

pub(crate) static SHA1: NativeModule = NativeModule {
    name: "_sha1",
    doc: "",
    functions: SHA1_FUNCTIONS,
    initialize: |thread, module| module.set(thread, "SHA1Type", SHA1_TYPE.class(thread).value()),
};

fn initialize_sha2(thread: &Thread, module: &Module) -> Result<()> {
    for class in [&SHA224_TYPE, &SHA256_TYPE, &SHA384_TYPE, &SHA512_TYPE] {
        let (_, name) = class.name.rsplit_once('.').expect("module and name");
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static SHA2: NativeModule = NativeModule {
    name: "_sha2",
    doc: "",
    functions: SHA2_FUNCTIONS,
    initialize: initialize_sha2,
};

fn initialize_sha3(thread: &Thread, module: &Module) -> Result<()> {
    for (name, class) in &SHA3 {
        module.set(thread, name, class.class(thread).value())?;
    }
    let implementation = ashore_runtime::types::str::new(thread, "RustCrypto");
    module.set(thread, "implementation", implementation.value())
}

pub(crate) static SHA3_MODULE: NativeModule = NativeModule {
    name: "_sha3",
    doc: "",
    functions: &[],
    initialize: initialize_sha3,
};
