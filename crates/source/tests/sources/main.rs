//! The sources through their public interface, over trees, streams and repositories made on the spot.

#[cfg(test)]
mod files;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod stdin;
