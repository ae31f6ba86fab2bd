"""By what the store knows a content: 43 random letters, which no part of a path can be made of."""

import re

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
