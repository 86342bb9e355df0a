//! tightlip as its users meet it: the binary, real files, real git repositories.

mod baseline;
mod config;
mod diff;
mod history;
mod hook;
mod rules;
mod scan;
mod staged;
mod world;
