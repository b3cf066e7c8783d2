//! The tabs, their order and their names.

macro_rules! tabs {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// The tabs, in order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Tab { $($(#[doc = $doc])+ $name),* }

        impl Tab {
            /// Every tab, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name on the screen.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// What it shows.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),* }.trim()
            }
        }
    };
}

tabs! {
    /// Task 1: curves and checks.
    Transform,
    /// The training images.
    Data,
    /// k-means and EM.
    Fit,
    /// Means and covariances.
    Components,
    /// Samples of the mixture.
    Samples,
    /// Task 3: restored images.
    Restore,
    /// Every run, compared.
    Runs,
}

impl Tab {
    /// Its position, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The tab `by` places further, around the ends.
    pub fn moved(self, by: usize) -> Self {
        Self::ALL[(self.index() + by) % Self::ALL.len()]
    }
}
