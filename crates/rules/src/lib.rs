//! Rules: from YAML to a checked, compact rule set, and the built-in one.
