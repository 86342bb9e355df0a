//! What the fuzz targets share; `tests/fuzz.rs` of the crate above includes the same files.

pub mod files;
pub mod targets;
