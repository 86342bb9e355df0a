//! The fuzz targets on inputs made from good ones.

#[path = "../../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../../fuzz/src/targets.rs"]
#[expect(unreachable_pub, reason = "the file belongs to a crate of its own, too")]
pub mod targets;

use crate::archives::{bzip2, gzip, tar, xz, zip, zstd};

/// One of each format that is opened, some in others.
fn containers() -> Vec<Vec<u8>> {
    let files: [(&str, &[u8]); 3] = [("a/b.env", b"one"), ("empty", b""), ("c", b"two")];
    let plain = tar(&files);
    let mail = "From: a@b.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n\
                --x\nContent-Transfer-Encoding: base64\n\na2V5ID0gb25l\n--x--\n";
    let pdf = "%PDF-1.4\n1 0 obj\n<< /Length 20 >>\nstream\nBT (key = one) Tj ET\nendstream\nendobj\n\
               trailer << /Root 1 0 R >>\n%%EOF\n";
    let ar = "!<arch>\nmember/         0           0     0     100644  4         `\none\n";
    let cpio = format!(
        "070701{:08X}000081A4{}00000004{}00000002{}a\0one\n",
        1,
        "0".repeat(32),
        "0".repeat(32),
        "0".repeat(8)
    );
    let mut all: Vec<Vec<u8>> =
        [mail, pdf, ar, cpio.as_str()].map(|text| text.as_bytes().to_vec()).to_vec();
    all.extend([gzip, bzip2, xz, zstd].map(|pack| pack(&plain)));
    // LZMA with a dictionary of no size.
    all.push(vec![0x5d, 0, 0, 0, 0, 0xc1, 0x16, 0x16, 0x16]);
    all.extend([zip(&files), zip(&[("inner.zip", &zip(&files))]), plain]);
    all
}

#[test]
fn any_container_is_read_or_refused() {
    mutate::replay("container", targets::container, &containers());
}

#[test]
fn what_trickles_in_is_read_alike() {
    mutate::replay("short_reads", targets::short_reads, &containers());
}
