//! The inventory of an estate: forty identities of three repositories, whose truth is written down
//! while their past is made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::past::{DAY, Past, Who, jwt};
use crate::world::token;

/// What was done to one identity, and what the inventory must say of it.
struct Known {
    /// Repository and path of its first place.
    place: String,
    since: Moment,
    until: Option<Moment>,
    secret: String,
    /// What differs from an API key of GitHub that nobody owns but its author.
    truth: Map<String, Value>,
}

/// A commit, by whom, and how many days ago.
#[derive(Clone)]
struct Moment {
    id: String,
    who: Who,
    days: i64,
    summary: &'static str,
}

impl Moment {
    fn new(id: String, (who, days): (Who, i64)) -> Self {
        Self { id, who, days, summary: "work" }
    }
}

/// The three repositories with the book that is kept of them.
struct Estate {
    past: Past,
    known: Vec<Known>,
}

impl Estate {
    /// Writes `line`, in which `%` stands for the secret, into a new file and commits it.
    fn plant(
        &mut self,
        place: &str,
        (who, days): (Who, i64),
        line: &str,
        secret: &str,
        truth: Value,
    ) {
        let id = self.past.put(place, &line.replace('%', secret), who, days);
        self.note(place, Moment::new(id, (who, days)), secret, truth);
    }

    fn note(&mut self, place: &str, since: Moment, secret: &str, truth: Value) {
        let Value::Object(truth) = truth else { panic!("not an object: {truth}") };
        let (place, secret) = (place.to_owned(), secret.to_owned());
        self.known.push(Known { place, since, until: None, secret, truth });
    }

    /// As [`Self::plant`], with a fresh token of GitHub.
    fn token(&mut self, place: &str, made: (Who, i64), line: &str, truth: Value) -> String {
        let secret = token(7000 + self.known.len() as u64);
        self.plant(place, made, line, &secret, truth);
        secret
    }

    /// Takes the file at `place` away and commits that.
    fn remove(&mut self, place: &str, (who, days): (Who, i64)) {
        self.past.world.remove(place);
        let repository = place.split('/').next().unwrap();
        let id = self.past.commit(repository, who, days);
        self.ended(place, &Moment::new(id, (who, days)));
    }

    /// Notes that the newest identity at `place` ended.
    fn ended(&mut self, place: &str, until: &Moment) {
        let open = |known: &&mut Known| known.place == place && known.until.is_none();
        self.known.iter_mut().rev().find(open).unwrap().until = Some(until.clone());
    }

    /// Puts a fresh token in the place of the one that stands in the file.
    fn rotate(&mut self, place: &str, made: (Who, i64), line: &str, truth: Value) {
        let index = self.known.len();
        self.token(place, made, line, truth);
        let now = self.known[index].since.clone();
        let earlier = |known: &&mut Known| known.place == place && known.until.is_none();
        self.known[..index].iter_mut().rev().find(earlier).unwrap().until = Some(now);
    }

    /// Every field that follows from what was done.
    fn truth(&self, known: &Known) -> Map<String, Value> {
        let (repository, path) = known.place.split_once('/').unwrap();
        let refs: &[&str] = match (repository, known.since.days) {
            ("alpha", 207..) => &["main", "topic"],
            ("beta", 226..) => &["main", "tags/v1"],
            ("gamma", 230..) => &["main", "side", "stash"],
            _ => &["main"],
        };
        let date = |moment: &Moment| crate::past::date(self.past.time(moment.days));
        let commit = |moment: &Moment| {
            json!({"id": moment.id, "author": moment.who.name(), "email": moment.who.email(),
                   "date": date(moment), "summary": moment.summary})
        };
        let since = &known.since;
        let end = known.until.as_ref().map_or(0, |until| until.days);
        let mut truth = json!({
            "family": "api-key", "provider": "GitHub", "environment": "unknown",
            "proof": "checksum", "confidence": "high", "principal": null, "companions": [],
            "first_seen": commit(since), "removed": known.until.as_ref().map(commit),
            "at_head": known.until.is_none(), "refs": refs, "occurrences": 1,
            "exposure_days": since.days - end, "age_days": since.days, "issued_at": null,
            "expiry": {"state": "never"}, "rotations": [], "services": [], "agents": [],
            "owner.name": since.who.person(), "owner.source": "author",
            "owner.active": !matches!(since.who, Who::Cas), "accepted": false,
            "reuse": {"files": 1, "repositories": 1, "environments": []},
            "places.0.path": path, "places.0.repository": repository,
        });
        let truth = truth.as_object_mut().unwrap();
        if let Some(environment) = known.truth.get("environment") {
            truth.insert(
                "reuse".to_owned(),
                json!({"files": 1, "repositories": 1, "environments": [environment]}),
            );
        }
        truth.extend(known.truth.clone());
        if truth.contains_key("companions.0.rule") {
            truth.remove("companions");
        }
        std::mem::take(truth)
    }

    /// Compares every field of every identity with what was written down.
    fn check(&self, inventory: &Value) {
        let mut wrong = Vec::new();
        for known in &self.known {
            let Some(identity) = self.of(inventory, known) else {
                wrong.push(format!("{} is missing", known.place));
                continue;
            };
            for (field, expected) in self.truth(known) {
                let actual =
                    field.split('.').fold(identity, |value, part| match part.parse::<usize>() {
                        Ok(index) => &value[index],
                        Err(_) => &value[part],
                    });
                let actual = match &field[..] {
                    "rotations" => json!(actual.as_array().unwrap().len()),
                    _ => actual.clone(),
                };
                let expected =
                    if field == "rotations" && expected == json!([]) { json!(0) } else { expected };
                if actual != expected {
                    wrong.push(format!("{}: {field}: {actual}, not {expected}", known.place));
                }
            }
        }
        let count = inventory["identities"].as_array().unwrap().len();
        if count != self.known.len() {
            let all = inventory["identities"].as_array().unwrap().iter();
            wrong.push(format!("{count} identities, not {}", self.known.len()));
            wrong.extend(all.map(|one| {
                format!(
                    "{} {} {}",
                    one["places"][0]["path"], one["places"][0]["variable"], one["rule"]
                )
            }));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// No format shows a secret, in whole or by its middle half.
    fn assert_nothing_is_shown(&self) {
        for format in ["table", "json", "csv", "markdown", "html", "cyclonedx", "sarif"] {
            let args = ["inventory", "alpha", "beta", "gamma", "--min-confidence", "low"];
            let run =
                self.past.world.run(&[&args[..], &["--format", format, "--verbose"]].concat());
            for known in &self.known {
                let secret = known.secret.trim();
                let middle = &secret[secret.len() / 4..secret.len() * 3 / 4];
                assert!(!run.stdout.contains(middle), "{format} shows what is at {}", known.place);
                assert!(!run.stderr.contains(middle), "messages show what is at {}", known.place);
            }
        }
    }

    fn of<'v>(&self, inventory: &'v Value, known: &Known) -> Option<&'v Value> {
        let (_, path) = known.place.split_once('/').unwrap();
        let all = inventory["identities"].as_array().unwrap();
        all.iter().find(|one| {
            let places = one["places"].as_array().unwrap();
            places.iter().any(|place| {
                place["path"] == path && place["first_seen"]["id"] == known.since.id[..]
            })
        })
    }
}

/// Letters and digits of a made-up key, the same for the same seed.
fn letters(seed: u64, length: usize) -> String {
    let drawn: String =
        (0..=length / 30).map(|at| token(seed * 100 + at as u64)[4..34].to_owned()).collect();
    drawn[..length].to_owned()
}

/// A value of DER: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82][..], &length, content].concat()
}

/// A certificate that holds between these days, counted from now; its key is made up.
fn certificate(past: &Past, from: i64, until: i64) -> String {
    let time = |days: i64| {
        let text = crate::past::date(past.now + days * DAY).replace(['-', ':', 'T'], "");
        der(0x18, text.as_bytes())
    };
    let name = |text: &str| {
        let pair = [der(6, &[0x55, 4, 3]), der(0x0C, text.as_bytes())].concat();
        der(0x30, &der(0x31, &der(0x30, &pair)))
    };
    let fields = [
        der(0xA0, &der(2, &[2])),
        der(2, &[7]),
        der(0x30, &[]),
        name("Estate CA"),
        der(0x30, &[time(from), time(until)].concat()),
        name("robot.example.invalid"),
        der(0x30, &[0x5A; 200]),
    ]
    .concat();
    let whole = der(0x30, &[der(0x30, &fields), der(0x30, &[])].concat());
    pem("CERTIFICATE", &whole)
}

fn pem(label: &str, content: &[u8]) -> String {
    let body = STANDARD.encode(content);
    let lines: Vec<&str> =
        (0..body.len()).step_by(64).map(|at| &body[at..body.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A private key for Ed25519, which is thirty-two bytes of anything.
fn private_key(seed: u64) -> String {
    let head = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20];
    pem(&["PRIVATE", "KEY"].join(" "), &[&head[..], letters(seed, 32).as_bytes()].concat())
}

/// Keys of several providers in the files of services.
fn plant_services(estate: &mut Estate) {
    let owners = "/services/mail/ @acme/mail\n/owned/ bob@example.invalid\n";
    estate.past.put("alpha/.github/CODEOWNERS", owners, Who::Ann, 500);
    estate.token(
        "alpha/services/billing/prod.env",
        (Who::Ann, 400),
        "GITHUB_TOKEN=%\n",
        json!({"environment": "production", "purpose": "github for billing",
               "services": ["billing"]}),
    );
    let stripe = format!("{}_live_{}", "sk", letters(1, 24));
    estate.plant(
        "alpha/services/shop/.env",
        (Who::Ann, 395),
        "STRIPE_SECRET_KEY=%\n",
        &stripe,
        json!({"provider": "Stripe", "environment": "production", "proof": "form",
               "purpose": "stripe for shop", "services": ["shop"]}),
    );
    estate.remove("alpha/services/shop/.env", (Who::Bob, 390));
    let test = format!("{}_test_{}", "sk", letters(2, 24));
    estate.plant(
        "alpha/services/shop/prod.yaml",
        (Who::Ann, 385),
        "stripe_key: %\n",
        &test,
        json!({"provider": "Stripe", "environment": "test", "proof": "form", "services": ["shop"]}),
    );
}

/// Keys with an owner who is named, who left, and a file that was moved.
fn plant_owned(estate: &mut Estate) {
    let mail = format!("SG.{}.{}", letters(3, 22), letters(4, 43));
    estate.plant(
        "alpha/services/mail/.env.staging",
        (Who::Cas, 380),
        "SENDGRID_API_KEY=%\n",
        &mail,
        json!({"provider": "SendGrid", "environment": "staging", "proof": "form",
               "services": ["mail"], "principal": letters(3, 22), "owner.name": "@acme/mail",
               "owner.source": "code-owners", "owner.active": null}),
    );
    estate.token(
        "alpha/owned/a.env",
        (Who::Cas, 375),
        "A_TOKEN=%\n",
        json!({"owner.name": "bob@example.invalid", "owner.source": "code-owners",
               "owner.active": true}),
    );
    estate.token("alpha/left.env", (Who::Cas, 370), "LEFT_TOKEN=%\n", json!({"purpose": "left"}));
    let moved =
        json!({"reuse": {"files": 2, "repositories": 1, "environments": []}, "occurrences": 2});
    estate.token("alpha/a/moved.env", (Who::Bob, 365), "MOVED_TOKEN=%\n", moved);
    std::fs::create_dir(estate.past.world.join("alpha/b")).unwrap();
    estate.past.git("alpha", &["mv", "a/moved.env", "b/moved.env"], Who::Ann, 360);
    estate.past.commit("alpha", Who::Ann, 360);
}

/// One variable with four values, one after the other, and one that came back.
fn plant_rotations(estate: &mut Estate) {
    let place = "alpha/rotated.env";
    let truth = || json!({"rotations": 3});
    estate.token(place, (Who::Ann, 350), "MAIN_TOKEN=%\n", truth());
    estate.rotate(place, (Who::Bob, 340), "MAIN_TOKEN=%\n", truth());
    estate.rotate(place, (Who::Ann, 330), "MAIN_TOKEN=%\n", truth());
    estate.rotate(place, (Who::Ann, 320), "MAIN_TOKEN=%\n", truth());
    let back = estate.token("alpha/back.env", (Who::Ann, 315), "BACK_TOKEN=%\n", json!({}));
    estate.past.world.remove("alpha/back.env");
    estate.past.commit("alpha", Who::Ann, 314);
    estate.past.put("alpha/back.env", &format!("BACK_TOKEN={back}\n"), Who::Ann, 313);
}

/// Credentials that tell when they end: tokens and certificates, a private key beside them.
fn plant_dated(estate: &mut Estate) {
    let now = estate.past.now;
    let session = json!({"provider": "Generic", "proof": "parsed", "family": "oauth-token"});
    for (index, (place, end)) in [("beta/old.env", -35), ("beta/new.env", 300)].iter().enumerate() {
        let times = (now - 400 * DAY, now + end * DAY);
        let claims = json!({"sub": format!("robot-{index}"), "iat": times.0, "exp": times.1});
        let mut truth = session.clone();
        truth["principal"] = json!(format!("robot-{index}"));
        truth["age_days"] = json!(400);
        truth["issued_at"] = json!(crate::past::date(now - 400 * DAY));
        truth["expiry"] = json!({"state": "at", "at": crate::past::date(now + end * DAY)});
        estate.plant(
            place,
            (Who::Ann, 300 - index as i64),
            "SESSION_TOKEN=%\n",
            &jwt(&claims),
            truth,
        );
    }
    let mut open = session;
    open["principal"] = json!("robot-9");
    open["expiry"] = json!({"state": "unknown"});
    estate.plant(
        "beta/open.env",
        (Who::Ann, 295),
        "SESSION_TOKEN=%\n",
        &jwt(&json!({"sub": "robot-9"})),
        open,
    );
    for (place, made, from, until) in
        [("beta/tls/old.crt", 290, -700, -20), ("beta/tls/new.crt", 289, -300, 65)]
    {
        let certificate = certificate(&estate.past, from, until);
        let truth = json!({"family": "certificate-or-secret", "provider": "Generic",
            "confidence": "low",
            "proof": "parsed", "principal": "robot.example.invalid", "age_days": -from,
            "issued_at": crate::past::date(now + from * DAY),
            "expiry": {"state": "at", "at": crate::past::date(now + until * DAY)}});
        estate.plant(place, (Who::Bob, made), "%", &certificate, truth);
    }
    estate.plant(
        "beta/tls/server.key",
        (Who::Bob, 288),
        "%",
        &private_key(5),
        json!({"family": "certificate-or-secret", "provider": "Generic", "proof": "parsed"}),
    );
}

/// One value in several files, repositories and environments.
fn plant_reuse(estate: &mut Estate) {
    let everywhere = json!({"refs": ["main", "side", "stash", "tags/v1", "topic"],
        "environment": "production", "occurrences": 3,
        "reuse": {"files": 3, "repositories": 3, "environments": ["production", "staging"]}});
    let secret = estate.token("alpha/live.env", (Who::Ann, 280), "DEPLOY_TOKEN=%\n", everywhere);
    estate.past.put("beta/staging.env", &format!("DEPLOY_TOKEN={secret}\n"), Who::Ann, 279);
    estate.past.put("gamma/x.env", &format!("DEPLOY_TOKEN={secret}\n"), Who::Bob, 278);
    let twice = json!({"reuse": {"files": 2, "repositories": 1, "environments": []},
        "occurrences": 2,
        "services": ["one", "two"]});
    let secret = estate.token("gamma/services/one/.env", (Who::Bob, 270), "HUB_TOKEN=%\n", twice);
    estate.past.put("gamma/services/two/.env", &format!("HUB_TOKEN={secret}\n"), Who::Ann, 269);
    let apart = json!({"refs": ["main", "side", "stash", "tags/v1"],
        "reuse": {"files": 2, "repositories": 2, "environments": []},
        "occurrences": 2, "at_head": true,
        "removed": null});
    let secret = estate.token("beta/half.env", (Who::Ann, 265), "HALF_TOKEN=%\n", apart);
    estate.past.put("gamma/half.env", &format!("HALF_TOKEN={secret}\n"), Who::Ann, 264);
    estate.past.world.remove("beta/half.env");
    estate.past.commit("beta", Who::Ann, 263);
}

/// Builds, infrastructure, databases.
fn plant_machines(estate: &mut Estate) {
    let build = |service: &str| json!({"family": "ci-cd-credential", "services": [service]});
    estate.token(
        "beta/.github/workflows/deploy.yml",
        (Who::Ann, 250),
        "env:\n  TOKEN: %\n",
        build("workflow deploy"),
    );
    estate.token(
        "beta/.gitlab-ci.yml",
        (Who::Ann, 249),
        "variables:\n  TOKEN: \"%\"\n",
        build("build"),
    );
    estate.token("beta/infra/main.tf", (Who::Ann, 248), "token = \"%\"\n", json!({}));
    estate.token("beta/Dockerfile", (Who::Ann, 247), "FROM scratch\nENV TOKEN=%\n", json!({}));
    let id = format!("{}{}", "AKIA", "Q3EGU2TNWL5YJZ7D");
    estate.past.planted.push(id.clone());
    let line = format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY=%\n");
    estate.plant(
        "beta/deploy/aws.env",
        (Who::Ann, 246),
        &line,
        &letters(6, 40),
        json!({"provider": "AWS", "family": "service-account", "proof": "parsed",
               "principal": "058264442075", "companions.0.rule": "aws-secret-access-key",
               "companions.1": null}),
    );
    estate.plant(
        "beta/config/database.yml",
        (Who::Ann, 245),
        "url: postgres://svc_shop:%@db.prod.example.invalid/shop\n",
        &letters(7, 18),
        json!({"family": "service-account", "provider": "Generic", "proof": "form",
               "purpose": "postgres at db.prod.example.invalid",
        "principal": "svc_shop", "environment": "production"}),
    );
}

/// Keys that the settings of agents give to their servers.
fn plant_agents(estate: &mut Estate) {
    let agents = [
        ("gamma/.cursor/mcp.json", "Cursor", 240),
        ("gamma/.mcp.json", "MCP client", 239),
        ("gamma/claude_desktop_config.json", "Claude Desktop", 238),
    ];
    for (place, agent, days) in agents {
        let settings = json!({"mcpServers": {"tickets": {
            "command": "npx", "args": ["-y", "@acme/tickets"],
            "env": {"TICKETS_TOKEN": "SECRET"}}}});
        let line = format!("{settings:#}\n").replace('@', "AT").replace("SECRET", "%");
        estate.token(
            place,
            (Who::Ann, days),
            &line,
            json!({"family": "ai-agent-identity",
            "agents": [{"agent": agent, "server": "tickets", "endpoint": "npx ATacme/tickets"}]}),
        );
    }
    let table =
        "[mcp_servers.docs]\ncommand = \"docs\"\n[mcp_servers.docs.env]\nDOCS_TOKEN = \"%\"\n";
    estate.token(
        "gamma/.codex/config.toml",
        (Who::Bob, 237),
        table,
        json!({"family": "ai-agent-identity",
        "agents": [{"agent": "Codex", "server": "docs", "endpoint": "docs"}]}),
    );
}

/// Keys in code and manifests: of a model's provider, in base64, as an address, in a merge alone.
fn plant_code(estate: &mut Estate) {
    let hook = format!(
        "https://hooks.slack.com/services/T{}/B{}/{}",
        "0AB12CD34",
        "0EF56GH78",
        letters(8, 24)
    );
    estate.plant(
        "alpha/src/alert.py",
        (Who::Ann, 210),
        "hook = \"%\"\n",
        &hook,
        json!({"provider": "Slack", "proof": "form", "principal": "T0AB12CD34"}),
    );
    let model = format!("sk-ant-{}-{}AA", "api03", letters(9, 93));
    estate.plant(
        "alpha/src/model.ts",
        (Who::Bob, 209),
        "const client = new Client({ apiKey: \"%\" });\n",
        &model,
        json!({"provider": "Anthropic", "family": "ai-agent-identity", "proof": "form"}),
    );
    let secret = token(9004);
    let manifest = format!("kind: Secret\ndata:\n  token: {}\n", STANDARD.encode(&secret));
    let id = estate.past.put("alpha/charts/web/secret.yaml", &manifest, Who::Ann, 208);
    estate.note(
        "alpha/charts/web/secret.yaml",
        Moment::new(id, (Who::Ann, 208)),
        &secret,
        json!({"services": ["web"]}),
    );
    estate.past.git("alpha", &["switch", "-q", "-c", "topic"], Who::Bob, 207);
    estate.past.put("alpha/topic", "work\n", Who::Bob, 207);
    estate.past.git("alpha", &["switch", "-q", "main"], Who::Bob, 206);
    estate.past.put("alpha/main", "work\n", Who::Bob, 206);
    estate.past.git("alpha", &["merge", "-q", "--no-commit", "--no-ff", "topic"], Who::Bob, 205);
    estate.token("alpha/merged.env", (Who::Bob, 205), "MERGED_TOKEN=%\n", json!({}));
}

/// Secrets outside of files at HEAD: messages, other refs, the stash, what nothing reaches.
fn plant_elsewhere(estate: &mut Estate) {
    let made = (Who::Ann, 230);
    let message = token(9001);
    estate.past.git(
        "gamma",
        &["commit", "-q", "--allow-empty", "-m", &format!("use {message}")],
        made.0,
        made.1,
    );
    let id = estate.past.git("gamma", &["rev-parse", "HEAD"], made.0, made.1);
    let said = Moment { summary: "use ********", ..Moment::new(id, made) };
    estate.note("gamma/", said, &message, json!({"at_head": false, "occurrences": 2}));
    estate.past.git("gamma", &["switch", "-q", "-c", "side"], Who::Bob, 229);
    estate.token(
        "gamma/side.env",
        (Who::Bob, 229),
        "SIDE_TOKEN=%\n",
        json!({"at_head": false, "refs": ["side"]}),
    );
    estate.past.git("gamma", &["switch", "-q", "main"], Who::Bob, 229);
    estate.token(
        "gamma/lost.env",
        (Who::Bob, 228),
        "LOST_TOKEN=%\n",
        json!({"at_head": false, "refs": []}),
    );
    estate.past.git("gamma", &["reset", "-q", "--hard", "HEAD~1"], Who::Bob, 228);
    estate.past.git("gamma", &["reflog", "expire", "--expire=now", "--all"], Who::Bob, 228);
    let stashed = token(9002);
    estate.past.world.write("gamma/README", format!("key {stashed}\n"));
    estate.past.git("gamma", &["stash", "push", "-q", "-m", "later"], Who::Ann, 227);
    let id = estate.past.git("gamma", &["rev-parse", "stash"], Who::Ann, 227);
    estate.note(
        "gamma/README",
        Moment { summary: "On main: later", ..Moment::new(id, (Who::Ann, 227)) },
        &stashed,
        json!({"at_head": false, "refs": ["stash"]}),
    );
    let tagged = token(9003);
    estate.past.git("beta", &["tag", "-a", "v1", "-m", &format!("key {tagged}")], Who::Ann, 226);
    let id = estate.past.git("beta", &["rev-parse", "v1"], Who::Ann, 226);
    let said = Moment { summary: "key ********", ..Moment::new(id, (Who::Ann, 226)) };
    estate.note("beta/v1", said, &tagged, json!({"at_head": false, "refs": ["tags/v1"]}));
    for repository in ["alpha", "beta", "gamma"] {
        estate.past.put(&format!("{repository}/NEWS"), "quiet\n", Who::Bob, 40);
        estate.past.put(&format!("{repository}/NEWS"), "still quiet\n", Who::Ann, 1);
    }
}

#[test]
fn every_field_of_forty_identities_equals_the_truth() {
    let mut estate = Estate { past: Past::new(), known: Vec::new() };
    plant_services(&mut estate);
    plant_owned(&mut estate);
    plant_rotations(&mut estate);
    plant_dated(&mut estate);
    plant_reuse(&mut estate);
    plant_machines(&mut estate);
    plant_agents(&mut estate);
    plant_code(&mut estate);
    plant_elsewhere(&mut estate);
    let (code, inventory) =
        estate.past.inventory(&["alpha", "beta", "gamma", "--min-confidence", "low"]);
    assert_eq!(code, 0);
    estate.check(&inventory);
    assert_eq!(estate.known.len(), 40);
    estate.assert_nothing_is_shown();
}
