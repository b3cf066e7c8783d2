//! Everything at once: the folder, the order, the sizes, and what an unwritable place does.

use std::fs;

use gmmscope::export::{Metrics, Progress, export_all, export_figures};
use gmmscope::study::Outcome;
use serde_json::Value;
use tempfile::TempDir;

use crate::outcome;

#[test]
fn everything_is_written_with_progress() {
    let outcome = outcome::complete(2, 60, &[0, 1]);
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("a/b");
    let mut seen = Vec::new();
    let written = export_all(&outcome, &out, &mut |progress| seen.push(progress)).unwrap();
    let names = ["model.npz", "figures.pdf", "metrics.json"];
    let expected: Vec<Progress> =
        names.iter().enumerate().map(|(done, file)| Progress { file, done, total: 3 }).collect();
    assert_eq!(seen, expected);
    for (file, name) in written.iter().zip(names) {
        assert_eq!(file.path, out.join(name));
        assert_eq!(fs::read(&file.path).unwrap().len() as u64, file.bytes);
    }
    let left: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");
}

#[test]
fn without_a_fit_there_is_no_model() {
    let folder = TempDir::new().unwrap();
    let written = export_all(&Outcome::default(), folder.path(), &mut |_| {}).unwrap();
    let names: Vec<_> = written.iter().map(|file| file.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["figures.pdf", "metrics.json"]);
}

#[test]
fn an_unwritable_place_is_named_and_leaves_the_previous_file() {
    let folder = TempDir::new().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "a file where a folder is wanted").unwrap();
    let error = export_all(&Outcome::default(), &blocked.join("out"), &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("file/out") && error.contains("--out"), "{error}");

    let path = folder.path().join("figures.pdf");
    let first = export_figures(&Outcome::default(), &path).unwrap();
    assert_eq!(first.bytes, fs::metadata(&path).unwrap().len());
    let before = fs::read(&path).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = export_figures(&outcome::complete(1, 20, &[1]), &path).unwrap_err().to_string();
    assert!(error.contains("figures.pdf"), "{error}");
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn metrics_hold_the_numbers_of_the_figures() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let json: Value = serde_json::from_str(&Metrics::new(&outcome).to_json().unwrap()).unwrap();
    assert_eq!(json["program"]["name"], "gmmscope");
    assert_eq!(json["settings"]["components"], 3);
    assert_eq!(json["settings"]["tolerance"], 1e-3);
    assert_eq!(json["finished"], true);
    let checks = &outcome.transform.as_ref().unwrap().checks;
    assert_eq!(json["transform"]["checks"].as_array().unwrap().len(), checks.len());
    assert_eq!(json["transform"]["checks"][1]["value"].as_f64(), checks[1].value);
    assert_eq!(json["transform"]["passed"], true);
    assert_eq!(json["kmeans"]["result"]["inertia"], 61_208.333);
    assert_eq!(json["kmeans"]["history"].as_array().unwrap().len(), 36);
    assert_eq!(json["em"]["final_nll"], -1_650.000_012_5);
    assert_eq!(json["em"]["history"][0]["change"], Value::Null);
    assert!(json["em"]["history"][1]["change"].as_f64().unwrap() > 2000.0);
    let seconds: f64 = (1..=18).map(|iteration| 0.13 + 0.001 * f64::from(iteration)).sum();
    assert!((json["em"]["seconds"].as_f64().unwrap() - seconds).abs() < 1e-9);
    assert_eq!(json["mixture"]["free_parameters"], 2 + 3 * 784 + 3 * 784 * 785 / 2);
    let groups = json["mixture"]["composition"].as_array().unwrap();
    let images: u64 =
        groups.iter().flat_map(|g| g["labels"].as_array().unwrap()).map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(images, 90);
    let psnr: Vec<f64> = json["inpainting"]["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| image["psnr"].as_f64().unwrap())
        .collect();
    assert_eq!(psnr.len(), 10);
    let mean = json["inpainting"]["mixture"]["psnr"].as_f64().unwrap();
    assert!((mean - psnr.iter().sum::<f64>() / 10.0).abs() < 1e-12);
    assert_eq!(json["inpainting"]["images"][0]["observed"], 79);
    assert_eq!(json["inpainting"]["images"][3]["test_index"], 39);
    assert_eq!(json["stages"][0]["stage"], "inpaint");
    assert_eq!(json["stages"][0]["seconds"], 0.25);

    // The baselines by their definition, for one image: a missing pixel is the mean, or its nearest observed one.
    let (data, report) = (outcome.data.as_ref().unwrap(), outcome.inpaint.as_ref().unwrap());
    let mean = data.train.matrix(&data.sample_indices).column_mean();
    let psnr = |fill: &dyn Fn(usize, usize) -> f64| {
        let each = (0..10).map(|n| {
            let error: f64 = (0..784).map(|i| (fill(n, i) - report.truth[(i, n)]).powi(2)).sum();
            -10.0 * (error / 784.0).log10()
        });
        each.sum::<f64>() / 10.0
    };
    let observed = |n: usize, i: usize| report.masks[n].bits()[i];
    let from_mean = psnr(&|n, i| if observed(n, i) { report.truth[(i, n)] } else { mean[i] });
    let nearest = psnr(&|n, i| {
        let distance = |j: usize| (i / 28).abs_diff(j / 28).pow(2) + (i % 28).abs_diff(j % 28).pow(2);
        let near = (0..784).filter(|&j| observed(n, j)).min_by_key(|&j| distance(j)).unwrap();
        report.truth[(near, n)]
    });
    let baselines = &json["inpainting"]["baselines"];
    assert!((baselines["mean_image"]["psnr"].as_f64().unwrap() - from_mean).abs() < 1e-9);
    assert!((baselines["nearest_pixel"]["psnr"].as_f64().unwrap() - nearest).abs() < 1e-9);

    let empty: Value = serde_json::from_str(&Metrics::new(&Outcome::default()).to_json().unwrap()).unwrap();
    for part in ["transform", "data", "kmeans", "em", "mixture", "sample_components", "inpainting"] {
        assert_eq!(empty[part], Value::Null, "{part}");
    }
}
