//! A sweep's table, and its numbers in words.

use gmmscope::mixture::CovarianceFamily;
use gmmscope::show::words;
use gmmscope::study::{Criterion, Shrinkage, SweepCell, SweepReport, SweepRow, SweepScores};

use super::{is_best, output, with_options};

/// Columns of the table: heading, width, and whether its best is marked.
const COLUMNS: [(&str, usize, Option<Criterion>); 13] = [
    ("K", 3, None),
    ("ridge", 5, None),
    ("shrinkage", 9, None),
    ("NLL", 9, None),
    ("held-out NLL", 12, Some(Criterion::HeldOutNll)),
    ("bits/dim", 8, None),
    ("BIC", 10, Some(Criterion::Bic)),
    ("AIC", 10, Some(Criterion::Aic)),
    ("PSNR dB", 7, Some(Criterion::Psnr)),
    ("SSIM", 5, Some(Criterion::Ssim)),
    ("iterations", 10, None),
    ("stopped", 9, None),
    ("time s", 6, None),
];

/// Notes are broken at this width: about the table's own.
const WIDTH: usize = 100;

/// The table and the notes below it.
pub(super) fn text(report: &SweepReport) -> String {
    // The column of the family, behind K, where not all are full.
    let all_full = report.grid.families == [CovarianceFamily::Full];
    let family = |name: String| if all_full { String::new() } else { format!("{name:>12} ") };
    let heading = family("covariance".to_owned());
    let mut text = line(COLUMNS.map(|(heading, ..)| heading.to_owned()), &heading, |_| false);
    for row in &report.rows {
        let family = family(row.cell.covariances());
        match &row.result {
            Ok(scores) => text.push_str(&line(cells(row, scores), &family, |by| is_best(report, row, by))),
            Err(error) => {
                let error = with_options(&error.to_string());
                text.push_str(&format!(
                    "{:3} {family}{:>5e} {:>9} {error}\n",
                    row.cell.components,
                    row.cell.ridge,
                    row.cell.shrinkage.to_string()
                ));
            }
        }
    }
    if Criterion::ALL.into_iter().any(|by| report.best(by).is_some()) {
        text.push_str(
            "* the best of its column; NLL in nats per image, of held-out images without the worst 1 %\n",
        );
    }
    for note in notes(report) {
        text.push('\n');
        text.push_str(&wrapped(&note));
    }
    text
}

/// Right-aligned cells, `family` behind the first; those of a criterion leave room for its mark.
fn line(cells: [String; COLUMNS.len()], family: &str, is_best: impl Fn(Criterion) -> bool) -> String {
    let mut line = String::new();
    for (column, (cell, (_, width, criterion))) in cells.iter().zip(COLUMNS).enumerate() {
        if column == 1 {
            line.push_str(family);
        }
        let mark = match criterion {
            None => "",
            Some(by) if is_best(by) => "*",
            Some(_) => " ",
        };
        line.push_str(&format!("{cell:>width$}{mark} "));
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

fn cells(row: &SweepRow, scores: &SweepScores) -> [String; COLUMNS.len()] {
    [
        row.cell.components.to_string(),
        format!("{:e}", row.cell.ridge),
        shrinkage(row, scores),
        format!("{:.2}", scores.nll),
        scores.trimmed_nll.map_or("-".into(), |nll| format!("{nll:.2}")),
        scores.bits_per_dim.map_or("-".into(), |bits| format!("{bits:.2}")),
        format!("{:.0}", scores.bic),
        format!("{:.0}", scores.aic),
        format!("{:.2}", scores.psnr),
        output::number(scores.ssim, 3),
        scores.iterations.to_string(),
        words::em_stop_short(scores.stop).into(),
        format!("{:.2}", scores.time.as_secs_f64()),
    ]
}

/// "50"; "auto 45.3" where it was chosen.
fn shrinkage(row: &SweepRow, scores: &SweepScores) -> String {
    match row.cell.shrinkage {
        Shrinkage::Images(nu) => nu.to_string(),
        Shrinkage::Auto => format!("auto {:.1}", scores.shrinkage),
    }
}

/// Overfitting, and how far BIC and AIC can be trusted.
pub(super) fn notes(report: &SweepReport) -> Vec<String> {
    [overfitting(report), criteria(report)].into_iter().flatten().collect()
}

fn overfitting(report: &SweepReport) -> Option<String> {
    let overfitted: Vec<&SweepRow> = report.overfitted().collect();
    let gaps = overfitted.iter().filter_map(|row| row.result.as_ref().ok()?.gap());
    let widest = gaps.reduce(f64::max)?;
    let of_kind = |kind: SweepCell| {
        let with = |rows: &mut dyn Iterator<Item = &SweepRow>| -> Vec<String> {
            let same = |row: &&SweepRow| SweepCell { components: row.cell.components, ..kind } == row.cell;
            rows.filter(same).map(|row| row.cell.components.to_string()).collect()
        };
        let (some, all) = (with(&mut overfitted.iter().copied()), with(&mut report.rows.iter()));
        let name = name(&kind);
        match some.len() {
            0 => None,
            count if count == all.len() && count > 1 => Some(name),
            _ => Some(format!("{name} with K = {}", some.join(", "))),
        }
    };
    let grid = &report.grid;
    let first = grid.components.first().copied().unwrap_or(0);
    let cells: Vec<String> =
        grid.iter().take_while(|cell| cell.components == first).filter_map(of_kind).collect();
    let best = report.best(Criterion::HeldOutNll)?;
    let hint = if overfitted.iter().any(|row| std::ptr::eq(*row, best)) {
        "Every fit does so: try a larger shrinkage, or auto, fewer components or more images.".to_owned()
    } else {
        format!(
            "Choose another: the least held-out NLL is that of {} with K = {}.",
            name(&best.cell),
            best.cell.components
        )
    };
    Some(format!(
        "Overfitting: {}. There the NLL of a held-out image is higher than that of a training image by up to \
         {widest:.0} nats, more than one nat a pixel: the fit does not generalise. {hint}",
        cells.join("; "),
    ))
}

/// "ridge 1e-6, shrinkage 50", "low-rank 20, ridge 1e-6"; without a shrinkage, the ridge alone.
fn name(cell: &SweepCell) -> String {
    let family = match cell.covariance {
        CovarianceFamily::Full => String::new(),
        _ => format!("{}, ", cell.covariances()),
    };
    let SweepCell { ridge, shrinkage, .. } = cell;
    match shrinkage {
        Shrinkage::Images(0.0) => format!("{family}ridge {ridge:e}"),
        shrinkage => format!("{family}ridge {ridge:e}, shrinkage {shrinkage}"),
    }
}

fn criteria(report: &SweepReport) -> Option<String> {
    let parameters = report.rows.iter().filter_map(|row| Some(row.result.as_ref().ok()?.free_parameters));
    let (least, most) = (parameters.clone().min()?, parameters.max()?);
    let count = if least == most { format!("{most}") } else { format!("{least} to {most}") };
    (most > report.samples).then(|| {
        format!(
            "BIC and AIC assume many more images than free parameters. Here there are {} images for {count} parameters: \
             the held-out NLL and the restorations are better criteria.",
            report.samples
        )
    })
}

/// `text` in lines of at most [`WIDTH`] characters; "K = 2" stays together.
fn wrapped(text: &str) -> String {
    let (mut lines, mut width) = (String::new(), 0);
    for word in text.replace(" = ", "\u{a0}=\u{a0}").split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        }
        if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines.push('\n');
    lines.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use gmmscope::mixture::{MixtureError, StopReason};
    use gmmscope::study::{StudyError, SweepGrid};

    use super::*;

    fn cell(components: usize, ridge: f64) -> SweepCell {
        SweepCell {
            components,
            covariance: CovarianceFamily::Full,
            rank: None,
            ridge,
            shrinkage: Shrinkage::Images(0.0),
        }
    }

    fn row(components: usize, ridge: f64, nll: f64, held_out_nll: Option<f64>) -> SweepRow {
        let scores = SweepScores {
            free_parameters: 1000 * components,
            nll,
            held_out_nll,
            trimmed_nll: held_out_nll,
            bits_per_dim: held_out_nll.map(|_| 5.125),
            shrinkage: 0.0,
            reach: 0.0,
            bic: 2.0 * nll,
            aic: 3.0 * nll,
            psnr: 17.126,
            ssim: 0.61278,
            iterations: 7,
            stop: StopReason::Converged,
            time: Duration::from_millis(1234),
        };
        SweepRow { cell: cell(components, ridge), result: Ok(scores) }
    }

    fn failed(components: usize, ridge: f64) -> SweepRow {
        let fault = MixtureError::NotPositiveDefinite { component: 0, iteration: 1, pivot: 5 };
        SweepRow { cell: cell(components, ridge), result: Err(Arc::new(StudyError::Mixture(fault))) }
    }

    fn report(samples: usize, rows: Vec<SweepRow>) -> SweepReport {
        let mut grid = SweepGrid {
            components: vec![2, 10],
            ridges: vec![1e-6, 1e-2],
            shrinkages: vec![Shrinkage::Images(0.0)],
            ..SweepGrid::default()
        };
        grid.components.truncate(rows.len().div_ceil(2));
        let (held_out_indices, test_indices) = (vec![0], vec![1]);
        let (starts, cancelled) = (Vec::new(), false);
        SweepReport {
            grid,
            samples,
            dim: 784,
            labels: Vec::new(),
            held_out_indices,
            test_indices,
            starts,
            rows,
            cancelled,
        }
    }

    #[test]
    fn columns_stand_under_their_headings_and_the_best_are_marked() {
        let rows = vec![
            row(2, 1e-6, -2944.125, Some(741_000.5)),
            row(2, 1e-2, -900.0, Some(-850.0)),
            failed(10, 1e-6),
            row(10, 1e-2, -1000.0, Some(-840.0)),
        ];
        let text = text(&report(100_000, rows));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..5],
            [
                "  K ridge shrinkage       NLL held-out NLL  bits/dim        BIC         AIC  PSNR dB   SSIM  iterations   stopped time s",
                "  2  1e-6         0  -2944.12    741000.50      5.12      -5888*      -8832*   17.13* 0.613*          7 converged   1.23",
                "  2  1e-2         0   -900.00      -850.00*     5.12      -1800       -2700    17.13  0.613           7 converged   1.23",
                " 10  1e-6         0 covariance of component 1 is not positive definite at iteration 1 (pixel 5, counted from 0): use a larger --ridge, fewer --components or more --samples",
                " 10  1e-2         0  -1000.00      -840.00      5.12      -2000       -3000    17.13  0.613           7 converged   1.23",
            ]
        );
    }

    #[test]
    fn overfitting_is_reported_where_the_numbers_show_it() {
        let all =
            report(100_000, vec![row(2, 1e-6, -2944.0, Some(741_000.0)), row(2, 1e-2, 0.0, Some(10.0))]);
        let [note] = &notes(&all)[..] else { panic!("{:?}", notes(&all)) };
        assert!(note.starts_with("Overfitting: ridge 1e-6 with K = 2. There"), "{note}");
        assert!(note.contains("up to 743944 nats"), "{note}");
        assert!(note.ends_with("the least held-out NLL is that of ridge 1e-2 with K = 2."), "{note}");

        let every = report(100_000, vec![row(2, 1e-6, 0.0, Some(900.0)), row(2, 1e-2, 0.0, Some(800.0))]);
        assert!(notes(&every)[0].ends_with(
            "Every fit does so: try a larger shrinkage, or auto, fewer components or more images."
        ));

        let none = report(100_000, vec![row(2, 1e-6, 0.0, Some(784.0)), row(2, 1e-2, 0.0, None)]);
        assert_eq!(notes(&none), [""; 0]);
    }

    #[test]
    fn few_images_make_the_criteria_doubtful() {
        let few = report(1999, vec![row(2, 1e-6, 0.0, None)]);
        assert!(
            notes(&few)[0].contains("Here there are 1999 images for 2000 parameters"),
            "{:?}",
            notes(&few)
        );
        assert!(notes(&report(2000, vec![row(2, 1e-6, 0.0, None)])).is_empty());
    }

    #[test]
    fn notes_are_broken_between_words() {
        let text = wrapped(&["K = 2"; 40].join(" "));
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with('K') && line.ends_with('2')));
        assert_eq!(text.lines().count(), 3);
        assert_eq!(text.split_whitespace().count(), 120);
    }
}
