/*
 * winmgmt: is WMI's repository whole?
 *
 *     C:\>winmgmt /verifyrepository
 *     WMI repository is consistent                  <- or "is inconsistent", "is not consistent"
 *
 *     C:\>winmgmt /salvagerepository
 *     WMI repository has been salvaged
 *
 *     WMI repository verification failed            <- then a code: 0x80041003 without administrator's rights
 *     Error code:   0x80041003
 *
 * The answer is one sentence, and translated; only "WMI" and a code are not. The words of other languages than English
 * are not confirmed: what is not recognised gives no fact.
 */
#include "parser.h"

static const struct fact_kind wmi_repository = {
	.name = "wmi-repository",
	.says = "what winmgmt said of WMI's repository",
	.is_state = true,
	.fields =
		{
			{"result", FACT_WORD,
				"consistent; inconsistent; salvaged: it was inconsistent and is repaired; failed: it "
				"could not be checked",
				"consistent|inconsistent|salvaged|failed"},
			{"code", FACT_CODE, "why it failed"},
			{0},
		},
};

struct sentence {
	struct str words;
	const char *result;
};

/* A denial before what it denies. */
static const struct sentence sentences[] = {
	{STR_INIT("inconsistent"), "inconsistent"},
	{STR_INIT("not consistent"), "inconsistent"},
	{STR_INIT("been salvaged"), "salvaged"},
	{STR_INIT("is consistent"), "consistent"},
	{STR_INIT("一貫していません"), "inconsistent"},
	{STR_INIT("一貫性がありません"), "inconsistent"},
	{STR_INIT("矛盾"), "inconsistent"},
	{STR_INIT("一貫しています"), "consistent"},
	{STR_INIT("一貫性があります"), "consistent"},
	{STR_INIT("inkonsistent"), "inconsistent"},
	{STR_INIT("nicht konsistent"), "inconsistent"},
	{STR_INIT("ist konsistent"), "consistent"},
	{STR_INIT("incohérent"), "inconsistent"},
	{STR_INIT("pas cohérent"), "inconsistent"},
	{STR_INIT("est cohérent"), "consistent"},
	{STR_INIT("no es coherente"), "inconsistent"},
	{STR_INIT("incoherente"), "inconsistent"},
	{STR_INIT("es coherente"), "consistent"},
	{STR_INIT("inconsistente"), "inconsistent"},
	{STR_INIT("não é consistente"), "inconsistent"},
	{STR_INIT("é consistente"), "consistent"},
	{STR_INIT("non è coerente"), "inconsistent"},
	{STR_INIT("è coerente"), "consistent"},
	{STR_INIT("不一致"), "inconsistent"},
	{STR_INIT("一致"), "consistent"},
	{STR_INIT("일관되지 않"), "inconsistent"},
	{STR_INIT("일관"), "consistent"},
	{STR_INIT("не согласован"), "inconsistent"},
	{STR_INIT("несогласован"), "inconsistent"},
	{STR_INIT("согласован"), "consistent"},
};

#define SENTENCE_BYTES 240

static const char *result_of(struct str text)
{
	if (text.size > SENTENCE_BYTES || !str_has(text, STR("WMI")))
		return NULL;
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		if (str_has_nocase(text, sentences[i].words))
			return sentences[i].result;
	return NULL;
}

/* Without the command line only what cannot be anything else. */
static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i));
	return str_starts_nocase(text, STR("WMI repository ")) && text.size < 80;
}

static bool is_verify(struct str command)
{
	return command.size == 0 || command_has(command, "verifyrepository") ||
		command_has(command, "salvagerepository");
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	uint32_t code = 0;
	if (!is_verify(evidence->origin.command))
		return;
	for (size_t i = 0; i < evidence->lines.count; i++) {
		const struct line *line = &evidence->lines.at[i];
		const char *result = result_of(line->text);
		bool failed = !result && line->text.size < SENTENCE_BYTES &&
			scan_first_code(line->text, &code, NULL) && (code >> 31);
		if (!result && !failed)
			continue;
		struct fact *fact = fact_add(facts, &wmi_repository, line);
		fact_put(facts, fact, NULL, "result", failed ? STR("failed") : str_of(result));
		if (failed)
			fact_put_number(facts, fact, NULL, "code", (int64_t)code);
	}
}

static const struct fact_kind *const kinds[] = {&wmi_repository, NULL};

const struct parser parser_wmi_repository = {
	.name = "wmi_repository",
	.says = "winmgmt /verifyrepository and /salvagerepository",
	.source = "wmi-repository",
	.commands = "winmgmt /verifyrepository|winmgmt /salvagerepository",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
