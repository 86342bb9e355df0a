//! tightlip as its users meet it: the binary, real files, real git repositories.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up should fail")]

mod agent;
mod baseline;
mod cache;
mod churn;
mod config;
mod diff;
mod estate;
mod faults;
mod hiding;
mod history;
mod hook;
mod image;
mod inventory;
mod parts;
mod past;
#[cfg(unix)]
mod progress;
mod public;
mod push;
mod reports;
mod rules;
mod safety;
mod scan;
mod siege;
mod staged;
mod world;
