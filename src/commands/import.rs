//! `viva import`: puts bundles among the recordings of a data folder.

use crate::app::import::place;
use std::path::PathBuf;
use std::process::ExitCode;

/// Put interviews that were held elsewhere among the recordings of a data folder
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
A bundle is one file with a whole recording (GET /v1/sessions/<id>/bundle). Every file in it is checked against its sha-256. A server
takes what lies in its data folder in when it starts; one that is running takes bundles over REST (POST /v1/imports).

Examples:
  viva import sess_7f3a.viva.json                among the recordings of ./data
  viva import *.viva.json --data /var/lib/viva

Exit code: 0 all are there; 1 at least one could not be put there.")]
pub struct ImportArgs {
    /// The bundles
    #[arg(value_name = "BUNDLE", required = true)]
    pub bundles: Vec<PathBuf>,
    /// The folder of everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Runs the command.
pub fn run(args: &ImportArgs) -> ExitCode {
    let recordings = args.data.join("recordings");
    let mut failed = false;
    for bundle in &args.bundles {
        match place(bundle, &recordings) {
            Ok(id) => println!("{id}: {}", recordings.join(&id).display()),
            Err(error) => {
                eprintln!("viva import: {}: {}", bundle.display(), chain(&error));
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}
