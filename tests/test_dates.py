"""Time expressions: values and days in news, in narratives and in near-misses, all on invented sentences."""

from __future__ import annotations

from datetime import date

import pytest

from ballotwatch.coding.dates import find_dates
from ballotwatch.coding.text import parse
from ballotwatch.coding.timex import Interval, Point, coarse, interval_of, shared, shift

# A Wednesday.
TODAY = Interval(date(2024, 5, 8), date(2024, 5, 8))

NEWS = [
    # absolute
    ("The treaty was signed on 16 March 2014.", {"16 March 2014": "2014-03-16"}),
    ("It was adopted on March 16, 2014, in Kyiv.", {"March 16, 2014": "2014-03-16"}),
    ("The law of 2014-03-16 is void.", {"2014-03-16": "2014-03-16"}),
    ("Posted 16.03.2014 by the desk.", {"16.03.2014": "2014-03-16"}),
    ("Posted 16/03/2014 by the desk.", {"16/03/2014": "2014-03-16"}),
    ("On Sunday, September 14, 2025, they voted.", {"Sunday, September 14, 2025": "2025-09-14"}),
    ("He left on the 3rd of May 2019.", {"the 3rd of May 2019": "2019-05-03"}),
    ("MOSCOW, SEPT 28, 2022 - Officials met.", {"SEPT 28, 2022": "2022-09-28"}),
    # partial
    ("The town fell in March 2014.", {"March 2014": "2014-03"}),
    ("In 2014 the town fell.", {"2014": "2014"}),
    ("Little has changed since 2014.", {"2014": "2014"}),
    ("The 2018 election was close.", {"2018": "2018"}),
    ("It was a custom of the 1990s.", {"the 1990s": "199"}),
    ("A map of the 19th century hung there.", {"the 19th century": "18"}),
    ("They met in early March 2023.", {"early March 2023": "2023-03"}),
    ("The end of 2022 was cold.", {"The end of 2022": "2022"}),
    ("It happened in mid-September 2021.", {"mid-September 2021": "2021-09"}),
    ("The summer of 2020 was hot.", {"The summer of 2020": "2020-SU"}),
    ("In the second half of 2019 prices rose.", {"the second half of 2019": "2019-H2"}),
    ("In the first quarter of 2019 prices rose.", {"the first quarter of 2019": "2019-Q1"}),
    # without a year: backwards unless the verb looks ahead
    ("The mayor resigned on March 15.", {"March 15": "2024-03-15"}),
    ("The mayor resigned on December 15.", {"December 15": "2023-12-15"}),
    ("The mayor resigned in December.", {"December": "2023-12"}),
    ("The council met in March.", {"March": "2024-03"}),
    ("The vote will be held on June 9.", {"June 9": "2024-06-09"}),
    ("The next vote is to be held in September.", {"September": "2024-09"}),
    ("Residents will vote on January 12.", {"January 12": "2025-01-12"}),
    ("The elections were held on March 15-17.", {"March 15": "2024-03-15", "17": "2024-03-17"}),
    ("The elections were held on 15–17 March.", {"15": "2024-03-15", "17 March": "2024-03-17"}),
    ("Voting ran from 8 to 10 September 2023.", {"8": "2023-09-08", "10 September 2023": "2023-09-10"}),
    ("Voting ran from March 15 to March 17.", {"March 15": "2024-03-15", "March 17": "2024-03-17"}),
    ("It lasted from 31 May to 1 June 2016.", {"31 May": "2016-05-31", "1 June 2016": "2016-06-01"}),
    ("Between March and May 2014 they fled.", {"March": "2014-03", "May 2014": "2014-05"}),
    ("They met on April 2, 9 and 16.", {"April 2": "2024-04-02", "9": "2024-04-09", "16": "2024-04-16"}),
    ("He sat there from 2014 to 2019.", {"2014": "2014", "2019": "2019"}),
    ("The season 2019-20 was cut short.", {"2019": "2019", "20": "2020"}),
    ("On Friday, March 15, they voted.", {"Friday, March 15": "2024-03-15"}),
    ("On Sunday, September 14, they voted.", {"Sunday, September 14": "2025-09-14"}),
    # relative to publication
    ("Voting began today.", {"today": "2024-05-08"}),
    ("Voting began yesterday.", {"yesterday": "2024-05-07"}),
    ("Voting begins tomorrow.", {"tomorrow": "2024-05-09"}),
    ("He spoke yesterday evening.", {"yesterday evening": "2024-05-07TEV"}),
    ("Shots rang out last night.", {"last night": "2024-05-07TNI"}),
    ("He spoke this morning.", {"this morning": "2024-05-08TMO"}),
    ("He will speak tonight.", {"tonight": "2024-05-08TNI"}),
    ("The commission met on Monday.", {"Monday": "2024-05-06"}),
    ("The commission met on Wednesday.", {"Wednesday": "2024-05-08"}),
    ("The commission will meet on Monday.", {"Monday": "2024-05-13"}),
    ("The commission met last Friday.", {"last Friday": "2024-05-03"}),
    ("The commission meets next Friday.", {"next Friday": "2024-05-10"}),
    ("They met on Sunday evening.", {"Sunday evening": "2024-05-05TEV"}),
    ("Sunday's vote was calm.", {"Sunday": "2024-05-05"}),
    ("The talks failed last week.", {"last week": "2024-W18"}),
    ("The talks resume next week.", {"next week": "2024-W20"}),
    ("The talks failed last month.", {"last month": "2024-04"}),
    ("The talks resume next month.", {"next month": "2024-06"}),
    ("Prices rose this year.", {"this year": "2024"}),
    ("Prices rose last year.", {"last year": "2023"}),
    ("They left three days ago.", {"three days ago": "2024-05-05"}),
    ("They left two years ago.", {"two years ago": "2022"}),
    ("They left a month ago.", {"a month ago": "2024-04"}),
    ("They left last March.", {"last March": "2024-03"}),
    ("They left last autumn.", {"last autumn": "2023-FA"}),
    ("They will return next spring.", {"next spring": "2025-SP"}),
    ("Prices fell earlier this year.", {"earlier this year": "2024"}),
    # relative to the text
    ("They met on 3 May 2019. The following day they left.", {"The following day": "2019-05-04"}),
    ("They met on 3 May 2019. Two years later they left.", {"Two years later": "2021"}),
    ("They met on 3 May 2019. Three days earlier he had left.", {"Three days earlier": "2019-04-30"}),
    ("They met in May 2019. Later that year they left.", {"Later that year": "2019"}),
    ("They met in May 2019. That month it rained.", {"That month": "2019-05"}),
    ("They met on Monday. A day earlier he had left.", {"A day earlier": "2024-05-05"}),
    # durations, sets, times, references
    ("Voting took three days.", {"three days": "P3D"}),
    ("After a five-day vote they left.", {"a five-day": "P5D"}),
    ("It went on for several months.", {"several months": "PXM"}),
    ("He served two and a half years.", {"two and a half years": "P2.5Y"}),
    ("They waited for twelve hours.", {"twelve hours": "PT12H"}),
    ("The next two weeks are decisive.", {"The next two weeks": "P2W"}),
    ("They vote every year.", {"every year": "P1Y"}),
    ("The paper appears weekly.", {"weekly": "P1W"}),
    ("Markets open every Sunday.", {"every Sunday": "XXXX-WXX-7"}),
    ("Stations closed at 18:00.", {"18:00": "2024-05-08T18:00"}),
    ("Stations closed at 8 p.m. on Tuesday.", {"8 p.m.": "2024-05-07T20:00", "Tuesday": "2024-05-07"}),
    ("He is now in exile.", {"now": "PRESENT_REF"}),
    ("They recently met.", {"recently": "PAST_REF"}),
    ("They may talk in the future.", {"the future": "FUTURE_REF"}),
    ("Stations will open on New Year's Day.", {"New Year's Day": "2025-01-01"}),
]

NEAR_MISSES = [
    "Residents may march to the square.",
    "They march on, second to none.",
    "More than 30% of residents voted.",
    "See page 17 and resolution 2202.",
    "About 1,325 people voted, 2,014 stayed away.",
    "He paid $2000 for it.",
    "General Assembly resolution 68/262 stands.",
    "Some 1500 soldiers guarded the hall.",
    "Theresa May spoke; May said nothing else.",
    "Prices fall when they spring a leak.",
    "It was the fall of the regime.",
    "The score was 3-2 after the break.",
]


@pytest.mark.parametrize(("text", "expected"), NEWS, ids=[text for text, _ in NEWS])
def test_news(text: str, expected: dict[str, str]) -> None:
    found = {timex.text: timex.timex for timex in find_dates(parse(text), TODAY)}
    assert {phrase: found.get(phrase) for phrase in expected} == expected


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_near_misses(text: str) -> None:
    assert find_dates(parse(text), TODAY) == []


def test_spans_and_days() -> None:
    text = "In March 2014, and again on 5 May 2016 for three days, they met."
    found = find_dates(parse(text), TODAY)
    assert all(text[t.start : t.end] == t.text for t in found)
    assert [(t.type, t.earliest, t.latest) for t in found] == [
        ("DATE", date(2014, 3, 1), date(2014, 3, 31)),
        ("DATE", date(2016, 5, 5), date(2016, 5, 5)),
        ("DURATION", None, None),
    ]


def test_unknown_publication_leaves_values_open() -> None:
    found = find_dates(parse("On March 16 they voted. Yesterday it rained, and on Monday too."))
    assert [(t.timex, t.earliest) for t in found] == [
        ("XXXX-03-16", None),
        ("XXXX-XX-XX", None),
        ("XXXX-WXX-1", None),
    ]


def test_several_days_of_publication_widen_what_is_relative() -> None:
    published = Interval(date(2022, 9, 28), date(2022, 9, 29))
    (timex,) = find_dates(parse("They voted yesterday."), published)
    assert (timex.timex, timex.earliest, timex.latest) == ("2022-09-XX", date(2022, 9, 27), date(2022, 9, 28))


def test_narrative_resolves_against_the_date_named_last() -> None:
    text = (
        "In 1936 the war began. In July 1936 the army rose. On 20 July its leader died. In 1937 the north fell: "
        "on 26 April the town burned. Two days later it was taken. In December they attacked; in January they "
        "retreated. By 1938 they had lost, and in 1939 it was over. In 1940 and 1941 others fought, in 1942 too."
    )
    values = {t.text: t.timex for t in find_dates(parse(text), Interval(date(2009, 12, 19), date(2009, 12, 19)))}
    assert values["20 July"] == "1936-07-20"
    assert values["26 April"] == "1937-04-26"
    assert values["Two days later"] == "1937-04-28"
    assert (values["December"], values["January"]) == ("1937-12", "1938-01")


def test_years_before_christ_have_no_days() -> None:
    (timex,) = find_dates(parse("They fought in 490 BC."), TODAY)
    assert (timex.timex, timex.earliest) == ("BC0490", None)


def test_a_paragraph_ends_an_expression() -> None:
    found = find_dates(parse("He was born in May\n\n2014 was a bad year for him."), TODAY)
    assert [t.text for t in found] == ["May", "2014"]


def test_far_and_broken_counts() -> None:
    text = "They met on 3 May 2019. Three and a half years later they left; 20,000 years later nobody knew."
    values = {t.text: t.timex for t in find_dates(parse(text), TODAY)}
    assert values["Three and a half years later"] == "2022"
    assert values["20,000 years later"] == "FUTURE_REF"


def test_impossible_days_are_no_dates() -> None:
    assert [t.timex for t in find_dates(parse("On 31 February 2014 nothing happened."), TODAY)] == []


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2014-02", (date(2014, 2, 1), date(2014, 2, 28))),
        ("2024-W18", (date(2024, 4, 29), date(2024, 5, 5))),
        ("199", (date(1990, 1, 1), date(1999, 12, 31))),
        ("2014-Q2", (date(2014, 4, 1), date(2014, 6, 30))),
        ("2014-H2", (date(2014, 7, 1), date(2014, 12, 31))),
        ("2014-SU", (date(2014, 6, 1), date(2014, 8, 31))),
        ("2014-WI", (date(2013, 12, 1), date(2015, 2, 28))),
        ("2014-03-16TMO", (date(2014, 3, 16), date(2014, 3, 16))),
        ("P3D", None),
        ("PAST_REF", None),
        ("XXXX-03-16", None),
        ("BC0490", None),
    ],
)
def test_interval_of(value: str, days: tuple[date, date] | None) -> None:
    assert interval_of(value) == days


def test_shift_keeps_the_precision_that_there_is() -> None:
    assert shift(Point(2014, 3, 31), 1, "D") == Point(2014, 4, 1)
    assert shift(Point(2014, 12), 2, "M") == Point(2015, 2)
    assert shift(Point(2014, 12, 5), -1, "Y") == Point(2013)
    assert shift(Point(2014), 3, "D") == Point(2014)
    assert coarse(Point(2024, 5, 1), "W") == "2024-W18"
    assert shared("2022-09-27", "2022-10-01") == "2022-XX-XX"
