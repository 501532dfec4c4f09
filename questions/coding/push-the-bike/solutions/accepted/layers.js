// approach = "layers"
function fewestPushes(places, streets, home, market) {
  const ride = Array.from({ length: places }, () => []);
  const push = Array.from({ length: places }, () => []);
  for (const [a, b] of streets) {
    ride[a].push(b);
    push[b].push(a);
  }
  const seen = new Array(places).fill(false);
  let layer = [home];
  for (let pushes = 0; layer.length > 0; pushes += 1) {
    const flooded = [];
    while (layer.length > 0) {
      const place = layer.pop();
      if (seen[place]) continue;
      seen[place] = true;
      flooded.push(place);
      layer.push(...ride[place]);
    }
    if (seen[market]) return pushes;
    layer = flooded.flatMap((place) => push[place].filter((other) => !seen[other]));
  }
  return null;
}
