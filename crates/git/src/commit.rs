//! Commits, and the signature lines that tags share. Whatever follows a header in an unusual form
//! is kept as bytes: a commit git can store is never refused for its date or its author.

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::object_id::ObjectId;

/// Who did something and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature<'a> {
    /// The name, without the white space around it.
    pub name: &'a [u8],
    /// The mail address, without its angle brackets.
    pub email: &'a [u8],
    /// Seconds since 1970, zero when there is no number.
    pub seconds: i64,
    /// The time zone as written, such as `+0200`.
    pub zone: &'a [u8],
}

impl<'a> Signature<'a> {
    /// Reads `name <email> seconds zone`, whatever of it is there.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Self {
        let open = line.iter().position(|byte| *byte == b'<');
        let close = line.iter().rposition(|byte| *byte == b'>');
        let (name, email, time) = match (open, close) {
            (Some(open), Some(close)) if open < close => (
                line.get(..open).unwrap_or_default(),
                line.get(open + 1..close).unwrap_or_default(),
                line.get(close + 1..).unwrap_or_default(),
            ),
            _ => (line, &b""[..], &b""[..]),
        };
        let mut words = time.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let seconds = words.next().and_then(|word| str::from_utf8(word).ok()?.parse().ok());
        let zone = words.next().unwrap_or_default();
        Self { name: name.trim_ascii(), email, seconds: seconds.unwrap_or(0), zone }
    }
}

/// A decoded commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit<'a> {
    /// The snapshot.
    pub tree: ObjectId,
    /// The commits it follows; several for a merge, none for a first one.
    pub parents: Vec<ObjectId>,
    /// Who wrote the change.
    pub author: Signature<'a>,
    /// Who made the commit.
    pub committer: Signature<'a>,
    /// The character set of the message, when it is not UTF-8.
    pub encoding: Option<&'a [u8]>,
    /// The other headers as they stand, continuation lines included: signatures, merged tags.
    pub extra: Vec<(&'a [u8], &'a [u8])>,
    /// Everything after the headers.
    pub message: &'a [u8],
}

impl<'a> Commit<'a> {
    /// Decodes the content of the commit `id`.
    ///
    /// # Errors
    ///
    /// Fails when the tree or a parent is not named by an object id.
    pub fn parse(id: ObjectId, bytes: &'a [u8]) -> Result<Self, GitError> {
        let mut cursor = Cursor::new(bytes);
        let bad = |what: &str| GitError::object(id, format!("it names no {what}"));
        let object = |value| ObjectId::from_hex(value).filter(|o| o.hash_kind() == id.hash_kind());
        let tree = match header(&mut cursor) {
            Some((b"tree", value)) => object(value).ok_or_else(|| bad("tree"))?,
            _ => return Err(bad("tree")),
        };
        let mut commit = Self {
            tree,
            parents: Vec::new(),
            author: Signature::default(),
            committer: Signature::default(),
            encoding: None,
            extra: Vec::new(),
            message: b"",
        };
        while let Some((key, value)) = header(&mut cursor) {
            match key {
                b"parent" => commit.parents.push(object(value).ok_or_else(|| bad("parent"))?),
                b"author" => commit.author = Signature::parse(value),
                b"committer" => commit.committer = Signature::parse(value),
                b"encoding" => commit.encoding = Some(value),
                _ => commit.extra.push((key, value)),
            }
        }
        commit.message = cursor.rest();
        Ok(commit)
    }
}

/// Takes one header with its continuation lines; `None` at the empty line, which is stepped over.
pub(crate) fn header<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let start = *cursor;
    let mut length = cursor.take_line()?.len();
    if length == 0 {
        return None;
    }
    while cursor.rest().first() == Some(&b' ') {
        length = cursor.position() - start.position() + cursor.take_line()?.len();
    }
    let whole = start.rest().get(..length)?;
    let key_length = whole.iter().position(|byte| *byte == b' ').unwrap_or(whole.len());
    let (key, value) = whole.split_at_checked(key_length)?;
    Some((key, value.strip_prefix(b" ").unwrap_or(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    fn id() -> ObjectId {
        TREE.parse().expect("an id")
    }

    #[test]
    fn a_commit_is_taken_apart() {
        let text = format!(
            "tree {TREE}\nparent {TREE}\nparent {TREE}\nauthor A B <a@b> 12 +0100\n\
             committer <> -5 x\ngpgsig one\n two\nencoding latin1\n\nsubject\n\nbody\0"
        );
        let commit = Commit::parse(id(), text.as_bytes()).expect("a good commit");
        assert_eq!(commit.parents.len(), 2);
        assert_eq!(commit.author.name, b"A B");
        assert_eq!((commit.author.email, commit.author.seconds), (&b"a@b"[..], 12));
        assert_eq!((commit.committer.name, commit.committer.seconds), (&b""[..], -5));
        assert_eq!(commit.encoding, Some(&b"latin1"[..]));
        assert_eq!(commit.extra, [(&b"gpgsig"[..], &b"one\n two"[..])]);
        assert_eq!(commit.message, b"subject\n\nbody\0");
    }

    #[test]
    fn odd_signatures_keep_what_they_have() {
        assert_eq!(Signature::parse(b"no mail").name, b"no mail");
        assert_eq!(Signature::parse(b"a <b> 99999999999999999999 +0000").seconds, 0);
        assert_eq!(Signature::parse(b"a <b> c> 5 +0000").email, b"b> c");
        assert_eq!(Signature::parse(b"> a <").name, b"> a <");
    }

    #[test]
    fn a_commit_without_a_tree_is_refused() {
        assert!(Commit::parse(id(), b"").is_err());
        assert!(Commit::parse(id(), b"tree 12\n").is_err());
        let text = format!("tree {TREE}\nparent x\n\n");
        assert!(Commit::parse(id(), text.as_bytes()).is_err());
    }
}
