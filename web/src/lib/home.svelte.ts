// What the start page holds while the page is open, so that whoever comes back to it finds it as it was.
import { ANY, type Filter } from "./bank";
import { type Choices, remembered } from "./choices";

/** The start page's state. */
class Home {
  filter: Filter = $state.raw(ANY);
  /** The chosen question's id; empty before the questions are there. */
  question = $state("");
  /** Description of a job, pasted; none: a question is chosen otherwise. It stays on this page until an interview is made. */
  job: string | null = $state(null);
  choices: Choices = $state(remembered());
}

/** The start page's state. */
export const home = new Home();
