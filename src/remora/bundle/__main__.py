"""`python -m remora.bundle`: what each module adds to what the debuggee gets."""

from __future__ import annotations

import zlib

from .build import build, marshalled


def main() -> None:
    contents = build()
    texts = {"loader": contents["loader"]} | {
        name: text for name, (text, _, _) in contents["modules"].items()
    }
    print(f"{'bytes':>8} {'packed':>8}  module")
    for name, text in sorted(texts.items(), key=lambda item: -len(item[1])):
        print(f"{len(text):8} {len(zlib.compress(text.encode(), 9)):8}  {name}")
    whole = marshalled(contents)
    print(f"{len(whole):8} {len(zlib.compress(whole, 9)):8}  all, as sent")


if __name__ == "__main__":
    main()
