"""Ways in which code says something while an experiment runs, and what must be heard of it."""

from tests.sayings.logged import LOGS
from tests.sayings.printed import PRINTS
from tests.sayings.warned import WARNINGS

# JAX warns of every fork after it, and in a closed stream there is nothing more to be said.
SAYINGS = sorted(
    [*WARNINGS, *LOGS, *PRINTS], key=lambda saying: ("close()" in saying.body, "jax" in saying.body)
)
