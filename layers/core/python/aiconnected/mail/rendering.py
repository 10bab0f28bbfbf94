"""Letters as mails: plain text, and the same words in the plainest HTML."""

from html import escape

from aiconnected.mail.models import Brand, Letter, Mail

_PAGE = (
    '<!doctype html><html lang="en"><body style="font-family:sans-serif;line-height:1.5;'
    'max-width:36em;margin:2em auto;padding:0 1em">{content}</body></html>'
)
_LINK = '<p><a href="{url}">{action}</a></p><p style="word-break:break-all">{url}</p>'


def rendered(letter: Letter, *, to: str, brand: Brand) -> Mail:
    """The letter under a brand. No name can add a header: line breaks become blanks."""
    name, url = _line(brand.name), f"{brand.origin}{letter.path}" if letter.path else ""
    texts = [*letter.paragraphs, *([f"{letter.action}: {url}"] if url else []), name]
    html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in letter.paragraphs)
    if url:
        html += _LINK.format(url=escape(url), action=escape(letter.action))
    html += f"<p>{escape(name)}</p>"
    return Mail(
        to=to,
        sender_name=name,
        reply_to=brand.reply_to,
        subject=_line(letter.subject),
        text="\n\n".join(texts) + "\n",
        html=_PAGE.format(content=html),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
