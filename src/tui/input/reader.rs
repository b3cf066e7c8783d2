//! Reads the terminal, on a thread of its own.

use std::io;
use std::thread::{Builder, sleep};
use std::time::Duration;

use ratatui::crossterm::event::Event;

use super::decoder::Decoder;
use crate::tui::state::answers::Reply;
use crate::tui::terminal::{self, line};

/// Passes the terminal's events to `send`, and its answers to `answer`, until the former is false or the terminal has gone.
///
/// # Errors
/// When the thread cannot be started.
pub fn start(
    mut send: impl FnMut(io::Result<Event>) -> bool + Send + 'static,
    mut answer: impl FnMut(Reply) + Send + 'static,
) -> io::Result<()> {
    let read = move || {
        let mut decoder = Decoder::default();
        let mut buffer = [0; 4096];
        loop {
            let events = match line::is_readable(decoder.patience(terminal::awaits_answers())) {
                Ok(false) => decoder.give_up().into_iter().collect(),
                Ok(true) => match terminal::read(&mut buffer) {
                    // A shell has the terminal.
                    Ok(None) => {
                        sleep(Duration::from_millis(20));
                        continue;
                    }
                    // A terminal in raw mode has no end but its own.
                    Ok(Some(0)) => {
                        send(Err(io::ErrorKind::UnexpectedEof.into()));
                        return;
                    }
                    Ok(Some(count)) => decoder.take(&buffer[..count]),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                    Err(error) => {
                        send(Err(error));
                        return;
                    }
                },
                Err(error) => {
                    send(Err(error));
                    return;
                }
            };
            for said in decoder.answers() {
                // Every terminal gives its attributes, after what else it was asked.
                if matches!(said, Reply::Attributes { .. }) {
                    terminal::has_answered();
                }
                answer(said);
            }
            for event in events {
                if !send(Ok(event)) {
                    return;
                }
            }
        }
    };
    Builder::new().name("input".into()).spawn(read).map(drop)
}
