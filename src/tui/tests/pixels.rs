//! Pictures in pixels: what is noted for the terminal, and what it costs.

use super::buffer;
use crate::tui::command::Command;
use crate::tui::fixture::{self, State, THEME};
use crate::tui::hits::{Raster, Target};
use crate::tui::tab::Tab;
use crate::tui::terminal::pixels::Shown;
use crate::tui::theme::{Pictures, Theme};
use crate::tui::views::{self, pictures};

const KITTY: Theme = Theme { pictures: Pictures::Kitty, ..THEME };

#[test]
fn every_picture_is_shown_whole_over_the_cells_that_stand_for_it() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        for tab in [Tab::Data, Tab::Fit, Tab::Components, Tab::Samples, Tab::Restore] {
            let mut app = fixture::app(State::Done, KITTY, size);
            app.tab = tab;
            let sprites = views::hits(&app).sprites;
            assert!(sprites.len() >= 5, "{tab:?} at {size:?}: {}", sprites.len());
            for (at, sprite) in sprites.iter().enumerate() {
                assert!(sprites[at + 1..].iter().all(|other| !other.area.intersects(sprite.area)), "{tab:?}");
                assert!(sprite.area.right() <= size.0 && sprite.area.bottom() <= size.1);
                assert_eq!(sprite.raster.pixels.len(), sprite.raster.width * sprite.raster.height);
            }
        }
    }
    let mut app = fixture::app(State::Done, KITTY, (80, 24));
    app.tab = Tab::Samples;
    let sprites = views::hits(&app).sprites;
    // Shrunk to half as cells, and with every pixel here.
    assert_eq!(sprites[0].area.width, 14);
    assert_eq!(sprites[0].raster, Raster::of(&pictures::sample(&app, 0).unwrap(), 112));
    assert_eq!(sprites[0].raster.width, 28);
}

#[test]
fn blocks_note_no_pictures_and_nor_does_a_terminal_without_colours() {
    for theme in [THEME, Theme { pictures: Pictures::Kitty, ..fixture::PLAIN }] {
        let mut app = fixture::app(State::Done, theme, (120, 40));
        for &tab in Tab::ALL {
            app.tab = tab;
            assert!(views::hits(&app).sprites.is_empty(), "{tab:?}");
        }
    }
}

#[test]
fn what_is_open_above_a_tab_hides_its_pictures() {
    let mut app = fixture::app(State::Done, KITTY, (120, 40));
    app.tab = Tab::Samples;
    for command in [Command::Help, Command::Palette, Command::Settings, Command::PickComponent] {
        fixture::press(&mut app, command);
        assert!(app.overlay.is_some() && app.hits.sprites.is_empty(), "{command:?}");
        fixture::press(&mut app, Command::Back);
    }
    fixture::press(&mut app, Command::Open);
    assert_eq!(app.hits.sprites.len(), 1);
    assert_eq!(app.hits.sprites[0].raster.at(14, 14), [255, 175, 0], "the cursor");
}

#[test]
fn the_selected_pixel_is_marked_in_every_picture_of_its_row() {
    let mut app = fixture::app(State::Done, KITTY, (120, 40));
    app.tab = Tab::Components;
    (0..2).for_each(|_| fixture::press(&mut app, Command::CycleView));
    let (row, column) = app.pixel();
    let images = app.hits.sprites.iter().filter(|sprite| sprite.raster.width == 28);
    let marked = images.filter(|sprite| sprite.raster.at(column, row) == [255, 175, 0]).count();
    assert_eq!(marked, 10, "five means, five rows");
}

#[test]
fn a_repaint_in_pixels_stays_within_the_budget_of_bytes() {
    for (by, most) in [(Pictures::Kitty, 60_000), (Pictures::Sixel, 400_000)] {
        for tab in [Tab::Data, Tab::Fit, Tab::Components, Tab::Samples, Tab::Restore] {
            let mut app = fixture::app(State::Done, Theme { pictures: by, ..THEME }, (120, 40));
            app.tab = tab;
            let sprites = views::hits(&app).sprites;
            let count = sprites.len();
            let bytes = Shown::default().update(sprites, by, (8, 16)).len();
            println!("{by:?} {tab:?}: {count} pictures, {bytes} bytes");
            assert!(bytes <= most, "{by:?} {tab:?}: {count} pictures, {bytes} bytes");
        }
    }
}

#[test]
fn cells_and_pixels_are_laid_out_alike() {
    let mut app = fixture::app(State::Done, THEME, (120, 40));
    app.tab = Tab::Data;
    let cells = views::hits(&app).rect(Target::Train(1));
    let before = buffer(&app);
    app.theme = KITTY;
    assert_eq!(views::hits(&app).rect(Target::Train(1)), cells);
    assert_eq!(buffer(&app), before);
}
