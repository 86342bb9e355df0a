//! What is public by design, or encrypted on purpose: no leak, and yet there for who asks.

use serde_json::Value;

use crate::parts::{ALPHANUMERIC, HEX, drawn, uuid};
use crate::world::World;

/// Each kind: the rule that lists it, and a file as people write it.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    [publishable(), sealed()].concat()
}

/// Keys that pages and apps hand to everybody.
fn publishable() -> Vec<(&'static str, Vec<u8>)> {
    let text = |seed, length| drawn(seed, ALPHANUMERIC, length);
    let hex = |seed, length| drawn(seed, HEX, length);
    let google = format!("{}za{}", "AI", text(1, 35));
    let site = format!("{}{}", "6L", text(2, 38));
    let kinds = [
        ("stripe-publishable-key", format!("STRIPE_KEY={}_live_{}\n", "pk", text(3, 24))),
        ("pubnub-publish-key", format!("publishKey: \"pub-c-{}\",\n", uuid(4))),
        ("pubnub-subscribe-key", format!("subscribeKey: \"sub-c-{}\",\n", uuid(5))),
        ("sentry-dsn", format!("SENTRY_DSN=https://{}@o42.ingest.sentry.io/7\n", hex(6, 32))),
        (
            "firebase-web-api-key",
            format!("const c = {{\n  apiKey: \"{google}\",\n  authDomain: \"a.web.app\",\n}};\n"),
        ),
        ("firebase-app-api-key", format!("{{\"current_key\": \"{google}\"}}\n")),
        ("google-recaptcha-site-key", format!("<div data-sitekey=\"{site}\"></div>\n")),
        (
            "cloudflare-turnstile-site-key",
            format!("<div data-sitekey=\"0x4AAAAAAA{}\"></div>\n", text(7, 14)),
        ),
        ("hcaptcha-site-key", format!("<div data-sitekey=\"{}\"></div>\n", uuid(8))),
        ("statsig-client-key", format!("STATSIG_CLIENT_KEY=client-{}\n", text(9, 43))),
        ("amplitude-api-key", format!("AMPLITUDE_API_KEY={}\n", hex(10, 32))),
        ("posthog-project-api-key", format!("POSTHOG_KEY=phc_{}\n", text(11, 43))),
    ];
    kinds.map(|(rule, text)| (rule, text.into_bytes())).to_vec()
}

/// What only a key that is kept elsewhere opens.
fn sealed() -> Vec<(&'static str, Vec<u8>)> {
    let text = |seed, length| drawn(seed, ALPHANUMERIC, length);
    let line = |seed| format!("          {}\n", drawn(seed, HEX, 80));
    let vault = [line(21), line(22), line(23)].concat();
    let mut sealed_file = b"\0GITCRYPT\0".to_vec();
    sealed_file.extend((0..200_u8).map(|at| at.wrapping_mul(89) ^ 0x5a));
    let kinds = [
        (
            "sops-encrypted-value",
            format!(
                "password: ENC[AES256_GCM,data:{},iv:{}=,tag:{}==,type:str]\n",
                text(24, 24),
                text(25, 43),
                text(26, 22)
            ),
        ),
        (
            "ansible-vault-block",
            format!("password: !vault |\n          $ANSIBLE_VAULT;1.1;AES256\n{vault}"),
        ),
        (
            "sealed-secret-value",
            format!(
                "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB{}\n",
                text(27, 720)
            ),
        ),
        ("hiera-eyaml-value", format!("db::password: ENC[PKCS7,{}]\n", text(28, 380))),
        ("jasypt-encrypted-value", format!("db.password=ENC({})\n", text(29, 32))),
        ("spring-cloud-config-cipher", format!("password: '{{cipher}}{}'\n", drawn(30, HEX, 64))),
        ("vault-transit-ciphertext", format!("DB_PASSWORD=vault:v1:{}\n", text(31, 56))),
        ("aws-kms-ciphertext", format!("password: AQICAHh{}\n", text(32, 200))),
        ("fernet-encrypted-value", format!("TOKEN=gAAAAABk{}\n", text(33, 120))),
        ("age-encrypted-file", format!("-----BEGIN AGE ENCRYPTED FILE-----\n{}\n", text(34, 64))),
        ("openpgp-message", format!("-----BEGIN PGP MESSAGE-----\n\n{}\n", text(35, 64))),
    ];
    let mut kinds = kinds.map(|(rule, text)| (rule, text.into_bytes())).to_vec();
    kinds.push(("git-crypt-file", sealed_file));
    kinds
}

#[test]
fn what_is_public_by_design_is_silent_unless_asked_for() {
    let kinds = kinds();
    let world = World::new();
    for (rule, content) in &kinds {
        world.write(&format!("{rule}.txt"), content);
    }
    let plain = world.run(&["scan", "--format", "json"]);
    assert_eq!((plain.code, plain.json()["findings"].as_array().unwrap().len()), (0, 0));
    let report = world.run(&["scan", "--format", "json", "--min-confidence", "low"]).json();
    let of = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        (text("path"), text("rule"), text("severity"))
    };
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(of).collect();
    for (rule, _) in &kinds {
        let wanted = (format!("{rule}.txt"), (*rule).to_owned(), "info".to_owned());
        assert!(found.contains(&wanted), "{rule}: {found:?}");
    }
}

#[test]
fn each_value_of_a_sealed_secret_is_listed() {
    let value = |seed| format!("AgB{}", drawn(seed, ALPHANUMERIC, 720));
    let yaml = format!(
        "kind: SealedSecret\nspec:\n  encryptedData:\n    user: {}\n    password: {}\n    token: '{}'\n",
        value(1),
        value(2),
        value(3)
    );
    let json = format!(
        "{{\n  \"encryptedData\": {{\n    \"user\": \"{}\",\n    \"password\": \"{}\"\n  }}\n}}\n",
        value(4),
        value(5)
    );
    let world = World::new();
    world.write("sealed.yaml", yaml);
    world.write("sealed.json", json);
    let report = world.run(&["scan", "--format", "json", "--min-confidence", "low"]).json();
    let findings = report["findings"].as_array().unwrap();
    let sealed = findings.iter().filter(|finding| finding["rule"] == "sealed-secret-value");
    assert_eq!(sealed.count(), 5, "{findings:?}");
}
