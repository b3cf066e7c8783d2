//! metrics.json: its numbers against their definitions, and its keys against their description.

use std::collections::BTreeSet;
use std::sync::Arc;

use gmmscope::export::{Metrics, Numbers, Sweeps};
use gmmscope::study::{
    Control, Fall, Outcome, Restorations, SETTINGS, Settings, Shrinkage, ShrunkCurve, SweepGrid, sweep,
};
use serde_json::Value;

use crate::outcome;

/// metrics.json of an outcome, read back.
fn metrics(outcome: &Outcome) -> Value {
    serde_json::from_str(&Metrics::new(outcome, &Numbers::of(outcome, None, None)).to_json().unwrap())
        .unwrap()
}

/// Two small sweeps around K = 2 and a ridge of 1e-2.
pub fn sweeps() -> Sweeps {
    let mut settings = Settings {
        samples: 30.into(),
        labels: vec![1, 8].into(),
        held_out: 20,
        test_images: 2,
        ..Settings::default()
    };
    settings.em.max_iterations = 2;
    let settings = settings.check().unwrap();
    let run = |components: &[usize], ridges: &[f64]| {
        let grid = SweepGrid {
            components: components.to_vec(),
            ridges: ridges.to_vec(),
            shrinkages: vec![Shrinkage::Images(0.0)],
            ..SweepGrid::default()
        };
        sweep(&settings, &grid, &Control::new(), &mut |_| {}).unwrap()
    };
    Sweeps { by_components: run(&[3, 2], &[1e-2]), by_ridge: run(&[2], &[1e-1, 1e-3]) }
}

/// What was measured of restorations, with a fall and shrunk covariances whether they are there or not.
pub fn restorations(outcome: &Outcome) -> Restorations {
    let mut found = Restorations::of(outcome, &Control::new()).unwrap().unwrap();
    let points = found.curve.points.clone();
    found.shrunk.get_or_insert(ShrunkCurve { shrinkage: 50.0, points });
    found.fall.get_or_insert(Fall { from: 5, to: 8 });
    // A mixture made by hand may be certain of every pixel.
    let bins =
        found.calibrations.iter().map(|one| one.calibration.bins.clone()).find(|bins| !bins.is_empty());
    for one in &mut found.calibrations {
        if one.calibration.bins.is_empty() {
            one.calibration.bins = bins.clone().unwrap();
        }
    }
    found
}

fn numbers(array: &Value) -> Vec<f64> {
    array.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The paths of all keys that have no keys below them: "em.history[].nll".
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(keys) => keys.iter().for_each(|(key, value)| {
            paths(value, &format!("{path}{}{key}", if path.is_empty() { "" } else { "." }), found);
        }),
        Value::Array(items) => {
            assert!(!items.is_empty(), "{path} is empty: the test needs a run that fills it");
            items.iter().for_each(|item| paths(item, &format!("{path}[]"), found));
        }
        _ => drop(found.insert(path.to_owned())),
    }
}

#[test]
fn every_key_is_described_and_every_description_has_its_key() {
    let mut found = BTreeSet::new();
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let restorations = restorations(&outcome);
    let numbers = Numbers::of(&outcome, Some(&sweeps()), Some(&restorations));
    let json = Metrics::new(&outcome, &numbers).to_json().unwrap();
    paths(&serde_json::from_str(&json).unwrap(), "", &mut found);
    let described: Vec<&str> = include_str!("../../src/export/metrics.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split(", "))
        .map(|key| key.trim().trim_matches('`'))
        .collect();
    let twice: Vec<_> =
        described.iter().filter(|key| described.iter().filter(|k| k == key).count() > 1).collect();
    assert!(twice.is_empty(), "described twice: {twice:?}");
    let mut described: BTreeSet<String> = described.into_iter().map(str::to_owned).collect();
    described.extend(SETTINGS.iter().map(|setting| {
        let item = if setting.key == "labels" { "[]" } else { "" };
        format!("settings.{}{item}", setting.json_key())
    }));
    let missing: Vec<_> = found.difference(&described).collect();
    let gone: Vec<_> = described.difference(&found).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not described: {missing:?}; described but not there: {gone:?}"
    );
}

#[test]
fn metrics_hold_the_numbers_of_the_figures() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let json = metrics(&outcome);
    assert_eq!(json["program"]["name"], "gmmscope");
    assert_eq!(json["settings"]["components"], 3);
    assert_eq!(json["settings"]["tolerance"], 1e-3);
    assert_eq!(json["finished"], true);
    let checks = &outcome.transform.as_ref().unwrap().checks;
    assert_eq!(json["transform"]["checks"].as_array().unwrap().len(), checks.len());
    assert_eq!(json["transform"]["checks"][1]["value"].as_f64(), checks[1].value);
    assert_eq!(json["transform"]["passed"], true);
    assert_eq!(json["kmeans"]["result"]["inertia"], 61_208.333);
    assert_eq!(json["kmeans"]["result"]["rises"], 0);
    assert_eq!(json["kmeans"]["history"].as_array().unwrap().len(), 36);
    assert_eq!(json["em"]["final_nll"], -1_650.000_012_5);
    assert_eq!(json["em"]["history"][0]["change"], Value::Null);
    assert!(json["em"]["history"][1]["change"].as_f64().unwrap() > 2000.0);
    let seconds: f64 = (1..=18).map(|iteration| 0.13 + 0.001 * f64::from(iteration)).sum();
    let measured = numbers(&json["timings"]["em_iterations"]);
    assert!((measured.iter().sum::<f64>() - seconds).abs() < 1e-9);
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
    assert_eq!(json["timings"]["stages"][0]["stage"], "inpaint");
    assert_eq!(json["timings"]["stages"][0]["seconds"], 0.25);

    // The baselines by their definition, for one image: a missing pixel is the mean, or its nearest observed one.
    let report = outcome.inpaint.as_ref().unwrap();
    let fitted = &outcome.fit.as_ref().unwrap().mixture;
    let mean = fitted.means() * fitted.weights();
    let psnr = |fill: &dyn Fn(usize, usize) -> f64| {
        let each = (0..10).map(|n| {
            let error: f64 = (0..784).map(|i| (fill(n, i) - report.truth[(i, n)]).powi(2)).sum();
            -10.0 * (error / 784.0).log10()
        });
        each.sum::<f64>() / 10.0
    };
    let observed = |n: usize, i: usize| report.mask(n).unwrap().bits()[i];
    let from_mean = psnr(&|n, i| if observed(n, i) { report.truth[(i, n)] } else { mean[i] });
    let nearest = psnr(&|n, i| {
        let distance = |j: usize| (i / 28).abs_diff(j / 28).pow(2) + (i % 28).abs_diff(j % 28).pow(2);
        let near = (0..784).filter(|&j| observed(n, j)).min_by_key(|&j| distance(j)).unwrap();
        report.truth[(near, n)]
    });
    let baselines = &json["inpainting"]["baselines"];
    assert!((baselines["mean_image"]["psnr"].as_f64().unwrap() - from_mean).abs() < 1e-9);
    assert!((baselines["nearest_pixel"]["psnr"].as_f64().unwrap() - nearest).abs() < 1e-9);

    let empty = metrics(&Outcome::default());
    for part in ["transform", "data", "kmeans", "em", "mixture", "samples", "inpainting", "identities"] {
        assert_eq!(empty[part], Value::Null, "{part}");
    }
}

#[test]
fn the_psnr_of_an_exact_restoration_is_told_from_one_that_is_not_known() {
    let mut outcome = outcome::complete(2, 60, &[0, 1]);
    let mut report = outcome.inpaint.as_deref().unwrap().clone();
    report.restorations[0].psnr = f64::INFINITY;
    report.restorations[1].psnr = f64::NAN;
    outcome.inpaint = Some(Arc::new(report));
    let json = metrics(&outcome);
    let images = &json["inpainting"]["images"];
    assert_eq!((&images[0]["psnr"], &images[1]["psnr"]), (&"Infinity".into(), &Value::Null));
    assert!(images[2]["psnr"].is_f64() && images[0]["baselines"]["mean_image"]["psnr"].is_f64());
}

#[test]
fn the_identities_hold_and_are_not_trivial() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let json = metrics(&outcome);
    let identities = &json["identities"];
    assert!(identities["weight_sum_error"].as_f64().unwrap() < 1e-12);
    let product = |key: &str| identities["product_rule"][key].as_f64().unwrap();
    assert!(product("relative_error") < 1e-9, "{identities}");
    // The joint is that of the mixture, by a whole inverse instead of a factor.
    let fit = outcome.fit.as_ref().unwrap();
    let x = outcome.inpaint.as_ref().unwrap().truth.column(0).into_owned();
    let mixture = &fit.mixture;
    let terms: Vec<f64> = (0..3)
        .map(|k| {
            let sigma = mixture.covariances()[k].dense();
            let centred = &x - mixture.means().column(k);
            let cholesky = sigma.into_owned().cholesky().unwrap();
            let squared = centred.dot(&cholesky.solve(&centred));
            let log_det = 2.0 * cholesky.l().diagonal().map(f64::ln).sum();
            let expected = json["mixture"]["log_determinants"][k].as_f64().unwrap();
            assert!((log_det - expected).abs() < 1e-8 * log_det.abs());
            mixture.weights()[k].ln() - 0.5 * (784.0 * std::f64::consts::TAU.ln() + log_det + squared)
        })
        .collect();
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let joint = largest + terms.iter().map(|term| (term - largest).exp()).sum::<f64>().ln();
    assert!((product("log_joint") - joint).abs() < 1e-8 * joint.abs(), "{joint} and {identities}");
    let among_others = json["inpainting"]["images"][0]["log_density"].as_f64().unwrap();
    assert!((among_others - joint).abs() < 1e-8 * joint.abs());
    let expectation = |key: &str| identities["expectation"][key].as_f64().unwrap();
    assert_eq!((expectation("draws"), expectation("pixels")), (1000.0, 705.0));
    assert!((0.5..2.0).contains(&expectation("rms")) && expectation("largest") < 6.0, "{identities}");
    assert!(expectation("largest") > expectation("rms"));
}

#[test]
fn what_the_discussion_rests_on_is_counted_right() {
    let outcome = outcome::complete(3, 90, &[0, 1, 8]);
    let json = metrics(&outcome);
    let (data, report) = (outcome.data.as_ref().unwrap(), outcome.inpaint.as_ref().unwrap());
    let samples = outcome.samples.as_ref().unwrap();
    let outside = samples.images.iter().filter(|&&pixel| !(0.0..=1.0).contains(&pixel)).count();
    assert!(outside > 0);
    assert_eq!(json["samples"]["outside"].as_f64(), Some(outside as f64 / samples.images.len() as f64));

    let fit = outcome.fit.as_ref().unwrap();
    let label = |i: usize| data.train.labels()[data.sample_indices[i]];
    let majority = |k: usize| json["mixture"]["composition"][k]["majority"].as_u64().unwrap() as u8;
    let pure = (0..90).filter(|&i| label(i) == majority(fit.assignments[i])).count();
    assert!((json["mixture"]["purity"].as_f64().unwrap() - pure as f64 / 90.0).abs() < 1e-15);

    let within = (0..784).filter(|&i| {
        let restoration = &report.restorations[4];
        !report.mask(4).unwrap().bits()[i]
            && (restoration.restored[i] - report.truth[(i, 4)]).abs() <= 2.0 * restoration.std[i]
    });
    let within = within.count() as f64 / 705.0;
    assert!((0.1..1.0).contains(&within));
    assert_eq!(json["inpainting"]["images"][4]["within_two_std"].as_f64(), Some(within));
    let each = json["inpainting"]["images"].as_array().unwrap();
    let mean = |key: &str| {
        each.iter().map(|image| image["baselines"][key]["psnr"].as_f64().unwrap()).sum::<f64>() / 10.0
    };
    for key in ["mean_image", "nearest_pixel"] {
        let all = json["inpainting"]["baselines"][key]["psnr"].as_f64().unwrap();
        assert!((mean(key) - all).abs() < 1e-12);
    }
}

#[test]
fn sweeps_are_told_in_order_with_the_fit_that_both_share() {
    let (outcome, sweeps) = (Outcome::default(), sweeps());
    let numbers = Numbers::of(&outcome, Some(&sweeps), None);
    let json: Value = serde_json::from_str(&Metrics::new(&outcome, &numbers).to_json().unwrap()).unwrap();
    let rows = |name: &str| json["sweep"][name].as_array().unwrap().clone();
    let of =
        |rows: &[Value], key: &str| rows.iter().map(|row| row[key].as_f64().unwrap()).collect::<Vec<_>>();
    let (by_components, by_ridge) = (rows("by_components"), rows("by_ridge"));
    assert_eq!(of(&by_components, "components"), [2.0, 3.0]);
    assert_eq!(of(&by_ridge, "ridge"), [1e-3, 1e-2, 1e-1]);
    assert_eq!(by_ridge[1], by_components[0]);
    let scores = sweeps.by_ridge.rows[1].result.as_ref().unwrap();
    // serde_json reads numbers to the last digit but one.
    let near = |key: &str, value: f64| {
        assert!((by_ridge[0][key].as_f64().unwrap() / value - 1.0).abs() < 1e-14, "{key}");
    };
    near("held_out_nll", scores.held_out_nll.unwrap());
    near("trimmed_nll", scores.trimmed_nll.unwrap());
    near("bic", scores.bic);
    assert_eq!(json["sweep"]["held_out"], 20);
}
