/*
 * DISM with its PowerShell twins, and sfc: is VBScript there, are Windows' own files whole?
 *
 *     Capability Identity : VBSCRIPT~~~~           <- the label is translated, the identity is not
 *     State : Installed                            <- both are translated
 *
 *     Name             : VBSCRIPT~~~~              <- Get-WindowsCapability: nothing is
 *     State            : NotPresent
 *     ImageHealthState : Repairable                <- Repair-WindowsImage, likewise
 *
 *     No component store corruption detected.      <- dism /checkhealth, /scanhealth, /restorehealth: translated
 *     Error: 0x800f081f                            <- "Error" is translated, or a decimal: 14098
 *
 *     Windows Resource Protection did not find any integrity violations.    <- sfc /scannow: translated
 *     ... [SR] Cannot repair member file [l:11]'sppobjs.dll' of Microsoft-Windows-Security-SPP, ...  <- CBS.log: is not
 *
 * The words of other languages than English and Japanese are not confirmed: of them, what is not recognised gives no
 * fact.
 */
#include "parser.h"

static const struct fact_kind windows_capability = {
	.name = "windows-capability",
	.says = "an optional part of Windows (feature on demand)",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "its name without version: VBSCRIPT", NULL, FACT_KEY},
			{"state", FACT_WORD, "whether it is there",
				"installed|absent|pending|other"},
			{0},
		},
};

static const struct fact_kind component_store = {
	.name = "component-store",
	.says = "health of Windows' own files: DISM about the store, sfc about the files in place",
	.is_state = true,
	.fields =
		{
			{"tool", FACT_WORD, "who checked", "dism|sfc", FACT_KEY},
			{"health", FACT_WORD,
				"what it found; repaired: corruption that is gone now",
				"healthy|repaired|repairable|damaged|failed"},
			{"code", FACT_CODE, "error of the check or the repair"},
			{0},
		},
};

static const struct fact_kind component_file = {
	.name = "component-file",
	.says = "a file of Windows that sfc found changed, from CBS.log",
	.fields =
		{
			{"file", FACT_NAME, "its name", NULL, FACT_KEY},
			{"component", FACT_TEXT, "the component it belongs to"},
			{"state", FACT_WORD, "what sfc could do about it", "damaged|repaired"},
			{"licensing", FACT_FLAG, "it is part of licensing"},
			{0},
		},
};

/* Codes that mean: the store is corrupt, or cannot be repaired from what is there. */
static bool is_corruption(uint32_t code)
{
	return code == 0x80073712u || code == 0x800F081Fu || code == 0x800F0906u ||
		code == 0x80073701u;
}

struct word {
	struct str text;
	const char *word;
};

/* The longer first: "not installed" is no "installed". */
static const struct word states[] = {
	{STR_INIT("NotPresent"), "absent"},
	{STR_INIT("Not Present"), "absent"},
	{STR_INIT("Removed"), "absent"},
	{STR_INIT("存在しません"), "absent"},
	{STR_INIT("存在しない"), "absent"},
	{STR_INIT("Nicht vorhanden"), "absent"},
	{STR_INIT("Absent"), "absent"},
	{STR_INIT("No presente"), "absent"},
	{STR_INIT("不存在"), "absent"},
	{STR_INIT("없음"), "absent"},
	{STR_INIT("Отсутствует"), "absent"},
	{STR_INIT("Não Presente"), "absent"},
	{STR_INIT("Non presente"), "absent"},
	{STR_INIT("Non présent"), "absent"},
	{STR_INIT("Nicht installiert"), "absent"},
	{STR_INIT("Non installé"), "absent"},
	{STR_INIT("No instalado"), "absent"},
	{STR_INIT("Não instalado"), "absent"},
	{STR_INIT("Non installato"), "absent"},
	{STR_INIT("未安装"), "absent"},
	{STR_INIT("未安裝"), "absent"},
	{STR_INIT("Pending"), "pending"},
	{STR_INIT("保留"), "pending"},
	{STR_INIT("Installed"), "installed"},
	{STR_INIT("インストール済み"), "installed"},
	{STR_INIT("Installiert"), "installed"},
	{STR_INIT("Installé"), "installed"},
	{STR_INIT("Instalado"), "installed"},
	{STR_INIT("已安装"), "installed"},
	{STR_INIT("已安裝"), "installed"},
	{STR_INIT("설치됨"), "installed"},
	{STR_INIT("Установлен"), "installed"},
	{STR_INIT("Installato"), "installed"},
};

static const struct word healths[] = {
	{STR_INIT("No component store corruption detected"), "healthy"},
	{STR_INIT("The restore operation completed successfully"), "repaired"},
	{STR_INIT("The component store corruption was repaired"), "repaired"},
	{STR_INIT("The component store is repairable"), "repairable"},
	{STR_INIT("The component store cannot be repaired"), "damaged"},
	{STR_INIT("コンポーネント ストアの破損は検出されませんでした"), "healthy"},
	{STR_INIT("コンポーネント ストアは修復できます"), "repairable"},
	{STR_INIT("コンポーネント ストアを修復できません"), "damaged"},
	{STR_INIT("復元操作は正常に完了しました"), "repaired"},
	{STR_INIT("Es wurde keine Komponentenspeicherbeschädigung erkannt"), "healthy"},
	{STR_INIT("Der Komponentenspeicher kann repariert werden"), "repairable"},
	{STR_INIT("Der Komponentenspeicher kann nicht repariert werden"), "damaged"},
	{STR_INIT("Aucun endommagement du magasin de composants"), "healthy"},
	{STR_INIT("Le magasin de composants est réparable"), "repairable"},
	{STR_INIT("Le magasin de composants ne peut pas être réparé"), "damaged"},
	{STR_INIT("No se detectaron daños en el almacén de componentes"), "healthy"},
	{STR_INIT("El almacén de componentes se puede reparar"), "repairable"},
	{STR_INIT("El almacén de componentes no se puede reparar"), "damaged"},
	{STR_INIT("未检测到组件存储损坏"), "healthy"},
	{STR_INIT("组件存储可修复"), "repairable"},
	{STR_INIT("可以修复组件存储"), "repairable"},
	{STR_INIT("无法修复组件存储"), "damaged"},
	{STR_INIT("구성 요소 저장소가 손상되지 않았습니다"), "healthy"},
	{STR_INIT("구성 요소 저장소를 복구할 수 있습니다"), "repairable"},
	{STR_INIT("구성 요소 저장소를 복구할 수 없습니다"), "damaged"},
	{STR_INIT("Повреждение хранилища компонентов не обнаружено"), "healthy"},
	{STR_INIT("Хранилище компонентов подлежит восстановлению"), "repairable"},
	{STR_INIT("Хранилище компонентов не подлежит восстановлению"), "damaged"},
	{STR_INIT("Nenhum repositório de componentes danificado foi detectado"), "healthy"},
	{STR_INIT("O repositório de componentes pode ser reparado"), "repairable"},
	{STR_INIT("O repositório de componentes não pode ser reparado"), "damaged"},
	{STR_INIT("Nessun danneggiamento dell'archivio componenti"), "healthy"},
	{STR_INIT("L'archivio componenti può essere ripristinato"), "repairable"},
	{STR_INIT("L'archivio componenti non può essere ripristinato"), "damaged"},
};

/* sfc's own words, after "Windows Resource Protection", which is translated as well. */
static const struct word sfc_results[] = {
	{STR_INIT("did not find any integrity violations"), "healthy"},
	{STR_INIT("found corrupt files and successfully repaired"), "repaired"},
	{STR_INIT("found corrupt files but was unable to fix some"), "damaged"},
	{STR_INIT("could not perform the requested operation"), "failed"},
	{STR_INIT("could not start the repair service"), "failed"},
	{STR_INIT("整合性違反を検出しませんでした"), "healthy"},
	{STR_INIT("整合性違反は見つかりませんでした"), "healthy"},
	{STR_INIT("破損したファイルが見つかりましたが、それらは正常に修復されました"), "repaired"},
	{STR_INIT("破損したファイルが見つかりましたが、その一部は修復できませんでした"), "damaged"},
	{STR_INIT("要求された操作を実行できませんでした"), "failed"},
	{STR_INIT("keine Integritätsverletzungen gefunden"), "healthy"},
	{STR_INIT("beschädigte Dateien gefunden und erfolgreich repariert"), "repaired"},
	{STR_INIT("beschädigte Dateien gefunden, konnte jedoch einige"), "damaged"},
	{STR_INIT("trouvé aucune violation d"), "healthy"},
	{STR_INIT("trouvé des fichiers endommagés et les a réparés"), "repaired"},
	{STR_INIT("trouvé des fichiers endommagés, mais"), "damaged"},
	{STR_INIT("no encontró ninguna infracción de integridad"), "healthy"},
	{STR_INIT("encontró archivos dañados y los reparó"), "repaired"},
	{STR_INIT("encontró archivos dañados, pero no pudo"), "damaged"},
	{STR_INIT("未找到任何完整性冲突"), "healthy"},
	{STR_INIT("找到了损坏文件并成功修复"), "repaired"},
	{STR_INIT("找到了损坏文件，但无法"), "damaged"},
	{STR_INIT("무결성 위반을 찾지 못했습니다"), "healthy"},
	{STR_INIT("не обнаружила нарушений целостности"), "healthy"},
	{STR_INIT("обнаружила поврежденные файлы и успешно"), "repaired"},
	{STR_INIT("обнаружила поврежденные файлы, но не может"), "damaged"},
	{STR_INIT("não encontrou nenhuma violação de integridade"), "healthy"},
	{STR_INIT("non ha trovato alcuna violazione di integrità"), "healthy"},
};

static const struct word image_states[] = {
	{STR_INIT("Healthy"), "healthy"},
	{STR_INIT("Repairable"), "repairable"},
	{STR_INIT("NonRepairable"), "damaged"},
};

static const char *word_in(const struct word *words, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_has_nocase(text, words[i].text))
			return words[i].word;
	return NULL;
}

#define WORD_IN(words, text) word_in(words, sizeof(words) / sizeof *(words), text)

static bool pair_of(struct str text, struct str *key, struct str *value)
{
	size_t colon = str_find_char(str_slice(text, 0, 96), ':');
	if (colon == STR_NONE)
		return false;
	*key = str_trim(str_slice(text, 0, colon));
	*value = str_trim(str_from(text, colon + 1));
	return true;
}

/* "VBSCRIPT~~~~", "OpenSSH.Client~~~~0.0.1.0": an identity of four tildes; `*name` is what stands before them. */
static bool capability_of(struct str text, struct str *name)
{
	size_t tilde = str_find_char(text, '~');
	if (tilde == STR_NONE || tilde == 0 || tilde > 120)
		return false;
	*name = str_slice(text, 0, tilde);
	size_t count = 0;
	for (size_t i = tilde; i < text.size; i++)
		count += text.at[i] == '~';
	return count == 4 && str_find_char(*name, ' ') == STR_NONE;
}

static bool capability_line(struct str text, struct str *name)
{
	struct str key, value;
	return pair_of(text, &key, &value) && capability_of(value, name);
}

static void add_capability(
	struct facts *facts, const struct line *line, struct str name, const char *state)
{
	struct fact *fact = fact_add(facts, &windows_capability, line);
	fact_put(facts, fact, NULL, "name", name);
	fact_put(facts, fact, NULL, "state", str_of(state));
}

/* The state is in the next line but one: between them is the name again, when only one is asked for. */
static void read_capability(const struct evidence *evidence, struct facts *facts, size_t i)
{
	const struct lines *lines = &evidence->lines;
	struct str name, again, key, value;
	if (!capability_line(lines->at[i].text, &name))
		return;
	for (size_t k = i + 1; k < lines->count && k <= i + 3; k++) {
		struct str text = lines->at[k].text;
		if (str_is_blank(text) || !pair_of(text, &key, &value))
			return;
		if (capability_line(text, &again))
			return; /* the name: it is read when its turn comes */
		const char *state = WORD_IN(states, value);
		if (state)
			add_capability(facts, &lines->at[k], name, state);
		if (state || str_equal(key, STR("State")))
			return;
	}
}

/* "VBSCRIPT~~~~  | Installed" and "VBSCRIPT~~~~   Installed": tables of dism and of PowerShell. */
static bool read_capability_row(struct facts *facts, const struct line *line)
{
	struct str rest = str_trim(line->text), name;
	struct str word = str_word(&rest);
	rest = str_trim(rest);
	if (!capability_of(word, &name) || str_find_char(word, ':') != STR_NONE)
		return false;
	if (str_starts(rest, STR("|")))
		rest = str_from(rest, 1);
	const char *state = rest.size && rest.size < 64 ? WORD_IN(states, rest) : NULL;
	if (state)
		add_capability(facts, line, name, state);
	return true;
}

static struct fact *add_health(
	struct facts *facts, const struct line *line, const char *tool, const char *health)
{
	struct fact *fact = fact_add(facts, &component_store, line);
	fact_put(facts, fact, NULL, "tool", str_of(tool));
	fact_put(facts, fact, NULL, "health", str_of(health));
	return fact;
}

/*
 * CBS.log: what sfc did about each file, English on every Windows
 */

static bool is_licensing(struct str file, struct str component)
{
	return str_starts_nocase(file, STR("spp")) || str_starts_nocase(file, STR("slmgr")) ||
		str_starts_nocase(file, STR("slui")) || str_ends_nocase(file, STR(".xrm-ms")) ||
		str_has_nocase(component, STR("Security-SPP"));
}

/* [l:11]'sppobjs.dll' of Microsoft-Windows-..., or [l:22{11}]"sppobjs.dll" of ... */
static bool member_file(struct str text, struct str *file, struct str *component)
{
	size_t close = str_find(str_slice(text, 0, 400), STR("]"));
	if (close == STR_NONE || close + 1 >= text.size)
		return false;
	char quote = text.at[close + 1];
	text = str_from(text, close + 2);
	if (quote != '\'' && quote != '"')
		return false;
	*file = str_cut(&text, quote);
	size_t folder = str_find_last_char(*file, '\\');
	*file = folder == STR_NONE ? *file : str_from(*file, folder + 1);
	*component = STR("");
	if (str_starts(text, STR(" of ")))
		*component = str_slice(text, 4, str_find_char(text, ','));
	return file->size > 0 && file->size < 260;
}

static bool read_member(struct facts *facts, const struct line *line)
{
	static const struct word marks[] = {
		{STR_INIT("[SR] Cannot repair member file "), "damaged"},
		{STR_INIT("[SR] Repairing corrupted file "), "repaired"},
		{STR_INIT("[SR] Repaired file "), "repaired"},
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t at = str_find(str_slice(line->text, 0, 400), marks[i].text);
		struct str file, component;
		if (at == STR_NONE)
			continue;
		if (!member_file(str_from(line->text, at + marks[i].text.size), &file, &component))
			return true;
		struct fact *fact = fact_add(facts, &component_file, line);
		fact_put(facts, fact, NULL, "file", file);
		if (component.size)
			fact_put(facts, fact, NULL, "component", component);
		fact_put(facts, fact, NULL, "state", str_of(marks[i].word));
		fact_put_flag(facts, fact, NULL, "licensing", is_licensing(file, component));
		return true;
	}
	return false;
}

/* "Error: 0x800f081f", "Error: 14098", "エラー: 1726": a short label and nothing behind the number. */
static bool error_line(struct str text, uint32_t *code)
{
	struct str key, value;
	text = str_trim(text);
	if (text.size > 40 || !pair_of(text, &key, &value) || !scan_code(value, code))
		return false;
	if (*code < 0x10000)
		*code |= 0x80070000u;
	return key.size > 0 && !char_is_digit(*key.at) && (*code & 0x80000000u) != 0;
}

static bool checks_health(const struct evidence *evidence)
{
	struct str command = evidence->origin.command;
	return command_has(command, "checkhealth") || command_has(command, "scanhealth") ||
		command_has(command, "restorehealth");
}

static void read_line(const struct evidence *evidence, struct facts *facts, size_t i)
{
	const struct line *line = &evidence->lines.at[i];
	struct str key, value;
	uint32_t code = 0;
	if (read_capability_row(facts, line) || read_member(facts, line))
		return;
	read_capability(evidence, facts, i);
	if (pair_of(line->text, &key, &value) && str_equal(key, STR("ImageHealthState"))) {
		for (size_t k = 0; k < sizeof image_states / sizeof *image_states; k++)
			if (str_equal(value, image_states[k].text))
				(void)add_health(facts, line, "dism", image_states[k].word);
		return;
	}
	const char *health = WORD_IN(healths, str_slice(line->text, 0, 400));
	const char *sfc = WORD_IN(sfc_results, str_slice(line->text, 0, 400));
	if (health) {
		(void)add_health(facts, line, "dism", health);
	} else if (sfc) {
		(void)add_health(facts, line, "sfc", sfc);
	} else if (error_line(line->text, &code) &&
		(checks_health(evidence) || is_corruption(code))) {
		struct fact *fact =
			add_health(facts, line, "dism", is_corruption(code) ? "damaged" : "failed");
		fact_put_number(facts, fact, NULL, "code", code);
	}
}

static const struct str titles[] = {
	STR_INIT("Deployment Image Servicing and Management"),
	STR_INIT("展開イメージのサービスと管理"),
	STR_INIT("Windows Resource Protection "),
	STR_INIT("Windows リソース保護"),
	STR_INIT("Windows-Ressourcenschutz"),
	STR_INIT("[SR] Cannot repair member file "),
};

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), key, value, name;
	if (capability_line(text, &name))
		return true;
	for (size_t k = 0; k < sizeof titles / sizeof *titles; k++)
		if (str_has(str_slice(text, 0, 400), titles[k]))
			return true;
	return pair_of(text, &key, &value) && str_equal(key, STR("ImageHealthState"));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++)
		read_line(evidence, facts, i);
}

static const struct fact_kind *const kinds[] = {
	&windows_capability, &component_store, &component_file, NULL};

const struct parser parser_servicing = {
	.name = "servicing",
	.says = "optional parts of Windows, and health of its files: DISM, sfc, CBS.log",
	.source = "servicing",
	.commands = "dism|sfc|Get-WindowsCapability|Repair-WindowsImage",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
