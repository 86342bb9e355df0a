//! What reports must never hold, whatever the input: a secret, or what a terminal or a build service
//! would obey.

use crate::world::{World, token};

const FORMATS: [&str; 11] = [
    "human",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "codequality",
    "junit",
    "csv",
    "markdown",
    "html",
];

/// What stands between secrets and in names: escapes, marks that turn text round, commands to build
/// services, formulas, markup.
const HOSTILE: [&str; 14] = [
    "\x1b[2J\x1b]0;title\x07",
    "\u{202e}gnp.exe\u{2066}",
    "\n::error file=a::b\n",
    "\r\n::add-mask::x ",
    "=cmd|' /C calc'!A0",
    "\"><script>alert(1)</script>",
    "](http://x.test) ![a](b) | `c` ",
    "\u{9b}31m\u{85}\u{2028}",
    "\x08\x7f\0",
    "##vso[task.setvariable]x",
    "\u{feff}\u{200b}\u{ad}",
    "%0A%0D::warning::",
    " \t ",
    "token = ",
];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn hostile(&mut self) -> &'static str {
        HOSTILE[self.roll(HOSTILE.len())]
    }
}

/// A text with several secrets on its lines, and a name that may hold one.
fn file(dice: &mut Dice, secrets: &mut Vec<String>) -> (String, String) {
    let mut text = String::new();
    for _ in 0..2 + dice.roll(5) {
        let secret = token(u64::try_from(dice.roll(1 << 30)).unwrap());
        text += &format!("{}{secret}{}{secret} ", dice.hostile(), dice.hostile());
        secrets.push(secret);
    }
    let in_name = if dice.roll(3) == 0 { secrets[secrets.len() - 1].as_str() } else { "plain" };
    let odd = dice.hostile().replace(['/', '\0'], "");
    (format!("{odd}{in_name}{}.env", dice.roll(1000)), text)
}

/// Whether a terminal would do something else with it than show it.
fn steers(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns
        || matches!(character, '\u{200e}' | '\u{200f}')
        || character.is_control() && character != '\n'
}

#[test]
fn no_format_holds_a_secret_or_steers_whoever_reads_it() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4 {
        let world = World::new();
        let mut secrets = Vec::new();
        for _ in 0..6 {
            let (name, text) = file(&mut dice, &mut secrets);
            world.write(&name, text);
        }
        for format in FORMATS {
            for verbosity in [&[][..], &["--verbose", "--rule-stats"]] {
                let args = [&["scan", "--format", format, "--color", "never"], verbosity].concat();
                let run = world.run(&args);
                assert_eq!(run.code, 1, "{format}: {}", run.stderr);
                for said in [&run.stdout, &run.stderr] {
                    let leaked = secrets.iter().find(|secret| said.contains(secret.as_str()));
                    assert_eq!(leaked, None, "{format}: {said:?}");
                }
                assert_eq!(run.stderr.chars().find(|c| steers(*c)), None, "{:?}", run.stderr);
                assert!(run.stderr.lines().all(|line| !starts_a_command(line)), "{:?}", run.stderr);
                harmless(format, &run.stdout);
            }
        }
    }
}

fn starts_a_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.trim_start().starts_with("##vso[")
}

/// What each format must not let through.
fn harmless(format: &str, text: &str) {
    match format {
        "human" => {
            assert_eq!(text.chars().find(|c| steers(*c)), None, "{text:?}");
            assert!(text.lines().all(|line| !starts_a_command(line)), "{text:?}");
        }
        "github" => {
            let ours = ["::error ", "::warning ", "::notice "];
            let is_ours = |line: &&str| ours.iter().any(|start| line.starts_with(start));
            let others = text.lines().filter(|line| !is_ours(line));
            assert!(others.clone().all(|line| !starts_a_command(line)), "{text:?}");
            assert_eq!(text.chars().find(|c| steers(*c)), None, "{text:?}");
        }
        "html" => assert!(!text.contains("<script>alert"), "{text}"),
        "markdown" => {
            assert!(!text.contains("](http://x.test)") && !text.contains("<script>alert"))
        }
        "csv" => assert!(!text.contains(",\"=") && !text.contains(",=") && !text.contains("\n=")),
        "junit" => assert!(!text.contains("<script>alert"), "{text}"),
        "jsonl" => {
            let whole = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
            assert!(text.lines().all(whole), "{text}");
        }
        _ => assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{format}: {text}"),
    }
}
