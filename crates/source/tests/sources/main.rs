//! The sources through their public interface, over trees, streams and repositories made on the spot.

#[cfg(test)]
mod archives;
#[cfg(test)]
mod containers;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod history;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod script;
#[cfg(test)]
mod staged;
#[cfg(test)]
mod stdin;
