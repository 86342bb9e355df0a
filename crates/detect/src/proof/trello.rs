//! Trello tokens: built like Atlassian's. One published token differs, so that wrong digits
//! disprove nothing.

use super::check_digits::{CheckDigits, Mismatch};
use super::{Entry, Test, atlassian};

pub(super) const CRC32: Entry = Entry {
    name: "trello",
    test: Test::Digits(CheckDigits {
        expected: atlassian::expected,
        mismatch: Mismatch::Unsure("its check digits differ from those of other Trello tokens"),
    }),
};

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn right_digits_hold_and_wrong_ones_leave_a_doubt() {
        vectors::confirm("trello", &vectors::random("ATTA", vectors::HEX, 72), 0..68);
    }
}
