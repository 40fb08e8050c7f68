//! What is alive on a page.

pub mod exercises;
pub mod lab;
pub mod outline;
pub mod theme;
