//! Working memory that the threads of a parallel loop borrow and give back, so that iterations allocate
//! nothing.

use std::sync::Mutex;

/// Values to be borrowed; as many as were ever borrowed at once.
#[derive(Debug)]
pub(super) struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Pool<T> {
    /// Runs `work` on a value that nobody else holds; `make` makes one when all are lent.
    ///
    /// A value keeps what `work` left in it.
    pub fn lend<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.take().unwrap_or_else(make);
        let result = work(&mut value);
        self.give(value);
        result
    }

    /// A value that nobody else holds, if there is one.
    pub fn take(&self) -> Option<T> {
        self.0.lock().ok().and_then(|mut idle| idle.pop())
    }

    /// Gives a value back, or a first time.
    pub fn give(&self, value: T) {
        if let Ok(mut idle) = self.0.lock() {
            idle.push(value);
        }
    }
}
