// What the REST interface takes and answers. Made from its description by `VIVA_REFRESH=1 cargo test http::typescript`; do not edit.
import type { CodeSeen, DimensionAgreement, Language, Metrics, NoteView, PeaksView, ProgressView, ReviewView, RunSeen, ScoresView } from "./review";
import type { Scorecard } from "./scorecard";

/** How far coaches and this program agree. */
export type AgreementView = {
  /** By dimension. */
  dimensions: Array<DimensionAgreement>;
};

/** An assignment that was just set. */
export type AssignmentMade = {
  assignment: AssignmentView;
  /** By it one candidate joins, once. */
  link: LinkView;
};

/** Body of `POST /v1/assignments`. */
export type AssignmentRequest = {
  /** A question as difficult as this. */
  difficulty?: number | null;
  /** Until when it is to be done, in ms since 1970; it is told, not enforced. */
  due_ms?: number | null;
  /** By voice, unless in writing. */
  form?: Form | null;
  /** The description of a job: a question whose topics stand in it. Nothing of the text is kept or logged. */
  job?: string | null;
  /** A question of this kind. */
  kind?: QuestionKind | null;
  /** The language it is held in, as a BCP 47 tag; the server's own without it. */
  language?: string | null;
  /** Length; the question's own without it. */
  minutes?: number | null;
  /** How patient the interviewer is. */
  patience?: Patience | null;
  /** The interviewer's manner: an id of `GET /v1/personas`. */
  persona?: string | null;
  /** The question's id. Without it and the fields down to `job` it is the server's own. */
  question?: string | null;
  /** A question about this. */
  topic?: string | null;
};

/** A question that a coach set. */
export type AssignmentView = {
  /** Why it is this question. */
  chosen: Chosen;
  created_ms: UnixMs;
  due_ms?: UnixMs | null;
  form?: Form | null;
  id: string;
  language?: string | null;
  minutes?: number | null;
  patience?: Patience | null;
  /** Who joined. */
  person?: string | null;
  persona?: string | null;
  question: string;
  /** The interview that came of it; none before somebody joined. */
  session?: string | null;
  /** The question's title; none when it is in the bank no more. */
  title?: string | null;
};

/** Assignments. */
export type AssignmentsView = {
  assignments: Array<AssignmentView>;
  /** Cursor of the next page; none on the last. */
  next?: string | null;
};

/** Deeds. */
export type AuditView = {
  deeds: Array<DeedView>;
  /** Cursor of the next page; none on the last. */
  next?: string | null;
};

/** A recording as one file. */
export type Bundle = {
  /** Every file of the recording. */
  files: Array<BundleFile>;
  /** The session's id. */
  session: string;
  /** The version of the form. */
  viva_bundle: number;
};

/** A file of it: text as text, sound in base64. */
export type BundleFile = {
  base64?: string | null;
  /** Its size. */
  bytes: number;
  name: string;
  /** sha-256 of its bytes, in hex. */
  sha256: string;
  text?: string | null;
};

/** Somebody who lets one read. */
export type CandidateView = {
  /** Not only single interviews, but all of theirs: then their progress can be read, too. */
  all: boolean;
  id: string;
  name: string;
  /** Since when. */
  since_ms: UnixMs;
};

/** Those who let one read. */
export type CandidatesView = {
  candidates: Array<CandidateView>;
};

/** What was chosen, and why: kept with the session. */
export type Chosen = {
  /** `question`, `fitting`, `surprise`, `job`, or `server`. */
  by: string;
  /** Topics of the question that stand in the description of the job. */
  topics?: Array<string>;
};

/** The code at a moment. */
export type CodeAt = {
  /** The last edit before, or at, the moment that was asked for; 0 before the first. */
  at_ms: number;
  /** The language in use. */
  language?: string | null;
  /** How exact that is: edits within so many ms are told as one. */
  merged_within_ms: number;
  /** The step of that edit; scorecards name the code by it. */
  seq?: number | null;
  /** Each language's text. */
  texts: Record<string, string>;
};

/** What is written for a question. */
export type CodeView = {
  /** How many more there are. */
  hidden_tests: number;
  /** The languages it can be solved in. */
  languages: Array<Language>;
  /** What each language's text begins with. */
  starters: Partial<Record<"python3" | "javascript" | "java" | "cpp" | "go" | "rust", string>>;
  /** The tests that the candidate sees. */
  tests: Array<TestView>;
};

/** What the candidate agrees to. It must be said, either way. */
export type ConsentRequest = {
  /** Whether the interview may be recorded. */
  recording: boolean;
};

/** How an interview went, as far as it has. */
export type Course = {
  began_ms?: UnixMs | null;
  complete?: boolean | null;
  duration_ms?: number | null;
  end_reason?: string | null;
  ended_ms?: UnixMs | null;
};

/** Something that was done. */
export type DeedView = {
  /** `play`, `export`, `score`, `grant`, `revoke`, `delete`, `sign_in` … */
  action: string;
  /** The person's id; empty: the server itself, or whoever has its key. */
  actor: string;
  at_ms: UnixMs;
  /** More about it; never anybody's words. */
  detail: Record<string, unknown>;
  id: string;
  subject: string;
  subject_kind: string;
};

/** For how long a secret is good. */
export type ExpiresAfter = {
  seconds?: number | null;
};

/** How far an archive is. */
export type ExportState = "waiting" | "running" | "ready" | "failed";

/** An archive of everything of a person. */
export type ExportView = {
  /** Its size, once it is ready. */
  bytes?: number | null;
  created_ms: UnixMs;
  /** When it is deleted. */
  expires_ms: UnixMs;
  id: string;
  /** Of how many. */
  interviews: number;
  /** Interviews that are in it. */
  interviews_done: number;
  /** Its sha-256 in hex, once it is ready. */
  sha256?: string | null;
  state: ExportState;
  /** Where it is, once it is ready. */
  url?: string | null;
};

/** One's archives. */
export type ExportsView = {
  /** Newest first, three at most. */
  exports: Array<ExportView>;
};

/** A file of it. */
export type FileView = {
  bytes: number;
  name: string;
  /** Once it is kept: sha-256 of its bytes, in hex. */
  sha256?: string | null;
};

/** How an interview is held. */
export type Form = "voice" | "text";

/** Body of `POST /v1/sessions/{id}/grants`. */
export type GrantRequest = {
  /** Not only this interview, but all of its candidate's, later ones too. */
  all?: boolean;
  /** Email of a coach, an observer or an admin. */
  email: string;
  /** When it ends; none: when it is taken back. */
  expires_ms?: number | null;
};

/** That somebody may read along. */
export type GrantView = {
  /** Not only this interview, but all of its candidate's. */
  all: boolean;
  created_ms: UnixMs;
  /** When it ends; none: when it is taken back. */
  expires_ms?: UnixMs | null;
  id: string;
  /** Who; none when the account is gone. */
  reader?: ReaderView | null;
};

/** Who may read along. */
export type GrantsView = {
  grants: Array<GrantView>;
};

/** What was brought. */
export type Imported = {
  /** The session's id, the one of the bundle. */
  id: string;
  /** Where it is. */
  url: string;
};

/** Body of `POST /v1/admin/invites`. */
export type InviteRequest = {
  /** What whoever signs up by it becomes. */
  role: Role;
};

/** Body of `POST /v1/links/join`. */
export type JoinRequest = {
  /** The link's secret: what stands behind the `#`. */
  link: string;
  /** How somebody who is not signed in is called. */
  name?: string | null;
  /** Whether the interview may be recorded. */
  recording: boolean;
};

/** Somebody who joined. */
export type JoinedView = {
  /** Of somebody who was not signed in: what this browser shows as `x-viva-csrf` with whatever changes something. */
  csrf?: string | null;
  /** Of somebody who was not signed in: who they are now, in this browser. */
  person?: PersonView | null;
  /** The interview's id. */
  session: string;
  /** Where its voice socket is. */
  url: string;
};

/** One call of a judge. */
export type JudgeCall = {
  /** Its answer; none when the call failed, or was not made. */
  answer?: string | null;
  /** Of a call that was not made: it is made when there are tokens for it again. */
  deferred?: boolean;
  /** It was not made: the tokens for it were used up. */
  refused?: boolean;
  /** sha-256 of what it was asked, in hex: another question has another answer. */
  request: string;
  /** Tokens that were read for it, by this program's own count. */
  tokens_in?: number;
  /** Tokens of the answer, likewise. */
  tokens_out?: number;
};

/** What a judge answered, in order: kept beside the recording. */
export type Judgements = {
  /** Its answers. */
  calls: Array<JudgeCall>;
  /** The judge's name. */
  judge: string;
};

/** A language that a runner has. */
export type LanguageFound = {
  /** The language. */
  language: Language;
  /** Its version as it names itself. */
  version: string;
};

/** What a link is for. */
export type LinkKind = "join" | "invite" | "password";

/** What a link is for. */
export type LinkPurpose = {
  /** Of an assignment: what is asked, and how. */
  assignment?: AssignmentView | null;
  /** Of an assignment: who set it, and may read the interview. */
  coach?: string | null;
  expires_ms: UnixMs;
  /** Where it is used: `join` at `/v1/links/join`, `invite` at `/v1/sign-up`, `password` at `/v1/sign-in/link`. */
  kind: LinkKind;
  /** Of an assignment: who does which part of the work, so that whoever joins knows what leaves this machine. */
  parts?: PartsView | null;
  /** Of an invitation: what whoever signs up becomes. */
  role?: Role | null;
};

/** Body of `POST /v1/links`. */
export type LinkShown = {
  /** The link's secret: what stands behind the `#`. */
  link: string;
};

/** A link that is good once. It is shown once. */
export type LinkView = {
  expires_ms: UnixMs;
  /** Its secret. */
  link: string;
  /** Where the page takes it, to be sent to somebody; begins with `accounts.public_url`, if that is set. */
  url: string;
};

/** Body of `PATCH /v1/me`; what is left out stays. */
export type MeChange = {
  current_password?: string | null;
  /** Needs `current_password` of those who have one. */
  email?: string | null;
  name?: string | null;
  /** Needs `current_password` of those who have one. Other browsers are signed out. */
  password?: string | null;
  /** 1 to 36,500; null: as the deployment says. */
  retention_days?: number | null;
};

/** By what somebody is let in. */
export type MeKind = "person" | "single" | "operator";

/** Whoever asks. */
export type MeView = {
  /** What a browser that is signed in shows as `x-viva-csrf` with whatever changes something. */
  csrf?: string | null;
  /** By what they are let in. */
  kind: MeKind;
  /** Who, if they have an account. */
  person?: PersonView | null;
  /** What a person has of this day (UTC), and has used. */
  today?: TodayView | null;
};

/** A note as it is wished for. What is left out stays as it is, or is empty. */
export type NoteWish = {
  /** The moment on the interview's clock; at most a day. */
  at_ms?: number | null;
  /** Others may see it. */
  published?: boolean | null;
  /** Its words. */
  text?: string | null;
};

/** Notes of an interview. */
export type NotesView = {
  /** Those that whoever asks may see, in the order of their moments. */
  notes: Array<NoteView>;
};

/** Whether something is there. */
export type Outcome = "waiting" | "ready" | "none";

/** Who does which part of the work. */
export type PartsView = {
  /** Phrases what the interviewer says. */
  llm: ProviderView;
  /** Runs code. */
  runner: ProviderView;
  /** Turns speech into words. */
  stt: ProviderView;
  /** Speaks it. */
  tts: ProviderView;
  /** Tells voice from silence. */
  vad: ProviderView;
};

/** Body of `POST /v1/sign-in/link`. */
export type PasswordByLink = {
  /** The secret of the link. */
  link: string;
  password: string;
};

/** A choice that people understand without figures. */
export type Patience = "calm" | "normal" | "brisk";

/** People. */
export type PeopleView = {
  /** Cursor of the next page; none on the last. */
  next?: string | null;
  people: Array<PersonView>;
};

/** A person who was added. */
export type PersonAdded = {
  /** By it they set their password. */
  link: LinkView;
  person: PersonView;
};

/** Body of `PATCH /v1/admin/people/{person}`; what is left out stays. */
export type PersonPatch = {
  /** Disabled people are signed out, and their tokens are refused. */
  disabled?: boolean | null;
  email?: string | null;
  /** Null: as the deployment says. */
  minutes_per_day?: number | null;
  name?: string | null;
  /** Null: as the deployment says. */
  retention_days?: number | null;
  role?: Role | null;
  /** Null: as the deployment says. */
  tokens_per_day?: number | null;
};

/** Body of `POST /v1/admin/people`. */
export type PersonRequest = {
  email: string;
  name: string;
  role: Role;
};

/** A person as they see themselves, and as admins see them. */
export type PersonView = {
  created_ms: UnixMs;
  disabled: boolean;
  email?: string | null;
  /** Somebody vouched for the email: who added this person, or a provider. */
  email_verified: boolean;
  /** Whether they can sign in by password. */
  has_password: boolean;
  id: string;
  /** Minutes of interviews a day; none: as the deployment says. */
  minutes_per_day?: number | null;
  name: string;
  /** After how many days their interviews are deleted; none: as the deployment says. */
  retention_days?: number | null;
  role: Role;
  /** Tokens of the model a day; none: as the deployment says. */
  tokens_per_day?: number | null;
};

/** All of them. */
export type PersonaList = {
  personas: Array<PersonaView>;
};

/** An interviewer to choose. */
export type PersonaView = {
  /** What they are like, in a sentence. */
  about: string;
  id: string;
  title: string;
};

/** A service, for those who ask what happens to their sound. */
export type ProviderView = {
  /** Of what runs code: why nothing is run. */
  disabled?: string | null;
  /** Of what runs code: the languages that it has. */
  languages?: Array<LanguageFound> | null;
  /** What it is given leaves this machine. */
  leaves_machine: boolean;
  /** Its name in the configuration. */
  name: string;
  /** Of what runs code: how well its boxes are closed. */
  tier?: RunnerTier | null;
};

/** Names of the services in use. */
export type ProvidersView = {
  /** Language model. */
  llm: string;
  /** Speech recognition. */
  stt: string;
  /** Voice. */
  tts: string;
  /** Voice detector. */
  vad: string;
};

/** What a question exercises. */
export type QuestionKind = "coding" | "behavioural" | "system-design";

/** A question in a list. */
export type QuestionLine = {
  id: string;
  title: string;
};

/** A page of questions. */
export type QuestionList = {
  /** Cursor of the next page; none on the last. */
  next?: string | null;
  questions: Array<QuestionRow>;
};

/** A question in a list. */
export type QuestionRow = {
  /** 1 (easy) to 5 (hard). */
  difficulty: number;
  /** Whoever asks was asked it before. */
  had: boolean;
  id: string;
  kind: QuestionKind;
  /** Length of an interview on it. */
  minutes: number;
  title: string;
  topics: Array<string>;
};

/** What is asked. */
export type QuestionView = {
  /** Stable id. */
  id: string;
  /** The statement, as Markdown. */
  statement: string;
  /** Title. */
  title: string;
};

/** A question as its candidate sees it. Of hidden tests that is their number. */
export type QuestionWhole = QuestionRow & {
  /** Where code is written; none for what is only talked about. */
  code?: CodeView | null;
  /** sha-256 of its files, in hex. */
  content_hash: string;
  /** Hints that it has. */
  hints: number;
  /** SPDX name of the licence. */
  license: string;
  /** The statement, as Markdown. */
  statement: string;
};

/** Whoever may read along. */
export type ReaderView = {
  id: string;
  name: string;
  role: Role;
};

/** A recording as it is listed. */
export type RecordingView = {
  /** It is closed: nothing will be added. */
  closed: boolean;
  /** It is closed and nothing is missing. */
  complete: boolean;
  files: Array<FileView>;
};

/** What is made of an interview when it is over. */
export type ResultsView = {
  /** What was said, measured and seen, and the sound. */
  review: Outcome;
  /** The scorecard. */
  scorecard: Outcome;
};

/** What somebody is on a server with accounts. */
export type Role = "admin" | "coach" | "candidate" | "observer";

/** How well a box is closed. */
export type RunnerTier = "fake" | "remote" | "landlock" | "namespaces";

/** What was run. */
export type RunsView = {
  /** In the order in which they were asked for. Of hidden tests that is how many passed. */
  runs: Array<RunSeen>;
};

/** Bands that somebody gives. */
export type ScoreWish = {
  /** 1 to 4 for each dimension of the scorecard that is scored; at least one. */
  bands: Record<string, number>;
};

/** Body. The session is only shown again: a client says what it wants with `session.update`. */
export type SecretRequest = {
  expires_after?: ExpiresAfter | null;
  session?: Record<string, unknown>;
};

/** A secret that is good for a short time. */
export type SecretView = {
  /** When it ends, in s since 1970. */
  expires_at: number;
  /** What was asked for, shown again. */
  session: Record<string, unknown>;
  /** The secret itself; it is shown once. */
  value: string;
};

/** What somebody said without a decided pause, or typed. */
export type Segment = {
  /** When it was begun to be heard, in ms on the interview's clock. */
  from_ms: number;
  /** Its number, the same as long as the recording is; scorecards and notes cite it. */
  id: number;
  /** The recogniser's last word. */
  is_final: boolean;
  /** `candidate` or `interviewer`. */
  speaker: string;
  /** Its words; of the interviewer those that were heard. */
  text: string;
  /** When it had been heard. */
  to_ms: number;
};

/** A session in a list. */
export type SessionLine = Course & {
  created_ms: UnixMs;
  id: string;
  language: string;
  minutes: number;
  /** Whose it is, by id; none without accounts. */
  person?: string | null;
  question?: QuestionLine | null;
  recording: boolean;
  /** It has a scorecard. */
  scored: boolean;
  state: SessionState;
};

/** Body of `POST /v1/sessions`. */
export type SessionRequest = {
  consent: ConsentRequest;
  /** A question as difficult as this. */
  difficulty?: number | null;
  /** By voice, or in writing: without `words` and `voice` it says what they are. */
  form?: Form | null;
  /** The description of a job: a question whose topics stand in it. Nothing of the text is kept or logged. */
  job?: string | null;
  /** A question of this kind, one that was not had if there is any. */
  kind?: QuestionKind | null;
  /** The language it is held in, as a BCP 47 tag; the server's own without it. */
  language?: string | null;
  /** Length; the question's own without it. */
  minutes?: number | null;
  /** How patient the interviewer is. */
  patience?: Patience | null;
  /** The interviewer's manner: an id of `GET /v1/personas`. */
  persona?: string | null;
  /** The question's id. Without it and the fields down to `job` the server chooses. */
  question?: string | null;
  /** Any question that this person never had. */
  surprise?: boolean;
  /** A question about this. */
  topic?: string | null;
  /** Who speaks. */
  voice?: VoiceFrom | null;
  /** Who recognises speech. */
  words?: WordsFrom | null;
};

/** How far a session is. */
export type SessionState = "created" | "live" | "finishing" | "ended" | "broken" | "expired";

/** A session as it is shown. */
export type SessionView = Course & {
  /** Why it is on this question. */
  chosen: Chosen;
  created_ms: UnixMs;
  id: string;
  language: string;
  minutes: number;
  patience: Patience;
  /** The interviewer that was chosen. */
  persona?: string | null;
  providers: ProvidersView;
  question?: QuestionView | null;
  recording: boolean;
  results: ResultsView;
  state: SessionState;
  url: string;
  voice: VoiceFrom;
  words: WordsFrom;
};

/** A page of sessions. */
export type SessionsView = {
  /** Cursor of the next page; none on the last. */
  next?: string | null;
  sessions: Array<SessionLine>;
};

/** Body of `POST /v1/sign-in`. */
export type SignInRequest = {
  email: string;
  password: string;
};

/** Who may make an account. */
export type SignUp = "invite" | "open";

/** Body of `POST /v1/sign-up`. */
export type SignUpRequest = {
  email: string;
  /** The secret of an invitation; needed unless anybody may make an account. */
  link?: string | null;
  name: string;
  password: string;
};

/** Somebody who signed in; the browser has its cookie. */
export type SignedInView = {
  /** What this browser shows as `x-viva-csrf` with whatever changes something. */
  csrf: string;
  person: PersonView;
};

/** A visible test. */
export type TestView = {
  /** The right answer, as JSON text. */
  expected: string;
  id: string;
  /** Its input, as JSON text. */
  input: string;
};

/** What a person has of this day (UTC), and has used. */
export type TodayView = {
  /** When the day ends. */
  ends_ms: UnixMs;
  /** Minutes a day; none: as many as one likes. */
  minutes?: number | null;
  /** Minutes of interviews that are planned or run, with their whole length. */
  minutes_booked: number;
  /** Minutes of interviews that were held. */
  minutes_used: number;
  /** Runs of code. */
  runs_used: number;
  /** Tokens a day; none: as many as one likes. */
  tokens?: number | null;
  /** Tokens of the model that were used. */
  tokens_used: number;
};

/** Body of `POST /v1/me/tokens`. */
export type TokenRequest = {
  /** For how many days it is good; none: until it is revoked. */
  days?: number | null;
  /** What its owner calls it. */
  name: string;
};

/** An API token. */
export type TokenView = {
  created_ms: UnixMs;
  /** When it ends; none: when it is revoked. */
  expires_ms?: UnixMs | null;
  id: string;
  name: string;
  /** The token itself, when it is made and never again. Shown as `Authorization: Bearer <token>`. */
  token?: string | null;
  /** When it was last used, to the minute. */
  used_ms?: UnixMs | null;
};

/** One's API tokens. */
export type TokensView = {
  tokens: Array<TokenView>;
};

/** What was said in an interview. */
export type Transcript = {
  /** In order of their beginning. */
  segments: Array<Segment>;
  /** [`VERSION`] of what made it. */
  version: number;
};

/** A time in ms since 1970 UTC, as rows hold it. */
export type UnixMs = number;

/** Who makes the interviewer's sound. */
export type VoiceFrom = "server" | "client" | "silent";

/** A provider. */
export type WayIn = {
  name: string;
  title: string;
};

/** How one can sign in here. */
export type WaysIn = {
  /** People have accounts here; without, whoever is let in is the one person. */
  accounts: boolean;
  /** Providers by which people may sign in, each at `/v1/sign-in/oidc/<name>`. */
  providers: Array<WayIn>;
  /** Who may make an account. */
  sign_up: SignUp;
  /** Whether whoever asks is let in already. */
  signed_in: boolean;
};

/** Where the candidate's words come from. */
export type WordsFrom = "server" | "client";

/** What is taken and answered, by method and address; what stands in braces is put into the address. */
export type Routes = {
  /** What was done to whose data, newest first, in pages. */
  "GET /v1/admin/audit": { query: { subject?: string; limit?: number; cursor?: string }; answer: AuditView };
  /** Make a link by which somebody signs up. */
  "POST /v1/admin/invites": { body: InviteRequest; answer: LinkView };
  /** People, newest first, in pages. */
  "GET /v1/admin/people": { query: { limit?: number; cursor?: string }; answer: PeopleView };
  /** Add a person. */
  "POST /v1/admin/people": { body: PersonRequest; answer: PersonAdded };
  /** A person. */
  "GET /v1/admin/people/{person}": { answer: PersonView };
  /** Change a person. */
  "PATCH /v1/admin/people/{person}": { body: PersonPatch | null; answer: PersonView };
  /** Delete a person and all of their interviews. */
  "DELETE /v1/admin/people/{person}": { answer: null };
  /** Make a link by which a person sets a new password. */
  "POST /v1/admin/people/{person}/password-link": { answer: LinkView };
  /** How far coaches and this program agree. */
  "GET /v1/agreement": { answer: AgreementView };
  /** Assignments that one set, or took up, newest first, in pages. */
  "GET /v1/assignments": { query: { taken?: boolean; limit?: number; cursor?: string }; answer: AssignmentsView };
  /** Set a question for a candidate. */
  "POST /v1/assignments": { body: AssignmentRequest; answer: AssignmentMade };
  /** An assignment that one set or took up. */
  "GET /v1/assignments/{assignment}": { answer: AssignmentView };
  /** Take an assignment back. */
  "DELETE /v1/assignments/{assignment}": { answer: null };
  /** Make a new link to an assignment that nobody took up. */
  "POST /v1/assignments/{assignment}/link": { answer: LinkView };
  /** Candidates who let one read interviews of theirs. */
  "GET /v1/candidates": { answer: CandidatesView };
  /** Bring an interview that was held elsewhere. */
  "POST /v1/imports": { body: Bundle; answer: Imported };
  /** What a link is for. */
  "POST /v1/links": { body: LinkShown; answer: LinkPurpose };
  /** Join an assignment by its link. */
  "POST /v1/links/join": { body: JoinRequest; answer: JoinedView };
  /** Whoever asks. */
  "GET /v1/me": { answer: MeView };
  /** Change one's own account. */
  "PATCH /v1/me": { body: MeChange | null; answer: PersonView };
  /** Delete one's own account and all interviews. */
  "DELETE /v1/me": { query: { confirm: string }; answer: null };
  /** One's archives. */
  "GET /v1/me/exports": { answer: ExportsView };
  /** Have everything of oneself put into an archive. */
  "POST /v1/me/exports": { answer: ExportView };
  /** How far an archive is. */
  "GET /v1/me/exports/{export}": { answer: ExportView };
  /** Delete an archive. */
  "DELETE /v1/me/exports/{export}": { answer: null };
  /** One's API tokens. */
  "GET /v1/me/tokens": { answer: TokensView };
  /** Make an API token. */
  "POST /v1/me/tokens": { body: TokenRequest; answer: TokenView };
  /** Revoke an API token. */
  "DELETE /v1/me/tokens/{token}": { answer: null };
  /** This description of the interface. */
  "GET /v1/openapi.json": { answer: unknown };
  /** The interviewers that can be chosen. */
  "GET /v1/personas": { answer: PersonaList };
  /** Progress over interviews. */
  "GET /v1/progress": { query: { person?: string }; answer: ProgressView };
  /** Who does which part of the work: `stt`, `llm`, `tts`, `vad` and `runner`. */
  "GET /v1/providers": { answer: PartsView };
  /** The questions of the bank, easy ones first, in pages. */
  "GET /v1/questions": { query: { limit?: number; cursor?: string; kind?: QuestionKind; topic?: string; difficulty?: number; words?: string }; answer: QuestionList };
  /** A question, as its candidate sees it. */
  "GET /v1/questions/{id}": { answer: QuestionWhole };
  /** Make a secret that is good for a short time. */
  "POST /v1/realtime/client_secrets": { body: SecretRequest | null; answer: SecretView };
  /** Interviews, newest first, in pages. */
  "GET /v1/sessions": { query: { limit?: number; cursor?: string; state?: SessionState; question?: string; granted?: boolean; from_ms?: number; before_ms?: number }; answer: SessionsView };
  /** Plan an interview. */
  "POST /v1/sessions": { body: SessionRequest; answer: SessionView };
  /** An interview. */
  "GET /v1/sessions/{id}": { answer: SessionView };
  /** Delete an interview and everything that was kept of it. */
  "DELETE /v1/sessions/{id}": { answer: null };
  /** An interview as one file. */
  "GET /v1/sessions/{id}/bundle": { answer: Bundle };
  /** The code at a moment. */
  "GET /v1/sessions/{id}/code": { query: { at_ms?: number }; answer: CodeAt };
  /** Every edit of the code. */
  "GET /v1/sessions/{id}/code/timeline": { answer: CodeSeen };
  /** Who may read an interview. */
  "GET /v1/sessions/{id}/grants": { answer: GrantsView };
  /** Let somebody read an interview. */
  "POST /v1/sessions/{id}/grants": { body: GrantRequest; answer: GrantView };
  /** Take a grant back. */
  "DELETE /v1/sessions/{id}/grants/{grant}": { answer: null };
  /** What was measured. */
  "GET /v1/sessions/{id}/metrics": { answer: Metrics };
  /** Notes pinned to moments. */
  "GET /v1/sessions/{id}/notes": { answer: NotesView };
  /** Write a note. */
  "POST /v1/sessions/{id}/notes": { body: NoteWish; answer: NoteView };
  /** Change a note of one's own. */
  "PATCH /v1/sessions/{id}/notes/{note}": { body: NoteWish | null; answer: NoteView };
  /** Delete a note of one's own. */
  "DELETE /v1/sessions/{id}/notes/{note}": { answer: null };
  /** The files of a recording. */
  "GET /v1/sessions/{id}/recording": { answer: RecordingView };
  /** The shape of a track's sound. */
  "GET /v1/sessions/{id}/recording/{track}/peaks": { query: { per_second?: number }; answer: PeaksView };
  /** Everything on one clock, for a player. */
  "GET /v1/sessions/{id}/review": { answer: ReviewView };
  /** Runs of the code. */
  "GET /v1/sessions/{id}/runs": { answer: RunsView };
  /** The scorecard. */
  "GET /v1/sessions/{id}/scorecard": { answer: Scorecard };
  /** What the judge answered. */
  "GET /v1/sessions/{id}/scorecard/judgements": { answer: Judgements };
  /** What people scored. */
  "GET /v1/sessions/{id}/scores": { answer: ScoresView };
  /** Score as a coach. */
  "PUT /v1/sessions/{id}/scores/coach": { body: ScoreWish; answer: ScoresView };
  /** Score oneself. */
  "PUT /v1/sessions/{id}/scores/self": { body: ScoreWish; answer: ScoresView };
  /** What was said. */
  "GET /v1/sessions/{id}/transcript": { answer: Transcript };
  /** How one can sign in. */
  "GET /v1/sign-in": { answer: WaysIn };
  /** Sign in by email and password. */
  "POST /v1/sign-in": { body: SignInRequest; answer: SignedInView };
  /** Set a password by a link and sign in. */
  "POST /v1/sign-in/link": { body: PasswordByLink; answer: SignedInView };
  /** Sign out. */
  "POST /v1/sign-out": { answer: null };
  /** Make an account and sign in. */
  "POST /v1/sign-up": { body: SignUpRequest; answer: SignedInView };
};

/** Addresses of what is saved as a file. */
export type Downloads =
  | "/v1/docs"
  | "/v1/docs.css"
  | "/v1/exports/metrics.csv"
  | "/v1/exports/scores.csv"
  | "/v1/me/export"
  | "/v1/me/exports/{export}/viva.tar"
  | "/v1/sessions/{id}/recording/{file}"
  | "/v1/sessions/{id}/scorecard.pdf"
  | "/v1/sessions/{id}/transcript.txt"
  | "/v1/sessions/{id}/transcript.vtt";

/** Least of `difficulty` in [`AssignmentRequest`]. */
export const ASSIGNMENT_REQUEST_DIFFICULTY_MIN = 1;

/** Most of `difficulty` in [`AssignmentRequest`]. */
export const ASSIGNMENT_REQUEST_DIFFICULTY_MAX = 5;

/** Most characters of `job` in [`AssignmentRequest`]. */
export const ASSIGNMENT_REQUEST_JOB_LENGTH_MAX = 20000;

/** Least of `minutes` in [`AssignmentRequest`]. */
export const ASSIGNMENT_REQUEST_MINUTES_MIN = 1;

/** Most of `minutes` in [`AssignmentRequest`]. */
export const ASSIGNMENT_REQUEST_MINUTES_MAX = 180;

/** Least of `seconds` in [`ExpiresAfter`]. */
export const EXPIRES_AFTER_SECONDS_MIN = 10;

/** Most of `seconds` in [`ExpiresAfter`]. */
export const EXPIRES_AFTER_SECONDS_MAX = 7200;

/** Most characters of `email` in [`GrantRequest`]. */
export const GRANT_REQUEST_EMAIL_LENGTH_MAX = 254;

/** Fewest characters of `name` in [`JoinRequest`]. */
export const JOIN_REQUEST_NAME_LENGTH_MIN = 1;

/** Most characters of `name` in [`JoinRequest`]. */
export const JOIN_REQUEST_NAME_LENGTH_MAX = 100;

/** Most characters of `email` in [`MeChange`]. */
export const ME_CHANGE_EMAIL_LENGTH_MAX = 254;

/** Fewest characters of `name` in [`MeChange`]. */
export const ME_CHANGE_NAME_LENGTH_MIN = 1;

/** Most characters of `name` in [`MeChange`]. */
export const ME_CHANGE_NAME_LENGTH_MAX = 100;

/** Fewest characters of `password` in [`MeChange`]. */
export const ME_CHANGE_PASSWORD_LENGTH_MIN = 10;

/** Most characters of `password` in [`MeChange`]. */
export const ME_CHANGE_PASSWORD_LENGTH_MAX = 128;

/** Least of `retention_days` in [`MeChange`]. */
export const ME_CHANGE_RETENTION_DAYS_MIN = 1;

/** Most of `retention_days` in [`MeChange`]. */
export const ME_CHANGE_RETENTION_DAYS_MAX = 36500;

/** Most of `at_ms` in [`NoteWish`]. */
export const NOTE_WISH_AT_MS_MAX = 86400000;

/** Fewest characters of `text` in [`NoteWish`]. */
export const NOTE_WISH_TEXT_LENGTH_MIN = 1;

/** Most characters of `text` in [`NoteWish`]. */
export const NOTE_WISH_TEXT_LENGTH_MAX = 4000;

/** Fewest characters of `password` in [`PasswordByLink`]. */
export const PASSWORD_BY_LINK_PASSWORD_LENGTH_MIN = 10;

/** Most characters of `password` in [`PasswordByLink`]. */
export const PASSWORD_BY_LINK_PASSWORD_LENGTH_MAX = 128;

/** Most of `minutes_per_day` in [`PersonPatch`]. */
export const PERSON_PATCH_MINUTES_PER_DAY_MAX = 1440;

/** Least of `retention_days` in [`PersonPatch`]. */
export const PERSON_PATCH_RETENTION_DAYS_MIN = 1;

/** Most of `retention_days` in [`PersonPatch`]. */
export const PERSON_PATCH_RETENTION_DAYS_MAX = 36500;

/** Most of `tokens_per_day` in [`PersonPatch`]. */
export const PERSON_PATCH_TOKENS_PER_DAY_MAX = 1000000000;

/** Most characters of `email` in [`PersonRequest`]. */
export const PERSON_REQUEST_EMAIL_LENGTH_MAX = 254;

/** Fewest characters of `name` in [`PersonRequest`]. */
export const PERSON_REQUEST_NAME_LENGTH_MIN = 1;

/** Most characters of `name` in [`PersonRequest`]. */
export const PERSON_REQUEST_NAME_LENGTH_MAX = 100;

/** Least of `difficulty` in [`SessionRequest`]. */
export const SESSION_REQUEST_DIFFICULTY_MIN = 1;

/** Most of `difficulty` in [`SessionRequest`]. */
export const SESSION_REQUEST_DIFFICULTY_MAX = 5;

/** Most characters of `job` in [`SessionRequest`]. */
export const SESSION_REQUEST_JOB_LENGTH_MAX = 20000;

/** Least of `minutes` in [`SessionRequest`]. */
export const SESSION_REQUEST_MINUTES_MIN = 1;

/** Most of `minutes` in [`SessionRequest`]. */
export const SESSION_REQUEST_MINUTES_MAX = 180;

/** Most characters of `email` in [`SignUpRequest`]. */
export const SIGN_UP_REQUEST_EMAIL_LENGTH_MAX = 254;

/** Fewest characters of `name` in [`SignUpRequest`]. */
export const SIGN_UP_REQUEST_NAME_LENGTH_MIN = 1;

/** Most characters of `name` in [`SignUpRequest`]. */
export const SIGN_UP_REQUEST_NAME_LENGTH_MAX = 100;

/** Fewest characters of `password` in [`SignUpRequest`]. */
export const SIGN_UP_REQUEST_PASSWORD_LENGTH_MIN = 10;

/** Most characters of `password` in [`SignUpRequest`]. */
export const SIGN_UP_REQUEST_PASSWORD_LENGTH_MAX = 128;

/** Least of `days` in [`TokenRequest`]. */
export const TOKEN_REQUEST_DAYS_MIN = 1;

/** Most of `days` in [`TokenRequest`]. */
export const TOKEN_REQUEST_DAYS_MAX = 3650;

/** Fewest characters of `name` in [`TokenRequest`]. */
export const TOKEN_REQUEST_NAME_LENGTH_MIN = 1;

/** Most characters of `name` in [`TokenRequest`]. */
export const TOKEN_REQUEST_NAME_LENGTH_MAX = 100;
