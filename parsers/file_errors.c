/*
 * Commands that could not use a file: copy, move, del, ren, md, robocopy, and their twins in PowerShell.
 *
 *     C:\>del C:\Windows\System32\spp\store\2.0\tokens.dat
 *     C:\Windows\System32\spp\store\2.0\tokens.dat                            <- some print it, some do not
 *     The process cannot access the file because it is being used by another process.
 *
 *     2026/11/25 09:20:01 ERROR 32 (0x00000020) Copying File C:\...           <- robocopy: the code is there
 *
 *         + CategoryInfo          : PermissionDenied: (C:\...:String) [Remove-Item], UnauthorizedAccessException
 *
 * cmd prints the system's sentence without its code, so that sentence is looked up in ten languages (error codes 32,
 * 5, 2, 3, 112). It says nothing without a path, which is on the line above or in the command line.
 */
#include "file_errors.h"

#include <string.h>

const struct fact_kind kind_file_error = {
	.name = "file-error",
	.says = "a file that a command could not use",
	.fields =
		{
			{"path", FACT_TEXT, "the file or folder, as printed or typed", NULL,
				FACT_KEY},
			{"what", FACT_WORD,
				"what it belongs to: token-store: the licensing store; licensing: other files of "
				"licensing; temp: a temporary folder",
				"token-store|licensing|temp|other"},
			{"error", FACT_WORD,
				"in-use: another process has it open; denied; not-found; no-path: its folder is not "
				"there; disk-full",
				"in-use|denied|not-found|no-path|disk-full", FACT_KEY},
			{"code", FACT_CODE, "Win32 error, when it was printed"},
			{"by", FACT_WORD, "who tells", "command|powershell|robocopy"},
			{0},
		},
};

struct reason {
	struct str words;
	const char *error;
};

/* More special ones first. */
static const struct reason reasons[] = {
	{STR_INIT("being used by another process"), "in-use"},
	{STR_INIT("別のプロセスが使用中"), "in-use"},
	{STR_INIT("別のプロセスで使用されている"), "in-use"},
	{STR_INIT("von einem anderen Prozess verwendet"), "in-use"},
	{STR_INIT("utilisé par un autre processus"), "in-use"},
	{STR_INIT("utilizado por otro proceso"), "in-use"},
	{STR_INIT("está siendo usado por otro proceso"), "in-use"},
	{STR_INIT("另一个程序正在使用此文件"), "in-use"},
	{STR_INIT("另一個程序正在使用"), "in-use"},
	{STR_INIT("다른 프로세스가 파일을 사용 중"), "in-use"},
	{STR_INIT("занят другим процессом"), "in-use"},
	{STR_INIT("usado por outro processo"), "in-use"},
	{STR_INIT("utilizzato da un altro processo"), "in-use"},
	{STR_INIT("Access is denied"), "denied"},
	{STR_INIT("Zugriff verweigert"), "denied"},
	{STR_INIT("Accès refusé"), "denied"},
	{STR_INIT("アクセスが拒否されました"), "denied"},
	{STR_INIT("Acceso denegado"), "denied"},
	{STR_INIT("拒绝访问"), "denied"},
	{STR_INIT("存取被拒"), "denied"},
	{STR_INIT("액세스가 거부되었습니다"), "denied"},
	{STR_INIT("Отказано в доступе"), "denied"},
	{STR_INIT("Acesso negado"), "denied"},
	{STR_INIT("Accesso negato"), "denied"},
	{STR_INIT("not enough space on the disk"), "disk-full"},
	{STR_INIT("ディスクに十分な空き領域がありません"), "disk-full"},
	{STR_INIT("nicht genug Speicherplatz auf dem Datenträger"), "disk-full"},
	{STR_INIT("Espace insuffisant sur le disque"), "disk-full"},
	{STR_INIT("Espacio en disco insuficiente"), "disk-full"},
	{STR_INIT("磁盘空间不足"), "disk-full"},
	{STR_INIT("磁碟空間不足"), "disk-full"},
	{STR_INIT("디스크 공간이 부족"), "disk-full"},
	{STR_INIT("Недостаточно места на диске"), "disk-full"},
	{STR_INIT("Espaço insuficiente no disco"), "disk-full"},
	{STR_INIT("Spazio su disco insufficiente"), "disk-full"},
	{STR_INIT("cannot find the path"), "no-path"},
	{STR_INIT("指定されたパスが見つかりません"), "no-path"},
	{STR_INIT("den angegebenen Pfad nicht finden"), "no-path"},
	{STR_INIT("chemin d'accès spécifié"), "no-path"},
	{STR_INIT("chemin d’accès spécifié"), "no-path"},
	{STR_INIT("encontrar la ruta"), "no-path"},
	{STR_INIT("找不到指定的路径"), "no-path"},
	{STR_INIT("找不到指定的路徑"), "no-path"},
	{STR_INIT("지정된 경로를 찾을 수 없습니다"), "no-path"},
	{STR_INIT("найти указанный путь"), "no-path"},
	{STR_INIT("encontrar o caminho"), "no-path"},
	{STR_INIT("trovare il percorso"), "no-path"},
	{STR_INIT("cannot find the"), "not-found"},
	{STR_INIT("nicht finden"), "not-found"},
	{STR_INIT("introuvable"), "not-found"},
	{STR_INIT("見つかりません"), "not-found"},
	{STR_INIT("no puede encontrar"), "not-found"},
	{STR_INIT("找不到"), "not-found"},
	{STR_INIT("찾을 수 없습니다"), "not-found"},
	{STR_INIT("Не удается найти"), "not-found"},
	{STR_INIT("não pode encontrar"), "not-found"},
	{STR_INIT("Impossibile trovare"), "not-found"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))
/* No sentence of the table is longer, whatever stands around it. */
#define SENTENCE_BYTES 400

const char *file_error_reason(struct str sentence)
{
	sentence = str_slice(sentence, 0, SENTENCE_BYTES);
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_has_nocase(sentence, reasons[i].words))
			return reasons[i].error;
	return NULL;
}

static const char *what_of(struct str path)
{
	if (str_has_nocase(path, STR("\\spp\\store")) || str_has_nocase(path, STR("tokens.dat")) ||
		str_has_nocase(path, STR("\\SoftwareProtectionPlatform")))
		return "token-store";
	if (str_has_nocase(path, STR("\\System32\\spp")) || str_has_nocase(path, STR("slmgr")) ||
		str_has_nocase(path, STR("sppsvc.exe")) || str_has_nocase(path, STR("sppobjs.dll")))
		return "licensing";
	bool temp = str_has_nocase(path, STR("%TEMP%")) || str_has_nocase(path, STR("%TMP%")) ||
		str_has_nocase(path, STR("$env:TEMP")) || str_has_nocase(path, STR("\\Temp\\")) ||
		str_ends_nocase(path, STR("\\Temp"));
	return temp ? "temp" : "other";
}

struct fact *file_error_put(struct facts *facts, const struct line *line, struct str path,
	const char *error, const char *by)
{
	struct fact *fact = fact_add(facts, &kind_file_error, line);
	fact_put(facts, fact, NULL, "path", path);
	fact_put(facts, fact, NULL, "what", str_of(what_of(path)));
	fact_put(facts, fact, NULL, "error", str_of(error));
	fact_put(facts, fact, NULL, "by", str_of(by));
	return fact;
}

static bool is_absolute(struct str text)
{
	return (text.size > 3 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
		       text.at[2] == '\\') ||
		(str_starts(text, STR("\\\\")) && text.size > 4);
}

bool file_error_read(struct facts *facts, const struct lines *lines, size_t i, struct str asked)
{
	struct str text = str_trim(lines_text(lines, i)), path = asked;
	uint32_t code;
	if (text.size == 0 || text.size > SENTENCE_BYTES || scan_first_code(text, &code, NULL))
		return false;
	const char *error = file_error_reason(text);
	struct str above = i > 0 ? str_trim(lines_text(lines, i - 1)) : STR("");
	if (is_absolute(above) && !file_error_reason(above))
		path = above;
	if (!error || path.size == 0)
		return false;
	(void)file_error_put(facts, &lines->at[i], path, error, "command");
	return true;
}

/* "ERROR 32 (0x00000020) Copying File C:\x": one number twice, words, a path. */
static bool robocopy_line(struct str text, uint32_t *code, struct str *path)
{
	size_t at = 0, colon;
	int64_t number = 0;
	if (!scan_first_code(text, code, &at) || at < 3 || text.at[at - 1] != '(' ||
		text.at[at - 2] != ' ')
		return false;
	struct str before = str_slice(text, 0, at - 2), after = str_from(text, at + 10);
	size_t blank = str_find_last_char(before, ' ');
	if (!str_starts(after, STR(") ")) ||
		!scan_number(str_from(before, blank == STR_NONE ? 0 : blank + 1), &number) ||
		number != (int64_t)*code)
		return false;
	colon = str_find(after, STR(":\\"));
	if (colon == STR_NONE || colon == 0)
		return false;
	*path = str_from(after, colon - 1);
	return char_is_alpha(*path->at);
}

static const char *error_of_code(uint32_t code)
{
	switch (code) {
	case 32:
	case 33:
		return "in-use";
	case 5:
		return "denied";
	case 2:
		return "not-found";
	case 3:
		return "no-path";
	case 112:
		return "disk-full";
	default:
		return NULL;
	}
}

static bool read_robocopy(struct facts *facts, const struct line *line)
{
	struct str path;
	uint32_t code = 0;
	if (!robocopy_line(line->text, &code, &path))
		return false;
	const char *error = error_of_code(code);
	if (!error)
		return true;
	struct fact *fact = file_error_put(facts, line, path, error, "robocopy");
	fact_put_number(facts, fact, NULL, "code", (int64_t)code);
	return true;
}

static const char cmdlets[] =
	"Get-ChildItem|Get-Item|Get-Content|Copy-Item|Move-Item|Remove-Item|Rename-Item|New-Item|"
	"Set-Content|Add-Content|Out-File";

/* "+ CategoryInfo : PermissionDenied: (C:\x:String) [Remove-Item], ...": none of it is translated. */
static bool category_line(struct str text, const char **error, struct str *path)
{
	static const struct str mark = STR_INIT("CategoryInfo");
	size_t at = str_find(text, mark);
	if (at == STR_NONE)
		return false;
	text = str_from(text, at + mark.size);
	bool denied = str_has(text, STR("PermissionDenied: (")),
	     absent = str_has(text, STR("ObjectNotFound: ("));
	size_t open = str_find_char(text, '('), close = str_find(text, STR(") ["));
	if (denied == absent || close == STR_NONE || open > close)
		return false;
	struct str rest = str_from(text, close + 3), cmdlet = str_cut(&rest, ']');
	struct str target = str_slice(text, open + 1, close);
	size_t type = str_find_last_char(target, ':');
	*path = str_slice(target, 0, type);
	*error = denied ? "denied" : "not-found";
	return str_in_list(cmdlet, cmdlets) && is_absolute(*path);
}

static bool read_category(struct facts *facts, const struct line *line)
{
	struct str path;
	const char *error = NULL;
	if (!category_line(line->text, &error, &path))
		return false;
	(void)file_error_put(facts, line, path, error, "powershell");
	return true;
}

/* The first argument that is no option. */
static struct str path_of_command(struct str command)
{
	struct str rest, word;
	(void)command_program(command, &rest);
	while ((word = command_argument(&rest)).size)
		if (!str_starts(word, STR("/")) && !str_starts(word, STR("-")))
			return word;
	return STR("");
}

/* `type` names no program of its own (parser.h): its evidence comes here by the sentence alone. */
static struct str path_of_type(struct str command)
{
	struct str rest = command, program = command_argument(&rest);
	return str_in_list(program, "type|more|get-content|gc|cat") ? command_argument(&rest)
								    : path_of_command(command);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str path, text = str_trim(lines_text(lines, i));
	const char *error = NULL;
	uint32_t code = 0;
	if (text.size < 12 || text.size > SENTENCE_BYTES)
		return false;
	if (category_line(text, &error, &path) || robocopy_line(text, &code, &path))
		return true;
	error = file_error_reason(text);
	return error && strcmp(error, "in-use") == 0 && !scan_first_code(text, &code, NULL) &&
		str_find(text, STR(": ")) == STR_NONE;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct str asked = path_of_type(evidence->origin.command);
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++) {
		const struct line *line = &evidence->lines.at[i];
		if (read_robocopy(facts, line) || read_category(facts, line))
			continue;
		(void)file_error_read(facts, &evidence->lines, i, asked);
	}
}

static const struct fact_kind *const kinds[] = {&kind_file_error, NULL};

const struct parser parser_file_errors = {
	.name = "file_errors",
	.says = "commands that could not use a file: copy, move, del, ren, md, robocopy",
	.source = "files",
	.commands = "copy|xcopy|robocopy|move|del|erase|ren|md|mkdir|Copy-Item|Move-Item|"
		    "Remove-Item|Rename-Item|New-Item|Set-Content|Out-File|Get-ChildItem",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
