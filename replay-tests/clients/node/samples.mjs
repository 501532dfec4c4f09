// Checks that the samples of server events pass the zod schemas of @openai/agents-realtime, the strictest client we know:
//   node samples.mjs [FOLDER]
// What fails there is not an error in a user's program but an event that silently does nothing.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
// The package does not export its schemas.
const sdk = path.join(here, 'node_modules/@openai/agents-realtime/dist');
const { realtimeServerEventSchema } = await import(path.join(sdk, 'openaiRealtimeEvents.mjs'));
const { realtimeMessageItemSchema } = await import(path.join(sdk, 'items.mjs'));

const folder = process.argv[2] ?? path.join(here, '../../../fixtures/wire/server');
let [checked, failures] = [0, 0];
for (const file of fs.readdirSync(folder).sort()) {
  const sample = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  if (sample.type.startsWith('x.')) continue;
  checked += 1;
  const results = [realtimeServerEventSchema.safeParse(sample)];
  for (const item of [sample.item, ...(sample.response?.output ?? [])].filter(Boolean)) {
    results.push(realtimeMessageItemSchema.safeParse({ ...item, itemId: item.id }));
  }
  for (const { error } of results.filter((result) => !result.success)) {
    failures += 1;
    console.log(`FAILED agents-realtime sample ${sample.type}: ${error.message}`);
  }
}
const good = failures === 0 && checked > 0;
console.log(`${good ? 'ok' : 'FAILED'} agents-realtime samples: ${checked} checked, ${failures} wrong`);
process.exit(good ? 0 : 1);
