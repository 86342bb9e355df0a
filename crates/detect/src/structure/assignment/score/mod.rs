//! How likely a value is the secret that its name promises, from what can be seen of both.
//!
//! Owns: adding up what [`see`] sees, weighed by [`weights`], and saying what counted most. A word in a
//! value lowers the score and never decides. The weights come from `training/train.py`; nothing here
//! allocates but the words of a report.

mod features;
mod grams;
mod see;
mod shape;
mod surround;
mod weights;

use tightlip_model::Confidence;

pub(in crate::structure) use self::features::Feature;
pub(in crate::structure) use self::see::Candidate;
use self::weights::{HIGH, LOW, MEDIUM, WEIGHTS};
use super::name::Promise;

/// How many reasons for a score are told.
const REASONS: usize = 3;

/// What a candidate is worth.
#[derive(Debug, Clone, Copy)]
pub(in crate::structure) struct Score {
    /// The logarithm of the odds that it is a secret, in 256ths of a natural unit.
    pub(in crate::structure) odds: i32,
    /// What counted most towards it, and what most against.
    reasons: [Option<(i32, Feature)>; REASONS],
    doubt: Option<(i32, Feature)>,
    /// The most that the name allows: nonces and salts mostly stand in the open, and a vague name
    /// makes nothing certain.
    most: Confidence,
}

impl Score {
    /// The score of a candidate.
    pub(in crate::structure) fn of(candidate: &Candidate<'_>) -> Self {
        let mut score =
            Self { odds: 0, reasons: [None; REASONS], doubt: None, most: Confidence::High };
        let (mut is_alone, mut is_salt, mut is_nonce) = (false, false, false);
        let column = column(candidate.promise);
        see::features(candidate, &mut |feature| {
            let row = WEIGHTS.get(feature as usize).copied().unwrap_or_default();
            score.add(feature, row.get(column).map_or(0, |weight| i32::from(*weight)));
            is_alone = is_alone || feature == Feature::NameAlone;
            is_salt = is_salt || feature == Feature::NameSalt;
            is_nonce = is_nonce || feature == Feature::NameNonce;
        });
        score.most = match candidate.promise {
            _ if is_nonce || is_alone && is_salt => Confidence::Low,
            Promise::Weak => Confidence::Medium,
            Promise::Key | Promise::Password => Confidence::High,
        };
        score
    }

    fn add(&mut self, feature: Feature, weight: i32) {
        self.odds += weight;
        if feature.says().is_empty() {
            return;
        }
        if weight < self.doubt.map_or(0, |(least, _)| least) {
            self.doubt = Some((weight, feature));
        }
        let mut one = Some((weight, feature)).filter(|_| weight > 0);
        for reason in &mut self.reasons {
            if one.map_or(0, |(weight, _)| weight) > reason.map_or(0, |(weight, _)| weight) {
                std::mem::swap(reason, &mut one);
            }
        }
    }

    /// How sure it makes us; `None` where it is more likely no secret.
    pub(in crate::structure) fn confidence(&self) -> Option<Confidence> {
        let confidence = match self.odds {
            odds if odds >= HIGH => Confidence::High,
            odds if odds >= MEDIUM => Confidence::Medium,
            odds if odds >= LOW => Confidence::Low,
            _ => return None,
        };
        Some(confidence.min(self.most))
    }

    /// What counted most, in words: towards it, and against it unless it is sure.
    pub(in crate::structure) fn evidence(&self) -> impl Iterator<Item = &'static str> {
        let doubt = self.doubt.filter(|_| self.odds < HIGH);
        self.reasons.into_iter().chain([doubt]).flatten().map(|(_, feature)| feature.says())
    }
}

/// What can be seen of a candidate, for training.
pub(in crate::structure) fn features_of(candidate: &Candidate<'_>) -> Vec<Feature> {
    let mut features = Vec::new();
    see::features(candidate, &mut |feature| features.push(feature));
    features
}

fn column(promise: Promise) -> usize {
    match promise {
        Promise::Password => 0,
        Promise::Key => 1,
        Promise::Weak => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_row_of_weights_for_each_feature() {
        assert_eq!(WEIGHTS.len(), Feature::ALL.len());
    }
}
