//! What a key can mean.

use crate::study::EXPERIMENTS;
use crate::tui::tab::Tab;

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// What a key can mean. Every command has a key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command {
            $($(#[doc = $doc])+ $name,)*
            /// Show a tab.
            Go(Tab),
            /// Run the experiment at this index. It is found in lists, and has no key.
            Experiment(usize),
        }

        impl Command {
            /// Every command.
            #[cfg(test)]
            pub fn all() -> Vec<Self> {
                let go = Tab::ALL.iter().map(|&tab| Self::Go(tab));
                [$(Self::$name),*].into_iter().chain(go).collect()
            }

            /// What it means, wherever it is bound.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+),)*
                    Self::Go(tab) => tab.about(),
                    Self::Experiment(index) => {
                        EXPERIMENTS.get(index).map_or("run an experiment", |experiment| experiment.title)
                    }
                }
                .trim()
            }

            /// Its name in configuration files, the palette and the log: "next-tab", "go-fit".
            pub fn name(self) -> String {
                let (prefix, words) = match self {
                    $(Self::$name => ("", stringify!($name)),)*
                    Self::Go(tab) => ("go", tab.title()),
                    Self::Experiment(index) => {
                        let name = EXPERIMENTS.get(index).map_or("", |experiment| experiment.name);
                        return format!("experiment-{name}");
                    }
                };
                let mut name = prefix.to_owned();
                for c in words.chars() {
                    if c.is_ascii_uppercase() && !name.is_empty() {
                        name.push('-');
                    }
                    name.push(c.to_ascii_lowercase());
                }
                name
            }
        }
    };
}

commands! {
    /// Leave the program.
    Quit,
    /// Run again with a shrinkage that is chosen to generalise.
    Generalise,
    /// Suspend the program; `fg` in the shell resumes it.
    Suspend,
    /// Repaint the whole screen.
    Redraw,
    /// Open the list of keys, or close it.
    Help,
    /// Open the derivation of the tab, or close it.
    Theory,
    /// Open the settings form.
    Settings,
    /// Write figures.pdf.
    Export,
    /// Save the model, also of a fit that is under way.
    Save,
    /// Write the report.
    Report,
    /// Pause EM, or resume it.
    TogglePause,
    /// Run one iteration of EM while it is paused.
    Step,
    /// Close what is open; twice on a tab, stop the fit and use it.
    Back,
    /// Show the next tab.
    NextTab,
    /// Show the previous tab.
    PreviousTab,
    /// Move left: the previous picture, iteration, position or choice.
    Left,
    /// Move right: the next picture, iteration, position or choice.
    Right,
    /// Move up.
    Up,
    /// Move down.
    Down,
    /// Move up one page.
    PageUp,
    /// Move down one page.
    PageDown,
    /// Move to the first.
    First,
    /// Move to the last.
    Last,
    /// Show the selected picture full screen.
    Open,
    /// Show the next view of the tab: the covariance or its diagonal, the NLL or its change.
    CycleView,
    /// Replay the iterations of EM, or stop the replay.
    Play,
    /// Draw new samples.
    Resample,
    /// Enlarge the open picture, the brush, or the chart of z.
    Enlarge,
    /// Reduce the open picture, the brush, or the chart of z.
    Reduce,
    /// Show samples of the mixture, or of one component.
    CycleComponent,
    /// Show samples of the previous component, or of the mixture.
    PreviousComponent,
    /// Observe something else of the images: the next kind of observation.
    NextObservation,
    /// Observe something else of the images: the previous kind of observation.
    PreviousObservation,
    /// Increase the noise of what is observed.
    MoreNoise,
    /// Decrease the noise of what is observed.
    LessNoise,
    /// Show the truth, the error, z-scores, or the covariances of the chosen pixel.
    CycleAspect,
    /// Count how often intervals cover, on 200 test images.
    Coverage,
    /// Choose the next kind of mask.
    NextMask,
    /// Choose the previous kind of mask.
    PreviousMask,
    /// Increase the value of the slider.
    More,
    /// Decrease the value of the slider.
    Less,
    /// Choose other random pixels.
    OtherMask,
    /// Choose other test images.
    OtherImages,
    /// Choose a picture of yours from a list, and restore it.
    OpenPicture,
    /// Start painting with the brush, or stop.
    Pen,
    /// Switch the brush between observed and missing.
    Ink,
    /// Make every pixel observed.
    Fill,
    /// Make every pixel missing.
    Clear,
    /// Swap observed and missing pixels.
    Invert,
    /// Undo the last change of the mask.
    Undo,
    /// Move the selected pixel left.
    PixelLeft,
    /// Move the selected pixel right.
    PixelRight,
    /// Move the selected pixel up.
    PixelUp,
    /// Move the selected pixel down.
    PixelDown,
    /// Show all pictures of a view on one scale, or each on its own.
    ToggleScale,
    /// Choose a component from a list, or by its number.
    PickComponent,
    /// Type another law of X or another map.
    EditPair,
    /// Type z.
    EditZ,
    /// Choose one of twenty instructive pairs of a law and a map.
    ChoosePair,
    /// Move the window of z down.
    PanLeft,
    /// Move the window of z up.
    PanRight,
    /// Show the whole of z again.
    WholeWindow,
    /// Choose an experiment, a preset of settings.
    Presets,
    /// Mark the selected run, or unmark it.
    Mark,
    /// Sort the runs by the next column.
    Sort,
    /// Delete the selected run.
    DeleteRun,
    /// Draw small pictures with the next finer glyphs.
    CycleBlocks,
    /// Draw pictures in blocks, or in pixels by kitty's protocol or as sixels.
    CyclePictures,
    /// Run the study again with the settings of the form.
    Apply,
    /// Reset the field to its default.
    DefaultField,
    /// Delete the last character.
    Erase,
    /// Delete what was typed.
    EraseAll,
    /// Open the command palette.
    Palette,
    /// Copy the numbers under the cursor.
    Copy,
    /// Copy the table of the tab.
    CopyTable,
    /// Switch between colours for a dark and for a light background.
    ToggleGround,
    /// Switch to the next colour depth.
    CycleColor,
    /// Switch between Unicode and ASCII.
    ToggleGlyphs,
    /// Use the mouse here, or leave it to the terminal for selecting text.
    ToggleMouse,
}

impl Command {
    /// Other words that people look for it by.
    pub fn synonyms(self) -> &'static str {
        match self {
            Self::Quit => "exit leave close end stop",
            Self::Export => "save write figures pdf plot print",
            Self::Save => "write store keep model npz checkpoint fit",
            Self::Mark => "compare select",
            Self::DeleteRun => "remove",
            Self::Report => "save write pdf document print",
            Self::Settings => {
                "options parameters preferences configuration K components seed ridge shrinkage"
            }
            Self::Generalise => "overfit regularise shrinkage held-out",
            Self::TogglePause => "stop continue resume wait",
            Self::Back => "cancel abort interrupt close",
            Self::Play => "animate animation movie history iterations",
            Self::CycleView => "eigenvectors axes variances covariance log change held-out next",
            Self::CycleComponent | Self::PreviousComponent => "cluster class",
            Self::PickComponent => "cluster class number go select jump",
            Self::ToggleScale => "range contrast colour bar normalise",
            Self::Resample => "draw random generate another again",
            Self::NextObservation | Self::PreviousObservation => {
                "denoise deblur super-resolution compressed sensing operator inverse mask noise blur reduce project"
            }
            Self::MoreNoise | Self::LessNoise => "sigma standard deviation denoising",
            Self::CycleAspect => "residual error z-score covariance truth uncertainty",
            Self::Coverage => "calibration interval uncertainty trust calibrate",
            Self::NextMask | Self::PreviousMask => "hide occlusion missing block rows columns",
            Self::More | Self::Less => "fraction observed increase decrease",
            Self::Pen | Self::Ink => "draw paint brush mask",
            Self::OpenPicture => "own mine file folder load import browse png jpeg image photo upload",
            Self::OtherImages => "random labels test",
            Self::Open => "enlarge magnify full screen picture",
            Self::Copy | Self::CopyTable => "clipboard yank csv export data",
            Self::CycleColor => "theme palette colors true 256 16",
            Self::ToggleGround => "theme light dark background mode",
            Self::ToggleGlyphs => "ascii unicode characters",
            Self::CyclePictures => "pixels images graphics kitty sixel resolution",
            Self::CycleBlocks => "resolution sharper finer sextant quadrant octant",
            Self::Theory => "mathematics formula explain why proof",
            Self::Help => "keys shortcuts bindings manual",
            Self::Palette => "command search find",
            Self::Redraw => "refresh repaint clear",
            Self::Undo => "revert",
            Self::EditPair => "density function distribution law map expression type",
            Self::ChoosePair => "examples list gallery law map density",
            Self::WholeWindow => "reset zoom",
            Self::Presets | Self::Experiment(_) => {
                "experiments preset demonstration failure collapse underflow overfitting descent"
            }
            Self::Go(tab) => match tab {
                Tab::Transform => "density change of variables task 1",
                Tab::Data => "labels images training",
                Tab::Fit => "likelihood nll convergence k-means em loss",
                Tab::Components => "means covariances eigenvectors variances nearest images difference",
                Tab::Samples => "draw generate",
                Tab::Runs => "history compare table sessions saved earlier",
                Tab::Restore => "restore mask denoise reconstruct psnr task 3",
            },
            _ => "",
        }
    }
}
