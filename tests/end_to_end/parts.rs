//! Credentials of several parts: one finding that names them all.

use serde_json::Value;

use crate::world::{World, token};

/// `length` characters of `alphabet`, the same for the same seed.
pub(crate) fn drawn(seed: u64, alphabet: &str, length: usize) -> String {
    let letters = alphabet.as_bytes();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(letters[(state >> 11) as usize % letters.len()])
    };
    (0..length).map(|_| draw()).collect()
}

pub(crate) const HEX: &str = "0123456789abcdef";
pub(crate) const ALPHANUMERIC: &str =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn key_id(seed: u64) -> String {
    format!("{}Q{}", "AKIA", drawn(seed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15))
}

pub(crate) fn uuid(seed: u64) -> String {
    let parts = [8, 4, 4, 4, 12].map(|length| drawn(seed + length as u64, HEX, length));
    parts.join("-")
}

/// What the findings of a report are: the rule, and the rules of the other parts.
fn told(report: &Value) -> Vec<String> {
    let rule = |value: &Value| value["rule"].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let line = |finding: &Value| {
        let parts = finding["companions"].as_array().unwrap().iter().map(rule);
        format!("{} with {}", rule(finding), parts.collect::<Vec<_>>().join(" "))
    };
    findings.map(line).collect()
}

fn scanned(name: &str, text: &str) -> Value {
    let world = World::new();
    world.write(name, text);
    world.run(&["scan", "--format", "json"]).json()
}

#[test]
fn a_key_id_and_its_secret_are_one_finding_in_every_syntax() {
    let (id, secret) = (key_id(1), drawn(2, ALPHANUMERIC, 40));
    let texts = [
        ("a.env", format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={secret}\n")),
        (
            "a.ini",
            format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
        ),
        ("a.yaml", format!("aws:\n  access_key_id: {id}\n  secret_access_key: {secret}\n")),
        ("a.json", format!("{{\"accessKeyId\": \"{id}\", \"secretAccessKey\": \"{secret}\"}}\n")),
        (
            "a.tf",
            format!(
                "provider \"aws\" {{\n  access_key = \"{id}\"\n  region = \"eu-west-1\"\n  secret_key = \"{secret}\"\n}}\n"
            ),
        ),
        (
            "a.py",
            format!(
                "c = client(\n  aws_access_key_id='{id}',\n  aws_secret_access_key='{secret}',\n)\n"
            ),
        ),
        (
            "k8s.yaml",
            format!(
                "env:\n- name: AWS_ACCESS_KEY_ID\n  value: {id}\n- name: AWS_SECRET_ACCESS_KEY\n  value: {secret}\n"
            ),
        ),
    ];
    for (name, text) in texts {
        let report = scanned(name, &text);
        let rule = if name == "a.tf" {
            "aws-secret-access-key-beside-id"
        } else {
            "aws-secret-access-key"
        };
        assert_eq!(told(&report), [format!("{rule} with aws-access-key-id")], "{text}");
        let finding = &report["findings"][0];
        let part = &finding["companions"][0];
        assert_eq!(part["start"], text.find(&id).unwrap(), "{text}");
        assert!(finding["decoded"]["account"].is_string(), "{finding}");
        let all = report.to_string();
        assert!(!all.contains(&id) && !all.contains(&secret), "{all}");
    }
}

#[test]
fn each_profile_keeps_its_own_pair() {
    let pairs: Vec<_> = (0..3).map(|n| (key_id(10 + n), drawn(20 + n, ALPHANUMERIC, 40))).collect();
    let text: String = pairs
        .iter()
        .map(|(id, secret)| {
            format!("[p]\naws_access_key_id={id}\naws_secret_access_key={secret}\n")
        })
        .collect();
    let report = scanned("credentials", &text);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3);
    for (finding, (id, _)) in findings.iter().zip(&pairs) {
        assert_eq!(finding["companions"][0]["start"], text.find(id).unwrap());
    }
}

#[test]
fn credentials_of_other_kinds_are_joined_with_what_is_public_of_them() {
    let hex = |seed, length| drawn(seed, HEX, length);
    let sid = format!("AC{}", hex(1, 32));
    let client = format!(
        "{}-{}.apps.googleusercontent.com",
        drawn(3, "0123456789", 12),
        drawn(4, "abcdefghijkmnpqrstuvwxyz0123456789", 32)
    );
    let secret = format!("{}{}", "GOCSPX-", drawn(5, ALPHANUMERIC, 28));
    let cases = [
        (
            format!("TWILIO_ACCOUNT_SID={sid}\nTWILIO_AUTH_TOKEN={}\n", hex(2, 32)),
            vec!["twilio-auth-token with twilio-account-sid"],
        ),
        (
            format!("{{\"client_id\": \"{client}\",\n \"client_secret\": \"{secret}\"}}\n"),
            vec!["google-oauth-client-secret with google-oauth-client-id"],
        ),
        (
            format!("datadog:\n  api_key: {}\nDD_APP_KEY: {}\n", hex(6, 32), hex(7, 40)),
            vec!["datadog-application-key with datadog-api-key"],
        ),
        (
            format!(
                "AUTH0_CLIENT_ID={}\nAUTH0_CLIENT_SECRET={}\n",
                drawn(8, ALPHANUMERIC, 32),
                drawn(9, ALPHANUMERIC, 64)
            ),
            vec!["auth0-client-secret with auth0-client-id"],
        ),
        (
            format!("HUBSPOT_CLIENT_ID={}\nHUBSPOT_CLIENT_SECRET={}\n", uuid(1), uuid(30)),
            vec!["hubspot-oauth-credentials with hubspot-oauth-client-id"],
        ),
        (
            format!(
                "storage_account_name = acmeprod\naccount_key = {}==\n",
                drawn(10, ALPHANUMERIC, 86)
            ),
            vec!["azure-storage-account-key-legacy with azure-storage-account-name"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(told(&scanned("a.conf", &text)), expected, "{text}");
    }
}

#[test]
fn what_is_public_by_design_is_listed_at_low_confidence_only() {
    let key = format!("{}{}", "AIza", drawn(11, ALPHANUMERIC, 35));
    let text =
        format!("const c = {{\n  apiKey: \"{key}\",\n  authDomain: \"a.firebaseapp.com\"\n}};\n");
    let world = World::new();
    world.write("a.js", text);
    let sealed = format!(
        "password: ENC[AES256_GCM,data:{}=,iv:{}=,tag:{}==,type:str]\n",
        drawn(12, ALPHANUMERIC, 31),
        drawn(13, ALPHANUMERIC, 43),
        drawn(14, ALPHANUMERIC, 22)
    );
    world.write("b.yaml", sealed);
    assert_eq!(world.run(&["scan"]).code, 0);
    let run = world.run(&["scan", "--min-confidence", "low", "--format", "json"]);
    assert_eq!(told(&run.json()), ["firebase-web-api-key with ", "sops-encrypted-value with "]);
}

#[test]
fn a_part_that_stays_when_its_secret_goes_is_known_to_the_baseline() {
    let world = World::with_repository();
    let (id, secret) = (key_id(3), drawn(4, ALPHANUMERIC, 40));
    world.write("a.ini", format!("aws_access_key_id={id}\naws_secret_access_key={secret}\n"));
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    assert_eq!(world.run(&["scan"]).code, 0);
    world.write("a.ini", format!("aws_access_key_id={id}\n"));
    assert_eq!(world.run(&["scan"]).code, 0);
    world.write("a.ini", format!("aws_access_key_id={id}\nT={}\n", token(1)));
    assert_eq!(world.run(&["scan"]).code, 1);
}

#[test]
fn a_history_tells_a_pair_once_though_its_parts_came_one_by_one() {
    let world = World::with_repository();
    let (id, secret) = (key_id(5), drawn(6, ALPHANUMERIC, 40));
    for text in [
        format!("aws_access_key_id={id}\n"),
        format!("aws_access_key_id={id}\naws_secret_access_key={secret}\n"),
        format!("# more\naws_access_key_id={id}\naws_secret_access_key={secret}\n"),
    ] {
        world.write("a.ini", text);
        world.git(&["add", "."]);
        world.git(&["commit", "-qm", "more"]);
    }
    let report = world.run(&["history", "--format", "json"]).json();
    assert_eq!(told(&report), ["aws-secret-access-key with aws-access-key-id"]);
}
