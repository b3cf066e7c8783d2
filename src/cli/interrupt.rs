//! Ctrl-C, SIGTERM and SIGHUP while a command works: it is cancelled, so that no half-written file remains.

use std::io;
use std::thread;

use anyhow::{Context, Result, bail};
use gmmscope::study::Control;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A control that the signals cancel.
pub fn control() -> Result<Control> {
    let control = Control::new();
    let shared = control.clone();
    let listen = || -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for _ in signals.forever() {
                shared.cancel();
            }
        })?;
        Ok(())
    };
    listen().context("cannot listen to signals")?;
    Ok(control)
}

/// An error after a signal, for use before anything is written.
pub fn check(control: &Control) -> Result<()> {
    if control.is_cancelled() {
        bail!("interrupted: nothing was written");
    }
    Ok(())
}
