//! Three repositories with a scripted past that ends now: who did what how many days ago.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::world::{World, token};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// People of the past.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// Committed yesterday.
    Ann,
    /// Committed 40 days ago for the last time.
    Bob,
    /// Has been gone for 200 days.
    Cas,
}

impl Who {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ann => "Ann",
            Self::Bob => "Bob",
            Self::Cas => "Cas",
        }
    }

    pub(crate) fn email(self) -> String {
        format!("{}@example.invalid", self.name().to_lowercase())
    }

    pub(crate) fn person(self) -> String {
        format!("{} <{}>", self.name(), self.email())
    }
}

/// Three repositories with a past that ends now.
pub(crate) struct Past {
    pub(crate) world: World,
    pub(crate) now: i64,
    pub(crate) planted: Vec<String>,
}

impl Past {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let past = Self { world: World::new(), now: now.try_into().unwrap(), planted: Vec::new() };
        for repository in ["alpha", "beta", "gamma"] {
            past.world.write(&format!("{repository}/README"), "fine\n");
            past.git(repository, &["init", "-q", "-b", "main"], Who::Ann, 900);
            past.commit(repository, Who::Ann, 900);
        }
        past
    }

    /// Half a day before `days` ago, so that whole days do not depend on the hour of the test.
    pub(crate) fn time(&self, days: i64) -> i64 {
        self.now - days * DAY - DAY / 2
    }

    pub(crate) fn git(&self, repository: &str, args: &[&str], who: Who, days: i64) -> String {
        let date = format!("{} +0000", self.time(days));
        let output = Command::new("git")
            .args(["-c", "commit.gpgsign=false", "-c", "gc.auto=0"])
            .args(args)
            .current_dir(self.world.join(repository))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", who.name())
            .env("GIT_AUTHOR_EMAIL", who.email())
            .env("GIT_COMMITTER_NAME", who.name())
            .env("GIT_COMMITTER_EMAIL", who.email())
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git is installed");
        assert!(output.status.success(), "git {args:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn commit(&self, repository: &str, who: Who, days: i64) -> String {
        self.git(repository, &["add", "-A", "-f"], who, days);
        self.git(repository, &["commit", "-q", "--allow-empty", "-m", "work"], who, days);
        self.git(repository, &["rev-parse", "HEAD"], who, days)
    }

    /// Writes a file and commits it.
    pub(crate) fn put(&self, path: &str, text: &str, who: Who, days: i64) -> String {
        self.world.write(path, text);
        self.commit(path.split('/').next().unwrap(), who, days)
    }

    pub(crate) fn secret(&mut self) -> String {
        let secret = token(self.planted.len() as u64 + 4000);
        self.planted.push(secret.clone());
        secret
    }

    /// The identities by the secret that they show the head of and that `names` tells apart.
    pub(crate) fn inventory(&self, args: &[&str]) -> (i32, Value) {
        let all = [&["inventory"], args, &["--format", "json"]].concat();
        let run = self.world.run(&all);
        (run.code, run.json())
    }
}

/// A signed token with these claims; its signature is made up.
pub(crate) fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"alg": "HS256", "typ": "JWT"}));
    format!("{head}.{}.{}", part(claims), URL_SAFE_NO_PAD.encode([7_u8; 32]))
}

/// A point in time as reports write it.
pub(crate) fn date(seconds: i64) -> String {
    tightlip_model::Timestamp(seconds).to_string()
}
