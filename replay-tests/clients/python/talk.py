"""Holds a conversation with a Viva server through openai-python, as a program that knows nothing of Viva would.

    python talk.py http://127.0.0.1:8080/v1 speech.wav [--key KEY] [--only CHECK ...]

speech.wav: one short phrase, mono, 16 bit, 24 kHz (or the same as raw samples in a .pcm file). The server's answer must
last at least four seconds, or there is nothing to interrupt. Prints a line per check; exit code 0 when all are good, 1
when one failed, 2 for unusable arguments.
"""

import argparse
import asyncio
import base64
import sys
import time
import wave
from pathlib import Path

from openai import AsyncOpenAI

RATE_HZ = 24_000
FRAME_MS = 20
FRAME_BYTES = RATE_HZ * FRAME_MS // 1000 * 2
# Longest wait for any one event. Generous: it is only ever reached when something is broken.
PATIENCE_S = 40.0


class CheckFailed(Exception):
    """What a check found wanting."""


def expect(truth, what):
    if not truth:
        raise CheckFailed(what)


def read_sound(path):
    if path.suffix != ".wav":
        return path.read_bytes()
    with wave.open(str(path)) as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if shape != (1, 2, RATE_HZ):
            raise ValueError(f"{path} must be mono, 16 bit, 24 kHz, not {shape}")
        return file.readframes(file.getnframes())


class Conversation:
    """One socket: keeps every event in order and lets checks wait for the one they need."""

    def __init__(self, connection):
        self.connection = connection
        self.events = []
        self._news = asyncio.Condition()
        self._closed = None
        self._speech = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._read())]

    async def _read(self):
        try:
            async for event in self.connection:
                async with self._news:
                    self.events.append((time.monotonic(), event))
                    self._news.notify_all()
            reason = "the server closed the socket"
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            reason = f"the socket broke: {error!r}"
        async with self._news:
            self._closed = reason
            self._news.notify_all()

    async def wait(self, kind, start=0, where=lambda event: True):
        """Index and event of the first event of this type from `start` on."""

        def found():
            for index in range(start, len(self.events)):
                event = self.events[index][1]
                if event.type == kind and where(event):
                    return index, event
            return None

        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(lambda: found() or self._closed), PATIENCE_S)
            except TimeoutError:
                pass
            if hit := found():
                return hit
        seen = [event.type for _, event in self.events[start:] if "delta" not in event.type]
        raise CheckFailed(f"no {kind} ({self._closed or 'timed out'}); seen since: {seen}")

    def all(self, kind, start=0, end=None):
        return [event for _, event in self.events[start:end] if event.type == kind]

    def heard_bytes(self, start=0, end=None):
        return sum(len(base64.b64decode(e.delta)) for e in self.all("response.output_audio.delta", start, end))

    async def heard_at_least(self, milliseconds, start):
        """Waits until so much of the answer's sound has come."""
        wanted = RATE_HZ * 2 * milliseconds // 1000
        index = start
        while self.heard_bytes(start, index) < wanted:
            index, event = await self.wait("response.output_audio.delta", index)
            index += 1
        return event.item_id

    def open_microphone(self):
        """From now on a frame every 20 ms, as a microphone gives them: speech when there is some, else silence."""
        self._tasks.append(asyncio.create_task(self._send_frames(self._microphone())))

    def _microphone(self):
        pending = b""
        while True:
            if len(pending) < FRAME_BYTES and not self._speech.empty():
                pending += self._speech.get_nowait()
            yield pending[:FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
            pending = pending[FRAME_BYTES:]

    async def speak(self, sound):
        """Sends this sound in real time and returns when it is sent."""
        await self._send_frames(sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES))

    async def _send_frames(self, frames):
        started = time.monotonic()
        for number, frame in enumerate(frames, 1):
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(frame).decode())
            await asyncio.sleep(max(0.0, started + number * FRAME_MS / 1000 - time.monotonic()))

    def say(self, sound):
        self._speech.put_nowait(sound)

    async def close(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def order(*indices):
    return list(indices) == sorted(indices)


async def whole_answer(talk, start):
    """Waits for an answer to its end and checks that its pieces fit together. Returns where it ended and its words."""
    created, event = await talk.wait("response.created", start)
    response_id = event.response.id
    ours = lambda e: e.response_id == response_id  # noqa: E731
    added, event = await talk.wait("response.output_item.added", created, ours)
    item_id = event.item.id
    in_conversation, event = await talk.wait("conversation.item.added", created, lambda e: e.item.id == item_id)
    expect(event.item.role == "assistant", "the answer's item is the assistant's")
    expect(event.item.status == "in_progress", "the answer's item begins in progress")
    part, _ = await talk.wait("response.content_part.added", created, ours)
    done, event = await talk.wait("response.done", created, lambda e: e.response.id == response_id)
    expect(event.response.status == "completed", f"response.done says {event.response.status}")
    expect(order(created, added, in_conversation, part, done), "created, item added, part added, done: in this order")
    await talk.wait("rate_limits.updated", done)
    words = "".join(e.delta for e in talk.all("response.output_audio_transcript.delta", created, done) if ours(e))
    whole = [e.transcript for e in talk.all("response.output_audio_transcript.done", created, done) if ours(e)]
    expect(len(whole) == 1 and whole[0].strip() == words.strip(), f"deltas {words!r} add up to {whole!r}")
    shown = event.response.output[0].content[0].transcript
    expect(shown == whole[0], f"response.done shows {shown!r}, not {whole!r}")
    item_done, event = await talk.wait("conversation.item.done", created, lambda e: e.item.id == item_id)
    expect(order(part, item_done, done), "the item is done before the response")
    expect(event.item.status == "completed", "the answer's item is completed")
    expect(talk.heard_bytes(created, done) > RATE_HZ // 2, "the answer has sound")
    return done, words


async def check_text_turn(talk, _sound):
    await talk.wait("session.created")
    await talk.connection.session.update(session={"type": "realtime", "instructions": "Keep to the topic."})
    _, event = await talk.wait("session.updated")
    expect(event.session.instructions == "Keep to the topic.", "session.updated shows the instructions")
    expect(event.session.audio.input.turn_detection.interrupt_response is True, "turn detection has its defaults")
    start = len(talk.events)
    await talk.connection.conversation.item.create(
        item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "I would sort it first."}]}
    )
    added, event = await talk.wait("conversation.item.added", start)
    expect(event.item.content[0].text == "I would sort it first.", "the typed turn comes back")
    await talk.wait("conversation.item.done", added, lambda e: e.item.id == event.item.id)
    await talk.connection.response.create()
    done, words = await whole_answer(talk, start)
    expect(not talk.all("error"), f"no errors: {talk.all('error')}")
    return f"answered with {talk.heard_bytes(start, done) / 48:.0f} ms of sound: {words.strip()!r}"


async def check_spoken_turn(talk, sound):
    await talk.wait("session.created")
    talk.open_microphone()
    talk.say(sound)
    started, event = await talk.wait("input_audio_buffer.speech_started")
    item_id = event.item_id
    stopped, event = await talk.wait("input_audio_buffer.speech_stopped", started)
    expect(event.item_id == item_id, "speech_stopped names the item of speech_started")
    committed, event = await talk.wait("input_audio_buffer.committed", started)
    expect(event.item_id == item_id, "committed names the same item")
    added, event = await talk.wait("conversation.item.added", started, lambda e: e.item.id == item_id)
    expect(event.item.role == "user" and event.item.content[0].type == "input_audio", "a spoken turn of the user")
    responding, _ = await talk.wait("response.created", started)
    expect(order(started, stopped, committed, added, responding), "started, stopped, committed, added, response")
    _, event = await talk.wait(
        "conversation.item.input_audio_transcription.completed", started, lambda e: e.item_id == item_id
    )
    expect(event.transcript.strip(), "the turn has a transcript")
    _, words = await whole_answer(talk, responding)
    expect(not talk.all("error"), f"no errors: {talk.all('error')}")
    return f"heard {event.transcript!r}, answered {words.strip()!r}"


async def check_interruption(talk, sound):
    await talk.wait("session.created")
    talk.open_microphone()
    talk.say(sound)
    responding, event = await talk.wait("response.created")
    response_id = event.response.id
    item_id = await talk.heard_at_least(1_500, responding)
    cut_in_at = len(talk.events)
    talk.say(sound)
    done, event = await talk.wait("response.done", cut_in_at, lambda e: e.response.id == response_id)
    expect(event.response.status == "cancelled", f"speech stops the answer: it is {event.response.status}")
    expect(event.response.status_details.reason == "turn_detected", "it says that speech stopped it")
    await talk.wait("input_audio_buffer.speech_started", cut_in_at)
    said = "".join(e.delta for e in talk.all("response.output_audio_transcript.delta", responding, done))
    late = [e for e in talk.all("response.output_audio.delta", done) if e.response_id == response_id]
    expect(not late, "no sound of the answer comes after it is done")

    # A player that had heard half a second of it.
    await talk.connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=500)
    truncated, event = await talk.wait("conversation.item.truncated", done, lambda e: e.audio_end_ms == 500)
    expect(event.item_id == item_id, "the right item is truncated")
    await talk.connection.conversation.item.retrieve(item_id=item_id)
    _, event = await talk.wait("conversation.item.retrieved", truncated)
    kept = event.item.content[0].transcript or ""
    expect(len(kept) < len(said.strip()), f"of {said!r} only what was heard is kept, not {kept!r}")
    expect(said.split()[: len(kept.split())] == kept.split(), f"{kept!r} is the beginning of {said!r}")
    expect(event.item.status == "incomplete", "a cut item is incomplete")

    before = len(talk.events)
    await talk.connection.conversation.item.truncate(
        item_id=item_id, content_index=0, audio_end_ms=3_600_000, event_id="too_far"
    )
    _, event = await talk.wait("error", before)
    expect(event.error.event_id == "too_far", "the error names the event it answers")
    await talk.wait("response.created", cut_in_at)
    return f"of {said.strip()!r} {kept!r} is kept"


async def check_push_to_talk(talk, sound):
    await talk.wait("session.created")
    await talk.connection.session.update(
        session={"type": "realtime", "audio": {"input": {"turn_detection": None}}}
    )
    _, event = await talk.wait("session.updated")
    expect(event.session.audio.input.turn_detection is None, "session.updated shows push-to-talk")
    await talk.speak(sound + bytes(FRAME_BYTES * 50))
    expect(not talk.all("input_audio_buffer.committed"), "nothing is committed unasked")
    start = len(talk.events)
    await talk.connection.input_audio_buffer.commit()
    committed, event = await talk.wait("input_audio_buffer.committed", start)
    item_id = event.item_id
    await talk.wait("conversation.item.added", committed, lambda e: e.item.id == item_id)
    expect(not talk.all("response.created"), "nothing is answered unasked")
    await talk.connection.response.create()
    _, words = await whole_answer(talk, committed)
    _, event = await talk.wait(
        "conversation.item.input_audio_transcription.completed", start, lambda e: e.item_id == item_id
    )
    expect(event.transcript.strip(), "the turn has a transcript")
    expect(not talk.all("error"), f"no errors: {talk.all('error')}")
    return f"heard {event.transcript!r}, answered {words.strip()!r}"


CHECKS = {
    "text_turn": check_text_turn,
    "spoken_turn": check_spoken_turn,
    "interruption": check_interruption,
    "push_to_talk": check_push_to_talk,
}


async def run(arguments, sound):
    client = AsyncOpenAI(api_key=arguments.key, base_url=arguments.base_url)
    failures = 0
    for name in arguments.only or CHECKS:
        try:
            async with client.realtime.connect(model="viva") as connection:
                talk = Conversation(connection)
                try:
                    said = await CHECKS[name](talk, sound)
                finally:
                    await talk.close()
            print(f"ok openai-python {name}: {said}", flush=True)
        except Exception as error:  # noqa: BLE001 - one check must not hide the others
            failures += 1
            said = str(error) if isinstance(error, CheckFailed) else repr(error)
            print(f"FAILED openai-python {name}: {said}", flush=True)
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url", help="e.g. http://127.0.0.1:8080/v1")
    parser.add_argument("sound", type=Path, help="a short spoken phrase, .wav or .pcm")
    parser.add_argument("--key", default="none", help="API key, if the server wants one")
    parser.add_argument("--only", nargs="+", choices=CHECKS, help="run only these checks")
    arguments = parser.parse_args()
    try:
        sound = read_sound(arguments.sound)
    except (OSError, ValueError, wave.Error) as error:
        parser.error(str(error))
    sys.exit(asyncio.run(run(arguments, sound)))


if __name__ == "__main__":
    main()
