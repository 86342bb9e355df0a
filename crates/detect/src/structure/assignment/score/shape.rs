//! What a value looks like by itself.

use super::features::Feature;
use super::grams;
use super::see::{MADE, is_one_of};
use crate::structure::assignment::name;
use crate::{entropy, filter};

/// How many characters of each kind a value has.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    lower: usize,
    upper: usize,
    digit: usize,
    blank: usize,
    sign: usize,
    wide: usize,
    /// Characters beyond hexadecimal digits.
    beyond_hex: usize,
    /// Signs beyond those of Base64.
    beyond_base64: usize,
    /// Signs beyond those that join words.
    beyond_joints: usize,
    /// Switches between letters, digits and signs.
    switches: usize,
    /// Switches from lower to upper case.
    humps: usize,
}

impl Counts {
    fn of(value: &[u8]) -> Self {
        let mut counts = Self::default();
        for byte in value {
            match byte {
                b'a'..=b'z' => counts.lower += 1,
                b'A'..=b'Z' => counts.upper += 1,
                b'0'..=b'9' => counts.digit += 1,
                b' ' => counts.blank += 1,
                0x80.. => counts.wide += 1,
                _ => counts.sign += 1,
            }
            let is_alnum = byte.is_ascii_alphanumeric();
            counts.beyond_hex += usize::from(!byte.is_ascii_hexdigit());
            counts.beyond_base64 += usize::from(!is_alnum && !b"+/=-_".contains(byte));
            counts.beyond_joints += usize::from(!is_alnum && !b"-_. /:".contains(byte));
        }
        for pair in value.windows(2) {
            counts.switches += usize::from(kind(pair[0]) != kind(pair[1]));
            counts.humps +=
                usize::from(pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        }
        counts
    }
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => 0,
        b'0'..=b'9' => 1,
        _ => 2,
    }
}

/// Tells `see` what the value shows by itself.
pub(super) fn features(value: &[u8], see: &mut impl FnMut(Feature)) {
    let counts = Counts::of(value);
    see(shape(value, &counts));
    see(length(value.len()));
    see(letters(value));
    see(variety(value));
    let switches = 10 * counts.switches / value.len().max(1);
    see(match switches {
        0 => Feature::SwitchesNone,
        1 | 2 => Feature::SwitchesFew,
        _ => Feature::SwitchesMany,
    });
    patterns(value, &counts, see);
    words(value, see);
}

fn shape(value: &[u8], counts: &Counts) -> Feature {
    let letters = counts.lower + counts.upper;
    let is_first_upper = value.first().is_some_and(u8::is_ascii_uppercase);
    if letters == 0 && counts.digit == value.len() {
        return Feature::ShapeDigits;
    }
    if is_uuid(value) {
        return Feature::ShapeUuid;
    }
    if counts.beyond_hex == 0 && counts.digit > 0 && value.len() >= 16 {
        return Feature::ShapeHex;
    }
    if counts.blank > 0 {
        return Feature::ShapePhrase;
    }
    if counts.sign == 0 && counts.digit == 0 {
        return match (counts.lower, counts.upper) {
            (_, 0) => Feature::ShapeLower,
            (0, _) => Feature::ShapeUpper,
            (_, 1) if is_first_upper => Feature::ShapeTitle,
            _ => Feature::ShapeCamel,
        };
    }
    if counts.digit <= 1 && counts.beyond_joints == 0 && counts.sign > 0 {
        return joined(value, counts);
    }
    if counts.sign == 0 {
        return alnum(value, counts);
    }
    if counts.beyond_base64 == 0 && value.len() >= 16 && counts.digit > 0 {
        return Feature::ShapeBase64;
    }
    match (letters > 0, counts.digit > 0) {
        (true, true) => Feature::ShapeStrong,
        (true, false) => Feature::ShapeSigned,
        _ => Feature::ShapeOther,
    }
}

fn joined(value: &[u8], counts: &Counts) -> Feature {
    if counts.lower == 0 && value.contains(&b'_') {
        Feature::ShapeScreaming
    } else if value.contains(&b'.') {
        Feature::ShapeDotted
    } else {
        Feature::ShapeJoined
    }
}

fn alnum(value: &[u8], counts: &Counts) -> Feature {
    let digits = value.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == counts.digit && digits <= 4 && counts.humps <= value.len() / 6 {
        Feature::ShapeWordDigits
    } else if value.len() >= 16 && counts.upper > 0 && counts.lower > 0 {
        Feature::ShapeBase64
    } else if counts.upper == 0 || counts.lower == 0 {
        Feature::ShapeLowerAlnum
    } else {
        Feature::ShapeAlnum
    }
}

fn is_uuid(value: &[u8]) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let is_right = |(at, byte): (usize, &u8)| {
        if is_dash(at) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    value.len() == 36 && value.iter().enumerate().all(is_right)
}

fn length(length: usize) -> Feature {
    match length {
        ..=4 => Feature::Length4,
        5..=6 => Feature::Length6,
        7..=8 => Feature::Length8,
        9..=11 => Feature::Length11,
        12..=15 => Feature::Length15,
        16..=23 => Feature::Length23,
        24..=39 => Feature::Length39,
        40..=63 => Feature::Length63,
        _ => Feature::LengthMore,
    }
}

/// How the letters of the value follow each other, against those of words.
fn letters(value: &[u8]) -> Feature {
    let Some(bits) = grams::surprise(value) else { return Feature::LettersFew };
    match bits {
        ..48 => Feature::LettersWord,
        48..60 => Feature::LettersLikely,
        60..72 => Feature::LettersOdd,
        72..88 => Feature::LettersRandom,
        _ => Feature::LettersNoise,
    }
}

/// How varied a value is, as a share of what random characters of its length would be.
fn variety(value: &[u8]) -> Feature {
    let most = (value.len().min(64) as f32).log2().max(1.0);
    match entropy::bits_per_byte(value) / most {
        share if share < 0.7 => Feature::VariedLittle,
        share if share < 0.87 => Feature::VariedSome,
        _ => Feature::VariedMuch,
    }
}

fn patterns(value: &[u8], counts: &Counts, see: &mut impl FnMut(Feature)) {
    let letters = counts.lower + counts.upper;
    let mut when = |is: bool, feature: Feature| {
        if is {
            see(feature);
        }
    };
    when(has_year(value), Feature::HasYear);
    when(letters > 0 && value.last().is_some_and(u8::is_ascii_digit), Feature::EndsDigits);
    let is_sign = |byte: &u8| b"!?@#$%&*+.".contains(byte);
    when(letters > 0 && value.last().is_some_and(is_sign), Feature::EndsSign);
    when(is_leet(value), Feature::Leet);
    when(filter::is_keyboard_walk(value), Feature::Keyboard);
    when(filter::longest_count(value) >= 4, Feature::Counts);
    when(filter::longest_repeat(value) >= 3, Feature::Repeats);
    let is_hash = counts.beyond_hex == 0 && matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128);
    when(is_hash, Feature::HashLength);
    when(value.len() >= 8 && value.ends_with(b"="), Feature::Padded);
    when(value.contains(&b'/'), Feature::HasSlash);
    when(value.contains(&b'.'), Feature::HasDot);
    when(value.contains(&b':'), Feature::HasColon);
    when(counts.blank > 0, Feature::HasBlank);
    when(counts.wide > 0, Feature::NotAscii);
}

/// Whether a year of our time stands in a value, alone among its digits.
fn has_year(value: &[u8]) -> bool {
    let is_run = |digits: &&[u8]| digits.len() == 4;
    let mut runs = value.split(|byte| !byte.is_ascii_digit()).filter(is_run);
    runs.any(|year| year.starts_with(b"19") || year.starts_with(b"20")) && value.len() > 4
}

/// Whether single digits or signs stand between letters, as in `p4ssw0rd`.
fn is_leet(value: &[u8]) -> bool {
    let is_stand_in = |three: &[u8]| {
        three[0].is_ascii_lowercase()
            && matches!(three[1], b'0' | b'1' | b'3' | b'4' | b'5' | b'7' | b'@' | b'$')
            && three[2].is_ascii_lowercase()
    };
    value.len() <= 24 && value.windows(3).any(is_stand_in)
}

/// Words that name a secret.
const SECRETS: [&[u8]; 10] = [
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"key",
    b"passphrase",
    b"auth",
    b"credential",
];
/// Words that name who has one.
const OWNERS: [&[u8]; 10] = [
    b"user",
    b"username",
    b"login",
    b"client",
    b"access",
    b"name",
    b"app",
    b"id",
    b"account",
    b"value",
];
/// Words for a password in other languages, which translations put in its place.
const ABROAD: [&[u8]; 34] = [
    b"passwort",
    b"kennwort",
    b"contrasena",
    b"contrasenya",
    b"clave",
    b"senha",
    b"parola",
    b"heslo",
    b"haslo",
    b"geslo",
    b"lozinka",
    b"zaporka",
    b"wachtwoord",
    b"losenord",
    b"adgangskode",
    b"kodeord",
    b"salasana",
    b"passord",
    b"parole",
    b"parool",
    b"slaptazodis",
    b"jelszo",
    b"sifre",
    b"parol",
    b"katasandi",
    b"cyfrinair",
    b"pasahitza",
    b"palavra-passe",
    b"mot de passe",
    b"motdepasse",
    b"mima",
    b"pasvorto",
    b"fjalekalim",
    b"lykilord",
];
/// Words that say of what type a value is, or that there is none.
const TYPES: [&[u8]; 30] = [
    b"str",
    b"char",
    b"text",
    b"bool",
    b"boolean",
    b"int",
    b"integer",
    b"number",
    b"object",
    b"required",
    b"optional",
    b"hidden",
    b"enabled",
    b"disabled",
    b"varchar",
    b"bytes",
    b"any",
    b"never",
    b"prompt",
    b"unset",
    b"function",
    b"callable",
    b"bearer",
    b"basic",
    b"oauth2",
    b"plain",
    b"literal",
    b"raw",
    b"cancel",
    b"confirmation",
];

fn words(value: &[u8], see: &mut impl FnMut(Feature)) {
    let holds = |list: &[&[u8]]| list.iter().any(|word| name::holds(value, word));
    let has = |list: &[&[u8]]| name::words(value).any(|word| is_one_of(word, list));
    let mut when = |is: bool, feature: Feature| {
        if is {
            see(feature);
        }
    };
    when(value.len() < 40 && holds(&SECRETS), Feature::SaysSecret);
    when(
        value.len() < 40 && (has(&MADE) || holds(&[b"test", b"fake", b"dummy", b"invalid"])),
        Feature::SaysMade,
    );
    when(has(&OWNERS), Feature::SaysWho);
    when(is_one_of(value, &ABROAD), Feature::WordForPassword);
    when(is_one_of(value, &TYPES), Feature::IsType);
    when(crate::structure::value::is_guessable(value), Feature::Common);
}
