//! `_blake2`: the hashes with parameters.

use super::algorithm::{Algorithm, State};
use super::{Hash, int};
use super::{block_size, copy, data, digest, first, hexdigest, make, name, update};
use ashore_runtime::operators::convert;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{NativeClass, receiver};
use ashore_runtime::types::{Type, str};
use ashore_runtime::{Object, Result, Thread, Value, methods, raise};

static BLAKE2B: NativeClass = NativeClass::new("_blake2.blake2b", METHODS)
    .doc("Return a new BLAKE2b hash object.")
    .open();
static BLAKE2S: NativeClass = NativeClass::new("_blake2.blake2s", METHODS)
    .doc("Return a new BLAKE2s hash object.")
    .open();

/// What one of the two allows.
struct Kind {
    title: &'static str,
    algorithm: Algorithm,
    /// Bytes of a digest and of a key.
    out: usize,
    /// Bytes of a salt and of a person.
    salt: usize,
    /// Bits of the offset of a node.
    offset_bits: u32,
    start: fn(&Parameters) -> Box<dyn State>,
}

static B: Kind = Kind {
    title: "Blake2b",
    algorithm: Algorithm {
        name: "blake2b",
        digest_size: blake2b_simd::OUTBYTES,
        block_size: blake2b_simd::BLOCKBYTES,
        start: || Box::new(blake2b_simd::State::new()),
    },
    out: blake2b_simd::OUTBYTES,
    salt: blake2b_simd::SALTBYTES,
    offset_bits: 64,
    start: start_b,
};

static S: Kind = Kind {
    title: "Blake2s",
    algorithm: Algorithm {
        name: "blake2s",
        digest_size: blake2s_simd::OUTBYTES,
        block_size: blake2s_simd::BLOCKBYTES,
        start: || Box::new(blake2s_simd::State::new()),
    },
    out: blake2s_simd::OUTBYTES,
    salt: blake2s_simd::SALTBYTES,
    offset_bits: 48,
    start: start_s,
};

/// All that a hash is made with.
struct Parameters {
    size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

macro_rules! implementation {
    ($start:ident, $family:ident) => {
        impl State for $family::State {
            fn update(&mut self, data: &[u8]) {
                $family::State::update(self, data);
            }

            fn copy(&self) -> Box<dyn State> {
                Box::new(self.clone())
            }

            fn digest(&self, _: usize) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }
        }

        fn $start(with: &Parameters) -> Box<dyn State> {
            let mut parameters = $family::Params::new();
            parameters
                .hash_length(with.size)
                .key(&with.key)
                .salt(&with.salt)
                .personal(&with.person)
                .fanout(with.fanout)
                .max_depth(with.depth)
                .max_leaf_length(with.leaf_size)
                .node_offset(with.node_offset)
                .node_depth(with.node_depth)
                .inner_hash_length(with.inner_size)
                .last_node(with.last_node);
            Box::new(parameters.to_state())
        }
    };
}

implementation! { start_b, blake2b_simd }
implementation! { start_s, blake2s_simd }

/// A number of a small range.
fn byte(thread: &Thread, value: Value, name: &str, least: u8) -> Result<u8> {
    let number = convert::to_c_int(thread, value)?;
    match u8::try_from(number) {
        Ok(number) if number >= least => Ok(number),
        _ => raise!(thread, ValueError, "{name} must be between {least} and 255"),
    }
}

/// A number that is not negative and has at most so many bits; what does not fit 64 is another error.
fn unsigned(thread: &Thread, value: Value, name: &str, bits: u32) -> Result<u64> {
    let number = convert::index(thread, value)?;
    let number = IntRef::of(&number.value())
        .expect("an index is an int")
        .to_big();
    if number < dashu_int::IBig::ZERO {
        return raise!(thread, ValueError, "Cannot convert negative int");
    }
    match u64::try_from(number) {
        Ok(number) if bits == 64 || number >> bits == 0 => Ok(number),
        Ok(_) => raise!(thread, OverflowError, "{name} is too large"),
        Err(_) => raise!(
            thread,
            OverflowError,
            "Python int too large for C unsigned long long"
        ),
    }
}

/// Bytes of at most so many; none if the argument is not given.
fn short(thread: &Thread, value: Value, name: &str, most: usize) -> Result<Vec<u8>> {
    if value.is_missing() {
        return Ok(Vec::new());
    }
    let bytes = data(thread, value)?;
    if bytes.len() > most {
        return raise!(thread, ValueError, "maximum {name} length is {most} bytes");
    }
    Ok(bytes)
}

fn parameters(thread: &Thread, kind: &Kind, args: &[Value]) -> Result<Parameters> {
    let most = kind.out;
    let size = match args[0].is_missing() {
        true => most,
        false => {
            let size = convert::to_c_int(thread, args[0])?;
            match usize::try_from(size) {
                Ok(size) if (1..=most).contains(&size) => size,
                _ => {
                    let title = kind.title;
                    return raise!(
                        thread,
                        ValueError,
                        "digest_size for {title} must be between 1 and {most} bytes, here it is {size}"
                    );
                }
            }
        }
    };
    let salt = short(thread, args[2], "salt", kind.salt)?;
    let person = short(thread, args[3], "person", kind.salt)?;
    let fanout = byte(thread, args[4], "fanout", 0)?;
    let depth = byte(thread, args[5], "depth", 1)?;
    let leaf_size = unsigned(thread, args[6], "leaf_size", u32::BITS)? as u32;
    let node_offset = unsigned(thread, args[7], "node_offset", kind.offset_bits)?;
    let node_depth = byte(thread, args[8], "node_depth", 0)?;
    let inner_size = match usize::try_from(convert::to_c_int(thread, args[9])?) {
        Ok(size) if size <= most => size,
        _ => {
            return raise!(
                thread,
                ValueError,
                "inner_size must be between 0 and is {most}"
            );
        }
    };
    Ok(Parameters {
        size,
        key: short(thread, args[1], "key", most)?,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last_node: convert::truth(thread, args[10])?,
    })
}

/// `blake2b(data, digest_size, key, …, last_node, usedforsecurity, string)`
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let kind = kind(thread, class);
    let data = first(thread, args[1], args[14])?;
    let mut state = (kind.start)(&parameters(thread, kind, &args[2..13])?);
    state.update(&data);
    Ok(make(thread, class, &kind.algorithm, state))
}

fn kind(thread: &Thread, class: &Type) -> &'static Kind {
    match class.is_subclass_of(BLAKE2B.class(thread)) {
        true => &B,
        false => &S,
    }
}

/// What this hash was asked for, not the most there is.
fn digest_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Hash>(args).state.lock().digest(0).len();
    Ok(int::from_usize(thread, size))
}

methods! { METHODS:
    new "blake2(type, data=<missing>, *, digest_size=<missing>, key=<missing>, salt=<missing>, person=<missing>, fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)" => new;
    /// Return a copy of the hash object.
    "copy(self, /)" => copy;
    /// Return the digest value as a bytes object.
    "digest(self, /)" => digest -> Bytes;
    /// Return the digest value as a string of hexadecimal digits.
    "hexdigest(self, /)" => hexdigest -> Str;
    /// Update this hash object's state with the provided bytes-like object.
    "update(self, data, /)" => update -> None;
    get "name" => name -> Str;
    get "block_size" => block_size -> Int;
    get "digest_size" => digest_size -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (class, kind) in [(&BLAKE2B, &B), (&BLAKE2S, &S)] {
        let numbers = [
            ("SALT_SIZE", kind.salt),
            ("PERSON_SIZE", kind.salt),
            ("MAX_KEY_SIZE", kind.out),
            ("MAX_DIGEST_SIZE", kind.out),
        ];
        let class = class.class(thread);
        let name = kind.algorithm.name;
        module.set(thread, name, class.value())?;
        for (constant, number) in numbers {
            let number = Value::small_int(number as i64);
            class.set_own(thread, str::intern(thread, constant), number);
            let constant = format!("{}_{constant}", name.to_ascii_uppercase());
            module.set(thread, &constant, number)?;
        }
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_blake2",
    doc: "_blake2b provides BLAKE2b for hashlib\n",
    functions: &[],
    initialize,
};
