"""Given names that are common where the studio works, folded without diacritics.

They only tell a person from a heading and a given name from a surname; a name that is missing here is still read where
its place in the list (a name column, a neighbour's shape) makes it certain. Names that are mostly surnames or common
words are left out.
"""

from __future__ import annotations

_FINNISH = """
aada aadolf aake aaltje aamos aapeli aapo aappo aaretti aaro aarne aarni aarno aaron aarre aatami aate aatos aatto aatu
aava adele adeliina ahti aija aila aili aimo aina aini aino ainikki aira airi airikka aisla aki akseli aksu albert aleksanteri
aleksi aleksandra aleksia ali aliina alina alisa aliisa allan alma alli alpo altti amalia amanda amelia amos anelma anette
anita anja anitta anjuska ann anna annamari annastiina anne anneli annele anni annika anniina annikki annina annukka annu
anselmi anssi antero anton antti anttoni anu ari aretta armas armi arja arla arho arho arhippa aripekka arja armo arno arto
artturi arttu arvi arvid arvo asko asla asta aslak asser assi astrid atro atso atte auli aulikki aulis aune aukusti auni
auvo aura aurora auroora axel beata benjami benjamin briitta birgit dani daniel daniela daavid edit edith edla edvard eedit
eeli eelis eemeli eemil eerik eerika eerikki eero eeti eetu eeva eevastiina eeva-liisa eevi eila eija eikka eila eili eine
einari eino eila eira eirene eivor elena elina elias eliina elia eelia elida eliel eliisa eliisabet elisa elisabet elise
eljas elle ella ellen elli ellinoora elma elmeri elmer elmo elo eloise elsa elsi elvi elviira elviina emilia emma emmi
emmastiina enna enni ensio eeppi erja erkka erkki erika erkko ernesti esa esaias eskil esko essi ester esteri eugen eveliina
evert fanni felix fiia frans fredrik gabriel hanna hanne hannamari hannele hanni hannu hannes harri harry heidi heikki heimo
heini heino heljä helja helka heli helina hella hellevi hellin helmi helmer helmiina helvi henna henni henri henriikka
henrik henriikki henry herkko hermanni hertta heta heta hilda hilja hilkka hilla hillevi hilma hilppa hugo hulda huuko
iida iidamari iikka iina iines iiris iiro iivari iivo iisakki ida ilari ilkka ilma ilmari ilmi ilmo ilona ilpo ilta immo
impi ina inari inga inka inkeri inna irene irina iris irja irma irmeli irmi ismo isak isto ivar iivari jaakko jaakob jaakoppi
jaana jaani jade jalmari jalo jami jan jani jane janette janika janina janita janna janne janni jari jarkko jarmo jarno jasmin
jasse jenna jenni jenny jere jeremias jesse jessica jimi joakim joanna joel johan johanna johannes joni jonna jonne jonni
joona joonas joonatan jooseppi jorma josefiina jouko jouni joose juha juhana juhani juho jukka julia juliaana julius julle
juni jussi jutta juuli juulia juuso juuse jyri jyrki jyrri kaapo kaappo kaarina kaarle kaarlo kaarli kai kaino kaija kaiju
kaisa kaisla kaisu kaius kalervo kaleva kalevi kalevo kalle kallu kanerva kari karin karita karla karoliina karri kasimir
kasper kasperi kastehelmi kata katariina katja katri katriina kauko kauno keijo keimo kerkko kerttu kerttuli ketty kia kiia
kielo kiira kim kimi kimmo kirsi kirsikka kirsti kirsten klaara klaus konsta konstantin kosti kreeta krista kristian
kristiina kuisma kullervo kustaa kusti kyllikki kyosti kyllikki lahja laila laina lari lasse lassi laura lauri laurentia
lauha lea leea leena leeni leevi lempi lenita lenni leo leila leija lemmikki lemmitty leni lenna lentti leonard leonora
liina liinu liinamaari liisa liisi lilja lilli lilian lilja linda linnea lionel loviisa lotta luca lucas luka lukas lumi
lyydia lyyli lyly lumia maaret maaria maarit maarika maija maiju maikki maila mailis maire mairit maj maisa malla manta manu
margareta margit mari maria maritta marita mariann marianna marianne mariitta marika mariina marja marjaana marjatta marjo
marjukka marjut marjo-riitta marko markku markus marleena marlene martta martti martta martin matias matilda matilde matti
matleena mauno maunu maura mauri meeri meija meiju melina melissa melisa meri merja mervi meri-tuuli merituuli mette mia miia
mico miika miikka miina mika mikael mikaela mikko milja milka milla milo mimosa mika mimmi minja minka minna mira mirella
mirja mirjam mirjami mirka mirkka mirko mirva mikke mikki moona moonika monika mooses muusa myry naemi naima nanna
natalia neea neela neelia neita nella nelli nestori netta nia niilo niina niki nikita niklas niko nikola nikolai nikolas nina
ninni noa noel noomi noora norma nuppu nuutti nyyrikki oili oiva oivi okko olavi olga oliver olivia oliivia olli olviretki
onerva onni onvi orvo orvokki oskari oskar osmo oso ossi otso otto outi paavali paavo paula pauli pauliina pauliina pasi
patricia patrik patrick pegi peetu pekka pekko pellervo peetteri pentti peppi peppiina perttu petja petra petri petteri peter
petu pia pihla pihla piia pinja pipsa pilvi pirita pirjo pirkka pirkko pirre piritta pyry päivi paivi paivikki päivä päiviö
raafael raakel raija raili raimo raine rainer raino raisa raita raita rasmus ralf rauha rauno rauni raul rebekka reetta reija
reijo reima reino reko retu riia riikka riina riitta riina riku rikhard risto ritva roope ronja roni roosa roosamari rosa
runo ruusu ruut ruth saaga saana saara saija saila saima saimi saimi saini salla sallamari salli salme salomo sami samppa
sampo samu samuel samuli sanelma sanja sanna sanni santeri santtu santra sara sari sarianna sarita sarlotta satu saul sauli
sebastian seela seija seppo selma selina selja senja senni severi severiini siina siiri sigrid silja silva silvia simo
simeoni simon sinikka sini sinna sipi sirja sirkka sirkku sirpa siru siviä sofia sohvi sointu sohvia soile soili soini solja
sonja stefan stiina suoma suometar susanna susanne suvi sulo sulho sulevi suvituuli säde sylvi sylvia taavetti taavi taika
taimi taina taisto taito taneli tanja tapani tapio tarja tarmo taru tatu tauno tatjana tea teemu teea teija teijo tella
tellervo tenho teo teppo tero tero terhi terhikki terttu tessa teuvo tia tiia tilda tiina tiinu timi timo timjami tiitus
titta toini toivo toma tomi tommi toni topi topias torsti touko tuija tuiki tuire tuisku tuomas tuomo tuovi tuukka tuula
tuulevi tuuli tuulia tuulikki tuure turkka tytti tyyne tyyni tyko ulla ulpu ulpukka ulrika una unna unto untamo uolevi uoti
urho urpo urmas usko vaino vappu varpu vaula veera veeti veeto vei veijo veikko veini vellamo vendla veli venla verna verneri
vertti vesa vieno viivi viivika viki vilho vilhelmiina viljami viljo vilja vilma vilppu viola visa vieno voitto vuokko vaino
väinämö valma valmar valto valtteri valter vanamo vanessa varma vihtori virpi virva ville villehard wiljami wilma yrjana yrjo
yrja yrsa ari-pekka juha-pekka olli-pekka veli-matti marja-leena anna-liisa anna-maija ulla-maija eeva-maija
"""

_SWEDISH = """
adam adrian agneta agnes aina alexander alexandra alfred alice allan alva alvar alvin amanda anders andreas andre anette anki
ann anna annelie annette annika ann-sofie ann-marie anna-karin anna-lena ante anton arne arvid asa astrid august axel barbro
bengt berit bernt bertil birgit birgitta birger bjorn bo boel borje bosse brita britt britta britt-marie bror carin carina
carita carl carl-gustav carl-johan carola caroline cecilia charlotta charlotte christel christer christian christina christoffer
claes clara conny dag dagmar dagny daniel david dennis ebba edvin eino elin elinor elisabet elisabeth ellen ellinor elof elsa
elsie elvira emil emilia emma eric erica erik erika ernst eskil ester eva evelina fabian fanny felicia filip filippa folke
fredrik fredrika frida fritjof gabriella georg gerd gerda goran gosta greta gudrun gun gunborg gunhild gunilla gunnar gunnel
gunvor gustaf gustav hakan hanna hannes hans harald harriet hedda hedvig helen helena helene helge henning henrik hilda hilding
hilding hillevi hjalmar hjordis holger hugo ida ingalill inga inge ingeborg ingegerd ingela ingemar inger ingmar ingrid ingvar
irene isabella isak ivar jan janne jenny jens jerker joakim joel johan johanna johannes john jon jonas jonathan jonna josef
josefin josefine julia julius kaj kajsa kalle karin karl karl-erik karl-johan karolina katarina kenneth kent kerstin kicki
kjell klara klas knut konrad krister kristian kristina kristoffer kurt lars lars-erik lasse leif leila lena lennart leo leonard
lilian lina linda linn linnea linus lisa lisbet lisbeth liv love lova lovisa ludvig lukas maj maja maj-britt maj-lis malin
malte mans manuela marcus maret margareta margaretha maria marianne marie marika marina marit markus marta martin mathias
mathilda mats matilda mattias maud max mikael milla mina mikaela moa mona monica monika myrna märta marten nanna natalie
nathalie nellie niclas niklas nils nina nora ola olaf olle olof olov oscar oskar otto ove par patrik paulina peder per per-erik
pernilla peter petra petter pia pontus ragnar ragnhild rakel rebecca rickard rikard robert robin roger roland rolf ronny rune
rut ruth sam sara sebastian sigbritt sigfrid signe sigrid sigurd simon siri siv sofia sofie sonja staffan stefan sten stig
stina sture sune susanna susanne svante svea sven sverker sylvia tage therese thomas tilda tina tobias tom tomas tommy tor
torbjorn tord tore torgny torsten tova tove tyra ulf ulla ulla-britt ulrica ulrik ulrika urban ursula valdemar valfrid vanja
vendela vera verner viggo viking viktor viktoria vilgot vilhelm vilma vincent viola wilhelm wilma yngve ylva yvonne åke åsa
aake ake arja östen osten orjan odd gunn magnus mans maans marcus mattis melker nore ingalill svante sixten stellan
"""

_ENGLISH = """
aaron abbie abby abigail ada adam adele adrian agatha aidan aimee alan alana alasdair albert alec alex alexa alexander
alexandra alexis alfie alfred alice alicia alison alistair allison alyssa amanda amber amelia amelie amos amy andrea andrew
andy angela angus anita ann anna annabel annabelle anne annette annie anthony antonia archie ariana arnold arthur asher ashley
aubrey audrey austin ava barbara barnaby barney barry beatrice beatrix becky belinda ben benedict benjamin bernadette bernard
bernice bert bertha beth bethany betsy betty beverley bill billy blake bob bobby bonnie bradley brandon brenda brendan brett
brian bridget brooke bruce bryan bryony byron caitlin caleb callum calvin cameron camilla candice carl carla carly carmel carol
caroline carolyn carrie casey catherine cathy cecil cecilia cedric celia charles charlie charlotte chelsea cheryl chloe chris
christian christina christine christopher ciara cindy claire clara clarence claudia clement cliff clifford clive cody colin
colleen connor conor constance cora cordelia corey courtney craig crystal curtis cynthia cyril daisy dan dana daniel danielle
danny daphne darcy darius darlene darren dave david dawn dean deborah debbie declan deirdre delia denise dennis derek desmond
dexter diana diane dominic donald donna dora doreen doris dorothy doug douglas duncan dustin dylan eamon earl ed eddie edgar
edith edmund edna edward edwin eileen elaine eleanor elena eli elijah eliot elisabeth eliza elizabeth ella ellen ellie elliot
elliott eloise elsie elspeth emilia emily emma emmett eric erica erin ernest esme esther ethan ethel eugene eva evan eve evelyn
evie ezra faith fay felicity felix fergus finlay finley finn fiona flora florence floyd frances francesca francis frank frankie
franklin fred freddie frederick freya gabriel gabriella gail gareth gary gavin gemma gene geoff geoffrey george georgia georgina
gerald geraldine gerard gertrude giles gillian gina gladys glen glenn gloria gordon grace graham greg gregory greta guy gwen
gwendolyn hailey hamish hannah harold harriet harriett harrison harry harvey hattie hayley hazel heather hector heidi helen
helena henrietta henry herbert hilary holly honor hope horace howard hubert hugh hugo humphrey ian ibrahim imogen ingrid
iona ira irene iris irving isaac isabel isabella isabelle isaiah isla isobel ivan ivor ivy jack jackie jackson jacob jacqueline
jade jaime jake james jamie jan jane janet janice jared jasmine jason jasper jay jean jeff jeffrey jemima jenna jennifer jenny
jeremiah jeremy jerome jerry jesse jessica jessie jill jillian jim jimmy joan joanna joanne jocelyn jodie joe joel john johnny
jon jonah jonathan jordan joseph josephine josh joshua josiah joy joyce juan judith judy julia julian juliana julie juliet
june justin justine kai karen kate katherine kathleen kathryn kathy katie katrina katy kay kayla keira keith kelly kelsey ken
kendra kenneth kenny kerry kevin kieran kim kimberley kimberly kirsten kirsty kristen kurt kyle kylie lachlan lana lance lara
larry laura lauren laurence laurie lawrence layla leah leanne lee leigh leila lena leo leon leonard leonora leroy leslie lesley
levi lewis liam liana lily lillian linda lindsay lindsey lionel lisa liz lizzie lloyd logan lois lola loretta lorna lorraine
lottie lou louis louisa louise lucas lucia lucinda lucy luke luna luther lydia lyle lynn lynne mabel mackenzie maddie madeleine
madeline madison maeve maggie maisie malcolm mandy marcia marcus margaret margot maria marian marianne marie marilyn marina
marion marjorie mark marlene marlon marsha martha martin marvin mary matilda matt matthew maud maureen maurice mavis max maxine
maxwell maya megan melanie melissa melvin mercedes meredith mervyn mia michael micah michelle mick miguel mike mildred miles
millicent millie milo mimi minnie miranda miriam mitchell moira mollie molly mona monica montgomery morgan moses muriel murray
myra myrtle nadia nadine nancy naomi natalie natasha nathan nathaniel neil nell nellie nelson nevil neville nicholas nick nicola
nicole nigel nina noah noel nora noreen norma norman norris octavia olive oliver olivia ollie opal ophelia orla orlando oscar
oswald otis owen paige pam pamela pansy pat patience patricia patrick paul paula pauline pearl peggy penelope penny percy perry
pete peter petra phil philip phillip phoebe phyllis pierce piers pippa polly poppy portia priscilla prudence quentin quincy
rachael rachel ralph ramona randall randolph randy raphael raquel raymond rebecca reginald reid rex rhiannon rhoda rhys ricardo
richard rick ricky riley rita rob robbie robert roberta robin rod roderick rodney roger roland ron ronald ronan ronnie rory
rosa rosalie rosalind rosamund roscoe rose rosemary rosie ross rowan rowena roxanne roy ruby rufus rupert russell ruth ryan
sabrina sadie sally sam samantha samson samuel sandra sandy sara sarah saskia saul scarlett scott sean sebastian selena selina
serena seth shane shannon sharon shaun shawn sheila shelley sheldon sherman shirley sian sidney sienna simon simone skye sofia
sonia sophia sophie spencer stacey stan stanley stella stephanie stephen steve steven stewart stuart sue suki susan susanna
susie suzanne sybil sydney sylvia tabitha tamara tamsin tania tanya tara ted teresa terence terry tess tessa thea thelma theo
theodora theodore theresa thomas tiffany tim timothy tina toby todd tom tommy toni tony tracey tracy travis trevor tricia
trinity trish tristan troy trudy tyler ursula valerie vanessa vera verity vernon veronica vicky victor victoria vincent viola
violet virginia vivian vivienne wade wallace walter wanda warren wayne wendy wesley wilbur wilfred will willa william willow
winifred winston xander yasmin yolanda yvette yvonne zac zach zachary zack zara zelda zoe zoey ziva archibald tobias elias
"""

_ELSEWHERE = """
abdi abdirahman abdul abdullah abdullahi abu adel adnan agnieszka ahmad ahmed aisha aleksandr aleksei aleksey alejandro
alessandro alexei ali aliya amal amina amir amira amit ana anastasia anastasiia anatoli andrei andrej andrey andrzej angelo
anil anjali antoine antonio anush arash arjun armando arsen artem arturo ayaan ayan aya ayumi aziz bahar bao bartosz beatriz
bashir behrouz bilal boris bruno camille carlos carmen chiara chen chidi claude dao daria dariusz deepa deepak denis devi dina
dimitri dmitri dmitry dmytro dominik dong edgar eduardo ekaterina elif elio emeka emre enrique enzo esra esteban eun evgeni
fadi fadumo faisal farah farhan fatima fatma federica federico felipe fernando francesco francois franz fatou gabriela galina
georgi georgios gintaras giorgio giovanni giulia giuseppe grzegorz guillaume hadi haifa halima hamid hamza hao hasan hassan
hawa hiroshi hoda hodan huda hussein hye ibrahim idris ifrah igor ilya imran inara indira ines inna ioana irena isabelle
ismail ivana ivanka jacek jacques jamal jamila jan janusz javier jean jerzy jin joana joao jorge jose josip juan jun jurgen
kamal kaori karim karolis katarzyna katarina kemal kenji khadija khadra khalid kirill klaudia krzysztof kumar lakshmi larisa
latifa layla leyla li lin ling linh lorenzo luca lucia luigi luis lukasz lyudmila maarja magdalena mahmoud malgorzata manoj
manuel marcel marcin marco mariam mariana mariko marek marta maryam masha mateusz matteo maurizio maxim maxime mehdi mehmet
mei michal michel miguel mikhail ming mirela mohamed mohammad mohammed mohamud mohammud muhammad muna murat mustafa nadezhda
nadir nadja nasra natalia natalya natasza neha nguyen nikolay nikos nimo nour noor nuno ola oleg oleksandr oleksii olena olga
omar osman pablo paola paolo paresh parisa pavel pawel pedro phuong pierre piotr prakash priya qing rafael rafal rahim rahul
raj rajesh ramazan ramin rania rashid ravi reza ricardo roberto rodrigo roman rosario ruslan saad sabah sadia said sakura
salim salma salman samir samira sandeep sanjay santiago sara sayid selim sergei sergey sergio serhii shabnam shirin siamak
sibel simone sina slawomir sofiane somchai sota sulaiman sunita suresh sushma svetlana sylwia taha takashi tamar tariq tatiana
tatyana tetiana thanh thi thuy timur tomasz tuan umar usman vadim valentin valentina valeria valeriy vasili vasyl venkat
victor vijay viktoriia vinod vitali vladimir volodymyr wei wojciech xiao xin yan yasin yasmin yelena yevgeni ying yosef youssef
yulia yuki yuri yusuf zahra zainab zbigniew zeinab zeynep zhen zofia aigars aivars andres annely ants anu jaan jaanus juri
kadri kaido kalev kalju karin katrin kersti kristjan kristjan liis madis maie margus mart meelis merike piret priit raivo rein
riho siim sirje tarmo tiit toivo toomas triin ulle urmas urve valdis veiko hans heinz helga horst jochen jorg jurgen kathrin
klaus lukas manfred matthias sabine sven ulrich uwe werner wolfgang aud bente bjarne eirik frode geir grete gro hege inge
ingvild jorunn jostein kari kirsti kjetil knud lars marit mette morten oddvar oystein ragnhild rasmus sissel siv soren sondre
stale steinar svein tone torill trond turid unni vidar aslaug gudmundur olafur sigridur
"""


def given_names() -> frozenset[str]:
    """Return the names, folded as `backupd.reading.folding.loose_key` folds them."""
    from backupd.reading.folding import loose_key

    return frozenset(loose_key(name).replace(" ", "-") for name in f"{_FINNISH}{_SWEDISH}{_ENGLISH}{_ELSEWHERE}".split())
