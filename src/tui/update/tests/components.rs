//! The Components tab: what is chosen, what its views show, and on which scale.

use super::{app, press};
use crate::show::Picture;
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::fixture::{self, Dashboard, State, THEME};
use crate::tui::hits::Target;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::state::overlay::{Overlay, Subject};
use crate::tui::tab::Tab;
use crate::tui::views::pictures;

fn components(size: (u16, u16)) -> Dashboard {
    let mut app = fixture::app(State::Done, THEME, size);
    app.tab = Tab::Components;
    app
}

#[test]
fn a_component_is_chosen_by_its_number_or_from_a_list() {
    let mut app = components((80, 24));
    press(&mut app, Command::PickComponent);
    app.update(Action::Insert('4'));
    app.update(Action::Insert('x'));
    press(&mut app, Command::Apply);
    assert_eq!((app.component(), app.overlay.is_none()), (3, true));
    press(&mut app, Command::PickComponent);
    press(&mut app, Command::Up);
    press(&mut app, Command::Apply);
    assert_eq!(app.component(), 2, "the list begins at the component shown, and goes backwards");
    press(&mut app, Command::PickComponent);
    app.update(Action::Insert('9'));
    press(&mut app, Command::Apply);
    assert_eq!(app.component(), 2, "there is no component 9");
    app.tab = Tab::Samples;
    press(&mut app, Command::PickComponent);
    app.update(Action::Insert('2'));
    press(&mut app, Command::Apply);
    assert_eq!(app.samples.wanted.component, Some(1));
    press(&mut app, Command::PickComponent);
    app.update(Action::Insert('0'));
    press(&mut app, Command::Apply);
    assert_eq!(app.samples.wanted.component, None);
    let mut empty = self::app(State::Empty);
    empty.tab = Tab::Components;
    press(&mut empty, Command::PickComponent);
    assert!(empty.overlay.is_none());
}

#[test]
fn a_view_has_one_scale_or_each_picture_its_own() {
    let mut app = components((120, 40));
    let ranges = |app: &Dashboard| -> Vec<(f64, f64)> {
        let shown = pictures::views(app, CovarianceView::Diagonal, 5, (28, 28));
        shown.into_iter().flatten().map(|picture| (picture.range.low, picture.range.high)).collect()
    };
    let own = ranges(&app);
    press(&mut app, Command::ToggleScale);
    let common = ranges(&app);
    assert!(common.len() == 5 && common.iter().all(|range| *range == common[0]));
    assert!(own.windows(2).all(|pair| pair[0] != pair[1]), "{own:?}");
    let most = own.iter().map(|range| range.1).fold(0.0, f64::max);
    assert_eq!(common[0], (0.0, most));
}

#[test]
fn variances_and_changes_are_those_of_the_iteration_shown() {
    let mut app = components((120, 40));
    app.cursors.iteration = Some(7);
    let history = app.outcome.em.history.clone();
    let values = |picture: Option<Picture>| picture.unwrap().values;
    let step = &history[6].iteration;
    assert_eq!(
        values(pictures::part(&app, Subject::Variance(1), (0, 0), 28, 28)),
        step.variances.column(1).as_slice()
    );
    let before = &history[5].iteration.means;
    let last: Vec<f64> =
        step.means.column(1).iter().zip(&before.column(1)).map(|(now, then)| now - then).collect();
    assert_eq!(values(pictures::change(&app, 1, true)), last);
    let start = &app.outcome.em.start.as_ref().unwrap().means;
    let all: Vec<f64> =
        step.means.column(1).iter().zip(&start.column(1)).map(|(now, then)| now - then).collect();
    assert_eq!(values(pictures::change(&app, 1, false)), all);
    app.cursors.iteration = Some(0);
    assert!(values(pictures::change(&app, 1, true)).iter().all(|&change| change == 0.0));
}

#[test]
fn covariances_are_those_of_the_iteration_shown() {
    let mut app = components((120, 40));
    let whole = pictures::views(&app, CovarianceView::Full, 5, (56, 56));
    let kept = |app: &Dashboard, step: usize| -> Vec<f64> {
        let averages = app.outcome.em.history[step].iteration.averages.clone().unwrap();
        averages.column(1).iter().map(|&value| f64::from(value)).collect()
    };
    app.cursors.iteration = Some(7);
    let scrubbed = pictures::views(&app, CovarianceView::Full, 5, (56, 56));
    assert_eq!(scrubbed[1].as_ref().unwrap().values, kept(&app, 6));
    assert_ne!(scrubbed, whole);
    // The start is the identity: an average is 1 in 14 on the diagonal, and 0 beside it.
    app.cursors.iteration = Some(0);
    let start = pictures::average(&app, 1).unwrap().values;
    let expected = (0..56 * 56).map(|place| if place % 57 == 0 { f64::from(1.0_f32 / 14.0) } else { 0.0 });
    assert_eq!(start, expected.collect::<Vec<_>>());
    // Opened, it says what it is.
    app.cursors.iteration = Some(7);
    press(&mut app, Command::Open);
    let Some(Overlay::Picture(open)) = &app.overlay else { panic!("nothing is open") };
    assert_eq!(open.subject, Subject::Covariance(0));
    assert_eq!(pictures::size(&app, open.subject), Some((56, 56)));
    let title = pictures::title(&app, open.subject);
    assert_eq!(title, "covariance of component 1, averaged, at iteration 7");
    app.cursors.iteration = None;
    assert_eq!(pictures::size(&app, Subject::Covariance(0)), Some((784, 784)));
}

#[test]
fn the_nearest_images_are_those_of_least_distance() {
    let mut app = components((120, 40));
    (0..4).for_each(|_| fixture::press(&mut app, Command::CycleView));
    assert_eq!(app.cursors.covariance, CovarianceView::Nearest);
    let data = app.outcome.data.clone().unwrap();
    let mean = app.outcome.fit.as_ref().unwrap().mixture.means().column(2).into_owned();
    let images = data.train.matrix(&data.sample_indices);
    let mut distances: Vec<f64> = images.column_iter().map(|image| (image - &mean).norm()).collect();
    distances.sort_by(f64::total_cmp);
    for (place, &distance) in distances.iter().take(9).enumerate() {
        let (picture, found) = pictures::near(&app, 2, place).unwrap();
        assert!((found - distance).abs() < 1e-12, "{place}");
        let own: f64 = picture.values.iter().zip(&mean).map(|(pixel, mean)| (pixel - mean).powi(2)).sum();
        assert!((own.sqrt() - distance).abs() < 1e-9, "{place}");
    }
    fixture::press(&mut app, Command::Open);
    fixture::press(&mut app, Command::PageDown);
    assert!(matches!(&app.overlay, Some(Overlay::Picture(open)) if open.subject == Subject::Near(0, 1)));
}

#[test]
fn all_components_are_in_view() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let app = components(size);
        let hits = crate::tui::views::hits(&app);
        for k in 0..5 {
            assert!(hits.rect(Target::Component(k)).is_some(), "{k} at {size:?}");
        }
    }
}
