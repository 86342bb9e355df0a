//! Slack tokens and hook addresses: the workspace and the user or app stand in clear.

use tightlip_model::Proof;

use super::{Entry, Now, Proven, Test, Verdict, radix, text};

pub(super) const TEAM: Entry = Entry { name: "slack-team", test: Test::Structure(check) };

fn check(token: &[u8], _: Now) -> Proven {
    let form = Proven::new(Verdict::Holds(Proof::Form));
    let mut parts =
        token.split(|&byte| byte == b'-').map(text::printable).map(Option::unwrap_or_default);
    let mut next = || parts.next().unwrap_or_default();
    match next().as_str() {
        "xoxb" => form.fact("team", digits(next())).fact("bot_id", digits(next())),
        "xoxp" | "xoxa" | "xoxr" | "xoxo" | "xoxs" | "xoxc" => {
            form.fact("team", digits(next())).fact("account", digits(next()))
        }
        "xapp" => {
            next();
            form.fact("app_id", next())
        }
        "xoxe.xoxb" | "xoxe.xoxp" | "xoxe" => rotated(token),
        _ => hook(token).unwrap_or(form),
    }
}

/// `part`, when it is a number.
fn digits(part: String) -> String {
    if part.bytes().all(|byte| byte.is_ascii_digit()) { part } else { String::new() }
}

/// A rotated token ends in base64 of `<v>-<v>-<team>-<user>-…`.
fn rotated(token: &[u8]) -> Proven {
    let tail = token.splitn(3, |&byte| byte == b'-').nth(2);
    let decoded = tail.and_then(radix::base64).and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.unwrap_or_default();
    let mut ids = decoded.split('-').skip(2).map(str::to_owned).map(digits);
    match (ids.next(), ids.next()) {
        (Some(team), Some(user)) if !team.is_empty() && !user.is_empty() => {
            Proven::parsed().fact("team", team).fact("account", user)
        }
        _ => Proven::unsure("its tail does not decode to a team and a user"),
    }
}

/// The workspace and the installation in the path of a hook's address.
fn hook(token: &[u8]) -> Option<Proven> {
    let mark = b"/services/";
    let path = token.get(text::find(token, mark)?.checked_add(mark.len())?..)?;
    let mut parts = path.split(|&byte| byte == b'/');
    let (team, app) = (text::printable(parts.next()?)?, text::printable(parts.next()?)?);
    Some(Proven::new(Verdict::Holds(Proof::Form)).fact("team", team).fact("app_id", app))
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    fn guard(token: &str, facts: &[&str]) {
        assert_eq!(vectors::facts("slack-team", token.as_bytes()), facts);
        vectors::survive("slack-team", token.as_bytes());
    }

    #[test]
    fn each_kind_names_its_team_or_app() {
        let tail = "x".repeat(24);
        guard(
            &format!("{}-123456789012-234567890123-{tail}", "xoxb"),
            &["team=123456789012", "bot_id=234567890123"],
        );
        guard(
            &format!("{}-1234567890-2345678901-3-{tail}", "xoxp"),
            &["team=1234567890", "account=2345678901"],
        );
        guard(&format!("{}-1-A0123456789-1-{tail}", "xapp"), &["app_id=A0123456789"]);
        let hook = format!("https://{}.slack.com/services/T0123/B0456/{tail}", "hooks");
        guard(&hook, &["team=T0123", "app_id=B0456"]);
    }

    #[test]
    fn a_rotated_token_decodes() {
        let tail = radix::encode(b"2-2-123-456-789-0a0b0c", radix::STANDARD);
        let tail = String::from_utf8(tail).expect("ASCII");
        guard(&format!("{}.xoxb-1-{tail}", "xoxe"), &["team=123", "account=456"]);
        let garbled = format!("{}.xoxb-1-{}", "xoxe", "A".repeat(40));
        let verdict = vectors::verdict("slack-team", garbled.as_bytes());
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }
}
