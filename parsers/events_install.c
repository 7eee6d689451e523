/*
 * Files that an installation found in use: Restart Manager and Windows Installer (events, section 9).
 *
 * MsiInstaller 1025 names the file, the program that has it open and its process id, in that order behind the product.
 * Restart Manager names programs that it could not close or start again; 10005 says that Windows has to be restarted,
 * and why as a bit mask. Most installations log both without any consequence, so only files and programs of the
 * licensing service are kept, and restarts that are due.
 */
#include "event_values.h"

static const struct fact_kind file_use_event = {
	.name = "file-use-event",
	.says = "an installation found a file of the licensing service in use, or left Windows to be restarted",
	.fields =
		{
			{"what", FACT_WORD,
				"in-use: the file is open; not-closed, not-restarted: the program; restart-due: "
				"Windows has to be restarted",
				"in-use|not-closed|not-restarted|restart-due"},
			{"file", FACT_NAME, "the file", NULL, FACT_KEY},
			{"program", FACT_NAME, "the program that has it open"},
			{"pid", FACT_NUMBER, "its process id"},
			{"product", FACT_TEXT, "what was being installed"},
			{"reasons", FACT_NUMBER,
				"why a restart: 1 permission, 2 other session, 4 critical process, 8 critical "
				"service, 16 itself"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{0},
		},
};

#define RESTART_MANAGER "Microsoft-Windows-RestartManager"
#define INSTALLER "MsiInstaller"

static bool matters(const struct event *event)
{
	if (event_is_from(event, INSTALLER))
		return event->id == 1025 && event_is_licensing_file(event_value(event, 2));
	if (event->id == 10005)
		return true;
	if (event->id < 10006)
		return false;
	for (size_t i = 0; i < event->data_count; i++)
		if (event_is_licensing_file(event->data[i].text))
			return true;
	return false;
}

static struct str licensing_file_in(const struct event *event)
{
	for (size_t i = 0; i < event->data_count; i++)
		if (event_is_licensing_file(event->data[i].text))
			return event->data[i].text;
	return STR("");
}

static const char *meaning_of(uint32_t id)
{
	return id == 1025     ? "in-use"
		: id == 10005 ? "restart-due"
		: id == 10006 ? "not-closed"
			      : "not-restarted";
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *use = fact_add(facts, &file_use_event, fact->line);
	fact_put(facts, use, NULL, "what", str_of(meaning_of(event->id)));
	event_stamp(event, use, facts);
	if (event->id == 1025) {
		fact_put(facts, use, NULL, "product", event_value(event, 1));
		fact_put(facts, use, NULL, "file", event_value(event, 2));
		fact_put(facts, use, NULL, "program", event_value(event, 3));
		fact_put(facts, use, NULL, "pid", event_value(event, 4));
		fact_put(facts, fact, NULL, "about", event_file_name(event_value(event, 2)));
		return;
	}
	struct str file = licensing_file_in(event);
	fact_put(facts, use, NULL, "file", file);
	fact_put(facts, fact, NULL, "about", event_file_name(file));
	fact_put(facts, use, NULL, "program", event_any(event, "FullPath"));
	fact_put(facts, use, NULL, "pid", event_any(event, "Pid|SvcHostPid"));
	fact_put(facts, use, NULL, "reasons", event_any(event, "RebootReasons|dwRebootReasons"));
}

static const struct fact_kind *const kinds[] = {&file_use_event, NULL};

const struct event_reader event_reader_install = {
	.name = "install",
	.says = "Restart Manager and Windows Installer: files in use, restarts that are due",
	.providers = RESTART_MANAGER "|" INSTALLER,
	.source = "installer-events",
	.ids = {{1025, 1025}, {10005, 10007}, {10009, 10010}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
