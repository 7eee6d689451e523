#include "manifest.h"

#include "xml.h"

#include "base/limits.h"

#include <stdlib.h>

const char *const item_status_words[ITEM_STATUS_COUNT] = {
	"ok", "failed", "timeout", "denied", "skipped", "missing-tool"};

static struct str attribute(struct xml *xml, const char *name)
{
	struct str value = STR("");
	return xml_attribute(xml, name, &value) ? value : STR("");
}

static unsigned code_page(struct xml *xml, const char *name)
{
	int64_t number = 0;
	return scan_number(attribute(xml, name), &number) && number > 0 && number < 70000
		? (unsigned)number
		: 0;
}

static bool is_yes(struct xml *xml, const char *name)
{
	return str_equal(attribute(xml, name), STR("yes"));
}

static enum item_status status_of(struct str word)
{
	for (int i = 0; i < ITEM_STATUS_COUNT; i++)
		if (str_equal(word, str_of(item_status_words[i])))
			return (enum item_status)i;
	return ITEM_FAILED;
}

static void read_item(struct arena *arena, struct manifest *m, struct xml *xml)
{
	m->items = arena_grow(arena, m->items, m->item_count, &m->item_room, sizeof *m->items);
	m->items[m->item_count++] = (struct manifest_item){
		.id = attribute(xml, "id"),
		.command = attribute(xml, "command"),
		.reason = attribute(xml, "reason"),
		.status = status_of(attribute(xml, "status")),
		.truncated = is_yes(xml, "truncated"),
	};
}

static void read_member(struct arena *arena, struct manifest *m, struct xml *xml)
{
	int64_t size = 0;
	if (m->item_count == 0)
		return;
	m->members =
		arena_grow(arena, m->members, m->member_count, &m->member_room, sizeof *m->members);
	m->members[m->member_count++] = (struct manifest_member){
		.name = attribute(xml, "name"),
		.sha256 = attribute(xml, "sha256"),
		.size = scan_number(attribute(xml, "bytes"), &size) && size > 0 ? (uint64_t)size
										: 0,
		.item = m->item_count - 1,
	};
}

static void read_element(struct arena *arena, struct manifest *m, struct xml *xml)
{
	struct str name = xml_name(xml);
	if (str_equal(name, STR("collector"))) {
		m->collector_version = attribute(xml, "version");
		m->mode = attribute(xml, "mode");
		m->started = attribute(xml, "started");
		m->ended = attribute(xml, "ended");
		m->elevated = attribute(xml, "elevated");
		m->partial = is_yes(xml, "partial");
	} else if (str_equal(name, STR("machine"))) {
		m->computer = attribute(xml, "computer");
		m->os_build = attribute(xml, "os-build");
		m->ui_language = attribute(xml, "ui-language");
		m->oem_code_page = code_page(xml, "oem-code-page");
		m->ansi_code_page = code_page(xml, "ansi-code-page");
	} else if (str_equal(name, STR("item")) && m->item_count < LIMIT_MEMBERS) {
		read_item(arena, m, xml);
	} else if (str_equal(name, STR("member")) && m->member_count < LIMIT_MEMBERS) {
		read_member(arena, m, xml);
	}
}

static void read_all(struct arena *arena, struct manifest *m, struct xml *xml)
{
	bool root = true;
	for (enum xml_event event; (event = xml_next(xml)) != XML_DONE;) {
		if (event == XML_ERROR) {
			m->problem = xml_problem(xml);
			m->line = xml_line(xml);
			return;
		}
		if (event != XML_START)
			continue;
		if (root && !str_equal(attribute(xml, "schema"), STR(MANIFEST_SCHEMA))) {
			m->problem = "not a manifest of this version (" MANIFEST_SCHEMA ")";
			m->line = xml_line(xml);
			return;
		}
		root = false;
		read_element(arena, m, xml);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct manifest_member *const *left = a, *const *right = b;
	return str_compare((*left)->name, (*right)->name);
}

struct manifest manifest_read(struct arena *arena, struct str utf8)
{
	struct manifest m = {.present = true};
	struct xml *xml = xml_open(arena, utf8);
	read_all(arena, &m, xml);
	xml_free(xml);
	m.by_name = arena_array(arena, m.member_count, sizeof *m.by_name);
	for (size_t i = 0; i < m.member_count; i++)
		m.by_name[i] = &m.members[i];
	if (m.member_count)
		qsort(m.by_name, m.member_count, sizeof *m.by_name, by_name);
	return m;
}

const struct manifest_member *manifest_find(const struct manifest *manifest, struct str name)
{
	struct manifest_member wanted = {.name = name};
	const struct manifest_member *key = &wanted, *const *found = NULL;
	if (manifest->member_count)
		found = bsearch(&key, manifest->by_name, manifest->member_count,
			sizeof *manifest->by_name, by_name);
	return found ? *found : NULL;
}
