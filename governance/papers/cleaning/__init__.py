"""An uploaded file becomes a harmless PDF, or is refused with a sentence.

Nothing of the file is opened by those who serve pages: `child` does that, confined, in a process
of its own that ends with the file (`confinement`). A PDF is built anew from what a page needs in
order to look as it did, and nothing else is carried over (`shapes`, `copying`).
"""

from governance.papers.cleaning.limits import LIMITS, Limits
from governance.papers.cleaning.names import safe_name
from governance.papers.cleaning.parent import Cleaned, cleaned

__all__ = ["LIMITS", "Cleaned", "Limits", "cleaned", "safe_name"]
