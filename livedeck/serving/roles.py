"""Who may do what: viewers look, speakers also lead, authors also edit."""

import hmac
import secrets
from dataclasses import dataclass, field

ROLES = ("viewer", "speaker", "author")  # each may do what those before it may
# Browsers that stay connected, and answers under way, of each; nobody takes the place of another.
PLACES = {"viewer": 200, "speaker": 50, "author": 50}


@dataclass(frozen=True)
class Tokens:
    """A token for each role, made anew for each server. Whoever has none is `anyone`: nobody where
    the server can be reached from elsewhere."""

    anyone: str
    by_role: dict[str, str] = field(
        default_factory=lambda: {role: secrets.token_urlsafe(18) for role in ROLES}
    )

    def role(self, token: str) -> str:
        """The role of whoever shows a token."""
        for role, known in self.by_role.items():
            if hmac.compare_digest(token.encode(), known.encode()):
                return role
        return self.anyone


def may(role: str, needed: str) -> bool:
    """Whether a role has the rights of another."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
