//! Synchronisation below the level of Python: object locks, stopping the world, safepoints, reclamation.
//!
//! Lock order, outermost first: object locks (in address order) ─ world ─ merge queue shards ─ orphaned limbo.

pub mod futex;
pub mod gil;
pub mod lock;
pub mod merge;
pub mod mutex;
pub mod poll;
pub mod primitive;
pub mod qsbr;
pub mod safepoint;
pub mod signals;
pub mod tally;
pub mod world;
pub(crate) mod zeal;

static WORLD: world::World = world::World::new();
static QUEUES: [merge::Queues; 64] = [const { merge::Queues::new() }; 64];
static RECLAIMER: qsbr::Reclaimer = qsbr::Reclaimer::new();

/// All threads of the program.
pub fn world() -> &'static world::World {
    &WORLD
}

/// The merge queues among which is that of the thread with this id.
pub fn queue(id: u32) -> &'static merge::Queues {
    &QUEUES[id as usize % QUEUES.len()]
}

/// Nobody looks at any merge queue until the result is dropped.
pub(crate) fn hold_queues() -> impl Sized {
    QUEUES.each_ref().map(merge::Queues::hold)
}

/// What frees memory that others may still be reading.
pub fn reclaimer() -> &'static qsbr::Reclaimer {
    &RECLAIMER
}

#[cfg(test)]
mod tests;
