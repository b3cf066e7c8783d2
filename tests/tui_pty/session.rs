//! The program in a real pseudo-terminal, and its screen read back through a terminal emulator. The benchmarks use it
//! too.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// What a step may take on a busy machine; never what it should take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running dashboard.
pub struct Session {
    master: Box<dyn MasterPty + Send>,
    /// The program.
    pub child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// Reads what the program writes, to its end.
    reader: JoinHandle<()>,
    /// The terminal's modes before the program started.
    modes: String,
}

/// What the program has written.
pub struct Seen {
    /// What the screen shows.
    pub emulator: vt100::Parser,
    /// Every byte.
    pub bytes: Vec<u8>,
}

impl Session {
    /// Starts `gmmscope` with `arguments` in a terminal of 80 x 24.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let command = [&[env!("CARGO_BIN_EXE_gmmscope")], arguments].concat();
        Self::run("-c", "exec \"$@\"", &command, environment)
    }

    /// Starts a shell with job control, which runs `gmmscope` with `arguments` where `script` has "$@".
    pub fn start_in_shell(script: &str, arguments: &[&str]) -> Self {
        Self::run("-mc", script, &[&[env!("CARGO_BIN_EXE_gmmscope")], arguments].concat(), &[])
    }

    /// Starts a shell with `options`, which runs `command` where `script` has "$@".
    pub fn run(options: &str, script: &str, command: &[&str], environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let modes = format!("{:?}", pair.master.get_termios().unwrap());
        let words = command;
        let mut command = CommandBuilder::new("sh");
        // No test leaves a memory dump.
        command.args([options, &format!("ulimit -c 0; {script}"), "sh"]);
        command.args(words);
        for name in ["NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "GMMSCOPE_DATA"] {
            command.env_remove(name);
        }
        // No configuration of the user's.
        command.env("XDG_CONFIG_HOME", "/nonexistent");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let nothing = Seen { emulator: vt100::Parser::new(cells(24), cells(80), 0), bytes: Vec::new() };
        let seen = Arc::new((Mutex::new(nothing), Condvar::new()));
        let mut output = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            // The end is an error on Linux: the other side has been closed.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let mut seen = sink.0.lock().unwrap();
                seen.emulator.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                sink.1.notify_all();
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { master: pair.master, child, keys, seen, reader, modes }
    }

    /// What the program has written so far.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends keys.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.seen().emulator.screen().contents()
    }

    /// The number of bytes so far.
    pub fn written(&self) -> usize {
        self.seen().bytes.len()
    }

    /// Waits until the screen shows `wanted`.
    pub fn expect(&self, wanted: &str) {
        self.expect_that(wanted, |screen| screen.contents().contains(wanted));
    }

    /// Waits until the screen is as wanted.
    pub fn expect_that(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let missing = |seen: &mut Seen| !holds(seen.emulator.screen());
        let waited = self.seen.1.wait_timeout_while(self.seen(), PATIENCE, missing);
        let (seen, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        let timed_out = timeout.timed_out();
        let screen = seen.emulator.screen().contents();
        // A failed wait must not poison what the reader still needs.
        drop(seen);
        assert!(!timed_out, "waited for {what:?}, but the screen is\n{screen}");
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        // The emulator first: what the program draws for the new size must not meet the old.
        self.seen().emulator.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// The process, or the leader of the job, that has the terminal.
    pub fn process(&self) -> i32 {
        self.master.process_group_leader().unwrap()
    }

    /// The attributes of the terminal, as text.
    pub fn attributes(&self) -> String {
        format!("{:?}", self.master.get_termios().unwrap())
    }

    /// The terminal's name: "/dev/pts/3".
    pub fn terminal(&self) -> String {
        self.master.tty_name().unwrap().to_string_lossy().into_owned()
    }

    /// Sends a signal: "TERM".
    pub fn signal(&self, name: &str) {
        self.signal_to(self.process(), name);
    }

    /// Sends a signal to a process.
    pub fn signal_to(&self, process: i32, name: &str) {
        let command = format!("kill -{name} {process}");
        assert!(std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Waits for the end of the program, and confirms that it shall end where it asks; its exit code.
    pub fn ended(&mut self) -> u32 {
        let start = Instant::now();
        let mut asked = false;
        loop {
            if !asked && self.text().contains("again to quit") {
                asked = true;
                self.press("\x03");
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last may still be on its way; one that it left behind keeps the terminal open.
                let end = Instant::now();
                while !self.reader.is_finished() && end.elapsed() < Duration::from_secs(5) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The terminal is as it was before the program.
    pub fn assert_restored(&self) {
        let restored = |screen: &vt100::Screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && screen.fgcolor() == vt100::Color::Default
                && screen.bgcolor() == vt100::Color::Default
                && !(screen.bold() || screen.dim() || screen.inverse() || screen.underline())
        };
        self.expect_that("the terminal as it was", restored);
        assert_eq!(self.attributes(), self.modes);
        // Those that the emulator does not know, too.
        for (mode, on) in private_modes(&self.seen().bytes) {
            assert_eq!(on, mode == "25", "mode {mode}");
        }
    }
}

impl Drop for Session {
    /// No test leaves a program behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The modes that were set or reset, and whether they are set at last: 1049, 2026.
pub fn private_modes(bytes: &[u8]) -> BTreeMap<String, bool> {
    let mut modes = BTreeMap::new();
    for part in String::from_utf8_lossy(bytes).split("\x1b[?").skip(1) {
        if let Some(end) = part.find(|c: char| !c.is_ascii_digit()) {
            match &part[end..=end] {
                "h" => drop(modes.insert(part[..end].to_owned(), true)),
                "l" => drop(modes.insert(part[..end].to_owned(), false)),
                _ => {}
            }
        }
    }
    modes
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

/// The size of a terminal.
pub fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Few images and components, so that a study takes a moment only.
pub const SMALL: [&str; 4] = ["--samples", "150", "--components", "3"];

/// The key Esc.
pub const ESCAPE: &str = "\x1b";
