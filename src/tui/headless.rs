//! The dashboard without a terminal: state, view and the bytes of a frame, for the benchmarks.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::study::{Event, Settings};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::job::{Job, JobKind};
use crate::tui::theme::{Environment, Theme};
use crate::tui::work::{self, Kept};
use crate::tui::{Display, input, views};

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
    hits: Hits,
    screen: Terminal<CrosstermBackend<Bytes>>,
    bytes: Bytes,
    kept: Kept,
}

impl Headless {
    /// A dashboard of `size` before any event.
    ///
    /// # Errors
    /// None that are known: the screen is memory.
    pub fn new(settings: Settings, display: Display, size: (u16, u16)) -> io::Result<Self> {
        let theme = Theme::decide(display.color, display.glyphs, display.ground, &Environment::default());
        let app = App::new(settings, theme, display.keys, size);
        let bytes = Bytes::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.0, size.1));
        let screen =
            Terminal::with_options(CrosstermBackend::new(bytes.clone()), TerminalOptions { viewport })?;
        Ok(Self { app, hits: Hits::default(), screen, bytes, kept: Kept::default() })
    }

    /// Takes an event of the study in.
    pub fn hear(&mut self, event: Event) {
        let run = self.app.run;
        self.act(Action::Study { run, event }, false);
    }

    /// Takes in a character key, as from the keyboard.
    pub fn press(&mut self, c: char) {
        self.key(c, false);
    }

    /// Takes in a character key, restores and draws what it asks for, and draws a frame, as [`Headless::frame`].
    ///
    /// # Errors
    /// None that are known: the screen is memory.
    pub fn follow(&mut self, c: char) -> io::Result<usize> {
        self.key(c, true);
        self.frame()
    }

    fn key(&mut self, c: char, restores: bool) {
        let event = Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        if let Some(action) = input::action(&self.app.keys, self.app.focus(), &event) {
            self.act(action, restores);
        }
    }

    /// Takes an action in. Of the jobs that it asks for, the averaged covariances are computed immediately; so are restorations and
    /// draws where it `restores`.
    fn act(&mut self, action: Action, restores: bool) {
        for effect in self.app.update(action, &self.hits) {
            let Effect::Run(Job { id, work }) = effect else { continue };
            let is_restored = matches!(id.kind, JobKind::Restoration | JobKind::Draws);
            if id.kind == JobKind::Overviews || restores && is_restored {
                let result = work::done(&work, &mut self.kept);
                self.act(Action::Done(id, result), restores);
            }
        }
    }

    /// Draws a frame; the number of bytes that a terminal would be sent.
    ///
    /// # Errors
    /// None that are known: the screen is memory.
    pub fn frame(&mut self) -> io::Result<usize> {
        self.bytes.0.borrow_mut().clear();
        self.screen.draw(|frame| self.hits = views::draw(&self.app, frame.buffer_mut()))?;
        Ok(self.bytes.0.borrow().len())
    }
}
