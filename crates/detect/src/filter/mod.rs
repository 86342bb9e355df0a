//! What a value is when it is no secret: a stand-in, a template, a look-up of something kept
//! elsewhere.
//!
//! Owns judgements that need nothing but the value and the bytes before it. Leaves to others: which
//! matches they apply to; a token whose check digits hold is never asked about.

mod lookup;
mod placeholder;
mod runs;
mod template;

pub(crate) use lookup::is_lookup;
pub(crate) use placeholder::{is_placeholder, is_stand_in, stand_in_word};
pub(crate) use runs::{is_keyboard_walk, longest_count, longest_repeat};
