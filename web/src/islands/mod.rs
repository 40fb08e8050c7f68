//! stub
pub mod lab;
