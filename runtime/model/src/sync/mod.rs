//! The modules under test, and the state the runtime keeps in statics.

pub mod gil;
pub mod primitive;

#[path = "../../../src/sync/lock.rs"]
pub mod lock;
#[path = "../../../src/sync/merge.rs"]
pub mod merge;
#[path = "../../../src/sync/poll.rs"]
pub mod poll;
#[path = "../../../src/sync/qsbr.rs"]
pub mod qsbr;
#[path = "../../../src/sync/tally.rs"]
pub mod tally;
#[path = "../../../src/sync/world.rs"]
pub mod world;

loom::lazy_static! {
    static ref WORLD: world::World = world::World::new();
    static ref QUEUES: [merge::Queues; 2] = [merge::Queues::new(), merge::Queues::new()];
    static ref RECLAIMER: qsbr::Reclaimer = qsbr::Reclaimer::new();
}

pub fn world() -> &'static world::World {
    &WORLD
}

pub fn queue(id: u32) -> &'static merge::Queues {
    &QUEUES[id as usize % QUEUES.len()]
}

pub fn reclaimer() -> &'static qsbr::Reclaimer {
    &RECLAIMER
}
