//! The built-in rules, compiled by the build script from the files in `rules/`.

use std::borrow::Cow;

use tightlip_model::{Confidence, Kind, Severity};

use crate::pattern::ByteSet;
use crate::rule::Bounds;
use crate::set::{Record, RuleSet, Shape, Slice};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/builtin.txt"));

/// The built-in rules. Costs nothing: the set is constant data.
#[must_use]
pub const fn builtin() -> RuleSet {
    RuleSet {
        text: Cow::Borrowed(TEXT),
        records: Cow::Borrowed(&RECORDS),
        lists: Cow::Borrowed(&LISTS),
        links: Cow::Borrowed(&LINKS),
        sets: Cow::Borrowed(&SETS),
        reach: REACH,
    }
}
