"""Pictures that a page shows more than once, such as a logo on every slide, which it holds once."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

# A picture's element needs one of its own, which the style sheet's takes the place of.
EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

_IMAGE = re.compile(r'<img src="(data:image/[^"]+)"')


def once(sections: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Slides as HTML in which such a picture is only named, and the rules that show it."""
    counts = Counter(address for html in sections.values() for address in _IMAGE.findall(html))
    names = {
        address: hashlib.sha256(address.encode()).hexdigest()[:12]
        for address, count in counts.items()
        if count > 1 and len(address) > 2 * len(EMPTY)
    }

    def named(image: re.Match[str]) -> str:
        name = names.get(image[1])
        return f'<img data-picture="{name}" src="{EMPTY}"' if name else image[0]

    rules = [f'[data-picture="{name}"]{{content:url("{a}")}}' for a, name in names.items()]
    return {name: _IMAGE.sub(named, html) for name, html in sections.items()}, "\n".join(rules)
