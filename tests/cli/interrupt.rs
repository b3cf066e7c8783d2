//! Ctrl-C while a command works: it ends soon, by itself, and leaves no file half written.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Place, Ran};

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
fn a_cancelled_fit_leaves_the_previous_file_and_nothing_else() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let place = Place::new();
        place.file("m.npz", "precious");
        // It would run far longer than anyone waits here.
        let endless = ["fit", "--samples", "300", "--tolerance", "0", "--max-iterations", "1000000"];
        let mut command = place.command(&[&endless[..], &["--out", "m.npz"]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        interrupt(&mut child, signal);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.error(1), "interrupted: nothing was written");
        assert_eq!(fs::read_to_string(place.path("m.npz")).unwrap(), "precious");
        assert_eq!(place.names(), ["m.npz"]);
    }
}
