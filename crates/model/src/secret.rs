//! Secret bytes, which hide themselves.

use std::fmt;

/// The bytes of a secret. `Debug`, `Display` and [`Secret::masked`] never show them whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes the bytes into custody.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes themselves: only to fingerprint, to prove, to mask other text, or when a reporter is
    /// told to show.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// What may be shown: a few leading characters of a long secret, and a fixed run of asterisks
    /// that does not tell its length. A secret of several lines shows nothing of itself.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = match self.0.len() {
            0..12 => 0,
            12..20 => 2,
            _ => 4,
        };
        let head = self.0.get(..shown).unwrap_or_default();
        if self.0.contains(&b'\n') || !head.iter().all(u8::is_ascii_graphic) {
            return MASK.to_owned();
        }
        head.iter().map(|&byte| char::from(byte)).chain(MASK.chars()).collect()
    }
}

const MASK: &str = "********";

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.masked())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_printed_holds_the_whole_secret() {
        for text in ["", "pw", "hunter2hunter2", "0123456789abcdefghijklmnopqrstuvwxyz"] {
            let secret = Secret::new(text.as_bytes());
            let printed = format!("{secret} {secret:?}");
            assert!(text.is_empty() || !printed.contains(text), "{printed}");
        }
    }

    #[test]
    fn the_mask_does_not_tell_the_length_of_a_password() {
        assert_eq!(Secret::new(b"abc").masked(), Secret::new(b"abcdefghijk").masked());
    }
}
