//! Tokens of chat bots that begin with the bot's id.

use tightlip_model::Proof;

use super::{Entry, Now, Proven, Test, Verdict, radix, text, time};

pub(super) const DISCORD: Entry =
    Entry { name: "discord-bot-id", test: Test::Structure(check_discord) };
pub(super) const TELEGRAM: Entry =
    Entry { name: "telegram-bot-id", test: Test::Structure(check_telegram) };

/// The first moment a Discord id can hold, in milliseconds since 1970.
const DISCORD_EPOCH: u64 = 1_420_070_400_000;
/// Clocks differ: an id of the near future is still believed.
const TOLERANCE: i64 = 86_400;

/// The first part is base64 of the bot's id in decimal, whose upper bits are a time.
fn check_discord(token: &[u8], now: Now) -> Proven {
    let first = token.split(|&byte| byte == b'.').next().unwrap_or_default();
    let id = radix::base64(first).and_then(|bytes| number(&bytes).map(|id| (bytes, id)));
    let Some((digits, id)) = id else {
        return Proven::unsure("its first part does not decode to the id of a bot");
    };
    let created = i64::try_from(((id >> 22) + DISCORD_EPOCH) / 1000).unwrap_or(i64::MAX);
    if created > now.seconds.saturating_add(TOLERANCE) {
        return Proven::unsure("the bot it names was made in the future");
    }
    Proven::parsed()
        .fact("bot_id", text::printable(&digits).unwrap_or_default())
        .fact("bot_created_at", time::iso(created).unwrap_or_default())
}

fn check_telegram(token: &[u8], _: Now) -> Proven {
    let id = token.split(|&byte| byte == b':').next().unwrap_or_default();
    match number(id) {
        Some(id) => Proven::new(Verdict::Holds(Proof::Form)).fact("bot_id", id.to_string()),
        None => Proven::unsure("it does not begin with the id of a bot"),
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    #[test]
    fn a_discord_token_names_the_bot_and_its_birthday() {
        // The id of Discord's own documentation of snowflakes.
        let mut token = radix::encode(b"175928847299117063", radix::URL_SAFE);
        token.extend_from_slice(b".G00000.");
        token.extend_from_slice(&[b'x'; 38]);
        let facts = ["bot_id=175928847299117063", "bot_created_at=2016-04-30T11:18:25Z"];
        assert_eq!(vectors::facts("discord-bot-id", &token), facts);
        vectors::survive("discord-bot-id", &token);
    }

    #[test]
    fn a_first_part_that_is_no_id_is_in_doubt() {
        let future = radix::encode(b"9999999999999999999", radix::URL_SAFE);
        for first in [&b"TVRJ"[..], b"", b"!!!!", &future] {
            let verdict = vectors::verdict("discord-bot-id", &[first, b".a.b"].concat());
            assert!(matches!(verdict, Verdict::Unsure(_)), "{first:?}");
        }
    }

    #[test]
    fn a_telegram_token_names_the_bot() {
        let token = format!("123456789:AA{}", "x".repeat(33));
        assert_eq!(vectors::facts("telegram-bot-id", token.as_bytes()), ["bot_id=123456789"]);
        vectors::survive("telegram-bot-id", token.as_bytes());
        let verdict = vectors::verdict("telegram-bot-id", b"abc:AA");
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }
}
