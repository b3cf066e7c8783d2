//! Outcomes to draw in tests: real images, clusters made by hand, numbers that are the same on every machine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use nalgebra::{DMatrix, DVector};

use super::action::{Action, Command, Effect};
use super::app::{App, SampleRequest, Tab};
use super::jobs::AXES;
use super::restorer;
use super::theme::{Depth, Glyphs, Theme};
use crate::data::{Dataset, Source};
use crate::inverse::Mask;
use crate::mixture::{
    EmIteration, EmSettings, KMeansFit, KMeansIteration, KMeansStop, Mixture, PrincipalAxes, Sampler,
    StopReason,
};
use crate::study::{
    DataReport, EmStep, Event, FitReport, SamplesReport, Settings, Stage, resample, restore_with,
};

mod transform;

/// 256 colours and Unicode.
pub const THEME: Theme = Theme::dark(Depth::Indexed, Glyphs::Unicode);
/// No colour, ASCII.
pub const PLAIN: Theme = Theme::dark(Depth::None, Glyphs::Ascii);

/// How far the study has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing has been heard.
    Empty,
    /// k-means is under way.
    Clustering,
    /// EM is under way.
    Running,
    /// All is done.
    Done,
    /// An error in EM.
    Failed,
    /// Cancelled in EM.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Empty, Self::Clustering, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
}

/// A dashboard of `size` that has heard of a study up to `state`.
pub fn app(state: State, theme: Theme, size: (u16, u16)) -> App {
    let mut app = App::new(settings(), theme, size);
    for event in events(state) {
        if let Event::Fitted(fit) = &event {
            let overviews = super::tabs::components::overviews(&fit.mixture);
            app.update(Action::Overviewed { run: 1, overviews });
        }
        app.update(Action::Study { run: 1, event });
    }
    app
}

/// Takes an action in and carries out at once what it asks for, as `jobs` does beside the dashboard; then what that
/// asks for.
pub fn act(app: &mut App, action: Action) {
    for effect in app.update(action) {
        match effect {
            Effect::Restore(request) => {
                let run = request.run;
                if request.restore {
                    act(app, Action::Restored { run, answer: restorer::restored(&request) });
                }
                if let Some(wanted) = &request.draws {
                    // The factors take long, and the same few masks come again and again.
                    static KEPT: Mutex<BTreeMap<Vec<bool>, restorer::Kept>> = Mutex::new(BTreeMap::new());
                    let bits = request.observations[0].mask().unwrap().bits().to_vec();
                    let mut kept = KEPT.lock().unwrap().remove(&bits).flatten();
                    let answer = restorer::drawn(&request, wanted, &mut kept);
                    KEPT.lock().unwrap().insert(bits, kept);
                    act(app, Action::Restored { run, answer });
                }
            }
            Effect::Resample(SampleRequest { run, mixture, count, seed, stream, batch }) => {
                static SAMPLER: OnceLock<Sampler> = OnceLock::new();
                let sampler = SAMPLER.get_or_init(|| Sampler::new(&mixture).unwrap());
                let drawn = resample(sampler, seed, count, stream.component, stream.repeat(batch));
                act(app, Action::Resampled { run, stream, batch, result: Ok(Arc::new(drawn)) });
            }
            Effect::Analyse { run, mixture, component } => {
                static AXES_OF: [OnceLock<Arc<PrincipalAxes>>; 5] = [const { OnceLock::new() }; 5];
                let axes = AXES_OF[component]
                    .get_or_init(|| Arc::new(mixture.principal_axes(component, AXES).unwrap()));
                act(app, Action::Analysed { run, component, result: Ok(Arc::clone(axes)) });
            }
            _ => {}
        }
    }
}

/// A dashboard whose every picture has been asked for once: bench, draws, principal axes, many samples.
pub fn explored(theme: Theme, size: (u16, u16)) -> App {
    static EXPLORED: OnceLock<App> = OnceLock::new();
    let explored = EXPLORED.get_or_init(|| {
        let mut app = app(State::Done, THEME, (200, 60));
        for (tab, commands) in [
            (Tab::Samples, &[Command::PageDown][..]),
            (Tab::Components, &[Command::CycleView, Command::CycleView]),
            (Tab::Inpaint, &[Command::CycleView, Command::Invert]),
        ] {
            app.tab = tab;
            commands.iter().for_each(|command| press(&mut app, *command));
        }
        app
    });
    let mut app = explored.clone();
    (app.theme, app.size) = (theme, size);
    app
}

/// A command, carried out at once.
pub fn press(app: &mut App, command: Command) {
    act(app, Action::Command(command));
}

/// The settings of the fixture.
pub fn settings() -> Settings {
    let em = EmSettings { max_iterations: 40, ..EmSettings::default() };
    Settings { em, samples: 60, ..Settings::default() }
}

/// What the study says until `state`.
fn events(state: State) -> Vec<Event> {
    let made = made();
    let mut events = Vec::new();
    if state == State::Empty {
        return events;
    }
    events.extend([Event::Entered(Stage::Transform), Event::Transformed(Arc::new(transform::report()))]);
    events.extend([Event::Entered(Stage::Data), Event::DataReady(Arc::clone(&made.data))]);
    events.push(Event::Entered(Stage::KMeans));
    let steps = made.kmeans.history.iter().cloned();
    if state == State::Clustering {
        events.extend(steps.take(4).map(Event::KMeansStep));
        return events;
    }
    events.extend(steps.map(Event::KMeansStep));
    events.extend([Event::KMeansDone(Arc::clone(&made.kmeans)), Event::Entered(Stage::Em)]);
    let running = if state == State::Done { made.fit.history.len() } else { 9 };
    events.extend(made.fit.history.iter().take(running).cloned().map(Event::EmStepped));
    match state {
        State::Done => events.extend([
            Event::Fitted(Arc::clone(&made.fit)),
            Event::Entered(Stage::Samples),
            Event::Sampled(Arc::clone(&made.samples)),
            Event::Entered(Stage::Inpaint),
            Event::Inpainted(Arc::clone(&made.inpaint)),
            Event::Finished,
        ]),
        State::Failed => events.push(Event::Failed(
            "covariance of component 3 is not positive definite at iteration 9 (pivot 12): \
             use a larger --ridge, fewer --components or more --samples"
                .into(),
        )),
        State::Cancelled => events.push(Event::Cancelled),
        _ => {}
    }
    events
}

struct Made {
    data: Arc<DataReport>,
    kmeans: Arc<KMeansFit>,
    fit: Arc<FitReport>,
    samples: Arc<SamplesReport>,
    inpaint: Arc<crate::study::InpaintReport>,
}

/// The parts that take a moment, made once.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let data = Arc::new(data());
        let images = data.train.matrix(&data.sample_indices);
        let clusters = clusters(&data);
        let mixture = Arc::new(mixture(&images, &clusters));
        let fit = Arc::new(fit(&images, &clusters, &mixture));
        let mask = Mask::new((0..784).map(|pixel| pixel * 7919 % 1009 < 101).collect());
        let inpaint = Arc::new(restore_with(&mixture, &data, &data.test_indices, &[mask.into()]).unwrap());
        Made {
            kmeans: Arc::new(kmeans(&mixture, &clusters)),
            samples: Arc::new(samples(&images, &mixture, &clusters)),
            data,
            fit,
            inpaint,
        }
    })
}

fn data() -> DataReport {
    let set = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    DataReport {
        source: set.source,
        train: set.train,
        test: set.test,
        sample_indices: (0..60).map(|i| i * 271).collect(),
        test_indices: (0..10).map(|i| i * 131).collect(),
        held_out_indices: Vec::new(),
    }
}

/// Five clusters: shirts and bags in two each, trousers in one; the largest first.
fn clusters(data: &DataReport) -> Vec<usize> {
    let by_hand: Vec<usize> = data
        .sample_indices
        .iter()
        .enumerate()
        .map(|(place, &index)| match data.train.labels()[index] {
            1 => 0,
            0 => 1 + usize::from(place % 3 == 0),
            _ => 3 + usize::from(place % 3 == 0),
        })
        .collect();
    let size = |k: usize| by_hand.iter().filter(|&&cluster| cluster == k).count();
    let mut order: Vec<usize> = (0..5).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(size(k)));
    by_hand.iter().map(|cluster| order.iter().position(|k| k == cluster).unwrap()).collect()
}

fn mixture(images: &DMatrix<f64>, clusters: &[usize]) -> Mixture {
    let (dim, count) = images.shape();
    let mut weights = DVector::zeros(5);
    let mut means = DMatrix::zeros(dim, 5);
    let mut covariances = Vec::new();
    for k in 0..5 {
        let members: Vec<usize> = (0..count).filter(|&i| clusters[i] == k).collect();
        let mut centred = images.select_columns(&members);
        let mean = centred.column_mean();
        for mut column in centred.column_iter_mut() {
            column -= &mean;
        }
        let scatter = &centred * centred.transpose() / members.len() as f64;
        covariances.push(scatter + DMatrix::identity(dim, dim) * 0.01);
        means.set_column(k, &mean);
        weights[k] = members.len() as f64 / count as f64;
    }
    Mixture::new(weights, means, covariances).unwrap()
}

fn kmeans(mixture: &Mixture, clusters: &[usize]) -> KMeansFit {
    let inertia = |i: usize| 2400.0 + 900.0 * 0.5f64.powi(i as i32);
    let step = |i: usize| KMeansIteration {
        restart: 0,
        iteration: i + 1,
        inertia: inertia(i),
        movement: 40.0 * 0.4f64.powi(i as i32),
        changed: [20, 9, 5, 3, 2, 1, 0][i],
    };
    KMeansFit {
        centroids: mixture.means().clone(),
        assignments: clusters.to_vec(),
        inertia: inertia(6),
        history: (0..7).map(step).collect(),
        restart: 0,
        stop: KMeansStop::FixedPoint,
    }
}

fn fit(images: &DMatrix<f64>, clusters: &[usize], mixture: &Arc<Mixture>) -> FitReport {
    let centre = images.column_mean();
    let step = |i: usize| {
        let near = 1.0 - 0.7f64.powi(i as i32 + 1);
        let mut means = mixture.means().clone();
        for mut column in means.column_iter_mut() {
            let moved = &centre + (&column - &centre) * near;
            column.copy_from(&moved);
        }
        let weights = mixture.weights() * near + DVector::repeat(5, 0.2 * (1.0 - near));
        let iteration = EmIteration {
            iteration: i + 1,
            nll: if i == 0 { 752.118 } else { -612.5 + 90.0 * 0.6f64.powi(i as i32) },
            held_out_nll: None,
            weights,
            means: Arc::new(means),
        };
        Arc::new(EmStep { iteration, time: Duration::from_millis(310 + 7 * (i as u64 % 5)) })
    };
    FitReport {
        mixture: Arc::clone(mixture),
        history: (0..24).map(step).collect(),
        stop: StopReason::Converged,
        assignments: clusters.to_vec(),
        final_nll: -612.4997,
    }
}

fn samples(images: &DMatrix<f64>, mixture: &Mixture, clusters: &[usize]) -> SamplesReport {
    let chosen: Vec<usize> = (0..10).map(|i| i * 6 + 1).collect();
    let components: Vec<usize> = chosen.iter().map(|&i| clusters[i]).collect();
    let mut drawn = images.select_columns(&chosen);
    for (mut column, &k) in drawn.column_iter_mut().zip(&components) {
        let mean = mixture.means().column(k);
        for (pixel, value) in column.iter_mut().enumerate() {
            *value = mean[pixel] + 0.8 * (*value - mean[pixel]) + 0.002 * (pixel * 37 % 41) as f64 - 0.04;
        }
    }
    SamplesReport { images: drawn, components }
}
