//! `html`: one page that needs nothing but itself: tiles, charts, a table to search and sort, and a
//! drawer with everything there is to know of an identity.
//!
//! The identities stand in the page as JSON, and the script writes them as text, never as markup. A
//! policy in the page forbids every request and every script but the one whose hash it names.

use std::io::{self, Write};

use super::InventoryReport;
use crate::ReportOptions;
use crate::markup::text;
use crate::words::count;

/// The looks that all pages share, and those of this one.
const CSS: [&str; 2] = [crate::html::CSS, include_str!("html/page.css")];
const SCRIPT: &str = include_str!("html/page.js");
/// The hash of [`SCRIPT`] that the policy of the page names.
const SCRIPT_HASH: &str = "sha256-kNpeAA3zAQdEq7soXWhzJaUqBIy/9G8P1aLiVq2lISA=";
const CONTROLS: &str = "<div id=\"tiles\" class=\"tiles\"></div>\n<div id=\"charts\" class=\"charts\"></div>\n\
    <div class=\"bar\"><input type=\"search\" id=\"filter\" placeholder=\"Search: provider, file, owner, …\" aria-label=\"Search\">\
    <label>Kind <select id=\"family\"><option value=\"\">all</option></select></label>\
    <label>At HEAD <select id=\"head\"><option value=\"\">all</option><option value=\"head\">yes</option><option value=\"gone\">no</option></select></label>\
    <label>Breaks <select id=\"breach\"><option value=\"\">all</option></select></label><output id=\"count\"></output></div>\n\
    <table><thead><tr><th class=\"c0\" data-k=\"risk\">Risk</th><th data-k=\"what\">Identity</th><th data-k=\"family\">Kind</th>\
    <th class=\"c3\" data-k=\"where\">Where</th><th class=\"c4\" data-k=\"since\">Since</th><th data-k=\"owner\">Owner</th>\
    <th class=\"c6\">Breaks</th></tr></thead><tbody id=\"rows\"></tbody></table>\n<div id=\"end\"></div>\n\
    <dialog id=\"drawer\"></dialog>\n<noscript><p>The table needs the script of this page; the formats table and csv do not.</p></noscript>\n";

pub(super) fn write(
    report: &InventoryReport<'_>,
    options: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let inventory = report.inventory;
    let title = count(inventory.identities.len() as u64, "machine identity");
    out.write_all(crate::html::HEAD.as_bytes())?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'; script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">"
    )?;
    writeln!(
        out,
        "<title>{title} - tightlip</title>\n<style>\n{}</style>\n</head>\n<body>",
        CSS.concat()
    )?;
    let targets = text(report.targets.join(" ").as_bytes());
    let made = inventory.made_at.0;
    let version = text(options.version.as_bytes());
    writeln!(
        out,
        "<h1>{title}</h1>\n<p class=\"f\">tightlip {version} inventory · {targets} · {made}</p>"
    )?;
    problems(report, out)?;
    out.write_all(CONTROLS.as_bytes())?;
    maturity(report, out)?;
    let data = serde_json::to_string(inventory)?;
    writeln!(out, "<script type=\"application/json\" id=\"data\">{}</script>", inert(&data))?;
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
}

/// JSON that cannot end the element it stands in: `<`, `>` and `&` occur in its texts only.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn problems(report: &InventoryReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.problems.is_empty() {
        return Ok(());
    }
    let number = count(report.problems.len() as u64, "thing");
    writeln!(out, "<div class=\"bad\"><strong>{number} could not be read</strong><ul>")?;
    for problem in report.problems {
        let subject = text(problem.subject.as_bytes());
        writeln!(out, "<li><code>{subject}</code>: {}</li>", text(problem.message.as_bytes()))?;
    }
    writeln!(out, "</ul></div>")
}

fn maturity(report: &InventoryReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let maturity = &report.inventory.maturity;
    writeln!(out, "<h2>Maturity {} of 3: {}</h2>\n<ul>", maturity.level, maturity.name)?;
    for fact in maturity.facts.iter().filter(|fact| fact.of > 0) {
        writeln!(
            out,
            "<li>{} of {} {} (goal {} %)</li>",
            fact.have, fact.of, fact.name, fact.goal
        )?;
    }
    writeln!(out, "</ul>")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn the_policy_names_the_script_of_the_page() {
        let hash = sha2::Sha256::digest(SCRIPT.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        assert_eq!(SCRIPT_HASH, format!("sha256-{hash}"));
    }

    #[test]
    fn data_cannot_end_its_element() {
        assert_eq!(inert("\"</script><!--&\""), "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
    }
}
