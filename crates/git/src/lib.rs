//! A git repository's objects, index and refs, read natively and read-only.
