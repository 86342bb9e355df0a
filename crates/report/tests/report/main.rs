//! Every format over the same findings: whole outputs, schemas, and what no output may hold.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

mod cases;
mod codequality;
mod csv;
mod every_format;
mod github;
mod gitlab;
mod html;
mod human;
mod inventory;
mod json;
mod junit;
mod markdown;
mod sarif;
