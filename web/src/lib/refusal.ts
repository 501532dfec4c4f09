// What whoever comes back from a provider and is not let in reads: the server sends them to the sign-in screen with its code.

const TEXTS: Record<string, string> = {
  not_linked:
    "That provider knows you, but nobody here has your email. Make an account first, or ask whoever runs this server for an invitation.",
  account_disabled: "This account is disabled. Ask whoever runs this server.",
  email_taken: "There is an account with this email already. Sign in with its password.",
  provider_not_found: "This server does not know that provider.",
  provider_failed: "Signing in there did not work, or was cancelled. Try again.",
  too_many_requests: "Too many tried to sign in just now. Wait a minute, then try again.",
  store_unavailable: "The server cannot look up who you are right now. Try again in a minute.",
};

/** What a code means for whoever wants to sign in; nothing without one. Codes of no text of their own, made up ones too, get a common one. */
export function refusal(code: string | null): string {
  if (code === null || code === "") return "";
  return Object.hasOwn(TEXTS, code) ? (TEXTS[code] ?? "") : "Signing in did not work. Try again.";
}
