//! `App::update`: one action in, the effects it asks for out.

use crate::study::{Event, Outcome, Stage};

use super::super::action::{Action, Command, Effect};
use super::super::copy::{self, Copied};
use super::super::overlays::{self, Form, Open, Palette};
use super::{App, Overlay, Status, Tab, Tone};

impl App {
    /// Takes one action in and returns what is to be done outside.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = self.take_in(action);
        // What is now to be seen and not there.
        effects.extend(self.gallery_requests());
        effects.extend(self.axes_requests());
        effects.extend(self.bench_requests());
        effects
    }

    fn take_in(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Command(command) => return self.command(command),
            Action::Insert(c) => overlays::insert(self, c),
            Action::Paste(text) => {
                text.chars().filter(|c| !c.is_control()).for_each(|c| overlays::insert(self, c))
            }
            Action::Click { x, y } => return self.click(x, y),
            Action::OtherClick { x, y } if self.bench_in_front() => self.press_bench(x, y, true),
            Action::OtherClick { .. } => {}
            // The cursor of a chart is pulled like a slider.
            Action::Drag { x, y: y @ 1.. }
                if self.overlay.is_none() && matches!(self.tab, Tab::Transform | Tab::Fit) =>
            {
                return self.click(x, y);
            }
            Action::Drag { x, y } => self.drag(x, y),
            Action::Release => self.release(),
            Action::Resize { width, height } => self.size = (width, height),
            Action::Study { run, event } if run == self.run => self.hear(event),
            Action::Overviewed { run, overviews } if run == self.run => self.overviews = overviews,
            Action::Study { .. } | Action::Overviewed { .. } => {}
            Action::Exported(result) => {
                self.exporting = false;
                self.written.extend(result.iter().cloned());
                self.report(result.map_err(|why| format!("export failed: {why}")));
            }
            Action::Resampled { run, stream, batch, result } => self.hear_samples(run, stream, batch, result),
            Action::Restored { run, answer } => self.hear_restorer(run, answer),
            Action::Analysed { run, component, result } => self.hear_axes(run, component, result),
            Action::JobFailed(why) => {
                self.exporting = false;
                self.forget_samples();
                self.forget_axes(&why);
                self.report(Err(why));
            }
            Action::Tick => self.replay(),
        }
        Vec::new()
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        let armed = std::mem::take(&mut self.cancel_armed);
        if self.status.as_ref().is_some_and(|status| status.tone == Tone::Info) {
            self.status = None;
        }
        match command {
            Command::Quit => return vec![Effect::Quit],
            Command::Suspend => return vec![Effect::Suspend],
            Command::Redraw => return vec![Effect::Redraw],
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                let whose = if self.mouse { "the dashboard's" } else { "the terminal's, for selecting text" };
                self.info(format!("the mouse is {whose}"));
                return vec![Effect::Mouse(self.mouse)];
            }
            Command::CycleColor => {
                self.theme = self.theme.next_depth();
                self.info(format!("colours: {}", self.theme.depth.name()));
            }
            Command::ToggleGlyphs => {
                self.theme = self.theme.other_glyphs();
                self.info(format!("glyphs: {}", self.theme.glyphs.name()));
            }
            Command::ToggleGround => {
                self.theme = self.theme.other_ground();
                self.info(format!("colours for a {} background", self.theme.ground.name()));
            }
            Command::Copy => return self.copy(copy::selection(self)),
            Command::CopyTable => return self.copy(copy::table(self)),
            Command::Palette => {
                let place = self.place();
                self.overlay = Some(Overlay::Palette(Palette::over(place, self.overlay.take())));
            }
            Command::Apply if matches!(self.overlay, Some(Overlay::Palette(_))) => {
                return self.apply_palette();
            }
            Command::CycleBlocks => {
                self.theme.blocks = self.theme.blocks.next();
                self.info(format!("small pictures: {}", self.theme.blocks.name()));
            }
            other if self.overlay.is_none() && self.picture_command(other) => {}
            Command::NextTab if self.overlay_keeps_tabs() => self.go(self.tab.moved(1)),
            Command::PreviousTab if self.overlay_keeps_tabs() => self.go(self.tab.moved(Tab::ALL.len() - 1)),
            Command::GoTransform => self.go(Tab::Transform),
            Command::GoData => self.go(Tab::Data),
            Command::GoFit => self.go(Tab::Fit),
            Command::GoComponents => self.go(Tab::Components),
            Command::GoSamples => self.go(Tab::Samples),
            Command::GoInpaint => self.go(Tab::Inpaint),
            Command::Export => return self.export(Effect::Export),
            Command::Report => return self.export(Effect::Report),
            Command::TogglePause => return self.toggle_pause(),
            Command::Step => return self.step(),
            Command::Back if self.overlay.is_none() => return self.cancel(armed),
            Command::Apply => return self.apply_form(),
            Command::Help if self.overlay.is_none() => {
                self.overlay = Some(Overlay::Help { search: String::new(), scroll: 0 });
            }
            Command::Theory if self.overlay.is_none() => self.overlay = Some(Overlay::Theory { scroll: 0 }),
            Command::Settings => {
                self.overlay = Some(Overlay::Settings(Form::new(self.outcome.settings.clone())));
            }
            Command::Open => self.open_selected(),
            Command::Play => self.toggle_replay(),
            Command::CycleView => match self.tab {
                Tab::Fit => {
                    let held_out = self.outcome.settings.held_out > 0;
                    self.cursors.nll = self.cursors.nll.next(held_out);
                }
                Tab::Data => self.cursors.small = !self.cursors.small,
                _ => self.cursors.covariance = self.cursors.covariance.moved(1),
            },
            other if self.overlay.is_some() => overlays::command(self, other),
            other => self.navigate(other),
        }
        Vec::new()
    }

    /// A command of a tab with a state of its own; false for those that it has no use for.
    fn picture_command(&mut self, command: Command) -> bool {
        match self.tab {
            Tab::Samples => self.gallery_command(command),
            Tab::Inpaint => self.bench_command(command),
            _ => false,
        }
    }

    /// In a derivation, Tab turns to the next tab's; in a form or a picture it means something else.
    fn overlay_keeps_tabs(&self) -> bool {
        matches!(self.overlay, None | Some(Overlay::Theory { .. }))
    }

    fn go(&mut self, tab: Tab) {
        self.tab = tab;
        if let Some(Overlay::Theory { scroll }) = &mut self.overlay {
            *scroll = 0;
        }
    }

    /// Asks for one of the exports; there is one at a time.
    fn export(&mut self, effect: fn(Box<Outcome>) -> Effect) -> Vec<Effect> {
        if self.exporting {
            self.info("the export is still under way".into());
            return Vec::new();
        }
        self.exporting = true;
        self.status = None;
        vec![effect(Box::new(self.outcome.clone()))]
    }

    fn hear(&mut self, event: Event) {
        match &event {
            // The status line says how the study ended; nothing older is to stand before it.
            Event::Failed(_) | Event::Cancelled | Event::Finished => {
                self.status.take_if(|status| status.tone == Tone::Info);
            }
            Event::Paused(true) => self.info("paused: n does one iteration, Space goes on".into()),
            Event::Entered(Stage::Em) | Event::Paused(false) => self.status = None,
            _ => {}
        }
        self.outcome.apply(event);
    }

    fn toggle_replay(&mut self) {
        let len = self.outcome.em.history.len();
        self.playing = !self.playing && len > 1;
        if self.playing && self.cursors.iteration.is_none() {
            self.cursors.iteration = Some(0);
        }
    }

    /// One frame of the replay; it ends at the last iteration.
    fn replay(&mut self) {
        if !self.playing {
            return;
        }
        let next = self.iteration().map_or(0, |at| at + 1);
        self.playing = next + 1 < self.outcome.em.history.len();
        self.cursors.iteration = self.playing.then_some(next);
    }

    /// Does what is selected in the palette, where the palette was opened.
    pub(super) fn apply_palette(&mut self) -> Vec<Effect> {
        let Some(Overlay::Palette(palette)) = self.overlay.take() else { return Vec::new() };
        let chosen = palette.chosen(&self.keys);
        self.overlay = palette.beneath.map(|beneath| *beneath);
        chosen.map_or_else(Vec::new, |command| self.command(command))
    }

    fn copy(&mut self, copied: Option<Copied>) -> Vec<Effect> {
        let Some(Copied { what, text }) = copied else {
            self.info("there is nothing to copy yet".into());
            return Vec::new();
        };
        self.report(Ok(format!("copied {what}")));
        vec![Effect::Copy(text)]
    }

    /// Opens the picture under the cursor of the tab.
    pub(super) fn open_selected(&mut self) {
        match Open::selected(self) {
            Some(open) => self.overlay = Some(Overlay::Picture(open)),
            None => self.info("there is no picture yet".into()),
        }
    }

    pub(super) fn info(&mut self, text: String) {
        self.status = Some(Status { tone: Tone::Info, text });
    }

    pub(super) fn report(&mut self, result: Result<String, String>) {
        self.status = Some(match result {
            Ok(text) => Status { tone: Tone::Good, text },
            Err(text) => Status { tone: Tone::Bad, text },
        });
    }
}
