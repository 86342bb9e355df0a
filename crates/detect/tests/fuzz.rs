//! The fuzz targets on inputs made from good ones.

#[path = "../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Texts with something of each kind that the scanner takes apart.
fn texts() -> Vec<Vec<u8>> {
    let value = "wJalrXUtnFEMIK7MDENGbPxRfiCYzq83hTbA0vNs";
    let pem = format!("-----BEGIN {0}-----\n{1}\n{1}\n-----END {0}-----\n", "PRIVATE KEY", value);
    let claims = STANDARD.encode(r#"{"iss":"https://a.test","exp":1800000000,"sub":"me"}"#);
    let token = format!("{}.{claims}.{value}", STANDARD.encode(r#"{"alg":"HS256","typ":"JWT"}"#));
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let percent: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let escaped: String = value.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let texts = [
        format!("password = \"{value}\"\naws_secret_access_key: {value}\n"),
        pem.clone(),
        format!("{{\"private_key\": \"{}\"}}", pem.replace('\n', "\\n")),
        format!("Authorization: Bearer {token}\n"),
        STANDARD.encode(format!("secret_key = '{value}'")),
        format!("api_key={percent}&token={escaped}\n"),
        format!("postgres://user:{value}@db.test:5432/x?sslmode=on\n"),
        format!(
            "Server=db.test;User Id=sa;Password={value};\nmachine db.test login me password {value}\n"
        ),
        format!("<add key=\"ApiSecret\" value=\"&#x77;{value}\"/>\n"),
    ];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into_bytes()).collect();
    all.push(wide(&texts[0]));
    all
}

#[test]
fn decoders() {
    mutate::replay("decode", targets::decode, &texts());
}

#[test]
fn splits() {
    let cut = |text: Vec<u8>| [&[0, 40], text.as_slice()].concat();
    mutate::replay("split", targets::split, &texts().into_iter().map(cut).collect::<Vec<_>>());
}

#[test]
fn increments() {
    let made = |text: Vec<u8>| {
        let length = u16::try_from(text.len()).expect("short").to_be_bytes();
        let changes = [0x83, 0, 0, 5, b'k', b'e', b'y', b'=', b'\n', 0xff, 0, 20, 0xff, 0, 3];
        [&length[..], &text, &changes].concat()
    };
    let made: Vec<_> = texts().into_iter().map(made).collect();
    mutate::replay("increments", targets::increments, &made);
}
