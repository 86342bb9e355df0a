//! What programs are shipped as, and what they are compiled to.

use super::boxes::{ar, cpio, env, gzip, tar, xz, zip};
use super::{Place, found};

pub(crate) const ALL: &[fn(&str) -> Place] = &[
    |secret| found("tool.deb", deb(secret)),
    |secret| found("tool.rpm", rpm(secret)),
    |secret| found("tool.jar", zip(&[("A.class", &class(secret))])),
    |secret| found("A.class", class(secret)),
    |secret| found("module.pyc", pyc(secret)),
    |secret| found("module.crate", gzip(&tar(&[("m-1.0.0/.env", &env(secret))]))),
    |secret| found("module.whl", zip(&[("m/settings.py", &env(secret))])),
    |secret| found("module.gem", tar(&[("data.tar.gz", &gzip(&tar(&[(".env", &env(secret))])))])),
];

fn deb(secret: &str) -> Vec<u8> {
    let data = xz(&tar(&[("./etc/tool.env", &env(secret))]));
    let control = gzip(&tar(&[("./control", b"Package: tool\n")]));
    ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &control), ("data.tar.xz", &data)])
}

fn rpm(secret: &str) -> Vec<u8> {
    let mut out = [b"\xed\xab\xee\xdb\x03\0\0\0\0\x01tool-1.0".as_slice(), &[0; 78]].concat();
    out.extend(rpm_header(b"signature"));
    out.resize(out.len().next_multiple_of(8), 0);
    out.extend(rpm_header(b"name of the tool"));
    out.extend(gzip(&cpio(&[("./etc/tool.env", &env(secret))])));
    out
}

/// A header with one entry whose value is a text.
fn rpm_header(value: &[u8]) -> Vec<u8> {
    let mut out = b"\x8e\xad\xe8\x01\0\0\0\0".to_vec();
    out.extend(1_u32.to_be_bytes());
    out.extend(u32::try_from(value.len() + 1).unwrap().to_be_bytes());
    [1000_u32, 6, 0, 1].iter().for_each(|field| out.extend(field.to_be_bytes()));
    out.extend([value, b"\0"].concat());
    out
}

/// A class with the secret among its constants, between others and behind a length that looks like a
/// letter.
fn class(secret: &str) -> Vec<u8> {
    let mut out = b"\xca\xfe\xba\xbe\0\0\0\x41".to_vec();
    let text = format!("token {secret} of {}", "x".repeat(50));
    let texts = ["java/lang/Object", secret, &text, "A"];
    out.extend(u16::try_from(texts.len() + 1).unwrap().to_be_bytes());
    for text in texts {
        out.push(1);
        out.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        out.extend(text.as_bytes());
    }
    out.extend([0, 0x21, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    out
}

/// Compiled Python: constants that follow each other without a gap.
fn pyc(secret: &str) -> Vec<u8> {
    let mut out = b"\xa7\x0d\x0d\x0a\0\0\0\0\0\0\0\0\0\0\0\0\xe3".to_vec();
    out.extend([0; 20]);
    for text in ["TOKEN", secret, "N"] {
        out.push(b'Z');
        out.push(u8::try_from(text.len()).unwrap());
        out.extend(text.as_bytes());
    }
    out.push(b'N');
    out
}
