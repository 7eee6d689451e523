#include "evidence.h"

#include "transcript.h"

#include "base/limits.h"
#include "collector/items.h"

#include <stdlib.h>
#include <string.h>

static bool starts_with(struct bytes data, const char *magic, size_t size)
{
	return data.size >= size && memcmp(data.at, magic, size) == 0;
}

/* Why a member is no text, or NULL. Files of known kinds are named, so that nobody wonders. */
static const char *not_text(struct bytes data, struct str decoded)
{
	if (starts_with(data, "ElfFile", 8))
		return "an event log; this version does not read event logs";
	if (starts_with(data, "PK\3\4", 4))
		return "an archive; its members are listed one by one";
	if (starts_with(data, "MZ", 2))
		return "a program";
	size_t controls = 0, looked = decoded.size < 4 * KIB ? decoded.size : 4 * KIB;
	for (size_t i = 0; i < looked; i++) {
		unsigned char c = (unsigned char)decoded.at[i];
		controls += c < 0x20 && !strchr("\t\r\n\f\v\x1b\x1a\b", c);
		controls += c == 0;
	}
	return controls * 10 > looked ? "not text" : NULL;
}

/* What the manifest, or failing that the collector's own catalogue, says about a member. */
static struct member_hint hint_for(const struct case_file *file, const struct member *member)
{
	const struct machine *machine = &file->machines[member->machine];
	struct member_hint hint = {
		.name = member->name,
		.machine = member->machine,
	};
	const struct manifest_member *listed =
		manifest_find(&machine->manifest, str_of(member->name));
	if (listed) {
		hint.command = machine->manifest.items[listed->item].command;
		hint.certain = hint.command.size && !str_equal(machine->manifest.mode, STR("from"));
	}
	const struct item *item = hint.command.size ? NULL : item_for_member(str_of(member->name));
	if (item)
		hint.command = str_of(item->command);
	return hint;
}

static void check_hash(
	struct case_file *file, struct reading *reading, const struct machine *machine)
{
	const struct member *member = reading->member;
	if (!machine->manifest.present || machine->manifest.problem ||
		strcmp(member->name, MANIFEST_NAME) == 0)
		return;
	const struct manifest_member *listed =
		manifest_find(&machine->manifest, str_of(member->name));
	if (!listed) {
		reading->unlisted = strcmp(member->name, "summary.txt") != 0;
	} else if (member->state == MEMBER_OK &&
		!str_equal_nocase(listed->sha256, str_of(member->hash.hex))) {
		reading->wrong_hash = true;
		reading->problem = "differs from the checksum in the manifest; it was not used";
		file->integrity_broken = true;
	}
}

static void keep_evidence(struct case_file *file, struct transcript transcript)
{
	for (size_t i = 0; i < transcript.count; i++) {
		file->evidence = arena_grow(file->arena, file->evidence, file->evidence_count,
			&file->evidence_room, sizeof *file->evidence);
		file->evidence[file->evidence_count++] = transcript.at[i];
	}
}

static void read_member(struct case_file *file, struct reading *reading)
{
	const struct member *member = reading->member;
	const struct machine *machine = &file->machines[member->machine];
	reading->first = file->evidence_count;
	reading->problem = member->problem;
	check_hash(file, reading, machine);
	if (member->state == MEMBER_REFUSED || reading->wrong_hash || strcmp(member->name, MANIFEST_NAME) == 0 ||
		(machine->manifest.present && strcmp(member->name, "summary.txt") == 0))
		return;
	reading->text = text_decode(file->arena, member->data, machine->manifest.oem_code_page);
	const char *binary = not_text(member->data, reading->text.utf8);
	if (binary || reading->text.utf8.size == 0) {
		reading->problem = binary ? binary : "empty";
		return;
	}
	struct member_hint hint = hint_for(file, member);
	struct lines lines = lines_of(file->arena, reading->text.utf8);
	struct transcript transcript = transcript_split(file->arena, &hint, lines);
	keep_evidence(file, transcript);
	reading->count = transcript.count;
}

static void read_manifests(struct case_file *file)
{
	for (size_t i = 0; i < file->inputs->count; i++) {
		const struct member *member = &file->inputs->members[i];
		struct machine *machine = &file->machines[member->machine];
		if (strcmp(member->name, MANIFEST_NAME) != 0 || member->state == MEMBER_REFUSED)
			continue;
		struct text text = text_decode(file->arena, member->data, 0);
		machine->manifest = manifest_read(file->arena, text.utf8);
		machine->is_bundle = !machine->manifest.problem;
	}
}

/* Evidence moved while the list grew: origins are told apart by address, so point again. */
static void point_lines(struct case_file *file)
{
	for (size_t i = 0; i < file->evidence_count; i++) {
		struct evidence *evidence = &file->evidence[i];
		for (size_t k = 0; k < evidence->lines.count; k++)
			evidence->lines.at[k].origin = &evidence->origin;
	}
}

static void count_facts(struct case_file *file)
{
	for (size_t i = 0; i < file->reading_count; i++) {
		struct reading *reading = &file->readings[i];
		for (size_t k = 0; k < reading->count; k++)
			reading->facts += file->evidence[reading->first + k].fact_count;
		if (reading->count > 0 && reading->facts == 0 && !reading->problem)
			reading->problem = "not understood: no output of a known command";
	}
}

static int by_name(const void *a, const void *b)
{
	const struct str *left = a, *right = b;
	return str_compare(*left, *right);
}

/* A member that the manifest names and the bundle lacks breaks integrity as a changed one does. */
static void look_for_lost_members(struct case_file *file, size_t machine)
{
	const struct manifest *manifest = &file->machines[machine].manifest;
	struct str *names = arena_array(file->arena, file->inputs->count, sizeof *names);
	size_t count = 0;
	for (size_t i = 0; i < file->inputs->count; i++)
		if (file->inputs->members[i].machine == machine)
			names[count++] = str_of(file->inputs->members[i].name);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < manifest->member_count && !file->integrity_broken; i++)
		file->integrity_broken = !count ||
			!bsearch(&manifest->members[i].name, names, count, sizeof *names, by_name);
}

struct case_file case_file_read(struct arena *arena, const struct inputs *inputs)
{
	struct case_file file = {
		.arena = arena,
		.inputs = inputs,
		.machines = arena_array(arena, inputs->source_count, sizeof(struct machine)),
		.machine_count = inputs->source_count,
		.readings = arena_array(arena, inputs->count, sizeof(struct reading)),
		.reading_count = inputs->count,
		.facts = facts_new(arena),
	};
	for (size_t i = 0; i < inputs->source_count; i++)
		file.machines[i].input = inputs->sources[i].path;
	read_manifests(&file);
	for (size_t i = 0; i < inputs->count; i++) {
		file.readings[i].member = &inputs->members[i];
		read_member(&file, &file.readings[i]);
	}
	for (size_t i = 0; i < file.machine_count; i++)
		look_for_lost_members(&file, i);
	point_lines(&file);
	evidence_parse(file.evidence, file.evidence_count, &file.facts);
	count_facts(&file);
	return file;
}
