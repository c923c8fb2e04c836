//! `_random`: the Mersenne Twister MT19937, seeded and stepped as CPython's, so that seeds give the same numbers.

use ashore_runtime::operators::{arithmetic, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{float, int};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};

static RANDOM: NativeClass = NativeClass::new("_random.Random", METHODS)
    .doc("Random() -> create a random number generator with its own internal state.")
    .open();

const N: usize = 624;
const M: usize = 397;

/// The generator's state.
struct Twister {
    words: [u32; N],
    index: usize,
}

impl Twister {
    fn from_word(seed: u32) -> Twister {
        let mut words = [0; N];
        words[0] = seed;
        for i in 1..N {
            let last = words[i - 1];
            words[i] = 1_812_433_253_u32
                .wrapping_mul(last ^ (last >> 30))
                .wrapping_add(i as u32);
        }
        Twister { words, index: N }
    }

    fn from_words(key: &[u32]) -> Twister {
        let mut this = Twister::from_word(19_650_218);
        let words = &mut this.words;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let last = words[i - 1];
            words[i] = (words[i] ^ (last ^ (last >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 1..N {
            let last = words[i - 1];
            words[i] = (words[i] ^ (last ^ (last >> 30)).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
        }
        words[0] = 0x8000_0000;
        this
    }

    fn twist(&mut self) {
        let words = &mut self.words;
        for i in 0..N {
            let y = (words[i] & 0x8000_0000) | (words[(i + 1) % N] & 0x7fff_ffff);
            let odd = if y & 1 == 0 { 0 } else { 0x9908_b0df };
            words[i] = words[(i + M) % N] ^ (y >> 1) ^ odd;
        }
        self.index = 0;
    }

    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.twist();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }
}

struct Random(Mutex<Twister>);

impl Data for Random {
    fn dies_unseen(&self) -> bool {
        true
    }
}

fn twister(args: &[Value]) -> &Mutex<Twister> {
    &receiver::<Random>(args).0
}

/// The generator of a seed: an int's size, another object's hash, or None for the system's.
fn seeded(thread: &Thread, seed: Value) -> Result<Twister> {
    if seed.is_missing() || seed.is_none() {
        let mut bytes = [0u8; 32];
        let filled = std::fs::File::open("/dev/urandom")
            .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut bytes));
        if let Err(error) = filled {
            return Err(ashore_runtime::types::exception::raise_os_error(
                thread, &error, None,
            ));
        }
        let (words, _) = bytes.as_chunks::<4>();
        let key: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        return Ok(Twister::from_words(&key));
    }
    let number = match IntRef::of(&seed) {
        Some(_) => arithmetic::abs(thread, seed)?,
        None => int::from_u64(thread, convert::hash(thread, seed)?.cast_unsigned()),
    };
    let number = IntRef::of(&number.value())
        .map(IntRef::to_big)
        .unwrap_or_default();
    let (_, magnitude) = number.into_parts();
    let bytes = magnitude.to_le_bytes();
    let mut key: Vec<u32> = bytes
        .chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_le_bytes(word)
        })
        .collect();
    if key.is_empty() {
        key.push(0);
    }
    Ok(Twister::from_words(&key))
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let seed = given.first().copied().unwrap_or(Value::NONE);
    let twister = seeded(thread, seed)?;
    Ok(native::new(thread, class, Random(Mutex::new(twister))))
}

fn init(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn seed(thread: &Thread, args: &[Value]) -> Result {
    let new = seeded(thread, args[1])?;
    *twister(args).lock() = new;
    Ok(Owned::NONE)
}

fn random(thread: &Thread, args: &[Value]) -> Result {
    let mut twister = twister(args).lock();
    let (a, b) = (twister.next() >> 5, twister.next() >> 6);
    drop(twister);
    let x = (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0);
    Ok(float::new(thread, x))
}

fn random_bits(thread: &Thread, args: &[Value]) -> Result {
    let bits = convert::to_isize(thread, args[1])?;
    let Ok(bits) = usize::try_from(bits) else {
        return raise!(thread, ValueError, "number of bits must be non-negative");
    };
    let mut twister = twister(args).lock();
    if bits <= 32 {
        let word = if bits == 0 {
            0
        } else {
            twister.next() >> (32 - bits)
        };
        return Ok(int::from_u64(thread, u64::from(word)));
    }
    let mut left = bits;
    let mut bytes = Vec::with_capacity(bits.div_ceil(32) * 4);
    while left > 0 {
        let word = twister.next();
        let word = if left < 32 { word >> (32 - left) } else { word };
        bytes.extend_from_slice(&word.to_le_bytes());
        left = left.saturating_sub(32);
    }
    drop(twister);
    let number = dashu_int::UBig::from_le_bytes(&bytes);
    Ok(int::from_big(thread, number.into()))
}

fn get_state(thread: &Thread, args: &[Value]) -> Result {
    let twister = twister(args).lock();
    let mut words: Vec<u64> = twister.words.iter().map(|&word| u64::from(word)).collect();
    words.push(twister.index as u64);
    drop(twister);
    let words = words.iter().map(|&word| int::from_u64(thread, word));
    Ok(tuple::new(thread, words.collect()))
}

fn set_state(thread: &Thread, args: &[Value]) -> Result {
    let Some(state) = args[1].get::<Tuple>() else {
        return raise!(thread, TypeError, "state vector must be a tuple");
    };
    if state.len() != N + 1 {
        return raise!(thread, ValueError, "state vector is the wrong size");
    }
    let mut words = [0; N];
    for (word, &value) in words.iter_mut().zip(state.items()) {
        let number = convert::to_isize(thread, value)?;
        *word = match u32::try_from(number) {
            Ok(number) => number,
            Err(_) => {
                return raise!(
                    thread,
                    OverflowError,
                    "can't convert negative value to unsigned int"
                );
            }
        };
    }
    let index = convert::to_isize(thread, state.items()[N])?;
    let Some(index) = usize::try_from(index).ok().filter(|&index| index <= N) else {
        return raise!(thread, ValueError, "invalid state");
    };
    *twister(args).lock() = Twister { words, index };
    Ok(Owned::NONE)
}

methods! { METHODS:
    new "Random(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// seed([n]) -> None.
    "seed(self, n=<missing>, /)" => seed -> None;
    /// random() -> x in the interval [0, 1).
    "random(self, /)" => random -> Float;
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    "getrandbits(self, k, /)" => random_bits -> Int;
    /// getstate() -> tuple containing the current state.
    "getstate(self, /)" => get_state -> Tuple;
    /// setstate(state) -> None.  Restores generator state.
    "setstate(self, state, /)" => set_state -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "Random", RANDOM.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    initialize,
};
