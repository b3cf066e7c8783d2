//! Outcomes to draw in tests: real images, clusters made by hand, the same numbers on every machine.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock};

use crate::study::{Event, Settings};
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

mod study;
mod transform;

use study::events;
pub use study::settings;

/// 256 colours and Unicode.
pub const THEME: Theme = Theme::dark(Depth::Indexed, Glyphs::Unicode);
/// No colour, ASCII.
pub const PLAIN: Theme = Theme::dark(Depth::None, Glyphs::Ascii);

/// The progress of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No event yet.
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
        Work::Draws(request) => (&request.of.mixture, format!("{:?}", request.of.observations)),
        Work::Axes { mixture, component } => (mixture, format!("axes {component}")),
        Work::Overviews(mixture, _) => (mixture, "overviews".to_owned()),
        Work::Coverage(request) => (&request.mixture, format!("coverage {:?}", request.observations)),
        _ => return work::done(&job.work, &mut Kept::default()),
    };
    let key = format!("{:p} {of}", Arc::as_ptr(mixture));
    if matches!(job.work, Work::Axes { .. } | Work::Overviews(..) | Work::Coverage(_)) {
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
            (Tab::Restore, &[Command::CycleView, Command::Invert]),
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
