use super::*;
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::fixture::{self, Dashboard, State, THEME};
use crate::tui::tab::Tab;

fn app(tab: Tab, state: State) -> Dashboard {
    let mut app = fixture::app(state, THEME, (80, 24));
    app.tab = tab;
    app
}

fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split('\t').collect()).collect()
}

#[test]
fn every_table_is_rectangular_and_numbers_are_whole() {
    for &tab in Tab::ALL {
        let app = app(tab, State::Done);
        for copied in [selection(&app).unwrap(), table(&app).unwrap()] {
            let rows = cells(&copied.text);
            assert!(rows.len() > 1, "{copied:?}");
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{tab:?}: {copied:?}");
            assert!(!copied.what.is_empty());
        }
    }
}

#[test]
fn a_picture_is_copied_value_by_value() {
    let app = app(Tab::Samples, State::Done);
    let copied = selection(&app).unwrap();
    let rows = cells(&copied.text);
    assert_eq!((rows.len(), rows[0].len()), (28, 28));
    let drawn = &app.outcome.samples.as_ref().unwrap().images;
    for (at, cell) in rows.concat().iter().enumerate() {
        assert_eq!(cell.parse::<f64>(), Ok(drawn[(at, 0)]));
    }
    assert_eq!(copied.what, "sample 1, 28 × 28 values");
}

#[test]
fn the_fit_is_copied_by_iteration() {
    let mut app = app(Tab::Fit, State::Done);
    let history = app.outcome.em.history.clone();
    assert_eq!(cells(&table(&app).unwrap().text).len(), history.len() + 1);
    app.cursors.iteration = Some(3);
    let copied = selection(&app).unwrap();
    let row = cells(&copied.text)[1].clone();
    assert_eq!(row[0], "3");
    assert_eq!(row[1].parse::<f64>(), Ok(history[2].iteration.nll));
    assert_eq!(row[2].parse::<f64>(), Ok(history[2].iteration.nll - history[1].iteration.nll));
    assert_eq!(row[3], "nan", "nothing was held out");
    assert_eq!(row.len(), 5 + history[2].iteration.weights.len());
}

#[test]
fn a_pixel_is_copied_with_its_place() {
    let mut app = app(Tab::Components, State::Done);
    app.update(Action::Command(Command::Open));
    app.update(Action::Command(Command::First));
    let effects = app.update(Action::Command(Command::Copy));
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
    let rows = cells(text);
    assert_eq!(rows[1][..2], ["0", "0"]);
    let covariance = app.outcome.fit.as_ref().unwrap().mixture.covariances()[0].dense();
    assert_eq!(rows[1][2].parse::<f64>(), Ok(covariance[(0, 0)]));
    let said = &app.status.as_ref().unwrap().text;
    assert!(said.starts_with("copied row 0, column 0 of the covariance"), "{said}");
}

#[test]
fn what_is_not_there_is_not_copied() {
    for &tab in Tab::ALL {
        let mut app = app(tab, State::Empty);
        for command in [Command::Copy, Command::CopyTable] {
            assert!(app.update(Action::Command(command)).is_empty(), "{tab:?}");
            assert!(app.status.is_some());
        }
    }
}
