//! Text that is spelt in another way.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::boxes::{gzip, zlib};
use super::{Place, found};

pub(crate) const ALL: &[fn(&str) -> Place] = &[
    |secret| found("utf8-bom.env", format!("\u{feff}TOKEN={secret}\n")),
    |secret| found("utf16le-bom.ini", wide(&format!("\u{feff}{}", ini(secret)), u16::to_le_bytes)),
    |secret| found("utf16be.ini", wide(&ini(secret), u16::to_be_bytes)),
    |secret| found("utf16-few-latin.ini", few_latin(secret)),
    |secret| found("firmware.h", listed_bytes(secret)),
    |secret| found("program.dll", in_program(secret)),
    |secret| found("utf32le.ini", utf32(&ini(secret))),
    |secret| found("latin1.txt", latin1(&format!("Schlüssel für Müller: {secret}\n"))),
    |secret| found("nul-bytes.bin", nul_bytes(secret)),
    |secret| found("cr-only.txt", format!("a=1\rtoken={secret}\rb=2\r")),
    |secret| found("crlf-no-end.txt", format!("a=1\r\ntoken={secret}")),
    |secret| found("base64.yaml", format!("data:\n  token: {}\n", STANDARD.encode(line(secret)))),
    |secret| found("base64-wrapped.txt", wrapped(&long(secret))),
    |secret| found("base64url.txt", format!("x={}\n", URL_SAFE_NO_PAD.encode(line(secret)))),
    |secret| found("hex.sql", format!("INSERT INTO t VALUES (x'{}');\n", hex(&line(secret)))),
    |secret| found("percent.url", format!("https://h.example/?q=tok%3D%{}\n", percent(secret))),
    |secret| found("unicode-escapes.js", format!("t = \"{}\";\n", escapes(secret, "\\u", 4))),
    |secret| found("hex-escapes.c", format!("char *t = \"{}\";\n", escapes(secret, "\\x", 2))),
    |secret| found("octal-escapes.sh", format!("T=$'{}'\n", octal(secret))),
    |secret| found("html-entities.html", format!("<p>{}</p>\n", entities(secret))),
    |secret| found("quoted-printable.txt", quoted_printable(secret)),
    |secret| found("base64-gzip.txt", format!("x: {}\n", STANDARD.encode(gzip(&long(secret))))),
    |secret| found("base64-zlib.txt", format!("x: {}\n", STANDARD.encode(zlib(&long(secret))))),
    |secret| found("helm-release.yaml", helm_release(secret)),
    |secret| found("json-slashes.json", json_slashes(secret)),
    |secret| found("json-in-json.json", json_in_json(secret)),
    |secret| found("concatenated.js", concatenated(secret, " + ", "const t = ", ";")),
    |secret| found("adjacent.py", concatenated(secret, "\n         ", "token = (", ")")),
    |secret| found("dotted.php", concatenated(secret, " . ", "$token = ", ";")),
    |secret| found("hex-in-percent-in-base64.txt", nested(secret)),
];

fn line(secret: &str) -> Vec<u8> {
    format!("user=deploy token={secret} role=none").into_bytes()
}

fn long(secret: &str) -> Vec<u8> {
    let some = "a line of a file that is long enough to be wrapped\n".repeat(4);
    format!("{some}token: {secret}\n{some}").into_bytes()
}

fn ini(secret: &str) -> String {
    format!("; settings of the agent\r\n[auth]\r\ntoken = \"{secret}\"\r\n")
}

/// Wide text of which few characters have a NUL byte, and no mark.
fn few_latin(secret: &str) -> Vec<u8> {
    let around = "\u{8a2d}\u{5b9a}\u{30d5}\u{30a1}\u{30a4}\u{30eb}\n".repeat(40);
    wide(&format!("{around}{}{around}", ini(secret)), u16::to_le_bytes)
}

/// A file as `xxd -i` makes it.
fn listed_bytes(secret: &str) -> Vec<u8> {
    let bytes: Vec<String> = ini(secret).bytes().map(|byte| format!("0x{byte:02x}")).collect();
    let lines: Vec<String> =
        bytes.chunks(12).map(|line| format!("  {}", line.join(", "))).collect();
    format!("unsigned char key[] = {{\n{}\n}};\n", lines.join(",\n")).into_bytes()
}

/// A program that keeps its texts in two bytes a character.
fn in_program(secret: &str) -> Vec<u8> {
    let code: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let text = wide(&format!("token={secret}"), u16::to_le_bytes);
    [code.as_slice(), &[0, 0], &text, &[0, 1], &code].concat()
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf32(text: &str) -> Vec<u8> {
    text.chars().flat_map(|one| u32::from(one).to_le_bytes()).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().filter_map(|one| u8::try_from(u32::from(one)).ok()).collect()
}

fn nul_bytes(secret: &str) -> Vec<u8> {
    [b"\x7fHDR\0\x01\x02\0\0\0token\0".as_slice(), secret.as_bytes(), b"\0\0\xff\xfe\0"].concat()
}

fn wrapped(content: &[u8]) -> String {
    let encoded = STANDARD.encode(content);
    let lines = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
    lines.map(|line| format!("{line}\n")).collect()
}

fn hex(content: &[u8]) -> String {
    content.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first character spelt as digits of which the sign stands before, and the rest of it.
fn percent(secret: &str) -> String {
    format!("{:02x}{}", secret.as_bytes()[0], &secret[1..])
}

fn escapes(secret: &str, mark: &str, digits: usize) -> String {
    secret.bytes().map(|byte| format!("{mark}{byte:0digits$x}")).collect()
}

fn octal(secret: &str) -> String {
    secret.bytes().map(|byte| format!("\\{byte:03o}")).collect()
}

fn entities(secret: &str) -> String {
    secret.bytes().map(|byte| format!("&#{byte};")).collect()
}

fn quoted_printable(secret: &str) -> String {
    let before = "This is a letter with a long line that has to be broken, as they are";
    format!("{before} =\r\nin mail: token=3D{}=\r\n{} and more\r\n", &secret[..20], &secret[20..])
}

fn helm_release(secret: &str) -> String {
    let release = STANDARD.encode(gzip(&long(secret)));
    format!("data:\n  release: {}\n", STANDARD.encode(release))
}

/// A token of a kind that has slashes would be spelt like this; the one at hand stands behind one.
fn json_slashes(secret: &str) -> String {
    format!("{{\"remote\": \"https:\\/\\/x:\\u0067{}@git.example\\/a\"}}\n", &secret[1..])
}

fn json_in_json(secret: &str) -> String {
    let inner = format!("{{\\\"a\\\": \\\"\\\\u0067{}\\\"}}", &secret[1..]);
    format!("{{\"settings\": \"{inner}\"}}\n")
}

fn concatenated(secret: &str, glue: &str, before: &str, after: &str) -> String {
    let (one, rest) = secret.split_at(4);
    let (two, three) = rest.split_at(15);
    format!("{before}\"{one}\"{glue}\"{two}\"{glue}\"{three}\"{after}\n")
}

fn nested(secret: &str) -> String {
    let digits = hex(&line(secret));
    let percent: String = digits.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{}\n", STANDARD.encode(percent))
}
