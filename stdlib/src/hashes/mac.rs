//! Hashes with a key (HMAC), and keys from passwords (PBKDF2).

use super::algorithm::{Algorithm, State};

/// An HMAC in the making: the hash of the key and what came so far, and that of the key for the result.
pub(crate) struct Mac {
    inner: Box<dyn State>,
    outer: Box<dyn State>,
}

impl Mac {
    pub(crate) fn new(algorithm: &Algorithm, key: &[u8]) -> Mac {
        let mut block = match key.len() > algorithm.block_size {
            true => {
                let mut hash = (algorithm.start)();
                hash.update(key);
                hash.digest(0)
            }
            false => key.to_vec(),
        };
        block.resize(algorithm.block_size, 0);
        let keyed = |pad: u8| {
            let mut state = (algorithm.start)();
            let block: Vec<u8> = block.iter().map(|byte| byte ^ pad).collect();
            state.update(&block);
            state
        };
        Mac {
            inner: keyed(0x36),
            outer: keyed(0x5c),
        }
    }

    pub(crate) fn copy(&self) -> Mac {
        Mac {
            inner: self.inner.copy(),
            outer: self.outer.copy(),
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    pub(crate) fn digest(&self) -> Vec<u8> {
        let mut outer = self.outer.copy();
        outer.update(&self.inner.digest(0));
        outer.digest(0)
    }

    /// The HMAC of a message, with the same key.
    fn of(&self, message: &[&[u8]]) -> Vec<u8> {
        let mut mac = self.copy();
        for part in message {
            mac.update(part);
        }
        mac.digest()
    }
}

/// PBKDF2 of RFC 8018.
pub(crate) fn derive(
    algorithm: &Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Vec<u8> {
    let mac = Mac::new(algorithm, password);
    let mut key = Vec::with_capacity(length);
    for number in 1_u32.. {
        if key.len() >= length {
            break;
        }
        let mut link = mac.of(&[salt, &number.to_be_bytes()]);
        let mut block = link.clone();
        for _ in 1..iterations {
            link = mac.of(&[&link]);
            for (byte, with) in block.iter_mut().zip(&link) {
                *byte ^= with;
            }
        }
        key.extend(block);
    }
    key.truncate(length);
    key
}
