//! Archives and compressed files.

use std::io::{Cursor, Write};

use flate2::Compression;

use super::{Place, found, listed, sealed};

pub(crate) const ALL: &[fn(&str) -> Place] = &[
    |secret| found("plain.zip", zip(&[("conf/.env", &env(secret))])),
    |secret| found("self-extractor.exe", self_extractor(secret)),
    |secret| found("files.tar", tar(&[("conf/.env", &env(secret))])),
    |secret| found("files.tar.gz", gzip(&tar(&[("conf/.env", &env(secret))]))),
    |secret| found("notes.txt.gz", gzip(&env(secret))),
    |secret| found("tape.gz", [gzip(b"first"), vec![0; 512], gzip(&env(secret))].concat()),
    |secret| found("object", zlib(&env(secret))),
    |secret| found("notes.txt.bz2", bzip2(&env(secret))),
    |secret| found("notes.txt.xz", xz(&env(secret))),
    |secret| found("notes.txt.zst", zstd(&env(secret))),
    |secret| found("notes.txt.lz", lzip(&env(secret))),
    |secret| found("notes.txt.lzma", lzma(&env(secret))),
    |secret| found("files.7z", seven_zip(&env(secret))),
    |secret| found("files.cpio", cpio(&[("conf/.env", &env(secret))])),
    |secret| found("library.a", ar(&[("notes.gz/", &gzip(&env(secret)))])),
    |_| sealed("deploy.jks", java_store()),
    |_| sealed("deploy.p12", pkcs12_store(2)),
    |_| sealed("plain.pfx", pkcs12_store(1)),
    |_| listed("sealed.p12", sealed_store()),
    |secret| listed("encrypted.zip", encrypted_zip(secret)),
    |secret| listed("files.rar", [b"Rar!\x1a\x07\x01\0", gzip(&env(secret)).as_slice()].concat()),
    |secret| {
        listed(
            "objects.pack",
            [b"PACK\0\0\0\x02\0\0\0\x01\xb0\x04", gzip(&env(secret)).as_slice()].concat(),
        )
    },
    |secret| listed("odd-method.zip", zip_of("a", 9, 0, &env(secret))),
];

/// A file that compresses.
pub(crate) fn env(secret: &str) -> Vec<u8> {
    format!("{}TOKEN={secret}\n", "# what the service needs to start\n".repeat(3)).into_bytes()
}

/// A store of Java with one private key, whose bytes are made up.
fn java_store() -> Vec<u8> {
    let head = b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x06deploy";
    let key = b"\0\0\0\x06\x30\x04key!\0\0\0\x01\0\x05X.509\0\0\0\x02\x30\x00";
    [&head[..], &[0; 8], key].concat()
}

/// A PKCS #12 store with one key: as it is (1) or encrypted (2).
fn pkcs12_store(kind: u8) -> Vec<u8> {
    let head = b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80";
    let key = [b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01".as_slice(), &[kind]].concat();
    [&head[..], &key, &[0x5A; 64]].concat()
}

/// A PKCS #12 store whose only part is encrypted.
fn sealed_store() -> Vec<u8> {
    let head = b"\x30\x27\x02\x01\x03\x30\x22\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x15";
    let part =
        b"\x04\x13\x30\x11\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06\xa0\x02\x30\0";
    [&head[..], part].concat()
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(content: &[u8]) -> Vec<u8> {
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

fn lzip(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzipOptions::with_preset(1);
    let mut encoder = lzma_rust2::LzipWriter::new(Vec::new(), options);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn lzma(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let mut encoder = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

fn seven_zip(content: &[u8]) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let entry = sevenz_rust2::ArchiveEntry::new_file("conf/.env");
    writer.push_archive_entry(entry, Some(content)).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A tar archive of files, with its end.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let members = files.iter().flat_map(|(name, content)| {
        let mut member = tar_header(name, content.len());
        member.extend_from_slice(content);
        member.resize(member.len().next_multiple_of(512), 0);
        member
    });
    members.chain([0; 1024]).collect()
}

fn tar_header(name: &str, size: usize) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..108].copy_from_slice(b"0000644\0");
    block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A zip archive of deflated files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_behind(0, files.iter().map(|(name, content)| (*name, 8, 0, deflate(content), *content)))
}

/// A zip archive of one member whose content stands in it as it is.
fn zip_of(name: &str, method: u16, flags: u16, content: &[u8]) -> Vec<u8> {
    let packed = content.iter().map(|byte| byte ^ 0x5a).collect();
    zip_behind(0, [(name, method, flags, packed, content)].into_iter())
}

fn encrypted_zip(secret: &str) -> Vec<u8> {
    zip_of(".env", 0, 1, &env(secret))
}

type Member<'a> = (&'a str, u16, u16, Vec<u8>, &'a [u8]);

/// The bytes of a zip archive that stands behind so many other bytes, and counts from their start.
fn zip_behind<'a>(before: usize, members: impl Iterator<Item = Member<'a>>) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, method, flags, packed, content) in members {
        let offset = u32::try_from(before + out.len()).unwrap();
        let mut common = Vec::new();
        common.extend(flags.to_le_bytes());
        common.extend(method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(crc32fast::hash(content).to_le_bytes());
        common.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        common.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0; 2]);
        out.extend([b"PK\x03\x04\x14\0", common.as_slice(), name.as_bytes(), &packed].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", common.as_slice(), &[0; 10]].concat());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
        count += 1;
    }
    let start = u32::try_from(before + out.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0; 2]);
    out
}

fn self_extractor(secret: &str) -> Vec<u8> {
    let stub = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0x90; 3000]].concat();
    let content = env(secret);
    let member = ("conf/.env", 8, 0, deflate(&content), content.as_slice());
    let archive = zip_behind(stub.len(), [member].into_iter());
    [stub, archive].concat()
}

/// A cpio archive with headers in digits.
pub(crate) fn cpio(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let end: (&str, &[u8]) = ("TRAILER!!!", b"");
    for (name, content) in files.iter().chain([&end]) {
        let fields = [1, 0o100_644, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
        out.extend(b"070701");
        fields.iter().for_each(|field| out.extend(format!("{field:08X}").bytes()));
        out.extend([name.as_bytes(), b"\0"].concat());
        out.resize(out.len().next_multiple_of(4), 0);
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// An archive as `ar` writes it.
pub(crate) fn ar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, content) in files {
        let length = content.len();
        out.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{length:<10}`\n", 0, 0, 0, 644).bytes());
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(2), b'\n');
    }
    out
}
