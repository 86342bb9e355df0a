//! What keeps a scanner from being made.

/// A rule asks for something the detector does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScannerError {
    /// No proof of that name is registered.
    #[error("rule `{rule}` asks for the unknown proof `{name}`: use one of {known}")]
    UnknownProof {
        /// The rule.
        rule: String,
        /// The name it gives.
        name: String,
        /// The names there are.
        known: String,
    },
    /// No structure of that name is registered.
    #[error("rule `{rule}` asks for the unknown structure `{name}`: use one of {known}")]
    UnknownStructure {
        /// The rule.
        rule: String,
        /// The name it gives.
        name: String,
        /// The names there are.
        known: String,
    },
}

impl ScannerError {
    /// The id of the rule that asks for it.
    #[must_use]
    pub fn rule(&self) -> &str {
        match self {
            Self::UnknownProof { rule, .. } | Self::UnknownStructure { rule, .. } => rule,
        }
    }
}
