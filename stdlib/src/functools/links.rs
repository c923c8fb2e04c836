//! The results a bounded cache remembers, in the order of their last use. The cache's dict leads from keys to tokens; this
//! leads from tokens to results.
//!
//! A token names a link for as long as it is used for one key: when the link is given to another, it gets another token, and
//! who still has the old one finds nothing. So dict and links need no lock in common. The caller keeps links behind a lock,
//! under which nothing runs and nothing is released: references go in and come out.

use ashore_runtime::object::Slot;
use ashore_runtime::{Owned, Value};

/// Names a link and what it is used for: the index in the lower half, the number of the use above.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(u64);

const INDEX_BITS: u32 = 31;
/// Tokens fit into small ints.
const USE_BITS: u32 = 30;
/// No link has this index: it is the one before the oldest and after the newest.
const ENDS: usize = 0;

impl Token {
    pub(super) fn value(self) -> Value {
        Value::small_int(self.0 as i64)
    }

    /// The token that a dict's value stands for.
    pub(super) fn of(value: Value) -> Option<Token> {
        value.as_small_int().map(|token| Token(token as u64))
    }

    fn index(self) -> usize {
        (self.0 & ((1 << INDEX_BITS) - 1)) as usize
    }
}

struct Link {
    /// What it is used for; none if it is free.
    token: Option<Token>,
    /// Has it a result, and a place in the order? One that is reserved has not.
    placed: bool,
    older: usize,
    newer: usize,
    hash: i64,
    key: Slot,
    result: Slot,
}

impl Link {
    fn new() -> Link {
        Link {
            token: None,
            placed: false,
            older: ENDS,
            newer: ENDS,
            hash: 0,
            key: Slot::missing(),
            result: Slot::missing(),
        }
    }
}

/// What was remembered longest without having been used.
pub(super) struct Evicted {
    pub(super) token: Token,
    pub(super) hash: i64,
    pub(super) key: Owned,
    result: Owned,
}

pub(super) struct Links {
    links: Vec<Link>,
    free: Vec<usize>,
    uses: u64,
}

impl Default for Links {
    fn default() -> Links {
        Links {
            links: vec![Link::new()],
            free: Vec::new(),
            uses: 0,
        }
    }
}

impl Links {
    pub(super) fn visit(&self, visit: &mut dyn FnMut(Value)) {
        for link in &self.links {
            visit(link.key.peek());
            visit(link.result.peek());
        }
    }

    /// The link that a token names, if it still does.
    fn find(&self, token: Token) -> Option<usize> {
        let link = self.links.get(token.index())?;
        (link.token == Some(token)).then_some(token.index())
    }

    fn unlink(&mut self, index: usize) {
        let (older, newer) = (self.links[index].older, self.links[index].newer);
        self.links[older].newer = newer;
        self.links[newer].older = older;
        self.links[index].placed = false;
    }

    /// Puts a link between two neighbours.
    fn link(&mut self, index: usize, older: usize, newer: usize) {
        self.links[older].newer = index;
        self.links[newer].older = index;
        let link = &mut self.links[index];
        (link.older, link.newer, link.placed) = (older, newer, true);
    }

    fn make_newest(&mut self, index: usize) {
        self.link(index, self.links[ENDS].older, ENDS);
    }

    /// Is there a result?
    pub(super) fn contains(&self, token: Token) -> bool {
        self.find(token)
            .is_some_and(|index| self.links[index].placed)
    }

    /// The result that a token leads to, which is now the one used last.
    pub(super) fn used(&mut self, token: Token) -> Option<Owned> {
        let index = self.find(token).filter(|&index| self.links[index].placed)?;
        self.unlink(index);
        self.make_newest(index);
        Some(self.links[index].result.load_locked())
    }

    /// Reserves a link, and evicts what was used longest ago if there are `limit` of them. None if all are reserved by calls
    /// that have not stored their results yet.
    pub(super) fn reserve(&mut self, limit: usize) -> Option<(Token, Option<Evicted>)> {
        let in_use = self.links.len() - 1 - self.free.len();
        let (index, evicted) = if in_use < limit {
            let index = self.free.pop().unwrap_or_else(|| {
                self.links.push(Link::new());
                self.links.len() - 1
            });
            (index, None)
        } else {
            let oldest = self.links[ENDS].newer;
            let token = self.links[oldest].token?;
            (oldest, Some(self.evict(oldest, token)))
        };
        if index >= 1 << INDEX_BITS {
            return None;
        }
        self.uses = (self.uses + 1) & ((1 << USE_BITS) - 1);
        let token = Token(index as u64 | self.uses << INDEX_BITS);
        self.links[index].token = Some(token);
        Some((token, evicted))
    }

    fn evict(&mut self, index: usize, token: Token) -> Evicted {
        self.unlink(index);
        let link = &self.links[index];
        Evicted {
            token,
            hash: link.hash,
            key: link.key.replace(Owned::inline(Value::MISSING)),
            result: link.result.replace(Owned::inline(Value::MISSING)),
        }
    }

    /// Puts what was evicted for a reserved link back; gives it back if the link is not reserved any more.
    pub(super) fn restore(&mut self, reserved: Token, evicted: Evicted) -> Option<Evicted> {
        let Some(index) = self.find(reserved) else {
            return Some(evicted);
        };
        let link = &mut self.links[index];
        link.token = Some(evicted.token);
        link.hash = evicted.hash;
        // Both were MISSING: nothing is released.
        link.key = Slot::new(evicted.key);
        link.result = Slot::new(evicted.result);
        self.link(index, ENDS, self.links[ENDS].newer);
        None
    }

    /// Gives a reserved link its result; gives key and result back if it is not reserved any more.
    pub(super) fn fill(
        &mut self,
        token: Token,
        hash: i64,
        key: Owned,
        result: Owned,
    ) -> Option<[Owned; 2]> {
        let Some(index) = self.find(token) else {
            return Some([key, result]);
        };
        let link = &mut self.links[index];
        link.hash = hash;
        // Both were MISSING: nothing is released.
        link.key = Slot::new(key);
        link.result = Slot::new(result);
        self.make_newest(index);
        None
    }

    /// Frees a link, reserved or not; gives what it had.
    pub(super) fn free(&mut self, token: Token) -> Option<[Owned; 2]> {
        let index = self.find(token)?;
        if self.links[index].placed {
            self.unlink(index);
        }
        self.free.push(index);
        let link = &mut self.links[index];
        link.token = None;
        let nothing = || Owned::inline(Value::MISSING);
        Some([link.key.replace(nothing()), link.result.replace(nothing())])
    }

    /// Forgets everything; gives what there was.
    pub(super) fn clear(&mut self) -> Vec<[Owned; 2]> {
        let old = std::mem::replace(&mut self.links, vec![Link::new()]);
        self.free.clear();
        let nothing = || Owned::inline(Value::MISSING);
        old.iter()
            .map(|link| [link.key.replace(nothing()), link.result.replace(nothing())])
            .collect()
    }
}
