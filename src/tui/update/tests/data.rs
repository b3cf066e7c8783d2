//! The Data tab: the held-out test images that the mixture explains best and worst.

use super::*;
use crate::tui::state::cursors::DataView;

/// A dashboard whose ten first test images are held out, image i with a negative log-density of 100 i.
fn scored(size: (u16, u16)) -> Dashboard {
    let mut app = fixture::app(State::Done, THEME, size);
    let log_density: Vec<f64> = (0..10).map(|image| -100.0 * f64::from(image)).collect();
    let score = HeldOutScore { nll: 450.0, trimmed_nll: 450.0, bits_per_dim: None, log_density };
    let fit = FitReport::clone(app.outcome.fit.as_deref().unwrap());
    app.outcome.fit = Some(Arc::new(FitReport { held_out: Some(score), ..fit }));
    let mut data = (**app.outcome.data.as_ref().unwrap()).clone();
    data.held_out_indices = (0..10).map(|image| 7 * image).collect();
    app.outcome.data = Some(Arc::new(data));
    app.tab = Tab::Data;
    app
}

#[test]
fn the_best_come_first_and_then_the_worst() {
    let app = scored((80, 24));
    let places: Vec<usize> = app.explained().iter().map(|(image, _)| *image).collect();
    assert_eq!(places, [0, 1, 2, 3, 4, 9, 8, 7, 6, 5]);
    let worst = pictures::explained(&app, app.explained()[5]).unwrap();
    assert_eq!((worst.number, worst.nll), (63, 900.0));
    let data = app.outcome.data.as_ref().unwrap();
    assert_eq!(worst.picture.values, data.test.image(63));
}

#[test]
fn the_third_view_is_of_them_and_keys_reach_each() {
    let mut app = scored((80, 24));
    press(&mut app, Command::CycleView);
    assert_eq!(app.data_view(), DataView::Small);
    press(&mut app, Command::CycleView);
    assert_eq!(app.data_view(), DataView::Explained);
    for place in 0..10 {
        assert_eq!(app.cursors.explained, place);
        assert!(app.hits.rect(Target::Explained(place)).is_some(), "{place} is in view");
        press(&mut app, Command::Right);
    }
    press(&mut app, Command::Open);
    assert!(matches!(&app.overlay, Some(Overlay::Picture(open)) if open.subject == Subject::Explained(9)));
    assert!(pictures::title(&app, Subject::Explained(9)).contains("500.000"));
    press(&mut app, Command::Back);
    press(&mut app, Command::CycleView);
    assert_eq!(app.data_view(), DataView::Native);
}

#[test]
fn on_a_wide_screen_they_stand_beside_the_training_images() {
    let mut app = scored((200, 60));
    let hits = crate::tui::views::hits(&app);
    let (train, worst) = (hits.rect(Target::Train(0)), hits.rect(Target::Explained(5)).unwrap());
    assert!(train.unwrap().right() < worst.x);
    app.update(Action::Click { x: worst.x, y: worst.y });
    assert_eq!((app.data_view(), app.cursors.explained), (DataView::Explained, 5));
}

#[test]
fn without_scores_there_are_two_views() {
    let mut app = app(State::Done);
    app.tab = Tab::Data;
    (0..2).for_each(|_| drop(press(&mut app, Command::CycleView)));
    assert_eq!(app.data_view(), DataView::Native);
    app.cursors.data = DataView::Explained;
    assert_eq!(app.data_view(), DataView::Native, "a run brought back may have none");
}
