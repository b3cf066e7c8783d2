//! Updates: state, what the last frame put where, and an action; the effects that follow. No terminal, no thread, no
//! clock, no layout.

mod axes;
mod browser;
mod click;
mod control;
mod inpaint;
mod jobs;
mod mouse;
mod navigate;
mod overlays;
mod picture;
mod runs;
mod samples;
mod transform;

#[cfg(test)]
mod tests;

use crate::study::{Event, Stage};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::answers::Reply;
use crate::tui::state::cursors::{CovarianceView, DataView, NllView};
use crate::tui::state::overlay::{List, Listed, Overlay, Palette};
use crate::tui::state::status::Tone;
use crate::tui::tab::Tab;
use crate::tui::theme::{Pictures, PicturesChoice};
use crate::tui::views::copy;
use crate::tui::views::table::Copied;

impl App {
    /// Takes one action in; the effects that it asks for.
    pub fn update(&mut self, action: Action, hits: &Hits) -> Vec<Effect> {
        let mut effects = self.take_in(action, hits);
        effects.extend(self.requests(hits));
        effects
    }

    /// Jobs for what is in view and not known, unless they are under way.
    pub fn requests(&mut self, hits: &Hits) -> Vec<Effect> {
        let overviews = self.request_overviews();
        let samples = self.request_samples(hits);
        let axes = self.request_axes(hits);
        let inpaint = self.request_restorations(hits);
        let transform = self.request_transform();
        overviews.into_iter().chain(samples).chain(axes).chain(inpaint).chain(transform).collect()
    }

    fn take_in(&mut self, action: Action, hits: &Hits) -> Vec<Effect> {
        match action {
            Action::Command(command) => return self.command(command, hits),
            Action::Insert(c) => {
                self.status = None;
                self.insert(c);
            }
            Action::Paste(text) => text.chars().filter(|c| !c.is_control()).for_each(|c| self.insert(c)),
            Action::Click { x, y } => {
                (self.status, self.quit_armed, self.delete_armed) = (None, false, None);
                return self.click(x, y, hits);
            }
            Action::OtherClick { x, y } => self.other_click(hits.at(x, y)),
            Action::Drag { x, y } => self.drag(x, y, hits),
            Action::Release => self.release(),
            Action::Resize { width, height } => {
                self.size = (width, height);
                // Whatever the terminal made of the old frame.
                return vec![Effect::Redraw];
            }
            Action::Study { run, event: Event::Snapshot(model) } if run == self.run => {
                return self.save_model(model);
            }
            Action::Study { run, event } if run == self.run => {
                self.study_event(event);
                return self.next_of_sweep();
            }
            Action::Study { .. } => {}
            Action::Done(id, result) => self.done(id, result),
            Action::Answered(reply) => self.answered(reply),
            Action::Tick => self.replay(),
        }
        Vec::new()
    }

    /// Carries out a command.
    fn command(&mut self, command: Command, hits: &Hits) -> Vec<Effect> {
        let armed = std::mem::take(&mut self.cancel_armed);
        let quits = std::mem::take(&mut self.quit_armed);
        let deletes = self.delete_armed.take();
        self.status = None;
        match command {
            Command::Quit => return self.quit(quits),
            Command::Suspend => return vec![Effect::Suspend],
            Command::Redraw => return vec![Effect::Redraw],
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                self.info(match self.mouse {
                    true => "mouse: for the dashboard",
                    false => "mouse: for selecting text in the terminal",
                });
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
                self.abilities.ground_is_chosen = true;
                self.info(format!("colours for a {} background", self.theme.ground.name()));
            }
            Command::CyclePictures => {
                self.theme.pictures = self.theme.pictures.next();
                self.abilities.pictures = PicturesChoice::Fixed(self.theme.pictures);
                let known = match self.theme.pictures {
                    Pictures::Kitty => self.abilities.kitty,
                    Pictures::Sixel => self.abilities.sixel,
                    Pictures::Blocks => true,
                };
                let doubt = if known { "" } else { ", which this terminal has not said that it knows" };
                self.info(format!("pictures: {}{doubt}", self.theme.pictures.name()));
            }
            Command::CycleBlocks => {
                self.theme.blocks = self.theme.blocks.next();
                self.info(format!("small pictures: {}", self.theme.blocks.name()));
            }
            Command::Copy => return self.copy(copy::selection(self)),
            Command::CopyTable => return self.copy(copy::table(self)),
            Command::Palette => {
                let focus = self.focus();
                self.overlay = Some(Overlay::Palette(Palette::over(focus, self.overlay.take())));
            }
            Command::Open if self.overlay.is_none() && self.tab == Tab::Runs => return self.bring_back(),
            Command::DeleteRun if self.overlay.is_none() => return self.delete_run(deletes),
            Command::Coverage if self.overlay.is_none() => return self.request_coverage(),
            Command::OpenPicture if self.overlay.is_none() => return self.open_browser(),
            Command::Erase if self.leaves_folder() => return self.open_parent(),
            other if self.overlay.is_none() && self.tab_command(other, hits) => {}
            Command::NextTab if self.overlay_keeps_tabs() => self.go(self.tab.moved(1)),
            Command::PreviousTab if self.overlay_keeps_tabs() => self.go(self.tab.moved(Tab::ALL.len() - 1)),
            Command::Go(tab) => self.go(tab),
            Command::Export | Command::Report => return self.export(command),
            Command::Save => return self.save(),
            Command::TogglePause => return self.toggle_pause(),
            Command::Step => return self.step(),
            Command::Back if self.overlay.is_none() => return self.cancel(armed),
            Command::Apply => return self.apply(hits),
            Command::Generalise if self.overlay.is_none() => return self.generalise(),
            Command::Help if self.overlay.is_none() => {
                self.overlay = Some(Overlay::Help { search: String::new(), scroll: 0 });
            }
            Command::Theory if self.overlay.is_none() => self.overlay = Some(Overlay::Theory { scroll: 0 }),
            Command::Settings => self.open_settings(),
            Command::Open => self.open_selected(),
            Command::Play => self.toggle_replay(),
            Command::CycleView => self.cycle_view(),
            Command::PickComponent => self.open_picker(),
            Command::ToggleScale => {
                self.cursors.own_scales = !self.cursors.own_scales;
                self.info(match self.cursors.own_scales {
                    true => "each picture on its own scale",
                    false => "all pictures of a view on one scale",
                });
            }
            Command::Experiment(index) => return self.run_experiment(index),
            Command::Presets => {
                self.overlay = Some(Overlay::List(List { of: Listed::Experiments, selected: 0 }));
            }
            Command::ChoosePair => {
                self.overlay = Some(Overlay::List(List { of: Listed::Pairs, selected: 0 }))
            }
            other if self.overlay.is_some() => self.overlay_command(other, hits),
            other => self.navigate(other, hits),
        }
        Vec::new()
    }

    /// Takes in what the terminal says of itself.
    fn answered(&mut self, reply: Reply) {
        if let Some(ground) = self.abilities.learn(reply) {
            self.theme.ground = ground;
        }
        self.theme.pictures = self.abilities.pictures();
    }

    /// A command of a tab with a state of its own; false where the tab does not handle it.
    fn tab_command(&mut self, command: Command, hits: &Hits) -> bool {
        match self.tab {
            Tab::Samples => self.samples_command(command),
            Tab::Restore => self.inpaint_command(command, hits),
            Tab::Runs => self.runs_command(command),
            Tab::Transform => self.transform_command(command),
            _ => false,
        }
    }

    /// Whether Tab changes the tab: it does in a derivation, which follows, but not in a form or a picture.
    fn overlay_keeps_tabs(&self) -> bool {
        matches!(self.overlay, None | Some(Overlay::Theory { .. }))
    }

    fn go(&mut self, tab: Tab) {
        self.tab = tab;
        if let Some(Overlay::Theory { scroll }) = &mut self.overlay {
            *scroll = 0;
        }
    }

    fn cycle_view(&mut self) {
        let (holds_out, view) = (self.holds_out(), self.data_view());
        let scored = self.explained_count() > 0;
        let cursors = &mut self.cursors;
        match self.tab {
            Tab::Fit => cursors.nll = NllView::at(cursors.nll as usize + 1, holds_out),
            Tab::Data => cursors.data = DataView::at(view as usize + 1, scored),
            Tab::Runs => self.show_runs_view(self.runs.view as usize + 1),
            _ => cursors.covariance = cursors.covariance.moved(1),
        }
    }

    /// Shows the view at `index` in the border of a panel.
    fn choose_view(&mut self, index: usize) {
        let (holds_out, scored) = (self.holds_out(), self.explained_count() > 0);
        let cursors = &mut self.cursors;
        match self.tab {
            Tab::Fit => cursors.nll = NllView::at(index, holds_out),
            Tab::Data => cursors.data = DataView::at(index, scored),
            Tab::Components => cursors.covariance = CovarianceView::default().moved(index),
            Tab::Restore => self.show_view(index),
            Tab::Samples => self.show_samples_of(index),
            Tab::Runs => self.show_runs_view(index),
            Tab::Transform => self.transform.pieces = index == 1,
        }
    }

    fn study_event(&mut self, event: Event) {
        match &event {
            // The status line says how the study ended; no older message may cover that.
            Event::Failed(_) | Event::Cancelled | Event::Finished => {
                self.status.take_if(|status| status.tone == Tone::Info);
            }
            Event::Paused(true) => self.info("paused: n runs one iteration, Space resumes"),
            Event::Entered(Stage::Em) | Event::Paused(false) => self.status = None,
            _ => {}
        }
        self.outcome.apply(event);
        if self.outcome.status.has_ended() {
            self.runs.note(&self.outcome);
        }
    }

    fn toggle_replay(&mut self) {
        let len = self.outcome.em.history.len();
        self.playing = !self.playing && len > 1;
        if self.playing && self.cursors.iteration.is_none() {
            self.cursors.iteration = Some(self.first_iteration());
        }
    }

    /// Shows the next iteration of a replay, which ends at the last.
    fn replay(&mut self) {
        if !self.playing {
            return;
        }
        let next = self.iteration().map_or(0, |at| at + 1);
        self.show_iteration(next);
        self.playing = self.cursors.iteration.is_some();
    }

    fn copy(&mut self, copied: Option<Copied>) -> Vec<Effect> {
        let Some(Copied { what, text }) = copied else {
            self.info("there is nothing to copy yet");
            return Vec::new();
        };
        self.report(Ok(format!("copied {what}")));
        vec![Effect::Copy(text)]
    }
}
