"""The notice as a semantic HTML fragment for the site; the look is the site's style sheet, not ours.

Answers: what does a reader's browser or screen reader get, and where does a figure lead?
"""

from base64 import b64encode
from collections.abc import Callable
from html import escape

from yichuang.documents.notice import (
    Block,
    Chart,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Text,
    printable,
)
from yichuang.documents.sheet import DRAFT_MARK
from yichuang.documents.wording import (
    addressees_line,
    attachment_lines,
    chinese_date,
    copies_lines,
    labelled,
    note_line,
    title_lines,
)


def render_html(notice: OfficialNotice, *, figure_url: Callable[[str], str] | None = None) -> str:
    """Return one <article>; each figure is an <a data-figure="id">, with an address if `figure_url` gives one."""
    parts = [
        '<article class="notice" lang="zh-Hans">',
        f'<p class="notice-draft">{DRAFT_MARK}</p>' if notice.draft else "",
        *_head(notice),
        f'<p class="notice-addressees">{_text(addressees_line(notice.addressees))}</p>',
        '<div class="notice-body">',
        *(_block(block, label, figure_url) for block, label in labelled(notice.body)),
        "</div>",
        *_tail(notice),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _head(notice: OfficialNotice) -> list[str]:
    copy = f"{notice.copy_number:06d}" if notice.copy_number is not None else ""
    marks = [
        f'<p class="notice-{name}">{_text(words)}</p>'
        for name, words in (("copy-number", copy), ("secrecy", notice.secrecy), ("urgency", notice.urgency))
        if printable(words)
    ]
    # Lines are kept together so that a phone breaks the title where its meaning does.
    title = "".join(f'<span class="notice-title-line">{_text(line)}</span>' for line in title_lines(notice.title))
    return [
        '<header class="notice-head">',
        *marks,
        f'<p class="notice-authority">{_text(notice.issuing_authority)}</p>',
        f'<p class="notice-number">{_text(str(notice.document_number))}</p>',
        "</header>",
        f'<h1 class="notice-title">{title}</h1>',
    ]


def _block(block: Block, label: str, figure_url: Callable[[str], str] | None) -> str:
    if isinstance(block, Heading):
        tag = f"h{block.level + 1}"
        return f'<{tag} class="notice-heading notice-heading-{block.level}">{label}{_text(block.text)}</{tag}>'
    if isinstance(block, Paragraph):
        return f"<p>{''.join(_run(run, figure_url) for run in block.runs)}</p>"
    caption = f"<{{0}}>{_text(block.caption)}</{{0}}>" if printable(block.caption) else ""
    if isinstance(block, Chart):
        # As an image the drawing can run no script, whatever it holds.
        data = b64encode(block.svg.encode()).decode()
        image = f'<img src="data:image/svg+xml;base64,{data}" alt="{_text(block.alt)}">'
        return f'<figure class="notice-chart">{image}{caption.format("figcaption")}</figure>'
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in block.header)
    rows = "".join(f"<tr>{''.join(f'<td>{_run(cell, figure_url)}</td>' for cell in row)}</tr>\n" for row in block.rows)
    return (
        f'<div class="notice-table" role="region" tabindex="0" aria-label="{_text(block.caption)}"><table>'
        f"{caption.format('caption')}<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
    )


def _run(run: Text | Figure | str, figure_url: Callable[[str], str] | None) -> str:
    if isinstance(run, str):
        return _text(run)
    if isinstance(run, Figure):
        address = f' href="{escape(figure_url(run.id))}"' if figure_url else ""
        words = f'<a class="notice-figure" data-figure="{_text(run.id)}"{address}>{_text(run.display)}</a>'
    else:
        words = _text(run.text)
    return f"<strong>{words}</strong>" if run.strong else words


def _tail(notice: OfficialNotice) -> list[str]:
    names = "".join(f"<li>{_text(name)}</li>" for _, name in attachment_lines(notice.attachments))
    kind = "ol" if len(attachment_lines(notice.attachments)) > 1 else "ul"
    copies = copies_lines(notice.copies_to)
    printed = (
        f'<p class="notice-printed"><span>{_text(notice.printed_by)}</span> '
        f"<span>{chinese_date(notice.printed_on or notice.dated_on)}印发</span></p>"
        if printable(notice.printed_by)
        else ""
    )
    imprint = [
        f'<p class="notice-copies"><span>抄送：</span>{"<br>".join(map(_text, copies))}</p>' if copies else "",
        printed,
    ]
    return [
        f'<div class="notice-attachments"><p>附件：</p><{kind}>{names}</{kind}></div>' if names else "",
        '<div class="notice-signature">',
        f"<p>{_text(notice.signature)}</p>",
        f'<p><time datetime="{notice.dated_on.isoformat()}">{chinese_date(notice.dated_on)}</time></p>',
        "</div>",
        f'<p class="notice-note">{_text(note_line(notice.note))}</p>' if note_line(notice.note) else "",
        *(['<footer class="notice-imprint">', *imprint, "</footer>"] if any(imprint) else []),
    ]


def _text(words: str) -> str:
    return escape(printable(words))
