"""What the secretary reads: why a file was not taken, and what was taken out of one that was."""

from governance.refusals import Refused

PRINT = "Print it to a new PDF and upload that."
REFUSALS = {
    "empty": "The file is empty. Choose another one.",
    "kind": (
        "The file is none of those that are taken, whatever its name says. Upload a PDF, a Word, "
        "Excel or PowerPoint file (.docx, .xlsx, .pptx), or a picture (PNG, JPEG)."
    ),
    "old_office": "The file is of an older Office. Save it as .docx, .xlsx or .pptx, or as PDF.",
    "macros": "The file is made to hold macros. Save it without them, or as PDF.",
    "locked": "The file is locked with a password. Remove the password and upload it again.",
    "broken": "The file is damaged or not whole. Export it again from the program that made it.",
    "no_pages": "The file has no pages. Choose another one.",
    "other_program": "The form shows itself in one program only. Open it there. " + PRINT,
    "bytes": (
        "The file has {mib:,} MiB, and {most:,} are the most. Make its pictures smaller, or upload "
        "it in parts."
    ),
    "pages": "The file has {pages:,} pages, and {most:,} are the most. Upload it in parts.",
    "many_pages": "The file has more than {most:,} pages, which are the most. Upload it in parts.",
    "paper": "Page {page:,} is larger than any sheet of paper. " + PRINT,
    "pixels": (
        "A picture in the file has {width:,} by {height:,} pixels, and {most:,} million in all are "
        "the most. Save the picture smaller."
    ),
    "unpacked": "The file opens to far more than a paper holds. " + PRINT,
    "no_converter": "Office files cannot be converted here. Save it as PDF and upload that.",
    "unconverted": "The Office file could not be converted. Save it as PDF and upload that.",
    "time": "The file took too long to check. Print it to a new PDF, or upload it in parts.",
    "crash": "The file could not be checked safely. " + PRINT,
}
# What was found, when it is one and when it is more.
TAKEN_OUT = {
    "scripts": ("{} script was taken out.", "{} scripts were taken out."),
    "launches": (
        "{} command that starts a program was taken out.",
        "{} commands that start a program were taken out.",
    ),
    "links": (
        "{} link to another place was taken out.",
        "{} links to other places were taken out.",
    ),
    "sendings": (
        "{} command that sends the form's values was taken out.",
        "{} commands that send the form's values were taken out.",
    ),
    "files": ("{} attached file was taken out.", "{} attached files were taken out."),
    "media": (
        "{} sound, film or model was taken out.",
        "{} sounds, films or models were taken out.",
    ),
    "signatures": (
        "{} electronic signature was taken out: it vouched for the original file only.",
        "{} electronic signatures were taken out: they vouched for the original file only.",
    ),
    "fields": (
        "{} form field became part of its page, with what was filled in.",
        "{} form fields became part of their pages, with what was filled in.",
    ),
    "comments": (
        "{} comment became part of its page as it looked; its text is gone.",
        "{} comments became part of their pages as they looked; their texts are gone.",
    ),
}
# What is there or is not.
SAID_ONCE = {
    "form": "The form's own program (XFA) was taken out.",
    "bookmarks": "The bookmarks were taken out.",
    "layers": "The list of layers was taken out; pages look as they did.",
    "metadata": "What the file said of its author and origin was taken out.",
    "private": "What programs kept in the file for themselves was taken out.",
    "camera": "What the camera or the program noted in the picture was taken out.",
    "restrictions": "The restrictions on printing and copying were taken out.",
    "mended": "The file was damaged and has been mended: look through its pages.",
}


def refusal(code: str, facts: dict[str, int]) -> Refused:
    """The sentence for what is wrong with a file; the code tells callers which it is."""
    if code not in REFUSALS:
        code = "crash"
    try:
        return Refused(REFUSALS[code].format(**facts), code=code)
    except (LookupError, ValueError, TypeError):
        return Refused(REFUSALS["crash"], code="crash")


def taken_out(found: dict[str, int]) -> tuple[str, ...]:
    """ "Two scripts were taken out.", and so on; nothing where nothing was."""
    # Here, because the process that opens files has no use for what this brings along.
    from governance.words import said_number

    counted = (
        forms[number > 1].format(said_number(number).capitalize())
        for key, forms in TAKEN_OUT.items()
        if (number := found.get(key, 0)) > 0
    )
    return (*counted, *(says for key, says in SAID_ONCE.items() if found.get(key, 0) > 0))
