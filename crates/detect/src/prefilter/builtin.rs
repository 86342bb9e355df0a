//! The built-in anchors and their table, as the build script made them.

use std::borrow::Cow;

use super::anchors::Anchors;
use super::rows::Rows;
use super::table::{Slot, Table, Window};

include!(concat!(env!("OUT_DIR"), "/prefilter.rs"));

/// The anchors of the built-in rules.
pub(super) const fn anchors() -> Anchors {
    Anchors {
        texts: Rows { items: Cow::Borrowed(TEXTS), ends: Cow::Borrowed(&TEXT_ENDS) },
        rules: Rows { items: Cow::Borrowed(&RULES), ends: Cow::Borrowed(&RULE_ENDS) },
    }
}

/// Their table. Costs nothing: it is constant data.
pub(super) const fn table() -> Table {
    Table {
        bits: Cow::Borrowed(&BITS),
        slot_of: Cow::Borrowed(&SLOT_OF),
        slots: Cow::Borrowed(&SLOTS),
        heads: Cow::Borrowed(&HEADS),
        windows: Cow::Borrowed(&WINDOWS),
    }
}
