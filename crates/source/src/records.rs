//! What commits and tags say about themselves: messages, authors, other headers.

use tightlip_git::{Commit as Parsed, ObjectId, Signature, Tag};
use tightlip_model::{
    Blob, BlobId, ByteSpan, Commit, Origin, PathBytes, Position, Provenance, Worker,
};

/// The id of an object as the model has it.
pub(crate) fn blob_id(id: &ObjectId) -> BlobId {
    BlobId::from_bytes(id.as_bytes()).expect("both kinds of id have 20 or 32 bytes")
}

/// The object a model id names.
pub(crate) fn object_id(id: &BlobId) -> ObjectId {
    ObjectId::from_bytes(id.as_bytes()).expect("both kinds of id have 20 or 32 bytes")
}

/// What a report says about a commit.
pub(crate) fn commit(id: &ObjectId, parsed: &Parsed<'_>) -> Commit {
    made(*id, &parsed.author, parsed.message)
}

/// What a report says about a commit or tag, by who made it and its message.
fn made(id: ObjectId, by: &Signature<'_>, message: &[u8]) -> Commit {
    let message = message.trim_ascii_start();
    let summary = message.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Commit {
        id: blob_id(&id),
        author: by.name.to_vec(),
        email: by.email.to_vec(),
        seconds: by.seconds,
        summary: summary.trim_ascii_end().to_vec(),
    }
}

/// Scans the message and the headers of a commit.
pub(crate) fn scan_commit(worker: &mut dyn Worker, content: &[u8], said: &Provenance) {
    scan(worker, content, said, Origin::CommitMessage);
}

/// Scans the message and the headers of a tag, which is named by itself and stands for its commit.
pub(crate) fn scan_tag(worker: &mut dyn Worker, content: &[u8], id: ObjectId, base: &Provenance) {
    let mut said = base.clone();
    if let Ok(tag) = Tag::parse(id, content) {
        said.path = PathBytes(tag.name.to_vec());
        let tagger = tag.tagger;
        said.commit = tagger.map(|tagger| made(id, &tagger, tag.message));
    }
    scan(worker, content, &said, Origin::TagMessage);
}

/// Scans what follows the object ids at the beginning: headers first, then the message.
fn scan(worker: &mut dyn Worker, content: &[u8], said: &Provenance, message_origin: Origin) {
    let end = headers_end(content);
    let start = ids_end(ByteSpan::new(0, end).of(content));
    let mut said = Provenance { origin: Origin::CommitHeader, ..said.clone() };
    let headers = ByteSpan::new(start, end).of(content);
    if !headers.is_empty() {
        worker.blob(Blob::whole(headers, &said));
    }
    said.origin = message_origin;
    let message = content.get(end..).unwrap_or_default();
    let message = message.strip_prefix(b"\n").unwrap_or(message);
    if !message.is_empty() {
        let fresh = ByteSpan::new(0, message.len());
        let start = Position::START;
        worker.blob(Blob { start, fresh, ..Blob::whole(message, &said) });
    }
}

/// Where the headers end: one past the line feed of the last one.
fn headers_end(content: &[u8]) -> usize {
    if content.starts_with(b"\n") {
        return 0;
    }
    content.windows(2).position(|pair| pair == b"\n\n").map_or(content.len(), |at| at + 1)
}

/// Where the headers end that hold nothing but the id or kind of an object.
fn ids_end(headers: &[u8]) -> usize {
    let is_id = |line: &&[u8]| {
        let mut words = line.splitn(2, |&byte| byte == b' ');
        let key = words.next().unwrap_or_default();
        let value = words.next().unwrap_or_default().trim_ascii_end();
        matches!(key, b"tree" | b"parent" | b"object") && ObjectId::from_hex(value).is_some()
            || (key == b"type" && value.len() < 8)
    };
    headers.split_inclusive(|&byte| byte == b'\n').take_while(is_id).map(<[u8]>::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_begin_after_the_ids_and_end_before_the_message() {
        let id = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let text = format!("tree {id}\nparent {id}\nauthor a <b> 1 +0\n\nmessage\n\nbody");
        let end = headers_end(text.as_bytes());
        let start = ids_end(&text.as_bytes()[..end]);
        assert_eq!(&text[start..end], "author a <b> 1 +0\n");
        assert_eq!(&text[end..], "\nmessage\n\nbody");
    }

    #[test]
    fn a_header_that_only_looks_like_an_id_is_kept() {
        assert_eq!(ids_end(b"tree not-an-id\n"), 0);
        assert_eq!(headers_end(b"\nmessage"), 0);
        assert_eq!(headers_end(b"author x"), 8);
    }
}
