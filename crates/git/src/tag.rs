//! Annotated tags.

use crate::commit::{Signature, header};
use crate::cursor::Cursor;
use crate::error::GitError;
use crate::object_id::{ObjectId, ObjectKind};

/// A decoded annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The tagged object.
    pub target: ObjectId,
    /// What the tag says the object is.
    pub kind: ObjectKind,
    /// The name.
    pub name: &'a [u8],
    /// Who made the tag; old tags do not say.
    pub tagger: Option<Signature<'a>>,
    /// Everything after the headers, a signature included.
    pub message: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Decodes the content of the tag `id`.
    ///
    /// # Errors
    ///
    /// Fails when the tag does not say what it tags.
    pub fn parse(id: ObjectId, bytes: &'a [u8]) -> Result<Self, GitError> {
        let mut cursor = Cursor::new(bytes);
        let (mut target, mut kind, mut name, mut tagger) = (None, None, &b""[..], None);
        while let Some((key, value)) = header(&mut cursor) {
            match key {
                b"object" => target = ObjectId::from_hex(value),
                b"type" => kind = ObjectKind::from_word(value),
                b"tag" => name = value,
                b"tagger" => tagger = Some(Signature::parse(value)),
                _ => {}
            }
        }
        let target = target.filter(|target| target.hash_kind() == id.hash_kind());
        let (Some(target), Some(kind)) = (target, kind) else {
            return Err(GitError::object(id, "it does not name the object it tags"));
        };
        Ok(Self { target, kind, name, tagger, message: cursor.rest() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_without_a_tagger_is_read() {
        let id: ObjectId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().expect("an id");
        let text = format!("object {id}\ntype tree\ntag v1\n\nfirst\n");
        let tag = Tag::parse(id, text.as_bytes()).expect("a good tag");
        assert_eq!((tag.target, tag.kind, tag.name), (id, ObjectKind::Tree, &b"v1"[..]));
        assert_eq!((tag.tagger, tag.message), (None, &b"first\n"[..]));
        assert!(Tag::parse(id, b"object x\ntype tree\n\n").is_err());
    }
}
