"""Checks that the samples of server events are what openai-python's own types say: python samples.py [FOLDER].

The SDK itself does not validate what it receives, so a wrong field would show up only in a user's program.
"""

import json
import sys
from pathlib import Path

from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter, ValidationError

HERE = Path(__file__).resolve().parent


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "fixtures/wire/server"
    schema, checked, failures = TypeAdapter(RealtimeServerEvent), 0, 0
    for path in sorted(folder.glob("*.json")):
        sample = json.loads(path.read_text())
        if sample["type"].startswith("x."):
            continue
        checked += 1
        try:
            kind = schema.validate_python(sample).type
            if kind != sample["type"]:
                raise ValueError(f"is taken for {kind}")
        except (ValidationError, ValueError) as error:
            failures += 1
            print(f"FAILED openai-python sample {path.stem}: {error}")
    print(f"{'FAILED' if failures or not checked else 'ok'} openai-python samples: {checked} checked, {failures} wrong")
    sys.exit(1 if failures or not checked else 0)


if __name__ == "__main__":
    main()
