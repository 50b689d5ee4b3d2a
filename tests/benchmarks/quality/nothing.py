"""Words that nothing is to be found for: of no language, or of subjects far from any news of technology."""

from __future__ import annotations

from random import Random

_ONSETS = (
    "b", "bl", "br", "c", "d", "dr", "f", "fl", "g", "gl", "gr", "h", "j", "k", "kl", "kr", "l", "m", "n",
    "p", "pl", "pr", "qu", "r", "s", "sk", "sl", "st", "str", "t", "tr", "v", "vr", "w", "x", "y", "z",
    "zw",
)  # fmt: skip
_NUCLEI = (
    "a", "e", "i", "o", "u", "y", "ai", "ee", "oo", "oi", "ou",
)  # fmt: skip
_CODAS = (
    "", "", "", "b", "d", "g", "k", "l", "m", "n", "p", "r", "t", "v", "x", "zz", "mp", "nk", "rk", "sk",
    "st", "nd",
)  # fmt: skip


def nonsense(rnd: Random) -> str:
    """Two to four syllables that make no word."""
    count = rnd.randint(2, 4)
    syllables = [rnd.choice(_ONSETS) + rnd.choice(_NUCLEI) for _ in range(count)]
    return "".join(syllable + (rnd.choice(_CODAS) if rnd.random() < 0.4 else "") for syllable in syllables)


OFF_TOPIC = (
    "accordion", "acrobat", "albatross", "almond", "anchovy", "antelope", "apricot", "aquarium",
    "armadillo", "artichoke", "asparagus", "avalanche", "avocado", "badminton", "ballerina", "bandage",
    "banjo", "baptism", "barnacle", "bassoon", "beaver", "begonia", "blizzard", "boomerang", "bracelet",
    "buffalo", "bulldozer", "butterfly", "cactus", "camembert", "canoe", "canyon", "cardigan", "caribou",
    "carnation", "casserole", "cathedral", "celery", "cello", "centipede", "chameleon", "champagne",
    "cheesecake", "chimpanzee", "cinnamon", "clarinet", "coconut", "compost", "corduroy", "cottage",
    "coyote", "cranberry", "cricket", "croissant", "crustacean", "cucumber", "cufflink", "custard",
    "daffodil", "daisy", "dermatologist", "dolphin", "doughnut", "drawbridge", "eclipse", "eggplant",
    "embroidery", "emerald", "escargot", "espresso", "eyebrow", "falcon", "fiance", "flamenco", "flamingo",
    "fondue", "foxglove", "freckles", "gazelle", "gingerbread", "giraffe", "glacier", "gooseberry",
    "gorilla", "grapefruit", "guillotine", "hammock", "harmonica", "hazelnut", "hedge", "heron", "hurdle",
    "hyacinth", "igloo", "jaguar", "jellyfish", "jigsaw", "kangaroo", "kayak", "ketchup", "kimono",
    "ladybug", "lasagna", "lavender", "lettuce", "lighthouse", "lobster", "mahogany", "mandolin",
    "marmalade", "marzipan", "mayonnaise", "measles", "meringue", "midwife", "minotaur", "moccasin",
    "monastery", "mosquito", "mustache", "mustard", "necklace", "nectarine", "noodles", "nutmeg",
    "obituary", "octopus", "omelette", "orchid", "osteopath", "oyster", "paprika", "parachute", "parakeet",
    "parsley", "peacock", "peanut", "pedicure", "penguin", "peppermint", "pharaoh", "pheasant", "pigeon",
    "pistachio", "platypus", "plumber", "porcelain", "porcupine", "postcard", "pumpkin", "quilt", "raccoon",
    "radish", "ravioli", "reindeer", "rhinoceros", "rhubarb", "saffron", "salamander", "sandcastle",
    "sausage", "saxophone", "scarecrow", "seagull", "sequin", "sewing", "shampoo", "snorkel", "sorcerer",
    "spaghetti", "spinach", "squirrel", "stalactite", "stallion", "strawberry", "submarine", "surfboard",
    "swimsuit", "tambourine", "tarantula", "taxidermy", "toboggan", "tortoise", "tricycle", "trombone",
    "trumpet", "tuxedo", "umbrella", "unicorn", "vampire", "vinegar", "viola", "waffle", "walnut", "walrus",
    "watermelon", "weasel", "windmill", "wrestling", "yogurt", "zebra", "zucchini",
)  # fmt: skip
"""Things and people of kitchens, gardens, zoos and stages."""
