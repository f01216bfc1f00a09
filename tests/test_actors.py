"""Who a noun phrase names: invented sentences, other wording than any article that the rules were tuned on."""

from __future__ import annotations

from functools import cache

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.actors import Actors, find_actors
from ballotwatch.coding.gazetteer import gazetteer
from ballotwatch.coding.text import parse


@cache
def read(text: str) -> Actors:
    return find_actors(parse(text), load_codebook())


def entities(text: str, phrase: str) -> set[str]:
    """The entities of the last occurrence of a phrase."""
    start = text.rindex(phrase)
    return {actor.entity for actor in read(text).resolve(start, start + len(phrase)) if actor.entity}


STATES = [
    ("Ottawa said the poll was a charade.", "Ottawa", {"CAN"}),
    ("Lisbon and Madrid called the ballot unlawful.", "Lisbon and Madrid", {"PRT", "ESP"}),
    ("The vote was denounced by Vienna, Oslo and Copenhagen.", "Vienna, Oslo and Copenhagen", {"AUT", "NOR", "DNK"}),
    ("Denmark's ambassador to Ukraine called it a sham.", "Denmark's ambassador to Ukraine", {"DNK"}),
    ("The Dutch parliament passed a motion.", "The Dutch parliament", {"NLD"}),
    ("Norway’s embassy in Moscow said nobody had been sent.", "Norway’s embassy in Moscow", {"NOR"}),
    (
        "Foreign ministers of Spain, Portugal and Malta protested.",
        "Foreign ministers of Spain, Portugal and Malta",
        {"ESP", "PRT", "MLT"},
    ),
    (
        "The Irish and Danish foreign ministers dismissed the vote.",
        "The Irish and Danish foreign ministers",
        {"IRL", "DNK"},
    ),
    ("A defence ministry spokesman in Tallinn said so.", "A defence ministry spokesman in Tallinn", {"EST"}),
    ("Lithuania's intelligence service warned of fraud.", "Lithuania's intelligence service", {"LTU"}),
    ("The mayor of Lyiv spoke. The Italian government kept silent.", "The Italian government", {"ITA"}),
    ("Canada’s Mélanie Joly rejected the result.", "Canada’s Mélanie Joly", {"CAN"}),
    ("Bosnia and Herzegovina did not vote.", "Bosnia and Herzegovina", {"BIH"}),
    ("The UK, US and EU issued a joint text.", "The UK, US and EU", {"GBR", "USA", "EU"}),
    (
        "Foreign Ministry of the Republic of Moldova rejects the poll.",
        "Foreign Ministry of the Republic of Moldova",
        {"MDA"},
    ),
    (
        "The ballots were condemned by the governments of Japan and Australia.",
        "the governments of Japan and Australia",
        {"JPN", "AUS"},
    ),
    ("Peru, Chile and nine others voted in favour.", "Peru, Chile and nine others", {"PER", "CHL"}),
    ("Downing Street called the exercise a mockery.", "Downing Street", {"GBR"}),
    ("The Bundestag adopted a resolution.", "The Bundestag", {"DEU"}),
    ("A German diplomat said his French counterpart agreed.", "his French counterpart", {"FRA"}),
]

ORGANISATIONS = [
    ("NATO leaders called the vote illegal.", "NATO leaders", {"NATO"}),
    ("Some 40 OSCE states condemned it.", "Some 40 OSCE states", {"OSCE"}),
    ("The European Parliament urged sanctions. The bloc's diplomats agreed.", "The European Parliament", {"EU"}),
    ("The EU will not recognise it. The bloc also promised sanctions.", "The bloc", {"EU"}),
    ("NATO condemned the ballot. The alliance stands by Ukraine.", "The alliance", {"NATO"}),
    (
        "The OSCE was not invited. Its chairwoman, Ann Linde, said the vote was void.",
        "Its chairwoman, Ann Linde",
        {"OSCE"},
    ),
    (
        "The European Union was unmoved. It was a travesty, the Swedish presidency said.",
        "the Swedish presidency",
        {"EU"},
    ),
    ("PACE has adopted a resolution.", "PACE", {"COE"}),
    ("Russia's envoy to the United Nations shrugged.", "Russia's envoy to the United Nations", {"RUS"}),
    ("A spokesman for the Council of Europe said it was void.", "A spokesman for the Council of Europe", {"COE"}),
    ("The Baltic Ballot Watch Association (BBWA) spoke of fraud. BBWA will report.", "BBWA", {"BBWA"}),
    ("Freevote, an independent watchdog, listed abuses. Freevote has no staff there.", "Freevote", {"FREEVOTE"}),
    (
        "The Ukrainian Centre for Free Elections (UCFE) counted. The temporarily occupied areas (TOA) are large.",
        "TOA",
        set(),
    ),
]

OCCUPATION = [
    (
        "Kremlin-appointed officials in Melitopol praised the vote in Ukraine.",
        "Kremlin-appointed officials in Melitopol",
        {"RUS-OCC"},
    ),
    (
        "The Russia-installed governor of the Kherson region hailed it.",
        "The Russia-installed governor of the Kherson region",
        {"RUS-OCC"},
    ),
    ("Ukraine said the occupation administration had lied.", "the occupation administration", {"RUS-OCC"}),
    ("Luhansk's election commission put turnout at 90 percent.", "Luhansk's election commission", {"RUS-OCC"}),
    ("The parliament of Crimea voted to join Russia.", "The parliament of Crimea", {"RUS-OCC"}),
    (
        "The self-proclaimed authorities in Donetsk claimed victory.",
        "The self-proclaimed authorities in Donetsk",
        {"RUS-OCC"},
    ),
    (
        "In Crimea the vote is over. The peninsula's electoral commission reported a result.",
        "The peninsula's electoral commission",
        {"RUS-OCC"},
    ),
    ("The LPR's foreign ministry thanked the guests.", "The LPR's foreign ministry", {"RUS-OCC"}),
    ("Ukraine's governor of the Donetsk region wrote of raids.", "Ukraine's governor of the Donetsk region", {"UKR"}),
    ("The exiled mayor of Enerhodar wrote of raids.", "The exiled mayor of Enerhodar", {"UKR"}),
    (
        "The Kherson regional military administration, loyal to Kyiv, denied it. The Ukrainian head of the Kherson region spoke.",
        "The Ukrainian head of the Kherson region",
        {"UKR"},
    ),
    (
        "The commission, set up by Moscow, reported. Officials appointed by Russia cheered in Kherson.",
        "Officials appointed by Russia",
        {"RUS-OCC"},
    ),
    ("The mayor of Warsaw, Rafal Trzaskowski, spoke.", "The mayor of Warsaw, Rafal Trzaskowski", {"POL"}),
    ("The governor of the Kharkiv region protested.", "The governor of the Kharkiv region", {"UKR"}),
    (
        "Pavel Volkov, who heads the occupation commission in Berdiansk, gave a figure. Volkov was content.",
        "Volkov",
        {"RUS-OCC"},
    ),
]

TERRITORIES = [
    ("The Abkhaz leader thanked voters.", "The Abkhaz leader", {"ABKHAZIA"}),
    ("Transnistria's election commission announced a turnout.", "Transnistria's election commission", {"TRANSNISTRIA"}),
    ("Catalan officials spoke of injuries.", "Catalan officials", {"CATALONIA"}),
    ("Officials in Tskhinvali announced the result.", "Officials in Tskhinvali", {"SOUTH-OSSETIA"}),
    (
        "In Abkhazia polls closed. The breakaway region's foreign minister praised them.",
        "The breakaway region's foreign minister",
        {"ABKHAZIA"},
    ),
    ("Georgia's ambassador to Estonia thanked Tallinn.", "Georgia's ambassador to Estonia", {"GEO"}),
]

PEOPLE = [
    (
        "Kazakhstan kept out of it. Foreign ministry spokeswoman Dana Testova said the vote was unlawful.",
        "Foreign ministry spokeswoman Dana Testova",
        {"KAZ"},
    ),
    (
        "Jonas Rimkus, Lithuania's deputy foreign minister, called it void. Rimkus will travel to Kyiv.",
        "Rimkus",
        {"LTU"},
    ),
    ("Latvian Defence Minister Peteris Ozols called it void. He added that Riga would help.", "He", {"LVA"}),
    ("Czech spokeswoman Jana Malkova spoke to Polish envoy Piotr Lis. She called it a farce.", "She", {"CZE"}),
    ("Czech spokeswoman Jana Malkova spoke to Polish envoy Piotr Lis. He called it a farce.", "He", {"POL"}),
    (
        "Olga Petrenko, a teacher in Melitopol, said she had been forced.",
        "Olga Petrenko, a teacher in Melitopol",
        set(),
    ),
    ("Olga Petrenko, a teacher in Melitopol, said soldiers came. She was afraid.", "She", set()),
    (
        "Estonia objected. Prime Minister Mart Kask said so. The prime minister asked for sanctions.",
        "The prime minister",
        {"EST"},
    ),
    ("Putin's spokesman dismissed the criticism.", "Putin's spokesman", {"RUS"}),
    ("The office of President Volodymyr Zelensky replied.", "The office of President Volodymyr Zelensky", {"UKR"}),
    (
        "Ivan Bondar, the Ukrainian mayor of Tokmak, and Petro Lysenko, the head of Ukraine's police, wrote.",
        "Ivan Bondar, the Ukrainian mayor of Tokmak, and Petro Lysenko, the head of Ukraine's police",
        {"UKR"},
    ),
    (
        "Emmanuel Macron, Olaf Scholz and Mario Draghi protested.",
        "Emmanuel Macron, Olaf Scholz and Mario Draghi",
        {"FRA", "DEU", "ITA"},
    ),
    ("Maria Zakharova, spokeswoman for the Russian foreign ministry, replied.", "Zakharova", {"RUS"}),
    ("A resident of Kherson said nobody voted.", "A resident of Kherson", set()),
    (
        "Peter Smith, an observer from Austria, praised the vote.",
        "Peter Smith, an observer from Austria",
        {"OBSERVERS"},
    ),
    (
        "Belarusian opposition leader Anna Testova rejected the result.",
        "Belarusian opposition leader Anna Testova",
        {"BLR-OPP"},
    ),
    (
        "Georgia's president, Salome Zourabichvili, spoke to EU envoys.",
        "Georgia's president, Salome Zourabichvili",
        {"GEO"},
    ),
    ("Mark Jansen, who leads the OSCE mission, spoke. Jansen saw no observers.", "Jansen", {"OSCE"}),
    ("An official in Brussels, who asked not to be named, was gloomy.", "An official in Brussels", set()),
    ("Sofia Marinova, a Bulgarian member of parliament, abstained.", "Sofia Marinova", {"BGR"}),
    ("Western diplomats were silent.", "Western diplomats", set()),
]

SHORT_NAMES = [
    (
        "The Ukrainian Foreign Ministry called the vote void. The ministry thanked its partners.",
        "The ministry",
        {"UKR"},
    ),
    ("Spain's Constitutional Court suspended the law. The court was unanimous.", "The court", {"ESP"}),
    ("Norway will not recognise the result. It also cut ties.", "It", {"NOR"}),
    ("Chile and Peru condemned the vote. They also recalled their envoys.", "They", {"CHL", "PER"}),
    ("The Latvian foreign ministry deplored the poll. The statement said it was void.", "The statement", {"LVA"}),
    (
        "Russia hailed the vote. “Nobody may doubt it,” said Finland's president. Sweden's foreign minister, Tobias Billstrom, "
        "disagreed. The minister spoke of fraud.",
        "The minister",
        {"SWE"},
    ),
    ("HELSINKI, May 3 - The vote was void, the foreign ministry said.", "the foreign ministry", {"FIN"}),
    (
        "Moldova held a run-off. The Central Election Commission put turnout at 54 percent.",
        "The Central Election Commission",
        {"MDA"},
    ),
    (
        "Georgian police and the Interior Ministry of Armenia differed. The ministry gave no figures.",
        "The ministry",
        {"ARM"},
    ),
    ("Japan protested. Its foreign minister spoke of a breach of law.", "Its foreign minister", {"JPN"}),
]

MEDIA = [
    ("TASS quoted the figure.", "TASS", {"RUS"}),
    ("The news agency Reuters quoted the figure.", "The news agency Reuters", set()),
    ("Local media reported shots.", "Local media", set()),
    ("EU sanctions were prepared.", "EU sanctions", set()),
    ("The Minsk agreements are dead.", "The Minsk agreements", set()),
]


OTHERS = [
    ("Slovenia's Tanja Fajon condemned the vote.", "Slovenia's Tanja Fajon", {"SVN"}),
    ("The Foreign Ministry of Georgia called the vote illegal. It urged others not to recognise it.", "It", {"GEO"}),
    (
        "Annalena Baerbock, the German foreign minister, spoke after talks with her Moldovan counterpart Nicu Popescu. She called it a sham.",
        "She",
        {"DEU"},
    ),
    ("The Polish president said Warsaw would never accept it. He spoke in Kyiv.", "He", {"POL"}),
    (
        "Leonid Slutsky, head of the State Duma's international committee, hailed the vote.",
        "Leonid Slutsky, head of the State Duma's international committee",
        {"RUS"},
    ),
    (
        "Igor Strelkov, a rebel commander in Sloviansk, boasted.",
        "Igor Strelkov, a rebel commander in Sloviansk",
        {"RUS-OCC"},
    ),
    (
        "Vladimir Konstantinov, speaker of the Crimean parliament, gave the result.",
        "Vladimir Konstantinov, speaker of the Crimean parliament",
        {"RUS-OCC"},
    ),
    (
        "Serhiy Haidai, Luhansk's governor, said armed men went from door to door.",
        "Serhiy Haidai, Luhansk's governor",
        {"UKR"},
    ),
    ("US Secretary of State Antony Blinken called it a sham.", "US Secretary of State Antony Blinken", {"USA"}),
    (
        "U.S. President Donald Trump was silent. His spokeswoman, Karoline Leavitt, was not.",
        "His spokeswoman, Karoline Leavitt",
        {"USA"},
    ),
    (
        "Tamila Tasheva, permanent representative of the President of Ukraine in Crimea, spoke.",
        "Tamila Tasheva, permanent representative of the President of Ukraine in Crimea",
        {"UKR"},
    ),
    (
        "Andriy Yermak, who heads the Ukrainian president's office, spoke.",
        "Andriy Yermak, who heads the Ukrainian president's office",
        {"UKR"},
    ),
    (
        "The head of Russia's Central Election Commission, Ella Pamfilova, praised it.",
        "The head of Russia's Central Election Commission, Ella Pamfilova",
        {"RUS"},
    ),
    (
        "The Russian-backed head of Crimea, Sergei Aksyonov, praised it.",
        "The Russian-backed head of Crimea, Sergei Aksyonov",
        {"RUS-OCC"},
    ),
    (
        "Crimea's Moscow-installed leader Sergei Aksyonov praised it. Aksyonov wrote on Telegram.",
        "Aksyonov",
        {"RUS-OCC"},
    ),
    ("The Organization of American States said the vote was flawed. The OAS urged talks.", "The OAS", {"OAS"}),
    ("Venezuela's electoral council announced the result. The council gave no tallies.", "The council", {"VEN"}),
    (
        "Venezuelan opposition leader Maria Corina Machado claimed victory.",
        "Venezuelan opposition leader Maria Corina Machado",
        {"VEN-OPP"},
    ),
    ("The Kurdistan Regional Government went ahead. Baghdad rejected the vote.", "Baghdad", {"IRQ"}),
    (
        "Milorad Dodik, the president of Republika Srpska, defended the referendum.",
        "Milorad Dodik, the president of Republika Srpska",
        {"RS"},
    ),
    (
        "Armenia's Foreign Ministry and the European External Action Service issued notes.",
        "Armenia's Foreign Ministry and the European External Action Service",
        {"ARM", "EU"},
    ),
    ("Human Rights Watch said people had been forced to vote.", "Human Rights Watch", {"HRW"}),
    ("Ukraine's military intelligence said buses had been used.", "Ukraine's military intelligence", {"UKR"}),
    (
        "The General Staff of the Armed Forces of Ukraine reported raids.",
        "The General Staff of the Armed Forces of Ukraine",
        {"UKR"},
    ),
    (
        "Ukrainian Deputy Prime Minister Iryna Vereshchuk asked people to stay away. She warned of prison terms.",
        "She",
        {"UKR"},
    ),
    (
        "Mykhailo Podolyak, an adviser to President Zelensky, mocked the figures.",
        "Mykhailo Podolyak, an adviser to President Zelensky",
        {"UKR"},
    ),
    ("Zelensky's adviser Mykhailo Podolyak mocked the figures.", "Zelensky's adviser Mykhailo Podolyak", {"UKR"}),
    (
        "Charles Michel, the president of the European Council, and Ursula von der Leyen, who heads the Commission, agreed.",
        "Charles Michel, the president of the European Council, and Ursula von der Leyen, who heads the Commission",
        {"EU"},
    ),
    (
        "The Security Council met. Albania's ambassador, Ferit Hoxha, called the vote a farce. China's envoy, Zhang Jun, did not.",
        "China's envoy, Zhang Jun",
        {"CHN"},
    ),
    (
        "British Prime Minister Liz Truss phoned Zelensky. The prime minister said the UK would never recognise it.",
        "The prime minister",
        {"GBR"},
    ),
    (
        "According to the commission's head, Igor Plush, 80 percent voted in Donetsk.",
        "the commission's head, Igor Plush",
        {"RUS-OCC"},
    ),
    ("In Luhansk, election officials said turnout was 75 percent.", "election officials", {"RUS-OCC"}),
    ("Sergey Lavrov said Russia would help. The foreign minister was in New York.", "The foreign minister", {"RUS"}),
    ("Neither France nor Germany sent envoys.", "Neither France nor Germany", {"DEU", "FRA"}),
    ("Both Hungary and Slovakia joined.", "Both Hungary and Slovakia", {"HUN", "SVK"}),
    (
        "The Mejlis's chairman, Refat Chubarov, called for a boycott.",
        "The Mejlis's chairman, Refat Chubarov",
        {"MEJLIS"},
    ),
    ("The occupiers claim a turnout of 92 percent in Zaporizhzhia.", "The occupiers", {"RUS-OCC"}),
    (
        "The president of the Moldovan parliament, Igor Grosu, said so.",
        "The president of the Moldovan parliament, Igor Grosu",
        {"MDA"},
    ),
    ("State media in Russia showed queues.", "State media in Russia", set()),
    ("A voter in Sevastopol, Nina, 64, said she was happy.", "she", set()),
    ("Pope Francis prayed.", "Pope Francis", {"VAT"}),
    ("Observers sent by the CIS praised it.", "Observers sent by the CIS", {"CIS"}),
    ("The OSCE's observers saw threats.", "The OSCE's observers", {"OSCE"}),
    ("Two opposition blocs in Georgia refused.", "Two opposition blocs in Georgia", {"GEO-OPP"}),
    ("ANA TESTOVA (Chile) spoke of a farce.", "ANA TESTOVA (Chile)", {"CHL"}),
    ("Moscow's man in Kherson praised the vote.", "Moscow's man in Kherson", {"RUS-OCC"}),
    (
        "Donetsk voted. Ukraine fumed. A spokesman for the foreign ministry called it void.",
        "A spokesman for the foreign ministry",
        {"UKR"},
    ),
    ("We join Peru and Chile, whose governments refused.", "whose governments", {"PER", "CHL"}),
    ("The EU met at the UN. The Union will not accept it.", "The Union", {"EU"}),
    ("Norway kept quiet. A statement by the Council of Europe was clear: the vote, it said, was void.", "it", {"COE"}),
    ("A spokesman for President Macron said so.", "A spokesman for President Macron", {"FRA"}),
    ("A reader in Kherson wrote to us.", "A reader in Kherson", set()),
    (
        "Ben Wallace, Britain's defence secretary, and Anthony Albanese of Australia agreed.",
        "Ben Wallace, Britain's defence secretary, and Anthony Albanese of Australia",
        {"AUS", "GBR"},
    ),
]


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [*STATES, *ORGANISATIONS, *OCCUPATION, *TERRITORIES, *PEOPLE, *SHORT_NAMES, *MEDIA, *OTHERS],
)
def test_resolve(text: str, phrase: str, expected: set[str]) -> None:
    assert entities(text, phrase) == expected


def test_two_people_of_one_surname() -> None:
    text = (
        "Elena Zakharova, head of the election commission in Luhansk, gave figures. Zakharova praised the guests. "
        "Russian Foreign Ministry spokeswoman Maria Zakharova replied to Kyiv. Zakharova was brief."
    )
    first, last = text.index("Zakharova praised"), text.index("Zakharova was")
    actors = read(text)
    assert [actors.resolve(at, at + 9)[0].entity for at in (first, last)] == ["RUS-OCC", "RUS"]


def test_mentions_are_passages() -> None:
    text = "Berlin and the Élysée said so; President Joko Testo of Indonesia did not."
    for actor in read(text).mentions:
        assert text[actor.start : actor.end] == actor.text


def test_gazetteer_case_and_accents() -> None:
    found = gazetteer(load_codebook()).find("KYIV asked us. François Hollande met Ivica Dacic of the US.")
    assert [match.entries[0].entity for match in found] == ["UKR", "FRA", "SRB", "USA"]


def test_empty_text() -> None:
    assert read("").mentions == []
    assert read("").resolve(0, 0) == ()


def test_marker_behind_an_authority() -> None:
    text = "The commissions set up by Moscow gave figures for Kherson."
    start = text.index("Moscow")
    assert read(text).resolve(start, start + 6)[0].entity == "RUS-OCC"
