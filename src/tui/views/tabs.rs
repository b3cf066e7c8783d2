//! The tabs: one [`TabSpec`] each, in one table. A tab shows what exists of its task, and says what is still to come.

mod components;
mod data;
mod fit;
mod inpaint;
mod runs;
mod samples;
mod spec;
mod transform;

use spec::TabSpec;

use crate::tui::keymap::Keys;
use crate::tui::state::App;
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;

/// Every tab, in order.
static TABS: [&TabSpec; Tab::ALL.len()] =
    [&transform::TAB, &data::TAB, &fit::TAB, &components::TAB, &samples::TAB, &inpaint::TAB, &runs::TAB];

/// The tab `tab`.
pub fn spec(tab: Tab) -> &'static TabSpec {
    TABS[tab.index()]
}

/// Whether the tab in front has views to choose from: the tables of Transform stand side by side on a wide screen.
pub fn has_views(app: &App) -> bool {
    app.tab != Tab::Transform || app.size.0 < transform::BOTH
}

/// The picture under the cursor of the tab in front.
pub fn selected(app: &App) -> Option<Subject> {
    (spec(app.tab).selected)(app)
}

impl Default for Keys {
    /// The keys of every tab, and the common ones.
    fn default() -> Self {
        Self::new(TABS.iter().flat_map(|spec| spec.keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_tabs() {
        for &tab in Tab::ALL {
            assert_eq!(spec(tab).tab, tab);
        }
    }
}
