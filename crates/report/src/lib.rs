//! Findings to one output format a file.
//!
//! Owns: how each format looks, and that no format shows a secret unless told to. Formats are given
//! what may be shown of a finding, which holds no secret, never the finding. Leaves to others: which findings there
//! are, their order, and where the bytes go. There is no I/O here but the writer, no environment and
//! no clock, so the same findings make the same report.

mod layout;
mod markup;
mod plain;
mod shown;
mod tally;
mod veil;
mod words;

mod codequality;
mod csv;
mod ending;
mod github;
mod gitlab;
mod html;
mod human;
mod inventory;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod record;
mod sarif;

use std::io::Write;
use std::str::FromStr;

use tightlip_model::{Reporter, UnknownName};

use layout::{Layout, Veiled};

pub use inventory::{InventoryFormat, InventoryReport};

/// What a report is to look like.
#[derive(Debug, Clone)]
pub struct ReportOptions {
    /// Show secrets whole; otherwise they are masked wherever they stand.
    pub show_secrets: bool,
    /// Colour the text for people.
    pub color: bool,
    /// Columns of the terminal, for text for people.
    pub width: usize,
    /// List what is otherwise only counted: suppressed findings, every problem.
    pub verbose: bool,
    /// The version of the tool.
    pub version: String,
    /// When the run began, in seconds since 1970: only for the format that must say so (`gitlab`).
    pub started: i64,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            show_secrets: false,
            color: false,
            width: 100,
            verbose: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: 0,
        }
    }
}

/// Declares the formats: a variant, its name, and the layout that writes it.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $layout:ty;)+) => {
        /// An output format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format { $($(#[$doc])* $variant,)+ }

        impl Format {
            /// Every format, in the order of the help text.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name that selects it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            fn layout(self, options: &ReportOptions) -> Box<dyn Layout> {
                match self { $(Self::$variant => Box::new(<$layout>::new(options))),+ }
            }
        }
    };
}

formats! {
    /// Text for people, at a terminal.
    Human = "human", human::Human;
    /// One JSON document.
    Json = "json", json::Json;
    /// One JSON object a line.
    Jsonl = "jsonl", jsonl::Jsonl;
    /// SARIF 2.1.0, for code scanning.
    Sarif = "sarif", sarif::Sarif;
    /// Workflow commands, for annotations by GitHub Actions.
    Github = "github", github::Github;
    /// GitLab's secret detection report, schema 15.
    Gitlab = "gitlab", gitlab::Gitlab;
    /// GitLab's Code Quality report.
    CodeQuality = "codequality", codequality::CodeQuality;
    /// JUnit XML: a failed test for each finding.
    Junit = "junit", junit::Junit;
    /// Rows for a spreadsheet.
    Csv = "csv", csv::Csv;
    /// A page of bounded size, for the summary of a job.
    Markdown = "markdown", markdown::Markdown;
    /// One self-contained page to filter, sort and group.
    Html = "html", html::Html;
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name).ok_or_else(|| {
            UnknownName {
                what: "format",
                given: name.to_owned(),
                known: Self::ALL.iter().map(|format| format.as_str()).collect(),
            }
        })
    }
}

/// A reporter that writes `format` to `writer`.
#[must_use]
pub fn reporter(
    format: Format,
    writer: Box<dyn Write>,
    options: &ReportOptions,
) -> Box<dyn Reporter> {
    Box::new(Veiled::new(format.layout(options), writer, options))
}
