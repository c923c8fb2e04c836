//! One program, run to its end or to a time limit: output, exit code, times.
//!
//! A watcher thread kills what runs too long; two threads read the output, so that no pipe fills up. The program is
//! waited for with `wait4`, which alone tells the processor time of one child.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How a program ended and what it wrote.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The exit code; 128 and the signal's number if a signal ended it, as a shell has it.
    pub code: i32,
    pub timed_out: bool,
    pub wall: Duration,
    /// Processor time of all its threads, in user and in system mode.
    pub cpu: Duration,
}

impl Outcome {
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs a program with the given standard input, for at most `limit`.
#[expect(clippy::zombie_processes, reason = "wait4 collects it, by its number")]
pub fn run(command: &mut Command, input: &[u8], limit: Duration) -> Outcome {
    command.stdin(if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0);
    let start = Instant::now();
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
    let pid = child.id().cast_signed();
    let stdin = child.stdin.take();
    let stdout = child.stdout.take().expect("it is piped");
    let stderr = child.stderr.take().expect("it is piped");
    let (ended, end) = channel::<()>();
    thread::scope(|scope| {
        let watcher = scope.spawn(move || match end.recv_timeout(limit) {
            Err(RecvTimeoutError::Timeout) => {
                kill(pid);
                true
            }
            _ => false,
        });
        let out = scope.spawn(|| read_all(stdout));
        let err = scope.spawn(|| read_all(stderr));
        if let Some(mut stdin) = stdin {
            // A program may end without having read everything.
            let _ = stdin.write_all(input);
        }
        let (code, cpu) = wait(pid);
        let wall = start.elapsed();
        // What it started and left behind may have the pipes.
        kill(pid);
        drop(ended);
        Outcome {
            stdout: out.join().expect("reading does not panic"),
            stderr: err.join().expect("reading does not panic"),
            code,
            timed_out: watcher.join().expect("the watcher does not panic"),
            wall,
            cpu,
        }
    })
}

fn read_all(mut pipe: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).expect("a pipe can be read");
    bytes
}

/// Kills a child's process group.
fn kill(pid: i32) {
    // SAFETY: no memory is involved. A group's number is not used again while there are processes in it, and in the worst
    // case the child and all others of its group have just ended.
    unsafe { libc::kill(-pid, libc::SIGKILL) };
}

/// Bounds the address space of a program and of those it starts, in bytes.
pub fn limit_memory(command: &mut Command, bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    let set = move || {
        // SAFETY: reads a live variable of the right type.
        match unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    // SAFETY: between fork and exec it makes one system call and allocates nothing.
    unsafe { command.pre_exec(set) };
}

/// Waits for a child; its exit code and processor time.
fn wait(pid: i32) -> (i32, Duration) {
    let mut status = 0;
    // SAFETY: `rusage` is a struct of numbers, for which zero bytes are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live variables of the right type.
        let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
        if waited == pid {
            break;
        }
        let error = std::io::Error::last_os_error();
        assert_eq!(error.kind(), std::io::ErrorKind::Interrupted, "{error}");
    }
    let code = if libc::WIFSIGNALED(status) {
        128 + libc::WTERMSIG(status)
    } else {
        libc::WEXITSTATUS(status)
    };
    (code, time(usage.ru_utime) + time(usage.ru_stime))
}

fn time(time: libc::timeval) -> Duration {
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_usec).expect("less than a second") * 1000,
    )
}

/// The bytes of a file, none if there is no such file.
pub fn contents(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => {
            file.read_to_end(&mut bytes)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => panic!("{}: {error}", path.display()),
    }
    bytes
}
