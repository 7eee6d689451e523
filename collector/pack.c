/*
 * --from: evidence that somebody gathered by hand becomes a bundle.
 *
 * First every file is looked at, to know where it belongs; then they are written in the order of the
 * catalogue, each read once more, hashed as read, and kept byte for byte. What cannot be packed is said in
 * the manifest. An interruption seals what there is.
 */
#include "destination.h"
#include "place.h"
#include "record.h"
#include "settings.h"
#include "words.h"
#include "zip.h"

#include "base/escape.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct file {
	struct folder_entry entry;
	const struct item *item;
	const char *member;
	const char *problem;
	enum row_status status; /* of the problem */
};

struct packing {
	const struct settings *settings;
	struct arena *arena;
	struct file *files;
	size_t count;
	bool *seen_inside; /* per item: may stand inside a loose file */
	struct record record;
	struct zip *zip;
	uint64_t total, planned;
	size_t packed, loose, refused;
	double began, last_progress;
};

static void refuse(struct file *file, enum row_status status, const char *problem)
{
	file->status = status;
	file->problem = problem;
}

/* Looks at the beginning of a file. What it says is kept in the packing's arena, its text is not. */
static void look_at(struct packing *p, struct file *file)
{
	FILE *from = file_open(file->entry.path);
	uint8_t *data = NULL;
	size_t size = 0;
	bool more;
	if (!from) {
		refuse(file, errno == EACCES ? ROW_DENIED : ROW_FAILED,
			arena_copy(p->arena, str_of(strerror(errno))).at);
		return;
	}
	if (!file_read(from, LIMIT_RECOGNISE_BYTES, &data, &size, &more))
		refuse(file, ROW_FAILED, arena_copy(p->arena, str_of(strerror(errno))).at);
	fclose(from);
	struct arena *arena = arena_new();
	struct place place = place_file(arena, file->entry.name, (struct bytes){data, size});
	file->item = place.item;
	for (size_t i = 0; i < place.inside_count; i++)
		p->seen_inside[place.inside[i] - items] = true;
	if (place.code_page)
		p->record.oem_code_page = place.code_page;
	arena_free(arena);
	free(data);
}

static bool is_chosen(const struct packing *p, const struct file *file)
{
	const struct selection *selection = &p->settings->selection;
	return file->item ? selection->items[file->item - items] != CHOICE_NO : selection->loose;
}

static void check_limits(struct packing *p, struct file *file)
{
	if (file->entry.size > LIMIT_MEMBER_BYTES)
		refuse(file, ROW_SKIPPED, word_in(WORD_REASON_TOO_LARGE, false));
	else if (file->entry.size > LIMIT_TOTAL_BYTES - p->planned)
		refuse(file, ROW_SKIPPED, word_in(WORD_REASON_TOTAL, false));
	else
		p->planned += file->entry.size;
}

/* All files of the folder that are wanted, each with its place. */
static bool look(struct packing *p, const char **problem)
{
	struct folder folder;
	const char *from = p->settings->from;
	if (file_kind(from) != FILE_FOLDER || !folder_list(p->arena, from, &folder)) {
		*problem = arena_format(p->arena, "cannot read the folder %s: %s", from,
			file_kind(from) == FILE_REGULAR ? "it is a file" : strerror(errno));
		return false;
	}
	struct names names = {0};
	p->files = arena_array(p->arena, folder.count + 1, sizeof *p->files);
	for (size_t i = 0; i < folder.count; i++) {
		struct file file = {.entry = folder.at[i]};
		if (file.entry.problem)
			refuse(&file, ROW_SKIPPED, file.entry.problem);
		else if (machine_interrupted())
			refuse(&file, ROW_SKIPPED, word_in(WORD_REASON_INTERRUPTED, false));
		else
			look_at(p, &file);
		if (!is_chosen(p, &file)) {
			p->record.left_out++;
			continue;
		}
		if (!file.problem)
			check_limits(p, &file);
		if (!file.problem)
			file.member = place_member(p->arena, &names, file.item, file.entry.name);
		p->files[p->count++] = file;
	}
	if (folder.too_deep || folder.too_many)
		p->files[p->count++] = (struct file){.entry = {.name = from},
			.status = ROW_SKIPPED,
			.problem = folder.too_deep ? "folders too deep; not looked into"
						   : "too many files; the rest was not looked at"};
	if (p->count == 0)
		*problem = arena_format(p->arena, "nothing to pack: %s holds no %sfile", from,
			p->record.left_out ? "chosen " : "");
	return p->count != 0;
}

static void show_progress(struct packing *p, const char *name)
{
	double now = file_clock_seconds();
	if (p->settings->quiet || now - p->began < 2 || now - p->last_progress < 0.1 ||
		!file_is_terminal(stderr))
		return;
	p->last_progress = now;
	file_tell("\r[%zu/%zu] %-60.60s", p->packed + p->refused, p->count, name);
}

static void end_progress(const struct packing *p)
{
	if (p->last_progress > 0)
		file_tell("\r%*s\r", 75, "");
}

/* Reads, hashes and writes one file. False, with the reason in `file`, when it cannot be read whole. */
static bool pack_file(struct packing *p, struct file *file, struct record_member *member)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false, good = false;
	FILE *from = file_open(file->entry.path);
	if (!from || !file_read(from, LIMIT_MEMBER_BYTES, &data, &size, &more)) {
		refuse(file, ROW_FAILED, arena_copy(p->arena, str_of(strerror(errno))).at);
	} else if (more) {
		refuse(file, ROW_SKIPPED, word_in(WORD_REASON_TOO_LARGE, false));
	} else if (size > LIMIT_TOTAL_BYTES - p->total) {
		refuse(file, ROW_SKIPPED, word_in(WORD_REASON_TOTAL, false));
	} else {
		struct bytes bytes = {data, size};
		*member = (struct record_member){.name = file->member,
			.size = size,
			.modified = file_modified(from),
			.hash = hash_of(bytes)};
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what is packed was given a place */
		if (strcmp(file->member, file->entry.name) != 0)
			member->given = file->entry.name;
		zip_add(p->zip, file->member, bytes, member->modified);
		p->total += size;
		good = true;
	}
	if (from)
		fclose(from);
	free(data);
	return good;
}

static void pack_into_row(struct packing *p, struct file *file, const struct item *item)
{
	struct record_member member;
	if (machine_interrupted() && !file->problem)
		refuse(file, ROW_SKIPPED, word_in(WORD_REASON_INTERRUPTED, false));
	show_progress(p, file->member ? file->member : "");
	if (file->problem || zip_failed(p->zip) || !pack_file(p, file, &member))
		return;
	struct record *record = &p->record;
	struct record_row *last = record->row_count ? &record->rows[record->row_count - 1] : NULL;
	if (!last || last->item != item || last->status != ROW_OK)
		record_add_row(record, item, ROW_OK, NULL);
	record_add_member(record, member);
	p->packed++;
	p->loose += !item;
}

/* The row of an item that no file was packed for. */
static void add_gap(struct packing *p, size_t item, const struct file *refused)
{
	enum choice choice = p->settings->selection.items[item];
	if (refused) {
		record_add_row(&p->record, &items[item], refused->status, refused->problem);
	} else if (choice == CHOICE_YES) {
		const char *reason = p->seen_inside[item]
			? "not among the files by itself; may stand inside a loose file"
			: word_in(WORD_REASON_ABSENT, false);
		record_add_row(&p->record, &items[item], ROW_SKIPPED, reason);
	}
}

static void pack_item(struct packing *p, size_t item)
{
	size_t before = p->packed;
	const struct file *refused = NULL;
	for (size_t i = 0; i < p->count; i++) {
		struct file *file = &p->files[i];
		if (file->item != &items[item])
			continue;
		pack_into_row(p, file, file->item);
		if (file->problem)
			refused = file;
	}
	if (p->packed == before)
		add_gap(p, item, refused);
}

static void pack_loose(struct packing *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (!p->files[i].item)
			pack_into_row(p, &p->files[i], NULL);
	for (size_t i = 0; i < p->count; i++) {
		const struct file *file = &p->files[i];
		if (!file->problem)
			continue;
		p->refused++;
		struct record_row *row =
			record_add_row(&p->record, NULL, file->status, file->problem);
		row->given = file->entry.name;
	}
}

static void add_documents(struct packing *p)
{
	struct record *record = &p->record;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	record->partial = machine_interrupted();
	record->ended = machine_now();
	record_summary(&out, record, p->settings->in_japanese);
	struct str text = out_view(&out);
	zip_add(p->zip, "summary.txt", (struct bytes){(const uint8_t *)text.at, text.size},
		record->ended);
	out_free(&out);
	record_manifest(&out, record);
	text = out_view(&out);
	zip_add(p->zip, "manifest.xml", (struct bytes){(const uint8_t *)text.at, text.size},
		record->ended);
	out_free(&out);
}

static const char *number(const struct packing *p, size_t value)
{
	return arena_format(p->arena, "%zu", value);
}

static void say(
	struct packing *p, struct out *out, enum word id, const char *first, const char *second)
{
	word_put(out, id, p->settings->in_japanese, first, second);
	out_char(out, '\n');
}

static size_t put_gaps(const struct packing *p, struct out *out)
{
	size_t count = 0, column = 0;
	for (size_t i = 0; i < p->record.row_count; i++) {
		const struct record_row *row = &p->record.rows[i];
		if (!row->item || row->status == ROW_OK)
			continue;
		size_t size = strlen(row->item->id) + 2;
		if (column == 0 || column + size > 78) {
			out_text(out, count ? "\n" : "");
			column = 0;
		}
		out_format(out, "  %s", row->item->id);
		column += size;
		count++;
	}
	if (count)
		out_char(out, '\n');
	return count;
}

static void put_refused(struct packing *p, struct out *out)
{
	if (!p->refused)
		return;
	out_char(out, '\n');
	say(p, out, WORD_NOT_PACKED, number(p, p->refused), NULL);
	for (size_t i = 0, shown = 0; i < p->count && shown < 10; i++)
		if (p->files[i].problem) {
			out_text(out, "  ");
			escape_terminal(out, str_of(p->files[i].entry.name));
			out_format(out, ": %s\n", p->files[i].problem);
			shown++;
		}
}

static void last_screen(struct packing *p, const char *path, const struct zip_sealed *sealed)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES), gaps = out_new(LIMIT_OUTPUT_BYTES);
	bool ja = p->settings->in_japanese;
	if (p->settings->quiet) {
		out_format(&out, "%s\n", path);
		print_out(&out);
		return;
	}
	say(p, &out, p->record.partial ? WORD_STOPPED : WORD_DONE, number(p, p->packed),
		number(p, p->loose));
	say(p, &out, WORD_CHECKED, NULL, NULL);
	put_refused(p, &out);
	size_t missing = put_gaps(p, &gaps);
	if (missing) {
		out_char(&out, '\n');
		say(p, &out, WORD_MISSING, number(p, missing), NULL);
		out_str(&out, out_view(&gaps));
		say(p, &out, WORD_HINT_LIST, NULL, NULL);
	}
	if (p->record.left_out)
		say(p, &out, WORD_LEFT_OUT, number(p, p->record.left_out), NULL);
	out_char(&out, '\n');
	say(p, &out, WORD_SEND, NULL, NULL);
	out_format(&out, "  %s\n  %s   %s\n  SHA-256 %s\n", path,
		zip_size_text(p->arena, sealed->size),
		word_in(sealed->size <= LIMIT_MAIL_BYTES ? WORD_FITS_YES : WORD_FITS_NO, ja),
		sealed->hash.hex);
	say(p, &out, WORD_NEXT, path, NULL);
	print_out(&out);
	out_free(&gaps);
}

static enum exit_code write_bundle(struct packing *p)
{
	const char *problem = NULL;
	const char *path = destination_path(p->arena, p->settings->output, p->record.started);
	struct zip_sealed sealed;
	p->zip = zip_new(p->arena, path, p->settings->passphrase, &problem);
	if (p->zip) {
		for (size_t i = 0; i < item_count; i++)
			pack_item(p, i);
		pack_loose(p);
		add_documents(p);
		end_progress(p);
		if (!zip_seal(p->zip, p->planned, &sealed, &problem))
			p->zip = NULL;
	}
	if (!p->zip) {
		complain(problem);
		return EXIT_NO_BUNDLE;
	}
	last_screen(p, path, &sealed);
	return p->record.partial ? EXIT_INTERRUPTED : p->refused ? EXIT_GAPS : EXIT_COMPLETE;
}

/* What would be read and where it would go. */
static enum exit_code print_plan(struct packing *p)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	size_t missing = 0, refused = 0;
	bool *there = arena_array(p->arena, item_count, sizeof(bool));
	say(p, &out, WORD_DRY_FROM, p->settings->from, NULL);
	for (size_t i = 0; i < p->count; i++) {
		const struct file *file = &p->files[i];
		if (file->item && !file->problem)
			there[file->item - items] = true;
		out_text(&out, "  ");
		escape_terminal(&out, str_of(file->entry.name));
		out_format(&out, "  ->  %s%s\n", file->problem ? "-  " : "",
			file->problem ? file->problem : file->member);
		refused += file->problem != NULL;
	}
	say(p, &out, WORD_DRY_TOTAL, number(p, p->count - refused),
		zip_size_text(p->arena, p->planned));
	for (size_t i = 0; i < item_count; i++)
		missing += selection_plans(&p->settings->selection, i) && !there[i];
	if (missing)
		say(p, &out, WORD_DRY_MISSING, number(p, missing), NULL);
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(&p->settings->selection, i) && !there[i])
			out_format(&out, "  %s\n", items[i].id);
	print_out(&out);
	return refused ? EXIT_GAPS : EXIT_COMPLETE;
}

enum exit_code pack(const struct settings *settings, bool dry)
{
	struct packing p = {
		.settings = settings,
		.arena = settings->arena,
		.seen_inside = arena_array(settings->arena, item_count, sizeof(bool)),
		.record = {.arena = settings->arena,
			.mode = "from",
			.started = machine_now(),
			.elevated = "unknown"},
		.began = file_clock_seconds(),
	};
	const char *problem = NULL;
	machine_catch_interrupt();
	if (!look(&p, &problem)) {
		complain(problem);
		return EXIT_NO_BUNDLE;
	}
	return dry ? print_plan(&p) : write_bundle(&p);
}
