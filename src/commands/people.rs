//! `viva people`: who has an account, from the command line of the server's machine: the first admin comes from here.

use crate::app::access::Role;
use crate::app::people::passwords::Passwords;
use crate::app::people::{NewLink, NewPerson, PersonChange, Registry};
use crate::config::{Config, Flags};
use crate::store::Store;
use crate::store::people::PersonRow;
use anyhow::Context;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

/// Add and change people who have accounts
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Accounts are switched on by VIVA__ACCOUNTS__ENABLED=true (docs/operations.md). Somebody must be the first admin:

  viva people add --role admin --email ada@example.org          prints a link by which Ada sets her password
  viva people add --role admin --email ada@example.org --password-stdin < file
  viva people link --email ada@example.org                      a new link, for a password that was forgotten
  viva people change --email bob@example.org --role coach
  viva people list

The server may run meanwhile. Exit code: 0 done; 1 it could not be done; 2 unusable arguments or configuration.")]
pub struct PeopleArgs {
    /// Configuration file (TOML), as of `viva serve`
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Folder for everything that is kept [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(clap::Subcommand, Debug)]
enum PeopleCommand {
    /// Add somebody
    Add {
        /// Their email
        #[arg(long)]
        email: String,
        /// admin, coach, candidate or observer
        #[arg(long, value_parser = role)]
        role: Role,
        /// Their name [default: what stands before the @]
        #[arg(long)]
        name: Option<String>,
        /// Read their password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print a link by which somebody sets a new password
    Link {
        /// Their email
        #[arg(long)]
        email: String,
    },
    /// Change somebody
    Change {
        /// Their email
        #[arg(long)]
        email: String,
        /// admin, coach, candidate or observer
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// Whether they are kept out
        #[arg(long)]
        disabled: Option<bool>,
    },
    /// Print who there is
    List,
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| "a role is admin, coach, candidate or observer".to_owned())
}

/// Does what is asked.
pub fn run(args: &PeopleArgs) -> ExitCode {
    let flags = Flags { data: args.data.clone(), ..Flags::default() };
    let config = match Config::read(args.config.as_deref(), &flags) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("viva people: {error}");
            return ExitCode::from(2);
        }
    };
    let done = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
        .and_then(|runtime| runtime.block_on(act(&config, &args.command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("viva people: {error:#}");
            ExitCode::from(1)
        }
    }
}

async fn act(config: &Config, command: &PeopleCommand) -> anyhow::Result<()> {
    let store = Store::open(&config.store, &config.serve.data, &config.recordings()).await?;
    let passwords = Passwords::default();
    let registry = Registry { store: &store, passwords: &passwords, link_good_for: config.accounts.link() };
    match command {
        PeopleCommand::Add { email, role, name, password_stdin } => {
            let name = name.clone().unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            let new = NewPerson { name, email: Some(email.clone()), email_verified: true };
            let password = if *password_stdin { Some(read_password()?) } else { None };
            let (person, link) = registry.add_person("", &new, *role, password).await?;
            println!("{}", line(&person));
            link.iter().for_each(|link| print_link(config, link));
        }
        PeopleCommand::Link { email } => {
            let link = registry.password_link("", &of(&store, email).await?.id).await?;
            print_link(config, &link);
        }
        PeopleCommand::Change { email, role, disabled } => {
            let change = PersonChange { role: *role, disabled: *disabled, ..PersonChange::default() };
            println!("{}", line(&registry.change_person("", &of(&store, email).await?.id, &change).await?));
        }
        PeopleCommand::List => {
            let mut after = None;
            loop {
                let page = store.people(after.as_ref(), 200).await?;
                page.items.iter().for_each(|person| println!("{}", line(person)));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    if !config.accounts.enabled {
        eprintln!("# accounts are off on this server: set VIVA__ACCOUNTS__ENABLED=true");
    }
    store.close().await;
    Ok(())
}

async fn of(store: &Store, email: &str) -> anyhow::Result<PersonRow> {
    let email = email.trim().to_lowercase();
    store.person_by_email(&email).await?.with_context(|| format!("there is nobody with the email {email}"))
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    // Longer than any password; the rest would only be refused.
    std::io::stdin().take(4_096).read_to_string(&mut text).context("cannot read the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn line(person: &PersonRow) -> String {
    let state = if person.disabled { " (disabled)" } else { "" };
    format!("{} {} {} {}{state}", person.id, person.role, person.email.as_deref().unwrap_or("-"), person.name)
}

fn print_link(config: &Config, link: &NewLink) {
    let base = config.accounts.public_url.clone().unwrap_or_else(|| {
        let scheme = if config.serve.tls_cert.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", config.serve.listen)
    });
    println!("{}/password#{}", base.trim_end_matches('/'), link.secret);
}
