"""Names and texts that are not ASCII."""

import time


class Käse:
    def größe(self, länge):
        texte = ["naïve", {"ключ": "é" * 30}]
        print("ready", flush=True)
        time.sleep(3600)  # @größe
        return länge, texte


Käse().größe("ünï 日本 🎉")
