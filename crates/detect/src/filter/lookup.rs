//! Values that are the name under which a program looks the secret up.

use memchr::memmem;

/// What asks the environment or a secret store, lower case.
const ASKERS: [&str; 18] = [
    "getenv",
    "environ",
    "process.env",
    "env(",
    "env[",
    "env.",
    "env::var",
    "secrets.",
    "getproperty",
    "get_secret",
    "getsecret",
    "config.get",
    "os.env",
    "lookupenv",
    "from_env",
    "viper.get",
    "secretkeyref",
    "valuefrom",
];

/// Whether the bytes right before `value` ask some store for it by name. A default that is given
/// beside the name, as in `getenv("X", "literal")`, is no name.
pub(crate) fn is_lookup(before: &[u8], value: &[u8]) -> bool {
    let lower = before.to_ascii_lowercase();
    let asked = |word: &&str| memmem::rfind(&lower, word.as_bytes()).map(|at| at + word.len());
    let Some(end) = ASKERS.iter().filter_map(asked).max() else { return false };
    let between = lower.get(end..).unwrap_or_default();
    let is_default = between.contains(&b',')
        || memmem::find(between, b"||").is_some()
        || memmem::find(between, b"??").is_some()
        || memmem::find(between, b" or ").is_some();
    !is_default && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_looked_up_is_no_secret_but_its_default_is() {
        assert!(is_lookup(b"key = os.environ[\"", b"DATADOG_API_KEY"));
        assert!(is_lookup(b"key: process.env.", b"DATADOG_API_KEY"));
        assert!(!is_lookup(b"key = os.getenv(\"KEY\", \"", b"9f86d081884c7d65"));
        assert!(!is_lookup(b"key = process.env.KEY || \"", b"9f86d081884c7d65"));
        assert!(!is_lookup(b"key = \"", b"9f86d081884c7d65"));
    }
}
