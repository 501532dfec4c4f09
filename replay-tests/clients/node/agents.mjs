// Holds a conversation through @openai/agents-realtime over ws://, as an agent that knows nothing of Viva would.
//   node agents.mjs ws://127.0.0.1:8080/v1/realtime?model=viva speech.wav [CHECK ...]
// speech.wav: one short phrase, mono, 16 bit, 24 kHz. The server's answer must last at least four seconds.
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { Events, Microphone, expect, expectCut, main } from './common.mjs';

async function connect(url, defer) {
  const events = new Events();
  const agent = new RealtimeAgent({ name: 'candidate', instructions: 'Keep to the topic.' });
  const session = new RealtimeSession(agent, { transport: new OpenAIRealtimeWebSocket() });
  session.on('transport_event', (event) => events.push(event));
  session.on('history_updated', () => events.changed());
  // Errors of the session and of the server arrive alike; nothing here may cause one.
  session.on('error', (error) => events.push({ type: 'session_error', error }));
  session.on('audio_interrupted', () => events.push({ type: 'audio_interrupted' }));
  await session.connect({ apiKey: process.env.VIVA_KEY ?? 'none', url });
  defer(() => session.close());
  const microphone = new Microphone((frame) =>
    session.transport.sendAudio(frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.length)),
  );
  defer(() => microphone.close());
  return { session, events, microphone };
}

function noErrors(events) {
  const errors = events.all('session_error').map((event) => JSON.stringify(event.error));
  expect(errors.length === 0, `no errors: ${errors}`);
}

/** The last message of this role whose words are known. */
function spoken(session, role) {
  const messages = session.history.filter((item) => item.type === 'message' && item.role === role);
  return messages.findLast((item) => item.content.some((part) => part.transcript?.trim()));
}

const words = (item) => item.content.map((part) => part.transcript ?? part.text ?? '').join(' ').trim();

async function connects(url, _sound, defer) {
  const { events } = await connect(url, defer);
  await events.wait('session.created');
  const { event, at } = await events.wait('session.updated');
  expect(event.session.audio.input.turn_detection.type === 'semantic_vad', 'its turn detection is taken');
  expect(event.session.audio.input.turn_detection.interrupt_response === true, 'the server says that it interrupts');
  expect(event.session.instructions === 'Keep to the topic.', 'its instructions are taken');
  const { event: traced } = await events.wait('session.updated', at + 1);
  expect(traced.session.tracing === 'auto', 'its second update, about tracing, is taken');
  expect(traced.session.instructions === 'Keep to the topic.', 'which leaves the rest as it was');
  noErrors(events);
  return 'both session updates are taken';
}

async function spokenTurn(url, sound, defer) {
  const { session, events, microphone } = await connect(url, defer);
  await events.wait('session.updated');
  microphone.say(sound);
  const { at } = await events.wait('response.created');
  const { event } = await events.wait('response.done', at);
  expect(event.response.status === 'completed', `the answer is completed, not ${event.response.status}`);
  const user = await events.until('user words in the history', () => spoken(session, 'user'));
  const assistant = await events.until('assistant words in the history', () => {
    const item = spoken(session, 'assistant');
    return item?.status === 'completed' && item;
  });
  expect(words(assistant) === events.words(event.response.id), 'the history holds the words that were spoken');
  const places = [user, assistant].map((wanted) => session.history.findIndex((item) => item.itemId === wanted.itemId));
  expect(places[0] < places[1], 'question and answer stand in their order');
  noErrors(events);
  return `heard "${words(user)}", answered "${words(assistant)}"`;
}

async function interruption(url, sound, defer) {
  const { session, events, microphone } = await connect(url, defer);
  await events.wait('session.updated');
  microphone.say(sound);
  const { at, event: created } = await events.wait('response.created');
  await events.until('1.5 s of sound', () => events.heardMs(at) >= 1_500);
  const itemId = events.all('response.output_audio.delta', at)[0].item_id;
  const cutInAt = events.list.length;
  microphone.say(sound);
  await events.wait('audio_interrupted', cutInAt);
  const { event: done } = await events.wait('response.done', cutInAt);
  expect(done.response.id === created.response.id, 'the answer that was spoken is over');
  expect(done.response.status === 'cancelled', `it was cancelled, not ${done.response.status}`);
  // The SDK truncates by itself, at the time since the answer's first sound, and asks for the item again.
  const { at: truncatedAt, event: truncated } = await events.wait(
    'conversation.item.truncated', cutInAt, (event) => event.item_id === itemId,
  );
  const { event: retrieved } = await events.wait(
    'conversation.item.retrieved', truncatedAt, (event) => event.item.id === itemId,
  );
  expect(retrieved.item.status === 'incomplete', 'a cut item is incomplete');
  const kept = retrieved.item.content[0].transcript;
  const said = events.words(created.response.id);
  expect(said.startsWith(kept.trim()), `"${kept}" is the beginning of "${said}"`);
  await events.until('the cut item in the history', () =>
    session.history.some((item) => item.itemId === itemId && item.status === 'incomplete' && words(item) === kept.trim()),
  );

  // And once more by hand, far earlier, so that words must go.
  session.transport.sendEvent({
    type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 500,
  });
  const { at: again } = await events.wait(
    'conversation.item.truncated', truncatedAt + 1, (event) => event.audio_end_ms === 500,
  );
  const { event: last } = await events.wait(
    'conversation.item.retrieved', again, (event) => event.item.id === itemId,
  );
  expectCut(last.item.content[0].transcript, said);
  await events.wait('response.created', cutInAt);
  noErrors(events);
  return `cut at ${truncated.audio_end_ms} ms to "${kept}"`;
}

await main('agents-realtime', 'node agents.mjs WS_URL SOUND [CHECK ...]', {
  connects,
  spoken_turn: spokenTurn,
  interruption,
});
