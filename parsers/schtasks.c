/*
 * The licensing service's scheduled tasks: schtasks /query, with /v as list or CSV, or with /xml (network-time, section 4).
 *
 *     HostName:                             PC042
 *     TaskName:                             \Microsoft\Windows\SoftwareProtectionPlatform\SvcRestartTask
 *     Next Run Time:                        11/25/2026 5:14:02 PM
 *     Status:                               Ready
 *     Logon Mode:                           Interactive/Background
 *     Last Run Time:                        11/24/2026 5:14:02 PM
 *     Last Result:                          0
 *     ...
 *
 * Labels and words are translated, their order is the same everywhere, and a list's lines are the columns of CSV. Whether
 * a task is disabled is told by a word, too: by the one that stands at settings that these tasks never have ("Idle Time",
 * "Delete Task If Not Rescheduled"). In XML nothing is translated. Other tasks are passed over.
 */
#include "parser.h"
#include "xml.h"

#include "base/utf8.h"

#include <string.h>

static const struct fact_kind licensing_task = {
	.name = "licensing-task",
	.says = "a scheduled task of the licensing service",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "SvcRestartTask, SvcTrigger and so on", NULL, FACT_KEY},
			{"enabled", FACT_FLAG, "no: Windows does not run it"},
			{"last-result", FACT_CODE,
				"of its last run; 0x00041303 says that there was none yet"},
			{0},
		},
};

static const struct str folder = STR_INIT("\\Microsoft\\Windows\\SoftwareProtectionPlatform\\");
static const struct str name_space =
	STR_INIT("http://schemas.microsoft.com/windows/2004/02/mit/task");

/* What stands behind the name of the task, in this order. */
enum column {
	COLUMN_NAME,
	COLUMN_STATUS = 2,
	COLUMN_RESULT = 5,
	COLUMN_STATE = 10,
	COLUMN_IDLE = 11,
	COLUMN_DELETE = 14,
	COLUMNS
};

struct row {
	struct str at[COLUMNS];
	const struct line *lines[COLUMNS];
	size_t count;
};

static struct str value_of(const struct lines *lines, size_t i)
{
	struct str rest = lines_text(lines, i);
	(void)str_cut(&rest, ':');
	return str_trim(rest);
}

static bool is_ours(struct str path)
{
	return str_starts_nocase(path, folder) && path.size > folder.size;
}

static bool is_list(const struct lines *lines, size_t i)
{
	return is_ours(value_of(lines, i)) && !str_has(lines_text(lines, i), STR("\""));
}

static struct row read_list(const struct lines *lines, size_t i)
{
	struct row row = {.count = 0};
	while (row.count < COLUMNS && i < lines->count && !str_is_blank(lines_text(lines, i))) {
		row.lines[row.count] = &lines->at[i];
		row.at[row.count++] = value_of(lines, i++);
	}
	return row;
}

/* "PC042","\Microsoft\...\SvcRestartTask",...: from the task's name on. A quote inside a value is doubled. */
static bool read_csv(const struct line *line, struct row *row)
{
	struct str rest = str_trim(line->text);
	*row = (struct row){.count = 0};
	while (str_starts(rest, STR("\"")) && row->count < COLUMNS) {
		rest = str_from(rest, 1);
		struct str cell = str_trim(str_cut(&rest, '"'));
		while (str_starts(rest, STR("\""))) {
			rest = str_from(rest, 1);
			(void)str_cut(&rest, '"');
		}
		if (row->count > 0 || is_ours(cell)) {
			row->lines[row->count] = line;
			row->at[row->count++] = cell;
		}
		if (!str_starts(rest, STR(",")))
			break;
		rest = str_from(rest, 1);
	}
	return row->count > 0;
}

static bool is_xml(struct str text)
{
	return str_has(text, STR("<Task ")) && str_has(text, name_space);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct row row;
	return (i + 1 < lines->count && is_list(lines, i + 1)) || read_csv(&lines->at[i], &row) ||
		is_xml(lines_text(lines, i));
}

static struct fact *new_task(struct facts *facts, const struct line *line, struct str path)
{
	struct fact *fact = fact_add(facts, &licensing_task, line);
	fact_put(facts, fact, NULL, "name", str_from(path, folder.size));
	return fact;
}

/* The word for "disabled" is the one that the two settings share. */
static void put_state(struct facts *facts, struct fact *fact, const struct row *row)
{
	struct str state = row->at[COLUMN_STATE], disabled = row->at[COLUMN_DELETE];
	if (!state.size || !str_equal_nocase(disabled, row->at[COLUMN_IDLE]))
		return;
	fact_put_flag(facts, fact, row->lines[COLUMN_STATE], "enabled",
		!str_equal_nocase(state, disabled));
}

static void read_row(struct facts *facts, const struct row *row)
{
	int64_t result = 0;
	struct fact *fact = new_task(facts, row->lines[0], row->at[COLUMN_NAME]);
	if (row->count > COLUMN_RESULT && scan_number(row->at[COLUMN_RESULT], &result))
		fact_put(facts, fact, row->lines[COLUMN_RESULT], "last-result",
			row->at[COLUMN_RESULT]);
	if (row->count == COLUMNS)
		put_state(facts, fact, row);
}

/*
 * XML: Task/RegistrationInfo/URI and Task/Settings/Enabled; triggers have an Enabled of their own, one level deeper
 */

#define SETTING_DEPTH 3

struct task {
	struct str path;
	bool disabled;
	const struct line *disabled_at;
	unsigned depth;
	char element[16]; /* at SETTING_DEPTH */
};

static void start_element(struct task *task, struct str name)
{
	if (++task->depth != SETTING_DEPTH)
		return;
	name = utf8_clip(name, sizeof task->element - 1);
	memcpy(task->element, name.at, name.size);
	task->element[name.size] = '\0';
}

static void read_text(
	struct arena *arena, struct task *task, struct str text, const struct line *line)
{
	if (task->depth != SETTING_DEPTH)
		return;
	if (strcmp(task->element, "Enabled") == 0) {
		task->disabled = str_equal_nocase(str_trim(text), STR("false"));
		task->disabled_at = line;
	} else if (strcmp(task->element, "URI") == 0) {
		task->path = arena_copy(arena, str_trim(text));
	}
}

/* One task. What is not said is as Windows has it by default: enabled; so only a whole one counts. */
static void read_task(struct facts *facts, const struct lines *lines, size_t first, struct str text)
{
	struct task task = {.depth = 0};
	struct xml *xml = xml_open(facts->arena, text);
	enum xml_event what;
	while ((what = xml_next(xml)) != XML_DONE && what != XML_ERROR) {
		size_t at = first + xml_line(xml) - 1;
		if (what == XML_START)
			start_element(&task, xml_name(xml));
		else if (what == XML_TEXT)
			read_text(facts->arena, &task, xml_text(xml),
				&lines->at[at < lines->count ? at : first]);
		else
			task.depth--;
	}
	if (xml_refused(xml))
		facts_leave_out(facts, &lines->at[first], xml_problem(xml));
	xml_free(xml);
	if (what == XML_DONE && is_ours(task.path))
		fact_put_flag(facts, new_task(facts, &lines->at[first], task.path),
			task.disabled_at, "enabled", !task.disabled);
}

/* All tasks from line `i` on, one after the other; the line behind the last. */
static size_t read_xml(const struct lines *lines, size_t i, struct facts *facts)
{
	const struct str *from = &lines->at[i].raw, *last = &lines->at[lines->count - 1].raw;
	struct str text = {from->at, (size_t)(last->at - from->at) + last->size};
	size_t begin = str_find(text, STR("<Task "));
	size_t end = str_find(text, STR("</Task>"));
	if (begin == STR_NONE || end == STR_NONE || end < begin)
		return i + 1;
	end += STR("</Task>").size;
	read_task(facts, lines, i, str_slice(text, begin, end));
	size_t next = i + 1;
	while (next < lines->count && lines->at[next].raw.at < text.at + end)
		next++;
	return next;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	struct row row;
	for (size_t i = 0; i < lines->count;) {
		if (is_xml(lines->at[i].raw)) {
			i = read_xml(lines, i, facts);
			continue;
		}
		if (is_list(lines, i)) {
			row = read_list(lines, i);
			read_row(facts, &row);
		} else if (read_csv(&lines->at[i], &row)) {
			read_row(facts, &row);
		}
		i++;
	}
}

static const struct fact_kind *const kinds[] = {&licensing_task, NULL};

const struct parser parser_schtasks = {
	.name = "schtasks",
	.says = "scheduled tasks of the licensing service, by schtasks",
	.source = "licensing-tasks",
	.commands = "schtasks",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
