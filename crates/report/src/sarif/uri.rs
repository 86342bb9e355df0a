//! Paths and addresses as URIs.

use std::fmt::Write as _;

/// A file's path as a URI: relative ones stay relative, absolute ones become `file://`. Every byte
/// but letters, digits, `-`, `.`, `_`, `~` and `/` is percent-encoded, so that a `:` in the first
/// folder is no scheme and a path that is no UTF-8 keeps its bytes.
pub(crate) fn of_path(path: &[u8]) -> String {
    let mut rest = path;
    while let Some(after) = rest.strip_prefix(b"./") {
        rest = after;
    }
    let scheme = if rest.starts_with(b"/") { "file://" } else { "" };
    encoded(scheme, rest, |byte| matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/'))
}

/// Whether [`of_path`] is to be read against the root of the sources.
pub(super) fn is_relative(path: &[u8]) -> bool {
    !path.starts_with(b"/")
}

/// A repository's address as a URI: `git@host:path`, which is none, becomes `ssh://git@host/path`.
pub(super) fn of_repository(address: &str) -> String {
    let address = match scp_parts(address) {
        Some((host, path)) => format!("ssh://{host}/{}", path.trim_start_matches('/')),
        None => address.to_owned(),
    };
    encoded("", address.as_bytes(), |byte| b"-._~/:?#[]@!$&'()*+,;=%".contains(&byte))
}

fn scp_parts(address: &str) -> Option<(&str, &str)> {
    let (host, path) = address.split_once(':')?;
    (!host.contains('/') && !path.starts_with("//")).then_some((host, path))
}

fn encoded(scheme: &str, text: &[u8], is_plain: impl Fn(u8) -> bool) -> String {
    let mut uri = scheme.to_owned();
    for &byte in text {
        if byte.is_ascii_alphanumeric() || is_plain(byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded_byte_by_byte() {
        assert_eq!(of_path(b"./a b/c:d%\xff#?.txt"), "a%20b/c%3Ad%25%FF%23%3F.txt");
        assert_eq!(of_path(b"/srv/x"), "file:///srv/x");
        assert_eq!(of_path("é".as_bytes()), "%C3%A9");
    }

    #[test]
    fn a_repository_is_named_by_a_uri() {
        assert_eq!(of_repository("git@example.com:a/b.git"), "ssh://git@example.com/a/b.git");
        assert_eq!(of_repository("https://example.com/a b"), "https://example.com/a%20b");
    }
}
