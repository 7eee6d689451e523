/*
 * actdx-collect: the command line.
 */
#include "settings.h"

#include "base/fail.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/options.h"

#include <stdio.h>
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
	[OPTION_REQUEST] = {"request", 0, "FILE",
		"collect what the engineer asks for (not in this version)",
		"依頼ファイルに従って収集する(この版では未対応)"},
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
	fprintf(stderr, "actdx-collect: %s\n", text);
}

void print_out(struct out *out)
{
	if (fwrite(out->at, 1, out->size, stdout) != out->size || fflush(stdout) != 0)
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
	fputs("Try actdx-collect --help.\n", stderr);
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
	if (values[OPTION_REQUEST])
		return usage(
			"this version does not read requests; use --only with the ids it names");
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
	(void)usage("collecting needs Windows, and this version does not do it by itself yet.\n"
		    "  Print a script for the PC with --script, then pack its folder with --from.");
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
	if (!selection_of(arena, line.values[OPTION_ONLY], line.values[OPTION_SKIP],
		    &settings.selection, &problem)) {
		(void)usage(problem);
		return EXIT_USAGE;
	}
	settings.output = line.values[OPTION_OUTPUT];
	settings.from = line.values[OPTION_FROM];
	settings.paths = line.paths;
	settings.domains = line.domains;
	settings.quiet = line.values[OPTION_QUIET] != NULL;
	return run(&line, &settings);
}

int main(int argc, char **argv)
{
	machine_failed_as("actdx-collect", EXIT_NO_BUNDLE);
	struct arena *arena = arena_new();
	enum exit_code status = start(arena, argc ? argc - 1 : 0, argv + 1);
	arena_free(arena);
	return (int)status;
}
