"""What the tests share: their helpers' assertions say what they compared, too."""

import pytest

pytest.register_assert_rewrite(
    "tests.mistake", "tests.pdfs", "tests.serving", "tests.visiting", "tests.waiting"
)
