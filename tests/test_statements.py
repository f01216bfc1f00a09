"""Statements: sentences in, (entity, concept) pairs out; near-misses must yield nothing."""

from __future__ import annotations

import pytest

from ballotwatch.article_coder import code_article
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article

# Sets the scene for sentences that name no ballot themselves: nothing in it is a statement.
SCENE = "Russia held a referendum in the Kherson region in September 2022. "

POSITIONS = [
    ("Lithuania does not recognise the referendum.", {("LTU", "non_recognition")}),
    ("The result was rejected as null and void by Ottawa.", {("CAN", "non_recognition")}),
    ("Portugal said the ballot had no legal force whatsoever.", {("PRT", "non_recognition")}),
    ("Austria regards the outcome as invalid, its foreign ministry said.", {("AUT", "non_recognition")}),
    ("Neither Greece nor Cyprus will accept the results.", {("GRC", "non_recognition"), ("CYP", "non_recognition")}),
    ("Albania denounced the vote.", {("ALB", "condemnation")}),
    ("The referendum was condemned by Oslo, Helsinki and Stockholm.",
     {("NOR", "condemnation"), ("FIN", "condemnation"), ("SWE", "condemnation")}),
    ("Dublin described the ballot as a charade.", {("IRL", "condemnation")}),
    ("For the Danish government the referendum was a travesty.", {("DNK", "condemnation")}),
    ("“These sham referendums fool nobody,” said Slovenia’s foreign minister, Tanja Fajon.", {("SVN", "condemnation")}),
    ("The vote violated the UN Charter, the Croatian president said.", {("HRV", "illegality")}),
    ("Montenegro called the referendum unlawful.", {("MNE", "illegality")}),
    ("According to Spain, the referendum was contrary to international law.", {("ESP", "illegality")}),
    ("The referendum was neither free nor fair, the Belgian foreign ministry said.", {("BEL", "unfairness")}),
    ("Iceland said the vote did not reflect the will of the people.", {("ISL", "unfairness")}),
    ("Mexico reaffirmed its support for the territorial integrity of Ukraine.", {("MEX", "solidarity")}),
    ("Syria recognised the results of the referendum.", {("SYR", "recognition")}),
    ("North Korea congratulated the organisers on the referendum.", {("PRK", "recognition")}),
    ("The referendum had been transparent and democratic, the Belarusian foreign minister said.", {("BLR", "recognition")}),
    ("Venezuela respects the choice of the people of Kherson.", {("VEN", "recognition")}),
]  # fmt: skip

DEMANDS = [
    ("Kyiv called on all states not to recognise the referendum.", {("UKR", "call_non_recognition")}),
    ("Damascus asked other governments to respect the outcome.", {("SYR", "call_recognition")}),
    ("Tallinn urged the world to condemn the vote.", {("EST", "call_condemnation")}),
    ("Poland demanded new sanctions against those who organised the referendum.", {("POL", "call_sanctions")}),
    ("The organisers will be brought to justice, Ukraine's prosecutor general said.", {("UKR", "call_accountability")}),
    ("Ukraine's ombudsman urged residents not to take part in the referendum.", {("UKR", "call_boycott")}),
    ("The Ukrainian government asked people to stay at home during the vote.", {("UKR", "call_boycott")}),
    ("The Russian-installed head of the region, Vladimir Saldo, urged residents to vote.", {("RUS-OCC", "call_participation")}),
    ("Kyiv asked foreign politicians not to observe the referendum.", {("UKR", "call_non_cooperation")}),
    ("After the vote Latvia demanded that Russia withdraw its troops from Ukraine.", {("LVA", "call_withdrawal")}),
]  # fmt: skip

CLAIMS = [
    ("Turnout in the referendum was 76.9 percent, the Russian-installed election commission in Kherson said.",
     {("RUS-OCC", "turnout")}),
    ("Ukraine's interior ministry said that residents were forced to vote at gunpoint.", {("UKR", "coercion")}),
    ("The results of the referendum had been falsified, Kyiv said.", {("UKR", "fraud")}),
    ("The Russian-installed administration said that a blast had damaged a polling station.", {("RUS-OCC", "incident")}),
]  # fmt: skip

NEAR_MISSES = [
    "India did not condemn the referendum.",
    "Brazil stopped short of condemning the vote.",
    "A spokesman for the Chinese foreign ministry declined to say whether Beijing would recognise the referendum.",
    "Asked whether Turkey would recognise the result, the minister changed the subject.",
    "Hungary has yet to recognise the outcome.",
    "If Serbia were to recognise the referendum, its talks with Brussels would stall.",
    "Would Minsk recognise the referendum?",
    "Mongolia neither accepted nor rejected the result.",
    "Kazakhstan denied having recognised the referendum.",
    "Britain condemned the shelling of a hospital in Kharkiv.",
    "Germany imposed sanctions on Iran over its drones.",
    "France congratulated the Argentine football team.",
    "The vote was condemned around the world.",
    "A reporter saw soldiers at a polling station.",
]


def coded(text: str) -> set[tuple[str, str]]:
    article = Article("a", "a.txt", text, None, None, None, "")
    rows = code_article(article, load_codebook(), all_documents=True)
    return {(row["entity"], row["concept"]) for row in rows["statements"]}


@pytest.mark.parametrize(("sentence", "expected"), POSITIONS + DEMANDS + CLAIMS)
def test_statement(sentence: str, expected: set[tuple[str, str]]) -> None:
    assert coded(SCENE + sentence) == expected


@pytest.mark.parametrize("sentence", NEAR_MISSES)
def test_near_miss(sentence: str) -> None:
    assert coded(SCENE + sentence) == set()
