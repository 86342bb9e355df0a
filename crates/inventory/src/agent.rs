//! Which AI agent or MCP server a secret serves: told from the settings files of agents.
//!
//! Owns the list of those files and how servers stand in them. The text of a file is its caller's to
//! read; it is only looked through for the server whose settings hold the secret.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tightlip_model::Secret;

/// Objects inside objects that are followed in settings.
const DEEPEST: usize = 12;

/// The agent whose settings hold a secret, and the server these settings give it to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AgentUse {
    /// The agent, for example `Cursor`.
    pub agent: String,
    /// The MCP server, where the text of the settings was at hand and names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// What the server runs or where it listens: a command with its package, or an address without
    /// what stands after its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// Settings files by the end of their path, and whose they are. The first that fits counts.
const FILES: &[(&str, &str)] = &[
    (".cursor/mcp.json", "Cursor"),
    (".vscode/mcp.json", "VS Code"),
    (".roo/mcp.json", "Roo Code"),
    (".amazonq/mcp.json", "Amazon Q"),
    (".kiro/settings/mcp.json", "Kiro"),
    (".junie/mcp/mcp.json", "Junie"),
    ("claude_desktop_config.json", "Claude Desktop"),
    (".claude/settings.json", "Claude Code"),
    (".claude/settings.local.json", "Claude Code"),
    (".claude.json", "Claude Code"),
    (".codex/config.toml", "Codex"),
    (".codex/auth.json", "Codex"),
    (".gemini/settings.json", "Gemini CLI"),
    (".qwen/settings.json", "Qwen Code"),
    (".continue/config.json", "Continue"),
    (".continue/config.yaml", "Continue"),
    (".zed/settings.json", "Zed"),
    (".config/zed/settings.json", "Zed"),
    (".aider.conf.yml", "Aider"),
    (".openhands/config.toml", "OpenHands"),
    ("cline_mcp_settings.json", "Cline"),
    ("mcp_config.json", "Windsurf"),
    ("opencode.json", "opencode"),
    ("opencode.jsonc", "opencode"),
    (".crush.json", "Crush"),
    ("crush.json", "Crush"),
    (".mcp.json", "MCP client"),
    ("mcp.json", "MCP client"),
    ("mcp-servers.json", "MCP client"),
    ("mcp_servers.json", "MCP client"),
];

/// Keys under which settings list their servers.
const LISTS: &[&str] = &["mcpServers", "mcp_servers", "servers", "context_servers", "mcp"];

/// The agent that reads the settings file at `path`.
#[must_use]
pub fn agent_of(path: &str) -> Option<&'static str> {
    let path = path.rsplit('!').next().unwrap_or(path);
    let ends = |end: &str| {
        path.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('/'))
    };
    FILES.iter().find(|(end, _)| ends(end)).map(|(_, agent)| *agent)
}

/// What the settings file at `path` with this text uses `secret` for; `None` where the path is no
/// agent's.
#[must_use]
pub fn use_of(path: &str, text: &str, secret: &Secret) -> Option<AgentUse> {
    let agent = agent_of(path)?.to_owned();
    let secret = std::str::from_utf8(secret.reveal()).ok().filter(|secret| !secret.is_empty());
    let server = secret.and_then(|secret| match path.ends_with(".toml") {
        true => in_toml(text, secret),
        false => in_json(text, secret),
    });
    let (server, endpoint) = server.map_or((None, None), |(name, endpoint)| (Some(name), endpoint));
    Some(AgentUse { agent, server, endpoint })
}

type Server = (String, Option<String>);

fn in_json(text: &str, secret: &str) -> Option<Server> {
    let settings: Value = serde_json::from_str(text).ok()?;
    let servers = lists(&settings, 0).into_iter().flatten();
    let mut holding = servers.filter(|(_, server)| holds(server, secret, 0));
    let (name, server) = holding.next()?;
    Some((shown(name, secret)?, endpoint(server).and_then(|end| shown(&end, secret))))
}

/// Every object of servers, wherever it stands: some settings keep one for each project.
fn lists(settings: &Value, depth: usize) -> Vec<&serde_json::Map<String, Value>> {
    let Some(object) = settings.as_object().filter(|_| depth < DEEPEST) else { return Vec::new() };
    let is_list = |key: &&String| LISTS.contains(&key.as_str());
    let here = object.iter().filter(|(key, _)| is_list(key));
    let here = here.filter_map(|(_, servers)| servers.as_object());
    let below = object.values().flat_map(|value| lists(value, depth + 1));
    here.chain(below).collect()
}

fn holds(value: &Value, secret: &str, depth: usize) -> bool {
    match value {
        _ if depth > DEEPEST => false,
        Value::String(text) => text.contains(secret),
        Value::Array(items) => items.iter().any(|item| holds(item, secret, depth + 1)),
        Value::Object(fields) => fields.values().any(|field| holds(field, secret, depth + 1)),
        _ => false,
    }
}

fn endpoint(server: &Value) -> Option<String> {
    let text = |key: &str| server.get(key).and_then(Value::as_str);
    if let Some(address) = text("url").or_else(|| text("serverUrl")).or_else(|| text("httpUrl")) {
        return Some(address_of(address));
    }
    let (command, rest) = match server.get("command") {
        Some(Value::Array(parts)) => (parts.first()?.as_str()?, parts.get(1..)?.to_vec()),
        Some(Value::String(command)) => {
            let args = server.get("args").and_then(Value::as_array).cloned();
            (command.as_str(), args.unwrap_or_default())
        }
        _ => return None,
    };
    let package = rest.iter().filter_map(Value::as_str).find(|arg| is_package(arg));
    Some([Some(command), package].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// An argument that names a package or script rather than a flag or a value.
fn is_package(arg: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "@/._-:".contains(c);
    !arg.starts_with('-')
        && arg.chars().all(is_word)
        && !matches!(arg, "run" | "exec" | "dlx" | "x")
}

/// An address without its user, query and fragment, where secrets stand.
fn address_of(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or(address);
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}/{path}").trim_end_matches('/').to_owned()
}

/// Nothing is shown that holds the secret itself.
fn shown(text: &str, secret: &str) -> Option<String> {
    (!text.contains(secret)).then(|| text.to_owned())
}

/// The server of a TOML file whose table, `[mcp_servers.NAME]` or one below it, holds the secret.
fn in_toml(text: &str, secret: &str) -> Option<Server> {
    let holding = text.lines().position(|line| line.contains(secret))?;
    let header = |line: &str| -> Option<String> {
        let name = line.trim().strip_prefix('[')?.split(']').next()?;
        let below = LISTS.iter().find_map(|list| name.strip_prefix(list)?.strip_prefix('.'))?;
        let name = match below.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => below.split('.').next()?,
        };
        Some(name.to_owned())
    };
    let lines: Vec<&str> = text.lines().collect();
    let is_table = |line: &&&str| line.trim_start().starts_with('[');
    let name = header(lines.get(..=holding)?.iter().rev().find(is_table)?)?;
    let table = lines.iter().position(|line| header(line).as_deref() == Some(&name))?;
    let body =
        lines.get(table + 1..)?.iter().take_while(|line| !line.trim_start().starts_with('['));
    let own = body.filter_map(|line| line.split_once('='));
    let value = |wanted: &str| {
        own.clone().find(|(key, _)| key.trim() == wanted).map(|(_, value)| {
            let quoted = value.trim().trim_matches(['"', '\'']);
            quoted.to_owned()
        })
    };
    let endpoint = value("url").map(|url| address_of(&url)).or_else(|| value("command"));
    Some((shown(&name, secret)?, endpoint.and_then(|end| shown(&end, secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(path: &str, text: &str) -> AgentUse {
        use_of(path, text, &Secret::new(b"s3cr3t-value")).unwrap()
    }

    #[test]
    fn settings_files_are_known_by_the_end_of_their_path() {
        assert_eq!(agent_of("work/.cursor/mcp.json"), Some("Cursor"));
        assert_eq!(agent_of("mcp.json"), Some("MCP client"));
        assert_eq!(agent_of("home.zip!me/.codex/config.toml"), Some("Codex"));
        assert_eq!(agent_of("tests/notmcp.json"), None);
    }

    #[test]
    fn the_server_that_is_given_the_secret_is_named_with_what_it_runs() {
        let text = r#"{"mcpServers": {
            "other": {"command": "node", "args": ["x.js"]},
            "tickets": {"command": "npx", "args": ["-y", "@acme/tickets-mcp"],
                        "env": {"TICKETS_TOKEN": "s3cr3t-value"}}}}"#;
        let found = used(".cursor/mcp.json", text);
        assert_eq!(found.server.as_deref(), Some("tickets"));
        assert_eq!(found.endpoint.as_deref(), Some("npx @acme/tickets-mcp"));
    }

    #[test]
    fn an_address_is_shown_without_the_secret_in_it() {
        let text = r#"{"projects": {"a": {"mcpServers": {"web":
            {"url": "https://me:s3cr3t-value@mcp.example.org/v1/sse?key=s3cr3t-value"}}}}}"#;
        let found = used(".claude.json", text);
        assert_eq!(found.endpoint.as_deref(), Some("https://mcp.example.org/v1/sse"));
        let text = r#"{"servers": {"web": {"url": "https://mcp.example.org/s3cr3t-value"}}}"#;
        assert_eq!(used("mcp.json", text).endpoint, None);
    }

    #[test]
    fn a_toml_table_names_its_server() {
        let text = "model = \"x\"\n[mcp_servers.docs]\ncommand = \"docs-server\"\n\
                    [mcp_servers.docs.env]\nDOCS_KEY = \"s3cr3t-value\"\n";
        let found = used(".codex/config.toml", text);
        assert_eq!(found.server.as_deref(), Some("docs"));
        assert_eq!(found.endpoint.as_deref(), Some("docs-server"));
    }

    #[test]
    fn settings_that_cannot_be_read_name_no_server() {
        assert_eq!(used("mcp.json", "{").server, None);
    }
}
