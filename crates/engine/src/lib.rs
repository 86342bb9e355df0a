//! Runs the pipe once, in parallel, in a stable order.
