//! Documents: what people write and programs keep.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::boxes::{env, zip, zlib};
use super::{Place, found};

pub(crate) const ALL: &[fn(&str) -> Place] = &[
    |secret| found("letter.docx", docx(secret)),
    |secret| found("notebook.ipynb", notebook(secret)),
    |secret| found("paper.pdf", pdf(&kerned(secret), "")),
    |secret| found("glyphs.pdf", pdf(&glyphs(secret), GLYPH_MAP)),
    |secret| found("mail.eml", mail(secret)),
    |secret| found("mail-quoted.eml", quoted_mail(secret)),
    |secret| found("rows.sqlite", sqlite(secret, Spelling::Utf8)),
    |secret| found("wide-rows.sqlite", sqlite(secret, Spelling::Utf16)),
];

fn docx(secret: &str) -> Vec<u8> {
    let (one, two) = secret.split_at(10);
    let text = format!(
        "<?xml version=\"1.0\"?><w:document><w:p><w:r><w:t>Token: {one}</w:t></w:r><w:r><w:rPr/>\
         <w:t>{two}</w:t></w:r></w:p></w:document>"
    );
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.as_bytes())])
}

fn notebook(secret: &str) -> String {
    let line = format!("{{\\\"url\\\": \\\"https:\\/\\/x:\\\\u0067{}@h\\/\\\"}}\\n", &secret[1..]);
    format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"outputs\": [{{\"name\": \"stdout\", \"text\": [\n    \
         \"{line}\",\n    \"done\\n\"\n   ]}}]}}]}}\n"
    )
}

/// Text in a content stream, with kerning between its parts.
fn kerned(secret: &str) -> Vec<u8> {
    let parts: Vec<String> = secret.as_bytes().chunks(5).map(in_parentheses).collect();
    format!("BT /F1 12 Tf 72 720 Td (The token is ) Tj [{}] TJ ET\n", parts.join(" -12 "))
        .into_bytes()
}

fn in_parentheses(text: &[u8]) -> String {
    format!("({})", String::from_utf8_lossy(text))
}

/// Text in the numbers of glyphs, as most programs write it: a letter's code and 3 more.
fn glyphs(secret: &str) -> Vec<u8> {
    let digits: String =
        secret.bytes().map(|byte| format!("{:04X}", u16::from(byte) + 3)).collect();
    format!("BT /F2 12 Tf 72 720 Td <{digits}> Tj ET\n").into_bytes()
}

const GLYPH_MAP: &str = "/CIDInit /ProcSet findresource begin begincmap\n\
    1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
    1 beginbfrange\n<0024> <0081> <0021>\nendbfrange\nendcmap end\n";

/// A document of one page; a map of glyphs unless it is empty.
fn pdf(content: &[u8], map: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    out.extend(b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    for (number, stream) in [(4, content), (5, map.as_bytes())] {
        if stream.is_empty() {
            continue;
        }
        let packed = zlib(stream);
        let length = packed.len();
        out.extend(
            format!("{number} 0 obj\n<< /Length {length} /Filter /FlateDecode >>\nstream\r\n")
                .bytes(),
        );
        out.extend(packed);
        out.extend(b"\nendstream\nendobj\n");
    }
    out.extend(b"trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    out
}

fn mail(secret: &str) -> String {
    let attached = STANDARD.encode(zip(&[("conf/.env", &env(secret))]));
    let lines: Vec<_> = attached.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    format!(
        "From: a@example.invalid\r\nTo: b@example.invalid\r\nSubject: files\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"==b1\"\r\n\r\n--==b1\r\n\
         Content-Type: text/plain\r\n\r\nSee what is attached.\r\n--==b1\r\n\
         Content-Type: application/zip; name=\"c.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {}\r\n--==b1--\r\n",
        lines.join("\r\n")
    )
}

fn quoted_mail(secret: &str) -> String {
    let (one, two) = secret.split_at(8);
    format!(
        "From: a@example.invalid\nSubject: key\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
         Gr=C3=BC=C3=9Fe, token=3D{one}=\n{two}=20\n"
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Utf8,
    Utf16,
}

/// A database of one table with one row, of three columns that stand next to each other.
fn sqlite(secret: &str, spelling: Spelling) -> Vec<u8> {
    const PAGE: usize = 512;
    let spell = |text: &str| match spelling {
        Spelling::Utf8 => text.as_bytes().to_vec(),
        Spelling::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    };
    let table = "CREATE TABLE keys (owner TEXT, token TEXT, role TEXT)";
    let schema = [spell("table"), spell("keys"), spell("keys"), vec![2], spell(table)];
    let row = [spell("deploy"), spell(secret), spell("admin")];
    let mut first = vec![0; PAGE];
    first[..16].copy_from_slice(b"SQLite format 3\0");
    first[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
    first[28..32].copy_from_slice(&2_u32.to_be_bytes());
    first[44..48].copy_from_slice(&4_u32.to_be_bytes());
    first[56..60].copy_from_slice(&(1 + u32::from(spelling == Spelling::Utf16)).to_be_bytes());
    leaf(&mut first, 100, &record(&schema, Some(3)));
    let mut second = vec![0; PAGE];
    leaf(&mut second, 0, &record(&row, None));
    [first, second].concat()
}

/// A record of texts; the column `number` is a number of one byte.
fn record(columns: &[Vec<u8>], number: Option<usize>) -> Vec<u8> {
    let mut kinds = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let kind = if number == Some(at) { 1 } else { 2 * column.len() + 13 };
        kinds.extend(variable(kind));
    }
    let header = variable(kinds.len() + 1);
    [header, kinds, columns.concat()].concat()
}

/// A number in groups of seven bits.
fn variable(value: usize) -> Vec<u8> {
    let low = u8::try_from(value & 0x7f).unwrap();
    match u8::try_from(value >> 7).unwrap() {
        0 => vec![low],
        high => vec![high | 0x80, low],
    }
}

/// Makes a page a leaf with one row.
fn leaf(page: &mut [u8], header: usize, record: &[u8]) {
    let cell = [variable(record.len()), vec![1], record.to_vec()].concat();
    let start = page.len() - cell.len();
    page[start..].copy_from_slice(&cell);
    let place = u16::try_from(start).unwrap().to_be_bytes();
    page[header] = 13;
    page[header + 4] = 1;
    page[header + 5..header + 7].copy_from_slice(&place);
    page[header + 8..header + 10].copy_from_slice(&place);
}
