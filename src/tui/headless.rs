//! The dashboard without a terminal: state, view and the bytes of a frame, for the benchmarks.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::action::Action;
use super::app::App;
use super::tabs::components::overviews;
use super::theme::{Environment, Theme};
use super::{Display, input, view};
use crate::study::{Event, Settings};

/// Takes the bytes of a frame.
#[derive(Clone, Default)]
struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A dashboard that is drawn into memory.
pub struct Headless {
    app: App,
    screen: Terminal<CrosstermBackend<Bytes>>,
    bytes: Bytes,
}

impl Headless {
    /// A dashboard of `size` that has heard nothing.
    ///
    /// # Errors
    /// None that are known: the screen is memory.
    pub fn new(settings: Settings, display: Display, size: (u16, u16)) -> io::Result<Self> {
        let theme = Theme::decide(display.color, display.glyphs, display.ground, &Environment::default());
        let mut app = App::new(settings, theme, size);
        app.keys = display.keys;
        let bytes = Bytes::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.0, size.1));
        let screen =
            Terminal::with_options(CrosstermBackend::new(bytes.clone()), TerminalOptions { viewport })?;
        Ok(Self { app, screen, bytes })
    }

    /// Takes in what a study says.
    pub fn hear(&mut self, event: Event) {
        let run = self.app.run;
        if let Event::Fitted(fit) = &event {
            self.app.update(Action::Overviewed { run, overviews: overviews(&fit.mixture) });
        }
        self.app.update(Action::Study { run, event });
    }

    /// Takes in a character key, as from the keyboard.
    pub fn press(&mut self, c: char) {
        let event = Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        if let Some(action) = input::action(&self.app.keys, self.app.place(), &event) {
            self.app.update(action);
        }
    }

    /// Draws a frame; the number of bytes that a terminal would be sent.
    ///
    /// # Errors
    /// None that are known: the screen is memory.
    pub fn frame(&mut self) -> io::Result<usize> {
        self.bytes.0.borrow_mut().clear();
        self.screen.draw(|frame| view::draw(&self.app, frame.buffer_mut()))?;
        Ok(self.bytes.0.borrow().len())
    }
}
