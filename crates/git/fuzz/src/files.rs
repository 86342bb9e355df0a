//! Builds the files around the bytes that are fuzzed, with checksums made right: a random change
//! would otherwise never get past them.

use std::cell::OnceCell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};
use tempfile::TempDir;
use tightlip_git::{HashKind, ObjectId};

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// A bare repository without objects, made again for each input.
pub fn repository(config: &str) -> PathBuf {
    let path = FOLDER.with(|folder| {
        folder.get_or_init(|| TempDir::new().expect("a temporary folder")).path().join("repo")
    });
    // The first time there is none.
    let _ = fs::remove_dir_all(&path);
    for folder in ["objects/pack", "refs/heads", "reftable"] {
        fs::create_dir_all(path.join(folder)).expect("a folder");
    }
    fs::write(path.join("HEAD"), "ref: refs/heads/main\n").expect("a file");
    let config = format!("[core]\n\trepositoryformatversion = 1\n\tbare = true\n{config}");
    fs::write(path.join("config"), config).expect("a file");
    path
}

/// The id that stands for the object with a number: ids are not checked where they are not asked to.
pub fn id(number: usize) -> ObjectId {
    let mut raw = [0x11; 20];
    raw[..2].copy_from_slice(&u16::try_from(number).expect("few objects").to_be_bytes());
    ObjectId::from_bytes(&raw).expect("20 bytes")
}

/// The bytes and their SHA-1.
pub fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = Sha1::digest(&bytes);
    bytes.extend(checksum);
    bytes
}

/// A pack of these entries, each header and stream, and where they begin.
pub fn pack(entries: &[&[u8]]) -> (Vec<u8>, Vec<u32>) {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend(u32::try_from(entries.len()).expect("few entries").to_be_bytes());
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.push(u32::try_from(pack.len()).expect("a small pack"));
        pack.extend(*entry);
    }
    (with_checksum(pack), offsets)
}

/// The index of a pack whose objects have the ids of their numbers, without its last checksum.
pub fn index(pack: &[u8], offsets: &[u32]) -> Vec<u8> {
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    let ids: Vec<ObjectId> = (0..offsets.len()).map(id).collect();
    for first in 0..=u8::MAX {
        let below = ids.iter().filter(|id| id.as_bytes()[0] <= first).count();
        index.extend(u32::try_from(below).expect("few objects").to_be_bytes());
    }
    ids.iter().for_each(|id| index.extend(id.as_bytes()));
    index.extend(vec![0; 4 * ids.len()]);
    offsets.iter().for_each(|offset| index.extend(offset.to_be_bytes()));
    index.extend(&pack[pack.len() - HashKind::Sha1.byte_len()..]);
    index
}

/// Puts a pack and its index, whose last checksum is added, into a repository.
pub fn store(repository: &Path, pack: &[u8], index: Vec<u8>) {
    let path = repository.join("objects/pack/pack-a.pack");
    fs::write(path.with_extension("idx"), with_checksum(index)).expect("a file");
    fs::write(path, pack).expect("a file");
}

/// An entry: a header with this type and size, the bytes that name a base, and the deflated content.
pub fn entry(kind: u8, base: &[u8], content: &[u8]) -> Vec<u8> {
    let mut size = content.len();
    let mut byte = kind << 4 | (size & 15) as u8;
    size >>= 4;
    let mut entry = Vec::new();
    while size > 0 {
        entry.push(byte | 0x80);
        byte = (size & 0x7f) as u8;
        size >>= 7;
    }
    entry.push(byte);
    entry.extend(base);
    let mut encoder = flate2::write::ZlibEncoder::new(entry, flate2::Compression::fast());
    encoder.write_all(content).expect("written to memory");
    encoder.finish().expect("written to memory")
}

/// How the base `distance` bytes before an entry is named.
pub fn distance(distance: usize) -> Vec<u8> {
    let mut rest = distance;
    let mut bytes = vec![(rest & 0x7f) as u8];
    while rest >> 7 > 0 {
        rest = (rest >> 7) - 1;
        bytes.insert(0, 0x80 | (rest & 0x7f) as u8);
    }
    bytes
}

/// An index of several packs that has one, `pack-a`, without its checksum.
pub fn multi_index(offsets: &[u32]) -> Vec<u8> {
    let names = b"pack-a.idx\0\0".to_vec();
    let fanout = (0..=u8::MAX).flat_map(|first| {
        let below = (0..offsets.len()).filter(|number| id(*number).as_bytes()[0] <= first).count();
        u32::try_from(below).expect("few objects").to_be_bytes()
    });
    let ids = (0..offsets.len()).flat_map(|number| id(number).as_bytes().to_vec());
    let places = offsets.iter().flat_map(|offset| [[0; 4], offset.to_be_bytes()].concat());
    let chunks: [(&[u8], Vec<u8>); 4] = [
        (b"PNAM", names),
        (b"OIDF", fanout.collect()),
        (b"OIDL", ids.collect()),
        (b"OOFF", places.collect()),
    ];
    let mut bytes = b"MIDX\x01\x01\x04\0\0\0\0\x01".to_vec();
    let mut start = bytes.len() as u64 + 12 * (chunks.len() as u64 + 1);
    for (name, chunk) in &chunks {
        bytes.extend(*name);
        bytes.extend(start.to_be_bytes());
        start += chunk.len() as u64;
    }
    bytes.extend([0; 4]);
    bytes.extend(start.to_be_bytes());
    chunks.into_iter().for_each(|(_, chunk)| bytes.extend(chunk));
    bytes
}
