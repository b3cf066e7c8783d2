//! Task 3: corrupted, restored and true images, the standard deviation, PSNR and SSIM, posterior weights.

use super::book::Book;
use super::captions;
use super::means::numbered;
use crate::data::ImageShape;
use crate::export::baselines::baselines;
use crate::export::pdf::{
    Beyond, Canvas, Color, LEAST_BAR, LEAST_CELL, Raster, Rect, Stroke, Style, Text, colorbar, fitted,
};
use crate::inverse::mean_quality;
use crate::show::{self, Colormap, Picture, Range, words};
use crate::study::{InpaintReport, Outcome};

/// Images side by side on one page.
const A_PAGE: usize = 10;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(report) = &outcome.inpaint else { return };
    let shape = show::image_shape(outcome, report.truth.nrows());
    let columns: Vec<Column> =
        (0..report.restorations.len()).filter_map(|i| column(outcome, report, i, shape)).collect();
    let deviations = show::deviation_range(&report.restorations, outcome.data.as_deref());
    let caption = caption(outcome, report);
    for (title, part) in numbered("Inpainting", columns, A_PAGE) {
        book.page(&title, &caption, move |canvas, area| page(canvas, area, &part, deviations));
    }
}

/// One test image: what is shown below each other.
struct Column {
    label: String,
    corrupted: Picture,
    restored: Picture,
    truth: Picture,
    deviation: Picture,
    psnr: f64,
    ssim: f64,
    weights: Vec<f64>,
}

fn column(outcome: &Outcome, report: &InpaintReport, i: usize, shape: ImageShape) -> Option<Column> {
    let restoration = report.restorations.get(i)?;
    let mask = report.mask(i)?;
    let truth = show::column(&report.truth, i, shape)?;
    let data = outcome.data.as_deref();
    let restored = Picture::image(shape, &restoration.restored);
    Some(Column {
        label: report.label(i).map(|label| outcome.label_name(label)).unwrap_or_default().into_owned(),
        corrupted: show::by_value(show::corrupted(shape, &truth.values, mask.bits()), data),
        restored: show::by_value(restored, data),
        truth: show::by_value(truth, data),
        deviation: show::heatmap(shape, &show::relative(&restoration.std, data)),
        psnr: restoration.psnr,
        ssim: restoration.ssim,
        weights: restoration.weights.clone(),
    })
}

fn caption(outcome: &Outcome, report: &InpaintReport) -> String {
    let observed = report.observations.first().map_or(0, |first| first.operator().measurements());
    let pixels = report.truth.nrows();
    let alike = report.observations.windows(2).all(|pair| pair.first() == pair.last());
    let masks = if alike { "the same in all images" } else { "others in each image" };
    let mean = mean_quality(&report.restorations);
    // Rows of numbers have no PSNR.
    let quality = if mean.psnr.is_nan() {
        String::new()
    } else {
        let mut quality = format!(" PSNR in dB. Means: {}", words::quality(mean));
        let others = baselines(outcome).map(|all| all.mean).unwrap_or_default();
        for (baseline, mean) in others {
            quality.push_str(&format!("; {}: {}", baseline.name(), words::quality(mean)));
        }
        quality + "."
    };
    format!(
        "Test images of which {observed} of {pixels} pixels are observed, {masks}; missing pixels are blue. Restored: the \
         posterior expectation of the missing pixels given the observed ones under the fitted mixture, {}. Standard deviation: that of the posterior, 0 where observed, on one scale. Bars: the posterior \
         weights of the components 1 to K.{quality} Settings: {}.",
        captions::values(outcome),
        captions::settings(outcome)
    )
}

fn page(canvas: &mut Canvas<'_>, area: &Rect, columns: &[Column], deviations: Range) {
    const ROWS: [&str; 4] = ["corrupted", "restored", "true", "std. deviation"];
    const SCALE: f64 = 44.0;
    const GAP: f64 = 7.0;
    let (across, down) =
        columns.first().map_or((1.0, 1.0), |column| Raster::new(&column.truth).proportions());
    // Names stand upright beside pictures that are high enough for them.
    let upright = down > 0.8 * across && area.width > 600.0;
    let names = if upright { 34.0 } else { 64.0 };
    let wide = (area.width - names - SCALE + GAP) / columns.len().max(5) as f64 - GAP;
    let words_height = 16.0 + 26.0;
    let high = (area.height - words_height - 56.0) / ROWS.len() as f64 - GAP;
    let longer = (wide / across.max(LEAST_CELL)).min(high / down);
    let (cell, width, height) = (longer * across.max(LEAST_CELL), longer * across, longer * down);
    let top = area.y + 14.0;
    let row_y = |row: usize| top + row as f64 * (height + GAP);
    let numbers = row_y(ROWS.len()) + 3.0;
    let bars_top = numbers + 30.0;
    let bars_height = (area.bottom() - bars_top - 12.0).clamp(20.0, 70.0);
    let most = columns.iter().map(|column| column.weights.len()).max().unwrap_or(1);

    for (row, name) in ROWS.iter().enumerate() {
        let middle = row_y(row) + height / 2.0;
        let (name, style) = (Text::plain(name), Style::new(if upright { 8.5 } else { 7.5 }));
        if upright {
            canvas.text((area.x + 8.0, middle), &name, &style.centered().vertical());
        } else {
            canvas.text_middle((area.x + names - 8.0, middle), &name, &style.right());
        }
    }
    let weights = Style::new(8.5).centered().vertical();
    canvas.text((area.x + 8.0, bars_top + bars_height / 2.0), &Text::new("weights"), &weights);
    let ends = Style::new(7.2).color(Color::SOFT).right();
    let quality = Style::new(7.5).right();
    if columns.iter().any(|column| !column.psnr.is_nan()) {
        canvas.text((area.x + names - 4.0, numbers + 9.0), &Text::plain("PSNR"), &quality);
    }
    if columns.iter().any(|column| !column.ssim.is_nan()) {
        canvas.text((area.x + names - 4.0, numbers + 19.5), &Text::plain("SSIM"), &quality);
    }
    canvas.text_middle((area.x + names - 4.0, bars_top), &Text::plain("1"), &ends);
    canvas.text_middle((area.x + names - 4.0, bars_top + bars_height), &Text::plain("0"), &ends);
    for (i, column) in columns.iter().enumerate() {
        let x = area.x + names + i as f64 * (cell + GAP);
        let middle = x + cell / 2.0;
        let label = Style::new(8.0).centered();
        fitted(canvas, (middle, top - 4.0), &Text::plain(&column.label), &label, cell + GAP - 1.0);
        let deviation = column.deviation.clone().over(deviations);
        let pictures = [&column.corrupted, &column.restored, &column.truth, &deviation];
        for (row, picture) in pictures.into_iter().enumerate() {
            let place = Rect::new(x + (cell - width) / 2.0, row_y(row), width, height);
            canvas.image(&place, &Raster::new(picture));
        }
        let number = Style::new(7.5).centered();
        if !column.psnr.is_nan() {
            let psnr = show::fixed(column.psnr, 1);
            fitted(canvas, (middle, numbers + 9.0), &Text::plain(&psnr), &number, cell);
        }
        if !column.ssim.is_nan() {
            let ssim = show::fixed(column.ssim, 3);
            fitted(canvas, (middle, numbers + 19.5), &Text::plain(&ssim), &number, cell);
        }
        posterior(canvas, &Rect::new(x, bars_top, cell, bars_height), &column.weights, most);
    }
    let right = area.x + names + columns.len() as f64 * (cell + GAP) + 3.0;
    let beside = Rect::new(right, row_y(3), SCALE, height.max(LEAST_BAR));
    colorbar(canvas, &beside, Colormap::Viridis, deviations, Beyond::NEITHER, "");
}

/// Bars of the posterior weights, from 0 to 1, with the component's number below each.
fn posterior(canvas: &mut Canvas<'_>, area: &Rect, weights: &[f64], most: usize) {
    let step = area.width / most.max(1) as f64;
    canvas.line((area.x, area.y), (area.right(), area.y), &Stroke::new(Color::GRID, 0.6));
    // As many of the components' numbers as have room beside each other.
    let style = Style::new(7.2).color(Color::SOFT).centered();
    let room = Text::plain(&most.to_string()).width(canvas.fonts(), &style) + 2.0;
    let every = [1, 5, 10, 20, 50, 100].into_iter().find(|&every| step * every as f64 >= room);
    let every = every.unwrap_or(most.max(1));
    for (k, &weight) in weights.iter().enumerate() {
        let height = area.height * weight.clamp(0.0, 1.0);
        let x = area.x + k as f64 * step;
        let bar = Rect::new(x + 0.12 * step, area.bottom() - height, 0.76 * step, height);
        canvas.fill(&bar, Color::BLUE);
        if k == 0 || (k + 1).is_multiple_of(every) {
            let at = (x + step / 2.0, area.bottom() + 8.0);
            canvas.text(at, &Text::plain(&(k + 1).to_string()), &style);
        }
    }
    canvas.line((area.x, area.bottom()), (area.right(), area.bottom()), &Stroke::new(Color::INK, 0.6));
}
