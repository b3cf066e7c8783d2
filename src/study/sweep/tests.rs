//! Small sweeps of real images: scores against what they are by definition, errors as rows, cancelling.

use super::*;
use crate::mixture::{EmSettings, FreeParameters};
use crate::study::{Checked, Control, fit_only, load_data, run};

const NONE: Shrinkage = Shrinkage::Images(0.0);

/// Sixty images, two iterations.
fn small() -> Settings {
    let em = EmSettings { tolerance: 0.0, max_iterations: 2, ..EmSettings::default() };
    Settings { em, samples: 60.into(), test_images: 3, held_out: 20, threads: 2, ..Settings::default() }
}

fn with_iterations(max_iterations: usize, mut settings: Settings) -> Settings {
    settings.em.max_iterations = max_iterations;
    settings
}

fn checked(settings: Settings) -> Checked {
    settings.check().unwrap()
}

fn grid() -> SweepGrid {
    SweepGrid {
        components: vec![3, 1],
        ridges: vec![1e-2, 1e-3],
        shrinkages: vec![NONE],
        ..SweepGrid::default()
    }
}

fn swept(settings: Settings, grid: &SweepGrid) -> SweepReport {
    sweep(&checked(settings), grid, &Control::new(), &mut |_| ()).unwrap()
}

/// The scores without their times.
fn scores(report: &SweepReport) -> Vec<SweepScores> {
    let timeless = |row: &SweepRow| SweepScores { time: Duration::ZERO, ..row.result.clone().unwrap() };
    report.rows.iter().map(timeless).collect()
}

#[test]
fn every_cell_is_the_study_of_its_k_and_ridge() {
    let mut events = Vec::new();
    let report =
        sweep(&checked(small()), &grid(), &Control::new(), &mut |event| events.push(event.clone())).unwrap();
    assert!(!report.cancelled);
    assert_eq!((report.samples, report.dim, report.test_indices.len()), (60, 784, 3));
    let cells: Vec<_> = report.rows.iter().map(|row| (row.cell.components, row.cell.ridge)).collect();
    assert_eq!(cells, [(3, 1e-2), (3, 1e-3), (1, 1e-2), (1, 1e-3)]);
    assert_eq!(report.starts.iter().map(|start| start.components).collect::<Vec<_>>(), [3, 1]);
    let count = |wanted: fn(&SweepEvent) -> bool| events.iter().filter(|event| wanted(event)).count();
    assert_eq!(count(|event| matches!(event, SweepEvent::Started(_))), 2);
    assert_eq!(count(|event| matches!(event, SweepEvent::Iterated { .. })), 8);
    assert_eq!(count(|event| matches!(event, SweepEvent::Done(_))), 4);

    let held_out = load_data(&small()).unwrap().test.matrix(&report.held_out_indices);
    for row in &report.rows {
        let components = row.cell.components;
        let study = run(&checked(of_cell(&small(), row.cell)), &Control::new(), &mut |_| ());
        let study = study.unwrap();
        let (fit, restored) = (study.fit.unwrap(), study.inpaint.unwrap().restorations.clone());
        let scores = row.result.as_ref().unwrap();
        let close = |found: f64, expected: f64, what: &str| {
            assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{what}: {found}, not {expected}");
        };
        close(scores.nll, fit.final_nll, "NLL");
        let log_density = fit.mixture.log_density(&held_out).unwrap();
        close(scores.held_out_nll.unwrap(), -log_density.iter().sum::<f64>() / 20.0, "held-out NLL");
        close(scores.psnr, restored.iter().map(|r| r.psnr).sum::<f64>() / 3.0, "PSNR");
        close(scores.ssim, restored.iter().map(|r| r.ssim).sum::<f64>() / 3.0, "SSIM");
        let p = FreeParameters::full(components, 784).total();
        assert_eq!((scores.free_parameters, scores.iterations, scores.stop), (p, 2, fit.stop));
        close(scores.bic, 120.0 * fit.final_nll + p as f64 * 60f64.ln(), "BIC");
        close(scores.aic, 120.0 * fit.final_nll + 2.0 * p as f64, "AIC");
    }
    for start in &report.starts {
        let mut settings = with_iterations(0, small());
        settings.kmeans.components = start.components;
        let study = fit_only(&checked(settings), &Control::new(), &mut |_| ()).unwrap();
        assert_eq!(start.inertia, study.kmeans.fit.unwrap().inertia);
    }
}

#[test]
fn threads_and_lanes_change_nothing() {
    let [one, three] = [1, 3].map(|threads| swept(Settings { threads, ..small() }, &grid()));
    assert_eq!(scores(&one), scores(&three));
    assert_eq!(one.held_out_indices, three.held_out_indices);
}

#[test]
fn held_out_images_are_those_of_a_single_fit_and_may_be_none_at_all() {
    let one =
        SweepGrid { components: vec![1], ridges: vec![1e-2], shrinkages: vec![NONE], ..SweepGrid::default() };
    let most = with_iterations(0, Settings { held_out: 50, ..small() });
    let report = swept(most.clone(), &one);
    assert_eq!(report.held_out_indices, load_data(&most).unwrap().held_out_indices);

    let report = swept(Settings { held_out: 0, ..most.clone() }, &one);
    assert_eq!(report.rows[0].result.as_ref().unwrap().held_out_nll, None);
    assert!(report.best(Criterion::HeldOutNll).is_none() && report.best(Criterion::Bic).is_some());
    assert_eq!(report.overfitted().count(), 0);

    let more = swept(Settings { held_out: 9999, ..most }, &one);
    assert_eq!(more.held_out_indices.len(), 3000, "all there are");
}

#[test]
fn a_covariance_that_cannot_be_factored_is_a_row_with_its_error() {
    let grid = SweepGrid {
        components: vec![2],
        ridges: vec![0.0, 1e-2],
        shrinkages: vec![NONE],
        ..SweepGrid::default()
    };
    let report = swept(small(), &grid);
    let error = report.rows[0].result.as_ref().unwrap_err().to_string();
    assert!(error.contains("is not positive definite at iteration 1"), "{error}");
    assert!(report.rows[1].result.is_ok() && !report.cancelled);
    assert_eq!(report.best(Criterion::Psnr).unwrap().cell.ridge, 1e-2);
}

#[test]
fn a_grid_that_makes_no_sense_is_refused_with_a_hint() {
    let fault = |components: &[usize], ridges: &[f64]| {
        let grid = SweepGrid {
            components: components.to_vec(),
            ridges: ridges.to_vec(),
            shrinkages: vec![NONE],
            ..SweepGrid::default()
        };
        sweep(&checked(small()), &grid, &Control::new(), &mut |_| ()).unwrap_err().to_string()
    };
    assert_eq!(fault(&[], &[1.0]), "`components` is empty: give at least one value");
    assert_eq!(fault(&[1], &[]), "`ridge` is empty: give at least one value");
    assert_eq!(fault(&[2, 1, 2], &[1.0]), "`components` is 2,1,2: give 2 once");
    assert_eq!(fault(&[1], &[0.5, 0.5]), "`ridge` is 0.5,0.5: give 0.5 once");
    assert_eq!(fault(&[1, 0], &[1.0]), "`components` is 0: choose at least 1");
    assert_eq!(fault(&[1], &[-1.0]), "`ridge` is -1: choose a finite number, 0 or larger");
    let text = "`components` is 61: choose at most as many components as images (`samples` 60)";
    assert_eq!(fault(&[61], &[1.0]), text);

    let means = nalgebra::DMatrix::zeros(784, 5);
    let settings = checked(Settings { means_init: Some(means), ..small() });
    let error = sweep(&settings, &grid(), &Control::new(), &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, "`means-init` is given: leave it out: a sweep starts every K from k-means");
    let settings = checked(Settings { em_start: StartMeans::Random, ..small() });
    let error = sweep(&settings, &grid(), &Control::new(), &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, "`em-start` is random: a sweep starts every K from k-means: leave it at k-means");
}

#[test]
fn cancelling_keeps_the_cells_that_were_done() {
    // One lane: the first cell is done when the second begins.
    let settings = with_iterations(usize::MAX, Settings { threads: 1, ..small() });
    let (control, mut iterations) = (Control::new(), 0);
    let report = sweep(&checked(settings.clone()), &grid(), &control, &mut |event| {
        if matches!(event, SweepEvent::Iterated { .. }) {
            iterations += 1;
            control.cancel();
        }
    })
    .unwrap();
    assert!(report.cancelled && report.rows.is_empty() && iterations >= 1);
    assert_eq!(report.starts.len(), 2);

    let (control, settings) = (Control::new(), with_iterations(1, settings));
    let report = sweep(&checked(settings.clone()), &grid(), &control, &mut |event| {
        if matches!(event, SweepEvent::Done(_)) {
            control.cancel();
        }
    })
    .unwrap();
    // A cell may be received while the next is under way.
    assert!((1..4).contains(&report.rows.len()) == report.cancelled);

    let report = sweep(&checked(settings), &grid(), &control, &mut |_| ()).unwrap();
    assert!(report.cancelled && report.starts.is_empty());
}

/// A report of made-up scores: (held-out NLL, BIC).
fn report(rows: &[(f64, f64)]) -> SweepReport {
    let row = |&(held_out_nll, bic): &(f64, f64)| SweepRow {
        cell: SweepCell {
            components: 1,
            covariance: crate::mixture::CovarianceFamily::Full,
            rank: None,
            ridge: held_out_nll,
            shrinkage: NONE,
        },
        result: Ok(SweepScores {
            free_parameters: 1,
            nll: 0.0,
            held_out_nll: Some(1e6 - held_out_nll),
            trimmed_nll: Some(held_out_nll),
            bits_per_dim: None,
            shrinkage: 0.0,
            reach: 0.0,
            bic,
            aic: 0.0,
            psnr: f64::NAN,
            ssim: 0.5,
            iterations: 1,
            stop: StopReason::Converged,
            time: Duration::ZERO,
        }),
    };
    SweepReport {
        grid: SweepGrid::default(),
        samples: 9,
        dim: 100,
        labels: Vec::new(),
        held_out_indices: vec![0],
        test_indices: vec![1],
        starts: Vec::new(),
        rows: rows.iter().map(row).collect(),
        cancelled: false,
    }
}

#[test]
fn the_best_is_the_first_of_the_least() {
    let report = report(&[(5.0, 2.0), (3.0, 2.0), (3.0, 7.0), (101.0, 2.5)]);
    assert!(std::ptr::eq(report.best(Criterion::HeldOutNll).unwrap(), &report.rows[1]));
    assert!(std::ptr::eq(report.best(Criterion::Bic).unwrap(), &report.rows[0]));
    assert!(std::ptr::eq(report.best(Criterion::Ssim).unwrap(), &report.rows[0]));
    assert!(report.best(Criterion::Psnr).is_none(), "no number is the best of none");
    let overfitted: Vec<_> = report.overfitted().map(|row| row.cell.ridge).collect();
    assert_eq!(overfitted, [101.0], "more than one nat a pixel");
}

#[test]
fn two_thousand_images_and_a_small_ridge_overfit_grossly() {
    // The largest sweep of the tests: two components of the study's 2000 images.
    let settings = with_iterations(1, Settings { held_out: 100, ..Settings::default() });
    let report = swept(
        settings,
        &SweepGrid {
            components: vec![2],
            ridges: vec![1e-6, 1e-2],
            shrinkages: vec![NONE],
            ..SweepGrid::default()
        },
    );
    let ridges: Vec<_> = report.overfitted().map(|row| row.cell.ridge).collect();
    assert_eq!(ridges, [1e-6]);
    assert_eq!(report.best(Criterion::HeldOutNll).unwrap().cell.ridge, 1e-2);
}

#[test]
fn a_shrinkage_is_one_more_direction_and_may_be_chosen_for_each_k() {
    let shrinkages = vec![NONE, Shrinkage::Images(50.0), Shrinkage::Auto];
    let grid = SweepGrid { components: vec![2], ridges: vec![1e-6], shrinkages, ..SweepGrid::default() };
    assert_eq!(grid.cells(), 3);
    let report = swept(Settings { samples: 100.into(), ..small() }, &grid);
    let scores = scores(&report);
    let used: Vec<f64> = scores.iter().map(|scores| scores.shrinkage).collect();
    assert!(used[..2] == [0.0, 50.0] && used[2] >= 1.0, "{used:?}");
    assert!(scores[1..].iter().all(|shrunk| shrunk.trimmed_nll < scores[0].trimmed_nll));
    assert_ne!(report.best(Criterion::HeldOutNll).unwrap().cell.shrinkage, NONE);
}
