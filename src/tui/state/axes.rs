//! The principal axes of the components and their averaged covariances, as far as they are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::job::{Overview, Pending};
use crate::mixture::PrincipalAxes;

/// The principal axes that are known.
#[derive(Debug, Clone, Default)]
pub struct Axes {
    /// The study that they belong to.
    pub run: u64,
    /// The axes of a component, or why there are none.
    pub known: BTreeMap<usize, Result<Arc<PrincipalAxes>, String>>,
    /// The components whose axes are being computed.
    pub pending: Pending<usize>,
}

impl Axes {
    /// The axes of component `k`; none while they are not known.
    pub fn of(&self, k: usize) -> Option<&PrincipalAxes> {
        self.known.get(&k)?.as_deref().ok()
    }

    /// Why component `k` has none.
    pub fn fault(&self, k: usize) -> Option<&str> {
        self.known.get(&k)?.as_ref().err().map(String::as_str)
    }
}

/// The averaged covariances.
#[derive(Debug, Clone, Default)]
pub struct Overviews {
    /// The study that they belong to.
    pub run: u64,
    /// One a component; empty while they are not known.
    pub known: Vec<Overview>,
    /// Whether they are being computed.
    pub pending: Pending<()>,
    /// Whether they could not be computed.
    pub failed: bool,
}
