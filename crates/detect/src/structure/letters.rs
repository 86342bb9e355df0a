//! Whether characters read like words or like noise, by which letter follows which.

/// For each letter the letters that often follow it: 210 pairs that make up 85 % of the pairs in the
/// words of English and of program texts, and 31 % of the pairs in random letters.
const FOLLOWERS: [&[u8]; 26] = [
    b"bcdgiklmnprstuy",
    b"aeiloru",
    b"acehiklorstu",
    b"adeilors",
    b"abcdefgilmnprstvwx",
    b"aefilor",
    b"aeirs",
    b"aeio",
    b"abcdefglmnoprstvz",
    b"",
    b"ei",
    b"adeilostuy",
    b"aeiops",
    b"acdefginostuv",
    b"bcdfglmnoprstuvw",
    b"aeiloprstu",
    b"u",
    b"acdegilmnorstuy",
    b"acehilopstuy",
    b"acehiloprstuy",
    b"beilmnprst",
    b"aei",
    b"aei",
    b"t",
    b"p",
    b"e",
];

/// How a value reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reading {
    /// Pairs of letters that words are made of.
    pub(super) familiar: u32,
    /// Pairs of letters that words seldom have, and switches between letters and digits or of case
    /// that names do not make.
    pub(super) odd: u32,
}

impl Reading {
    /// Reads `value`, pair by pair.
    pub(super) fn of(value: &[u8]) -> Self {
        let mut reading = Self::default();
        for pair in value.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            match (a.is_ascii_alphabetic(), b.is_ascii_alphabetic()) {
                (true, true) if a.is_ascii_uppercase() && b.is_ascii_lowercase() => {
                    reading.letters(a, b)
                }
                // A hump of camelCase says nothing by itself.
                (true, true) if a.is_ascii_lowercase() && b.is_ascii_uppercase() => {}
                (true, true) => reading.letters(a, b),
                (false, true) if a.is_ascii_digit() => reading.odd += 1,
                (true, false) if b.is_ascii_digit() => reading.odd += 1,
                _ => {}
            }
        }
        reading
    }

    fn letters(&mut self, a: u8, b: u8) {
        let row = usize::from(a.to_ascii_lowercase().wrapping_sub(b'a'));
        let is_familiar =
            FOLLOWERS.get(row).is_some_and(|row| row.contains(&b.to_ascii_lowercase()));
        *if is_familiar { &mut self.familiar } else { &mut self.odd } += 1;
    }

    /// Odd pairs of a hundred; 0 when there is nothing to read.
    pub(super) fn odd_percent(self) -> u32 {
        100 * self.odd / (self.odd + self.familiar).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_familiar_and_noise_reads_odd() {
        for word in ["password_field", "getAccessToken", "CONTENT_LENGTH", "administrator"] {
            assert!(Reading::of(word.as_bytes()).odd_percent() < 35, "{word}");
        }
        for noise in ["q8Zr4TnB1xWv", "kqzvmxwp", "9f86d081884c7d65", "xK2!fG7#"] {
            assert!(Reading::of(noise.as_bytes()).odd_percent() > 50, "{noise}");
        }
    }
}
