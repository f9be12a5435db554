"""Files under static/, as every page names them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Named with a digest of what is in them; while the portal runs, these names do not change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.addresses = {}

    def url(self, name, force=False):
        if force or name not in self.addresses:
            return self.addresses.setdefault(name, super().url(name, force))
        return self.addresses[name]
