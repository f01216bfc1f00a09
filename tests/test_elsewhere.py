"""The actors that both topics share, and the codebook of contested ballots elsewhere."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict

import pandas as pd
import pytest

from ballotwatch.codebook import Codebook, load_codebook

# Leaders known the world over: their surname alone is theirs although a relative or namesake is in the file.
DOMINANT = {
    "Aliyev": "Ilham Aliyev",
    "Denktas": "Rauf Denktaş",
    "Denktash": "Rauf Denktaş",
    "Kadyrov": "Ramzan Kadyrov",
    "Orban": "Viktor Orbán",
    "Ortega": "Daniel Ortega",
}
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture(scope="module")
def book() -> Codebook:
    return load_codebook("elsewhere")


@pytest.fixture(scope="module")
def mine(book: Codebook) -> pd.DataFrame:
    """The ballots of the topic, by id."""
    return book.ballots.set_index("ballot_id")


def plain(name: str) -> str:
    """A name without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def entity_of(table: pd.DataFrame, name: str) -> set[str]:
    return {row.entity for row in table.itertuples() if name in row.names}


def office_days(book: Codebook, name: str, entity: str) -> list[tuple[dt.date | None, dt.date | None]]:
    people = book.people[(book.people.name == name) & (book.people.entity == entity)]
    return list(zip(people.since, people.until, strict=True))


def test_it_loads_alone_and_beside_the_other_topic() -> None:
    assert load_codebook("elsewhere").about["elsewhere"]["title"] == "Contested ballots elsewhere"
    both = load_codebook("occupied-ukraine", "elsewhere")
    assert both.ballots.ballot_id.is_unique
    assert len(both.ballots) > len(load_codebook("elsewhere").ballots)


def test_every_entity_is_a_state_an_organisation_or_a_territory(book: Codebook) -> None:
    known = {*book.states.entity, *book.organisations.entity, *book.territories.entity}
    for table in (book.offices, book.people):
        assert {e.removesuffix("-OPP") for e in table.entity} <= known | set(load_codebook().territories.entity)
    assert {e.removesuffix("-OPP") for e in book.ballots.organiser} <= known


def test_a_surname_of_two_people_does_not_stand_alone(book: Codebook) -> None:
    bearers, alone = defaultdict(set), defaultdict(set)
    for row in book.people.itertuples():
        for name in row.names:
            bearers[plain(name).split()[-1]].add(row.name)
            if " " not in name:
                alone[plain(name)].add(row.name)
    shared = {name: owners for name, owners in alone.items() if len(bearers[name]) > 1}
    assert {name: {DOMINANT.get(name)} for name in shared} == shared


def test_a_name_is_of_one_person(book: Codebook) -> None:
    owners = defaultdict(set)
    for row in book.people.itertuples():
        for name in row.names:
            owners[plain(name)].add(row.name)
    assert {name: people for name, people in owners.items() if len(people) > 1} == {}


def test_names_of_organisations_and_offices_are_of_one_entity(book: Codebook) -> None:
    owners = defaultdict(set)
    for table in (book.organisations, book.offices):
        for row in table.itertuples():
            for name in row.names:
                owners[name].add(row.entity)
    assert {name: entities for name, entities in owners.items() if len(entities) > 1} == {}


def test_ballots_lie_in_the_period_and_are_short(book: Codebook) -> None:
    days = [(end - start).days for start, end in zip(book.ballots.start_date, book.ballots.end_date, strict=True)]
    assert min(days) == 0
    # India votes for weeks; nobody else for more than a fortnight.
    assert all(d <= 14 for d, country in zip(days, book.ballots.country, strict=True) if country != "IND")
    assert book.ballots.start_date.min() >= FIRST
    assert book.ballots.end_date.max() <= LAST


def test_ballots_have_a_reference_and_no_address(book: Codebook) -> None:
    assert all(len(reference) > 15 for reference in book.ballots.reference)
    assert not book.ballots.reference.str.contains("http").any()


def test_a_ballot_of_a_claimed_territory_is_in_the_country_it_belongs_to(book: Codebook) -> None:
    countries = dict(zip(book.territories.territory, book.territories.country, strict=True))
    for ballot in book.ballots.itertuples():
        assert all(countries[key] == ballot.country for key in ballot.territory), ballot.ballot_id


def test_no_file_holds_the_same_ballot_twice(book: Codebook) -> None:
    assert not book.ballots.duplicated(["start_date", "country", "kind", "name"]).any()


@pytest.mark.parametrize(
    ("ballot", "day", "country", "organiser"),
    [
        ("abkhazia-2014-presidential", "2014-08-24", "GEO", "ABKHAZIA"),
        ("abkhazia-2019-presidential-runoff", "2019-09-08", "GEO", "ABKHAZIA"),
        ("south-ossetia-2006-referendum", "2006-11-12", "GEO", "SOUTH-OSSETIA"),
        ("transnistria-2006-referendum", "2006-09-17", "MDA", "TRANSNISTRIA"),
        ("karabakh-2023-presidential", "2023-09-09", "AZE", "ARTSAKH"),
        ("northern-cyprus-2020-presidential-runoff", "2020-10-18", "CYP", "TRNC"),
        ("republika-srpska-2016-referendum", "2016-09-25", "BIH", "RS"),
        ("catalonia-2017-referendum", "2017-10-01", "ESP", "CATALONIA"),
        ("kurdistan-2017-referendum", "2017-09-25", "IRQ", "KRG"),
        ("western-sahara-2021-general", "2021-09-08", "ESH", "MAR"),
        ("hong-kong-2021-legislative", "2021-12-19", "CHN", "HKG"),
        ("belarus-2020-presidential", "2020-08-09", "BLR", "BLR"),
        ("venezuela-2023-essequibo", "2023-12-03", "GUY", "VEN"),
        ("nicaragua-2021-general", "2021-11-07", "NIC", "NIC"),
        ("georgia-2024-parliamentary", "2024-10-26", "GEO", "GEO"),
        ("istanbul-2019-rerun", "2019-06-23", "TUR", "TUR"),
        ("new-caledonia-2021-referendum", "2021-12-12", "FRA", "FRA"),
    ],
)
def test_known_contested_ballots(mine: pd.DataFrame, ballot: str, day: str, country: str, organiser: str) -> None:
    row = mine.loc[ballot]
    assert (str(row.start_date), row.country, row.organiser, row.contested) == (day, country, organiser, True)


@pytest.mark.parametrize(
    ("ballot", "first", "last"),
    [
        ("finland-2024-presidential-runoff", "2024-02-11", "2024-02-11"),
        ("ukraine-2014-presidential", "2014-05-25", "2014-05-25"),
        ("falklands-2013-referendum", "2013-03-10", "2013-03-11"),
        ("bougainville-2019-referendum", "2019-11-23", "2019-12-07"),
        ("russia-2024-presidential", "2024-03-15", "2024-03-17"),
    ],
)
def test_days_of_voting(mine: pd.DataFrame, ballot: str, first: str, last: str) -> None:
    assert (str(mine.loc[ballot].start_date), str(mine.loc[ballot].end_date)) == (first, last)


def test_settled_ballots_are_marked(mine: pd.DataFrame) -> None:
    settled = ["finland-2024-presidential", "canada-2019-federal", "germany-2021-federal", "moldova-2024-referendum"]
    assert not mine.loc[settled].contested.any()


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("PACE", "COE"),
        ("Venice Commission", "COE"),
        ("ODIHR", "OSCE"),
        ("European Parliament", "EU"),
        ("UNGA", "UN"),
        ("North Atlantic Council", "NATO"),
        ("Mejlis", "MEJLIS"),
        ("Almenda", "ALMENDA"),
        ("RFE/RL", "RFERL"),
        ("Polisario Front", "SADR"),
    ],
)
def test_bodies_speak_for_their_organisation(book: Codebook, name: str, entity: str) -> None:
    assert entity_of(book.organisations, name) == {entity}


def test_only_agencies_of_a_state_speak_for_one(book: Codebook) -> None:
    state = dict(zip(book.organisations.name, book.organisations.state, strict=True))
    assert {state[name] for name in ("TASS", "RIA Novosti", "RT", "Sputnik", "Rossiya 1")} == {"RUS"}
    assert {state[name] for name in ("Reuters", "BBC", "Meduza", "Interfax", "Suspilne")} == {""}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Kremlin", "RUS"),
        ("Downing Street", "GBR"),
        ("Quai d'Orsay", "FRA"),
        ("Bankova", "UKR"),
        ("SBU", "UKR"),
        ("Generalitat", "CATALONIA"),
        ("Miraflores", "VEN"),
    ],
)
def test_offices_without_a_state_in_their_name(book: Codebook, name: str, entity: str) -> None:
    assert entity_of(book.offices, name) == {entity}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Zelenskiy", "UKR"),
        ("Sergei Aksenov", "RUS-OCC"),
        ("Marina Zakharova", "RUS-OCC"),
        ("Maria Zakharova", "RUS"),
        ("Ivan Fedorov", "UKR"),
        ("Balytskyi", "RUS-OCC"),
        ("Chubarov", "MEJLIS"),
        ("Svetlana Tikhanovskaya", "BLR-OPP"),
        ("Maria Corina Machado", "VEN-OPP"),
        ("Carles Puigdemont", "CATALONIA"),
        ("Nechirvan Barzani", "KRG"),
        ("Brahim Ghali", "SADR"),
        ("Yoshimasa Hayashi", "JPN"),
    ],
)
def test_people_speak_for_their_entity(book: Codebook, name: str, entity: str) -> None:
    assert entity_of(book.people, name) == {entity}


@pytest.mark.parametrize("name", ["Zakharova", "Fedorov", "Cameron", "Johnson", "Umerov", "Miller", "Price"])
def test_surnames_that_name_nobody_alone(book: Codebook, name: str) -> None:
    assert entity_of(book.people, name) == set()


def test_who_changed_sides_has_a_row_for_each(book: Codebook) -> None:
    [(_, left)] = office_days(book, "Kaja Kallas", "EST")
    [(joined, _)] = office_days(book, "Kaja Kallas", "EU")
    assert left < joined


def test_offices_of_one_person_for_two_entities_have_dates(book: Codebook) -> None:
    several = book.people.groupby("name").entity.nunique()
    people = book.people[book.people.name.isin(several[several > 1].index)]
    assert people.since.notna().all()


def test_claimed_territories_have_their_names(book: Codebook) -> None:
    rows = book.territories.set_index("territory")
    assert "Sokhumi" in rows.loc["abkhazia"].seats
    assert "Pridnestrovie" in rows.loc["transnistria"].names
    assert "Catalan" in rows.loc["catalonia"].adjectives
    assert (rows.loc["northern-cyprus"].entity, rows.loc["northern-cyprus"].country) == ("TRNC", "CYP")


def test_settlements_are_where_they_belong(book: Codebook) -> None:
    countries = dict(zip(book.settlements.name, book.settlements.country, strict=True))
    assert (countries["Sukhumi"], countries["Stepanakert"], countries["Laayoune"]) == ("GEO", "AZE", "ESH")
    assert book.settlements.lat.notna().all() and book.settlements.lon.notna().all()
