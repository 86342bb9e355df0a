//! One function a parser: it must neither panic nor hang nor ask for much memory, and where the
//! right answer is easy to work out, it must be given.

use std::fs;
use std::io::Read;
use std::ops::ControlFlow;

use tightlip_git::{
    Commit, Content, GitError, HashKind, Object, ObjectId, Objects, Repository, Tag, Tree, Verify,
    Visitor, WalkOptions,
};

use super::files;

/// What no input needs more of.
const LIMIT: u64 = 16 << 20;

/// What a walk hands out.
#[derive(Default)]
pub struct Seen {
    /// Each object with its content.
    pub objects: Vec<(ObjectId, Vec<u8>)>,
    /// What could not be read.
    pub problems: Vec<GitError>,
}

impl Visitor for Seen {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        match object.content {
            Content::Bytes(content) => bytes.extend(content),
            // A failure comes as a problem too.
            Content::Stream(reader) => drop(reader.take(LIMIT).read_to_end(&mut bytes)),
        }
        if let Some(origin) = object.delta {
            assert_eq!(origin.delta.result_size(), bytes.len() as u64);
            assert!(origin.delta.instructions().count() <= bytes.len());
        }
        self.objects.push((object.id, bytes));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        assert!(!problem.to_string().is_empty());
        self.problems.push(problem);
        ControlFlow::Continue(())
    }
}

/// Walks over all objects, twice, and reads each alone; all ways must agree on what they can read.
pub fn read_all(folder: &std::path::Path) -> Seen {
    let objects = Objects::open(folder, &[], HashKind::Sha1).with_limit(LIMIT);
    let walk = |options: WalkOptions| objects.for_each(&options, Seen::default).remove(0);
    let first = walk(WalkOptions::default());
    let verify = Verify::Ids;
    let second =
        walk(WalkOptions { hold_at_most: 0, stream_above: 64, verify, ..WalkOptions::default() });
    let mut bytes = Vec::new();
    for (id, content) in &first.objects {
        // A delta may have been given another copy of its base by then.
        if objects.read(id, &mut bytes).is_ok() {
            assert_eq!(&bytes, content, "{id}");
        }
        let _ = objects.header(id);
        let _ = objects.stream(id).map(|reader| reader.take(LIMIT).read_to_end(&mut Vec::new()));
    }
    assert!(second.objects.len() >= first.objects.len(), "{:?}", second.problems);
    first
}

/// A pack of entries that are as they come: each is a length of two bytes and that many bytes.
pub fn pack(data: &[u8]) {
    let mut entries = Vec::new();
    let mut rest = data;
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(behind.len());
        entries.push(&behind[..length]);
        rest = &behind[length..];
    }
    let (pack, offsets) = files::pack(&entries);
    let repository = files::repository("");
    let index = files::index(&pack, &offsets);
    files::store(&repository, &pack, index);
    let seen = read_all(&repository.join("objects"));
    let told = seen.objects.len() + seen.problems.len();
    assert!(told >= entries.len(), "every entry is given or named: {told} of {}", entries.len());
}

/// A delta: a length, a base of that length, and the delta, in a chain of three objects.
pub fn delta(data: &[u8]) {
    let Some((length, rest)) = data.split_first() else { return };
    let (base, delta) = rest.split_at(usize::from(*length).min(rest.len()));
    let whole = files::entry(3, &[], base);
    let made = files::entry(6, &files::distance(whole.len()), delta);
    let again = files::entry(7, files::id(1).as_bytes(), delta);
    let (pack, offsets) = files::pack(&[&whole, &made, &again]);
    let repository = files::repository("");
    let index = files::index(&pack, &offsets);
    files::store(&repository, &pack, index);
    let seen = read_all(&repository.join("objects"));
    let find = |number: usize| seen.objects.iter().find(|(id, _)| *id == files::id(number));
    let expected = applied(base, delta);
    assert_eq!(find(1).map(|(_, bytes)| bytes), expected.as_ref());
    let second = expected.as_deref().and_then(|base| applied(base, delta));
    assert_eq!(find(2).map(|(_, bytes)| bytes), second.as_ref());
}

/// A delta applied the plain way, byte by byte.
fn applied(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = delta.iter().copied();
    let mut size = || {
        let (mut size, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes.next()?;
            let bits = u64::from(byte & 0x7f);
            if shift > 63 || bits << shift >> shift != bits {
                return None;
            }
            size |= bits << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(size);
            }
        }
    };
    let sizes = (size()?, size()?);
    if sizes.0 != base.len() as u64 || sizes.1 > LIMIT {
        return None;
    }
    let mut made = Vec::new();
    while let Some(command) = bytes.next() {
        if command == 0 || made.len() as u64 > sizes.1 {
            return None;
        }
        if command & 0x80 == 0 {
            for _ in 0..command {
                made.push(bytes.next()?);
            }
            continue;
        }
        let mut field = |first: u8, count: u8| {
            (0..count)
                .filter(|place| command >> (first + place) & 1 == 1)
                .try_fold(0, |sum, place| Some(sum | usize::from(bytes.next()?) << (8 * place)))
        };
        let (offset, length) = (field(0, 4)?, field(4, 3)?);
        let length = if length == 0 { 0x10000 } else { length };
        made.extend(base.get(offset..offset + length)?);
    }
    (made.len() as u64 == sizes.1).then_some(made)
}

/// An index that is as it comes, but for its checksum, beside a good pack.
pub fn idx(data: &[u8]) {
    let (pack, _) = good_pack();
    let repository = files::repository("");
    files::store(&repository, &pack, data.to_vec());
    read_all(&repository.join("objects"));
}

/// An index of several packs beside a good pack without one.
pub fn midx(data: &[u8]) {
    let (pack, _) = good_pack();
    let repository = files::repository("");
    let folder = repository.join("objects/pack");
    fs::write(folder.join("multi-pack-index"), files::with_checksum(data.to_vec()))
        .expect("a file");
    fs::write(folder.join("pack-a.pack"), pack).expect("a file");
    read_all(&repository.join("objects"));
}

/// A pack of a blob, a delta of it by offset, and one by id, with the offsets of the three.
pub fn good_pack() -> (Vec<u8>, Vec<u32>) {
    let whole = files::entry(3, &[], b"some text");
    let delta = [9, 5, 0x90, 4, 1, b'!'];
    let by_offset = files::entry(6, &files::distance(whole.len()), &delta);
    let by_id = files::entry(7, files::id(0).as_bytes(), &delta);
    files::pack(&[&whole, &by_offset, &by_id])
}

/// A tree object.
pub fn tree(data: &[u8]) {
    let entries = Tree::new(files::id(0), data).count();
    assert!(entries <= data.len() + 1);
}

/// A commit object.
pub fn commit(data: &[u8]) {
    if let Ok(commit) = Commit::parse(files::id(0), data) {
        assert!(commit.parents.len() * 40 <= data.len());
    }
}

/// A tag object.
pub fn tag(data: &[u8]) {
    let _ = Tag::parse(files::id(0), data);
}

/// An index of what is staged, without its checksum.
pub fn index(data: &[u8]) {
    let repository = files::repository("");
    // A checksum of zeros says that none was made.
    let bytes = [data, &[0; 20]].concat();
    fs::write(repository.join("index"), bytes).expect("a file");
    let Ok(repository) = Repository::open(&repository) else { return };
    if let Ok(index) = repository.index() {
        assert_eq!(index.entries().count(), index.len());
    }
}

/// A table of references, without the checksum of its footer.
pub fn reftable(data: &[u8]) {
    let repository = files::repository("[extensions]\n\trefStorage = reftable\n");
    let footer = data.get(data.len().saturating_sub(64)..).unwrap_or_default();
    let bytes = [data, &crc32fast::hash(footer).to_be_bytes()].concat();
    fs::write(repository.join("reftable/one.ref"), bytes).expect("a file");
    fs::write(repository.join("reftable/tables.list"), "one.ref\n").expect("a file");
    let Ok(repository) = Repository::open(&repository) else { return };
    let refs = repository.refs();
    let _ = (refs.all(), refs.head(), refs.find(b"refs/heads/main"), refs.reflog_ids());
}
