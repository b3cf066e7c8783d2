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
        Ok(Self { app, hits: Hits::default(), screen, bytes })
    }

    /// Takes an event of the study in.
    pub fn hear(&mut self, event: Event) {
        let run = self.app.run;
        self.act(Action::Study { run, event });
    }

    /// Takes in a character key, as from the keyboard.
    pub fn press(&mut self, c: char) {
        let event = Input::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        if let Some(action) = input::action(&self.app.keys, self.app.focus(), &event) {
            self.act(action);
        }
    }

    /// Takes an action in. Of the jobs that it asks for, the averaged covariances are computed immediately.
    fn act(&mut self, action: Action) {
        for effect in self.app.update(action, &self.hits) {
            if let Effect::Run(Job { id, work }) = effect
                && id.kind == JobKind::Overviews
            {
                let result = work::done(&work, &mut Kept::default());
                self.app.update(Action::Done(id, result), &self.hits);
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
