//! What is found and what is not, by the form of the rule and by what stands around a token.

use crate::support::{Dice, found, matches, rules, scanner};
use tightlip_detect::{Scanner, ScannerError, Scratch};
use tightlip_model::{Confidence, Proof};

fn one(rule: &str, secret: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), secret.to_owned())]
}

#[test]
fn a_token_is_found_whatever_stands_around_it() {
    let (scanner, token) = (scanner(), Dice::new(1).token());
    for text in [
        token.clone(),
        format!("key = \"{token}\""),
        format!("key_{token}-x"),
        format!("a\\n{token}\\n"),
        format!("\\u0022{token}\\u0022"),
        format!("?a%3D{token}%26b"),
        format!("a\r{token}\rb"),
        format!("<a>{token}</a>"),
        format!("caf\u{e9}{token}\u{e9}"),
        format!("\0{token}\0"),
        format!("({token}, {token}x)"),
    ] {
        assert_eq!(found(&scanner, &text), one("acme-token", &token), "{text}");
    }
    let latin = [b"\xe9\xff", token.as_bytes(), b"\xc3("].concat();
    assert_eq!(found(&scanner, latin), one("acme-token", &token));
}

#[test]
fn a_piece_of_a_longer_word_is_no_token() {
    let (scanner, token) = (scanner(), Dice::new(2).token());
    for text in [format!("x{token}"), format!("{token}x"), format!("{token}9")] {
        assert_eq!(found(&scanner, &text), [], "{text}");
    }
}

#[test]
fn a_refused_match_does_not_hide_the_next() {
    let mut dice = Dice::new(3);
    let (key, open) = (format!("{}-acm1", dice.hex(32)), dice.alphanumeric(30));
    let text = format!("0{key} {key}");
    assert_eq!(found(&scanner(), &text), one("acme-region-key", &key));
    let text = format!("xacmo-acmo-{open}");
    let secret = format!("acmo-{open}");
    assert_eq!(found(&scanner(), &text), one("acme-open-token", &secret));
}

#[test]
fn the_secret_group_is_the_secret_and_other_groups_are_facts() {
    let secret = Dice::new(4).alphanumeric(24);
    let text = format!("url: https://acme.test/blue/{secret}?x=1");
    let all = matches(&scanner(), text.as_bytes());
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].secret.reveal(), secret.as_bytes());
    assert_eq!(all[0].span.of(text.as_bytes()), secret.as_bytes());
    assert_eq!(all[0].decoded, [("account".to_owned(), "blue".to_owned())]);
    assert_eq!(all[0].proof, Proof::Form);
}

#[test]
fn a_weak_form_needs_its_word_on_the_same_or_one_of_the_two_lines_before() {
    let (scanner, token) = (scanner(), format!("zq-{}", Dice::new(5).alphanumeric(20)));
    let hit = one("acme-near", &token);
    assert_eq!(found(&scanner, format!("AcmeZone: {token}")), hit);
    assert_eq!(found(&scanner, format!("acmezone:\n\n  {token}")), hit);
    assert_eq!(found(&scanner, format!("acmezone\n\n\n{token}")), []);
    assert_eq!(found(&scanner, format!("acmezone{}{token}", " ".repeat(60))), []);
    assert_eq!(found(&scanner, format!("{token} acmezone")), []);
}

#[test]
fn a_value_needs_its_word_before_it() {
    let (scanner, key) = (scanner(), Dice::new(6).hex(32));
    for text in [
        format!("ACMECLOUD_API_KEY={key}"),
        format!("acmecloud:\n  key: \"{key}\""),
        format!("myAcmecloudKey = '{key}';"),
        format!("--acmecloud-key {key}"),
        format!("<acmecloud>{key}</acmecloud>"),
        format!("os.getenv(\"ACMECLOUD_KEY\", \"{key}\")"),
    ] {
        assert_eq!(found(&scanner, &text), one("acme-word", &key), "{text}");
    }
    for text in [
        key.clone(),
        format!("{key} = acmecloud"),
        format!("xacmecloud = {key}"),
        format!("acmecloud\n\n{key}"),
        format!("acmecloud = x{key}"),
        format!("acmecloud = {key}0"),
        format!("acmecloud = /{key}"),
        format!("acmecloud was released as {key}"),
        format!("acmecloud = {}", "0".repeat(32)),
    ] {
        assert_eq!(found(&scanner, &text), [], "{text}");
    }
}

#[test]
fn a_key_word_is_wanted_between_word_and_value() {
    let (scanner, key) = (scanner(), Dice::new(7).alphanumeric(24));
    assert_eq!(found(&scanner, format!("ACMEPAY_SECRET={key}")), one("acme-word-secret", &key));
    assert_eq!(found(&scanner, format!("ACMEPAY_ID={key}")), []);
}

#[test]
fn check_digits_decide() {
    let (scanner, token) = (scanner(), Dice::new(8).github());
    let all = matches(&scanner, token.as_bytes());
    assert_eq!((all[0].proof, all[0].confidence), (Proof::Checksum, Confidence::High));
    let swapped = token.replace(&token[10..12], &format!("{}{}", &token[11..12], &token[10..11]));
    assert_eq!(found(&scanner, if swapped == token { String::new() } else { swapped }), []);
}

#[test]
fn stand_ins_are_silent() {
    let scanner = scanner();
    for body in ["x".repeat(30), "0123456789abcdefghijklmnopqrst".to_owned(), "a1".repeat(15)] {
        assert_eq!(found(&scanner, format!("acm_{body}")), [], "{body}");
    }
    let body = format!("{}EXAMPLE", Dice::new(9).alphanumeric(23));
    assert_eq!(found(&scanner, format!("acm_{body}")), []);
}

#[test]
fn parts_of_one_credential_name_each_other() {
    let mut dice = Dice::new(10);
    let (token, key) = (dice.token(), dice.alphanumeric(24));
    let joined = |lines: usize| {
        let text = format!("id: {token}{}acmepay_secret: {key}", "\n".repeat(lines));
        let all = matches(&scanner(), text.as_bytes());
        assert_eq!(all.len(), 2);
        (all[0].companions.first() == Some(&(all[1].rule, all[1].span)))
            && (all[1].companions.first() == Some(&(all[0].rule, all[0].span)))
    };
    assert!(joined(1));
    assert!(joined(10));
    assert!(!joined(11));
}

#[test]
fn each_id_goes_with_the_secret_of_its_own_block() {
    let mut dice = Dice::new(12);
    let pairs: Vec<(String, String)> =
        (0..3).map(|_| (dice.token(), dice.alphanumeric(24))).collect();
    let texts: [fn(&str, &str) -> String; 6] = [
        |id, key| format!("[a]\nid = {id}\nacmepay_secret = {key}\n"),
        |id, key| format!("[a]\nacmepay_secret = {key}\nid = {id}\n"),
        |id, key| format!("- id: {id}\n  acmepay_secret: {key}\n"),
        |id, key| format!("  {{\"acmepay_secret\": \"{key}\", \"id\": \"{id}\"}},\n"),
        |id, key| format!("- name: ID\n  value: {id}\n- name: acmepay_secret\n  value: {key}\n"),
        |id, key| format!("ID={id}\nACMEPAY_SECRET={key}\n"),
    ];
    for written in texts {
        let text: String = pairs.iter().map(|(id, key)| written(id, key)).collect();
        let all = matches(&scanner(), text.as_bytes());
        assert_eq!(all.len(), 6, "{text}");
        for pair in all.chunks(2) {
            assert_eq!(pair[0].companions, [(pair[1].rule, pair[1].span)], "{text}");
            assert_eq!(pair[1].companions, [(pair[0].rule, pair[0].span)], "{text}");
        }
    }
}

#[test]
fn a_block_of_many_lines_is_one_credential_and_an_id_takes_no_secret_of_another() {
    let mut dice = Dice::new(13);
    let (token, other, key) = (dice.token(), dice.token(), dice.alphanumeric(24));
    let rest = "some_setting = 1\n".repeat(30);
    let text = format!("id = {token}\n{rest}acmepay_secret = {key}\n\n\nid = {other}\n");
    let all = matches(&scanner(), text.as_bytes());
    assert_eq!(all[0].companions, [(all[1].rule, all[1].span)]);
    assert_eq!(all[1].companions, [(all[0].rule, all[0].span)]);
    assert_eq!(all[2].companions, []);
}

#[test]
fn a_name_is_believed_where_the_other_part_stands_beside_the_value() {
    let mut dice = Dice::new(14);
    let (token, key) = (dice.token(), dice.alphanumeric(24));
    let alone = matches(&scanner(), format!("acmepay_secret = {key}").as_bytes());
    assert_eq!(alone[0].confidence, Confidence::Medium);
    let text = format!("id = {token}\nacmepay_secret = {key}");
    let beside = matches(&scanner(), text.as_bytes());
    assert_eq!(beside[1].confidence, Confidence::High);
}

#[test]
fn an_unknown_proof_or_structure_is_an_error_that_names_the_rule() {
    let rule = |last: &str| {
        format!(
            "provider: A\nrules:\n  - id: a-b\n    name: b\n    kind: api-key\n    revoke: Delete it\n    {last}\n"
        )
    };
    let error = Scanner::new(rules(&rule("anchors: [abcdef]\n    structure: no-such")));
    assert!(matches!(error, Err(ScannerError::UnknownStructure { rule, .. }) if rule == "a-b"));
    let text = rule("anchors: [abcdef]\n    pattern: 'abcdef[0-9]{9}'\n    proof: no-such");
    assert!(matches!(Scanner::new(rules(&text)), Err(ScannerError::UnknownProof { .. })));
}

#[test]
fn the_same_text_gives_the_same_matches_with_a_used_scratch() {
    let (scanner, mut dice) = (scanner(), Dice::new(11));
    let text = format!("{} {}\n{}", dice.token(), dice.github(), dice.private_key());
    let mut scratch = tightlip_detect::Scratch::new();
    let spans = |scratch: &mut tightlip_detect::Scratch| {
        let mut out = Vec::new();
        scanner.scan(text.as_bytes(), (0..text.len()).into(), scratch, &mut out);
        out.iter().map(|one| (one.rule, one.span)).collect::<Vec<_>>()
    };
    let first = spans(&mut scratch);
    assert_eq!(first.len(), 3);
    assert_eq!(spans(&mut scratch), first);
}

#[test]
fn what_each_rule_costs_adds_up_and_is_counted_only_when_asked_for() {
    let (scanner, mut dice) = (scanner(), Dice::new(12));
    let key = format!("{}-acm1", dice.hex(32));
    let text = format!("{} acm_ {} zq-\nacmecloud = {key}", dice.token(), dice.token());
    let mut counting = Scratch::counting(&scanner);
    let mut plain = Scratch::new();
    for scratch in [&mut counting, &mut plain] {
        scanner.scan(text.as_bytes(), (0..text.len()).into(), scratch, &mut Vec::new());
    }
    let rules = scanner.rules().iter().map(tightlip_rules::Rule::id);
    let of = |id: &str| rules.clone().zip(counting.rule_work()).find(|(rule, _)| *rule == id);
    let (_, token) = of("acme-token").expect("it is one of the rules");
    assert_eq!((token.hits, token.windows, token.matches), (3, 2, 2));
    let (_, window) = of("acme-region-key").expect("it is one of the rules");
    assert_eq!((window.hits, window.matches), (1, 1));
    let all = counting.rule_work().iter();
    assert_eq!(all.clone().map(|rule| rule.hits).sum::<u64>(), counting.work().hits);
    assert_eq!(all.map(|rule| rule.windows).sum::<u64>(), counting.work().searches);
    assert_eq!(counting.work(), plain.work());
    assert!(plain.rule_work().is_empty());
}
