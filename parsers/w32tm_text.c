#include "w32tm_text.h"

static const char *hard_coded_kind(struct str source)
{
	static const struct {
		struct str name;
		const char *kind;
	} names[] = {
		{STR_INIT("Local CMOS Clock"), "local-clock"},
		{STR_INIT("Free-running System Clock"), "free-running"},
		{STR_INIT("VM IC Time Synchronization Provider"), "vm"},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_equal_nocase(source, names[i].name))
			return names[i].kind;
	return NULL;
}

struct str w32tm_without_flags(struct str source)
{
	return str_trim(str_slice(source, 0, str_find_char(source, ',')));
}

const char *w32tm_kind_of_source(struct str source)
{
	struct address address;
	const char *kind = hard_coded_kind(source);
	if (kind)
		return kind;
	return scan_is_host(source) || scan_address(source, &address) ? "peer" : NULL;
}

/* A name with flags, "time.windows.com,0x9", or a name that w32time.dll holds: nobody else prints these. */
bool w32tm_surely_source(struct str text)
{
	struct address address;
	uint64_t flags = 0;
	text = str_trim(text);
	size_t comma = str_find_char(text, ',');
	if (comma == STR_NONE)
		return hard_coded_kind(text) != NULL;
	struct str name = str_slice(text, 0, comma);
	return scan_hex(str_from(text, comma + 1), &flags) && flags <= 0xFF &&
		(scan_is_host(name) || scan_address(name, &address));
}

/* What a value looks like. */
enum shape {
	SHAPE_COUNT,   /* "3 (secondary reference ...)", "0(no warning)" */
	SHAPE_MINUS,   /* "-23 (119.209ns per tick)" */
	SHAPE_SECONDS, /* "0.0312500s" */
	SHAPE_ID,      /* "0x0A000305 (source IP:  10.0.3.5)" */
	SHAPE_ANY
};

static const enum shape shapes[W32TM_FIELDS] = {SHAPE_COUNT, SHAPE_COUNT, SHAPE_MINUS,
	SHAPE_SECONDS, SHAPE_SECONDS, SHAPE_ID, SHAPE_ANY, SHAPE_ANY, SHAPE_COUNT, SHAPE_SECONDS,
	SHAPE_SECONDS, SHAPE_COUNT, SHAPE_COUNT, SHAPE_COUNT, SHAPE_COUNT, SHAPE_SECONDS};

#define FIRST_FIELDS 4 /* that must be there, from the first, the second or the third on */

/* What stands behind the label's colon. */
static bool value_of(struct str text, struct str *value)
{
	static const struct str wide =
		STR_INIT("\xEF\xBC\x9A"); /* full-width, should anybody use it */
	struct str head = str_slice(text, 0, 160);
	size_t colon = str_find_char(head, ':'), wide_colon = str_find(head, wide);
	if (colon == STR_NONE && wide_colon == STR_NONE)
		return false;
	bool is_wide = wide_colon < colon; /* STR_NONE is the largest */
	*value = str_trim(str_from(text, is_wide ? wide_colon + wide.size : colon + 1));
	return true;
}

bool w32tm_seconds_of(struct str text, int64_t *milliseconds)
{
	return str_ends(text, STR("s")) &&
		scan_thousandths(str_slice(text, 0, text.size - 1), milliseconds);
}

/* The number in front of "(". */
bool w32tm_count_of(struct str value, int64_t *number)
{
	size_t open = str_find_char(str_slice(value, 0, 32), '(');
	return open != STR_NONE && scan_number(str_slice(value, 0, open), number);
}

static bool has_shape(struct str value, enum shape shape)
{
	int64_t number = 0;
	uint64_t id = 0;
	switch (shape) {
	case SHAPE_COUNT:
		return w32tm_count_of(value, &number) && number >= 0;
	case SHAPE_MINUS:
		return w32tm_count_of(value, &number) && number < 0;
	case SHAPE_SECONDS:
		return w32tm_seconds_of(value, &number);
	case SHAPE_ID:
		return scan_hex(str_word(&value), &id) && id <= UINT32_MAX;
	case SHAPE_ANY:
		return true;
	}
	return false;
}

size_t w32tm_status_begins(const struct lines *lines, size_t i)
{
	struct str value;
	for (size_t first = 0; first < 3; first++) {
		size_t found = 0;
		while (found < FIRST_FIELDS && value_of(lines_text(lines, i + found), &value) &&
			has_shape(value, shapes[first + found]))
			found++;
		if (found == FIRST_FIELDS)
			return first;
	}
	return W32TM_FIELDS;
}

/* A window of 80 columns breaks the longest values: "(...Zeitdaten" and "verfügbar waren.)" below. */
static bool is_unfinished(struct str value)
{
	size_t open = 0, closed = 0;
	for (size_t i = 0; i < value.size; i++) {
		open += value.at[i] == '(';
		closed += value.at[i] == ')';
	}
	return open > closed;
}

bool w32tm_next_field(
	const struct lines *lines, size_t *i, size_t field, struct str before, struct str *value)
{
	bool unfinished = is_unfinished(before);
	/* Web copies have blank lines between. */
	for (size_t k = *i; k < lines->count && k < *i + 4; k++) {
		if (str_is_blank(lines->at[k].text))
			continue;
		if (value_of(lines->at[k].text, value) && has_shape(*value, shapes[field])) {
			*i = k;
			return true;
		}
		if (!unfinished)
			return false;
	}
	return false;
}

/* "Policy" and "Local" behind a value, in the languages of Windows. Of the rest nothing is said. */
static const char *setter_of(struct str word)
{
	if (str_in_list(word,
		    "Local|ローカル|Lokal|本地|本機|로컬|Локально|Локальная|Локальный|Locale"))
		return "local";
	if (str_in_list(word,
		    "Policy|ポリシー|Richtlinie|Stratégie|Directiva|策略|原則|정책|Политика|"
		    "Política|Diretiva|Criterio|Criteri"))
		return "policy";
	return str_starts_nocase(word, STR("Undefined")) ? "undefined" : NULL;
}

/* "MaxPosPhaseCorrection: 54000 (Local)"; names of registry values are never translated. */
bool w32tm_setting_of(struct str text, struct w32tm_setting *setting)
{
	text = str_trim(text);
	size_t colon = str_find_char(str_slice(text, 0, 64), ':');
	if (colon == STR_NONE || !scan_is_host(str_trim(str_slice(text, 0, colon))) ||
		!str_ends(text, STR(")")))
		return false;
	size_t open = str_find_last_char(text, '(');
	if (open == STR_NONE || open < colon)
		return false;
	setting->name = str_trim(str_slice(text, 0, colon));
	setting->value = str_trim(str_slice(text, colon + 1, open));
	setting->from = setter_of(str_trim(str_slice(text, open + 1, text.size - 1)));
	return true;
}

bool w32tm_config_begins(struct str text)
{
	struct w32tm_setting setting;
	int64_t number = 0;
	text = str_trim(text);
	return str_equal(text, STR("[TimeProviders]")) ||
		(w32tm_setting_of(text, &setting) && scan_number(setting.value, &number) &&
			str_in_list(setting.name,
				"EventLogFlags|AnnounceFlags|MinPollInterval|MaxNegPhaseCorrection"));
}

/* "dc01.contoso.com [10.0.3.5:123]", in any sentence; `*after` is what follows. */
bool w32tm_target_of(struct str text, struct str *host, struct str *at, struct str *after)
{
	struct address address;
	size_t port = str_find(text, STR(":123]"));
	size_t open = str_find_char(text, '[');
	if (port == STR_NONE || open == STR_NONE || open > port)
		return false;
	*at = str_slice(text, open + 1, port);
	*after = str_from(text, port + 5);
	struct str before = str_trim(str_slice(text, 0, open));
	before = str_slice(before, 0, str_find(before, STR(" ***"))); /* "*** PDC ***" */
	*host = STR("");
	while (before.size)
		*host = str_word(&before);
	return scan_address(*at, &address) &&
		(scan_is_host(*host) || scan_address(*host, &address));
}

/* "10:20:00, +00.0206779s", "10:20:00, d:+00.0012s o:-00.0123s  [ * ]", "10:20:04, error: 0x800705B4". */
bool w32tm_sample_of(struct str text, struct w32tm_sample *sample)
{
	text = str_trim(text);
	size_t comma = str_find(str_slice(text, 0, 24), STR(", "));
	if (comma == STR_NONE || !char_is_digit(*text.at))
		return false;
	struct str clock = str_slice(text, 0, comma);
	if (str_find_char(clock, ':') == STR_NONE && str_find_char(clock, '.') == STR_NONE)
		return false;
	text = str_from(text, comma + 2);
	size_t offset = str_find(text, STR(" o:"));
	struct str rest = offset == STR_NONE || !str_starts(text, STR("d:"))
		? text
		: str_from(text, offset + 3);
	struct str word = str_word(&rest);
	sample->good = (str_starts(word, STR("+")) || str_starts(word, STR("-"))) &&
		w32tm_seconds_of(word, &sample->milliseconds);
	size_t at = 0;
	return sample->good ||
		(scan_first_code(text, &sample->code, &at) && at > 0 && at <= 40 &&
			at + 10 == text.size && sample->code >> 31);
}

/* The code in parentheses at the end of an error. */
bool w32tm_error_code(struct str text, uint32_t *code)
{
	size_t at = 0;
	return scan_first_code(text, code, &at) && at > 0 && text.at[at - 1] == '(' &&
		str_starts(str_from(text, at + 10), STR(")")) && *code >> 31;
}

/* "The following error occurred:", as far as its translation is known. */
bool w32tm_error_begins(struct str text)
{
	static const char *const words[] = {
		"The following error occurred:", "次のエラーが発生しました",
		"Folgender Fehler ist aufgetreten:", "L'erreur suivante s'est produite",
		"Se produjo el siguiente error:", "发生下列错误", "出现下列错误",
		"다음 오류가 발생했습니다", "Произошла следующая ошибка:",
		"Ocorreu o seguinte erro:", "Si è verificato l'errore seguente:"};
	uint32_t code = 0;
	text = str_trim(text);
	if (!w32tm_error_code(text, &code))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_starts(text, str_of(words[i])))
			return true;
	/* Only w32tm ends a line so when the time service does not run. */
	return code == 0x80070426 && str_ends(text, STR(")")) &&
		str_find_char(text, ':') != STR_NONE;
}

static bool has_any(struct str text, const char *words)
{
	for (struct str rest = str_of(words); rest.size;)
		if (str_has_nocase(text, str_cut(&rest, '|')))
			return true;
	return false;
}

/* Parts of the sentences that tell how a resync ended. A stale sentence speaks of time data too:
 * order matters. */
const char *w32tm_resync_result(struct str text)
{
	static const struct {
		const char *words, *result;
	} sentences[] = {
		{"stale time data|古い時刻|古い時間|veraltet|obsolète|obsoleto|périmé|anticuad|陈旧|过期|过时|過時|오래된|부실한|устарев|desatualizad|non aggiornat",
			"stale"},
		{"was too big|大きすぎ|zu groß|trop important|trop grand|demasiado grande|太大|过大|過大|너무 큽|너무 크|너무 컸|너무 커|слишком велик|слишком больш|grande demais|muito grande|troppo grande",
			"too-big"},
		{"no time data|時刻データ|時間データ|Zeitdaten|données d|données t|aucune donnée|datos de hora|datos de tiempo|时间数据|時間資料|시간 데이터|данных времени|данные времени|данных о времени|dados de hor|dados de tempo|dati temporali|dati relativi all'ora|dati di ora",
			"no-data"},
		{"completed successfully|正しく完了|正常に完了|erfolgreich ausgeführt|s'est terminée correctement|s'est terminée avec succès|se completó correctamente|se ha completado correctamente|成功地执行了命令|命令成功完成|已成功完成|성공적으로 완료|успешно|concluído com êxito|com êxito|stato completato|completata|esecuzione comando riuscita",
			"ok"},
	};
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		if (has_any(text, sentences[i].words))
			return sentences[i].result;
	return NULL;
}

bool w32tm_resync_begins(struct str text)
{
	text = str_trim(text);
	return str_starts(text, STR("Sending resync command to ")) ||
		str_starts(text, STR("The computer did not resync because "));
}
