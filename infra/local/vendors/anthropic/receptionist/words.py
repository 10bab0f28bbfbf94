"""Words as the receptionist compares them: folded, stemmed, weighted by how much they say."""

import re

_WORD = re.compile(r"\$?\d[\d,.:]*\d|\$?\d|[a-z]+(?:'[a-z]+)?")
_APOSTROPHE = str.maketrans({"’": "'", "\u2018": "'"})


def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a text: long lists of words are easier to keep as prose."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(word_list(text))


# Words that say how a question is asked, not what it is about.
_FUNCTION = word_set(
    """
    a about actually also am an and any are aren't as ask asking at be because been being but by
    calling can can't come could couldn't did didn't do does doesn't doing don't else ever for
    from get gets give go goes going good got guys had happen happens has have haven't having hello
    help her here hey hi him his how how's i i'd i'll i'm i've if in into is isn't it it's its
    just kind know let let's like looking made make makes many may maybe me might mind more much
    my no not of oh ok okay on one or our out over please possible put question quick really right
    said say see should so some someone something sorry still sure tell than thank thanks that
    that's the their them then there there's these they they're thing things think this those to
    too uh um up us very wait want wanted wants was way we well were what what's whats when when's
    where where's whether which who who's whom whose why will with won't wonder wondering would
    wouldn't yeah yes yet you you'd you'll you're you've your yours
    """
)
_NOUNS_TOO = frozenset(("will", "can", "may", "might", "mine"))
_DETERMINERS = word_set(
    """
    a an the my your his her our their simple new this that
    """
)
# Words so general in a business's answers that matching one of them proves little.
_COMMON = word_set(
    """
    able accept age aged allow available business call company cost charge customer day do anyone
    anybody everyone fee give handle have keep long must need needed needs offer often old open
    operate place price provide see seen sees serve service services soon speak start take time
    today tomorrow treat use visit week work year years bring brings free
    """
)
_GENERAL_WEIGHT = 0.35

# Groups of words that a caller and a document use for the same thing, whatever the trade.
_GROUPS = (
    "cost price fee charge rate pricing costs",
    "expensive extra surcharge add added dearer",
    "sell sells sold sale buy",
    "child children kid kids toddler son daughter",
    "teen teenager teens teenagers",
    "doctor dr physician",
    "car vehicle cars",
    "park parking",
    "cancel cancellation cancelled canceled",
    "miss missed missing no-show",
    "appointment appointments booking visit",
    "discount off reduction",
    "guarantee guaranteed warranty warranties",
    "pay payment paying payable paid",
    "installment installments instalment instalments monthly",
    "reschedule move",
    "attorney lawyer lawyers attorneys",
    "address located location find",
    "emergency emergencies urgent",
    "weekday weekdays",
    "shot shots vaccine vaccines vaccination vaccinations",
    "loan loaner courtesy",
    "estimate estimates quote quotes",
    "hours open opening close closed closing",
    "haircut cut",
    "boss owner owns own",
    "vet veterinarian veterinary",
    "start begin",
    "need needs needed required requires require must necessary",
    "pain painful ache toothache hurt hurts hurting sore",
    "wheelchair accessible accessibility",
    "english spanish french german language languages speak spoken speaks",
)
_SUFFIXES = ("ingly", "edly", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s")
_SHORTEST_STEM = 3


def fold(text: str) -> str:
    """Return text in lower case with plain apostrophes and single spaces."""
    return " ".join(text.translate(_APOSTROPHE).lower().split())


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text, folded."""
    return [word.removesuffix("'s") for word in _WORD.findall(fold(text))]


def content(text: str) -> list[str]:
    """Return the words that say what a text is about, in order, none twice."""
    found = tokens(text)
    kept = [
        word
        for before, word in zip(["", *found], found, strict=False)
        if word not in _FUNCTION or (word in _NOUNS_TOO and before in _DETERMINERS)
    ]
    return list(dict.fromkeys(kept))


def stem(word: str) -> str:
    """Return a rough stem: enough to join "cleanings" and "cleaned" with "clean"."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            if suffix == "s" and word.endswith("ss"):
                return word
            base = word[: -len(suffix)]
            if suffix in {"ies", "ied"}:
                return f"{base}y"
            if len(base) > _SHORTEST_STEM and base[-1] == base[-2] and base[-1] not in "lsz":
                base = base[:-1]
            return base.removesuffix("e")
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word


def concept(word: str) -> str:
    """Return what stands for a word in comparisons: its group, or its stem."""
    return _CONCEPTS.get(word) or _CONCEPTS.get(stem(word)) or stem(word)


def concepts(text: str) -> set[str]:
    """Return the concepts of a text."""
    return {concept(word) for word in tokens(text)}


def weight(word: str) -> float:
    """Return how much a content word says about the subject, between 0 and 1."""
    return _GENERAL_WEIGHT if word in _COMMON or stem(word) in _COMMON_STEMS else 1.0


_COMMON_STEMS = frozenset(stem(word) for word in _COMMON)
_CONCEPTS = {
    form: f"={group.split()[0]}"
    for group in _GROUPS
    for word in group.split()
    for form in (word, stem(word))
}


def names(text: str) -> frozenset[str]:
    """Return the words written with a capital inside a sentence: names, which nothing resembles."""
    found: set[str] = set()
    for sentence in re.split(r"[.!?,]\s+", text.translate(_APOSTROPHE)):
        for word in sentence.split()[1:]:
            bare = word.strip("\"'(),.?!;:")
            if bare[:1].isupper() and bare.lower() not in _FUNCTION:
                found.update(tokens(bare))
    return frozenset(found)
