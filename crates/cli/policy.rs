//! The `inventory` part of the settings: the policy as it is written, checked.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use tightlip_inventory::Policy;
use tightlip_model::Kind;

/// The policy as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawPolicy {
    max_age_days: Option<BTreeMap<String, u64>>,
    expiry_required: Option<Vec<String>>,
    owner_required: Option<bool>,
    active_owner_required: Option<bool>,
    owner_active_days: Option<u64>,
    reuse_across_environments: Option<bool>,
}

impl RawPolicy {
    /// The policy: what is written, over the defaults.
    pub(crate) fn check(self) -> anyhow::Result<Policy> {
        let mut policy = Policy::default();
        for (kind, days) in self.max_age_days.unwrap_or_default() {
            let kind: Kind = kind.parse().context("`max-age-days`")?;
            policy.max_age_days.insert(kind, days);
        }
        let kinds = self.expiry_required.unwrap_or_default();
        let kinds = kinds.iter().map(|kind| kind.parse::<Kind>());
        policy.expiry_required = kinds.collect::<Result<_, _>>().context("`expiry-required`")?;
        let set = |value: Option<bool>, of: &mut bool| *of = value.unwrap_or(*of);
        set(self.owner_required, &mut policy.owner_required);
        set(self.active_owner_required, &mut policy.active_owner_required);
        set(self.reuse_across_environments, &mut policy.reuse_across_environments);
        policy.owner_active_days = self.owner_active_days.unwrap_or(policy.owner_active_days);
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> anyhow::Result<Policy> {
        serde_saphyr::from_str::<RawPolicy>(text).unwrap().check()
    }

    #[test]
    fn what_is_not_written_keeps_its_default() {
        let read = policy("max-age-days: {api-key: 7}\nowner-required: false\n").unwrap();
        assert_eq!(read.max_age_days[&Kind::ApiKey], 7);
        assert_eq!(read.max_age_days[&Kind::ServiceAccount], 30);
        assert!(!read.owner_required && read.active_owner_required);
    }

    #[test]
    fn an_unknown_kind_is_an_error_that_names_the_setting() {
        let error = format!("{:#}", policy("expiry-required: [apikey]").unwrap_err());
        assert!(error.starts_with("`expiry-required`: unknown kind `apikey`"), "{error}");
    }
}
