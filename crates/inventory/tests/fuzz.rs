//! The fuzz targets on inputs made from good ones.

#[path = "../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

const FINDING: &str = r#"{"rule":"acme-key","title":"t","provider":"Acme","kind":"api-key",
"severity":"high","confidence":"high","proof":"form","path":"a/b.env","origin":"blob","line":3,
"commit":{"id":"00","author":"A","email":"a@b.test","date":"2026-01-31T12:00:00Z","summary":"s"},
"reach":"head","refs":["main"],"fingerprint":"v1-00","decoded":{"expires_at":"2027-01-31T12:00:00Z"},
"companions":[],"occurrences":1,"secret":"acme_****"}"#;

#[test]
fn saved_reports() {
    let finding = FINDING.replace('\n', "");
    let scan = r#"{"kind":"history","targets":["."],"complete":true}"#;
    let whole = format!(r#"{{"schema":"1","scan":{scan},"findings":[{finding}],"suppressed":[]}}"#);
    let lines = format!("{finding}\n{{\"scan\":{scan},\"summary\":{{}}}}\n");
    mutate::replay("saved", targets::saved, &[whole.into_bytes(), lines.into_bytes()]);
}
