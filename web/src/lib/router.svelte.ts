// Where the page is: follows the address, keeps history, asks before a running interview is left.
import type { Attachment } from "svelte/attachments";
import { addressOf, type Screen, screenAt } from "./route";

/** Asked before another screen is shown; answers whether it may be. */
export type Guard = () => Promise<boolean>;

/** The page's place. There is one, [`router`]. */
class Router {
  screen: Screen = $state.raw(screenAt(location.pathname, location.search));
  /** Keeps people from leaving by accident; none: nothing is lost by leaving. */
  guard: Guard | null = null;

  /** The place's number in the browser's history, so that a step back can itself be taken back. */
  private at = numberOf(history.state) ?? 0;
  private shown = here();
  /** A step that we took back ourselves arrives as a step, too. */
  private expected = 0;
  /** Somebody went somewhere: until then the browser's own focus is right. */
  private moved = false;

  constructor() {
    history.replaceState({ at: this.at }, "");
    addEventListener("popstate", ({ state }) => void this.stepped(numberOf(state)));
    addEventListener("click", (event) => this.clicked(event));
  }

  /** Goes to a screen, if nothing keeps us; `replace` leaves no way back to the present one. */
  async go(screen: Screen | string, replace = false): Promise<void> {
    const address = typeof screen === "string" ? screen : addressOf(screen);
    if (address === here()) return;
    if (this.guard !== null && !(await this.guard())) return;
    this.guard = null;
    if (!replace) this.at++;
    if (replace) history.replaceState({ at: this.at }, "", address);
    else history.pushState({ at: this.at }, "", address);
    this.arrived();
    if (!replace) scrollTo(0, 0);
  }

  /** Puts the focus on a screen's heading when somebody came to it from another screen of this page. */
  readonly arrival: Attachment<HTMLElement> = (heading) => {
    if (!this.moved) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };

  private arrived(): void {
    this.moved = true;
    this.shown = here();
    this.screen = screenAt(location.pathname, location.search);
  }

  /** Back or forward. The address has changed already: to ask first, it is changed back first. */
  private async stepped(at: number | null): Promise<void> {
    if (this.expected > 0) {
      this.expected--;
      return;
    }
    // A place within the screen (#…) is no step.
    if (here() === this.shown) return;
    const by = (at ?? this.at) - this.at;
    if (this.guard !== null && by !== 0) {
      this.expected++;
      history.go(-by);
      if (!(await this.guard())) return;
      this.guard = null;
      history.go(by);
      return;
    }
    this.at += by;
    this.arrived();
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.target !== "" || link.hasAttribute("download")) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || screenAt(url.pathname).name === "nowhere") return;
    // A place within the screen is the browser's business.
    if (url.hash !== "" && url.pathname + url.search === here()) return;
    event.preventDefault();
    void this.go(url.pathname + url.search + url.hash);
  }
}

function here(): string {
  return location.pathname + location.search;
}

function numberOf(state: unknown): number | null {
  const at = (state as { at?: unknown } | null)?.at;
  return typeof at === "number" ? at : null;
}

/** Where the page is. */
export const router = new Router();
