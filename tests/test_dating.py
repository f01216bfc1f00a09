"""When a document was published, worked out from invented texts; the seeds against their reference codings."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.dating import date_document
from ballotwatch.coding.dating_ballots import candidate_ballots
from ballotwatch.coding.text import parse
from ballotwatch.coding.timex import Interval

SEEDS = Path(__file__).parents[1] / "seeds"

# A text, and the first and last day on which it can have been published.
DATED = [
    (
        "KYIV, March 14 -- Ukraine's foreign ministry said on Friday that the referendum which the "
        "authorities in Crimea plan to hold on Sunday would be null and void.\n\n"
        "The ministry said the vote breached the constitution of Ukraine.",
        "2014-03-14",
        "2014-03-14",
    ),
    (
        "Donetsk and Luhansk go to the polls\n\n"
        "Voting began today in self-rule referendums that armed separatists have organised in the "
        "Donetsk and Luhansk regions of Ukraine. Kiev called the exercise a criminal farce.",
        "2014-05-11",
        "2014-05-11",
    ),
    (
        "Kurds vote for independence\n\n"
        "ERBIL, Sept 27 - More than 92 percent of voters in Iraqi Kurdistan backed independence in "
        "Monday's referendum, the election commission said on Wednesday. Baghdad rejected the vote as "
        "unconstitutional.",
        "2017-09-27",
        "2017-09-27",
    ),
    (
        "Statement by the High Representative on behalf of the EU on the illegal elections\n\n"
        "The European Union strongly condemns the holding of illegal so-called elections by Russia in "
        "the occupied territories of Ukraine, in Donetsk, Luhansk, Zaporizhzhia and Kherson regions as "
        "well as in Crimea and Sevastopol, from 8 to 10 September. The EU will not recognise the "
        "results.",
        "2023-09-10",
        "2023-09-30",
    ),
    (
        "Moscow, 24 September. Polling stations opened for the second day in the referendums on joining "
        "Russia in the Donetsk and Lugansk people's republics and in the Zaporozhye and Kherson regions,"
        " officials said on Saturday.",
        "2022-09-24",
        "2022-09-24",
    ),
    (
        "Ten years after the so-called referendum in Crimea\n\n"
        "Ten years ago today Russia held an illegitimate referendum in occupied Crimea, the ministry of "
        "foreign affairs of Ukraine recalled. The ministry urged partners not to recognise the "
        "occupation.",
        "2024-03-16",
        "2024-03-16",
    ),
    (
        "The Foreign Office\n\n"
        "Foreign Secretary James Cleverly said the sham referendums in Donetsk, Luhansk, Kherson and "
        "Zaporizhzhia, which ended on Tuesday, would never be recognised.",
        "2022-09-27",
        "2022-10-03",
    ),
    (
        "TIRASPOL, Dec 13 (Reuters) - Vadim Krasnoselsky won a second term as president of Moldova's "
        "breakaway Transnistria region in an election on Sunday, according to preliminary results. "
        "Moldova said the vote was illegal.",
        "2021-12-13",
        "2021-12-13",
    ),
    (
        "STEPANAKERT, April 1 - Arayik Harutyunyan led after the first round of a presidential election "
        "in Nagorno-Karabakh, the election commission said on Wednesday. Azerbaijan called the vote "
        "illegal.",
        "2020-04-01",
        "2020-04-01",
    ),
    (
        "Venezuela's opposition has published tallies from the presidential election of 28 July 2024. "
        "The European Union said it would not recognise the result announced by the National Electoral "
        "Council.",
        "2024-07-28",
        "2024-08-31",
    ),
    (
        "Published 14 March 2018\n\n"
        "Ukraine asks the EU not to recognise the presidential election that Russia will hold in Crimea "
        "on Sunday.",
        "2018-03-14",
        "2018-03-14",
    ),
    (
        "Press release\n"
        "Paris, le 18 mars\n\n"
        "France does not recognise the so-called referendum held in Crimea yesterday. It was organised "
        "in breach of the constitution of Ukraine.",
        "2014-03-17",
        "2014-03-18",
    ),
    (
        "ASTANA. The Foreign Ministry of Kazakhstan said on Monday that the country would not recognise "
        "the possible entry of the Donetsk, Luhansk, Kherson and Zaporizhzhia regions into Russia "
        "following referendums that are under way there.",
        "2022-09-23",
        "2022-09-27",
    ),
    (
        "Nicaragua's Ortega wins fourth straight term in election slammed as sham\n\n"
        "MANAGUA, Nov 8 - President Daniel Ortega secured 75 percent of the vote in Sunday's election, "
        "the electoral council said on Monday. The United States called it a pantomime.",
        "2021-11-08",
        "2021-11-08",
    ),
    (
        "Turnout in the second day of the Russian presidential election in the Zaporozhye Region passed "
        "70 per cent on Saturday, the commission in Melitopol said.",
        "2024-03-16",
        "2024-03-22",
    ),
    (
        "Statement by President Biden on Russia's Elections in Occupied Ukraine\n\n"
        "The so-called elections that Russia staged last weekend in the occupied regions of Donetsk, "
        "Luhansk, Zaporizhzhia and Kherson are a propaganda exercise. The United States will never "
        "recognize their results.",
        "2023-09-11",
        "2023-09-17",
    ),
    (
        "Press Statement\n"
        "Antony J. Blinken, Secretary of State\n\n"
        "Russia's Sham Elections in Occupied Ukraine\n\n"
        "The Kremlin is conducting sham elections in the occupied areas of Ukraine. The United States "
        "will impose costs on those who support them.",
        "2023-08-31",
        "2023-09-10",
    ),
    (
        "EU: Statement on the illegal so-called referenda in Donetsk and Luhansk\n\n"
        "The European Union considers the referenda held yesterday in the Donetsk and Luhansk regions "
        "illegal and does not recognise their outcome.",
        "2014-05-12",
        "2014-05-12",
    ),
    (
        "Foreign Ministry statement on the elections of 2 November\n\n"
        "We regard the so-called elections held on 2 November in Donetsk and Luhansk as a violation of "
        "the Minsk Protocol. Ukraine will not recognise them.",
        "2014-11-02",
        "2014-11-30",
    ),
    (
        "Putin addresses rally on Red Square\n\n"
        "Vladimir Putin told a crowd in Moscow that the four regions had made their choice, hours after "
        "signing treaties on the accession of the Donetsk and Lugansk republics, the Zaporozhye Region "
        "and the Kherson Region to Russia.",
        "2022-09-30",
        "2022-09-30",
    ),
    (
        "Abkhazia votes for parliament\n\n"
        "SUKHUMI, March 12 - Polling stations opened in Abkhazia on Saturday in elections to the "
        "parliament. Georgia calls the vote illegal.",
        "2022-03-12",
        "2022-03-12",
    ),
    (
        "South Ossetia's leader Anatoly Bibilov said the referendum on joining Russia would be held on "
        "July 17. Tbilisi said any such referendum would have no legal force.",
        "2022-05-01",
        "2022-07-16",
    ),
    (
        "Hundreds detained in Barcelona\n\n"
        "Spanish police seized ballot papers on Wednesday, eleven days before a referendum on "
        "independence that Madrid says is illegal. Catalan president Carles Puigdemont said the vote on "
        "October 1 would go ahead.",
        "2017-09-20",
        "2017-09-20",
    ),
    (
        "CARACAS, Dec 4 - Venezuela's electoral council said voters had backed a claim to the Essequibo "
        "region in Sunday's referendum. Guyana called the vote illegal.",
        "2023-12-04",
        "2023-12-04",
    ),
    (
        "Statement of the Spokesperson on the presidential election in Transnistria\n\n"
        "The European Union does not recognise the so-called presidential election that took place in "
        "the Transnistrian region on 12 December.",
        "2021-12-12",
        "2021-12-31",
    ),
    (
        "The Crimean parliament voted on Thursday to join Russia and set a referendum for March 16. The "
        "government in Kiev called the decision unconstitutional.",
        "2014-03-06",
        "2014-03-15",
    ),
    (
        "GENEVA (3 October 2022) - UN experts condemned the so-called referendums in Ukraine.",
        "2022-10-03",
        "2022-10-03",
    ),
    (
        "MOSCOW. March 18 (Newswire) - Crimea celebrates the tenth anniversary of its reunification with"
        " Russia on Monday, its head Sergei Aksyonov said.",
        "2024-03-18",
        "2024-03-18",
    ),
    (
        "On the second anniversary of the sham referendums in Donetsk, Luhansk, Zaporizhzhia and "
        "Kherson, the European Union reiterates that it does not recognise the illegal annexation of "
        "these regions.",
        "2024-09-20",
        "2024-09-30",
    ),
    (
        "Latvia's foreign ministry summoned the Russian ambassador over the opening of polling stations "
        "in occupied Donetsk, Kherson, Luhansk and Zaporizhzhia. The ministry said on 16 March 2024 that"
        " the vote was void.",
        "2024-03-16",
        "2024-03-31",
    ),
]

# Nothing decides between several years, or nothing dates the text at all.
UNDATED = [
    (
        "SIMFEROPOL, Sept 9 - Turnout in the elections to the State Council of Crimea was 32.9 percent, "
        "the Russian-installed election commission said on Monday. Ukraine does not recognise the "
        "elections."
    ),
    ("The recipe for borscht\n\nBorscht is a sour soup. Cut the beets and simmer them."),
    (
        "The Ministry of Foreign Affairs of Ukraine condemned Russia's plan to hold elections to the "
        "State Duma in the occupied territories of Ukraine in September 2026. Such a vote will be void, "
        "the ministry said."
    ),
    (
        "The so-called referendum in Crimea on March 16, 2014 was illegal. Five years later, the EU "
        "still does not recognise it. Sanctions were extended in June 2018 and again in March."
    ),
    (
        "Hong Kong: Turnout in Sunday's Legislative Council election fell to 30.2 percent, a record low,"
        " the government said. The G7 foreign ministers expressed grave concern over the erosion of "
        "democratic elements."
    ),
    ("The city council of Lyon met on Tuesday to vote on the budget. The mayor said the parking fees would rise."),
]


@pytest.mark.parametrize(("text", "first", "last"), DATED, ids=[text[:40] for text, _, _ in DATED])
def test_dated(text: str, first: str, last: str) -> None:
    dating = date_document(parse(text), load_codebook())
    assert dating.earliest is not None, dating
    assert dating.earliest <= date.fromisoformat(last), dating
    assert dating.latest >= date.fromisoformat(first), dating
    assert dating.latest - dating.earliest <= timedelta(31), dating
    assert dating.evidence


@pytest.mark.parametrize("text", UNDATED, ids=[text[:40] for text in UNDATED])
def test_undated(text: str) -> None:
    assert date_document(parse(text), load_codebook()) == (None, None, "unknown", None)


def test_record_decides() -> None:
    day = date(2020, 1, 2)
    dating = date_document(parse("KYIV, March 14 -- They voted on Friday."), load_codebook(), Interval(day, day))
    assert dating[:3] == (day, day, "metadata")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Published: 2014-04-04\n\nWho accepts the vote?\n\nThe commission gave a figure.", date(2014, 4, 4)),
        ("Statement on the elections\n\nKyiv, 20 September 2021\n\nWe condemn the elections.", date(2021, 9, 20)),
        (
            "G9 Statement on Ruritania, 11 October 2022\n\nWe, the leaders, met today. We condemn it.",
            date(2022, 10, 11),
        ),
        ("GENEVA (3 October 2022) - The experts condemned the vote in strong terms.", date(2022, 10, 3)),
        ("A joint statement\n\nWe, the ministers, gathered in Riga on 5 May 2021, reject the vote.", date(2021, 5, 5)),
    ],
)
def test_stated(text: str, day: date) -> None:
    dating = date_document(parse(text), load_codebook())
    assert dating[:3] == (day, day, "stated")


def test_candidates_are_judged_by_territory_and_kind() -> None:
    best = candidate_ballots(parse("The referendum in Crimea was condemned."), load_codebook())[0]
    assert best.ballot_id == "crimea-2014-referendum"
    assert candidate_ballots(parse("Borscht is a sour soup."), load_codebook()) == []


def test_seeds() -> None:
    for line in (SEEDS / "reference.codings.jsonl").read_text(encoding="utf-8").splitlines():
        coding = json.loads(line)
        text = (SEEDS / f"{coding['doc']}.txt").read_text(encoding="utf-8")
        dating = date_document(parse(text), load_codebook())
        first, last = (date.fromisoformat(coding["published"][end]) for end in ("earliest", "latest"))
        assert dating.earliest <= last, coding["doc"]
        assert dating.latest >= first, coding["doc"]
