//! The content compiler, on a small site of its own.

mod common;
mod invalid;
mod pages;
