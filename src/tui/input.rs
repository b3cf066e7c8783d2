//! Raw terminal events to actions, by the key table.

#[cfg(unix)]
mod answer;
#[cfg(unix)]
mod decoder;
#[cfg(unix)]
pub mod reader;
#[cfg(unix)]
mod sequence;

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};

use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::keymap::{Focus, Keys};

/// The events that `event` stands for. Esc and a key that arrive together, as over a slow link, are read as Alt and the
/// key. No key here is bound to Alt, so that the two can be separated again.
pub fn separated(event: Event) -> impl Iterator<Item = Event> {
    let (first, second) = match event {
        Event::Key(mut key)
            if key.modifiers.contains(KeyModifiers::ALT) && key.kind != KeyEventKind::Release =>
        {
            key.modifiers.remove(KeyModifiers::ALT);
            (Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)), Some(Event::Key(key)))
        }
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// The action of `event` at `focus`, if it has one.
pub fn action(keys: &Keys, focus: Focus, event: &Event) -> Option<Action> {
    match event {
        // Some terminals report releases as well.
        Event::Key(key) if key.kind != KeyEventKind::Release => match keys.lookup(focus, key) {
            Some(command) => Some(Action::Command(command)),
            None => match key.code {
                KeyCode::Char(c)
                    if focus.takes_text()
                        && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
                {
                    Some(Action::Insert(c))
                }
                _ => None,
            },
        },
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Some(Action::Click { x: mouse.column, y: mouse.row }),
            MouseEventKind::Down(MouseButton::Right) => {
                Some(Action::OtherClick { x: mouse.column, y: mouse.row })
            }
            MouseEventKind::Drag(MouseButton::Left | MouseButton::Right) => {
                Some(Action::Drag { x: mouse.column, y: mouse.row })
            }
            MouseEventKind::Up(MouseButton::Left | MouseButton::Right) => Some(Action::Release),
            MouseEventKind::ScrollUp => Some(Action::Command(Command::Up)),
            MouseEventKind::ScrollDown => Some(Action::Command(Command::Down)),
            _ => None,
        },
        Event::Paste(text) if focus.takes_text() => Some(Action::Paste(text.clone())),
        Event::Resize(width, height) => Some(Action::Resize { width: *width, height: *height }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::MouseEvent;

    use super::*;
    use crate::tui::tab::Tab;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn letters_are_commands_on_tabs_and_text_in_forms() {
        let q = key(KeyCode::Char('q'), KeyModifiers::NONE);
        assert!(matches!(
            action(&Keys::default(), Focus::Tab(Tab::Data), &q),
            Some(Action::Command(Command::Quit))
        ));
        assert!(matches!(action(&Keys::default(), Focus::Settings, &q), Some(Action::Insert('q'))));
        let c = key(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert!(matches!(
            action(&Keys::default(), Focus::Settings, &c),
            Some(Action::Command(Command::Quit))
        ));
        let alt = key(KeyCode::Char('q'), KeyModifiers::ALT);
        assert!(action(&Keys::default(), Focus::Tab(Tab::Data), &alt).is_none());
    }

    #[test]
    fn escape_and_a_key_that_arrive_together_are_two_events() {
        let both: Vec<Event> = separated(key(KeyCode::Char('s'), KeyModifiers::ALT)).collect();
        let expected = [key(KeyCode::Esc, KeyModifiers::NONE), key(KeyCode::Char('s'), KeyModifiers::NONE)];
        assert_eq!(both, expected);
        let one = key(KeyCode::Char('s'), KeyModifiers::CONTROL);
        assert_eq!(separated(one.clone()).collect::<Vec<_>>(), [one]);
    }

    #[test]
    fn pasted_text_is_no_command() {
        let paste = Event::Paste("q".into());
        assert!(action(&Keys::default(), Focus::Tab(Tab::Data), &paste).is_none());
        assert!(matches!(action(&Keys::default(), Focus::Settings, &paste), Some(Action::Paste(_))));
    }

    #[test]
    fn mice_click_and_scroll() {
        let mouse =
            |kind| Event::Mouse(MouseEvent { kind, column: 3, row: 4, modifiers: KeyModifiers::NONE });
        let focus = Focus::Tab(Tab::Data);
        let click = action(&Keys::default(), focus, &mouse(MouseEventKind::Down(MouseButton::Left)));
        assert!(matches!(click, Some(Action::Click { x: 3, y: 4 })));
        assert!(matches!(
            action(&Keys::default(), focus, &mouse(MouseEventKind::ScrollDown)),
            Some(Action::Command(Command::Down))
        ));
        let drag = action(&Keys::default(), focus, &mouse(MouseEventKind::Drag(MouseButton::Left)));
        assert!(matches!(drag, Some(Action::Drag { x: 3, y: 4 })));
        assert!(matches!(
            action(&Keys::default(), focus, &mouse(MouseEventKind::Up(MouseButton::Right))),
            Some(Action::Release)
        ));
        let right = action(&Keys::default(), focus, &mouse(MouseEventKind::Down(MouseButton::Right)));
        assert!(matches!(right, Some(Action::OtherClick { .. })));
        assert!(action(&Keys::default(), focus, &mouse(MouseEventKind::Moved)).is_none());
    }
}
