"""What people do to a word in their heads: real misspellings, spellings by ear, the other side's English."""

from __future__ import annotations

import re
from random import Random

_REAL = """
accesible accessible|accomodate accommodate|acheive achieve|acording according|acquiered acquired
acros across|adress address|adn and|agresive aggressive|alliegance allegiance|alot lot|amature amateur
analisys analysis|analitics analytics|analytcs analytics|anounce announce|anouncing announcing
annoucement announcement|apearance appearance|aplication application|aplications applications|aplpe apple
appilcation application|arcitecture architecture|architechture architecture|asistant assistant
assitance assistance|authentification authentication|automaticly automatically|availible available
avaliable available|availabe available|availablity availability|avialability availability|awsome awesome
basicly basically|becuase because|becomming becoming|beggining beginning|begining beginning
beleive believe|benifit benefit|benifits benefits|bilion billion|billon billion|broswer browser
buisness business|busines business|bussiness business|calender calendar|capabilites capabilities
capabilties capabilities|catagory category|challange challenge|challanges challenges|changable changeable
cheif chief|choise choice|colaborate collaborate|collaberation collaboration|comercial commercial
comming coming|comittee committee|commitee committee|communty community|comunity community
compatability compatibility|compeditor competitor|competion competition|completly completely
componants components|compleated completed|concious conscious|confrence conference|conection connection
connecion connection|conecting connecting|conector connector|containter container|continous continuous
continueing continuing|controll control|convinient convenient|coperation cooperation|corperate corporate
carona corona|coronovirus coronavirus|crypotgraphy cryptography|custmer customer|custommer customer
costumer customer|dashbord dashboard|databse database|databace database|decison decision
definate definite|definately definitely|dependance dependence|deploment deployment|deployement deployment
desicion decision|desgin design|desparate desperate|develope develop|developement development
devlopment development|develpoer developer|developper developer|diffrent different|diferent different
dificult difficult|disapear disappear|dissappoint disappoint|discription description
documantation documentation|eazy easy|easely easily|ecomony economy|ecosytem ecosystem
effecient efficient|efficency efficiency|eficiency efficiency|embarass embarrass|emergancy emergency
empolyee employee|enviroment environment|enviorment environment|enterprize enterprise
enterpise enterprise|entrprise enterprise|equiptment equipment|essencial essential|excelent excellent
excercise exercise|existance existence|expence expense|expereince experience|experiance experience
expirience experience|explaning explaining|extention extension|facilty facility|familar familiar
feauture feature|featuers features|fianlly finally|finaly finally|finacial financial|financal financial
flexable flexible|flexability flexibility|foriegn foreign|fourty forty|foward forward|freind friend
futher further|garantee guarantee|genral general|generaly generally|goverment government
govermnent government|goverments governments|grammer grammar|gogle google|googel google|guage gauge
gaurantee guarantee|happend happened|harrass harass|hardwear hardware|helathcare healthcare|heigth height
helpfull helpful|hieght height|hybird hybrid|humurous humorous|identifing identifying|imediate immediate
immediatly immediately|imporve improve|improvment improvement|improvments improvements|inclued include
incluing including|independant independent|indispensible indispensable|infomation information
informations information|infrastucture infrastructure|infrastrucutre infrastructure|inovation innovation
insite insight|insigths insights|intelegence intelligence|inteligence intelligence
integeration integration|intergration integration|interace interface|internat internet
intresting interesting|introducting introducing|introdcuing introducing|irelevant irrelevant
jewelery jewelry|jugement judgment|knowlege knowledge|kubernates kubernetes|kubernettes kubernetes
kuberentes kubernetes|lable label|langauge language|languge language|launche launch|leanring learning
lerning learning|liason liaison|libary library|lisence license|licence license|maintainance maintenance
maintenence maintenance|managment management|mangement management|manuever maneuver
manufacure manufacture|marketting marketing|medcine medicine|mesage message|messanger messenger
micosoft microsoft|microsft microsoft|mircosoft microsoft|migratoin migration|millenium millennium
milion million|minature miniature|mispell misspell|mobil mobile|modle model|moniter monitor
monitering monitoring|neccessary necessary|necesary necessary|negociate negotiate|netowrk network
nework network|noticable noticeable|ocasion occasion|occassion occasion|occured occurred
occurence occurrence|offical official|oficial official|omision omission|oppurtunity opportunity
oportunity opportunity|optmization optimization|optimisasion optimization|orcale oracle|orignal original
organizaton organization|outragous outrageous|paralell parallel|parrallel parallel|partnet partner
partnershp partnership|pasword password|pandemik pandemic|payed paid|peice piece|performence performance
perfomance performance|permision permission|permisions permissions|persistant persistent|persue pursue
pharoah pharaoh|phisical physical|plaform platform|platfrom platform|plattform platform
politican politician|posession possession|possition position|potatos potatoes|potental potential
powerfull powerful|practicle practical|preceed precede|predicton prediction|prefered preferred
presance presence|privelege privilege|privledge privilege|probaly probably|proccess process
procesing processing|profesional professional|proffesional professional|programing programming
promiss promise|pronounciation pronunciation|propietary proprietary|protecion protection
publically publicly|publc public|quater quarter|questionaire questionnaire|quantaty quantity|realy really
reccomend recommend|recomend recommend|recieve receive|recieved received|recepit receipt
referance reference|refered referred|relase release|releses releases|relevent relevant|religous religious
remeber remember|repetion repetition|resturant restaurant|resiliance resilience|responce response
resouces resources|resourses resources|revenu revenue|rythm rhythm|runing running|scalibility scalability
scedule schedule|sceince science|secratary secretary|securty security|secuirty security|seperate separate
seperately separately|sergent sergeant|serveral several|servise service|severless serverless
sevice service|shedule schedule|siezed seized|similer similar|simpley simply|simplifed simplified
sincerly sincerely|softwear software|sofware software|solutoin solution|souce source|speach speech
stategy strategy|stratagy strategy|storge storage|stoage storage|strenght strength|studing studying
succesful successful|successfull successful|suceed succeed|suport support|suports supports
suprise surprise|surpise surprise|survice service|sytem system|systme system|tarrif tariff|teh the
techonology technology|tecnology technology|tempature temperature|tendancy tendency|therefor therefore
threshhold threshold|thru through|tommorow tomorrow|tomorow tomorrow|tounge tongue|trafic traffic
transfered transferred|transistion transition|truely truly|unforseen unforeseen
unfortunatly unfortunately|untill until|updtae update|usefull useful|usualy usually|vaccum vacuum
vegtable vegetable|vehical vehicle|veiw view|verison version|vidio video|virtuel virtual|visable visible
visulization visualization|wach watch|wether weather|wich which|wierd weird|wellcome welcome
withold withhold|workfow workflow|worklod workload|writen written|writting writing|yeild yield
yesturday yesterday
"""


def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in re.split(r"[|\n]", _REAL):
        wrong, _, right = line.strip().partition(" ")
        if right:
            found[right] = (*found.get(right, ()), wrong)
    return found


REAL = _table()
"""Words with the ways in which people are known to misspell them."""

_HABITS = (
    ("ie", "ei"), ("ei", "ie"), ("ance", "ence"), ("ence", "ance"), ("ant", "ent"), ("ent", "ant"),
    ("able", "ible"), ("ible", "able"), ("tion", "sion"), ("sion", "tion"), ("ary", "ery"), ("ery", "ary"),
    ("ement", "ment"), ("tial", "cial"), ("cial", "tial"), ("ll", "l"), ("ss", "s"), ("mm", "m"),
    ("nn", "n"), ("pp", "p"), ("tt", "t"), ("cc", "c"), ("ff", "f"), ("rr", "r"), ("ful", "full"),
    ("ly", "ley"), ("ed", "de"), ("ng", "gn"), ("th", "ht"), ("ea", "ae"), ("ui", "iu"), ("ou", "uo"),
    ("er", "re"), ("el", "le"), ("le", "el"), ("al", "el"), ("ous", "us"), ("gue", "ge"), ("ui", "i"),
    ("ea", "e"), ("ou", "o"), ("ai", "a"), ("e", "a"), ("a", "e"), ("i", "e"), ("o", "a"), ("u", "o"),
    ("y", "i"),
)  # fmt: skip
"""What people mix up in words that no list has."""

_BY_EAR = (
    ("ph", "f"), ("ck", "k"), ("tion", "shun"), ("sion", "zhun"), ("ee", "ea"), ("ea", "ee"), ("ou", "ow"),
    ("ai", "ay"), ("ch", "k"), ("c", "k"), ("s", "z"), ("y", "i"), ("er", "or"), ("or", "er"), ("an", "en"),
    ("en", "an"), ("ight", "ite"), ("ough", "uff"), ("ll", "l"), ("ss", "s"), ("mm", "m"), ("nn", "n"),
    ("x", "ks"), ("qu", "kw"), ("i", "e"), ("e", "i"), ("oo", "u"), ("ge", "je"), ("ure", "er"),
    ("au", "aw"),
)  # fmt: skip

_OVERSEAS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^(\w{3,})iz(e|ed|es|er|ers|ing|able|ations?|ational)$", r"\1is\2"),
        (r"^(\w+)yz(e|ed|es|er|ers|ing)$", r"\1ys\2"),
        (r"^(col|fav|lab|hum|arm|hon|rum|behavi|neighb)or(s|ed|ing|ful|ite|ites|able)?$", r"\1our\2"),
        (r"^(cent|datacent|thea|fib)er(s?)$", r"\1re\2"),
        (r"^(catal|dial|anal)og(s?)$", r"\1ogue\2"),
        (r"^(defen|licen|offen)s(es?)$", r"\1c\2"),
        (r"^practic(es?)$", r"practis\1"),
        (r"^program(s?)$", r"programme\1"),
        (r"^(trave|cance|mode|labe|signa)l(ed|ing|er)$", r"\1ll\2"),
        (r"^story$", "storey"),
        (r"^stories$", "storeys"),
        (r"^gray(s?)$", r"grey\1"),
        (r"^tire(s?)$", r"tyre\1"),
        (r"^aluminum$", "aluminium"),
        (r"^judgment(s?)$", r"judgement\1"),
        (r"^(fulfil|enrol)l$", r"\1"),
        (r"^skeptic", "sceptic"),
        (r"^(\w{3,})is(ed|er|ers|ing|ations?)$", r"\1iz\2"),
        (r"^(col|fav|lab|hum|arm|hon|rum|behavi|neighb)our", r"\1or"),
        (r"^(cent|thea|fib)re(s?)$", r"\1er\2"),
        (r"^(catal|dial)ogue(s?)$", r"\1og\2"),
        (r"^(defen|licen|offen)c(es?)$", r"\1s\2"),
        (r"^programme(s?)$", r"program\1"),
        (r"^(trave|cance|mode|labe|signa)ll(ed|ing|er)$", r"\1l\2"),
    )
)
"""American to British first, then the other way."""

_ONE_WAY = re.compile(
    "size|prize|seize|resize|advis|premis|promis|rais|prais|cruis|surpris|exercis|compris|revis|rising|arising"
    "|enterpris|franchis|wis|nois|disguis|televis|supervis|improvis|appris|devis|excis|incis|expertis|pois"
)
"""Beginnings of words that both sides spell alike."""


def misspelled(word: str, rnd: Random) -> str:
    """As people are known to write it, else by a habit that people have; empty where none fits."""
    if word in REAL and rnd.random() < 0.8:
        return rnd.choice(REAL[word])
    return _changed(word, _HABITS, rnd)


def by_ear(word: str, rnd: Random) -> str:
    """As it sounds: one letter group written otherwise, of a long word two; empty where none fits."""
    typed = _changed(word, _BY_EAR, rnd)
    return _changed(typed, _BY_EAR, rnd) or typed if len(word) > 9 and rnd.random() < 0.5 else typed


def _changed(word: str, rules: tuple[tuple[str, str], ...], rnd: Random) -> str:
    fitting = [(old, new) for old, new in rules if old in word[1:]]
    if not fitting:
        return ""
    old, new = rnd.choice(fitting)
    return word[0] + word[1:].replace(old, new, 1)


def overseas(word: str) -> str:
    """A word of American spelling in British, or the other way round; empty where there is one way only."""
    if _ONE_WAY.match(word):
        return ""
    changed = (pattern.sub(spelling, word) for pattern, spelling in _OVERSEAS)
    return next((typed for typed in changed if typed != word), "")


def renumbered(word: str) -> str:
    """The plural of a singular, the singular of a plural, by the plain rules that fit most words."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("ss", "x", "ch", "sh", "z")) else "s")
