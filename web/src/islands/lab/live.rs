//! State that views follow, of any type, at the price of one: a reactive signal of its own for every
//! type is several kilobytes of the page's wasm each, so the only signal here counts versions.

use leptos::prelude::*;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Does something now, and again whenever what it read has changed. One effect for all, for the
/// same reason.
pub fn follow(act: impl FnMut() + 'static) {
    effect(Box::new(act));
}

fn effect(act: Box<dyn FnMut()>) {
    Effect::new(act);
}

/// A value and the count of its changes. It lives as long as the page, as labs do.
pub struct Live<T: 'static> {
    value: &'static RwLock<T>,
    version: RwSignal<u32>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

impl<T> Live<T> {
    /// A value that has not changed yet.
    pub fn new(value: T) -> Self {
        let value = Box::leak(Box::new(RwLock::new(value)));
        Self {
            value,
            version: RwSignal::new(0),
        }
    }

    /// Has whatever is being computed follow this.
    pub fn track(self) {
        self.version.track();
    }

    /// Reads it, and follows it.
    pub fn with<R>(self, f: impl FnOnce(&T) -> R) -> R {
        self.track();
        f(&self.read_untracked())
    }

    /// Reads it without following it.
    pub fn with_untracked<R>(self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.read_untracked())
    }

    /// Holds it for reading.
    pub fn read_untracked(self) -> RwLockReadGuard<'static, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_untracked(self) -> RwLockWriteGuard<'static, T> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes it and tells whoever follows.
    pub fn update<R>(self, f: impl FnOnce(&mut T) -> R) -> R {
        let result = self.update_quietly(f);
        self.version.update(|n| *n = n.wrapping_add(1));
        result
    }

    /// Changes it and tells nobody.
    pub fn update_quietly<R>(self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.write_untracked())
    }

    /// Replaces it and tells whoever follows.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }
}

impl<T: Clone> Live<T> {
    /// A copy; follows it.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy, without following it.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}
