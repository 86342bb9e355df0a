//! Rows for spreadsheets.

use tightlip_model::Severity;
use tightlip_report::Format;

use crate::cases;

#[test]
fn csv_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Csv));
}

#[test]
fn no_cell_of_hostile_text_is_a_formula() {
    let mut finding = cases::finding(1, "=cmd|'/C calc'!A0,\"\n=1+1", Severity::High);
    finding.provenance.repository = "@SUM(1)".into();
    let report = cases::written(Format::Csv, &cases::options(), &[finding], &cases::complete());
    assert_eq!(report.lines().count(), 2, "{report}");
    for formula in ["\"=", "\"@", "\"+", "\"-"] {
        assert!(!report.contains(&format!(",{formula}")), "{report}");
    }
}
