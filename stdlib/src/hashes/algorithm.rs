//! The algorithms, and what goes on in one.

use digest::{Digest, ExtendableOutput, Update, XofReader};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use shake::{Shake128, Shake256};

/// A hash in the making.
pub(crate) trait State: Send + Sync {
    fn update(&mut self, data: &[u8]);
    fn copy(&self) -> Box<dyn State>;
    /// The hash of what came so far; only extendable ones heed the length.
    fn digest(&self, length: usize) -> Vec<u8>;
}

pub(crate) struct Algorithm {
    pub(crate) name: &'static str,
    /// In bytes; 0 if as many as one asks for.
    pub(crate) digest_size: usize,
    pub(crate) block_size: usize,
    pub(crate) start: fn() -> Box<dyn State>,
}

impl Algorithm {
    const fn new(
        name: &'static str,
        digest_size: usize,
        block_size: usize,
        start: fn() -> Box<dyn State>,
    ) -> Algorithm {
        Algorithm {
            name,
            digest_size,
            block_size,
            start,
        }
    }

    /// Does it give as many bytes as one asks for?
    pub(crate) fn is_extendable(&self) -> bool {
        self.digest_size == 0
    }
}

#[derive(Clone)]
struct Fixed<D>(D);

impl<D: Digest + Clone + Send + Sync + 'static> State for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }

    fn digest(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
}

#[derive(Clone)]
struct Extendable<D>(D);

impl<D: ExtendableOutput + Update + Clone + Send + Sync + 'static> State for Extendable<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }

    fn digest(&self, length: usize) -> Vec<u8> {
        let mut digest = vec![0; length];
        self.0.clone().finalize_xof().read(&mut digest);
        digest
    }
}

fn fixed<D: Digest + Clone + Send + Sync + 'static>() -> Box<dyn State> {
    Box::new(Fixed(D::new()))
}

fn extendable<D>() -> Box<dyn State>
where
    D: ExtendableOutput + Update + Default + Clone + Send + Sync + 'static,
{
    Box::new(Extendable(D::default()))
}

/// All that `_hashlib` has.
pub(crate) static ALGORITHMS: [Algorithm; 15] = [
    Algorithm::new("md5", 16, 64, fixed::<Md5>),
    Algorithm::new("sha1", 20, 64, fixed::<Sha1>),
    Algorithm::new("sha224", 28, 64, fixed::<Sha224>),
    Algorithm::new("sha256", 32, 64, fixed::<Sha256>),
    Algorithm::new("sha384", 48, 128, fixed::<Sha384>),
    Algorithm::new("sha512", 64, 128, fixed::<Sha512>),
    Algorithm::new("sha3_224", 28, 144, fixed::<Sha3_224>),
    Algorithm::new("sha3_256", 32, 136, fixed::<Sha3_256>),
    Algorithm::new("sha3_384", 48, 104, fixed::<Sha3_384>),
    Algorithm::new("sha3_512", 64, 72, fixed::<Sha3_512>),
    Algorithm::new("shake_128", 0, 168, extendable::<Shake128>),
    Algorithm::new("shake_256", 0, 136, extendable::<Shake256>),
    Algorithm::new("sha512_224", 28, 128, fixed::<Sha512_224>),
    Algorithm::new("sha512_256", 32, 128, fixed::<Sha512_256>),
    Algorithm::new("ripemd160", 20, 64, fixed::<Ripemd160>),
];

/// The algorithm of a name, in CPython's spelling or OpenSSL's.
pub(crate) fn find(name: &str) -> Option<&'static Algorithm> {
    let name = name.to_ascii_lowercase();
    let name = match name.split_once('-') {
        Some(("sha3" | "sha512", _)) => name.replace('-', "_"),
        Some(("sha", size)) => format!("sha{size}"),
        _ => match name.strip_prefix("shake") {
            Some(size @ ("128" | "256")) => format!("shake_{size}"),
            _ => name.replace('/', "_"),
        },
    };
    ALGORITHMS.iter().find(|algorithm| algorithm.name == name)
}
