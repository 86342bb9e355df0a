//! The index extension that remembers which folders are unchanged since they were written as trees.

use std::collections::HashMap;

use crate::cursor::Cursor;
use crate::object_id::{HashKind, ObjectId};

/// All remembered paths together; with more, nothing is remembered.
const MAX_PATHS: usize = 64 << 20;

/// The trees of unchanged folders, by path without a `/` at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct CacheTree {
    pub(super) trees: HashMap<Vec<u8>, ObjectId>,
}

/// A folder of which `left` subfolders are still to be read.
struct Open {
    path_length: usize,
    left: u64,
}

impl CacheTree {
    pub(super) fn parse(bytes: &[u8], hash: HashKind) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let mut trees = HashMap::new();
        let mut path = Vec::new();
        let mut open: Vec<Open> = vec![Open { path_length: 0, left: 1 }];
        let mut total = 0;
        while let Some(folder) = open.last_mut() {
            if folder.left == 0 {
                open.pop();
                continue;
            }
            folder.left -= 1;
            path.truncate(folder.path_length);
            let name = cursor.take_until(0)?;
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            let valid = number(cursor.take_until(b' ')?)? >= 0;
            let left = u64::try_from(number(cursor.take_until(b'\n')?)?).ok()?;
            total += path.len();
            if total > MAX_PATHS {
                return Some(Self::default());
            }
            if valid {
                trees.insert(path.clone(), cursor.id(hash)?);
            }
            open.push(Open { path_length: path.len(), left });
        }
        Some(Self { trees })
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_remembered_by_their_path_unless_changed() {
        let mut bytes = b"\0-1 2\na\x001 1\n".to_vec();
        bytes.extend([1; 20]);
        bytes.extend(b"b\x001 0\n");
        bytes.extend([2; 20]);
        bytes.extend(b"c\0-1 0\n");
        let tree = CacheTree::parse(&bytes, HashKind::Sha1).expect("a good cache");
        assert!(!tree.trees.contains_key(&b""[..]) && !tree.trees.contains_key(&b"c"[..]));
        assert_eq!(tree.trees.get(&b"a"[..]), ObjectId::from_bytes(&[1; 20]).as_ref());
        assert_eq!(tree.trees.get(&b"a/b"[..]), ObjectId::from_bytes(&[2; 20]).as_ref());
        assert!(CacheTree::parse(b"\x001 99999\n", HashKind::Sha1).is_none());
    }
}
