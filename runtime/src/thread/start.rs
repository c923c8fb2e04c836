//! How threads begin and end.

use super::{CURRENT, CURRENT_ID, NOBODY, Thread, stack};
use crate::heap::buffers::Buffers;
use crate::heap::mimalloc::{Heap, abandon};
use crate::monitor;
use crate::object::{Owned, Slot};
use crate::sync::futex::{self, Wake};
use crate::sync::primitive::{AtomicU32, AtomicU64, Mutex};
use crate::sync::{queue, reclaimer, signals, world, zeal};
use crate::{Result, Value, heap};
use std::cell::{Cell, RefCell};
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What a new thread runs.
pub(super) type Body = Box<dyn FnOnce(&Thread) + Send>;

/// How a thread is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Shown by debuggers.
    pub name: Option<String>,
    /// Size of the native stack; the system's default if not given.
    pub stack_size: Option<usize>,
    /// The process does not wait for it at its end.
    pub daemon: bool,
}

/// Has [`shut_down`] been called?
pub fn is_shut_down() -> bool {
    world().is_over()
}

/// A thread that was started.
pub struct Started {
    pub id: u32,
    pub ended: Ended,
    /// To be joined in [`super::detached`].
    pub os: JoinHandle<()>,
}

/// Whether a thread has ended, which is when it has given up everything it had: whoever waited for it finds nothing of its
/// own alive, and no thread to stop.
#[derive(Clone, Default)]
pub struct Ended(Arc<AtomicU32>);

impl Ended {
    /// Has the thread ended?
    pub fn is_true(&self) -> bool {
        self.0.load(Acquire) != 0
    }

    /// Waits for the thread's end; false if it did not come before `deadline`. A signal's handler may raise.
    pub fn wait(&self, thread: &Thread, deadline: Option<Instant>) -> Result<bool> {
        while !self.is_true() {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match futex::wait(&self.0, 0, left) {
                Wake::TimedOut => break,
                Wake::Interrupted => thread.safepoint()?,
                Wake::Woken => {}
            }
        }
        Ok(self.is_true())
    }

    pub(super) fn tell(&self) {
        self.0.store(1, Release);
        futex::wake(&self.0, u32::MAX);
    }
}

static NEXT_ID: AtomicU32 = AtomicU32::new(2);
static VALUE_STACK: AtomicU64 = AtomicU64::new(stack::VALUE_STACK as u64);

/// Sets the size of the value stacks of threads that start from here on, in bytes.
pub fn set_value_stack_size(bytes: usize) {
    VALUE_STACK.store(bytes.next_multiple_of(4096) as u64, Relaxed);
}

/// Leaves when the OS thread ends.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        let thread = CURRENT.get();
        if !thread.is_null() {
            // SAFETY: the pointer came from a box, and the thread that uses it ends here.
            leave(unsafe { Box::from_raw(thread.cast_mut()) });
        }
    }
}

thread_local! {
    static LEAVE: Leave = const { Leave };
}

impl Thread {
    fn new(daemon: bool) -> io::Result<Box<Thread>> {
        let id = NEXT_ID
            .fetch_update(AcqRel, Acquire, |id| (id < NOBODY - 1).then_some(id + 1))
            .map_err(|_| io::Error::other("this process has started as many threads as it can"))?;
        Ok(Box::new(Thread {
            poll: AtomicU32::new(0),
            id,
            multi: AtomicU32::new(0),
            depth: Cell::new(0),
            stack_limit: Cell::new(0),
            stack_top: Cell::new(std::ptr::null_mut()),
            stack_end: Cell::new(std::ptr::null_mut()),
            frame: Cell::new(std::ptr::null()),
            exception: Slot::missing(),
            exchange: Cell::new([0; 5]),
            handled: Slot::new(Owned::NONE),
            async_hooks: [Slot::new(Owned::NONE), Slot::new(Owned::NONE)],
            origin_depth: Cell::new(0),
            tracing: Default::default(),
            containers: Cell::new(std::ptr::null_mut()),
            leaves: Cell::new(std::ptr::null_mut()),
            balance: Cell::new(0),
            release_depth: Cell::new(0),
            pending_release: RefCell::new(Vec::new()),
            buffers: Buffers::new(),
            limbo: RefCell::default(),
            stack: stack::Stacks::default(),
            departure: Cell::new(std::ptr::null()),
            hot: Default::default(),
            #[cfg(tally)]
            tally: Default::default(),
            locks: Cell::new(0),
            daemon,
            stack_bounds: Cell::new((0, 0)),
            locals: RefCell::default(),
            body: Cell::new(None),
            ended: Ended::default(),
            os_id: AtomicI32::new(0),
            thrown: Mutex::new(None),
            begun: AtomicU32::new(0),
            state: AtomicU32::new(0),
            seen: AtomicU64::new(0),
        }))
    }

    /// Makes the OS thread that runs a Python thread, attached, until it ends.
    ///
    /// # Panics
    /// If there is no memory for its stack, or it is a Python thread already.
    pub fn enter() -> &'static Thread {
        assert!(CURRENT.get().is_null(), "this is a Python thread already");
        heap::death::read_environment();
        zeal::read_environment();
        let thread = Box::leak(Thread::new(false).expect("a thread that runs has an id to spare"));
        world().register(thread, None);
        thread.begin().expect("memory for the value stack");
        thread
    }

    /// Starts a thread. The values `body` brings along must be published ([`crate::object::Header::publish`]).
    pub fn spawn(
        &self,
        options: Options,
        body: impl FnOnce(&Thread) + Send + 'static,
    ) -> io::Result<Started> {
        let thread = Box::leak(Thread::new(options.daemon)?);
        thread.body.set(Some(Box::new(body)));
        world().register(thread, Some(self));
        let (id, ended) = (thread.id, thread.ended.clone());
        let thread: &'static Thread = thread;
        let mut builder = std::thread::Builder::new();
        if let Some(name) = options.name {
            // The system refuses names with a NUL.
            builder = builder.name(name.replace('\0', ""));
        }
        if let Some(size) = options.stack_size {
            builder = builder.stack_size(size);
        }
        match builder.spawn(move || run(thread)) {
            Ok(os) => Ok(Started { id, ended, os }),
            Err(error) => {
                world().unregister(thread, || ());
                thread.ended.tell();
                // SAFETY: the box was leaked above, and nobody else knows it any more.
                drop(unsafe { Box::from_raw(std::ptr::from_ref(thread).cast_mut()) });
                Err(error)
            }
        }
    }

    /// The first thing a thread does for itself.
    fn begin(&self) -> io::Result<()> {
        let bytes = VALUE_STACK.load(Relaxed) as usize;
        let values = self.stack.map_values(bytes)?;
        self.stack_top.set(values.start);
        self.stack_end.set(values.end);
        self.stack_bounds
            .set((super::approximate_stack_pointer(), self.stack.find_native()));
        self.limit_stack(self.recursion_limit());
        CURRENT.set(self);
        CURRENT_ID.set(self.id);
        self.note_os_id();
        LEAVE.with(|_| ());
        queue(self.id).register(self);
        self.begun.store(1, Release);
        world().attach(self);
        monitor::thread_begins(self);
        self.containers.set(Heap::containers().view());
        self.leaves.set(Heap::leaves().view());
        zeal::begin(self);
        Ok(())
    }
}

fn run(thread: &'static Thread) {
    if let Err(error) = thread.begin() {
        // As CPython does when a thread cannot be set up: the process cannot go on without it.
        eprintln!("ashore: a thread has no value stack: {error}");
        std::process::abort();
    }
    if let Some(body) = thread.body.take() {
        body(thread);
    }
    // `Leave` does the rest.
}

/// The thread ends: it gives up everything it has.
fn leave(thread: Box<Thread>) {
    if signals::is_main(&thread) {
        signals::clear_main();
    }
    monitor::thread_ends(&thread);
    queue(thread.id).drain(&thread);
    drop(thread.locals.take());
    let [first, finalizer] = &thread.async_hooks;
    for slot in [&thread.exception, &thread.handled, first, finalizer] {
        drop(slot.replace(Owned::inline(Value::MISSING)));
    }
    drop(thread.take_thrown());
    thread.settle_accounts();
    queue(thread.id).unregister(&thread);
    reclaimer().bequeath(&thread);
    // What a last finalizer may have left there can be freed by nobody.
    std::mem::forget(thread.locals.take());
    CURRENT.set(std::ptr::null());
    CURRENT_ID.set(NOBODY);
    // SAFETY: the views are this thread's, which is still attached and allocates no more objects.
    unsafe {
        abandon(thread.containers.get());
        abandon(thread.leaves.get());
    }
    world().detach(&thread);
    world().unregister(&thread, note_leaving);
    thread.stack.unmap_values();
    thread.ended.tell();
}

/// The system's ids of threads that are no longer registered, but may still be returning memory.
static LEAVING: Mutex<Vec<libc::pid_t>> = Mutex::new(Vec::new());
/// How long a fork waits for them; a new thread may have got the id of one.
const LEAVING_WAIT: Duration = Duration::from_millis(100);

/// The calling thread is about to end.
fn note_leaving() {
    let mut leaving = LEAVING.lock();
    leaving.retain(|&id| exists(id));
    // SAFETY: asking who we are.
    leaving.push(unsafe { libc::gettid() });
}

fn exists(id: libc::pid_t) -> bool {
    // SAFETY: no signal is sent.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), id, 0) == 0 }
}

/// Waits until threads that begin have begun, and threads that end are gone: meanwhile they may have locks of the allocator,
/// which the child of a fork could never take. The world is stopped, so no others begin or end.
pub(super) fn wait_for_transitions(threads: &mut dyn Iterator<Item = &Thread>) {
    for thread in threads {
        while thread.begun.load(Acquire) == 0 {
            std::thread::yield_now();
        }
    }
    let deadline = Instant::now() + LEAVING_WAIT;
    let mut leaving = LEAVING.lock();
    leaving.retain(|&id| {
        while exists(id) && Instant::now() < deadline {
            std::thread::yield_now();
        }
        false
    });
}

/// Waits until all threads have ended that are neither daemons nor the calling one.
pub fn wait_for_others(thread: &Thread) -> Result<()> {
    loop {
        let mut waited = None;
        world().for_each(|other| {
            if !other.is_daemon() && !std::ptr::eq(thread, other) {
                waited = Some(other.ended.clone());
            }
        });
        match waited {
            Some(ended) => ended.wait(thread, None)?,
            None => return Ok(()),
        };
    }
}

/// Stops all other threads for good: the process is about to end. Threads in blocking calls may go on with them, but never
/// come back to Python. No thread can be started any more.
pub fn shut_down(thread: &Thread) {
    stack::with_registers_saved(thread, &mut || world().stop_for_good(thread));
    let mut others = Vec::new();
    world().for_each(|other| {
        if !std::ptr::eq(thread, other) {
            others.push(other.id);
        }
    });
    for id in others {
        // SAFETY: the thread was stopped for good just now.
        unsafe { queue(id).disown(id) };
    }
}

/// The last thing that the last thread does. It gives nothing back: the process's end does that.
pub fn end() {
    CURRENT.set(std::ptr::null());
}
