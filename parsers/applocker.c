/*
 * AppLocker policies as XML: Get-AppLockerPolicy -Xml, exports of the policy editor, files in a GPO
 * (other-formats, "AppLocker policy XML").
 *
 *     <AppLockerPolicy Version="1">
 *       <RuleCollection Type="Exe" EnforcementMode="Enabled">
 *         <FilePathRule Id="..." Name="..." UserOrGroupSid="S-1-1-0" Action="Allow">
 *           <Conditions><FilePathCondition Path="%WINDIR%\*"/></Conditions>
 *           <Exceptions>...</Exceptions>
 *         </FilePathRule>
 *
 * Nothing in it is translated but names and descriptions. PowerShell writes it all into one line. Elements that are not
 * known stand for conditions that nobody can judge ("other"). A rule's conditions follow it in the list of facts.
 */
#include "parser.h"
#include "xml.h"

#include "base/limits.h"

static const struct fact_kind applocker_collection = {
	.name = "applocker-collection",
	.says = "AppLocker's rules for one type of file",
	.fields =
		{
			{"type", FACT_WORD, "what it is about", "exe|dll|script|msi|appx|other",
				FACT_KEY},
			{"enforcement", FACT_WORD,
				"not-configured with rules means enforced, unless a policy above it says audit-only",
				"not-configured|audit-only|enabled"},
			{"rules", FACT_NUMBER, "how many; without any, every file may run"},
			{"services", FACT_FLAG, "services and other processes of no user, too"},
			{"system-apps", FACT_FLAG, "code that is part of Windows is allowed, too"},
			{"whole", FACT_FLAG, "no: the file was cut off within it"},
			{"scope", FACT_WORD,
				"effective: in force, policies merged; local: this machine's own; file: exported, "
				"perhaps not in force",
				"effective|local|domain|file"},
			{0},
		},
};

static const struct fact_kind applocker_rule = {
	.name = "applocker-rule",
	.says = "one rule of AppLocker",
	.fields =
		{
			{"id", FACT_GUID, "its id", NULL, FACT_KEY},
			{"collection", FACT_WORD, "type of file it is about",
				"exe|dll|script|msi|appx|other"},
			{"type", FACT_WORD, "how it knows a file", "publisher|path|hash|other"},
			{"action", FACT_WORD, "deny wins over allow", "allow|deny"},
			{"sid", FACT_TEXT, "user or group it is for"},
			{"name", FACT_TEXT, "as its author called it"},
			{0},
		},
};

static const struct fact_kind applocker_condition = {
	.name = "applocker-condition",
	.says = "a condition or an exception of the AppLocker rule above it",
	.fields =
		{
			{"rule", FACT_GUID, "id of the rule", NULL, FACT_KEY},
			{"part", FACT_WORD, "which of the two", "condition|exception"},
			{"type", FACT_WORD, "how it knows a file", "publisher|path|hash|other"},
			{"path", FACT_TEXT, "with AppLocker's own variables and wildcards"},
			{"publisher", FACT_TEXT, "the signer, or *"},
			{"product", FACT_TEXT, "product name in the file, or *"},
			{"binary", FACT_TEXT, "original file name in the file, or *"},
			{"low", FACT_TEXT, "lowest version, or *"},
			{"high", FACT_TEXT, "highest version, or *"},
			{"file", FACT_TEXT, "name of the file that a hash was taken from"},
			{0},
		},
};

static const struct str root_tag = STR_INIT("<AppLockerPolicy");

static bool opens(const struct lines *lines, size_t i)
{
	return str_has(lines_text(lines, i), root_tag);
}

/* How far a tag is looked for in a line that holds a whole policy. */
#define TAG_WINDOW (64 * KIB)

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct xml *xml;
	struct str text;     /* what is left behind the last tag cited */
	unsigned first_line; /* physical line that the policy begins in */
	size_t next_line;    /* at which the search for a line stands */
	const char *scope;
	struct fact *collection, *rule, *condition;
	struct str collection_type, rule_id;
	int64_t rules;
	unsigned depth;
	bool in_exceptions;
};

/* The line that the current element stands in; in a line of many elements, its tag alone. */
static const struct line *line_here(struct reading *r, struct str element)
{
	const struct lines *lines = &r->evidence->lines;
	unsigned physical = r->first_line + xml_line(r->xml) - 1;
	while (r->next_line + 1 < lines->count && lines->at[r->next_line].last < physical)
		r->next_line++;
	const struct line *line = &lines->at[r->next_line];
	if (line->raw.size <= LIMIT_QUOTE_BYTES)
		return line;
	struct str rest = r->text;
	if (line->raw.at > rest.at)
		rest = str_from(rest, (size_t)(line->raw.at - rest.at));
	rest = str_slice(rest, 0, TAG_WINDOW);
	char *tag = arena_format(r->facts->arena, "<%.*s", STR_PRINT(element));
	size_t at = str_find(rest, str_of(tag)), end;
	if (at == STR_NONE || (end = str_find_char(str_from(rest, at), '>')) == STR_NONE)
		return line;
	struct line *part = arena_alloc(r->facts->arena, sizeof *part);
	*part = *line;
	part->raw = part->text = str_slice(rest, at, at + end + 1);
	r->text = str_from(r->text, (size_t)(rest.at - r->text.at) + at + end + 1);
	return part;
}

static struct str attribute(const struct reading *r, const char *name)
{
	struct str value;
	return xml_attribute(r->xml, name, &value) ? value : STR("");
}

static void put_attribute(
	const struct reading *r, struct fact *fact, const char *field, const char *name)
{
	struct str value = attribute(r, name);
	if (value.size)
		fact_put(r->facts, fact, NULL, field, value);
}

struct word {
	struct str name;
	const char *word;
};

static const struct word enforcements[] = {
	{STR_INIT("NotConfigured"), "not-configured"},
	{STR_INIT("AuditOnly"), "audit-only"},
	{STR_INIT("Enabled"), "enabled"},
};

static const struct word rule_types[] = {
	{STR_INIT("FilePublisherRule"), "publisher"},
	{STR_INIT("FilePathRule"), "path"},
	{STR_INIT("FileHashRule"), "hash"},
	{STR_INIT("FilePublisherCondition"), "publisher"},
	{STR_INIT("FilePathCondition"), "path"},
	{STR_INIT("FileHashCondition"), "hash"},
};

static const char *word_of(const struct word *words, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(words[i].name, name))
			return words[i].word;
	return NULL;
}

#define WORD_OF(table, name) word_of(table, sizeof(table) / sizeof *(table), name)

static void start_collection(struct reading *r)
{
	struct str type = attribute(r, "Type");
	if (!str_in_list(type, "exe|dll|script|msi|appx"))
		type = STR("other");
	r->collection_type = type;
	r->rules = 0;
	r->collection =
		fact_add(r->facts, &applocker_collection, line_here(r, STR("RuleCollection")));
	fact_put(r->facts, r->collection, NULL, "type", type);
	fact_put(r->facts, r->collection, NULL, "scope", str_of(r->scope));
	const char *enforcement = WORD_OF(enforcements, attribute(r, "EnforcementMode"));
	if (enforcement)
		fact_put(r->facts, r->collection, NULL, "enforcement", str_of(enforcement));
}

static void start_rule(struct reading *r, struct str element)
{
	const char *type = WORD_OF(rule_types, element);
	if (str_equal(element, STR("RuleCollectionExtensions")))
		return;
	r->rules++;
	r->rule = fact_add(r->facts, &applocker_rule, line_here(r, element));
	r->in_exceptions = false;
	r->rule_id = attribute(r, "Id");
	fact_put(r->facts, r->rule, NULL, "id", r->rule_id);
	fact_put(r->facts, r->rule, NULL, "collection", r->collection_type);
	fact_put(r->facts, r->rule, NULL, "type", str_of(type ? type : "other"));
	struct str action = attribute(r, "Action");
	if (str_in_list(action, "allow|deny"))
		fact_put(r->facts, r->rule, NULL, "action", action);
	put_attribute(r, r->rule, "sid", "UserOrGroupSid");
	put_attribute(r, r->rule, "name", "Name");
}

static void start_condition(struct reading *r, struct str element)
{
	const char *type = WORD_OF(rule_types, element);
	r->condition = fact_add(r->facts, &applocker_condition, line_here(r, element));
	fact_put(r->facts, r->condition, NULL, "rule", r->rule_id);
	fact_put(r->facts, r->condition, NULL, "part",
		r->in_exceptions ? STR("exception") : STR("condition"));
	fact_put(r->facts, r->condition, NULL, "type", str_of(type ? type : "other"));
	put_attribute(r, r->condition, "path", "Path");
	put_attribute(r, r->condition, "publisher", "PublisherName");
	put_attribute(r, r->condition, "product", "ProductName");
	put_attribute(r, r->condition, "binary", "BinaryName");
}

/* BinaryVersionRange of a publisher, FileHash of a hash: a hash of several files is several conditions. */
static void start_detail(struct reading *r, struct str element)
{
	if (str_equal(element, STR("BinaryVersionRange"))) {
		put_attribute(r, r->condition, "low", "LowSection");
		put_attribute(r, r->condition, "high", "HighSection");
	} else if (str_equal(element, STR("FileHash"))) {
		if (fact_is_set(r->condition, "file"))
			start_condition(r, STR("FileHashCondition"));
		put_attribute(r, r->condition, "file", "SourceFileName");
	}
}

/* ThresholdExtensions/Services and RedstoneExtensions/SystemApps, Windows 10 and later. */
static void start_extension(struct reading *r, struct str element)
{
	bool services = str_equal(element, STR("Services"));
	if (services && str_equal_nocase(attribute(r, "EnforcementMode"), STR("Enabled")))
		fact_put_flag(r->facts, r->collection, NULL, "services", true);
	if (str_equal(element, STR("SystemApps")) &&
		str_equal_nocase(attribute(r, "Allow"), STR("Enabled")))
		fact_put_flag(r->facts, r->collection, NULL, "system-apps", true);
}

/* Depth 1 is the policy, 2 a collection, 3 a rule, 4 its conditions or exceptions, 5 one of them, 6 and 7 what it
 * holds. */
static void start(struct reading *r, struct str element)
{
	if (r->depth == 2 && str_equal(element, STR("RuleCollection")))
		start_collection(r);
	else if (r->collection && r->depth == 3)
		start_rule(r, element);
	else if (r->rule && r->depth == 4)
		r->in_exceptions = str_equal(element, STR("Exceptions"));
	else if (r->rule && r->depth == 5)
		start_condition(r, element);
	else if (r->condition && r->depth > 5)
		start_detail(r, element);
	else if (r->collection && !r->rule && r->depth == 5)
		start_extension(r, element);
}

static void end_collection(struct reading *r, bool whole)
{
	fact_put_number(r->facts, r->collection, NULL, "rules", r->rules);
	fact_put_flag(r->facts, r->collection, NULL, "whole", whole);
	r->collection = NULL;
}

static void end(struct reading *r)
{
	if (r->depth == 5)
		r->condition = NULL;
	else if (r->depth == 3)
		r->rule = NULL;
	else if (r->depth == 2 && r->collection)
		end_collection(r, true);
}

static const char *scope_of(struct str command)
{
	return command_has(command, "effective") ? "effective"
		: command_has(command, "local")  ? "local"
		: command_has(command, "domain") ? "domain"
						 : "file";
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	if (lines->count == 0)
		return;
	const struct str *first = &lines->at[0].raw, *last = &lines->at[lines->count - 1].raw;
	struct str all = {first->at, (size_t)(last->at - first->at) + last->size};
	size_t root = str_find(all, root_tag);
	if (root == STR_NONE)
		return;
	struct reading r = {.evidence = evidence,
		.facts = facts,
		.text = all,
		.scope = scope_of(evidence->origin.command)};
	while (r.next_line + 1 < lines->count && lines->at[r.next_line + 1].raw.at <= all.at + root)
		r.next_line++;
	r.first_line = lines->at[r.next_line].number;
	r.xml = xml_open(facts->arena, str_from(all, root));
	for (enum xml_event what; (what = xml_next(r.xml)) != XML_DONE && what != XML_ERROR;) {
		if (what == XML_START) {
			r.depth++;
			start(&r, xml_name(r.xml));
		} else if (what == XML_END) {
			end(&r);
			if (--r.depth == 0)
				break;
		}
	}
	if (r.depth > 0 || xml_refused(r.xml))
		facts_stop(facts, line_here(&r, STR("")), xml_problem(r.xml), xml_refused(r.xml));
	if (r.collection)
		end_collection(&r, false);
	xml_free(r.xml);
}

static const struct fact_kind *const kinds[] = {
	&applocker_collection, &applocker_rule, &applocker_condition, NULL};

const struct parser parser_applocker = {
	.name = "applocker",
	.says = "AppLocker policies as XML",
	.source = "applocker-policy",
	.commands = "Get-AppLockerPolicy",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
