//! Decoded bytes as text that may be shown as a fact.

/// The longest fact shown, in bytes.
const LONGEST: usize = 200;

/// `bytes` as text, when they are printable UTF-8 of a length worth showing.
pub(super) fn printable(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let shows = !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
    shows.then(|| text.to_owned())
}

/// `text` without the `=` at its end.
pub(super) fn unpadded(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b'=').map_or(0, |at| at + 1);
    text.get(..end).unwrap_or_default()
}

/// Where `needle` first stands in `hay`.
pub(super) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(hay, needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_endless_texts_are_no_facts() {
        assert_eq!(printable(b"build@host").as_deref(), Some("build@host"));
        assert_eq!(printable(b"a\x1b[31m"), None);
        assert_eq!(printable(b"\xff"), None);
        assert_eq!(printable(b""), None);
        assert_eq!(printable(&[b'a'; 201]), None);
    }

    #[test]
    fn a_needle_is_found_where_it_first_stands() {
        assert_eq!(find(b"abcabc", b"bc"), Some(1));
        assert_eq!(find(b"abc", b"abcd"), None);
    }
}
