// approach = "window-with-counts"
function shortestPiece(banner, name) {
  if (name === "") return "";
  const needed = new Map();
  for (const letter of name) needed.set(letter, (needed.get(letter) ?? 0) + 1);
  let missing = name.length;
  let left = 0;
  let best = null;
  for (let right = 0; right < banner.length; right += 1) {
    const before = needed.get(banner[right]) ?? 0;
    needed.set(banner[right], before - 1);
    if (before > 0) missing -= 1;
    while (missing === 0) {
      if (best === null || right + 1 - left < best[1] - best[0]) best = [left, right + 1];
      const after = needed.get(banner[left]) + 1;
      needed.set(banner[left], after);
      if (after > 0) missing += 1;
      left += 1;
    }
  }
  return best === null ? null : banner.slice(...best);
}
