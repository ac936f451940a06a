"""Speech from text, as waveforms: eSpeak NG, loaded at run time from the wheel `espeakng-loader`.

eSpeak NG is free software under the GNU GPL, version 3 or later; it is used as it is, unchanged.
It is a formant synthesiser: a few filters and a pulse train, intelligible and plainly a machine.
"""

import ctypes
import json
import subprocess
import sys
from typing import NamedTuple

import espeakng_loader
import numpy as np
from jaxtyping import Float32

RATE = 22_050  # samples a second

SYNCHRONOUS, BY_CHARACTER, UTF_8 = 2, 1, 1
SPEED, PITCH = 1, 3


class Utterance(NamedTuple):
    """One thing to say, and how to say it."""

    text: str
    voice: str  # an accent and a speaker, such as "en-us+m3"
    speed: int = 175  # words a minute
    pitch: int = 50  # 0 to 99, around the speaker's own


def speak(utterances: list[Utterance]) -> list[Float32[np.ndarray, "samples"]]:
    """Returns the waveforms of some utterances, each with a standard deviation of 1.

    They are spoken in a process of their own, as the synthesiser keeps some of its state from
    one utterance to the next: the same list in a fresh process gives the same samples.
    """
    spoken = subprocess.run(
        [sys.executable, "-P", __file__], input=json.dumps(utterances).encode(), capture_output=True
    )
    if spoken.returncode != 0:
        raise RuntimeError(f"eSpeak NG could not speak: {spoken.stderr.decode().strip()}")
    lengths = np.frombuffer(spoken.stdout, np.int32, len(utterances))
    samples = np.frombuffer(spoken.stdout, np.int16, offset=lengths.nbytes).astype(np.float32)
    return [wave / wave.std() for wave in np.split(samples, np.cumsum(lengths)[:-1])]


def _synthesise(utterances: list[Utterance]) -> list[np.ndarray]:
    """Returns the 16-bit samples of each utterance, as eSpeak NG writes them."""
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    callback = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
    )
    chunks: list[np.ndarray] = []

    @callback
    def keep(samples, count, events):
        if samples and count:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate != RATE:
        raise RuntimeError(f"expected {RATE} samples a second, not {rate}")
    espeak.espeak_SetSynthCallback(keep)
    espeak.espeak_ng_SetRandSeed(1)  # breathy voices would otherwise be seeded by the clock
    waves = []
    for text, voice, speed, pitch in utterances:
        if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"no voice {voice!r}")
        espeak.espeak_SetParameter(SPEED, speed, 0)
        espeak.espeak_SetParameter(PITCH, pitch, 0)
        chunks.clear()
        line = text.encode()
        espeak.espeak_Synth(line, len(line) + 1, 0, BY_CHARACTER, 0, UTF_8, None, None)
        espeak.espeak_Synchronize()
        waves.append(np.concatenate(chunks))
    return waves


if __name__ == "__main__":
    waves = _synthesise([Utterance(*fields) for fields in json.load(sys.stdin)])
    sys.stdout.buffer.write(np.array([len(wave) for wave in waves], np.int32).tobytes())
    sys.stdout.buffer.write(np.concatenate(waves).tobytes())
