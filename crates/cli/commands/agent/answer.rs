//! The protocols: what event a message speaks of, and how each agent wants to be answered.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::args::Agent;

/// An event and how to answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Claude Code and Codex, before a prompt or after a tool: `decision`.
    Decision,
    /// Claude Code and Codex, before a tool: `permissionDecision` for the event.
    BeforeTool,
    /// Claude Code and Codex, instead of asking the user: `decision.behavior`.
    Permission,
    /// Claude Code and Codex, anything else: no answer.
    Silent,
    /// Cursor, before a prompt: `continue`.
    CursorPrompt,
    /// Cursor, before a command, a tool, a file: `permission`.
    CursorPermission,
    /// Cursor, after the fact: an empty answer.
    CursorOver,
    /// Copilot CLI, before a tool: `permissionDecision`.
    CopilotTool,
    /// Copilot CLI, anything else: its answer does not count.
    CopilotOther,
}

impl Event {
    /// The event that a message tells of; `agent` is what the user says the agent is.
    pub(super) fn of(said: &Value, agent: Option<Agent>) -> anyhow::Result<Self> {
        let name = said.get("hook_event_name").and_then(Value::as_str);
        let is_copilot = agent == Some(Agent::Copilot) || name.is_none();
        if is_copilot && (agent.is_none() || agent == Some(Agent::Copilot)) {
            return Self::of_copilot(said, name);
        }
        let name = name.context("the message has no `hook_event_name`: is it for a hook?")?;
        let is_cursor = match agent {
            Some(agent) => agent == Agent::Cursor,
            None => name.starts_with(|c: char| c.is_ascii_lowercase()),
        };
        Ok(if is_cursor { Self::of_cursor(name) } else { Self::of_claude(name) })
    }

    fn of_claude(name: &str) -> Self {
        match name {
            "UserPromptSubmit" | "PostToolUse" => Self::Decision,
            "PreToolUse" => Self::BeforeTool,
            "PermissionRequest" => Self::Permission,
            _ => Self::Silent,
        }
    }

    fn of_cursor(name: &str) -> Self {
        match name {
            "beforeSubmitPrompt" => Self::CursorPrompt,
            name if name.starts_with("before") || name.starts_with("pre") => Self::CursorPermission,
            _ => Self::CursorOver,
        }
    }

    fn of_copilot(said: &Value, name: Option<&str>) -> anyhow::Result<Self> {
        let has = |field: &str| said.get(field).is_some();
        let is_tool = has("toolName") || has("tool_name");
        if !is_tool && !has("prompt") && name.is_none() && !has("sessionId") {
            anyhow::bail!("the message is of no agent that is known");
        }
        let is_over = has("toolResult") || has("tool_result");
        Ok(if is_tool && !is_over { Self::CopilotTool } else { Self::CopilotOther })
    }

    /// Whether the agent heeds a "no" at this point.
    pub(super) fn can_refuse(self) -> bool {
        !matches!(self, Self::Silent | Self::CursorOver | Self::CopilotOther)
    }

    /// What the agent is to be told; `reason` says why it may not go on.
    pub(super) fn answer(self, reason: Option<&str>) -> Option<Value> {
        match (self, reason) {
            (Self::Decision, Some(reason)) => Some(json!({"decision": "block", "reason": reason})),
            (Self::BeforeTool, Some(reason)) => Some(json!({"hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "permissionDecision": "deny",
                "permissionDecisionReason": reason,
            }})),
            (Self::Permission, Some(reason)) => Some(json!({"hookSpecificOutput": {
                "hookEventName": "PermissionRequest",
                "decision": {"behavior": "deny", "message": reason},
            }})),
            // Silence lets the agent's own rules decide; "allow" would overrule them.
            (Self::Decision | Self::BeforeTool | Self::Permission | Self::Silent, _) => None,
            (Self::CursorPrompt, None) => Some(json!({"continue": true})),
            (Self::CursorPrompt, Some(reason)) => {
                Some(json!({"continue": false, "user_message": reason}))
            }
            (Self::CursorPermission, None) => Some(json!({"permission": "allow"})),
            (Self::CursorPermission, Some(reason)) => Some(json!({
                "permission": "deny", "user_message": reason, "agent_message": reason,
            })),
            (Self::CopilotTool, Some(reason)) => Some(json!({
                "permissionDecision": "deny", "permissionDecisionReason": reason,
            })),
            (Self::CursorOver | Self::CopilotTool | Self::CopilotOther, _) => Some(json!({})),
        }
    }
}
