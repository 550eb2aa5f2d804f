package story

import "strings"

// commonWords are words that news of any kind is full of, so that the first
// stories after a start are not put together by them. They only set the
// beginning: what words are common is learned from the stories that come.
func commonWords(lang string) []string {
	switch lang {
	case "en":
		return strings.Fields(`
able accident accused act action actor address administration affair age ago agree agreement air allege allow already always announce
announcement another appear area army arrest ask attack attempt authorities award away back bad bank base battle become begin believe
best better big billion bill black block board body bomb border break bring brother build building business buy call campaign car care
carry case cause center central century chance change charge check chief child children citizen city claim clash clear close come
comment commission committee common community company concern condition confirm continue control cost council country couple court
crash crime crisis crowd custody damage daughter day dead deal death decade decide decision declare defence defense demand
department deputy describe despite detail detain development die different director disaster district doctor door drive drop due early
east economic effort election emergency end enter especially event ever evidence expect explain face fact fall family far father fear
federal feel fight figure film final find fire firm first five follow force foreign form former found four free friday friend full fund
future game general get give global go good government great ground group grow guard half hand happen hard head health hear help high
hit hold home hospital host hotel hour house human hundred husband hurt idea important include incident increase independent
information injure injured injury inside interior international interview investigate investigation involve island issue job join
joint journalist judge keep key kill killed know land large last late later latest launch law lawyer lead leader leave left less let
level life light like line list little live local long look lose loss lot love low main major make man manager many mark market
matter mean measure media medical meet meeting member men message mile militant military million mind minister ministry minute miss
monday money month morning mother move movie much murder name nation national near nearly need never new next night nine north
northern note nothing number offer office officer official old open operation opposition order organization outside page part party
pass past pay peace percent period person place plan plane play player please point police policy political power prepare present
president press prevent previous prime prison problem process program project protect protest provide province public put question
quickly raise range rate reach read ready real reason receive recent record red region regional release relief remain remove reply
republic request rescue reserve resident respond response rest result return right rise risk road role room rule run safety saturday
say scene school season second secretary section security see seek seem sell send senior serious serve service set seven several share
shoot short shot show side sign since single sister site situation six small social society soldier something son soon source south
southern speak special spend spokesman spokesperson spokeswoman staff stage stand star start state statement station stay step still
stop story street strike strong support suspect system take talk target team ten term thing think third thousand threat three throw
thursday time top total town trade travel trial troops trouble true try tuesday turn two type union unit united university use vehicle
version victim video view village visit voice vote wait wake walk want war warn warning watch water way wednesday week weekend west
western white whole wife win wish witness woman women word work worker world worth wound wounded write wrong year yet young`)
	case "ru":
		return strings.Fields(`
автомобиль администрация акция апрель армия аэропорт банк безопасность больница больной большой брат будет бывший бюджет важный
ведомство век вернуть весь ветер вечер взять видео вид виновный вице власти власть внимание внутренний вода водитель военный возможность
возможный возраст война вопрос восток восемь впервые врач время врио всего вторник второй встреча выборы выйти выпуск высокий
выступить генеральный глава главный говорить год голова город городской господин государственный государство граждане гражданин граница
группа губернатор далее дать два дежурный дело день деньги депутат деятельность директор днем добавить договор документ должен доля дом
дорога доход друг другой думать единый женщина жизнь жилой жители житель журналист завершить завод задача задержан задержать заместитель
заняться запретить заседание заявить заявление здание здоровье знать известно известный издание изменение именно иметь имя иной институт
интервью интернет информация использовать источник итог кабинет каждый канал квартира километр клуб команда комиссия комитет компания
конец контроль конфликт корреспондент который край кризис крупный лагерь лет лидер лицо лучший любой люди максимальный март материал
матч международный мера мероприятие местный место месяц милиция миллион министерство министр минута мир мировой много могут молодой
момент москва мочь мужчина муниципальный навстречу надежда назад назвать наиболее найти направить направление напомнить народ народный
население насколько настоящий находиться начать начало наш небольшой недавно неделя некоторый необходимо необходимый несколько никто
новость новый номер ночь нужный область областной обратить обстановка обстоятельство общественный общество общий объект объявить
однако одна один оказаться октябрь округ операция определить опубликовать орган организация особый остаться ответ ответить ответственность
отдел отделение отказаться открыть отмечать отношение очень очередной партия первый период писать план погибнуть погибший под подготовка
поддержать поддержка подробность подтвердить подчеркнуть пожар позволить поздно позже показать пока полиция полицейский политика
политический половина положение получить помощник помощь помочь понедельник попасть портал порядок посетить последний пострадавший
пострадать поступить потом почти правило правительство право правоохранительный председатель предложение предложить предприятие
представитель президент премьер прежде пресс прийти примерно принять причина проблема провести проверка программа продолжить проект
произойти пройти происходить происшествие просить процесс процент прошлый прямой пункт путь пятница пять работа работать работник
развитие различный раз разный район ранее расследование рассказать рассмотреть ребенок регион региональный результат решение решить
риск родитель россия российский россиянин ряд рядом сайт самый свой связь сделать север сегодняшний секретарь село семья сеть силовик
сила система ситуация сказать следователь следователи следственный следствие следующий служба случай смерть смочь собрание событие
совершить совет современный согласно создать сообщение сообщать состояние состояться социальный специалист специальный спортивный среда
средний средство срок стать статья старший стоить столица сторона страна стройка суббота суд судебный судья сумма сутки считать такой
телевидение телефон территория тоже только точка требование требовать третий три труд тысяча тюрьма убийство уголовный угроза удар
удаться указать улица университет управление уровень условие участие участник ущерб факт федеральный фильм фонд хороший хотеть центр
центральный цель цена часть час человек человеческий четверг четыре число член чрезвычайный чтобы шесть школа эксперт экономика
экономический этап юг являться январь`)
	}
	return nil
}
