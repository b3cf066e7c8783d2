//! Images that are not square: 20 x 30 and 1 x 64.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use ratatui::style::Color;

use super::{buffer, screen, snapshot, snapshot_tabs};
use crate::data::{About, ImageShape, Images, LabelNames, Source};
use crate::inverse::Mask;
use crate::mixture::{EmIteration, Mixture, Sampler, StopReason};
use crate::study::{DataReport, EmStep, Event, FitReport, SamplesReport, Settings, resample, restore_with};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::fixture::{self, Dashboard, PLAIN, THEME};
use crate::tui::hits::Target;
use crate::tui::state::cursors::Part;
use crate::tui::state::overlay::{Overlay, Subject};
use crate::tui::tab::Tab;
use crate::tui::theme::Theme;
use crate::tui::views::pictures;

const SHAPES: [ImageShape; 4] =
    [ImageShape::new(20, 30), ImageShape::new(30, 20), ImageShape::new(1, 64), ImageShape::new(64, 1)];
const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (60, 16)];

/// A finished study of images of this shape: gradients, two components.
fn app(shape: ImageShape, theme: Theme, size: (u16, u16)) -> Dashboard {
    let dim = shape.len();
    let pixel = |image: usize, pixel: usize| ((image * 37 + pixel * (image % 5 + 1)) % 256) as u8;
    let images = |first: usize, count: usize| {
        let pixels =
            (first..first + count).flat_map(|image| (0..dim).map(move |at| pixel(image, at))).collect();
        Images::new(shape, pixels, vec![1; count]).unwrap()
    };
    let mut settings =
        Settings { samples: 12.into(), labels: vec![1].into(), draws: 4, ..Settings::default() };
    settings.kmeans.components = 2;
    let data = Arc::new(DataReport {
        source: Source::Embedded,
        about: About {
            name: "Gradients".into(),
            labels: vec![1],
            label_names: LabelNames::fashion_mnist(),
            ..About::default()
        },
        train: images(0, 12),
        test: images(7, 4),
        sample_indices: (0..12).collect(),
        test_indices: (0..4).collect(),
        held_out_indices: Vec::new(),
        own: 0,
    });
    let means = data.train.matrix(&[0, 1]);
    let covariance = |k: usize| {
        let spread = DVector::from_fn(dim, |at, _| ((at + k) % 7) as f64 / 10.0);
        &spread * spread.transpose() + DMatrix::identity(dim, dim) * 0.02
    };
    let mixture =
        Mixture::new(DVector::from_vec(vec![0.7, 0.3]), means.clone(), vec![covariance(0), covariance(1)]);
    let mixture = Arc::new(mixture.unwrap());
    let step = Arc::new(EmStep {
        iteration: EmIteration {
            iteration: 1,
            nll: -1.0,
            held_out_nll: None,
            weights: mixture.weights().clone(),
            means: Arc::new(means),
            variances: Arc::new(DMatrix::repeat(dim, 2, 0.02)),
            averages: None,
        },
        time: std::time::Duration::from_millis(3),
    });
    let mask = Mask::from_fn(shape, |row, column| (row + column) % 3 == 0);
    let inpaint = restore_with(&mixture, &data, &data.test_indices, &[mask.into()], 0).unwrap();
    let samples: SamplesReport = resample(&Sampler::new(&mixture).unwrap(), 0, 4, None, 0);
    let fit = FitReport {
        mixture,
        history: vec![step],
        stop: StopReason::Converged,
        assignments: vec![0; 12],
        final_nll: -1.0,
        shrinkage: 0.0,
        reach: 0.0,
        reseeded: 0,
        held_out: None,
        underflow: None,
    };
    let events = vec![
        Event::DataReady(data),
        Event::Fitted(Arc::new(fit)),
        Event::Sampled(Arc::new(samples)),
        Event::Inpainted(Arc::new(inpaint)),
        Event::Finished,
    ];
    fixture::of_events(settings, events, theme, size)
}

#[test]
fn every_tab_and_view_draws_them() {
    for shape in SHAPES {
        let start = app(shape, THEME, SIZES[0]);
        for (size, theme) in SIZES.into_iter().zip([THEME, PLAIN, THEME, PLAIN]) {
            let mut app = start.clone();
            (app.theme, app.size) = (theme, size);
            for &tab in Tab::ALL {
                app.tab = tab;
                for _ in 0..4 {
                    for command in [Command::Right, Command::Down, Command::PageDown, Command::Open] {
                        fixture::press(&mut app, command);
                        assert!(!screen(&app).contains("computing"), "{shape} at {size:?}: {}", screen(&app));
                    }
                    fixture::press(&mut app, Command::PageDown);
                    fixture::press(&mut app, Command::Back);
                    fixture::press(&mut app, Command::CycleView);
                }
            }
        }
    }
}

#[test]
fn how_they_look() {
    for (shape, size) in [(ImageShape::new(20, 30), (120, 40)), (ImageShape::new(1, 64), (80, 24))] {
        let mut app = app(shape, PLAIN, size);
        let name =
            |what: &str| format!("{what}-of-{}x{}-plain-{}x{}", shape.rows, shape.columns, size.0, size.1);
        snapshot_tabs(&name("all"), app.clone());
        app.tab = Tab::Restore;
        fixture::press(&mut app, Command::CycleView);
        snapshot(&name("Restore-restored"), &app);
    }
}

#[test]
fn training_images_are_exact_at_their_own_size() {
    for shape in [ImageShape::new(20, 30), ImageShape::new(1, 64)] {
        let mut app = app(shape, THEME, (200, 60));
        app.tab = Tab::Data;
        app.update(Action::Command(Command::First));
        let place = app.hits.rect(Target::Train(1)).unwrap();
        assert_eq!(usize::from(place.width), shape.columns);
        let (buffer, data) = (buffer(&app), app.outcome.data.clone().unwrap());
        for (at, &value) in data.train.pixels(1).iter().enumerate() {
            let (row, column) = shape.position(at);
            let (x, y) = (place.x + column as u16, place.y + 1 + (row / 2) as u16);
            let cell = &buffer[(x, y)];
            let shown = if cell.symbol() == "▀" && row % 2 == 0 { cell.fg } else { cell.bg };
            assert_eq!(shown, app.theme.color([value; 3]), "pixel {at} of {shape}");
        }
    }
}

#[test]
fn every_picture_has_the_shape_of_the_images() {
    for shape in SHAPES {
        let mut app = app(shape, THEME, (200, 60));
        app.tab = Tab::Restore;
        fixture::press(&mut app, Command::CycleView);
        fixture::press(&mut app, Command::More);
        app.tab = Tab::Components;
        (0..3).for_each(|_| fixture::press(&mut app, Command::CycleView));
        let parts = Part::ALL.map(|part| Subject::Inpaint(2, part));
        let others = [
            Subject::Train(3),
            Subject::Mean(1),
            Subject::Variance(0),
            Subject::Row(1),
            Subject::Sample(3),
            Subject::Completion(0),
            Subject::Axis(0, 0),
        ];
        for subject in parts.into_iter().chain(others) {
            let size = pictures::size(&app, subject);
            assert_eq!(size, Some((shape.columns, shape.rows)), "{subject:?} of {shape}");
        }
        assert_eq!(pictures::size(&app, Subject::Covariance(1)), Some((shape.len(), shape.len())));
    }
}

#[test]
fn the_mouse_paints_the_pixel_under_it() {
    for shape in [ImageShape::new(20, 30), ImageShape::new(1, 64)] {
        let mut app = app(shape, THEME, (200, 60));
        app.tab = Tab::Restore;
        fixture::press(&mut app, Command::CycleView);
        fixture::press(&mut app, Command::Fill);
        (0..9).for_each(|_| fixture::press(&mut app, Command::Reduce));
        let cells = (0..60).flat_map(|y| (0..200).map(move |x| (x, y)));
        let pixels: Vec<_> = cells
            .filter_map(|(x, y)| match app.hits.at(x, y) {
                Some(Target::MaskPixel(pixel)) => Some((x, y, pixel)),
                _ => None,
            })
            .collect();
        assert!(pixels.iter().any(|(.., (row, _))| *row == shape.rows / 2 / 2 * 2 || shape.rows == 1));
        let &(x, y, (row, column)) = &pixels[pixels.len() / 2];
        app.update(Action::Click { x, y });
        app.update(Action::Release);
        assert_eq!(app.mask(0).unwrap().missing(), [row * shape.columns + column], "{shape}");
        let cell = &buffer(&app)[(x, y)];
        assert!(cell.fg != Color::Reset || cell.bg != Color::Reset);
    }
}

#[test]
fn the_pixel_of_a_row_is_selected_by_key_and_by_mouse() {
    let shape = ImageShape::new(20, 30);
    let mut app = app(shape, THEME, (120, 40));
    app.tab = Tab::Components;
    assert_eq!(app.pixel(), (10, 15));
    for command in [Command::CycleView, Command::CycleView, Command::PixelUp, Command::PixelRight] {
        fixture::press(&mut app, command);
    }
    assert_eq!(app.pixel(), (9, 16));
    (0..40).for_each(|_| fixture::press(&mut app, Command::PixelRight));
    assert_eq!(app.pixel(), (9, 29));
    let mut cells = (0..40).flat_map(|y| (0..120).map(move |x| (x, y)));
    let is_pixel = |&(x, y): &(u16, u16)| matches!(app.hits.at(x, y), Some(Target::Pixel(..)));
    let corner = cells.find(is_pixel).unwrap();
    app.update(Action::Click { x: corner.0, y: corner.1 });
    assert_eq!(app.pixel(), (0, 0));
    fixture::press(&mut app, Command::Open);
    assert!(matches!(&app.overlay, Some(Overlay::Picture(open)) if open.subject == Subject::Row(0)));
}
