"""A whole HTML document that loads nothing, runs nothing, and prints well. Pure."""

from __future__ import annotations

from html import escape

STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: #1d1d1f; max-width: 46em; margin: 2.5em auto;
  padding: 0 1.25em; }
h1 { font-size: 1.6em; margin: 0 0 .4em; line-height: 1.25; } h2 { font-size: 1.15em; margin: 2em 0 .5em; }
p { margin: .7em 0; } ul { margin: .4em 0 .9em; padding-left: 1.4em; } li { margin: .15em 0; overflow-wrap: anywhere; }
.quiet { color: #5b5b63; } .shoot { font-weight: 600; }
.box { border-left: 4px solid #c98a1b; background: #fdf6e7; padding: .6em 1em; margin: 1.2em 0; }
.box h2 { margin: .2em 0 .4em; }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1em; } th { text-align: left; font-weight: 600; }
th, td { padding: .3em .8em .3em 0; border-bottom: 1px solid #e3e3e8; vertical-align: top; overflow-wrap: break-word; }
.path { overflow-wrap: anywhere; }
td.n, th.n { text-align: right; white-space: nowrap; padding-right: 0; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } a { color: inherit; text-decoration: none; }
  tr, li { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; } }
"""


def document(title: str, language: str, body: str, style: str = STYLE) -> str:
    """Return the document around a body that is HTML already."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph of plain text, escaped."""
    return f'<p class="{style}">{escape(text)}</p>' if style else f"<p>{escape(text)}</p>"


def points(lines: tuple[str, ...]) -> str:
    """Return plain lines as a list, escaped; nothing where there are none."""
    return "<ul>\n" + "\n".join(f"<li>{escape(line)}</li>" for line in lines) + "\n</ul>" if lines else ""
