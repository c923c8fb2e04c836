//! The state of one thread that runs Python code.
//!
//! A thread is *attached* (may touch objects) or *detached* (in a blocking call). Attached threads pass safepoints; the
//! world can only be stopped, and memory only be reclaimed, while every attached thread is at one.
//!
//! ```text
//!   enter / spawn ──► attached ──detached(..)──► detached ──► attached … ──► leave (end of the OS thread)
//! ```
//!
//! Native code gets the address of this structure as the first argument of everything; it knows the fields up to
//! `exception` by their offsets (`abi::layout`).

pub(crate) mod fork;
pub(crate) mod hot;
pub mod stack;
mod start;

pub use start::{
    Ended, Options, Started, end, is_shut_down, set_value_stack_size, shut_down, wait_for_others,
};

use crate::abi::callers::Departure;
use crate::heap::buffers::Buffers;
use crate::monitor::{self, Tracing};
use crate::object::{Header, Owned, Slot};
use crate::sync::poll::{self, Work};
use crate::sync::primitive::{AtomicU32, AtomicU64, Mutex};
#[cfg(tally)]
use crate::sync::tally::Tally;
use crate::sync::{qsbr, queue, reclaimer, safepoint, world};
use crate::types::exception;
use crate::{Builtin, Raised, Result, Value, gc};
use libmimalloc_sys::mi_theap_t;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::Relaxed;

/// Native stack that one Python call is allowed, in bytes, when the recursion limit is turned into a stack limit.
const STACK_PER_CALL: usize = 8 << 10;

/// One thread of the program. Aligned so that no two threads' states share a cache line.
#[repr(C, align(64))]
pub struct Thread {
    /// Not zero: there is work to do at the next safepoint (`sync::poll::Work`).
    pub poll: AtomicU32,
    /// Not zero while the program has more than one thread: stores into shared objects take locks.
    pub multi: AtomicU32,
    /// Owner id in object headers; never reused.
    id: u32,
    /// Calls nested in the interpreter, against [`Thread::recursion_limit`].
    pub depth: Cell<u32>,
    /// Lowest address the native stack may reach: what the recursion limit leaves of it.
    pub stack_limit: Cell<usize>,
    /// First free word of the value stack. The collector looks at what is below it.
    pub stack_top: Cell<*mut u64>,
    /// End of the value stack's free part: behind it are frames of the interpreter.
    pub stack_end: Cell<*mut u64>,
    /// The innermost frame.
    pub frame: Cell<*const ()>,
    /// The exception that is being raised, MISSING if there is none.
    pub(crate) exception: Slot,
    /// What an event loop wants to know of async generators (`sys.set_asyncgen_hooks`): their first use and their end.
    async_hooks: [Slot; 2],
    /// How many frames a coroutine remembers of where it was made.
    pub origin_depth: Cell<u32>,
    /// Words that native code and `abi::stubs` pass each other.
    pub(crate) exchange: Cell<[u64; 5]>,
    /// The exception that is being handled (`sys.exception()`), None if there is none. Others look at it only while the world is
    /// stopped, and publish it then.
    pub handled: Slot,

    /// Who traces what the thread runs.
    pub(crate) tracing: Tracing,
    /// This thread's views of the object heaps.
    containers: Cell<*mut mi_theap_t>,
    leaves: Cell<*mut mi_theap_t>,
    pub(crate) buffers: Buffers,
    /// What was allocated less what was freed since the collector's accounts were last settled.
    balance: Cell<i32>,
    pub(crate) release_depth: Cell<u32>,
    /// Dead objects whose release waits until the one under way is done, so that long chains do not overflow the stack.
    pub(crate) pending_release: RefCell<Vec<*const Header>>,
    pub(crate) limbo: RefCell<qsbr::Limbo>,
    pub(crate) stack: stack::Stacks,
    /// Functions that an exception is leaving.
    pub(crate) departure: Cell<*const Departure>,
    /// Looks for foreign objects that are counted again and again.
    pub(crate) hot: hot::Sampler,
    /// Writes to memory that other threads touch.
    #[cfg(tally)]
    pub tally: Tally,
    /// Object locks held, in debug builds.
    locks: Cell<u32>,
    daemon: bool,
    /// Where the native stack began, and the lowest address it has room for.
    stack_bounds: Cell<(usize, usize)>,
    /// Attributes of thread-local objects, by the objects' keys.
    pub(crate) locals: RefCell<HashMap<i64, Owned>>,
    /// What a thread that has not begun yet will run.
    body: Cell<Option<start::Body>>,
    /// Not zero: the thread has what it needs and is about to attach for the first time, or has done so.
    begun: AtomicU32,
    /// Shared with those who wait for the thread.
    ended: Ended,
    os_id: AtomicI32,
    /// An exception that another thread wants raised here.
    thrown: Mutex<Option<Owned>>,

    /// Attached, stopped, seized: see `sync::world`.
    pub(crate) state: AtomicU32,
    /// See `sync::qsbr`.
    pub(crate) seen: AtomicU64,
}

// SAFETY: other threads touch the atomics and the mutex only, or the world is stopped.
unsafe impl Sync for Thread {}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(std::ptr::null()) };
    static CURRENT_ID: Cell<u32> = const { Cell::new(NOBODY) };
}

/// Owner id of threads that are not Python's: they own nothing.
const NOBODY: u32 = u32::MAX;

/// The collector's accounts are settled when a thread's balance is this far from zero.
pub(crate) const SETTLE: i32 = 12 << 10;

static RECURSION_LIMIT: AtomicU32 = AtomicU32::new(1000);

/// Id of the thread that runs, for owner compares. A thread that is not Python's gets one that owns nothing.
#[inline(always)]
pub fn current_id() -> u32 {
    CURRENT_ID.get()
}

/// The thread that runs, if it is a Python thread.
#[inline(always)]
pub fn try_current() -> Option<&'static Thread> {
    // SAFETY: set when the thread enters; cleared before its state is freed.
    unsafe { CURRENT.get().as_ref() }
}

/// The thread that runs.
///
/// # Panics
/// If this OS thread is not a Python thread.
#[inline(always)]
pub fn current() -> &'static Thread {
    try_current().expect("not a Python thread")
}

/// Runs `blocking` detached: the code must not touch Python objects. Nothing borrowed from objects survives the call.
pub fn detached<R>(blocking: impl FnOnce() -> R) -> R {
    struct Detached<'a>(&'a Thread);
    impl Drop for Detached<'_> {
        fn drop(&mut self) {
            world().attach(self.0);
        }
    }
    let Some(thread) = try_current().filter(|thread| thread.is_attached()) else {
        return blocking();
    };
    thread.assert_no_locks("blocking call");
    let mut blocking = Some(blocking);
    stack::with_registers_saved(thread, &mut || {
        world().detach(thread);
        let _detached = Detached(thread);
        blocking.take().map(|blocking| blocking())
    })
    .expect("the closure is called once")
}

/// Runs `work` attached: what a library calls back while its caller is [`detached`]. None on a thread that is not Python's.
pub fn attached<R>(work: impl FnOnce(&Thread) -> R) -> Option<R> {
    struct Attached<'a>(&'a Thread);
    impl Drop for Attached<'_> {
        fn drop(&mut self) {
            world().detach(self.0);
        }
    }
    let thread = try_current()?;
    if thread.is_attached() {
        return Some(work(thread));
    }
    // The collector is told of this part of the stack when the thread next stands still; of what its callers hold, it has
    // been told by `detached`, which is what counts again afterwards.
    world().attach(thread);
    let _attached = Attached(thread);
    Some(work(thread))
}

/// Puts an object on its owner's merge queue, together with one reference.
#[cold]
pub fn queue_merge(header: &Header, owner: u32) {
    queue(owner).push(header, owner);
}

/// Notes in debug builds that object locks were taken or given back.
#[inline(always)]
pub(crate) fn note_lock(change: i32) {
    if cfg!(debug_assertions)
        && let Some(thread) = try_current()
    {
        thread
            .locks
            .set(thread.locks.get().wrapping_add_signed(change));
    }
}

/// Notes that a foreign object was counted up; one that is counted often becomes deferred. The caller holds a reference.
pub fn note_foreign(header: &Header) {
    if let Some(thread) = try_current()
        && thread.hot.note(header)
    {
        gc::adopt(header);
    }
}

/// As [`note_foreign`], for native code that has found the countdown of [`hot::Sampler`] over.
pub(crate) fn look_at_foreign(thread: &Thread, header: &Header) {
    if thread.hot.look(header) {
        gc::adopt(header);
    }
}

/// Roughly the stack pointer, to compare with [`Thread::stack_limit`].
#[inline(always)]
pub fn approximate_stack_pointer() -> usize {
    stack::pointer()
}

/// Sets the greatest depth of nested calls (`sys.setrecursionlimit`).
pub fn set_recursion_limit(limit: u32) {
    RECURSION_LIMIT.store(limit, Relaxed);
}

impl Thread {
    /// Owner id of objects made by this thread.
    #[inline(always)]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Is this the program's only thread? Then nobody can observe a store half done.
    #[inline(always)]
    pub fn is_single(&self) -> bool {
        self.multi.load(Relaxed) == 0
    }

    /// Is it the thread that runs?
    pub(crate) fn is_current(&self) -> bool {
        self.id == current_id()
    }

    /// Visits what the thread refers to, apart from its stacks. Called by itself, or while it stands still.
    pub(crate) fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let [first, finalizer] = &self.async_hooks;
        for slot in [&self.exception, &self.handled, first, finalizer] {
            visit(slot.peek());
        }
        monitor::traverse(&self.tracing, visit);
        for attributes in self.locals.borrow().values() {
            visit(attributes.value());
        }
        if let Some(thrown) = &*self.thrown.lock() {
            visit(thrown.value());
        }
    }

    /// What each thread is handling, by the threads' ids: None if it handles nothing (`sys._current_exceptions`). A safepoint.
    pub fn all_handled(&self) -> Vec<(u32, Owned)> {
        stack::with_registers_saved(self, &mut || {
            let _stopped = world().stop(self);
            let mut handled = Vec::new();
            world().for_each(|other| {
                let exception = other.handled.peek();
                if let Some(header) = exception.header() {
                    header.publish();
                }
                handled.push((other.id, Owned::new(exception)));
            });
            handled
        })
    }

    /// Is the process not to wait for this thread when it ends?
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }

    pub(crate) fn is_attached(&self) -> bool {
        self.state.load(Relaxed) & crate::sync::world::ATTACHED != 0
    }

    /// The greatest depth of nested calls.
    #[inline(always)]
    pub fn recursion_limit(&self) -> u32 {
        RECURSION_LIMIT.load(Relaxed)
    }

    /// Does what other threads asked this one to do. See [`safepoint`].
    #[inline(always)]
    pub fn safepoint(&self) -> Result<()> {
        if self.poll.load(Relaxed) != 0 {
            safepoint::slow(self)
        } else {
            Ok(())
        }
    }

    /// This thread's view of the heap of containers.
    #[inline(always)]
    pub(crate) fn containers(&self) -> *mut mi_theap_t {
        self.containers.get()
    }

    /// This thread's view of the heap of leaves.
    #[inline(always)]
    pub(crate) fn leaves(&self) -> *mut mi_theap_t {
        self.leaves.get()
    }

    /// Enters an allocation (or, negative, a release) into the collector's accounts.
    #[inline(always)]
    pub(crate) fn account(&self, units: i32) {
        let balance = self.balance.get().wrapping_add(units);
        self.balance.set(balance);
        if balance.unsigned_abs() >= SETTLE.unsigned_abs() {
            self.settle_accounts();
        }
    }

    /// Hands the balance to the collector, which may ask for a collection at the next safepoint.
    #[cold]
    pub(crate) fn settle_accounts(&self) {
        if gc::settle(self.balance.take()) {
            poll::request(self, Work::COLLECT);
        }
    }

    /// Frees a block after a grace period, or at once while there is only one thread. The caller has unlinked it.
    ///
    /// # Safety
    /// `free(block, bytes)` may be called once, by any thread, when nobody reads the block any more.
    pub unsafe fn retire(&self, block: *mut u8, bytes: usize, free: qsbr::Free) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.is_single() {
                free(block, bytes);
            } else {
                reclaimer().retire(self, block, bytes, free);
            }
        }
    }

    /// Offset of the id, for native code.
    pub const ID_OFFSET: usize = std::mem::offset_of!(Thread, id);

    /// Raises an exception (an instance): its context becomes what the thread is handling.
    pub fn raise_value(&self, exception: Owned) -> Raised {
        exception::chain(exception.value(), self.handled.peek());
        self.reraise_value(exception)
    }

    /// Makes `exception` (an instance) the pending one, as it is.
    pub fn reraise_value(&self, exception: Owned) -> Raised {
        drop(self.exception.exchange(exception));
        Raised::pending()
    }

    /// Raises an exception of a builtin class with a text; a `MemoryError` that has nothing to say has no arguments.
    #[cold]
    pub fn raise_text(&self, class: Builtin, text: &str) -> Raised {
        let exception = match class {
            Builtin::MemoryError if text.is_empty() => exception::new_text_none(self, class),
            _ => exception::new_text(self, class, text),
        };
        self.raise_value(exception)
    }

    /// The hooks for async generators, each None if not set.
    pub fn async_hooks(&self) -> [Owned; 2] {
        [0, 1].map(|hook: usize| Owned::new(self.async_hooks[hook].peek()))
    }

    /// Sets a hook: 0 for the first use of an async generator, 1 for its end.
    pub fn set_async_hook(&self, hook: usize, value: Value) {
        drop(self.async_hooks[hook].replace(Owned::new(value)));
    }

    /// Takes the pending exception.
    ///
    /// # Panics
    /// If none is pending: a [`Raised`] was made up.
    pub fn take_exception(&self, _raised: Raised) -> Owned {
        let exception = self.exception.exchange(Owned::inline(Value::MISSING));
        assert!(!exception.is_missing(), "no exception is pending");
        exception
    }

    /// The pending exception, borrowed.
    pub fn pending_exception(&self) -> Value {
        self.exception.peek()
    }

    /// This thread's attributes of the thread-local object with this key, and whether they were just made.
    pub fn local_attributes(&self, key: i64, make: impl FnOnce() -> Owned) -> (Owned, bool) {
        if let Some(attributes) = self.locals.borrow().get(&key) {
            return (attributes.clone(), false);
        }
        let attributes = make();
        self.locals.borrow_mut().insert(key, attributes.clone());
        (attributes, true)
    }

    /// Forgets this thread's attributes of a thread-local object that died.
    pub fn forget_local(&self, key: i64) {
        let forgotten = self.locals.borrow_mut().remove(&key);
        drop(forgotten);
    }

    /// Sets how far the native stack may grow: by as much as calls up to the recursion limit can take, if there is room.
    /// Native code counts no calls; this is what stops its recursion.
    pub fn limit_stack(&self, recursion_limit: u32) {
        let (base, lowest) = self.stack_bounds.get();
        let wanted = STACK_PER_CALL.saturating_mul(recursion_limit as usize);
        self.stack_limit
            .set(base.saturating_sub(wanted).max(lowest));
    }

    /// Addresses of the thread's native stack, its guard included.
    pub(crate) fn native_stack(&self) -> Range<usize> {
        let (base, lowest) = self.stack_bounds.get();
        lowest.saturating_sub(stack::MARGIN)..base
    }

    /// Notes the system's number of the calling thread, whose state this is.
    pub(crate) fn note_os_id(&self) {
        // SAFETY: asking who we are.
        self.os_id.store(unsafe { libc::gettid() }, Relaxed);
    }

    /// The system's number of the thread; 0 before it has begun.
    pub fn os_id(&self) -> i32 {
        self.os_id.load(Relaxed)
    }

    /// Puts a pending exception aside, for code that runs in between (finalizers).
    pub(crate) fn suspend_exception(&self) -> Owned {
        self.exception.exchange(Owned::inline(Value::MISSING))
    }

    /// Undoes [`Thread::suspend_exception`].
    pub(crate) fn restore_exception(&self, exception: Owned) {
        let left = self.exception.exchange(exception);
        debug_assert!(
            left.is_missing(),
            "{left:?} was neither handled nor reported"
        );
    }

    /// Makes the thread with this id raise `exception` at its next safepoint. Tells whether there is such a thread.
    pub fn throw_at(id: u32, exception: Owned) -> bool {
        if let Some(header) = exception.header() {
            header.publish();
        }
        let mut exception = Some(exception);
        let mut replaced = None;
        world().for_each(|thread| {
            if thread.id == id
                && let Some(exception) = exception.take()
            {
                replaced = thread.thrown.lock().replace(exception);
                poll::request(thread, Work::EXCEPTION);
            }
        });
        drop(replaced);
        exception.is_none()
    }

    /// Takes an exception that another thread threw here.
    pub(crate) fn take_thrown(&self) -> Option<Owned> {
        self.thrown.lock().take()
    }

    /// Debug builds check the rule that no object lock is held where a thread may stand still.
    #[inline(always)]
    pub(crate) fn assert_no_locks(&self, place: &str) {
        debug_assert!(self.locks.get() == 0, "an object lock is held at a {place}");
    }
}

/// Raises a builtin exception: `raise!(thread, TypeError, "expected {}", x)` is an `Err`.
#[macro_export]
macro_rules! raise {
    ($thread:expr, $class:ident, $($text:tt)*) => {
        Err($thread.raise_text($crate::Builtin::$class, &format!($($text)*)))
    };
}
