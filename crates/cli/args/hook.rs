//! The arguments of `tightlip hook`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::CommonArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Write a git hook that runs tightlip, or a coding agent's
    Install {
        /// The hook
        #[arg(default_value = "pre-commit")]
        hook: GitHook,
        /// Write the hooks of this coding agent into the project's settings instead
        #[arg(long, value_name = "NAME", conflicts_with_all = ["hook", "force"])]
        agent: Option<Agent>,
        /// Move a hook that exists out of the way; it still runs, first
        #[arg(long)]
        force: bool,
        /// The repository [default: the one around the current folder]
        #[arg(long, value_name = "DIR")]
        repo: Option<PathBuf>,
    },
    /// Remove the hook that `install` wrote, and bring back the one it found
    Uninstall {
        /// The hook
        #[arg(default_value = "pre-commit")]
        hook: GitHook,
        /// Remove the hooks of this coding agent from the project's settings instead
        #[arg(long, value_name = "NAME", conflicts_with = "hook")]
        agent: Option<Agent>,
        /// The repository [default: the one around the current folder]
        #[arg(long, value_name = "DIR")]
        repo: Option<PathBuf>,
    },
    /// Do what a hook does
    Run(Box<HookRunArgs>),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct HookRunArgs {
    /// The hook
    pub(crate) hook: GitHook,
    /// What git passes to the hook; to `pre-commit`, files to scan whole unless the index changes them
    pub(crate) files: Vec<PathBuf>,
    /// The coding agent that asks (with `agent`) [default: told by its message]
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<Agent>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Coding agents that ask hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Agent {
    ClaudeCode,
    Cursor,
    Copilot,
    Codex,
}

/// The hooks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GitHook {
    /// Before a commit: what is staged
    PreCommit,
    /// Before a push: the commits that the remote lacks
    PrePush,
    /// On a server, before it takes a push: all that is pushed at once
    PreReceive,
    /// On a server, before it takes one ref of a push
    Update,
    /// Asked by a coding agent before it takes a prompt, runs a tool or reads a file
    Agent,
}
