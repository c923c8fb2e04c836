//! How objects die.
//!
//! ```text
//!   last reference dropped ─► release ─► __del__ ─► weakrefs cleared ─► references dropped, buffers freed ─► free
//!                               │           └─ resurrected: stop                                             │
//!                               └─ too deep: wait in a list until the outermost release is done              ▼
//!                                                                     single or confined: memory is free at once
//!                                                                     else: after a grace period (limbo)
//! ```
//!
//! From `release` on the object is DYING: the collector leaves it alone, and keeps what it refers to. In limbo it is DEAD:
//! nothing of it counts any more, but its bytes stay as they were, for readers that borrowed it before it died.

use crate::object::{FLAG_FINALIZED, FLAG_LARGE, FLAG_WEAKREF, Header, Kind, Owned, refcount};
use crate::{Thread, Value, thread, types};
use libmimalloc_sys::{mi_free, mi_usable_size};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

/// Values of the header's `gc` byte.
const DYING: u8 = 1;
const DEAD: u8 = 2;
/// Alive, and no business of the collector's.
const FROZEN: u8 = 3;

/// Freed memory is filled with this in poison mode.
pub(super) const POISON: u8 = 0xdb;

/// The least that limbo takes a dead object to weigh, in bytes.
const LEAST_WEIGHT: usize = 64;

/// How deep releases may nest before they are put off.
const MAX_DEPTH: u32 = 50;

/// What the object model does when objects die.
pub struct Hooks {
    /// Runs the finalizer. Exceptions it raises are reported as unraisable, none is pending afterwards.
    pub finalize: fn(&Thread, Value),
    /// Clears the weak references to an object that has some; each that has a callback and is alive itself goes to the
    /// list, with the callback. May run while the world is stopped: it must neither lock nor run Python code.
    pub clear_weakrefs: fn(&Thread, &Header, &mut Vec<(Owned, Owned)>),
    /// Calls the callback of a cleared weak reference. Exceptions are reported as unraisable.
    pub call_weakref: fn(&Thread, weakref: Value, callback: Value),
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Start-up: the object model says what it does when objects die.
pub fn set_hooks(hooks: Hooks) {
    HOOKS.get_or_init(|| hooks);
}

/// Is freed memory to be filled, so that using it shows?
#[inline(always)]
pub(super) fn poison() -> bool {
    POISON_MODE.load(Relaxed)
}

/// Something was made whose death the program, or whoever reads its files, may notice.
static NOTICEABLE: AtomicBool = AtomicBool::new(false);

/// Says that something exists whose death may be noticed. Objects of classes with `__del__` need not be told of.
#[inline]
pub fn expect_noticeable() {
    if !NOTICEABLE.load(Relaxed) {
        NOTICEABLE.store(true, Relaxed);
    }
}

/// Could anybody notice that the objects alive now die? If not, a program that ends need not look after them.
pub(crate) fn any_noticeable() -> bool {
    NOTICEABLE.load(Relaxed)
        || crate::Builtin::Object
            .class()
            .is_base_of_any(|class| class.facts().has_del())
}

static POISON_MODE: AtomicBool = AtomicBool::new(false);

/// Start-up: `ASHORE_POISON=1` asks for poison mode.
pub(crate) fn read_environment() {
    if std::env::var_os("ASHORE_POISON").is_some_and(|value| value == "1") {
        POISON_MODE.store(true, Relaxed);
    }
}

/// Is this the remainder of an object, waiting for the end of its grace period?
pub(crate) fn is_dead(header: &Header) -> bool {
    header.gc.load(Relaxed) == DEAD
}

/// Freezes or unfreezes an object that is alive. The world is stopped.
pub(crate) fn set_frozen(header: &Header, frozen: bool) {
    header.gc.store(if frozen { FROZEN } else { 0 }, Relaxed);
}

/// Is the object kept out of collections?
pub(crate) fn is_frozen(header: &Header) -> bool {
    header.gc.load(Relaxed) == FROZEN
}

/// Is the object being released?
pub(crate) fn is_dying(header: &Header) -> bool {
    header.gc.load(Relaxed) == DYING
}

/// The collector has found the object dead.
pub(crate) fn set_dying(header: &Header) {
    header.gc.store(DYING, Relaxed);
}

/// The object is dead: releases what it refers to and frees it.
#[inline(never)]
pub fn release(header: &Header) {
    let thread = thread::current();
    debug_assert!(
        thread.is_attached(),
        "a reference is dropped in a blocking call"
    );
    header.gc.store(DYING, Relaxed);
    let kind = header.kind();
    if kind.is_leaf() && !kind.is_subclass() {
        // No finalizer, no weak references, nothing else to release.
        return types::layouts::finalize(thread, header);
    }
    let depth = thread.release_depth.get();
    if depth >= MAX_DEPTH {
        thread.pending_release.borrow_mut().push(header);
        return;
    }
    thread.release_depth.set(depth + 1);
    bury(thread, header);
    if depth == 0 {
        while let Some(next) = take_pending(thread) {
            // SAFETY: a dead object waits in the list until it is released here.
            bury(thread, unsafe { &*next });
        }
    }
    thread.release_depth.set(depth);
}

fn take_pending(thread: &Thread) -> Option<*const Header> {
    thread.pending_release.borrow_mut().pop()
}

fn bury(thread: &Thread, header: &Header) {
    if kind_may_have_finalizer(header.kind()) && !finalize(thread, header) {
        return;
    }
    if header.has_flag(FLAG_WEAKREF) {
        let mut callbacks = Vec::new();
        if let Some(hooks) = HOOKS.get() {
            (hooks.clear_weakrefs)(thread, header, &mut callbacks);
        }
        call_weakrefs(thread, callbacks);
    }
    types::layouts::finalize(thread, header);
}

fn kind_may_have_finalizer(kind: Kind) -> bool {
    kind.is_subclass()
        || matches!(
            kind,
            Kind::INSTANCE
                | Kind::GENERATOR
                | Kind::COROUTINE
                | Kind::ASYNC_GENERATOR
                | Kind::FILE
                | Kind::NATIVE
        )
}

/// Has the object a finalizer, or may it get one?
pub(crate) fn may_have_finalizer(header: &Header) -> bool {
    match header.kind() {
        Kind::INSTANCE => needs_finalizer(header),
        kind if kind.is_subclass() => needs_finalizer(header),
        kind => kind_may_have_finalizer(kind),
    }
}

/// Has the object a finalizer that did not run yet?
pub(crate) fn needs_finalizer(header: &Header) -> bool {
    kind_may_have_finalizer(header.kind())
        && !header.has_flag(FLAG_FINALIZED)
        && types::has_finalizer(header)
}

/// Runs the finalizer of an object that somebody keeps alive.
pub(crate) fn run_finalizer(thread: &Thread, header: &Header) {
    header.set_flag(FLAG_FINALIZED);
    if let Some(hooks) = HOOKS.get() {
        let pending = thread.suspend_exception();
        (hooks.finalize)(thread, header.value());
        thread.restore_exception(pending);
    }
}

/// Clears the weak references to an object; see [`Hooks::clear_weakrefs`].
pub(crate) fn clear_weakrefs(
    thread: &Thread,
    header: &Header,
    callbacks: &mut Vec<(Owned, Owned)>,
) {
    if header.has_flag(FLAG_WEAKREF)
        && let Some(hooks) = HOOKS.get()
    {
        (hooks.clear_weakrefs)(thread, header, callbacks);
    }
}

/// Calls the callbacks of cleared weak references.
pub(crate) fn call_weakrefs(thread: &Thread, callbacks: Vec<(Owned, Owned)>) {
    let Some(hooks) = HOOKS.get() else { return };
    for (weakref, callback) in callbacks {
        let pending = thread.suspend_exception();
        (hooks.call_weakref)(thread, weakref.value(), callback.value());
        thread.restore_exception(pending);
    }
}

/// Runs a dead object's finalizer, if it has one. Tells whether the object is still dead.
fn finalize(thread: &Thread, header: &Header) -> bool {
    if !needs_finalizer(header) {
        return true;
    }
    header.gc.store(0, Relaxed);
    refcount::revive(header);
    run_finalizer(thread, header);
    let dead = refcount::expire(header);
    if dead {
        header.gc.store(DYING, Relaxed);
    }
    dead
}

/// Gives a dead object's memory back, after a grace period if another thread may be looking at it. `size` is what it weighs
/// meanwhile, in bytes: the registers behind frames and generators may be left out, the characters of strings not.
///
/// # Safety
/// The object is dead, its references and buffers were released.
#[inline]
pub unsafe fn free(thread: &Thread, header: *mut Header, size: usize) {
    // SAFETY: the object's memory is still its own (caller's promise).
    let object = unsafe { &*header };
    if !object.is_acyclic() {
        thread.account(-1);
    } else if object.kind().is_leaf() && object.has_flag(FLAG_LARGE) {
        // SAFETY: a block of the heap.
        thread.account(-super::units(unsafe { mi_usable_size(header.cast()) }));
    }
    if object.is_confined(thread) {
        // SAFETY: nobody else knows the object.
        return unsafe { free_block(header.cast(), 0) };
    }
    object.gc.store(DEAD, Relaxed);
    // SAFETY: a block of the heap; it is freed once, by limbo.
    unsafe { thread.retire(header.cast(), size.max(LEAST_WEIGHT), free_block) };
}

/// # Safety
/// The block came from a heap of objects, and nobody uses it.
pub(crate) unsafe fn free_block(block: *mut u8, _weight: usize) {
    // SAFETY: the caller's promise; the payload begins behind the header.
    unsafe {
        if poison() {
            let payload = size_of::<Header>();
            block
                .add(payload)
                .write_bytes(POISON, mi_usable_size(block.cast()) - payload);
        }
        mi_free(block.cast());
    }
}
