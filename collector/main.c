/*
 * actdx-collect: the command line.
 */
#include "plan.h"
#include "request.h"
#include "settings.h"
#include "words.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/options.h"
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

enum option {
	OPTION_OUTPUT,
	OPTION_FROM,
	OPTION_SCRIPT,
	OPTION_LIST,
	OPTION_DRY_RUN,
	OPTION_ONLY,
	OPTION_SKIP,
	OPTION_DOMAIN,
	OPTION_PATH,
	OPTION_REQUEST,
	OPTION_SINCE,
	OPTION_MAX_SIZE,
	OPTION_ENCRYPT,
	OPTION_PASSPHRASE_FILE,
	OPTION_LANG,
	OPTION_QUIET,
	OPTION_NO_PAUSE,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_COUNT
};

static const struct option_spec specs[OPTION_COUNT] = {
	[OPTION_OUTPUT] = {"output", 'o', "FILE",
		"where the bundle goes: a new file, or a folder\n(default: actdx-DATE-TIME.zip here)",
		"出力先: 新しいファイルまたはフォルダー\n(既定: 現在のフォルダーの actdx-日付-時刻.zip)"},
	[OPTION_FROM] = {"from", 0, "DIR", "pack files that were gathered by hand",
		"手作業で集めたファイルを収録する"},
	[OPTION_SCRIPT] = {"script", 0, NULL,
		"print a .cmd script that collects with Windows' own tools",
		"Windows 標準ツールだけで収集する .cmd を出力する"},
	[OPTION_LIST] = {"list", 0, NULL, "print every item: id, member, what it needs, what for",
		"収集項目の一覧を表示する"},
	[OPTION_DRY_RUN] = {"dry-run", 0, NULL, "say what would be done; write nothing",
		"何をするかを表示するだけで、書き込まない"},
	[OPTION_ONLY] = {"only", 0, "IDS", "these items and no others (commas between)",
		"指定した項目だけ(コンマ区切り)"},
	[OPTION_SKIP] = {"skip", 0, "IDS", "not these items", "指定した項目を除く"},
	[OPTION_DOMAIN] = {"domain", 0, "NAME", "look in this DNS domain too; may be repeated",
		"この DNS ドメインも調べる(複数指定可)"},
	[OPTION_PATH] = {"path", 0, "PATH", "look at the permissions of PATH too; may be repeated",
		"PATH のアクセス許可も調べる(複数指定可)"},
	[OPTION_REQUEST] = {"request", 0, "FILE", "collect only what the engineer asks for in FILE",
		"依頼ファイル FILE にある項目だけを収集する"},
	[OPTION_SINCE] = {"since", 0, "TIME",
		"events of the last TIME only: 30d, 12h (default: all)",
		"最近のイベントだけ: 30d、12h など(既定: すべて)"},
	[OPTION_MAX_SIZE] = {"max-size", 0, "SIZE",
		"largest bundle, oldest events are left out first (default: 10M)",
		"出力ファイルの上限。古いイベントから除外する(既定: 10M)"},
	[OPTION_ENCRYPT] = {"encrypt", 0, NULL, "ask for a passphrase and encrypt (AES-256)",
		"パスフレーズを入力して暗号化する(AES-256)"},
	[OPTION_PASSPHRASE_FILE] = {"passphrase-file", 0, "FILE",
		"encrypt; the passphrase is the first line of FILE",
		"FILE の 1 行目をパスフレーズとして暗号化する"},
	[OPTION_LANG] = {"lang", 0, "en|ja", "language (default: the user's own)",
		"表示言語(既定: 利用者の設定)"},
	[OPTION_QUIET] = {"quiet", 'q', NULL, "print only the path of the bundle",
		"出力ファイルのパスだけを表示する"},
	[OPTION_NO_PAUSE] = {"no-pause", 0, NULL, "do not wait for a key at the end",
		"終了時にキー入力を待たない"},
	[OPTION_VERSION] = {"version", 0, NULL, "print the version", "版を表示する"},
	[OPTION_HELP] = {"help", 'h', NULL, "print this help", "このヘルプを表示する"},
};

struct command_line {
	const char *values[OPTION_COUNT]; /* "" for an option without argument */
	struct text_list paths, domains;
};

void complain(const char *text)
{
	file_tell("actdx-collect: %s\n", text);
}

void print_out(struct out *out)
{
	if (!file_print(stdout, out->at, out->size))
		machine_failed("cannot write to standard output");
	out_free(out);
}

static void add_text(struct arena *arena, struct text_list *list, const char *text)
{
	list->at = arena_grow(arena, list->at, list->count, &list->room, sizeof *list->at);
	list->at[list->count++] = text;
}

static bool usage(const char *problem)
{
	complain(problem);
	file_tell("Try actdx-collect --help.\n");
	return false;
}

/* --only and --skip may be repeated: their lists are joined. */
static const char *join(struct arena *arena, const char *list, const char *more)
{
	return list ? arena_format(arena, "%s,%s", list, more) : more;
}

static bool read_arguments(
	struct arena *arena, int count, char **arguments, struct command_line *line)
{
	struct options options = options_of(specs, OPTION_COUNT, count, arguments);
	for (int which; (which = options_next(&options)) != OPTIONS_END;) {
		if (which == OPTIONS_BAD)
			return usage(options.problem);
		if (which == OPTIONS_OPERAND)
			return usage("takes no file names; a folder of files is given with --from");
		if (which == OPTION_PATH)
			add_text(arena, &line->paths, options.value);
		else if (which == OPTION_DOMAIN)
			add_text(arena, &line->domains, options.value);
		else if (which == OPTION_ONLY || which == OPTION_SKIP)
			line->values[which] = join(arena, line->values[which], options.value);
		else
			line->values[which] = options.value ? options.value : "";
	}
	return true;
}

static const char examples_en[] =
	"actdx-collect packs evidence about Windows activation into one file to send.\n\n"
	"Examples\n"
	"  actdx-collect --script > collect.cmd   a script for the PC that does not activate\n"
	"  actdx-collect --from FOLDER            pack what was gathered, as actdx-....zip\n"
	"  actdx-collect --from FOLDER --dry-run  see what goes where, write nothing\n"
	"  actdx-collect --list                   what there is to collect, and what for\n\n"
	"Options\n";
static const char examples_ja[] =
	"actdx-collect は Windows ライセンス認証の調査資料を 1 つのファイルにまとめます。\n\n"
	"使用例\n"
	"  actdx-collect --script > collect.cmd   認証できない PC で実行するスクリプトを作る\n"
	"  actdx-collect --from FOLDER            集めたファイルを actdx-....zip にまとめる\n"
	"  actdx-collect --from FOLDER --dry-run  何がどこに入るかを見る(書き込まない)\n"
	"  actdx-collect --list                   収集項目とその目的\n\n"
	"オプション\n";
static const char exits_en[] =
	"\nExit status: 0 complete, 1 sealed but something is not in it, 2 wrong usage,\n"
	"3 no bundle could be written, 130 interrupted (what there was is sealed).\n";
static const char exits_ja[] =
	"\n終了コード: 0 完了、1 作成したが収録できないものがあった、2 使い方の誤り、\n"
	"3 作成できなかった、130 中断(それまでの分は作成済み)\n";

static enum exit_code print_help(bool ja)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	out_text(&out, ja ? examples_ja : examples_en);
	options_help(&out, specs, OPTION_COUNT, ja);
	out_text(&out, ja ? exits_ja : exits_en);
	print_out(&out);
	return EXIT_COMPLETE;
}

static enum exit_code print_version(void)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	out_text(&out, "actdx-collect " ACTDX_VERSION "\n");
	print_out(&out);
	return EXIT_COMPLETE;
}

static bool choose_language(const struct command_line *line, bool *in_japanese)
{
	const char *code = line->values[OPTION_LANG];
	*in_japanese = code ? strcmp(code, "ja") == 0 : machine_speaks_japanese();
	if (code && !*in_japanese && strcmp(code, "en") != 0)
		return usage("--lang takes en or ja");
	return true;
}

/* Options that would be read and then do nothing are mistakes, and are said to be. */
static bool check_combination(const struct command_line *line)
{
	const char *const *values = line->values;
	if (values[OPTION_REQUEST] && (values[OPTION_ONLY] || values[OPTION_FROM]))
		return usage(
			"--request says itself what to collect, on the machine: without --only "
			"and --from");
	if (values[OPTION_FROM] && (line->paths.count || line->domains.count))
		return usage(
			"--path and --domain say where to look on a Windows machine; they mean "
			"nothing with --from");
	if (values[OPTION_OUTPUT] && (values[OPTION_SCRIPT] || values[OPTION_LIST]))
		return usage("--output names the bundle; --script and --list print, so use > FILE");
	if (values[OPTION_FROM] && values[OPTION_SCRIPT])
		return usage("--from packs files, --script prints a script: choose one");
	for (size_t i = 0; i < 2; i++) {
		const char *id = values[i ? OPTION_SKIP : OPTION_ONLY];
		if (id && !*id)
			return usage(i ? "--skip needs an id; --list shows them"
				       : "--only needs an id; --list shows them");
	}
	return true;
}

/* "30d", "12h", "10M": a number and one letter. */
static bool scan_amount(
	const char *text, const char *letters, const uint64_t *units, uint64_t *amount)
{
	struct str number = str_of(text);
	int64_t value;
	if (number.size < 2)
		return false;
	const char *letter = strchr(letters, char_lower(number.at[number.size - 1]));
	number = str_slice(number, 0, number.size - 1);
	if (!letter || number.size > 6 || !scan_number(number, &value) || value <= 0)
		return false;
	*amount = (uint64_t)value * units[letter - letters];
	return true;
}

#define MAX_SIZE_LEAST (256 * KIB)

static bool read_amounts(const struct command_line *line, struct settings *settings)
{
	static const uint64_t seconds[] = {86400, 3600}, bytes[] = {MIB, KIB};
	const char *since = line->values[OPTION_SINCE], *size = line->values[OPTION_MAX_SIZE];
	uint64_t amount = 0;
	if (since && !scan_amount(since, "dh", seconds, &amount))
		return usage("--since takes a number of days or hours, such as 30d or 12h");
	settings->since_seconds = (int64_t)amount;
	settings->max_bytes = LIMIT_MAIL_BYTES;
	if (size &&
		(!scan_amount(size, "mk", bytes, &settings->max_bytes) ||
			settings->max_bytes < MAX_SIZE_LEAST))
		return usage("--max-size takes a size of 256K or more, such as 5M");
	return true;
}

static bool read_request(struct command_line *line, struct settings *settings, const char **problem)
{
	struct request request;
	if (!line->values[OPTION_REQUEST])
		return true;
	if (!request_read(settings->arena, line->values[OPTION_REQUEST], &request, problem))
		return false;
	line->values[OPTION_ONLY] = request.only;
	settings->parent = request.parent;
	settings->requested = true;
	for (size_t i = 0; i < request.domains.count; i++)
		add_text(settings->arena, &line->domains, request.domains.at[i]);
	for (size_t i = 0; i < request.paths.count; i++)
		add_text(settings->arena, &line->paths, request.paths.at[i]);
	return true;
}

/* Asked for twice, for nobody sees what is typed. */
static bool ask_passphrase(struct settings *settings)
{
	bool ja = settings->in_japanese;
	char *once = machine_ask_secret(word_in(WORD_LIVE_PASSPHRASE, ja));
	if (!once)
		return usage("--encrypt asks for a passphrase, and there is nobody to ask; give it "
			     "with --passphrase-file");
	char *again = machine_ask_secret(word_in(WORD_LIVE_PASSPHRASE_AGAIN, ja));
	bool same = again && *once && strcmp(once, again) == 0;
	settings->passphrase = arena_copy(settings->arena, str_of(once)).at;
	const char *problem = *once ? "the passphrases differ" : "the passphrase is empty";
	free(once);
	free(again);
	return same || usage(problem);
}

static bool read_passphrase(const struct command_line *line, struct settings *settings)
{
	const char *file = line->values[OPTION_PASSPHRASE_FILE], *problem = NULL;
	if (!file)
		return !line->values[OPTION_ENCRYPT] || ask_passphrase(settings);
	settings->passphrase = secret_of_file(settings->arena, file, &problem);
	return settings->passphrase || usage(problem);
}

static enum exit_code run(const struct command_line *line, struct settings *settings)
{
	const char *const *values = line->values;
	if (values[OPTION_LIST])
		return list_items(settings);
	if (values[OPTION_SCRIPT])
		return print_script(settings);
	if (values[OPTION_FROM])
		return pack(settings, values[OPTION_DRY_RUN] != NULL);
	if (values[OPTION_DRY_RUN])
		return list_plan(settings);
	if (host_can_collect()) {
		const char *problem = plan_problem(&settings->domains, &settings->paths);
		if (!problem)
			return collect(settings);
		(void)usage(problem);
		return EXIT_USAGE;
	}
	(void)usage(
		"collecting needs Windows.\n"
		"  Run actdx-collect.exe on the PC; or print a script for it with --script, then "
		"pack its folder with --from.");
	return EXIT_USAGE;
}

static enum exit_code start(struct arena *arena, int count, char **arguments)
{
	struct command_line line = {0};
	struct settings settings = {.arena = arena};
	const char *problem = NULL;
	if (!read_arguments(arena, count, arguments, &line) ||
		!choose_language(&line, &settings.in_japanese))
		return EXIT_USAGE;
	if (line.values[OPTION_HELP])
		return print_help(settings.in_japanese);
	if (line.values[OPTION_VERSION])
		return print_version();
	if (!check_combination(&line))
		return EXIT_USAGE;
	if (!read_request(&line, &settings, &problem) ||
		!selection_of(arena, line.values[OPTION_ONLY], line.values[OPTION_SKIP],
			&settings.selection, &problem)) {
		(void)usage(problem);
		return EXIT_USAGE;
	}
	settings.output = line.values[OPTION_OUTPUT];
	settings.from = line.values[OPTION_FROM];
	settings.paths = line.paths;
	settings.domains = line.domains;
	settings.quiet = line.values[OPTION_QUIET] != NULL;
	settings.no_pause = line.values[OPTION_NO_PAUSE] != NULL;
	if (!read_amounts(&line, &settings) || !read_passphrase(&line, &settings))
		return EXIT_USAGE;
	return run(&line, &settings);
}

int main(int argc, char **argv)
{
	machine_failed_as("actdx-collect", EXIT_NO_BUNDLE);
	machine_arguments(&argc, &argv);
	struct arena *arena = arena_new();
	enum exit_code status = start(arena, argc ? argc - 1 : 0, argv + 1);
	arena_free(arena);
	return (int)status;
}
