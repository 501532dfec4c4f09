// Something that somebody tries: whether it is being done, and what went wrong, to be shown beside it.
import { problemText } from "./api";

export class Deed {
  busy = $state(false);
  /** What went wrong the last time; empty: nothing. */
  problem = $state("");

  /** Does it. Says whether it went well. */
  async try(act: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.problem = "";
    try {
      await act();
      return true;
    } catch (error) {
      this.problem = problemText(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
