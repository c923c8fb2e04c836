//! `_hashlib`, which is OpenSSL's in CPython: hashes by name, HMAC, and keys from passwords.

use super::algorithm::{self, ALGORITHMS, Algorithm};
use super::mac::{Mac, derive};
use super::{Hash, begin, data, hex};
use super::{block_size, copy, digest, digest_size, hexdigest, name, update};
use super::{long_digest, long_hexdigest};
use crate::errors;
use crate::operator_module::compare_digest;
use ashore_runtime::operators::{attribute, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, int, set};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise, thread};

static HASH: NativeClass = NativeClass::new("_hashlib.HASH", METHODS).doc(
    "A hash is an object used to calculate a checksum of a string of information.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest() -- return the current digest value\nhexdigest() -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the hash algorithm being used by this object\ndigest_size -- number of bytes in this hashes output",
);
static HASHXOF: NativeClass = NativeClass::new("_hashlib.HASHXOF", XOF_METHODS).doc(
    "A hash is an object used to calculate a checksum of a string of information.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest(length) -- return the current digest value\nhexdigest(length) -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the hash algorithm being used by this object\ndigest_size -- number of bytes in this hashes output",
);
static HMAC: NativeClass = NativeClass::new("_hashlib.HMAC", HMAC_METHODS).doc(
    "The object used to calculate HMAC of a message.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest() -- return the current digest value\nhexdigest() -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the name, including the hash algorithm used by this object\ndigest_size -- number of bytes in digest() output\n",
);
static UNSUPPORTED: NativeClass = NativeClass::new("_hashlib.UnsupportedDigestmodError", &[])
    .open()
    .extends(Builtin::ValueError, &[]);

/// Whether a function of this module stands for an algorithm, its name says.
const PREFIX: &str = "openssl_";

fn unsupported<T>(thread: &Thread, text: &str) -> Result<T> {
    Err(errors::raised(thread, &UNSUPPORTED, text))
}

fn find(thread: &Thread, name: &str) -> Result<&'static Algorithm> {
    match algorithm::find(name) {
        Some(algorithm) => Ok(algorithm),
        None => unsupported(thread, "[digital envelope routines] unsupported"),
    }
}

/// The algorithm that an argument names, which has to be a str.
fn named(
    thread: &Thread,
    value: Value,
    function: &str,
    parameter: &str,
) -> Result<&'static Algorithm> {
    match value.get::<Str>() {
        Some(name) => find(thread, &name.to_str_lossy()),
        None => {
            let got = convert::argument_type(value);
            raise!(
                thread,
                TypeError,
                "{function}() argument '{parameter}' must be str, not {got}"
            )
        }
    }
}

fn start(thread: &Thread, algorithm: &'static Algorithm, args: [Value; 2]) -> Result {
    let class = match algorithm.is_extendable() {
        true => &HASHXOF,
        false => &HASH,
    };
    begin(thread, class.class(thread), algorithm, args)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let algorithm = named(thread, args[0], "new", "name")?;
    start(thread, algorithm, [args[1], args[3]])
}

macro_rules! constructors {
    ($($function:ident: $at:literal;)*) => {
        $(fn $function(thread: &Thread, args: &[Value]) -> Result {
            start(thread, &ALGORITHMS[$at], [args[0], args[2]])
        })*
    };
}

constructors! {
    md5: 0; sha1: 1; sha224: 2; sha256: 3; sha384: 4; sha512: 5;
    sha3_224: 6; sha3_256: 7; sha3_384: 8; sha3_512: 9; shake_128: 10; shake_256: 11;
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let name = receiver::<Hash>(args).algorithm.name;
    let class = class_of(args[0]).name();
    let place = args[0].bits() - 1;
    let text = format!("<{name} {class} object @ {place:#x}>");
    Ok(str::new(thread, &text))
}

methods! { METHODS:
    "__repr__(self, /)" => repr -> Str;
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

methods! { XOF_METHODS:
    "__repr__(self, /)" => repr -> Str;
    /// Return a copy of the hash object.
    "copy(self, /)" => copy;
    /// Return the digest value as a bytes object.
    "digest(self, length)" => long_digest -> Bytes;
    /// Return the digest value as a string of hexadecimal digits.
    "hexdigest(self, length)" => long_hexdigest -> Str;
    /// Update this hash object's state with the provided string.
    "update(self, obj, /)" => update -> None;
    get "name" => name -> Str;
    get "digest_size" => digest_size -> Int;
    get "block_size" => block_size -> Int;
}

struct Hmac {
    algorithm: &'static Algorithm,
    mac: Mutex<Mac>,
}

impl Data for Hmac {}

/// The algorithm an HMAC is to use: named by a str, or by a function of this module.
fn digest_mod(thread: &Thread, value: Value) -> Result<&'static Algorithm> {
    let name = match value.get::<Str>() {
        Some(name) => Some(name.to_str_lossy().into_owned()),
        None => function_name(thread, value)?,
    };
    let Some(name) = name else {
        let value = convert::display_repr(thread, value)?;
        return unsupported(thread, &format!("Unsupported digestmod {value}"));
    };
    match find(thread, &name)? {
        algorithm if algorithm.is_extendable() => {
            raise!(thread, ValueError, "no reason supplied")
        }
        algorithm => Ok(algorithm),
    }
}

/// The algorithm's name, of a function of this module.
fn function_name(thread: &Thread, value: Value) -> Result<Option<String>> {
    if class_of(value).name() != "builtin_function_or_method" {
        return Ok(None);
    }
    let name = attribute::get(thread, value, str::intern(thread, "__name__"))?;
    let name = name.value();
    let name = name.get::<Str>().map(Str::to_str_lossy);
    Ok(name.and_then(|name| name.strip_prefix(PREFIX).map(str::to_owned)))
}

fn make_hmac(thread: &Thread, algorithm: &'static Algorithm, mac: Mac) -> Owned {
    let mac = Mutex::new(mac);
    native::new(thread, HMAC.class(thread), Hmac { algorithm, mac })
}

fn hmac_new(thread: &Thread, args: &[Value]) -> Result {
    if args[2].is_missing() {
        return raise!(thread, TypeError, "Missing required parameter 'digestmod'.");
    }
    let key = Buffer::copy_argument(thread, args[0])?;
    let algorithm = digest_mod(thread, args[2])?;
    let mut mac = Mac::new(algorithm, &key);
    if !args[1].is_missing() && !args[1].is_none() {
        mac.update(&data(thread, args[1])?);
    }
    Ok(make_hmac(thread, algorithm, mac))
}

fn hmac_digest(thread: &Thread, args: &[Value]) -> Result {
    let key = Buffer::copy_argument(thread, args[0])?;
    let message = Buffer::copy_argument(thread, args[1])?;
    let mut mac = Mac::new(digest_mod(thread, args[2])?, &key);
    mac.update(&message);
    Ok(bytes::new(thread, &mac.digest()))
}

fn hmac_copy(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Hmac>(args);
    let mac = this.mac.lock().copy();
    Ok(make_hmac(thread, this.algorithm, mac))
}

fn hmac_update(thread: &Thread, args: &[Value]) -> Result {
    let data = data(thread, args[1])?;
    receiver::<Hmac>(args).mac.lock().update(&data);
    Ok(Owned::NONE)
}

fn hmac_bytes(thread: &Thread, args: &[Value]) -> Result {
    let digest = receiver::<Hmac>(args).mac.lock().digest();
    Ok(bytes::new(thread, &digest))
}

fn hmac_hex(thread: &Thread, args: &[Value]) -> Result {
    let digest = receiver::<Hmac>(args).mac.lock().digest();
    Ok(hex(thread, &digest))
}

fn hmac_name(thread: &Thread, args: &[Value]) -> Result {
    let name = receiver::<Hmac>(args).algorithm.name;
    Ok(str::new(thread, &format!("hmac-{name}")))
}

fn hmac_digest_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Hmac>(args).algorithm.digest_size;
    Ok(int::from_usize(thread, size))
}

fn hmac_block_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Hmac>(args).algorithm.block_size;
    Ok(int::from_usize(thread, size))
}

fn hmac_repr(thread: &Thread, args: &[Value]) -> Result {
    let name = receiver::<Hmac>(args).algorithm.name;
    let place = args[0].bits() - 1;
    let text = format!("<{name} HMAC object @ {place:#x}>");
    Ok(str::new(thread, &text))
}

methods! { HMAC_METHODS:
    "__repr__(self, /)" => hmac_repr -> Str;
    /// Return a copy ("clone") of the HMAC object.
    "copy(self, /)" => hmac_copy;
    /// Return the digest of the bytes passed to the update() method so far.
    "digest(self, /)" => hmac_bytes -> Bytes;
    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other non-binary
    /// environments.
    "hexdigest(self, /)" => hmac_hex -> Str;
    /// Update the HMAC object with msg.
    "update(self, /, msg)" => hmac_update -> None;
    get "name" => hmac_name -> Str;
    get "digest_size" => hmac_digest_size -> Int;
    get "block_size" => hmac_block_size -> Int;
}

/// How long a derived key is to be: as long as a hash, unless the argument says.
fn key_length(thread: &Thread, value: Value, algorithm: &Algorithm) -> Result<usize> {
    if value.is_none() {
        return Ok(algorithm.digest_size);
    }
    let length = convert::to_isize(thread, value)?;
    if length < 1 {
        return raise!(thread, ValueError, "key length must be greater than 0.");
    }
    match i32::try_from(length) {
        Ok(_) => Ok(length as usize),
        Err(_) => raise!(thread, OverflowError, "key length is too great."),
    }
}

fn pbkdf2_hmac(thread: &Thread, args: &[Value]) -> Result {
    let algorithm = named(thread, args[0], "pbkdf2_hmac", "hash_name")?;
    let password = Buffer::copy_argument(thread, args[1])?;
    let salt = Buffer::copy_argument(thread, args[2])?;
    let iterations = convert::to_isize(thread, args[3])?;
    if iterations < 1 {
        return raise!(
            thread,
            ValueError,
            "iteration value must be greater than 0."
        );
    }
    let iterations = match u32::try_from(iterations) {
        Ok(iterations) if i32::try_from(iterations).is_ok() => iterations,
        _ => return raise!(thread, OverflowError, "iteration value is too great."),
    };
    let length = key_length(thread, args[4], algorithm)?;
    if algorithm.is_extendable() {
        return raise!(
            thread,
            ValueError,
            "[Provider routines] xof digests not allowed"
        );
    }
    // It takes long on purpose.
    let key = thread::detached(|| derive(algorithm, &password, &salt, iterations, length));
    Ok(bytes::new(thread, &key))
}

fn fips_mode(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(0)))
}

methods! { FUNCTIONS:
    /// Return a new hash object using the named algorithm.
    ///
    /// An optional string argument may be provided and will be
    /// automatically hashed.
    ///
    /// The MD5 and SHA1 algorithms are always supported.
    static "new(name, data=<missing>, *, usedforsecurity=True, string=None)" => new;
    /// Returns a md5 hash object; optionally initialized with a string
    static "openssl_md5(data=<missing>, *, usedforsecurity=True, string=None)" => md5;
    /// Returns a sha1 hash object; optionally initialized with a string
    static "openssl_sha1(data=<missing>, *, usedforsecurity=True, string=None)" => sha1;
    /// Returns a sha224 hash object; optionally initialized with a string
    static "openssl_sha224(data=<missing>, *, usedforsecurity=True, string=None)" => sha224;
    /// Returns a sha256 hash object; optionally initialized with a string
    static "openssl_sha256(data=<missing>, *, usedforsecurity=True, string=None)" => sha256;
    /// Returns a sha384 hash object; optionally initialized with a string
    static "openssl_sha384(data=<missing>, *, usedforsecurity=True, string=None)" => sha384;
    /// Returns a sha512 hash object; optionally initialized with a string
    static "openssl_sha512(data=<missing>, *, usedforsecurity=True, string=None)" => sha512;
    /// Returns a sha3-224 hash object; optionally initialized with a string
    static "openssl_sha3_224(data=<missing>, *, usedforsecurity=True, string=None)" => sha3_224;
    /// Returns a sha3-256 hash object; optionally initialized with a string
    static "openssl_sha3_256(data=<missing>, *, usedforsecurity=True, string=None)" => sha3_256;
    /// Returns a sha3-384 hash object; optionally initialized with a string
    static "openssl_sha3_384(data=<missing>, *, usedforsecurity=True, string=None)" => sha3_384;
    /// Returns a sha3-512 hash object; optionally initialized with a string
    static "openssl_sha3_512(data=<missing>, *, usedforsecurity=True, string=None)" => sha3_512;
    /// Returns a shake-128 variable hash object; optionally initialized with a string
    static "openssl_shake_128(data=<missing>, *, usedforsecurity=True, string=None)" => shake_128;
    /// Returns a shake-256 variable hash object; optionally initialized with a string
    static "openssl_shake_256(data=<missing>, *, usedforsecurity=True, string=None)" => shake_256;
    /// Return a new hmac object.
    static "hmac_new(key, msg=<missing>, digestmod=<missing>)" => hmac_new;
    /// Single-shot HMAC.
    static "hmac_digest(key, msg, digest)" => hmac_digest -> Bytes;
    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    static "pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)" => pbkdf2_hmac -> Bytes;
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    static "compare_digest(a, b, /)" => compare_digest -> Bool;
    /// Determine the OpenSSL FIPS mode of operation.
    static "get_fips_mode()" => fips_mode -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in [&HASH, &HASHXOF, &HMAC, &UNSUPPORTED] {
        let (_, name) = class.name.rsplit_once('.').expect("module and name");
        module.set(thread, name, class.class(thread).value())?;
    }
    let names = ALGORITHMS.iter();
    let names: Vec<Owned> = names
        .map(|algorithm| str::new(thread, algorithm.name))
        .collect();
    let names = set::frozen(thread, names)?;
    module.set(thread, "openssl_md_meth_names", names.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_hashlib",
    doc: "OpenSSL interface for hashlib module",
    functions: FUNCTIONS,
    initialize,
};
