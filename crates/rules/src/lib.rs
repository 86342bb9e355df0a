//! Rules: from YAML to a checked, compact rule set, and the built-in one.
//!
//! Owns: the form of rule files, every check on them, the tables they become, and the built-in set,
//! which the build script compiles from the files in `rules/` at the root of the workspace. Leaves
//! to others: running a rule. The names of proofs and structures are the detector's; that they
//! exist is tested there.

mod anchor;
mod builtin;
mod check;
mod error;
mod file;
pub mod import;
mod outline;
mod pattern;
mod rule;
pub mod sample;
mod set;

pub use builtin::builtin;
pub use error::{Place, Problem, RuleError};
pub use file::SourceFile;
pub use pattern::ByteSet;
pub use rule::{Bounds, Form, Rule, Texts, Window};
pub use set::RuleSet;

impl RuleSet {
    /// Checks rule files and compiles them to a set.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of the files.
    pub fn compile(files: &[SourceFile<'_>]) -> Result<Self, Vec<RuleError>> {
        Self::empty().extend(files)
    }

    /// This set with the rules of more files after its own. They may name its rules as companions
    /// and may not reuse its ids.
    ///
    /// # Errors
    /// Everything that is wrong with the files, in their order.
    pub fn extend(self, files: &[SourceFile<'_>]) -> Result<Self, Vec<RuleError>> {
        check::extend(self, files)
    }
}
