//! The whole screen as text, at three sizes and in every state; `properties` presses any key anywhere.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::study::{RunRecord, SETTINGS};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::fixture::{self, Dashboard, PLAIN, State, THEME};
use crate::tui::hits::Target;
use crate::tui::state::App;
use crate::tui::state::overlay::Overlay;
use crate::tui::tab::Tab;
use crate::tui::theme::{Glyphs, Theme};
use crate::tui::views::{self, frame};

mod images;
mod pixels;
mod properties;

/// What the screen shows, line by line.
fn screen(app: &App) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    views::draw(app, &mut buffer);
    let line =
        |y: u16| (0..app.size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..app.size.1).map(|y| line(y) + "\n").collect()
}

/// The screen's cells.
fn buffer(app: &App) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    views::draw(app, &mut buffer);
    buffer
}

fn snapshot(name: &str, app: &App) {
    insta::with_settings!({ omit_expression => true, snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, screen(app));
    });
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn every_tab_when_all_is_done() {
    for size in SIZES {
        let mut app = fixture::app(State::Done, THEME, size);
        for &tab in Tab::ALL {
            app.tab = tab;
            snapshot(&format!("{}-done-{}x{}", tab.title(), size.0, size.1), &app);
        }
    }
}

#[test]
fn every_tab_on_the_least_screen() {
    let mut app = fixture::app(State::Done, THEME, frame::LEAST);
    for &tab in Tab::ALL {
        app.tab = tab;
        snapshot(&format!("{}-least", tab.title()), &app);
    }
}

/// Every tab of one dashboard in one snapshot.
fn snapshot_tabs(name: &str, mut app: Dashboard) {
    let screens: Vec<String> = Tab::ALL
        .iter()
        .map(|&tab| {
            app.tab = tab;
            screen(&app)
        })
        .collect();
    insta::with_settings!({ omit_expression => true, snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, screens.join("\n"));
    });
}

#[test]
fn every_tab_in_every_other_state() {
    for state in State::ALL.into_iter().filter(|state| *state != State::Done) {
        for (width, height) in SIZES {
            snapshot_tabs(
                &format!("all-{state:?}-{width}x{height}"),
                fixture::app(state, THEME, (width, height)),
            );
        }
        snapshot_tabs(&format!("all-{state:?}-plain-80x24"), fixture::app(state, PLAIN, (80, 24)));
    }
}

#[test]
fn every_tab_without_colour_and_unicode() {
    let mut app = fixture::app(State::Done, PLAIN, (80, 24));
    for &tab in Tab::ALL {
        app.tab = tab;
        snapshot(&format!("{}-plain-80x24", tab.title()), &app);
    }
}

#[test]
fn what_opens_above_the_tabs() {
    for (kind, theme, size) in
        [("80x24", THEME, (80, 24)), ("plain-80x24", PLAIN, (80, 24)), ("200x60", THEME, (200, 60))]
    {
        let mut app = fixture::app(State::Done, theme, size);
        for (name, tab, command) in [
            ("help", Tab::Fit, Command::Help),
            ("theory", Tab::Restore, Command::Theory),
            ("settings", Tab::Fit, Command::Settings),
            ("picture", Tab::Samples, Command::Open),
            ("palette", Tab::Fit, Command::Palette),
        ] {
            app.tab = tab;
            app.update(Action::Command(command));
            if command == Command::Settings {
                // A change, and a fault.
                for action in [
                    Action::Command(Command::Erase),
                    Action::Insert('8'),
                    Action::Command(Command::Up),
                    Action::Command(Command::Up),
                    Action::Command(Command::Right),
                    Action::Insert('x'),
                ] {
                    app.update(action);
                }
            }
            snapshot(&format!("overlay-{name}-{kind}"), &app);
            app.update(Action::Command(Command::Back));
        }
    }
}

#[test]
fn a_form_says_what_will_change() {
    let mut app = fixture::app(State::Done, THEME, (80, 24));
    let say =
        |app: &App| screen(app).lines().find(|line| line.contains("Enter runs")).unwrap().trim().to_owned();
    app.update(Action::Command(Command::Settings));
    assert_eq!(say(&app), "Enter runs the study again.");
    for (field, kept) in [("pixels observed", "k-means and EM are kept"), ("ridge", "k-means is kept")] {
        let index = SETTINGS.iter().position(|setting| setting.label == field).unwrap();
        let Some(Overlay::Settings(form)) = &mut app.overlay else { panic!() };
        form.select(index);
        "0.5".chars().for_each(|c| drop(app.update(Action::Insert(c))));
        assert_eq!(say(&app), format!("Enter runs the study; {kept}."));
    }
    let Some(Overlay::Settings(form)) = &mut app.overlay else { panic!() };
    form.select(0);
    app.update(Action::Insert('1'));
    assert_eq!(say(&app), "Enter runs the study from the start.");
}

#[test]
fn without_colours_the_cursor_and_the_tab_in_front_can_be_seen() {
    for theme in [PLAIN, Theme { glyphs: Glyphs::Unicode, ..PLAIN }] {
        let mut app = fixture::app(State::Done, theme, (80, 24));
        let other = RunRecord { run: "00000002".into(), ..app.runs.entries[0].record.clone() };
        app.runs.add_saved(vec![other]);
        for &tab in Tab::ALL {
            app.tab = tab;
            app.cursors = Default::default();
            let before = buffer(&app);
            let line = app.hits.rect(Target::Tab(tab)).unwrap();
            assert!(before[(line.x, line.y)].modifier.contains(Modifier::REVERSED), "{tab:?}");
            let moves = [Command::Left, Command::Right, Command::Down].into_iter().any(|command| {
                let mut app = app.clone();
                app.update(Action::Command(command));
                buffer(&app) != before
            });
            assert!(moves, "{tab:?}: nothing moves");
        }
    }
}

#[test]
fn a_scrubbed_history_and_other_views() {
    let mut app = fixture::app(State::Done, THEME, (80, 24));
    for tab in [Tab::Fit, Tab::Components] {
        app.tab = tab;
        app.cursors.iteration = Some(12);
        app.update(Action::Command(Command::CycleView));
        if tab == Tab::Fit {
            snapshot("Fit-close-80x24", &app);
            app.update(Action::Command(Command::CycleView));
        }
        snapshot(&format!("{}-scrubbed-80x24", tab.title()), &app);
    }
}

/// The states of the picture tabs that keys lead to: name, tab, keys.
const PICTURES: [(&str, Tab, &[Command]); 12] = [
    ("Restore-restored", Tab::Restore, &[Command::CycleView]),
    ("Restore-deviation", Tab::Restore, &[Command::PreviousMask, Command::CycleView, Command::CycleView]),
    (
        "Restore-draws",
        Tab::Restore,
        &[Command::NextMask, Command::NextMask, Command::CycleView, Command::CycleView, Command::CycleView],
    ),
    ("Restore-noise", Tab::Restore, &[Command::NextObservation, Command::CycleView, Command::CycleAspect]),
    (
        "Restore-reduce",
        Tab::Restore,
        &[
            Command::PreviousObservation,
            Command::PreviousObservation,
            Command::MoreNoise,
            Command::CycleView,
            Command::CycleAspect,
            Command::CycleAspect,
            Command::CycleAspect,
        ],
    ),
    (
        "Restore-project",
        Tab::Restore,
        &[Command::PreviousObservation, Command::CycleView, Command::Coverage, Command::CycleAspect],
    ),
    ("Samples-component", Tab::Samples, &[Command::CycleComponent]),
    ("Samples-more", Tab::Samples, &[Command::PageDown, Command::PageDown]),
    ("Components-row", Tab::Components, &[Command::CycleView, Command::CycleView, Command::PixelUp]),
    (
        "Components-axes",
        Tab::Components,
        &[Command::CycleView, Command::CycleView, Command::CycleView, Command::Down],
    ),
    ("Data-octants", Tab::Data, &[Command::CycleBlocks, Command::CycleBlocks, Command::CycleBlocks]),
    ("Components-mean", Tab::Components, &[Command::Open, Command::PageUp, Command::Right]),
];

#[test]
fn the_pictures_that_keys_lead_to() {
    for size in SIZES {
        for (name, tab, keys) in PICTURES {
            let mut app = fixture::app(State::Done, THEME, size);
            app.tab = tab;
            keys.iter().for_each(|command| fixture::press(&mut app, *command));
            app.status = None;
            snapshot(&format!("{name}-{}x{}", size.0, size.1), &app);
        }
    }
}

#[test]
fn the_pictures_that_keys_lead_to_without_colour_and_unicode() {
    for (name, tab, keys) in PICTURES {
        let mut app = fixture::app(State::Done, PLAIN, (80, 24));
        app.tab = tab;
        keys.iter().for_each(|command| fixture::press(&mut app, *command));
        app.status = None;
        snapshot(&format!("{name}-plain-80x24"), &app);
    }
}

#[test]
fn the_mask_editor_on_the_least_screen() {
    let mut app = fixture::app(State::Done, THEME, frame::LEAST);
    app.tab = Tab::Restore;
    fixture::press(&mut app, Command::CycleView);
    snapshot("Restore-restored-least", &app);
}

#[test]
fn a_screen_too_small_says_so() {
    for size in [(59, 24), (80, 15), (20, 5), (1, 1), (0, 0), (3, 1)] {
        let app = fixture::app(State::Done, THEME, size);
        let text = screen(&app);
        assert!(
            size.0 < 20 || text.contains(&format!("{} x {}: too small", size.0, size.1)),
            "{size:?}: {text}"
        );
        assert!(!text.contains("Transform"), "{size:?}");
    }
}

#[test]
fn without_colours_no_cell_has_one_and_ascii_is_ascii() {
    for state in State::ALL {
        let mut app = fixture::app(state, PLAIN, (120, 40));
        for &tab in Tab::ALL {
            app.tab = tab;
            for command in [
                Command::Back,
                Command::Theory,
                Command::Help,
                Command::Settings,
                Command::Open,
                Command::Palette,
            ] {
                app.update(Action::Command(command));
                for cell in &buffer(&app).content {
                    assert!(cell.fg == Color::Reset && cell.bg == Color::Reset, "{tab:?}: {cell:?}");
                    assert!(cell.symbol().is_ascii(), "{tab:?}: {cell:?}");
                }
                app.update(Action::Command(Command::Back));
            }
        }
    }
}

#[test]
fn the_native_images_of_a_tab_are_exact() {
    let app = {
        let mut app = fixture::app(State::Done, THEME, (120, 40));
        app.tab = Tab::Data;
        app
    };
    let (buffer, data) = (buffer(&app), app.outcome.data.clone().unwrap());
    let place = views::hits(&app).rect(Target::Train(1)).unwrap();
    assert_eq!(place.width, 28);
    let pixels = data.train.pixels(data.sample_indices[1]);
    for (at, &value) in pixels.iter().enumerate() {
        let (x, y) = ((at % 28) as u16, (at / 28) as u16);
        let cell = &buffer[(place.x + x, place.y + 1 + y / 2)];
        let shown = if cell.symbol() == "▀" && y % 2 == 0 { cell.fg } else { cell.bg };
        assert_eq!(shown, app.theme.color([value; 3]), "pixel {at}");
    }
}
