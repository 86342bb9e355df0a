//! The object folders of a repository: its own and those it borrows from, directly or through
//! others.

use std::path::{Path, PathBuf};

use crate::error::GitError;
use crate::files::{self, SMALL_FILE_LIMIT};

/// git follows five; more is allowed here as long as the total stays small.
const MAX_FOLDERS: usize = 256;

/// The object folders that `first` and `more` lead to, each once and in the order in which git
/// looks into them, and what could not be followed.
pub(crate) fn object_folders(first: &Path, more: &[PathBuf]) -> (Vec<PathBuf>, Vec<GitError>) {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut problems = Vec::new();
    let mut todo: Vec<PathBuf> = more.iter().rev().cloned().collect();
    todo.push(first.to_owned());
    while let Some(folder) = todo.pop() {
        let canonical = match folder.canonicalize() {
            Ok(canonical) => canonical,
            Err(error) => {
                problems.push(GitError::io(&folder, error));
                continue;
            }
        };
        if seen.contains(&canonical) {
            continue;
        }
        if folders.len() == MAX_FOLDERS {
            let what = format!("the number of alternates of `{}`", first.display());
            problems.push(GitError::LimitExceeded { what, limit: MAX_FOLDERS as u64 });
            break;
        }
        match listed(&folder) {
            Ok(listed) => todo.extend(listed.into_iter().rev()),
            Err(error) => problems.push(error),
        }
        seen.push(canonical);
        folders.push(folder);
    }
    (folders, problems)
}

/// The folders named in `info/alternates`, relative ones taken from the object folder.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, GitError> {
    let file = folder.join("info").join("alternates");
    let bytes = files::read_if_exists(&file, SMALL_FILE_LIMIT)?.unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n');
    let paths = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    Ok(paths.map(|line| folder.join(files::path_from_bytes(&unquoted(line)))).collect())
}

/// A path in double quotes has C escapes.
fn unquoted(line: &[u8]) -> Vec<u8> {
    let inner = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let Some(inner) = inner else { return line.to_vec() };
    let mut path = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        let Some(escape) = bytes.next() else { break };
        if !(b'0'..=b'3').contains(&escape) {
            path.push(match escape {
                b'a' => 7,
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 11,
                other => other,
            });
            continue;
        }
        let mut value = escape - b'0';
        for _ in 0..2 {
            if let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) {
                value = value << 3 | (digit - b'0');
            }
        }
        path.push(value);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_paths_lose_their_escapes() {
        assert_eq!(unquoted(b"\"/a\\tb\\\"\\303\\274\""), b"/a\tb\"\xc3\xbc");
        assert_eq!(unquoted(b"/plain\\path"), b"/plain\\path");
    }
}
