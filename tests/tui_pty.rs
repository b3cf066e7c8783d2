//! The dashboard in a real pseudo-terminal, read back through a terminal emulator.
#![cfg(all(unix, feature = "tui", feature = "cli", feature = "pdf"))]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// What a step may take on a busy machine; never what it should take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running dashboard.
struct Session {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    seen: Arc<Mutex<Seen>>,
    /// The terminal's modes before the program started.
    modes: String,
}

/// What the program has written.
struct Seen {
    emulator: vt100::Parser,
    bytes: Vec<u8>,
}

impl Session {
    /// Starts `gmmscope` with `arguments` in a terminal of 80 x 24.
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let modes = format!("{:?}", pair.master.get_termios().unwrap());
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gmmscope"));
        command.args(arguments);
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
        let seen = Arc::new(Mutex::new(Seen {
            emulator: vt100::Parser::new(cells(24), cells(80), 0),
            bytes: Vec::new(),
        }));
        let mut output = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            // The end is an error on Linux: the other side has been closed.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let mut seen = sink.lock().unwrap();
                seen.emulator.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { master: pair.master, child, keys, seen, modes }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn text(&self) -> String {
        self.seen.lock().unwrap().emulator.screen().contents()
    }

    fn written(&self) -> usize {
        self.seen.lock().unwrap().bytes.len()
    }

    /// Waits until the screen shows `wanted`.
    fn expect(&self, wanted: &str) {
        self.expect_that(wanted, |screen| screen.contents().contains(wanted));
    }

    fn expect_that(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while !holds(self.seen.lock().unwrap().emulator.screen()) {
            assert!(start.elapsed() < PATIENCE, "waited for {what:?}, but the screen is\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn resize(&self, columns: u16, rows: u16) {
        // The emulator first: what the program draws for the new size must not meet the old.
        self.seen.lock().unwrap().emulator.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.child.process_id().unwrap());
        assert!(std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Waits for the end of the program; its exit code.
    fn ended(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The terminal is as it was before the program.
    fn assert_restored(&self) {
        let restored = |screen: &vt100::Screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && screen.fgcolor() == vt100::Color::Default
        };
        self.expect_that("the terminal as it was", restored);
        assert_eq!(format!("{:?}", self.master.get_termios().unwrap()), self.modes);
    }
}

impl Drop for Session {
    /// No test leaves a program behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Few images and components, so that a study takes a moment only.
const SMALL: [&str; 4] = ["--samples", "150", "--components", "3"];

const ESCAPE: &str = "\x1b";

#[test]
fn every_tab_while_the_fit_runs_then_export_resize_and_quit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("figures").to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out]].concat(), &[]);
    // Paused at once, so that the study is under way while every tab is visited.
    session.press(" ");
    session.expect("paused");
    for (key, shown) in [
        ("1", "p_Z"),
        ("2", "Trouser"),
        ("3", "inertia"),
        ("4", "eans"),
        ("5", "still to come"),
        ("6", "still to come"),
    ] {
        session.press(key);
        session.expect(shown);
    }
    session.press("?");
    session.expect("search:");
    session.press(ESCAPE);
    session.press("3");
    session.expect("k-means: inertia");
    session.press("n");
    session.press(" ");
    session.expect("✓ done");
    for (key, shown) in [("4", "π₁ = 0."), ("5", "component "), ("6", "PSNR"), ("t", "Bayes' rule")] {
        session.press(key);
        session.expect(shown);
    }
    session.press(ESCAPE);
    session.expect("mean PSNR");
    session.press("e");
    session.expect("wrote ");
    assert_is_pdf(&folder.path().join("figures/figures.pdf"));

    session.resize(20, 5);
    session.expect("too small");
    session.resize(120, 40);
    session.expect("6 Inpaint ✓");
    session.expect("mean PSNR");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

fn assert_is_pdf(path: &Path) {
    let pages = lopdf::Document::load(path).unwrap().get_pages().len();
    assert!(pages >= 6, "{pages} pages");
}

#[test]
fn a_form_reruns_and_new_samples_differ() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("5");
    session.expect("component ");
    let before = session.seen.lock().unwrap().emulator.screen().contents_formatted();
    session.press("r");
    session.expect("draw 2");
    assert_ne!(session.seen.lock().unwrap().emulator.screen().contents_formatted(), before);
    session.press("s");
    session.expect("Settings of the next run");
    // K is the first field.
    session.press("\x7f0");
    session.expect("Mend what is marked");
    session.press("\x7f2");
    session.expect("was 3");
    session.press("\r");
    session.expect("run 2 started");
    session.expect("✓ done");
    session.press("4");
    session.expect("π₂ = ");
    assert!(!session.text().contains("π₃ = "), "{}", session.text());
    session.press("\x03");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn an_export_that_fails_is_said_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "not a folder").unwrap();
    let out = blocked.join("below").to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out]].concat(), &[]);
    session.expect("✓ done");
    session.press("e");
    session.expect("export failed");
    session.press("q");
    assert_eq!(session.ended(), 0);
    assert_eq!(std::fs::read_to_string(&blocked).unwrap(), "not a folder");
}

#[test]
fn a_study_that_fails_is_explained_on_the_screen() {
    // 4000 components of 150 images are refused before the dashboard; a label without images is found inside.
    let mut session = Session::start(&["--samples", "20000"], &[]);
    session.expect("✗ stopped");
    session.press("5");
    session.expect("The study stopped.");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn signals_end_it_with_the_terminal_restored() {
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        let mut session = Session::start(&["--samples", "2000", "--components", "10"], &[]);
        session.expect("1 Transform");
        session.signal(name);
        // The shell's view of a death by signal, or the emulator's: never a success.
        assert_ne!(session.ended(), 0, "SIG{name} ({number})");
        session.assert_restored();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn it_stops_and_comes_back() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    let stopped = || {
        let path = format!("/proc/{}/stat", session.child.process_id().unwrap());
        std::fs::read_to_string(path).unwrap().rsplit(") ").next().unwrap().starts_with('T')
    };
    for how in ["key", "signal"] {
        match how {
            "key" => {
                session.keys.write_all(b"\x1a").unwrap();
                session.keys.flush().unwrap();
            }
            _ => session.signal("TSTP"),
        }
        let start = Instant::now();
        while !stopped() {
            assert!(start.elapsed() < PATIENCE, "does not stop by {how}");
            std::thread::sleep(Duration::from_millis(10));
        }
        session.assert_restored();
        session.signal("CONT");
        session
            .expect_that("the dashboard again", |screen| screen.alternate_screen() && screen.hide_cursor());
        session.expect("1 Transform ✓");
    }
    session.press("2");
    session.expect("training images");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn idle_sends_nothing_and_a_key_without_meaning_nothing_either() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    // The frame that is under way.
    std::thread::sleep(Duration::from_millis(300));
    let before = session.written();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(session.written(), before, "bytes were sent while nothing happened");
    session.press("#");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(session.written(), before, "a key that means nothing was answered");
}

#[test]
fn a_full_tab_of_images_takes_less_than_100_kilobytes() {
    let mut session = Session::start(&SMALL, &[]);
    session.resize(120, 40);
    session.expect("✓ done");
    session.press("4");
    session.expect("means");
    session.press("2");
    session.expect("training images");
    std::thread::sleep(Duration::from_millis(300));
    let before = session.written();
    // Repaints everything.
    session.press("\x0c");
    std::thread::sleep(Duration::from_millis(500));
    let bytes = session.written() - before;
    assert!((2_000..100_000).contains(&bytes), "{bytes} bytes");
    let before = session.written();
    session.press("\x1b[C");
    session.expect("image 2 of");
    std::thread::sleep(Duration::from_millis(200));
    let bytes = session.written() - before;
    assert!((1..4_000).contains(&bytes), "{bytes} bytes for moving the cursor");
}

#[test]
fn a_painted_stroke_restores_anew_in_few_bytes() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("6");
    session.expect("mean PSNR");
    session.press("v");
    session.expect("mask, to paint on");
    session.press("f");
    session.expect("784 of 784");
    session.expect("∞ dB");
    // The brush is down: a square of missing pixels, and its restoration.
    session.press(" ");
    session.expect("775 of 784");
    session.expect_that("a finite PSNR", |screen| !screen.contents().contains("∞ dB"));
    std::thread::sleep(Duration::from_millis(300));
    let (before, colours) =
        (session.written(), session.seen.lock().unwrap().emulator.screen().contents_formatted());
    session.press("\x1b[C");
    session.expect("772 of 784");
    std::thread::sleep(Duration::from_millis(300));
    let bytes = session.written() - before;
    // 4 KB, and what an image of 28 x 14 cells takes.
    assert!((1..4_000 + 28 * 14 * 24).contains(&bytes), "{bytes} bytes for a stroke");
    assert_ne!(session.seen.lock().unwrap().emulator.screen().contents_formatted(), colours);
    session.press("u");
    session.expect("784 of 784");
    // Press, drag and release of the mouse: ten pixels to the right, three rows high.
    session.press("\x1b[<0;6;10M\x1b[<32;16;10M\x1b[<0;16;10m");
    session.expect("745 of 784");
    session.press("]");
    session.expect("every");
    session.press(ESCAPE);
    session.expect("truth");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn without_colours_no_colour_is_sent() {
    for (arguments, environment) in [
        (&["--color", "none"][..], &[][..]),
        (&[][..], &[("NO_COLOR", "1")][..]),
        (&[][..], &[("TERM", "dumb")][..]),
    ] {
        let mut session = Session::start(&[&SMALL[..], arguments].concat(), environment);
        session.expect("✓ done");
        for key in ["2", "4", "6"] {
            session.press(key);
        }
        session.expect("PSNR");
        let bytes = String::from_utf8_lossy(&session.seen.lock().unwrap().bytes).into_owned();
        for part in bytes.split("\x1b[").skip(1) {
            let Some((parameters, _)) =
                part.split_once('m').filter(|(p, _)| p.bytes().all(|b| b.is_ascii_digit() || b == b';'))
            else {
                continue;
            };
            for code in parameters.split(';') {
                let code: u32 = code.parse().unwrap_or(0);
                let colored = matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107);
                assert!(!colored, "a colour with {arguments:?} {environment:?}: {parameters}");
            }
        }
        session.press("q");
        assert_eq!(session.ended(), 0);
    }
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_gmmscope"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("terminal") && error.contains("export"), "{error}");
    assert!(output.stdout.is_empty());
}

/// A configuration file with this text; its folder is removed with the value.
fn configuration(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path.to_string_lossy().into_owned())
}

#[test]
fn a_configuration_binds_keys_and_leaves_the_mouse() {
    let (_folder, path) = configuration(
        "mouse = false\n[settings]\nsamples = 150\ncomponents = 3\n[keys.tabs]\nhelp = 'x'\nquit = 'Q'\n",
    );
    let mut session = Session::start(&["--config", &path], &[]);
    session.expect("✓ done");
    session.expect("x help  Q quit");
    let no_mouse = |screen: &vt100::Screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
    assert!(no_mouse(session.seen.lock().unwrap().emulator.screen()));
    session.press("3");
    session.expect("3, 150");
    session.press("x");
    session.expect("search:");
    session.press(ESCAPE);
    session.press("m");
    session.expect_that("the mouse is heard", |screen| !no_mouse(screen));
    session.press("q");
    session.press("Q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
}

#[test]
fn the_palette_finds_and_does() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("\x10");
    session.expect("find:");
    session.press("samples");
    session.expect("go samples");
    session.press("\r");
    session.expect("component ");
    session.press(":");
    session.expect("find:");
    session.press(ESCAPE);
    session.expect("component ");
    session.press("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn numbers_are_copied_by_an_escape_sequence() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("3");
    session.expect("k-means: inertia");
    session.press("Y");
    session.expect("copied ");
    session.press("q");
    assert_eq!(session.ended(), 0);
    let bytes = String::from_utf8_lossy(&session.seen.lock().unwrap().bytes).into_owned();
    let copied = bytes.split("\x1b]52;c;").nth(1).unwrap();
    let copied = copied.split(['\x1b', '\x07']).next().unwrap();
    // "iteration" and a tab, in base 64.
    assert!(copied.starts_with("aXRlcmF0aW9uC"), "{copied}");
}

#[test]
fn what_was_found_is_left_on_the_screen_of_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").to_string_lossy().into_owned();
    let log = folder.path().join("run.log");
    let log_text = log.to_string_lossy().into_owned();
    let mut session = Session::start(&[&SMALL[..], &["--out", &out, "--log", &log_text]].concat(), &[]);
    session.expect("✓ done");
    session.press("e");
    session.expect("wrote ");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.expect("again");
    let text = session.text();
    for part in [
        "mixture   K = 3, S = 150, labels 0,1,8, seed 0",
        "nats per image",
        "mean PSNR",
        "figures.pdf",
        "again     gmmscope --components 3 --samples 150",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let log = std::fs::read_to_string(log).unwrap();
    for part in ["debug  key: export", "info   wrote ", "study 1: finished", "left by the user"] {
        assert!(log.contains(part), "{part}:\n{log}");
    }
}

#[test]
fn with_quiet_nothing_is_left() {
    let mut session = Session::start(&[&SMALL[..], &["--quiet"]].concat(), &[]);
    session.expect("1 Transform");
    session.press("q");
    assert_eq!(session.ended(), 0);
    session.assert_restored();
    assert!(!session.text().contains("again"), "{}", session.text());
}

#[test]
fn a_change_of_the_mask_alone_keeps_the_fit() {
    let mut session = Session::start(&SMALL, &[]);
    session.expect("✓ done");
    session.press("s");
    session.expect("Settings of the next run");
    // The field "observed" is the eleventh.
    session.press(&"\t".repeat(10));
    session.press("5");
    session.expect("k-means and EM stay as they are");
    session.press("\r");
    session.expect("run 2 started");
    session.press("6");
    session.expect("PSNR");
    session.press("q");
    assert_eq!(session.ended(), 0);
    let text = session.text();
    assert!(text.contains("--observed 0.15"), "{text}");
}

#[test]
fn signals_end_it_while_every_core_is_busy() {
    for name in ["TERM", "HUP"] {
        let busy =
            ["--samples", "6000", "--components", "10", "--tolerance", "0", "--max-iterations", "9999"];
        let mut session = Session::start(&busy, &[]);
        session.expect("k-means  iteration");
        session.signal(name);
        assert_ne!(session.ended(), 0, "SIG{name}");
        session.assert_restored();
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let pair = native_pty_system().openpty(size(80, 24)).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gmmscope"));
    command.args(["--samples", "6000", "--components", "10"]);
    command.env("TERM", "xterm-256color");
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    // Nobody reads: the program comes to wait for room in the terminal's buffer, and then the terminal is gone.
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().unwrap().is_none(), "it is still there");
    drop(pair.master);
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
