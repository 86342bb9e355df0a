//! `packed-refs`: many references in one file, with what annotated tags lead to.

use std::path::Path;

use super::{Names, Stored, Value};
use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files;
use crate::object_id::{HashKind, ObjectId};

/// Adds every packed reference.
pub(super) fn read(folder: &Path, hash: HashKind, names: &mut Names, problems: &mut Vec<GitError>) {
    let path = folder.join("packed-refs");
    match files::read_if_exists(&path, files::WHOLE_FILE_LIMIT) {
        Ok(bytes) => {
            let bytes = bytes.unwrap_or_default();
            for line in Lines::new(&bytes, hash) {
                match line {
                    Ok((name, stored)) => drop(names.insert(name.to_vec(), stored)),
                    Err(number) => problems.push(bad_line(&path, number)),
                }
            }
        }
        Err(error) => problems.push(error),
    }
}

/// Finds one packed reference.
pub(super) fn find(folder: &Path, name: &[u8], hash: HashKind) -> Result<Option<Stored>, GitError> {
    let path = folder.join("packed-refs");
    let bytes = files::read_if_exists(&path, files::WHOLE_FILE_LIMIT)?.unwrap_or_default();
    for line in Lines::new(&bytes, hash) {
        let (found, stored) = line.map_err(|number| bad_line(&path, number))?;
        if found == name {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}

fn bad_line(path: &Path, number: usize) -> GitError {
    GitError::corrupt(path, format!("line {number} is not a reference"))
}

/// The references of a packed file; an error is the number of a line that is none.
struct Lines<'a> {
    cursor: Cursor<'a>,
    number: usize,
    hash: HashKind,
}

impl<'a> Lines<'a> {
    const fn new(bytes: &'a [u8], hash: HashKind) -> Self {
        Self { cursor: Cursor::new(bytes), number: 0, hash }
    }

    fn parse(&mut self, line: &'a [u8]) -> Option<(&'a [u8], Stored)> {
        let (hex, rest) = line.split_at_checked(self.hash.hex_len())?;
        let id = ObjectId::from_hex(hex)?;
        let name = rest.strip_prefix(b" ").filter(|name| !name.is_empty())?;
        Some((name, Stored { value: Value::Id(id), peeled: self.peeled() }))
    }

    /// Takes the line `^id` that may follow a tag.
    fn peeled(&mut self) -> Option<ObjectId> {
        let mut ahead = self.cursor;
        let line = ahead.take_line()?.strip_prefix(b"^")?;
        let id = ObjectId::from_hex(line.trim_ascii_end())?;
        self.cursor = ahead;
        self.number += 1;
        Some(id)
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<(&'a [u8], Stored), usize>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = self.cursor.take_line()?;
            self.number += 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.starts_with(b"#") || line.is_empty() {
                continue;
            }
            let number = self.number;
            return Some(self.parse(line).ok_or(number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_counted_and_the_rest_is_read() {
        let id = "1".repeat(40);
        let text = format!("# pack-refs\n{id} refs/tags/a\n^{id}\nnonsense\n{id} refs/tags/b\n");
        let lines: Vec<_> = Lines::new(text.as_bytes(), HashKind::Sha1).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.first().is_some_and(|l| l.as_ref().is_ok_and(|l| l.1.peeled.is_some())));
        assert_eq!(lines.get(1), Some(&Err(4)));
        assert!(lines.get(2).is_some_and(Result::is_ok));
    }
}
