/*
 * Word scramble: does a verdict hang on words that Windows translates?
 *
 *   scramble [--list | --show | --seed N] [ID...]
 *
 * Every case of samples/cases is judged once as it is and once for each of six scripts, with every word of a tool that
 * speaks the language of Windows replaced by random letters of that script. The verdict and the root cause must stay the
 * same. What never is translated stays: see `spoken` below and scramble_words.c.
 *
 * Some tools tell what decides in words alone. Such cases are listed in `exceptions`, with the reason; what they may lose
 * is the cause, and unless the list says so they may not name another one. --list prints every case that changes, --show
 * the texts in Greek letters, --seed takes other letters.
 */
#include "cases.h"
#include "scramble_words.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parsers of tools that are translated. All others read what is the same everywhere: objects of PowerShell, XML, JSON,
 * registry and policy exports, logs that Microsoft writes in English, and tools that come in English only
 * (ospp.vbs, dsregcmd, nltest). */
struct tongue {
	const char *parser;
	const char *kept;    /* phrases that stay English inside a translated output */
	bool labels;         /* only what stands before a colon is */
	bool identifiers;    /* names of values stand between */
	const char *english; /* an output with one of these is of a tool that is not translated */
};

static const struct tongue spoken[] = {
	{"slmgr"},
	/* The resource records and the end of an error are constants of nslookup.exe, its labels are not. */
	{"nslookup",
		"Address|Addresses|Aliases|SRV service location|priority|weight|port|svr hostname|"
		"internet address|AAAA IPv6 address|Non-existent domain|timed-out|No response from server|"
		"Query refused|Server failed|No records|Unspecified error|DNS request timed out|"
		"timeout was|seconds|primary name server|responsible mail addr|serial|refresh|retry|"
		"expire|default TTL|mins|min|hours|hour|days|day|UnKnown",
		.english = "NameTarget|QueryType" /* Resolve-DnsName */},
	{"tcp_probe", .english = "ComputerName|Querying target system|TcpTestSucceeded"},
	{"w32tm"},
	{"icacls"},
	{"takeown"},
	{"whoami"},
	/* Spanish Windows translates the labels, none the constants behind them. */
	{"sc", .labels = true},
	/* What a driver calls its device. */
	{"ipconfig", "TAP|VPN|Adapter V|Ethernet Connection"},
	{"systeminfo"},
	{"route"},
	/* The names of the two policies of a profile. */
	{"advfirewall",
		"BlockInbound|AllowInbound|BlockInboundAlways|AllowOutbound|BlockOutbound|Ok"},
	{"winhttp"},
	{"audit_policy"},
	{"locks"},
	{"servicing"},
	{"disk"},
	{"gpresult", "RSOP", .identifiers = true},
	{"wmi_repository"},
	{"file_errors"},
	{"registry"},
};

/* What tools say in words alone, without a number, an order or a form that tells the same. */
#define LICENSED "slmgr: a licence without an end is licensed or is not, by one word"
#define GRACE "slmgr: minutes left of a licence or of a grace period, by one word"
#define PUBLISHES "slmgr: whether a KMS host publishes itself, by one word"
#define FIREWALL "netsh and gpresult: direction and action of a rule, by words"
#define SERVICING "DISM and SFC: what was found, by a sentence without a code"
#define MESSAGE "a message of Windows without its number is all that was printed"

struct exception {
	const char *id, *variant, *why;
	/* What may be named instead: a cause that stands beside the lost one, or "healthy". */
	const char *instead;
};

static const struct exception exceptions[] = {
	{"avma", "not-licensed", LICENSED},
	{"client-firewall", "found", FIREWALL},
	{"client-firewall", "found-beside-stale-record", FIREWALL, "srv-stale"},
	{"client-firewall", "found-gpresult-de", FIREWALL},
	{"client-firewall", "found-service-bound", FIREWALL},
	{"component-corrupt", "found", SERVICING},
	{"esu-add-on-only", "found", LICENSED, "healthy"},
	{"esu-add-on-only", "found-attempt", LICENSED, "healthy"},
	{"execution-control-blocks", "found-de-console", MESSAGE},
	{"generic-retail-key", "not-digital-licence", LICENSED},
	{"healthy", "found-kms-host", LICENSED},
	{"healthy", "found-mak-licensed", LICENSED},
	{"kms-host-firewall", "found", FIREWALL},
	{"kms-host-firewall", "found-block-rule", FIREWALL},
	{"kms-host-licence-expired", "not-host-licensed", LICENSED, "kms-host-not-activated"},
	{"rearm-exhausted", "missing", GRACE},
	{"registry-acl", "found-no-profile", MESSAGE},
	{"script-host-blocked", "found-no-vbscript", SERVICING},
	{"srv-registration-refused", "found", PUBLISHES},
	{"subscription-activation", "not-signed-in", LICENSED},
	{"temp-not-writable", "found-no-folder", MESSAGE},
	{"trusted-store-tampered", "not-restart-pending", SERVICING},
};

struct run {
	struct arena *arena;
	struct case_rules rules;
	bool list, show;
	uint64_t seed;
	unsigned cases, tried, same, excused, failures;
};

struct attempt {
	struct inputs inputs;
	struct case_file file;
	struct diagnosis found;
};

static bool has_any(const struct lines *lines, const char *list)
{
	for (struct str rest = str_of(list ? list : ""), word; rest.size;) {
		word = str_cut(&rest, '|');
		for (size_t i = 0; i < lines->count; i++)
			if (str_has(lines->at[i].text, word))
				return true;
	}
	return false;
}

/* The language of the tool that printed this; NULL when it has none but English. */
static const struct tongue *tongue_of(const struct evidence *evidence)
{
	if (!evidence->parser || evidence->lines.count == 0)
		return NULL;
	for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
		if (strcmp(evidence->parser->name, spoken[i].parser) == 0)
			return has_any(&evidence->lines, spoken[i].english) ? NULL : &spoken[i];
	return NULL;
}

static bool lies_in(struct str part, struct str whole)
{
	return part.at >= whole.at && part.at + part.size <= whole.at + whole.size;
}

/* Names, types and data of the registry are what the key holds; reg.exe's own words stand beside them. */
static bool is_data(const struct evidence *evidence, struct str line)
{
	return strcmp(evidence->parser->name, "registry") == 0 &&
		(str_has(line, STR("REG_")) || str_has(line, STR("HKEY_")));
}

/* Everything of `text` that is not among the lines stays. */
static void scramble_evidence(struct scrambler *scrambler, struct out *out, struct str text,
	const struct evidence *evidence, const struct tongue *tongue, const char **done)
{
	for (size_t i = 0; i < evidence->lines.count; i++) {
		struct str raw = evidence->lines.at[i].raw;
		if (!lies_in(raw, text) || raw.at < *done || is_data(evidence, raw))
			continue;
		out_str(out, (struct str){*done, (size_t)(raw.at - *done)});
		size_t colon = tongue->labels ? str_find_char(raw, ':') : STR_NONE;
		if (colon != STR_NONE)
			raw = str_slice(raw, 0, colon + 1);
		scramble_line(scrambler, out, raw);
		*done = raw.at + raw.size;
	}
}

static void scramble_member(struct member *member, const struct case_file *file,
	const struct reading *reading, struct scrambler scrambler)
{
	struct str text = reading->text.utf8;
	const char *done = text.at;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < reading->count; i++) {
		const struct evidence *evidence = &file->evidence[reading->first + i];
		struct str first = lines_text(&evidence->lines, 0);
		scrambler.markup = str_starts(str_trim(first), STR("<"));
		const struct tongue *tongue = tongue_of(evidence);
		if (!tongue || str_starts(str_trim(first), STR("<?xml")))
			continue;
		scrambler.kept = tongue->kept;
		scrambler.identifiers = tongue->identifiers;
		scramble_evidence(&scrambler, &out, text, evidence, tongue, &done);
	}
	out_str(&out, (struct str){done, (size_t)(text.at + text.size - done)});
	struct str made = out_view(&out);
	uint8_t *data = malloc(made.size + 1);
	if (!data)
		machine_failed("memory");
	memcpy(data, made.at, made.size);
	free((void *)(uintptr_t)member->data.at);
	member->data = (struct bytes){data, made.size};
	member->size = made.size;
	out_free(&out);
}

static void open_case(struct arena *arena, const char *path, struct attempt *attempt)
{
	const char *problem = NULL;
	*attempt = (struct attempt){.inputs = inputs_new(arena, 1)};
	if (!input_read(&attempt->inputs, path, &problem)) {
		fprintf(stderr, "%s: %s\n", path, problem ? problem : "cannot be read");
		exit(1);
	}
}

static void judge(const struct run *run, struct arena *arena, struct attempt *attempt)
{
	attempt->file = case_file_read(arena, &attempt->inputs);
	attempt->found =
		diagnose(arena, &attempt->file, &run->rules.vocabulary, &run->rules.knowledge);
}

static void scramble_case(const struct run *run, struct arena *arena, const char *path,
	const struct attempt *plain, struct scrambler scrambler, struct attempt *attempt)
{
	open_case(arena, path, attempt);
	for (size_t i = 0; i < attempt->inputs.count; i++)
		if (plain->file.readings[i].count > 0)
			scramble_member(&attempt->inputs.members[i], &plain->file,
				&plain->file.readings[i], scrambler);
	judge(run, arena, attempt);
}

static const char *root_of(struct arena *arena, const struct diagnosis *found)
{
	const struct finding *root = diagnosis_first(found, ROLE_ROOT);
	return root ? arena_format(arena, "%.*s", STR_PRINT(root->cause->id)) : "";
}

static const struct exception *exception_of(struct case_name name)
{
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
		if (str_equal(name.id, str_of(exceptions[i].id)) &&
			str_equal(name.variant, str_of(exceptions[i].variant)))
			return &exceptions[i];
	return NULL;
}

/* A case that is excepted may lose its verdict, but not for a wrong one. */
static bool is_excused(const struct exception *exception, const struct diagnosis *plain,
	const struct diagnosis *scrambled)
{
	const struct finding *root = diagnosis_first(scrambled, ROLE_ROOT);
	if (!exception)
		return false;
	if (exception->instead && root)
		return str_equal(root->cause->id, str_of(exception->instead));
	if (scrambled->verdict == VERDICT_HEALTHY && plain->verdict != VERDICT_HEALTHY)
		return exception->instead && strcmp(exception->instead, "healthy") == 0;
	return !root;
}

/* True when the verdict is the same. */
static bool compare(struct run *run, struct arena *arena, struct case_name name, unsigned script,
	const struct diagnosis *plain, const struct diagnosis *scrambled)
{
	const char *before = root_of(arena, plain), *after = root_of(arena, scrambled);
	run->tried++;
	if (plain->verdict == scrambled->verdict && strcmp(before, after) == 0) {
		run->same++;
		return true;
	}
	const struct exception *exception = exception_of(name);
	bool excused = is_excused(exception, plain, scrambled);
	run->excused += excused;
	run->failures += !excused;
	if (run->list || !excused)
		fprintf(stderr, "%.*s/%.*s: %s letters: %s %s becomes %s %s%s%s\n",
			STR_PRINT(name.id), STR_PRINT(name.variant), script_names[script],
			verdict_words[plain->verdict], before, verdict_words[scrambled->verdict],
			after, exception ? ": " : "", exception ? exception->why : "");
	return false;
}

/* The list of exceptions only shrinks. */
static void check_exception(struct run *run, struct case_name name, unsigned same)
{
	if (!exception_of(name) || same < SCRIPT_COUNT)
		return;
	fprintf(stderr, "%.*s/%.*s: is no exception any more\n", STR_PRINT(name.id),
		STR_PRINT(name.variant));
	run->failures++;
}

static void show_case(const struct run *run, struct case_name name)
{
	struct arena *arena = arena_new();
	struct attempt plain, attempt;
	const char *path = case_path(arena, name.id, name.variant);
	open_case(arena, path, &plain);
	judge(run, arena, &plain);
	scramble_case(run, arena, path, &plain, (struct scrambler){.script = 2}, &attempt);
	for (size_t i = 0; i < attempt.inputs.count; i++) {
		struct bytes data = attempt.inputs.members[i].data;
		printf("### %s: %s\n%.*s", path, attempt.inputs.members[i].name, (int)data.size,
			(const char *)data.at);
	}
	inputs_free(&attempt.inputs);
	inputs_free(&plain.inputs);
	arena_free(arena);
}

static void check_case(struct run *run, struct case_name name)
{
	struct arena *arena = arena_new();
	struct attempt plain;
	const char *path = case_path(arena, name.id, name.variant);
	open_case(arena, path, &plain);
	judge(run, arena, &plain);
	run->cases++;
	unsigned same = 0;
	uint64_t seed = run->seed;
	for (size_t i = 0; i < name.variant.size; i++)
		seed = seed * 31 + (unsigned char)name.variant.at[i];
	for (unsigned script = 0; script < SCRIPT_COUNT; script++) {
		struct attempt attempt;
		struct scrambler scrambler = {.script = script, .seed = seed};
		scramble_case(run, arena, path, &plain, scrambler, &attempt);
		same += compare(run, arena, name, script, &plain.found, &attempt.found);
		inputs_free(&attempt.inputs);
	}
	check_exception(run, name, same);
	inputs_free(&plain.inputs);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	machine_failed_as("scramble", 1);
	struct run run = {.arena = arena_new()};
	struct case_list list;
	argv += argc > 0;
	if (*argv && strcmp(*argv, "--list") == 0)
		run.list = true, argv++;
	else if (*argv && strcmp(*argv, "--show") == 0)
		run.show = true, argv++;
	else if (*argv && strcmp(*argv, "--seed") == 0 && argv[1])
		run.seed = strtoull(argv[1], NULL, 10), argv += 2;
	if (!case_rules_load(run.arena, &run.rules) || !case_list_read(run.arena, &list))
		return 1;
	for (size_t i = 0; i < list.count; i++)
		if (!case_is_wanted(list.at[i].id, argv))
			continue;
		else if (run.show)
			show_case(&run, list.at[i]);
		else
			check_case(&run, list.at[i]);
	if (!run.show)
		printf("%u cases in %u scripts: %u of %u verdicts stay, %u may change, %u failed\n",
			run.cases, SCRIPT_COUNT, run.same, run.tried, run.excused, run.failures);
	arena_free(run.arena);
	return run.failures != 0 || (run.cases == 0 && !run.show);
}
