package place

import (
	"strings"

	"faultline/services/classifier/internal/token"
)

// cue is what a word says about a name beside it.
type cue uint32

// The cues.
const (
	givenName   cue = 1 << iota // Michael ...
	personTitle                 // President ..., Mr ...: a person follows
	locative                    // in ..., from ...: a place follows
	kindBefore                  // city of ..., г. ...: a place follows
	kindAfter                   // ... Province, ... Airport: a place stands before
	regionWord                  // a kind that is a first-level region or country
	officeAfter                 // ... Mayor, ... Police: a place may stand before
	bodyAfter                   // ... University, ... Times: part of an organisation's name
	bodyBefore                  // University of ..., Bank of ...
	compass                     // northern ..., downtown ...: a place may follow
	speech                      // ... said: a person or an office stands before
	functional                  // a word that begins sentences and is no name: Although ...
	abbreviated                 // St. ...: a full stop after it is no break
	club                        // ... United: a sports club
	particle                    // bin, van, de: within a person's name
	ruler                       // мэр ...: in the nominative, as a surname would be; its town follows in the genitive
	sentAbroad                  // US ..., ... США: aircraft, ships and envoys, which act in other countries
	feature                     // ... film: what is named before it is its title or its hero
	party                       // ...-backed, ...-led: hyphened to a country it says whose side somebody is on
	seatOfState                 // the Libyan capital ...: a capital follows, at once or behind whose it is
)

// cueWords are the words of each cue in the languages of the rules. They are
// folded when they are added.
func cueWords() map[cue]string {
	return map[cue]string{
		personTitle: `mr mrs ms miss dr prof professor sir lord lady dame king queen prince princess president premier chancellor
			senator sen rep congressman congresswoman governor gov mayor judge justice sheriff detective officer
			gen general col colonel maj major capt captain lt lieutenant sgt sergeant cpl corporal pvt private adm admiral
			rev reverend father sister brother pastor bishop archbishop cardinal pope imam sheikh mullah rabbi
			coach actor actress singer author attorney lawyer spokesman spokeswoman minister secretary ambassador
			г-н господин господина госпожа президент президента президентом министр генерал полковник майор капитан лейтенант губернатор мэр премьер депутат судья академик профессор имени им`,
		locative: `in at from near into outside inside around across toward towards via throughout within to of between leaving visiting
			в во из под около близ возле между через на к ко до от у вокруг
			à dans en au aux depuis vers chez près desde hasta hacia cerca sobre дар аз ба то назди
			في من إلى الى على قرب بين نحو باتجاه شمال جنوب شرق غرب`,
		kindBefore: `city town village capital province region district state republic county county's oblast suburb port municipality settlement valley
			г гг город города городе городу городом село селе села поселок поселке поселка аул ауле кишлак район районе района области область столица столице столицы деревня деревне провинция провинции
			ville région capitale ciudad provincia región шаҳри вилояти ноҳияи деҳаи пойтахти рустои шаҳраки ҷамоати
			مدينة محافظة ولاية إقليم قرية بلدة منطقة العاصمة ومدينة ومحافظة بمدينة بمحافظة لمدينة لمحافظة بولاية ببلدة بقرية بمنطقة بإقليم وبلدة ومنطقة مدينتي بلدتي ريف بريف صحراء طريق جبهة قضاء ناحية مخيم مطار ميناء`,
		kindAfter: `province provinces region oblast district districts state county governorate prefecture municipality republic city town village
			valley airport suburb suburbs neighborhood neighbourhood area border base airbase airfield crossing raion rayon
			область области областью областей областях областям районах районов районам район района районе районом край края крае краем город города городе аэропорт аэропорта аэропорту аэропорте
			облусунда облусунан облусунун облусуна облусундагы облусу району районунда районунан районунун районуна районундагы шаары шаарында шаарынан шаарынын шаарына шаарындагы айылы айылында айылынан айылынын айылына айылындагы
			облысы облысында облысынан облысының облысына облысындағы қаласы қаласында қаласынан қаласының қаласына қаласындағы ауданы ауданында ауданынан ауданының ауданына ауданындағы ауылы ауылында ауылынан ауылының ауылына ауылындағы
			viloyati viloyatida viloyatidan viloyatining viloyatiga viloyatidagi shahri shahrida shahridan shahrining shahriga shahridagi tumani tumanida tumanidan tumanining tumaniga tumanidagi вилояти вилоятида вилоятидан вилоятининг вилоятига вилоятидаги шаҳри шаҳрида шаҳридан шаҳрининг шаҳрига шаҳридаги тумани туманида туманидан туманининг туманига туманидаги
			ilçesi ilçesinde ilçesinden ilçesinin ilçesine ilçesindeki şehri şehrinde şehrinden şehrinin şehrine şehrindeki kenti kentinde kentinden kentinin kentine kentindeki bölgesi bölgesinde bölgesinden bölgesinin bölgesine bölgesindeki eyaleti eyaletinde eyaletinden eyaletinin eyaletine eyaletindeki vilayeti vilayetinde vilayetinden vilayetinin vilayetine vilayetindeki ilinde`,
		regionWord: `province provinces region oblast state governorate prefecture republic область области областью областей областях областям край края крае краем 
			облусу облусунда облусунан облусунун облусуна облусундагы облысы облысында облысынан облысының облысына облысындағы viloyati viloyatida viloyatidan viloyatining viloyatiga viloyatidagi вилояти вилоятида вилоятидан вилоятининг вилоятига вилоятидаги bölgesi bölgesinde bölgesinden bölgesinin bölgesine bölgesindeki vilayeti vilayetinde vilayetinden vilayetinin vilayetine vilayetindeki eyaleti eyaletinde eyaletinden eyaletinin eyaletine eyaletindeki`,
		officeAfter: `mayor governor gov police officials official president prime premier minister foreign interior defense defence ambassador
			senator sen rep attorney prosecutor prosecutors authorities government parliament troops forces army military navy
			county sheriff mps lawmakers residents council fire court supreme chief king queen crown spokesman bureau embassy
			department departments legislature comptroller representatives assembly bishop delegation ministry troopers investigators voters leaders`,
		bodyAfter: `university college school schools academy institute hospital church cathedral temple mosque museum library theater theatre stadium
			times post tribune herald globe gazette journal news daily chronicle sun star press observer telegraph guardian mail mirror inquirer
			bank airlines airways inc corp ltd llc co company group holdings systems motors foundation association society club party
			street st avenue ave road rd boulevard blvd drive lane highway bridge square park creek island islands lake river mountains mountain hill hills hall building center centre tower
			symphony orchestra ballet opera festival marathon act agreement accord accords treaty protocol convention declaration process summit conference
			medical general memorial regional community high elementary middle international national state`,
		bodyBefore: `university bank college institute archdiocese diocese bishop duke duchess earl church museum school journal dictionary`,
		club: `united fc rovers wanderers athletic albion hotspur arsenal city rangers celtic dynamo spartak lokomotiv bulls lakers celtics knicks
			giants jets patriots dolphins bills steelers ravens browns bengals texans colts jaguars titans broncos chiefs raiders chargers cowboys eagles
			redskins bears lions packers vikings falcons panthers saints buccaneers cardinals rams 49ers seahawks yankees mets sox orioles rays jays
			tigers royals twins angels athletics mariners astros braves marlins nationals phillies pirates cubs brewers reds padres dodgers rockies
			diamondbacks heat magic hawks hornets wizards pistons pacers cavaliers bucks timberwolves thunder blazers jazz warriors clippers suns kings
			spurs mavericks rockets grizzlies pelicans nuggets sixers raptors nets bruins canadiens senators leafs sabres flyers penguins capitals
			hurricanes predators blues blackhawks wild avalanche stars coyotes ducks sharks oilers flames canucks longhorns aggies huskies wildcats bulldogs`,
		compass: `north south east west northern southern eastern western central northeast northwest southeast southwest northeastern northwestern southeastern southwestern
			downtown upper lower greater inner outer old new nearby rural suburban metropolitan metro mainland occupied neighboring neighbouring
			северный северная северной южный южная южной восточный восточная восточной западный западная западной شمالي جنوبي شرقي غربي`,
		speech: `said says say told added asked replied explained recalled testified wrote writes argued admitted thinks believes insisted joked laughed condemned condemns urged urges warned warns denied denies accused accuses announced rejected rejects claimed claims refused
			сказал сказала заявил заявила сообщил сообщила добавил добавила отметил отметила подчеркнул рассказал рассказала написал`,
		functional: `the a an in on at to of and or but if when while as after before since although though because so yet nor for with without by from into over under
			this that these those it its he she they we i you his her their our my your who what where why how which there here then now today yesterday tomorrow
			is are was were be been has have had do does did will would can could may might must shall should not no yes all some any many most more few each every both either neither
			also however meanwhile moreover instead still even just only once during until unlike like despite according about against among between near outside inside across
			one two three four five six seven eight nine ten last next first new other another such than too very
			monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
			аммо ва бо ҳам дар аз ба و أو ثم لكن وقد قال قالت
			и в во на с со к ко о об от до из у за по под над при для без между через около а но или если когда пока что как так же ли не ни он она они мы вы я ты это этот эта эти тот та те его ее их наш ваш мой свой
			где куда откуда почему зачем кто который после перед также однако вчера сегодня завтра еще уже все всё весь вся несколько многие им ему ей нам вам мне себе сам сама сами
			мен сен сиз биз биздер сиздер ал алар бул ушул ошол бу буга муну мында мындай анда ага аны анын анан андан ошондо ошентип бирок анткени эгер эми ким эмне кайда качан баары бардык эч дагы да де эле жок бар бир эки үч кийин азыр бүгүн кечээ эртең
			сіз біз ол олар бұл осы сол мұнда онда оған оны оның одан солай бірақ өйткені егер кім қайда қашан барлық ештеңе тағы жоқ екі кейін қазір бүгін кеше ертең
			men sen siz biz u ular bu shu oʻsha bunda unda unga uni uning undan shunday biroq chunki agar kim nima qayerda qachon barcha hech yana yoʻq bor bir ikki uch keyin hozir bugun kecha ertaga lekin ammo va
			улар шу ўша бунда унда унга уни унинг ундан шундай бироқ чунки агар нима қаерда қачон барча ҳеч яна йўқ бор икки уч кейин ҳозир бугун кеча эртага лекин
			ман ту мо шумо ӯ онҳо ин инҳо чунин вале зеро кӣ чӣ куҷо кай ҳама ҳеҷ боз нест ҳаст як ду се баъд ҳоло имрӯз дирӯз фардо
			ben o onlar şu bunlar şunlar burada orada ona onu onun ondan böyle ancak fakat çünkü eğer ne nerede zaman bütün hiç daha yok var iki üç sonra şimdi bugün dün yarın ve ile için gibi ama
			un une il elle ils elles nous vous ce cet cette ces son sa ses leur leurs mais ou et donc car si quand qui que quoi où dont après avant pendant selon plus moins très tout tous toute toutes hier demain aujourd
			el una unos unas él ella ellos ellas nosotros este esta estos estas ese esa eso su sus pero porque cuando quien donde después antes durante según más menos muy todo todos toda todas ayer mañana hoy
			هو هي هم نحن هذا هذه ذلك تلك لأن إذا عندما حيث بعد قبل كل بعض أمس غدا اليوم`,
		abbreviated: `st ste ft mt pt sts г обл р пос с им н д п`,
		seatOfState: `capital столица столицы столице столицу столицей capitale başkent başkenti poytaxti poytaxt пойтахти борбору астанасы
			عاصمة العاصمة بالعاصمة للعاصمة والعاصمة`,
		sentAbroad: `marines navy fleet warship warships carrier bomber bombers plane planes warplanes aircraft jets helicopters gunship
			drone drones airstrike airstrikes missile missiles mercenaries peacekeepers embassy consulate envoy envoys diplomat diplomats ambassador
			ввс вмс флот морпехи авиация авиации самолет самолеты самолетов истребители бомбардировщики вертолет вертолеты
			дрон дроны беспилотник беспилотники ракеты посольство посольства посольству посольстве консульство посол послу посланник дипломаты дипломатов наемники миротворцы`,
		feature:  `film movie movies sequel prequel trilogy trailer comic comics blockbuster`,
		party:    `backed led supported allied aligned trained funded financed armed sponsored brokered`,
		ruler:    `президент премьер министр губернатор губернаторы мэр мэры глава аким хоким градоначальник посол прокурор комендант`,
		particle: `bin ibn abu al el van von der den de da di du la le ben`,
	}
}

// addCues adds the cue words to the vocabulary and notes their cues.
func (g *Gazetteer) addCues(v *token.Vocabulary) {
	type pair struct {
		word uint32
		cue  cue
	}
	var all []pair
	for c, words := range cueWords() {
		for _, w := range strings.Fields(words) {
			all = append(all, pair{v.Add(w), c})
		}
	}
	grown := make([]cue, v.Len())
	copy(grown, g.cues)
	for _, p := range all {
		grown[p.word] |= p.cue
	}
	g.cues = grown
}
