//! The terminal: taken over, drawn to, given back.
//!
//! It is given back when the [`Terminal`] is dropped (at the end, on an error), before a panic of the drawing thread
//! is reported, and for a suspension. Nothing is ever asked of the terminal: on a slow link an answer may be late.

use std::cell::RefCell;
use std::io::{self, Write};
use std::panic;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::style::{ResetColor, force_color_output};
use ratatui::crossterm::terminal::{
    self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::Rect;

use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::views;

/// Whether the terminal is taken over at present.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Collects the bytes of a frame, so that they leave in one piece.
#[derive(Clone, Default)]
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// ratatui flushes several times a frame; the frame is sent when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal, taken over.
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Sheet>>,
    sheet: Sheet,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal over: raw mode, alternate screen, no cursor, mouse, bracketed paste.
    ///
    /// # Errors
    /// When the terminal cannot be set up; it is then as it was.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // The theme alone decides about colours: crossterm's own look at NO_COLOR would reset bold and reverse.
        force_color_output(true);
        report_panics_on_a_clean_screen();
        let sheet = Sheet::default();
        take(mouse)?;
        match ratatui::Terminal::new(CrosstermBackend::new(sheet.clone())) {
            Ok(screen) => Ok(Self { screen, sheet, mouse }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Draws the state. What changed since the last frame is sent in one piece, to be shown at once; the number of bytes,
    /// and what was put where.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn draw(&mut self, app: &App) -> io::Result<(usize, Hits)> {
        let mut hits = Hits::default();
        queue!(self.sheet, BeginSynchronizedUpdate)?;
        self.screen.draw(|frame| hits = views::draw(app, frame.buffer_mut()))?;
        queue!(self.sheet, EndSynchronizedUpdate)?;
        let bytes = std::mem::take(&mut *self.sheet.0.borrow_mut());
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()?;
        Ok((bytes.len(), hits))
    }

    /// Forgets what the screen shows, so that the next frame is sent completely.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn forget(&mut self) -> io::Result<()> {
        // `clear` would ask the terminal where its cursor is.
        let size = self.screen.backend().size()?;
        self.screen.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Turns mouse reporting on or off.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn use_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Puts `text` on the clipboard of the machine that the terminal runs on, by OSC 52, which terminals without it ignore.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Gives the terminal to the shell, stops the process as Ctrl-Z does, and takes the terminal over again when
    /// the process is continued.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    let entered = execute!(out, EnterAlternateScreen, Hide, EnableBracketedPaste);
    let entered = entered.and_then(|()| if mouse { execute!(out, EnableMouseCapture) } else { Ok(()) });
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Puts the terminal back as it was found; does nothing when that has been done.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // The terminal may have gone; whatever can still be put right is.
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        ResetColor,
        LeaveAlternateScreen,
        Show
    );
    let _ = terminal::disable_raw_mode();
}

/// A panic of this thread ends the program: the terminal is given back before it is reported. A panic of another
/// thread arrives as an event, and is not written across the screen.
fn report_panics_on_a_clean_screen() {
    let drawing = thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            give_back();
        }
        if !TAKEN.load(Ordering::SeqCst) {
            before(info);
        }
    }));
}
