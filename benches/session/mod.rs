//! The program in a pseudo-terminal of 80 x 24, and what its screen shows.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A running dashboard; dropping it ends it.
pub struct Session {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    screen: Arc<(Mutex<String>, Condvar)>,
    _master: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Starts `gmmscope` with `arguments`.
    pub fn start(arguments: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gmmscope"));
        command.args(arguments);
        command.env_remove("NO_COLOR");
        command.env_remove("COLORTERM");
        for (name, value) in
            [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("XDG_CONFIG_HOME", "/nonexistent")]
        {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let screen = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let shown = Arc::clone(&screen);
        let mut output = pair.master.try_clone_reader().expect("the output can be read");
        std::thread::spawn(move || {
            let cells = |count| NonZero::new(count).unwrap_or(NonZero::<u16>::MIN);
            let mut emulator = vt100::Parser::new(cells(24), cells(80), 0);
            let mut buffer = [0; 65536];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                emulator.process(&buffer[..count]);
                *shown.0.lock().unwrap_or_else(PoisonError::into_inner) = emulator.screen().contents();
                shown.1.notify_all();
            }
        });
        let keys = pair.master.take_writer().expect("keys can be sent");
        Self { child, keys, screen, _master: pair.master }
    }

    /// Sends keys.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the program reads");
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        let (screen, changed) = &*self.screen;
        let screen = screen.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(screen, Duration::from_secs(120), |screen| !wanted(screen));
        let (screen, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "waited for {what}, but the screen is\n{}", *screen);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
