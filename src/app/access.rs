//! Who may do what: the one place that decides it. Everything here is pure; who somebody is, and how they stand to a subject,
//! is found out elsewhere ([`super::App::relation`], `http/auth.rs`) and handed in.
//!
//! What is not said here is refused. Strangers are told that there is nothing ([`Verdict::Hidden`]), so that ids cannot be
//! probed.

use serde::{Deserialize, Serialize};

/// What somebody is on a server with accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks after people, and after what is kept of them.
    Admin,
    /// Sets questions; reads, hears, annotates and scores what candidates grant.
    Coach,
    /// Practises; everything of their interviews is theirs.
    Candidate,
    /// Reads what candidates grant, and nothing else.
    Observer,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Admin, Role::Coach, Role::Candidate, Role::Observer];

    /// As it stands in rows and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Coach => "coach",
            Role::Candidate => "candidate",
            Role::Observer => "observer",
        }
    }

    /// Reads [`Role::name`].
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// By what a person is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The cookie of a browser that is signed in.
    Cookie,
    /// An API token.
    Token,
    /// A client secret that this person had made: good for interviews alone.
    Secret,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody unknown.
    Nobody,
    /// The one person of a server without accounts, on its own machine: owner of everything.
    Single,
    /// The holder of the deployment's key, or of a client secret made with it: owner of everything.
    Operator,
    /// A person with an account.
    Person {
        /// Their id.
        id: String,
        /// Their role.
        role: Role,
        /// By what they are known.
        by: By,
    },
}

impl Who {
    /// The id that rows hold: of what they own, and of what they did. Empty without an account, which is how rows name the one
    /// person of a server without accounts and the server itself.
    pub fn id(&self) -> &str {
        match self {
            Who::Person { id, .. } => id,
            Who::Nobody | Who::Single | Who::Operator => "",
        }
    }

    /// The role of a person with an account.
    pub fn role(&self) -> Option<Role> {
        match self {
            Who::Person { role, .. } => Some(*role),
            Who::Nobody | Who::Single | Who::Operator => None,
        }
    }

    /// Whether everything on this server is theirs.
    pub fn owns_everything(&self) -> bool {
        matches!(self, Who::Single | Who::Operator)
    }

    /// Whether lists show them what belongs to anybody.
    pub fn sees_everything(&self) -> bool {
        self.owns_everything() || self.role() == Some(Role::Admin)
    }
}

/// How somebody stands to what they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is theirs.
    Own,
    /// Its owner lets them read it.
    Granted,
    /// Neither, or there is no such thing, or the action has no subject.
    Foreign,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Ask what anybody may know: that the server lives, how to sign in; signing in itself, following a link.
    Enter,
    /// Read questions and which services are in use.
    Browse,
    /// See one's own account, sign out.
    SeeMe,
    /// Change or delete one's own account, make and revoke API tokens.
    ManageMe,
    /// Take away everything that is kept of oneself.
    ExportMe,
    /// Begin an interview of one's own, and have client secrets made for it.
    Practise,
    /// List the interviews that one may read.
    List,
    /// Read what is known of an interview: its course, transcript, metrics, scorecard, code, published notes, sound.
    Read,
    /// Follow a running interview without being in it.
    Watch,
    /// Be in the interview: its voice socket, its editor, its runs.
    TakePart,
    /// Delete an interview and all that is kept of it.
    Delete,
    /// Write notes on an interview.
    Annotate,
    /// Score oneself.
    ScoreSelf,
    /// Score as a coach.
    ScoreAsCoach,
    /// Say who may read an interview.
    Grant,
    /// Set questions for candidates.
    Assign,
    /// Look after people; read the audit.
    Administer,
    /// Read what the server measures of itself.
    Measure,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Yes,
    /// Not before they say who they are: 401.
    SignIn,
    /// Not they: 403.
    No,
    /// For them there is no such thing: 404.
    Hidden,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 18] = [
        Action::Enter,
        Action::Browse,
        Action::SeeMe,
        Action::ManageMe,
        Action::ExportMe,
        Action::Practise,
        Action::List,
        Action::Read,
        Action::Watch,
        Action::TakePart,
        Action::Delete,
        Action::Annotate,
        Action::ScoreSelf,
        Action::ScoreAsCoach,
        Action::Grant,
        Action::Assign,
        Action::Administer,
        Action::Measure,
    ];
}

/// Whether `who` may do `action` to something to which they stand in `relation`. Actions without a subject do not look at the
/// relation.
pub fn may(who: &Who, action: Action, relation: Relation) -> Verdict {
    match who {
        _ if action == Action::Enter => Verdict::Yes,
        Who::Nobody => Verdict::SignIn,
        // There is no account to change; whoever needs one switches accounts on.
        Who::Single | Who::Operator if action == Action::ManageMe => Verdict::No,
        Who::Single | Who::Operator => Verdict::Yes,
        Who::Person { role, by, .. } => match by {
            By::Cookie => person_may(*role, action, relation),
            // Who finds a token must not be able to lock its owner out, nor to make tokens that outlive it.
            By::Token if action == Action::ManageMe => Verdict::No,
            By::Token => person_may(*role, action, relation),
            By::Secret => match action {
                Action::Practise | Action::TakePart | Action::Browse => person_may(*role, action, relation),
                _ => Verdict::No,
            },
        },
    }
}

fn person_may(role: Role, action: Action, relation: Relation) -> Verdict {
    let by_role = |roles: &[Role]| if roles.contains(&role) { Verdict::Yes } else { Verdict::No };
    match action {
        Action::Enter | Action::Browse | Action::SeeMe | Action::ManageMe | Action::ExportMe | Action::List => {
            Verdict::Yes
        }
        Action::Practise => by_role(&[Role::Admin, Role::Coach, Role::Candidate]),
        Action::Assign => by_role(&[Role::Admin, Role::Coach]),
        Action::Administer | Action::Measure => by_role(&[Role::Admin]),
        Action::Read
        | Action::Watch
        | Action::TakePart
        | Action::Delete
        | Action::Annotate
        | Action::ScoreSelf
        | Action::ScoreAsCoach
        | Action::Grant => to_interview(role, action, relation),
    }
}

/// What may be done to an interview by somebody who stands so to it.
fn to_interview(role: Role, action: Action, relation: Relation) -> Verdict {
    let owner = [
        Action::Read,
        Action::Watch,
        Action::TakePart,
        Action::Delete,
        Action::Annotate,
        Action::ScoreSelf,
        Action::Grant,
    ];
    let reader = [Action::Read, Action::Watch];
    let coach = [Action::Read, Action::Watch, Action::Annotate, Action::ScoreAsCoach];
    // Nobody is in another's interview, scores in another's name or says who else may read it; an admin neither.
    let admin = [Action::Read, Action::Watch, Action::Delete, Action::Annotate, Action::ScoreAsCoach];
    let (may, otherwise): (&[Action], Verdict) = match (relation, role) {
        (Relation::Own, _) => (&owner, Verdict::No),
        (_, Role::Admin) => (&admin, Verdict::No),
        (Relation::Granted, Role::Coach) => (&coach, Verdict::No),
        (Relation::Granted, Role::Candidate | Role::Observer) => (&reader, Verdict::No),
        (Relation::Foreign, Role::Coach | Role::Candidate | Role::Observer) => (&[], Verdict::Hidden),
    };
    if may.contains(&action) { Verdict::Yes } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role, by: By) -> Who {
        Who::Person { id: "pers_1".into(), role, by }
    }

    #[test]
    fn nobody_may_only_enter() {
        for action in Action::ALL {
            let expected = if action == Action::Enter { Verdict::Yes } else { Verdict::SignIn };
            assert_eq!(may(&Who::Nobody, action, Relation::Own), expected, "{action:?}");
        }
    }

    #[test]
    fn without_accounts_everything_is_the_one_persons() {
        for who in [Who::Single, Who::Operator] {
            for action in Action::ALL.into_iter().filter(|action| *action != Action::ManageMe) {
                assert_eq!(may(&who, action, Relation::Own), Verdict::Yes, "{who:?} {action:?}");
            }
        }
    }

    #[test]
    fn strangers_are_told_that_there_is_nothing() {
        for role in [Role::Coach, Role::Candidate, Role::Observer] {
            let touching = Action::ALL.into_iter().filter(|action| {
                may(&person(role, By::Cookie), *action, Relation::Own)
                    != may(&person(role, By::Cookie), *action, Relation::Foreign)
            });
            for action in touching {
                assert_eq!(may(&person(role, By::Cookie), action, Relation::Foreign), Verdict::Hidden, "{action:?}");
            }
        }
    }

    #[test]
    fn observers_change_nothing_of_what_is_granted() {
        let who = person(Role::Observer, By::Cookie);
        let granted: Vec<Action> = Action::ALL
            .into_iter()
            .filter(|action| may(&who, *action, Relation::Granted) == Verdict::Yes)
            .filter(|action| may(&who, *action, Relation::Foreign) != Verdict::Yes)
            .collect();
        assert_eq!(granted, [Action::Read, Action::Watch]);
        assert_eq!(may(&who, Action::Practise, Relation::Foreign), Verdict::No);
    }

    #[test]
    fn only_the_candidate_is_in_the_interview() {
        for role in [Role::Admin, Role::Coach, Role::Observer, Role::Candidate] {
            let who = person(role, By::Cookie);
            assert_ne!(may(&who, Action::TakePart, Relation::Granted), Verdict::Yes, "{role:?}");
            assert_ne!(may(&who, Action::ScoreSelf, Relation::Granted), Verdict::Yes, "{role:?}");
            assert_ne!(may(&who, Action::Grant, Relation::Granted), Verdict::Yes, "{role:?}");
        }
    }

    #[test]
    fn a_token_does_not_make_tokens_and_a_secret_is_for_interviews_alone() {
        assert_eq!(may(&person(Role::Admin, By::Token), Action::ManageMe, Relation::Own), Verdict::No);
        let secret = person(Role::Admin, By::Secret);
        let good: Vec<Action> =
            Action::ALL.into_iter().filter(|action| may(&secret, *action, Relation::Own) == Verdict::Yes).collect();
        assert_eq!(good, [Action::Enter, Action::Browse, Action::Practise, Action::TakePart]);
    }
}
