//! An iteration of EM at many sizes, held against the machine: `cargo bench --bench grid`.
//!
//! Every S, D and K of the grid, full covariances, the images in memory: GFLOP/s by the count of E- and M-step, 2 K S D^2, and
//! their share of the machine's own peak for a product of matrices. Pairs that EM drops are counted all the same, so that a share may be
//! above 1. Points of more than `MOST` flops an iteration are left out: an iteration's time grows linearly in S.
//!
//! `cargo bench --bench grid -- --svg FILE` also draws the roofline: flops against flops for each byte of the images, read once.
//! `--only SxDxK` measures one point.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use gmmscope::linalg;
use gmmscope::mixture::{Alone, EmSettings, Mixture, fit, fit_source};
use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

const SAMPLES: [usize; 3] = [2_000, 100_000, 1_000_000];
const DIMS: [usize; 5] = [8, 32, 64, 256, 784];
const COMPONENTS: [usize; 5] = [1, 5, 16, 64, 200];

/// Flops of an iteration up to which a point is measured.
const MOST: f64 = 1.5e12;

/// How many times the peak an iteration has where its components are at rest, which costs next to nothing.
const REST: f64 = 4.0;

/// Doubles of the images up to which EM holds them; it reads others by chunks, as `--memory` makes it.
const HELD: usize = 1 << 27;

/// One point of the grid.
struct Point {
    samples: usize,
    dim: usize,
    components: usize,
    /// Of an iteration.
    seconds: f64,
}

impl Point {
    /// 2 K S D^2 a second, in GFLOP/s.
    fn rate(&self) -> f64 {
        flops(self.samples, self.dim, self.components) / self.seconds / 1e9
    }

    /// Flops for each byte of the images, read once.
    fn intensity(&self) -> f64 {
        (2 * self.components * self.dim) as f64 / 8.0
    }
}

fn flops(samples: usize, dim: usize, components: usize) -> f64 {
    2.0 * (components * samples) as f64 * (dim * dim) as f64
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1)).cloned()
    };
    let only = value("--only");
    let (mut peak, bandwidth) = (peak(), bandwidth());
    let mut points = Vec::new();
    for dim in DIMS {
        for components in COMPONENTS {
            let wanted = |samples: &&usize| {
                let is_asked =
                    only.as_ref().is_none_or(|only| *only == format!("{samples}x{dim}x{components}"));
                is_asked && flops(**samples, dim, components) <= MOST
            };
            let wanted: Vec<usize> = SAMPLES.iter().filter(wanted).copied().collect();
            let Some(&most) = wanted.iter().max() else { continue };
            let images = overlapping(most, dim, components);
            for samples in wanted {
                let seconds = iteration(&images, samples, components);
                eprintln!("{samples} x {dim}, K = {components}: {:.3} ms", seconds * 1e3);
                points.push(Point { samples, dim, components, seconds });
            }
            // A machine that others use is at its best now and then.
            peak = peak.max(self::peak());
        }
    }
    println!("peak {peak:.0} GFLOP/s, memory {bandwidth:.1} GB/s\n");
    print!("{}", table(&points, peak));
    if let Some(file) = value("--svg") {
        std::fs::write(file, chart(&points, peak, bandwidth)).expect("the file can be written");
    }
}

/// A row for each D and K, a column for each S: GFLOP/s, and the share of the peak.
fn table(points: &[Point], peak: f64) -> String {
    let mut table = "| D | K |".to_owned();
    SAMPLES.iter().for_each(|samples| table.push_str(&format!(" S = {samples} |")));
    table.push_str("\n|---|---|---|---|---|\n");
    for (dim, components) in DIMS.into_iter().flat_map(|dim| COMPONENTS.map(|components| (dim, components))) {
        table.push_str(&format!("| {dim} | {components} |"));
        for samples in SAMPLES {
            let is_asked =
                |point: &&Point| (point.samples, point.dim, point.components) == (samples, dim, components);
            let cell = points.iter().find(is_asked).map(|point| match point.rate() / peak {
                share if share > REST => " at rest ".to_owned(),
                share => format!(" {:.0}, {:.0} % ", point.rate(), 100.0 * share),
            });
            table.push_str(&cell.unwrap_or_else(|| " ".to_owned()));
            table.push('|');
        }
        table.push('\n');
    }
    table
}

/// Seconds of an iteration: the median of those after the first.
fn iteration(images: &DMatrix<f64>, samples: usize, components: usize) -> f64 {
    let images = match samples == images.ncols() {
        true => Cow::Borrowed(images),
        false => Cow::Owned(images.columns(0, samples).into_owned()),
    };
    let start = Mixture::standard_start(images.columns(0, components).into_owned()).expect("K <= S");
    let settings = EmSettings { tolerance: 0.0, max_iterations: 30, ..EmSettings::default() };
    let (mut ends, began) = (Vec::new(), Instant::now());
    let observer = &mut |_: &_| {
        ends.push(Instant::now());
        let is_enough = ends.len() >= 3 && began.elapsed() > Duration::from_secs(2);
        if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    if images.len() > HELD {
        fit_source(&*images, &Alone, start, &settings, None, observer).expect("the ridge suffices");
    } else {
        fit(&images, start, &settings, None, observer).expect("the ridge suffices");
    }
    let mut each: Vec<f64> = ends.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    each.sort_by(f64::total_cmp);
    each[each.len() / 2]
}

/// Images of normal components whose means are near one another, and whose covariances are alike, so that most images have a part in
/// many components where there are few pixels.
fn overlapping(samples: usize, dim: usize, components: usize) -> DMatrix<f64> {
    let mut generator = ChaCha8Rng::seed_from_u64(0);
    let mut normal = |rows, columns, scale: f64| {
        DMatrix::from_fn(rows, columns, |_, _| {
            scale * Distribution::<f64>::sample(&StandardNormal, &mut generator)
        })
    };
    let scale = 1.0 / (dim as f64).sqrt();
    let centres = normal(dim, components, 0.09 * scale);
    let shared = normal(dim, dim, 0.06 * scale);
    let own = normal(dim, components, 0.2);
    let mut images = DMatrix::zeros(dim, samples);
    // A stream of its own for every thousand images: generated in parallel, the same for every number of threads.
    images.as_mut_slice().par_chunks_mut(1000 * dim).enumerate().for_each(|(chunk, out)| {
        let mut generator = ChaCha8Rng::seed_from_u64(1 + chunk as u64);
        let count = out.len() / dim;
        let draws = DMatrix::from_fn(dim, count, |_, _| StandardNormal.sample(&mut generator));
        let mut correlated = DMatrix::zeros(dim, count);
        linalg::product(&mut correlated, false, 1.0, &shared, &draws);
        for (image, z) in out.chunks_exact_mut(dim).zip(correlated.column_iter()) {
            let k = generator.random_range(0..components);
            for (i, value) in image.iter_mut().enumerate() {
                let noise: f64 = StandardNormal.sample(&mut generator);
                *value = 0.5 + centres[(i, k)] + z[i] * (1.0 + own[(i, k)]) + 0.02 * noise;
            }
        }
    });
    images
}

/// GFLOP/s of products of matrices of 1024 x 1024, one on each core, the best of five.
fn peak() -> f64 {
    let n = 1024;
    let a = DMatrix::from_fn(n, n, |i, j| ((i * 7 + j * 3) % 11) as f64);
    let mut outs = vec![a.clone(); rayon::current_num_threads()];
    let mut run = || {
        let began = Instant::now();
        outs.par_iter_mut().for_each(|c| linalg::product(c, false, 1.0, &a, &a));
        began.elapsed().as_secs_f64()
    };
    let seconds = (0..5).map(|_| run()).fold(f64::INFINITY, f64::min);
    2.0 * (n * n * n * rayon::current_num_threads()) as f64 / seconds / 1e9
}

/// GB/s of the sum of 512 MB on all cores, the best of five.
fn bandwidth() -> f64 {
    let values = vec![1.0_f64; 1 << 26];
    let run = || {
        let began = Instant::now();
        let total: f64 = values.par_chunks(1 << 16).map(linalg::squared_length).sum();
        assert!(total > 0.0);
        began.elapsed().as_secs_f64()
    };
    let seconds = (0..5).map(|_| run()).fold(f64::INFINITY, f64::min);
    8.0 * values.len() as f64 / seconds / 1e9
}

/// Names and colours of the pixels of the grid.
const COLOURS: [&str; 5] = ["#d95f02", "#1b9e77", "#7570b3", "#e7298a", "#1f78b4"];

/// The roofline: both axes logarithmic, the peak and the memory's rate as lines, a colour for each D, larger dots for more images.
fn chart(points: &[Point], peak: f64, bandwidth: f64) -> String {
    const WIDTH: f64 = 760.0;
    const HEIGHT: f64 = 430.0;
    let place = |value: f64, (least, most): (f64, f64), from: f64, to: f64| {
        from + (value / least).ln() / (most / least).ln() * (to - from)
    };
    let (across, up) = ((1.0, 100_000.0), (1.0, 1000.0));
    let x = |intensity: f64| place(intensity, across, 60.0, WIDTH - 40.0);
    let y = |rate: f64| place(rate.clamp(up.0, up.1), up, HEIGHT - 45.0, 15.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    let mut line = |text: String| writeln!(svg, "{text}").expect("a string takes all");
    for power in 0..=5 {
        let value = 10f64.powi(power);
        let at = x(value);
        line(format!("<path d=\"M{at:.1} 15V{:.1}\" stroke=\"#dddddd\"/>", HEIGHT - 45.0));
        line(format!("<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}</text>", HEIGHT - 28.0));
    }
    for power in 0..=3 {
        let value = 10f64.powi(power);
        let at = y(value);
        line(format!("<path d=\"M60 {at:.1}H{:.1}\" stroke=\"#dddddd\"/>", WIDTH - 40.0));
        line(format!("<text x=\"54\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>", at + 4.0));
    }
    line(format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">flops for each byte of the images, K D / 4</text>",
        WIDTH / 2.0,
        HEIGHT - 8.0
    ));
    line(format!(
        "<text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">GFLOP/s</text>",
        HEIGHT / 2.0
    ));
    let ridge = peak / bandwidth;
    line(format!(
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}H{:.1}\" fill=\"none\" stroke=\"#333333\" stroke-width=\"1.5\"/>",
        x(across.0),
        y(across.0 * bandwidth),
        x(ridge.max(across.0)),
        y(peak),
        WIDTH - 40.0
    ));
    for (share, words) in [(1.0, "peak of a product"), (0.6, "60 %"), (0.2, "20 %")] {
        let at = y(share * peak);
        if share < 1.0 {
            line(format!(
                "<path d=\"M60 {at:.1}H{:.1}\" stroke=\"#333333\" stroke-dasharray=\"3 4\"/>",
                WIDTH - 40.0
            ));
        }
        line(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{words}</text>",
            WIDTH - 44.0,
            at - 4.0
        ));
    }
    for point in points.iter().filter(|point| point.rate() <= REST * peak) {
        let at = DIMS.iter().position(|dim| *dim == point.dim).unwrap_or(0);
        let radius =
            2.0 + SAMPLES.iter().position(|samples| *samples == point.samples).unwrap_or(0) as f64 * 1.5;
        line(format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" fill=\"{}\" fill-opacity=\"0.75\"/>",
            x(point.intensity()),
            y(point.rate()),
            COLOURS[at]
        ));
    }
    for (at, (dim, colour)) in DIMS.iter().zip(COLOURS).enumerate() {
        let (left, top) = (80.0 + 80.0 * at as f64, 30.0);
        line(format!("<circle cx=\"{left}\" cy=\"{top}\" r=\"5\" fill=\"{colour}\"/>"));
        line(format!("<text x=\"{}\" y=\"{}\">D = {dim}</text>", left + 9.0, top + 4.0));
    }
    line("</svg>".to_owned());
    svg
}
