//! The repository's own configuration file. Includes are not followed: a scanned repository must
//! not choose which further files are read.

use std::path::Path;

use crate::error::GitError;
use crate::files::{self, SMALL_FILE_LIMIT};

/// The settings of one or more configuration files, in order.
#[derive(Debug, Default)]
pub(crate) struct Config {
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    /// In lower case.
    section: Vec<u8>,
    subsection: Option<Vec<u8>>,
    /// In lower case.
    key: Vec<u8>,
    /// `None` for a key without `=`, which means true.
    value: Option<Vec<u8>>,
}

impl Config {
    /// Adds the settings of a file; a file that does not exist has none.
    pub(crate) fn add_file(&mut self, path: &Path) -> Result<(), GitError> {
        let bytes = files::read_if_exists(path, SMALL_FILE_LIMIT)?.unwrap_or_default();
        self.add(&bytes)
            .map_err(|line| GitError::corrupt(path, format!("line {line} is not configuration")))
    }

    /// Adds the settings of a file's content, or gives the number of the line that is wrong.
    fn add(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut parser = Parser { rest: bytes, line: 1 };
        let mut section = None;
        loop {
            parser.skip_blank();
            let Some(byte) = parser.peek() else { return Ok(()) };
            let line = parser.line;
            if byte == b'[' {
                section = Some(parser.section().ok_or(line)?);
                continue;
            }
            let (name, subsection) = section.clone().ok_or(line)?;
            let key = parser.key().ok_or(line)?;
            let value = parser.value().ok_or(line)?;
            self.settings.push(Setting { section: name, subsection, key, value });
        }
    }

    /// The last value of a setting of a section without subsection; a key without `=` is true.
    pub(crate) fn get(&self, section: &str, key: &str) -> Option<&[u8]> {
        let wanted = |setting: &&Setting| {
            setting.subsection.is_none()
                && setting.section == section.as_bytes()
                && setting.key == key.as_bytes()
        };
        let found = self.settings.iter().rev().find(wanted)?;
        Some(found.value.as_deref().unwrap_or(b"true"))
    }

    /// Whether a setting says yes; `None` when it is not there.
    pub(crate) fn flag(&self, section: &str, key: &str) -> Option<bool> {
        self.get(section, key).map(is_true)
    }

    /// All keys of a section without subsection, with their values.
    pub(crate) fn section(&self, section: &str) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.settings
            .iter()
            .filter(move |s| s.subsection.is_none() && s.section == section.as_bytes())
            .map(|s| (s.key.as_slice(), s.value.as_deref().unwrap_or_default()))
    }

    /// Whether some subsection of `section` sets `key` to yes.
    pub(crate) fn any_subsection(&self, section: &str, key: &str) -> bool {
        self.settings.iter().any(|s| {
            s.subsection.is_some()
                && s.section == section.as_bytes()
                && s.key == key.as_bytes()
                && s.value.as_deref().is_none_or(is_true)
        })
    }
}

fn is_true(value: &[u8]) -> bool {
    let number = str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
    number.is_some_and(|number| number != 0)
        || [&b"true"[..], b"yes", b"on"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
}

struct Parser<'a> {
    rest: &'a [u8],
    line: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.line += usize::from(*first == b'\n');
        Some(*first)
    }

    /// Steps over white space, comments and empty lines.
    fn skip_blank(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' | b';' => while self.next().is_some_and(|byte| byte != b'\n') {},
                _ if byte.is_ascii_whitespace() => {
                    self.next();
                }
                _ => return,
            }
        }
    }

    /// `[name]`, `[name "subsection"]` or the old `[name.subsection]`.
    fn section(&mut self) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        self.next();
        let mut name = Vec::new();
        loop {
            match self.next()? {
                b']' => break,
                b' ' | b'\t' => {
                    let subsection = self.quoted_subsection()?;
                    return Some((name, Some(subsection)));
                }
                byte if byte.is_ascii_alphanumeric() || b"-.".contains(&byte) => {
                    name.push(byte.to_ascii_lowercase());
                }
                _ => return None,
            }
        }
        match name.iter().position(|byte| *byte == b'.') {
            Some(dot) => {
                let subsection = name.split_off(dot + 1);
                name.pop();
                Some((name, Some(subsection)))
            }
            None => Some((name, None)),
        }
    }

    fn quoted_subsection(&mut self) -> Option<Vec<u8>> {
        while self.peek().is_some_and(|byte| byte == b' ' || byte == b'\t') {
            self.next();
        }
        if self.next()? != b'"' {
            return None;
        }
        let mut name = Vec::new();
        loop {
            match self.next()? {
                b'"' => break,
                b'\n' => return None,
                b'\\' => name.push(self.next().filter(|byte| *byte != b'\n')?),
                byte => name.push(byte),
            }
        }
        (self.next()? == b']').then_some(name)
    }

    fn key(&mut self) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        while let Some(byte) = self.peek().filter(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            key.push(byte.to_ascii_lowercase());
            self.next();
        }
        key.first().is_some_and(u8::is_ascii_alphabetic).then_some(key)
    }

    /// What follows a key: nothing, or `=` and a value up to the end of the line.
    fn value(&mut self) -> Option<Option<Vec<u8>>> {
        while self.peek().is_some_and(|byte| byte == b' ' || byte == b'\t') {
            self.next();
        }
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'#' | b';') => return Some(None),
            Some(b'=') => self.next(),
            Some(_) => return None,
        };
        self.text().map(Some)
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        let (mut value, mut quoted, mut kept) = (Vec::new(), false, 0);
        while let Some(byte) = self.next() {
            match byte {
                b'\n' if quoted => return None,
                b'\n' => break,
                b'"' => quoted = !quoted,
                b'\\' => match self.next()? {
                    b'\n' => continue,
                    b'\r' if self.peek() == Some(b'\n') => {
                        self.next();
                        continue;
                    }
                    b'n' => value.push(b'\n'),
                    b't' => value.push(b'\t'),
                    b'b' => value.push(8),
                    escaped @ (b'\\' | b'"') => value.push(escaped),
                    _ => return None,
                },
                b'#' | b';' if !quoted => {
                    while self.next().is_some_and(|byte| byte != b'\n') {}
                    break;
                }
                byte if byte.is_ascii_whitespace() && !quoted => {
                    if !value.is_empty() {
                        value.push(byte);
                    }
                    continue;
                }
                byte => value.push(byte),
            }
            kept = value.len();
        }
        value.truncate(kept);
        (!quoted).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Config {
        let mut config = Config::default();
        config.add(text.as_bytes()).expect("good configuration");
        config
    }

    #[test]
    fn values_are_read_as_git_reads_them() {
        let config = parse(
            "[Core]\n\tBare = true ; comment\n\tworktree = \"a # b\" c \\\n d # e\r\n[core]bare=no\n\
             [remote \"a]b\\\"\"] promisor\n[old.Sub]\nkey=1\n[core]\r\nnew=x\r\n",
        );
        assert_eq!(config.flag("core", "bare"), Some(false));
        assert_eq!(config.get("core", "worktree"), Some(&b"a # b c  d"[..]));
        assert_eq!(config.get("core", "new"), Some(&b"x"[..]));
        assert!(config.any_subsection("remote", "promisor"));
        assert!(config.any_subsection("old", "key"));
    }

    #[test]
    fn a_broken_line_is_named() {
        for (text, line) in [("[core]\n\n=x\n", 3), ("key = 1", 1), ("[a]\nb=\"c\n", 2), ("[a", 1)]
        {
            assert_eq!(Config::default().add(text.as_bytes()), Err(line), "{text}");
        }
    }
}
