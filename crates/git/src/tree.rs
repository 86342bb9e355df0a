//! Trees: the entries of one folder.

use std::cmp::Ordering;

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::object_id::{HashKind, ObjectId};

/// What a tree entry or index entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryMode {
    /// A folder.
    Tree,
    /// A file, executable or not.
    File,
    /// A symbolic link, whose blob is its target.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    /// The mode as written, such as `0o100644`.
    pub mode: u32,
    /// The name within its folder; any bytes but NUL.
    pub name: &'a [u8],
    /// The object.
    pub id: ObjectId,
}

impl TreeEntry<'_> {
    /// What the entry is, by the file type bits of its mode.
    #[must_use]
    pub const fn entry_mode(&self) -> EntryMode {
        entry_mode(self.mode)
    }
}

/// What a mode says an entry is; a mode git does not write counts as a file.
pub(crate) const fn entry_mode(mode: u32) -> EntryMode {
    match mode & 0o170_000 {
        0o040_000 => EntryMode::Tree,
        0o120_000 => EntryMode::Symlink,
        0o160_000 => EntryMode::Submodule,
        _ => EntryMode::File,
    }
}

/// The entries of a tree, in the order in which they are stored.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    id: ObjectId,
    cursor: Cursor<'a>,
}

impl<'a> Tree<'a> {
    /// The entries of the tree `id` with this content.
    #[must_use]
    pub const fn new(id: ObjectId, bytes: &'a [u8]) -> Self {
        Self { id, cursor: Cursor::new(bytes) }
    }

    /// Bytes read so far: where the next entry begins.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.cursor.position()
    }
}

impl<'a> Iterator for Tree<'a> {
    type Item = Result<TreeEntry<'a>, GitError>;

    /// The next entry; after an error there is no further one.
    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let entry = decode(&mut self.cursor, self.id.hash_kind());
        if entry.is_none() {
            self.cursor = Cursor::new(b"");
        }
        Some(entry.ok_or_else(|| GitError::object(self.id, "it has an entry that is not one")))
    }
}

fn decode<'a>(cursor: &mut Cursor<'a>, hash: HashKind) -> Option<TreeEntry<'a>> {
    let digits = cursor.take_until(b' ')?;
    let octal = !digits.is_empty() && digits.iter().all(|digit| (b'0'..=b'7').contains(digit));
    let mode =
        octal.then(|| u32::from_str_radix(str::from_utf8(digits).ok()?, 8).ok()).flatten()?;
    let name = cursor.take_until(0)?;
    Some(TreeEntry { mode, name, id: cursor.id(hash)? })
}

/// The order of entries in a tree: a folder sorts as if its name ended in `/`.
pub(crate) fn compare_names(a: (&[u8], bool), b: (&[u8], bool)) -> Ordering {
    let key = |(name, is_tree): (&[u8], bool), at: usize| match name.get(at) {
        Some(byte) => i32::from(*byte),
        None if at == name.len() && is_tree => i32::from(b'/'),
        None => -1,
    };
    let common = a.0.len().min(b.0.len());
    let (a_head, b_head) = (a.0.get(..common), b.0.get(..common));
    let end = |side: (&[u8], bool)| (key(side, common), key(side, common + 1));
    a_head.cmp(&b_head).then_with(|| end(a).cmp(&end(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ObjectId {
        HashKind::Sha1.empty_tree()
    }

    #[test]
    fn entries_come_one_by_one_and_an_error_is_the_last() {
        let mut bytes = b"40000 dir\0".to_vec();
        bytes.extend([1; 20]);
        bytes.extend(b"100664 f");
        let entries: Vec<_> = Tree::new(id(), &bytes).collect();
        assert_eq!(entries.len(), 2);
        let entry = entries.first().and_then(|entry| entry.as_ref().ok()).expect("a good entry");
        assert_eq!((entry.entry_mode(), entry.name), (EntryMode::Tree, &b"dir"[..]));
        assert!(entries.last().is_some_and(Result::is_err));
        let mut tree = Tree::new(id(), &bytes);
        tree.next();
        assert_eq!(tree.position(), 30);
    }

    #[test]
    fn a_folder_sorts_with_its_slash() {
        let order = |a, b| compare_names(a, b);
        assert_eq!(order((b"a", true), (b"a.c", false)), Ordering::Greater);
        assert_eq!(order((b"a", false), (b"a.c", false)), Ordering::Less);
        assert_eq!(order((b"a", true), (b"a0", false)), Ordering::Less);
        assert_eq!(order((b"a", true), (b"a", false)), Ordering::Greater);
    }
}
