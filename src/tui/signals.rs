//! Signals: what they mean to the dashboard, and the terminal given back before one of them ends it.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{Builder, sleep};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pipe::{PipeFlags, pipe_with};
use signal_hook::consts::{
    SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::{emulate_default_handler, pipe};

use crate::data::abandon_files;
use crate::tui::terminal;

/// What a signal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The dashboard ends.
    End,
    /// The process stops, as by Ctrl-Z.
    Stop,
    /// The process has been continued, after a stop that it may not have been told of.
    Continued,
    /// The terminal has another size.
    Resized,
}

const HEARD: [i32; 13] = [
    SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGTSTP,
    SIGCONT, SIGWINCH,
];

/// What `signal` means.
pub fn meaning(signal: i32) -> Meaning {
    match signal {
        SIGTSTP => Meaning::Stop,
        SIGCONT => Meaning::Continued,
        SIGWINCH => Meaning::Resized,
        _ => Meaning::End,
    }
}

/// Passes signals on to `send`, until that is false, from a thread of their own. A signal that ends the program does so a
/// second later even when the event loop is blocked by a terminal that no longer reads.
///
/// # Errors
/// When signals cannot be caught.
pub fn start(send: impl Fn(i32) -> bool + Send + 'static) -> io::Result<Handle> {
    let mut signals = Signals::new(HEARD)?;
    // Without a handler, a file beyond the limit of its size would end the program; with one, its writing fails.
    signals.add_signal(SIGXFSZ)?;
    guard_against_aborts()?;
    let handle = signals.handle();
    let read = move || {
        for signal in signals.forever().filter(|signal| *signal != SIGXFSZ) {
            if !send(signal) {
                return;
            }
            if meaning(signal) == Meaning::End {
                sleep(Duration::from_secs(1));
                terminal::give_back_at_once();
                end_by(signal);
            }
        }
    };
    Builder::new().name("signals".into()).spawn(read)?;
    Ok(handle)
}

/// Ends the process as `signal` does, so that its parent sees that; no half-written file is left.
pub fn end_by(signal: i32) {
    abandon_files();
    let _ = emulate_default_handler(signal);
}

/// Has the terminal given back before SIGABRT ends the process: memory that is not to be had, a panic within a panic.
///
/// The process ends when the handler of that signal returns. So its last action writes to a pipe that is full, and waits
/// there while a thread gives the terminal back and ends the process itself.
fn guard_against_aborts() -> io::Result<()> {
    let (woken, waker) = UnixStream::pair()?;
    let (never_read, full) = pipe_with(PipeFlags::CLOEXEC)?;
    let filler = full.try_clone()?;
    pipe::register(SIGABRT, waker)?;
    // This makes it non-blocking.
    pipe::register(SIGABRT, full)?;
    while rustix::io::write(&filler, &[0; 4096]).is_ok() {}
    while rustix::io::write(&filler, &[0]).is_ok() {}
    fcntl_setfl(&filler, fcntl_getfl(&filler)? - OFlags::NONBLOCK)?;
    let never_read = Arc::new(never_read);
    // Two, as the system may choose one of them to run the handler of a signal from outside.
    for _ in 0..2 {
        let (mut woken, never_read) = (woken.try_clone()?, Arc::clone(&never_read));
        let wait = move || {
            if woken.read_exact(&mut [0]).is_ok() {
                terminal::give_back_at_once();
                let _ = emulate_default_handler(SIGABRT);
            }
            // Until here, nobody is told that the pipe has no reader.
            drop(never_read);
        };
        Builder::new().name("aborts".into()).spawn(wait)?;
    }
    Ok(())
}
