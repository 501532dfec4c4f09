// Pictures of what is shown, to be looked at: SHOTS=folder npm run e2e. Each in light and dark, on a laptop and on a phone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env.SHOTS ?? "";
const SIZES = { laptop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** Takes the pictures if any are wanted; `turn` may change what a phone shows. */
export async function shoot(page, name, turn = async () => {}) {
  if (FOLDER === "") return;
  mkdirSync(FOLDER, { recursive: true });
  const before = page.viewportSize();
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    if (size === "phone") await turn();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}
