// Interviews in a real browser against a real server: what a person would do, and see.
// Usage: VIVA=path/to/viva node e2e/run.mjs [talk|coding|long|review|people]. Exit code 0: held; 1: something did not happen; 2:
// something is not installed.
import { coding } from "./coding.mjs";
import { printFigures } from "./figures.mjs";
import { long } from "./long.mjs";
import { people } from "./people.mjs";
import { review } from "./review.mjs";
import { talk } from "./talk.mjs";
import { world } from "./world.mjs";

/** All stories must be told by then, in ms. */
const STORIES_MS_MAX = 600_000;
const STORIES = { talk, coding, long, review, people };

const late = setTimeout(() => {
  console.error(`e2e: not done after ${STORIES_MS_MAX} ms`);
  process.exit(1);
}, STORIES_MS_MAX);
const wanted = process.argv.slice(2);
const built = await world();
try {
  for (const [name, story] of Object.entries(STORIES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await story(built);
    console.log(`e2e: ${name}: the interview was held`);
    printFigures();
  }
} catch (error) {
  console.error(error);
  console.error(`--- server\n${built.log.slice(-30).join("\n")}`);
  process.exitCode = 1;
} finally {
  await built.close();
  clearTimeout(late);
}
