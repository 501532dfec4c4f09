// Holds a conversation through openai-node's OpenAIRealtimeWS, which insists on wss://.
//   NODE_EXTRA_CA_CERTS=cert.pem node openai.mjs https://localhost:8443/v1 speech.wav [CHECK ...]
// speech.wav: one short phrase, mono, 16 bit, 24 kHz. The server's answer must last at least four seconds.
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { Events, Microphone, expect, expectCut, main } from './common.mjs';

async function connect(baseURL, defer) {
  const events = new Events();
  const client = new OpenAI({ apiKey: process.env.VIVA_KEY ?? 'none', baseURL });
  const socket = new OpenAIRealtimeWS({ model: 'viva' }, client);
  socket.on('event', (event) => events.push(event));
  socket.on('error', (error) => events.push({ type: 'client_error', message: error.message }));
  defer(() => socket.close());
  await events.until('session.created', () => {
    const failed = events.all('client_error')[0];
    expect(!failed, `connecting works: ${failed?.message}`);
    return events.all('session.created')[0];
  });
  return { socket, events };
}

function listen(socket, defer) {
  const microphone = new Microphone((frame) =>
    socket.send({ type: 'input_audio_buffer.append', audio: frame.toString('base64') }),
  );
  defer(() => microphone.close());
  return microphone;
}

function noErrors(events) {
  const errors = events.all('client_error').map((event) => event.message);
  expect(errors.length === 0, `no errors: ${errors}`);
}

async function textTurn(url, _sound, defer) {
  const { socket, events } = await connect(url, defer);
  socket.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'I would sort it first.' }] },
  });
  const { event: added } = await events.wait('conversation.item.added');
  expect(added.item.content[0].text === 'I would sort it first.', 'the typed turn comes back');
  socket.send({ type: 'response.create' });
  const { event: done } = await events.wait('response.done');
  expect(done.response.status === 'completed', `the answer is completed, not ${done.response.status}`);
  const said = done.response.output[0].content[0].transcript.trim();
  expect(said && said === events.words(done.response.id), 'the answer is what was spoken');
  expect(events.heardMs(0) > 500, 'the answer has sound');
  noErrors(events);
  return `answered "${said}"`;
}

async function spokenTurn(url, sound, defer) {
  const { socket, events } = await connect(url, defer);
  listen(socket, defer).say(sound);
  const { event: started } = await events.wait('input_audio_buffer.speech_started');
  const { event: heard } = await events.wait(
    'conversation.item.input_audio_transcription.completed', 0, (event) => event.item_id === started.item_id,
  );
  expect(heard.transcript.trim(), 'the turn has a transcript');
  const { event: done } = await events.wait('response.done');
  expect(done.response.status === 'completed', `the answer is completed, not ${done.response.status}`);
  noErrors(events);
  return `heard "${heard.transcript}", answered "${events.words(done.response.id)}"`;
}

async function interruption(url, sound, defer) {
  const { socket, events } = await connect(url, defer);
  const microphone = listen(socket, defer);
  microphone.say(sound);
  const { at, event: created } = await events.wait('response.created');
  await events.until('1.5 s of sound', () => events.heardMs(at) >= 1_500);
  const itemId = events.all('response.output_audio.delta', at)[0].item_id;
  const cutInAt = events.list.length;
  microphone.say(sound);
  await events.wait('input_audio_buffer.speech_started', cutInAt);
  const { event: done } = await events.wait('response.done', cutInAt);
  expect(done.response.status === 'cancelled', `speech stops the answer: it is ${done.response.status}`);
  socket.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 500 });
  const { at: truncatedAt } = await events.wait(
    'conversation.item.truncated', cutInAt, (event) => event.item_id === itemId && event.audio_end_ms === 500,
  );
  socket.send({ type: 'conversation.item.retrieve', item_id: itemId });
  const { event: retrieved } = await events.wait('conversation.item.retrieved', truncatedAt);
  const kept = retrieved.item.content[0].transcript;
  expectCut(kept, events.words(created.response.id));
  noErrors(events);
  return `of "${events.words(created.response.id)}" "${kept}" is kept`;
}

await main('openai-node', 'node openai.mjs HTTPS_URL SOUND [CHECK ...]', {
  text_turn: textTurn,
  spoken_turn: spokenTurn,
  interruption,
});
