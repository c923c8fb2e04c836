//! The hashes of `hashlib`: `_hashlib`, which it takes most from, and the modules of one family each.

mod algorithm;
pub(crate) mod blake2;
mod mac;
pub(crate) mod openssl;
pub(crate) mod single;

use algorithm::{Algorithm, State};
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::class_of;
use ashore_runtime::types::memoryview::request;
use ashore_runtime::types::native::{self, Data, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{Type, int};
use ashore_runtime::{Owned, Result, Thread, Value, raise};

/// A hash that data is being put into.
struct Hash {
    algorithm: &'static Algorithm,
    state: Mutex<Box<dyn State>>,
}

impl Data for Hash {}

fn make(
    thread: &Thread,
    class: &Type,
    algorithm: &'static Algorithm,
    state: Box<dyn State>,
) -> Owned {
    let state = Mutex::new(state);
    native::new(thread, class, Hash { algorithm, state })
}

/// The bytes to hash.
fn data(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    if value.is::<Str>() {
        return raise!(thread, TypeError, "Strings must be encoded before hashing");
    }
    match Buffer::request(thread, &value, request::SIMPLE)? {
        Some(bytes) => Ok(bytes.into_vec()),
        None => raise!(
            thread,
            TypeError,
            "object supporting the buffer API required"
        ),
    }
}

/// What to begin with: the argument `data`, or `string`, its name of old.
fn first(thread: &Thread, new: Value, old: Value) -> Result<Vec<u8>> {
    let is_given = |value: Value| !value.is_missing() && !value.is_none();
    match (new.is_missing(), is_given(old)) {
        (false, true) => raise!(
            thread,
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        ),
        (false, false) => data(thread, new),
        (true, true) => data(thread, old),
        (true, false) => Ok(Vec::new()),
    }
}

/// A new hash of an algorithm that has begun with the data of two such arguments.
fn begin(thread: &Thread, class: &Type, algorithm: &'static Algorithm, args: [Value; 2]) -> Result {
    let data = first(thread, args[0], args[1])?;
    let mut state = (algorithm.start)();
    state.update(&data);
    Ok(make(thread, class, algorithm, state))
}

/// How many bytes an extendable hash is asked for.
fn length(thread: &Thread, value: Value) -> Result<usize> {
    match usize::try_from(convert::to_isize(thread, value)?) {
        Ok(length) => Ok(length),
        Err(_) => raise!(thread, ValueError, "Cannot convert negative int"),
    }
}

fn hex(thread: &Thread, digest: &[u8]) -> Owned {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    str::new(thread, &digits)
}

fn update(thread: &Thread, args: &[Value]) -> Result {
    let data = data(thread, args[1])?;
    receiver::<Hash>(args).state.lock().update(&data);
    Ok(Owned::NONE)
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Hash>(args);
    let state = this.state.lock().copy();
    Ok(make(thread, class_of(args[0]), this.algorithm, state))
}

fn digest(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Hash>(args);
    let digest = this.state.lock().digest(this.algorithm.digest_size);
    Ok(bytes::new(thread, &digest))
}

fn hexdigest(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Hash>(args);
    let digest = this.state.lock().digest(this.algorithm.digest_size);
    Ok(hex(thread, &digest))
}

fn long_digest(thread: &Thread, args: &[Value]) -> Result {
    let length = length(thread, args[1])?;
    let digest = receiver::<Hash>(args).state.lock().digest(length);
    Ok(bytes::new(thread, &digest))
}

fn long_hexdigest(thread: &Thread, args: &[Value]) -> Result {
    let length = length(thread, args[1])?;
    let digest = receiver::<Hash>(args).state.lock().digest(length);
    Ok(hex(thread, &digest))
}

fn name(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, receiver::<Hash>(args).algorithm.name))
}

fn digest_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Hash>(args).algorithm.digest_size;
    Ok(int::from_usize(thread, size))
}

fn block_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Hash>(args).algorithm.block_size;
    Ok(int::from_usize(thread, size))
}
