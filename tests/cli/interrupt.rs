//! Ctrl-C while a command works: it ends soon, by itself, and leaves no file half written.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{Place, Ran, SMALL, model};

/// Waits until `child` listens to SIGINT (bit 1 of the mask of caught signals), and sends it `signal`.
pub fn interrupt(child: &mut Child, signal: &str) {
    let status = format!("/proc/{}/status", child.id());
    loop {
        let text = fs::read_to_string(&status).unwrap();
        let mask = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        if u64::from_str_radix(mask.trim(), 16).unwrap() & 0b10 != 0 {
            break;
        }
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn an_interrupted_fit_is_written_and_continued_as_if_it_had_not_been() {
    let place = Place::new();
    let words = ["fit", "-k", "2", "--samples", "300", "--tolerance", "0", "--log", "log"];
    let command = |out: &str, most: &str| {
        place.command(&[&words[..], &["--out", out, "--max-iterations", most]].concat())
    };
    let mut child =
        command("m.npz", "1000000").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !fs::read_to_string(place.path("log")).is_ok_and(|log| log.contains("EM, iteration 3")) {
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(5));
    }
    interrupt(&mut child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130), "{ran:?}");
    let done = place.array("m.npz", "nll_history").1.len();
    let said =
        format!("interrupted: m.npz is the fit after {done} iterations, which --start m.npz continues");
    assert!(ran.stderr.contains(&said) && ran.stdout.contains("wrote"), "{ran:?}");
    let most = (done + 2).to_string();
    let mut continued = command("c.npz", &most);
    assert!(continued.args(["--start", "m.npz"]).output().unwrap().status.success());
    assert!(command("w.npz", &most).output().unwrap().status.success());
    assert!(fs::read(place.path("c.npz")).unwrap() == fs::read(place.path("w.npz")).unwrap());
}

#[test]
fn a_checkpoint_is_a_model_that_can_be_continued() {
    let place = Place::new();
    let endless = ["fit", "-k", "2", "--samples", "300", "--tolerance", "0", "--max-iterations", "1000000"];
    let words = [&endless[..], &["--out", "m.npz", "--checkpoint", "0.002"]].concat();
    let mut child = place.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !place.path("m.npz").exists() {
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!place.array("m.npz", "nll_history").1.is_empty());
    let most = (place.array("m.npz", "nll_history").1.len() + 1).to_string();
    let words = ["fit", "--samples", "300", "--tolerance", "0", "--start", "m.npz", "--out", "c.npz"];
    place.run(&[&words[..], &["--max-iterations", &most]].concat()).done();
    assert_eq!(place.array("c.npz", "nll_history").1.len().to_string(), most);
    let message = place.run(&["fit", "--checkpoint", "1"]).error(2);
    assert!(message.contains("--out"), "{message}");
}

#[test]
fn a_cancelled_fit_leaves_the_previous_file_and_nothing_else() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        if signal == "-HUP" && ignores_hangup() {
            continue;
        }
        let place = Place::new();
        place.file("m.npz", "precious");
        // k-means would run far longer than anyone waits here: there is nothing to write yet.
        let endless = ["fit", "--samples", "300", "--restarts", "1000000"];
        let mut command = place.command(&[&endless[..], &["--out", "m.npz"]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        interrupt(&mut child, signal);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.error(130), "interrupted: nothing was written");
        assert_eq!(fs::read_to_string(place.path("m.npz")).unwrap(), "precious");
        assert_eq!(place.names(), ["m.npz"]);
    }
}

/// Whether these tests run under `nohup`: the programs that they start do so too.
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() & 1 != 0
}

/// Interrupts a command when `is_ready`; it must end within some seconds (a busy machine's second), without a file.
#[track_caller]
fn ends(place: &Place, words: &[&str], is_ready: impl Fn(&Child) -> bool) {
    let before = place.names();
    let mut command = place.command(words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !is_ready(&child) {
        assert_eq!(child.try_wait().unwrap(), None, "{words:?} ended before it was interrupted");
        sleep(Duration::from_millis(5));
    }
    let start = Instant::now();
    interrupt(&mut child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!(start.elapsed() < Duration::from_secs(10), "{words:?}: {:?}", start.elapsed());
    let message = ran.error(130);
    assert!(message.starts_with("interrupted: "), "{message}");
    assert_eq!(place.names(), before);
}

/// Seconds of work that the program has done.
fn has_worked(child: &Child) -> bool {
    let text = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let ticks = text.rsplit(')').next().unwrap().split_whitespace().nth(11).unwrap();
    ticks.parse::<u64>().unwrap() > 100
}

#[test]
fn work_that_looks_at_no_signal_ends_too() {
    let place = Place::new();
    // Gigabytes of draws, and thousands of masks, each with its own factorisation.
    ends(&place, &["sample", "--model", model(), "--count", "400000", "--out", "s.npz"], has_worked);
    let all = ["--test-images", "3000", "--mask-per-image", "--observed", "0.5", "--out", "r.npz"];
    ends(&place, &[&["inpaint", "--model", model()], &all[..]].concat(), has_worked);
}

#[test]
fn a_pipe_that_nobody_writes_to_can_be_left() {
    let place = Place::new();
    assert!(Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    ends(&place, &["fit", "--start", "pipe", "--out", "m.npz"], |_| true);
    ends(&place, &["sample", "--model", "pipe", "--out", "s.npz"], |_| true);
    ends(&place, &["inpaint", "--model", model(), "--images", "pipe"], |_| true);
}

#[test]
fn an_export_that_is_interrupted_while_it_writes_leaves_whole_files_alone() {
    let place = Place::new();
    let mut command = place.command(&[&["export", "--no-sweep"], &SMALL[..]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !place.path("out/model.npz").exists() {
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(1));
    }
    interrupt(&mut child, "-TERM");
    let ran = Ran::from(child.wait_with_output().unwrap());
    // It may have been done before the signal.
    if ran.code != Some(0) {
        assert!(
            ran.code == Some(130) && ran.stderr.contains("interrupted: everything is written"),
            "{ran:?}"
        );
        assert!(place.path("out/metrics.json").exists() && place.path("out/figures.pdf").exists());
    }
    for entry in fs::read_dir(place.path("out")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.ends_with(".tmp"), "{name}");
    }
}

#[test]
fn a_sweep_shows_the_fits_that_are_done_and_a_second_signal_ends_it_at_once() {
    let place = Place::new();
    let endless = ["sweep", "-k", "2", "--ridge", "1e-3", "--samples", "300", "--held-out", "9"];
    let words = [&endless[..], &["--tolerance", "0", "--max-iterations", "1000000"]].concat();
    for signals in [1, 2] {
        let mut child = place.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        (0..signals).for_each(|_| {
            interrupt(&mut child, "-INT");
            sleep(Duration::from_millis(20));
        });
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(130), "{ran:?}");
        assert!(ran.stderr.contains("interrupted: "), "{ran:?}");
    }
}

#[test]
fn a_command_that_was_started_to_outlive_its_terminal_does() {
    let place = Place::new();
    let mut command = Command::new("nohup");
    command.arg(env!("CARGO_BIN_EXE_gmmscope")).args(["fit", "--out", "m.npz"]).args(SMALL);
    command.current_dir(place.path(".")).env("XDG_CONFIG_HOME", place.path("config"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    interrupt(&mut child, "-HUP");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(place.names(), ["m.npz"]);
}
