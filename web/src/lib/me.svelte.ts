// Who looks at the page: nobody yet, somebody with an account, or the one person of a server without accounts.
import { type PersonView, me as readMe, type SignedInView, signOut, type WaysIn, waysIn } from "./account";
import { credentials } from "./api";

/** Whoever looks at the page. There is one, [`viewer`]. */
class Viewer {
  /** How one can sign in; none before the server has said so. */
  ways: WaysIn | null = $state.raw(null);
  /** Whose account it is; none without accounts. */
  person: PersonView | null = $state.raw(null);
  /** Somebody must sign in before anything else. */
  mustSignIn = $state(false);
  /** They were signed in, and are no more. */
  lapsed = $state(false);

  constructor() {
    credentials.refused = () => {
      if (this.ways?.accounts !== true) return;
      this.lapsed = this.person !== null;
      this.leave();
    };
  }

  /** Asks the server. When it cannot be reached the page opens all the same, and says so where it matters. */
  async find(): Promise<void> {
    try {
      this.ways = await waysIn();
    } catch {
      // Said by the screens that need the server.
      return;
    }
    const { accounts, signed_in } = this.ways;
    this.mustSignIn = accounts && !signed_in;
    // Whose account it is comes after the screen, which need not wait for it.
    if (signed_in) void this.know().catch(() => {});
  }

  private async know(): Promise<void> {
    const { person, csrf, kind } = await readMe();
    this.person = person ?? null;
    credentials.csrf = csrf ?? "";
    // A browser that asks for a deployment's key does so on the way to the page: nothing may stand in that way.
    if (kind !== "operator") workOffline();
  }

  /** Somebody signed in. */
  arrived({ person, csrf }: SignedInView): void {
    this.person = person;
    credentials.csrf = csrf;
    this.mustSignIn = false;
    this.lapsed = false;
  }

  /** The account has changed. */
  changed(person: PersonView): void {
    this.person = person;
  }

  /** Signs out, and forgets what this page remembers of the person. */
  async signOut(): Promise<void> {
    await signOut();
    this.lapsed = false;
    this.leave();
    localStorage.clear();
    sessionStorage.clear();
  }

  /** Nobody is signed in any more. */
  leave(): void {
    this.person = null;
    credentials.csrf = "";
    this.mustSignIn = this.ways?.accounts === true;
  }
}

/** Browsers take a service worker only from https:// and localhost; without one, the page needs the line to open. */
function workOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  void navigator.serviceWorker.register("/sw.js").catch(() => {});
}

/** Whoever looks at the page. */
export const viewer = new Viewer();
