from __future__ import annotations

import json

STARTED: bytes = json.loads('"started"').encode()
