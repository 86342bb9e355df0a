//! Archives made up for tests, byte by byte where they have to be wrong.

use std::io::Write;

use flate2::Compression;

/// A tar archive of files, with its end.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let members = files.iter().flat_map(|(name, content)| {
        let mut member = tar_header(name, b'0', content.len() as u64);
        member.extend_from_slice(content);
        member.resize(member.len().next_multiple_of(512), 0);
        member
    });
    members.chain([0; 1024]).collect()
}

/// A tar header.
pub(crate) fn tar_header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..108].copy_from_slice(b"0000644\0");
    if size < 1 << 33 {
        block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    } else {
        block[124] = 0x80;
        block[128..136].copy_from_slice(&size.to_be_bytes());
    }
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A header record of a pax archive.
pub(crate) fn pax_record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let length = (rest..).find(|length| length.to_string().len() + rest == *length).unwrap();
    format!("{length} {key}={value}\n")
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A member of a zip archive: what its headers say, and what is there.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) name_in_directory: String,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    pub(crate) packed: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Member {
    /// A member as it should be.
    pub(crate) fn new(name: &str, method: u16, content: &[u8]) -> Self {
        let bytes = if method == 8 { deflate(content) } else { content.to_vec() };
        Self {
            name: name.to_owned(),
            name_in_directory: name.to_owned(),
            flags: 0,
            method,
            crc: crc32fast::hash(content),
            size: u32::try_from(content.len()).unwrap(),
            packed: u32::try_from(bytes.len()).unwrap(),
            bytes,
        }
    }

    fn common(&self, has_sums: bool, name: &str) -> Vec<u8> {
        let sum = |value: u32| if has_sums { value } else { 0 }.to_le_bytes();
        let mut out = Vec::new();
        out.extend_from_slice(&self.flags.to_le_bytes());
        out.extend_from_slice(&self.method.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        [self.crc, self.packed, self.size]
            .iter()
            .for_each(|value| out.extend_from_slice(&sum(*value)));
        out.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out
    }

    fn local(&self) -> Vec<u8> {
        let is_behind = self.flags & 8 != 0;
        let mut out = b"PK\x03\x04\x14\0".to_vec();
        out.extend(self.common(!is_behind, &self.name));
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&self.bytes);
        if is_behind {
            out.extend_from_slice(b"PK\x07\x08");
            let sums = [self.crc, self.packed, self.size];
            sums.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        }
        out
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let mut out = b"PK\x01\x02\x14\0\x14\0".to_vec();
        out.extend(self.common(true, &self.name_in_directory));
        out.extend_from_slice(&[0; 10]);
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(self.name_in_directory.as_bytes());
        out
    }
}

/// A zip archive of deflated files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<_> =
        files.iter().map(|(name, content)| Member::new(name, 8, content)).collect();
    zip_of(&members)
}

/// A zip archive of members as they are.
pub(crate) fn zip_of(members: &[Member]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        directory.extend(member.central(u32::try_from(out.len()).unwrap()));
        out.extend(member.local());
    }
    zip_with_directory(out, &directory, members.len())
}

/// Members with a directory and its end behind them.
pub(crate) fn zip_with_directory(mut out: Vec<u8>, directory: &[u8], count: usize) -> Vec<u8> {
    let start = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(count).unwrap();
    out.extend_from_slice(directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}
