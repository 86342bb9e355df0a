//! What the fuzz targets share; `tests/fuzz.rs` of the crate above includes the same file.

pub mod targets;
