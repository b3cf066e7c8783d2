//! Ctrl-C, SIGTERM and SIGHUP while a command works.
//!
//! The first signal cancels the command's [`Control`], for work that looks at it. What does not (a file that opens
//! slowly, a long draw, the writing of files) is ended from here after [`GRACE`], with the temporary files removed; a
//! second signal does so at once. A command with something to keep ([`keep_results`]) is only stopped: it writes that, however
//! long it takes. Either way the exit code is [`EXIT_CODE`].

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use gmmscope::data::abandon_files;
use gmmscope::study::Control;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{log, output};

/// The exit code of an interrupted command.
pub const EXIT_CODE: u8 = 130;

/// How long a command has to end by itself.
const GRACE: Duration = Duration::from_millis(500);
/// How long the program tries to say why it ends: the terminal may be stopped, the log's disk gone.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The command ends by itself after a signal, however long that takes.
static IS_PATIENT: AtomicBool = AtomicBool::new(false);
/// The command writes what there is after a signal.
static KEEPS: AtomicBool = AtomicBool::new(false);
/// The main thread or a signal, whichever comes first, ends the program.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// The error of a command that a signal ended.
#[derive(Debug, thiserror::Error)]
#[error("interrupted: {0}")]
pub struct Interrupted(pub String);

impl Interrupted {
    /// With what was written until then; no file is written from here on.
    fn new() -> Self {
        Self(match abandon_files() {
            0 => "nothing was written".to_owned(),
            1 => "1 file was written whole, the others were not".to_owned(),
            count => format!("{count} files were written whole, the others were not"),
        })
    }
}

/// Listens to the signals, for the whole process; a control that they cancel.
pub fn listen() -> Result<Control> {
    let control = Control::new();
    let shared = control.clone();
    let listen = || -> io::Result<()> {
        let mut signals = Signals::new(heeded())?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for _ in signals.forever() {
                if shared.is_cancelled() || shared.is_stopped() {
                    end();
                }
                if KEEPS.load(Ordering::Relaxed) {
                    shared.stop();
                    if io::stderr().is_terminal() {
                        say("interrupted: writing what there is; Ctrl-C again ends at once");
                    }
                    continue;
                }
                shared.cancel();
                if IS_PATIENT.load(Ordering::Relaxed) {
                    // A person can press Ctrl-C again; a script waits for the one line of the error.
                    if io::stderr().is_terminal() {
                        say("interrupted: the iterations under way end first; Ctrl-C again ends at once");
                    }
                    continue;
                }
                let timer = thread::Builder::new().spawn(|| {
                    thread::sleep(GRACE);
                    end();
                });
                if timer.is_err() {
                    end();
                }
            }
        })?;
        Ok(())
    };
    listen().context("cannot listen to signals")?;
    Ok(control)
}

/// The signals that end a command: not SIGHUP where the program was started to outlive its terminal (`nohup`).
fn heeded() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let is_ignored = ignored & (1 << (SIGHUP - 1)) != 0;
    if is_ignored { vec![SIGINT, SIGTERM] } else { vec![SIGINT, SIGTERM, SIGHUP] }
}

/// For a command that ends by itself after a signal and has something to show then.
pub fn wait_for_results() {
    IS_PATIENT.store(true, Ordering::Relaxed);
}

/// From here on a signal only stops the command, which writes what there is.
pub fn keep_results() {
    KEEPS.store(true, Ordering::Relaxed);
}

/// An error after a signal, for use before anything is written.
pub fn check(control: &Control) -> Result<()> {
    if control.is_cancelled() { Err(Interrupted::new().into()) } else { Ok(()) }
}

/// An error after a signal that the command has been stopped by; `kept` says what it wrote.
pub fn check_kept(control: &Control, kept: &str) -> Result<()> {
    if control.is_stopped() { Err(Interrupted(kept.to_owned()).into()) } else { Ok(()) }
}

/// The main thread has done its work: it ends the program, unless a signal is doing so.
pub fn finish() {
    while IS_ENDING.swap(true, Ordering::Relaxed) {
        thread::park();
    }
}

/// Ends the program.
fn end() -> ! {
    let (sender, said) = mpsc::channel();
    let last_words = move || {
        // Else the main thread, or an earlier signal, is about to end it.
        if !IS_ENDING.swap(true, Ordering::Relaxed) {
            let error = Interrupted::new().to_string();
            log::finish(Some(&error));
            say(&format!("error: {error}"));
            let _ = sender.send(());
        } else {
            thread::sleep(LAST_WORDS);
        }
    };
    if thread::Builder::new().spawn(last_words).is_ok() {
        let _ = said.recv_timeout(LAST_WORDS);
    }
    std::process::exit(i32::from(EXIT_CODE))
}

/// A line on standard error, in the place of a line of progress.
fn say(text: &str) {
    output::complain(if io::stderr().is_terminal() { "\r\x1b[K" } else { "" }, text);
}
