#include "evidence.h"

#include "transcript.h"

#include "base/hash.h"
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

struct str bundle_name(const struct machine *machine, const struct member *member)
{
	struct str name = str_of(member->name), prefix = str_of(machine->prefix);
	return str_starts(name, prefix) ? str_from(name, prefix.size) : STR("");
}

static const struct manifest_member *listed_member(
	const struct machine *machine, const struct member *member)
{
	return manifest_find(&machine->manifest, bundle_name(machine, member));
}

/* The two members that the collector writes about the others. */
static bool is_own(const struct machine *machine, const struct member *member)
{
	struct str name = bundle_name(machine, member);
	return machine->manifest.present &&
		(str_equal(name, STR(MANIFEST_NAME)) || str_equal(name, STR("summary.txt")));
}

/* A command of the catalogue without what depends on the machine: "nslookup -type=SRV", not
 * "nslookup -type=SRV _vlmcs._tcp.{domain}"; of "/sc_verify:{domain}", the option stays. What was
 * really asked for has to be read from the output. */
static struct str planned_command(struct arena *arena, const char *command)
{
	char *made = arena_copy_chars(arena, STR(""));
	for (struct str rest = str_of(command), word; (word = str_word(&rest)).size;) {
		size_t open = str_find_char(word, '{');
		bool option = str_starts(word, STR("/")) || str_starts(word, STR("-"));
		if (open == STR_NONE || option)
			made = arena_format(arena, "%s%s%.*s", made, *made ? " " : "",
				STR_PRINT(str_slice(word, 0, open)));
	}
	return str_of(made);
}

/* What the manifest, or failing that the collector's own catalogue, says about a member. */
static struct member_hint hint_for(const struct case_file *file, const struct member *member)
{
	const struct machine *machine = &file->machines[member->machine];
	struct member_hint hint = {
		.name = member->name,
		.machine = member->machine,
	};
	const struct manifest_member *listed = listed_member(machine, member);
	if (listed) {
		hint.command = machine->manifest.items[listed->item].command;
		hint.certain = hint.command.size && !str_equal(machine->manifest.mode, STR("from"));
	}
	const struct item *item = hint.command.size ? NULL : item_for_member(str_of(member->name));
	if (item && item->way != WAY_NATIVE)
		hint.command = planned_command(file->arena, item->command);
	return hint;
}

static bool has_hash(const struct member *member, struct str sha256)
{
	if (member->streamed_by)
		return str_equal_nocase(sha256, member->sha256);
	struct hash hash = hash_of(member->data);
	return str_equal_nocase(sha256, str_of(hash.hex));
}

/* Is it a member of the archive that was found changed last? An archive's members come right after it. */
static bool is_inside_broken(const struct case_file *file, const struct member *member)
{
	const struct member *archive = file->broken_archive;
	if (!archive || archive->machine != member->machine)
		return false;
	struct str name = str_of(member->name), outer = str_of(archive->name);
	return str_starts(name, outer) && str_starts(str_from(name, outer.size), STR("!"));
}

static void check_hash(
	struct case_file *file, struct reading *reading, const struct machine *machine)
{
	const struct member *member = reading->member;
	if (!machine->manifest.present || machine->manifest.problem || reading->own)
		return;
	const struct manifest_member *listed = listed_member(machine, member);
	if (is_inside_broken(file, member)) {
		reading->wrong_hash = true;
		reading->problem =
			"lies in an archive that differs from its checksum; it was not used";
	} else if (!listed) {
		reading->unlisted = true;
	} else if (member->state == MEMBER_OK && !has_hash(member, listed->sha256)) {
		reading->wrong_hash = true;
		reading->problem = "differs from the checksum in the manifest; it was not used";
		file->integrity_broken = true;
		if (is_zip(member->data))
			file->broken_archive = member;
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

/* A binary file is one piece of evidence, whole. */
static void keep_streamed(struct case_file *file, struct reading *reading)
{
	const struct member *member = reading->member;
	struct evidence *evidence = arena_alloc(file->arena, sizeof *evidence);
	*evidence = (struct evidence){
		.origin = {.member = member->name,
			.source = member->streamed_by->source,
			.machine = member->machine},
		.parser = member->streamed_by,
		.binary = member->stream,
	};
	keep_evidence(file, (struct transcript){evidence, 1});
	reading->count = 1;
}

static void read_member(struct case_file *file, struct reading *reading)
{
	const struct member *member = reading->member;
	const struct machine *machine = &file->machines[member->machine];
	reading->first = file->evidence_count;
	reading->own = is_own(machine, member);
	reading->problem = member->problem;
	/* A checksum of the archive itself that does not fit, or an archive that was cut. */
	file->integrity_broken |= member->state == MEMBER_DAMAGED &&
		file->inputs->sources[member->machine].is_archive;
	check_hash(file, reading, machine);
	bool unfit = reading->wrong_hash && !file->inputs->use_changed;
	if (member->state == MEMBER_REFUSED || unfit || reading->own ||
		is_zip(member->data)) /* its own members are read one by one */
		return;
	if (member->streamed_by) {
		keep_streamed(file, reading);
		return;
	}
	reading->text = text_decode(file->arena, member->data, machine->manifest.oem_code_page);
	const char *binary = not_text(member->data, reading->text.utf8);
	if (binary) {
		reading->problem = reading->problem ? reading->problem : binary;
		return;
	}
	struct member_hint hint = hint_for(file, member);
	reading->empty = str_is_blank(reading->text.utf8) && !hint.certain;
	struct lines lines = lines_of(file->arena, reading->text.utf8);
	struct transcript transcript = transcript_split(file->arena, &hint, lines);
	keep_evidence(file, transcript);
	reading->count = transcript.count;
	if (lines.cut) {
		reading->problem = "has too many lines; the last ones were not read";
		reading->cut = file->cut = true;
	}
	/* That a command printed nothing can be evidence: its parser decides. */
	if (reading->text.utf8.size == 0 && !reading->problem)
		reading->problem = "empty";
}

/* A machine's manifest is the one that lies least deep. */
static void read_manifest(struct case_file *file, const struct member *member)
{
	struct machine *machine = &file->machines[member->machine];
	struct str name = str_of(member->name), last = STR(MANIFEST_NAME);
	struct str prefix = str_slice(name, 0, name.size - last.size);
	bool named_so = str_ends(name, last) &&
		(prefix.size == 0 || str_ends(prefix, STR("/")) || str_ends(prefix, STR("!")));
	if (!named_so || member->state == MEMBER_REFUSED ||
		(machine->manifest.present && strlen(machine->prefix) <= prefix.size))
		return;
	struct text text = text_decode(file->arena, member->data, 0);
	struct manifest manifest = manifest_read(file->arena, text.utf8);
	if (prefix.size && manifest.problem)
		return; /* another product's manifest.xml, somewhere in a folder */
	machine->manifest = manifest;
	machine->is_bundle = !manifest.problem;
	machine->prefix = arena_copy(file->arena, prefix).at;
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

/* What a parser could not get past is told; that markup breaks off, only when nothing was read before. */
static void tell_stop(struct case_file *file, struct reading *reading, const struct stop *stop)
{
	if (!stop->problem || reading->problem || (!stop->refused && reading->facts > 0))
		return;
	reading->problem = stop->line
		? arena_format(file->arena, "line %u: %s; %s", stop->line->number, stop->problem,
			  stop->went_on ? "what stands around it was read"
					: "nothing further was read")
		: stop->problem;
	reading->cut |= stop->refused;
	file->cut |= stop->refused;
}

static void count_facts(struct case_file *file)
{
	for (size_t i = 0; i < file->reading_count; i++) {
		struct reading *reading = &file->readings[i];
		for (size_t k = 0; k < reading->count; k++)
			reading->facts += file->evidence[reading->first + k].fact_count;
		for (size_t k = 0; k < reading->count; k++)
			tell_stop(file, reading, &file->evidence[reading->first + k].stop);
		if (reading->count > 0 && reading->facts == 0 && !reading->problem)
			reading->problem = "not understood: no output of a known command";
	}
}

static int by_machine_and_name(const void *a, const void *b)
{
	const struct reading *const *left = a, *const *right = b;
	const struct member *mine = (*left)->member, *other = (*right)->member;
	if (mine->machine != other->machine)
		return mine->machine < other->machine ? -1 : 1;
	return strcmp(mine->name, other->name);
}

static void sort_readings(struct case_file *file)
{
	file->by_name = arena_array(file->arena, file->reading_count, sizeof *file->by_name);
	for (size_t i = 0; i < file->reading_count; i++)
		file->by_name[i] = &file->readings[i];
	if (file->reading_count)
		qsort(file->by_name, file->reading_count, sizeof *file->by_name,
			by_machine_and_name);
}

struct member_count case_file_count(const struct case_file *file, size_t machine)
{
	struct member_count count = {0};
	for (size_t i = 0; i < file->reading_count; i++) {
		const struct reading *reading = &file->readings[i];
		if (reading->own || reading->member->machine != machine)
			continue;
		count.members++;
		count.understood += reading->facts > 0;
	}
	return count;
}

const struct reading *case_file_find(const struct case_file *file, size_t machine, struct str name)
{
	const char *prefix = file->machines[machine].prefix;
	struct member member = {
		.name = arena_format(file->arena, "%s%.*s", prefix, STR_PRINT(name)),
		.machine = (unsigned)machine,
	};
	struct reading wanted = {.member = &member};
	const struct reading *key = &wanted, *const *found = NULL;
	if (file->reading_count)
		found = bsearch(&key, file->by_name, file->reading_count, sizeof *file->by_name,
			by_machine_and_name);
	return found ? *found : NULL;
}

size_t case_file_verified(const struct case_file *file, size_t machine)
{
	const struct manifest *manifest = &file->machines[machine].manifest;
	size_t good = 0;
	for (size_t i = 0; i < manifest->member_count; i++) {
		const struct reading *reading =
			case_file_find(file, machine, manifest->members[i].name);
		good += reading && !reading->wrong_hash && reading->member->state == MEMBER_OK;
	}
	return good;
}

/* A member that the manifest names and the bundle lacks breaks integrity as a changed one does. */
static void look_for_lost_members(struct case_file *file, size_t machine)
{
	const struct manifest *manifest = &file->machines[machine].manifest;
	for (size_t i = 0; i < manifest->member_count && !file->integrity_broken; i++)
		file->integrity_broken = !case_file_find(file, machine, manifest->members[i].name);
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
		file.machines[i] = (struct machine){.input = inputs->sources[i].path, .prefix = ""};
	for (size_t i = 0; i < inputs->count; i++)
		read_manifest(&file, &inputs->members[i]);
	for (size_t i = 0; i < inputs->count; i++) {
		file.readings[i].member = &inputs->members[i];
		read_member(&file, &file.readings[i]);
	}
	sort_readings(&file);
	for (size_t i = 0; i < file.machine_count; i++)
		look_for_lost_members(&file, i);
	point_lines(&file);
	evidence_parse(file.evidence, file.evidence_count, &file.facts);
	count_facts(&file);
	return file;
}
