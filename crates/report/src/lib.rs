//! Findings to one output format a file.
