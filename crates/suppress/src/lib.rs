//! Whether a finding is kept, and if not, why.
