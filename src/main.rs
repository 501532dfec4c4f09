//! The program `viva`: reads its arguments and hands over to a subcommand.

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use viva::commands::{
    explain, hear, import, metrics, people, questions, rehearse, replay, run, sandbox_exec, score, serve, simulate,
    whatif,
};
use viva::providers::install_tls;

/// Practise technical interviews out loud: a self-hosted voice interviewer whose every session replays byte for byte
#[derive(Parser)]
#[command(name = "viva", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Rehearse(rehearse::RehearseArgs),
    Replay(replay::ReplayArgs),
    Explain(explain::ExplainArgs),
    Metrics(metrics::MetricsArgs),
    Score(score::ScoreArgs),
    Simulate(simulate::SimulateArgs),
    Whatif(whatif::WhatifArgs),
    Hear(hear::HearArgs),
    Import(import::ImportArgs),
    Questions(questions::QuestionsArgs),
    Run(run::RunArgs),
    People(people::PeopleArgs),
    /// The inside of a box; started by the server, not by people
    #[command(hide = true)]
    SandboxExec,
}

fn main() -> ExitCode {
    // Before anything that could want to connect.
    install_tls();
    match Arguments::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Metrics(args) => metrics::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Whatif(args) => whatif::run(&args),
        Command::Hear(args) => hear::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Questions(args) => questions::run(&args),
        Command::Run(args) => run::run(&args),
        Command::People(args) => people::run(&args),
        Command::SandboxExec => sandbox_exec::run(),
    }
}
