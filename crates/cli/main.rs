//! tightlip's command line.

fn main() {}
