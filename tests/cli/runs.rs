//! Runs: their records, whose files an export leaves alone, and a fit watched from another process.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Place, Ran, SMALL};

fn export(place: &Place, more: &[&str]) -> serde_json::Value {
    place.run(&[&["export", "--no-sweep", "--test-images", "2", "--json"], &SMALL[..], more].concat()).json()
}

#[test]
fn an_export_moves_the_files_of_another_run_and_keeps_a_record_of_each() {
    let place = Place::new();
    let first = export(&place, &[])["run"].as_str().unwrap().to_owned();
    let model = fs::read(place.path("out/model.npz")).unwrap();
    // The same run again replaces itself.
    assert_eq!(export(&place, &[])["run"].as_str(), Some(&*first));
    assert!(!place.path(&format!("out/runs/{first}/model.npz")).exists());
    let second = export(&place, &["--seed", "1"])["run"].as_str().unwrap().to_owned();
    assert!(first != second && first.len() == 8);
    assert!(fs::read(place.path(&format!("out/runs/{first}/model.npz"))).unwrap() == model);
    assert!(place.path(&format!("out/runs/{first}/figures.pdf")).exists());
    assert!(fs::read(place.path("out/model.npz")).unwrap() != model);
    let json = place.run(&["runs", "--json"]).json();
    let mut names: Vec<_> = json["runs"].as_array().unwrap().iter().map(|run| run["run"].clone()).collect();
    names.sort_by_key(ToString::to_string);
    let mut expected = [first.clone(), second];
    expected.sort();
    assert_eq!(names, expected.map(serde_json::Value::from));
    let table = place.run(&["runs"]).done();
    assert!(table.contains(&first) && table.contains("held out"), "{table}");
    let none = place.run(&["runs", "--out", "nothing"]).done();
    assert!(none.contains("no runs are saved"), "{none}");
}

#[test]
fn a_fit_is_watched_and_left_without_a_trace() {
    let place = Place::new();
    let words = ["fit", "-k", "2", "--samples", "100", "--tolerance", "0", "--max-iterations", "150"];
    let plain = place.run(&[&words[..], &["--out", "plain.npz"]].concat());
    assert_eq!(plain.code, Some(0), "{plain:?}");
    let watch = |signal: bool| {
        let mut child =
            place.command(&["watch", "m.npz"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if signal {
            sleep(Duration::from_millis(300));
            child.kill().unwrap();
        }
        child
    };
    let follower = watch(false);
    let fit = [&words[..], &["--out", "m.npz", "--checkpoint", "0.001"]].concat();
    let mut fit = place.command(&fit).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    watch(true).wait().unwrap();
    assert!(fit.wait().unwrap().success());
    let said = Ran::from(follower.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.stdout.contains("iteration 1: NLL") && said.stdout.contains("iteration 150: NLL"),
        "{said:?}"
    );
    assert!(said.stdout.contains("the fit has ended"), "{said:?}");
    // To the bit, and nothing else beside it.
    assert!(fs::read(place.path("m.npz")).unwrap() == fs::read(place.path("plain.npz")).unwrap());
    assert_eq!(place.names(), ["m.npz", "plain.npz"]);
    assert!(place.run(&["watch", "no/where.npz"]).error(2).contains("no such folder"));
}

#[test]
fn a_model_restores_the_same_images_in_another_process_to_the_bit() {
    let place = Place::new();
    export(&place, &[]);
    let metrics: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path("out/metrics.json")).unwrap()).unwrap();
    let json = place.run(&["restore", "--model", "out/model.npz", "--test-images", "2", "--json"]).json();
    for (before, after) in [0, 1].map(|at| (&metrics["inpainting"]["images"][at], &json["images"][at])) {
        assert!(before["psnr"].is_f64() && before["weights"].is_array(), "{before}");
        assert_eq!((&before["psnr"], &before["ssim"]), (&after["psnr"], &after["ssim"]));
        assert_eq!(before["weights"], after["weights"]);
    }
}
