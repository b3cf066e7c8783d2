//! Outcomes to draw in tests: real images, clusters made by hand, the same numbers on every machine.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use nalgebra::{DMatrix, DVector};

use crate::data::{Dataset, ImageShape, Source};
use crate::inverse::Mask;
use crate::mixture::{EmIteration, EmSettings, KMeansFit, KMeansIteration, KMeansStop, Mixture, StopReason};
use crate::study::{DataReport, EmStep, Event, FitReport, SamplesReport, Settings, Stage, restore_with};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::keymap::Keys;
use crate::tui::state::App;
use crate::tui::state::job::{Answer, Job, Work};
use crate::tui::tab::Tab;
use crate::tui::theme::{Depth, Glyphs, Theme};
use crate::tui::views;
use crate::tui::work::{self, Kept};

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

/// A dashboard without a terminal: it is drawn after every action, as the event loop does it.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Its state.
    pub app: App,
    /// What the last frame put where.
    pub hits: Hits,
}

impl Deref for Dashboard {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl DerefMut for Dashboard {
    fn deref_mut(&mut self) -> &mut App {
        &mut self.app
    }
}

impl Dashboard {
    /// Takes an action in; the effects, with those of the frame that follows.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        if !self.hits.are_of(&self.app) {
            self.hits = views::hits(&self.app);
        }
        let mut effects = self.app.update(action, &self.hits);
        self.hits = views::hits(&self.app);
        effects.extend(self.app.requests(&self.hits));
        effects
    }
}

/// A dashboard of `size` with the events of a study up to `state`.
pub fn app(state: State, theme: Theme, size: (u16, u16)) -> Dashboard {
    of_events(settings(), events(state), theme, size)
}

/// A dashboard of `size` with these events.
pub fn of_events(settings: Settings, events: Vec<Event>, theme: Theme, size: (u16, u16)) -> Dashboard {
    let app = App::new(settings, theme, Keys::default(), size);
    let mut dashboard = Dashboard { app, hits: Hits::default() };
    for event in events {
        let effects = dashboard.app.update(Action::Study { run: 1, event }, &Hits::default());
        carry_out(&mut dashboard, effects);
    }
    dashboard.hits = views::hits(&dashboard.app);
    dashboard
}

/// Takes an action in, and carries out at once what it asks for, as `jobs` does beside the dashboard.
pub fn act(dashboard: &mut Dashboard, action: Action) {
    let effects = dashboard.update(action);
    carry_out(dashboard, effects);
}

fn carry_out(dashboard: &mut Dashboard, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Run(job) = effect {
            act(dashboard, Action::Done(job.id, answer(&job)));
        }
    }
}

/// The answer to a job; what takes long is computed once.
pub fn answer(job: &Job) -> Result<Answer, String> {
    static KEPT: Mutex<BTreeMap<String, Kept>> = Mutex::new(BTreeMap::new());
    static ANSWERS: Mutex<BTreeMap<String, Answer>> = Mutex::new(BTreeMap::new());
    let (mixture, of) = match &job.work {
        Work::Samples(request) => (&request.mixture, "samples".to_owned()),
        Work::Draws(request) => (&request.mixture, format!("{:?}", request.observation)),
        Work::Axes { mixture, component } => (mixture, format!("axes {component}")),
        Work::Overviews(mixture) => (mixture, "overviews".to_owned()),
        _ => return work::done(&job.work, &mut Kept::default()),
    };
    let key = format!("{:p} {of}", Arc::as_ptr(mixture));
    if matches!(job.work, Work::Axes { .. } | Work::Overviews(_)) {
        if let Some(answer) = ANSWERS.lock().unwrap().get(&key) {
            return Ok(answer.clone());
        }
        let answer = work::done(&job.work, &mut Kept::default())?;
        ANSWERS.lock().unwrap().insert(key, answer.clone());
        return Ok(answer);
    }
    let mut kept = KEPT.lock().unwrap().remove(&key).unwrap_or_default();
    let answer = work::done(&job.work, &mut kept);
    KEPT.lock().unwrap().insert(key, kept);
    answer
}

/// A dashboard whose every picture has been asked for once: mask editor, draws, principal axes, many samples.
pub fn explored(theme: Theme, size: (u16, u16)) -> Dashboard {
    static EXPLORED: OnceLock<Dashboard> = OnceLock::new();
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
pub fn press(dashboard: &mut Dashboard, command: Command) {
    act(dashboard, Action::Command(command));
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
        let shape = ImageShape::new(28, 28);
        let mask = Mask::from_fn(shape, |row, column| (row * 28 + column) * 7919 % 1009 < 101);
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
