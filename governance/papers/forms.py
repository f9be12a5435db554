"""What is typed or chosen when papers are brought."""

from django import forms

FILES_AT_ONCE = 20


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > FILES_AT_ONCE:
            raise forms.ValidationError(f"Bring at most {FILES_AT_ONCE} files at once.")
        return [super(FilesField, self).clean(one, initial) for one in files]


ACCEPTED = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx"


class BringForm(forms.Form):
    """Files for an item, each of which becomes a paper."""

    documents = FilesField(
        label="Files",
        widget=SeveralFiles(attrs={"accept": ACCEPTED}),
        # An empty one is refused by its name, and keeps no other back.
        allow_empty_file=True,
        help_text="PDF, PNG, JPEG, Word, Excel or PowerPoint, up to 100 MB each; at most "
        f"{FILES_AT_ONCE} files and 500 MB together. A title can be given when there is one file; "
        "several are called by their names.",
    )
    title = forms.CharField(
        max_length=200, required=False, help_text="Empty: the name of the file."
    )


class ReplaceForm(forms.Form):
    """Another version of one paper."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ACCEPTED}))


class WithdrawForm(forms.Form):
    """Why readers lose a paper that they had."""

    why = forms.CharField(
        label="Why it is withdrawn",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its readers see this.",
    )


class BriefForm(forms.Form):
    """What the item asks of the body."""

    decision = forms.CharField(
        label="Decision sought",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    changed = forms.CharField(
        label="What changed since last time",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    page_budget = forms.IntegerField(
        label="Pages at most",
        required=False,
        min_value=1,
        max_value=2000,
        help_text="How much the body wants to read for this item. Empty: it did not say.",
    )
