//! `mpirun -n N gmmscope fit`: the same model to the bit for 1, 2, 4 and 8 processes, each of which reads its own images; and a process that
//! dies ends the run.
//!
//! Needs the feature `mpi` and an `mpirun`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use gmmscope::data::npz::NpzReader;
use serde_json::Value;

/// 6,000 vectors of 10 numbers in three overlapping clusters, as a numpy array of float32.
fn vectors(path: &Path) {
    let mut text = "{'descr': '<f4', 'fortran_order': False, 'shape': (6000, 10), }".to_owned();
    while !(text.len() + 11).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((text.len() as u16).to_le_bytes());
    file.extend(text.bytes());
    for s in 0..6000_u32 {
        for i in 0..10_u32 {
            // Digits of a linear congruence, moved by the cluster.
            let noise = (s * 7919 + i * 104_729).wrapping_mul(2_654_435_761) >> 8;
            let value = noise as f32 / (1 << 24) as f32 + (s % 3) as f32 * if i % 2 == 0 { 0.4 } else { 0.1 };
            file.extend(value.to_le_bytes());
        }
    }
    std::fs::write(path, file).unwrap();
}

fn mpirun(processes: usize) -> Command {
    let mut command = Command::new("mpirun");
    command.args(["--oversubscribe", "-n", &processes.to_string(), env!("CARGO_BIN_EXE_gmmscope"), "fit"]);
    // In a container everything runs as root.
    command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    command.args(["--vectors", "--samples", "all", "-k", "3", "--tolerance", "0", "--threads", "1"]);
    command
}

fn fit(folder: &Path, processes: usize, data: &str) -> Output {
    let mut command = mpirun(processes);
    command.current_dir(folder).args(["--data", data, "--max-iterations", "6", "--json"]);
    command.args(["--out", &format!("model{processes}.npz")]).output().unwrap()
}

#[test]
fn several_processes_find_what_one_does_and_read_every_image_once() {
    let folder = tempfile::tempdir().unwrap();
    vectors(&folder.path().join("vectors.npy"));
    let models: Vec<_> = [1, 2, 4, 8]
        .map(|processes| {
            let output = fit(folder.path(), processes, "vectors.npy");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            // One of them prints, once.
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let images = report["images_per_process"].as_array().unwrap();
            assert_eq!(images.len(), processes);
            let read: u64 = images.iter().map(|count| count.as_u64().unwrap()).sum();
            assert_eq!(Some(read), report["samples"].as_u64());
            assert!(images.iter().all(|count| count.as_u64().unwrap() < 4000 || processes == 1));
            let mut model = NpzReader::open(&folder.path().join(format!("model{processes}.npz"))).unwrap();
            ["weights", "means", "covariances", "nll_history"].map(|name| model.f64(name).unwrap())
        })
        .into();
    models.iter().for_each(|model| assert_eq!(model, &models[0]));
}

#[test]
fn what_is_wrong_ends_all_processes_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vectors.npy");
    vectors(&path);
    let output = fit(folder.path(), 3, "vectors.npy");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains("start 1, 2, 4, 8"), "{message}");
    // A value that is not a number, in the images of the last process.
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let mut command = mpirun(2);
    command.current_dir(folder.path()).args(["--data", "vectors.npy", "--test-share", "0"]);
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success()
            && message.contains("vectors.npy: array vectors holds NaN at position 59999"),
        "{message}"
    );
}

/// The processes that `mpirun` with this process ID has started.
fn children(parent: u32) -> Vec<u32> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers
        .filter(|process| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            // Behind the name, which may hold anything: state, parent.
            let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
            rest.split_whitespace().nth(1) == Some(&parent.to_string()) && stat.contains("(gmmscope)")
        })
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_dies_ends_the_run_and_leaves_the_last_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    vectors(&folder.path().join("vectors.npy"));
    let mut command = mpirun(2);
    command.current_dir(folder.path()).args(["--data", "vectors.npy", "--out", "model.npz"]);
    // A checkpoint every 60 ms, and no end in sight.
    command.args(["--max-iterations", "10000000", "--checkpoint", "0.001"]).stdout(Stdio::null());
    let mut run = command.stderr(Stdio::null()).spawn().unwrap();
    let (began, model) = (Instant::now(), folder.path().join("model.npz"));
    while !model.exists() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(model.exists());
    let started = children(run.id());
    assert_eq!(started.len(), 2);
    let victim = started[1].to_string();
    assert!(Command::new("kill").args(["-9", &victim]).status().unwrap().success());
    assert!(!run.wait().unwrap().success());
    // What was written last is whole.
    let mut model = NpzReader::open(&model).unwrap();
    assert_eq!(model.f64("means").unwrap().shape, [3, 10]);
    assert!(!model.f64("nll_history").unwrap().values.is_empty());
}
