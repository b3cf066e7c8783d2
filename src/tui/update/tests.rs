//! The state after actions, drawn in between.

mod browser;
mod components;
mod data;
mod inpaint;
mod jobs;
mod overlays;
mod runs;
mod samples;
mod transform;

use std::sync::Arc;

use crate::study::{Event, FitReport, HeldOutScore, Shrinkage};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::fixture::{self, Dashboard, State, THEME};
use crate::tui::hits::Target;
use crate::tui::state::answers::Reply;
use crate::tui::state::cursors::{CovarianceView, NllView, Part};
use crate::tui::state::job::{Answer, Job};
use crate::tui::state::overlay::{Overlay, Subject};
use crate::tui::state::status::Tone;
use crate::tui::tab::Tab;
use crate::tui::theme::{Ground, Pictures, Role};
use crate::tui::views::pictures;

fn app(state: State) -> Dashboard {
    fixture::app(state, THEME, (80, 24))
}

fn press(app: &mut Dashboard, command: Command) -> Vec<Effect> {
    app.update(Action::Command(command))
}

/// The names of effects; of jobs, what they are for.
fn kinds(effects: &[Effect]) -> Vec<String> {
    let name = |effect: &Effect| match effect {
        Effect::Run(job) => format!("{:?}", job.id.kind),
        other => format!("{other:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
    };
    effects.iter().map(name).collect()
}

/// The one job among `effects`.
fn job(effects: &[Effect]) -> Job {
    let [Effect::Run(job)] = effects else { panic!("{:?}", kinds(effects)) };
    job.clone()
}

#[test]
fn tabs_go_round() {
    let mut app = app(State::Empty);
    assert_eq!(app.tab, Tab::Fit, "the mixture is in front at first");
    press(&mut app, Command::Go(Tab::Transform));
    for &tab in Tab::ALL {
        assert_eq!(app.tab, tab);
        press(&mut app, Command::NextTab);
    }
    assert_eq!(app.tab, Tab::Transform);
    press(&mut app, Command::PreviousTab);
    assert_eq!(app.tab, Tab::Runs);
    press(&mut app, Command::Go(Tab::Fit));
    assert_eq!(app.tab, Tab::Fit);
}

#[test]
fn a_derivation_follows_its_tab() {
    let mut app = app(State::Empty);
    press(&mut app, Command::Go(Tab::Transform));
    press(&mut app, Command::Theory);
    press(&mut app, Command::Down);
    press(&mut app, Command::NextTab);
    assert_eq!(app.tab, Tab::Data);
    assert!(matches!(app.overlay, Some(Overlay::Theory { scroll: 0 })));
    press(&mut app, Command::Back);
    assert!(app.overlay.is_none());
}

#[test]
fn space_pauses_and_goes_on_and_n_steps() {
    let mut app = app(State::Running);
    assert!(press(&mut app, Command::Step).is_empty(), "a study that is not paused makes no step");
    assert_eq!(kinds(&press(&mut app, Command::TogglePause)), ["Pause"]);
    app.update(Action::Study { run: 1, event: Event::Paused(true) });
    assert_eq!(kinds(&press(&mut app, Command::Step)), ["Step"]);
    assert_eq!(kinds(&press(&mut app, Command::TogglePause)), ["Resume"]);
    let mut done = self::app(State::Done);
    assert!(press(&mut done, Command::TogglePause).is_empty());
}

#[test]
fn cancelling_takes_two_presses_in_a_row() {
    let mut app = app(State::Running);
    assert!(press(&mut app, Command::Back).is_empty());
    press(&mut app, Command::NextTab);
    assert!(press(&mut app, Command::Back).is_empty());
    assert_eq!(kinds(&press(&mut app, Command::Back)), ["Cancel"]);
    let mut done = self::app(State::Done);
    press(&mut done, Command::Back);
    assert!(press(&mut done, Command::Back).is_empty());
}

#[test]
fn the_history_is_scrubbed_and_its_end_follows() {
    let mut app = app(State::Running);
    app.tab = Tab::Components;
    let last = app.outcome.em.history.len();
    assert_eq!((app.cursors.iteration, app.iteration()), (None, Some(last)));
    press(&mut app, Command::Left);
    assert_eq!(app.cursors.iteration, Some(last - 1));
    press(&mut app, Command::First);
    press(&mut app, Command::Left);
    assert_eq!(app.iteration(), Some(0));
    let shown = pictures::shown(&app).unwrap();
    assert_eq!(shown.means, &app.outcome.kmeans.fit.as_ref().unwrap().centroids, "the start");
    assert!(shown.variances.unwrap().iter().all(|&variance| variance == 1.0));
    press(&mut app, Command::Last);
    assert_eq!(app.cursors.iteration, None);
}

#[test]
fn a_replay_runs_from_the_first_iteration_to_the_last() {
    let mut app = app(State::Done);
    app.tab = Tab::Components;
    press(&mut app, Command::Play);
    let mut seen = vec![app.iteration().unwrap()];
    while app.playing {
        app.update(Action::Tick);
        seen.push(app.iteration().unwrap());
        assert!(seen.len() < 100);
    }
    assert_eq!(seen, (0..=app.outcome.em.history.len()).collect::<Vec<_>>());
    assert_eq!(app.cursors.iteration, None);
    press(&mut app, Command::Play);
    press(&mut app, Command::Play);
    assert!(!app.playing);
}

#[test]
fn pictures_open_turn_and_close() {
    let mut app = app(State::Done);
    app.tab = Tab::Components;
    press(&mut app, Command::Down);
    press(&mut app, Command::Open);
    for _ in 0..3 {
        press(&mut app, Command::PageDown);
    }
    // Covariance, diagonal and row of the second component, then the mean of the third.
    let Some(Overlay::Picture(open)) = &app.overlay else { panic!() };
    assert_eq!(open.subject, Subject::Mean(2));
    assert_eq!(app.cursors.component, 2);
    press(&mut app, Command::Back);
    assert!(app.overlay.is_none());
    app.tab = Tab::Fit;
    press(&mut app, Command::Open);
    assert!(app.overlay.is_none());
}

#[test]
fn clicks_choose_tabs_and_pictures() {
    let mut app = app(State::Done);
    let tab = app.hits.rect(Target::Tab(Tab::Samples)).unwrap();
    app.update(Action::Click { x: tab.x + 1, y: tab.y });
    assert_eq!(app.tab, Tab::Samples);
    // The second of five columns of 14 pixels, in the second row.
    app.update(Action::Click { x: 16, y: 13 });
    assert_eq!(app.cursors.sample, 6);
    assert!(app.overlay.is_none());
    app.update(Action::Click { x: 16, y: 13 });
    assert!(matches!(app.overlay, Some(Overlay::Picture(_))));
}

#[test]
fn a_click_on_a_chart_moves_its_cursor() {
    let mut app = app(State::Done);
    app.tab = Tab::Fit;
    app.update(Action::Click { x: 24, y: 6 });
    let middle = app.iteration().unwrap();
    assert!((5..20).contains(&middle), "{middle}");
    app.update(Action::Click { x: 41, y: 6 });
    assert_eq!(app.cursors.iteration, None, "the last iteration follows the latest");
    app.tab = Tab::Transform;
    app.update(Action::Click { x: 79, y: 7 });
    assert!(app.z() >= 3.88 && app.z() <= 4.0, "{}", app.z());
    app.update(Action::Click { x: 4, y: 16 });
    assert!(app.cursors.check > 0);
    assert!(app.overlay.is_none());
}

#[test]
fn a_click_on_the_footer_or_on_a_view_is_its_key() {
    let mut app = app(State::Done);
    app.tab = Tab::Fit;
    let place = app.hits.rect(Target::Command(Command::Left)).unwrap();
    app.update(Action::Click { x: place.x, y: place.y });
    assert_eq!(app.iteration(), Some(app.outcome.em.history.len() - 1));
    app.tab = Tab::Components;
    app.size = (120, 40);
    let place = crate::tui::views::hits(&app).rect(Target::View(1)).unwrap();
    app.update(Action::Click { x: place.x, y: place.y });
    assert_eq!(app.cursors.covariance, CovarianceView::Diagonal);
    app.tab = Tab::Samples;
    let place = crate::tui::views::hits(&app).rect(Target::View(2)).unwrap();
    app.update(Action::Click { x: place.x, y: place.y });
    assert_eq!(app.samples.wanted.component, Some(1));
    press(&mut app, Command::PreviousComponent);
    press(&mut app, Command::PreviousComponent);
    press(&mut app, Command::PreviousComponent);
    assert_eq!(app.samples.wanted.component, Some(4), "around the end");
}

#[test]
fn views_of_the_chart_form_a_circle() {
    let mut app = app(State::Done);
    app.tab = Tab::Fit;
    let seen = |app: &mut Dashboard| {
        let mut seen = vec![app.cursors.nll];
        loop {
            press(app, Command::CycleView);
            if app.cursors.nll == seen[0] {
                return seen;
            }
            seen.push(app.cursors.nll);
        }
    };
    use NllView::{Change, Close, HeldOut, LinearChange, Whole};
    assert_eq!(seen(&mut app), [Whole, Close, Change, LinearChange]);
    Arc::make_mut(app.outcome.data.as_mut().unwrap()).held_out_indices = vec![1, 2];
    assert_eq!(seen(&mut app), [Whole, Close, Change, LinearChange, HeldOut]);
}

#[test]
fn the_background_and_the_mouse_are_switched() {
    let mut app = app(State::Done);
    let before = app.theme.style(Role::Accent);
    press(&mut app, Command::ToggleGround);
    assert_ne!(app.theme.style(Role::Accent), before);
    assert_eq!(kinds(&press(&mut app, Command::ToggleMouse)), ["Mouse"]);
    assert!(!app.mouse);
}

#[test]
fn the_terminal_says_its_background_and_what_it_shows_unless_that_was_chosen() {
    let mut app = app(State::Done);
    app.update(Action::Answered(Reply::Background([250, 250, 250])));
    assert_eq!(app.theme.ground, Ground::Light);
    app.update(Action::Answered(Reply::Kitty));
    assert_eq!(app.theme.pictures, Pictures::Kitty);
    press(&mut app, Command::ToggleGround);
    press(&mut app, Command::CyclePictures);
    assert_eq!((app.theme.ground, app.theme.pictures), (Ground::Dark, Pictures::Sixel));
    app.update(Action::Answered(Reply::Background([250, 250, 250])));
    app.update(Action::Answered(Reply::Kitty));
    assert_eq!((app.theme.ground, app.theme.pictures), (Ground::Dark, Pictures::Sixel), "a late answer");
}

#[test]
fn a_fit_that_does_not_generalise_is_run_again_with_a_chosen_shrinkage() {
    let mut app = app(State::Done);
    assert!(press(&mut app, Command::Generalise).is_empty(), "nothing is held out");
    let held_out =
        |nll: f64| HeldOutScore { log_density: vec![-nll], nll, trimmed_nll: nll, bits_per_dim: None };
    let fit = FitReport::clone(app.outcome.fit.as_deref().unwrap());
    let with = |nll| Some(Arc::new(FitReport { held_out: Some(held_out(nll)), ..fit.clone() }));
    app.outcome.fit = with(fit.final_nll + 784.0);
    assert!(press(&mut app, Command::Generalise).is_empty(), "a nat a pixel is no fault");
    app.outcome.fit = with(fit.final_nll + 785.0);
    let effects = press(&mut app, Command::Generalise);
    let [Effect::Start { settings, .. }] = effects.as_slice() else { panic!("{:?}", kinds(&effects)) };
    assert_eq!(settings.get().shrinkage, Shrinkage::Auto);
    assert_eq!(app.outcome.settings, *settings.get());
}
