//! Inventories to one output format a file. Like reports of findings they hold no secret: an
//! identity is made without it.

mod csv;
mod cyclonedx;
mod html;
mod json;
mod markdown;
mod sarif;
mod table;

use std::io::{self, Write};
use std::str::FromStr;

use tightlip_inventory::{Changes, Inventory};
use tightlip_model::{Problem, UnknownName};

use crate::ReportOptions;

/// What an inventory's report tells beside the identities.
#[derive(Debug)]
pub struct InventoryReport<'a> {
    /// The identities.
    pub inventory: &'a Inventory,
    /// What was asked for, as the user wrote it.
    pub targets: &'a [String],
    /// What could not be read; empty when all was.
    pub problems: &'a [Problem],
    /// What changed since an earlier inventory, where one was given.
    pub changes: Option<&'a Changes>,
}

/// Declares the formats: a variant, its name, and the function that writes it.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $write:path;)+) => {
        /// An output format of an inventory.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum InventoryFormat { $($(#[$doc])* $variant,)+ }

        impl InventoryFormat {
            /// Every format, in the order of the help text.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name that selects it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Writes `report` to `out`.
            ///
            /// # Errors
            /// When the writer fails.
            pub fn write(
                self,
                report: &InventoryReport<'_>,
                options: &ReportOptions,
                out: &mut dyn Write,
            ) -> io::Result<()> {
                match self { $(Self::$variant => $write(report, options, out)),+ }
            }
        }
    };
}

formats! {
    /// A table for people, at a terminal.
    Table = "table", table::write;
    /// One JSON document.
    Json = "json", json::write;
    /// Comma-separated values, one identity a line.
    Csv = "csv", csv::write;
    /// A page of bounded size.
    Markdown = "markdown", markdown::write;
    /// One self-contained page, to look through in a browser.
    Html = "html", html::write;
    /// CycloneDX 1.6, for inventories of cryptographic assets.
    CycloneDx = "cyclonedx", cyclonedx::write;
    /// SARIF 2.1.0 with the breaches of the policy, for code scanning.
    Sarif = "sarif", sarif::write;
}

impl FromStr for InventoryFormat {
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
