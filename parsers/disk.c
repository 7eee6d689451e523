/*
 * Free space, and where temporary files go.
 *
 *     Total free bytes                :  28,173,619,200 ( 26.2 GB)     <- fsutil volume diskfree: translated, free
 *     Total bytes                     : 255,442,546,688 (237.9 GB)        first, all second, on every Windows
 *     FreeSpace=28173619200                                            <- wmic logicaldisk /value: is not
 *     DeviceID  FreeSpace    Size                                      <- its table, columns below their titles
 *     C         211.35       26.24 FileSystem  C:\                     <- Get-PSDrive: used and free in GB
 *                   2 Dir(s)  28,173,619,200 bytes free                <- dir: the last of two lines of two numbers
 *     The system cannot find the path specified.                       <- dir, instead of all that (file_errors.h)
 *            26 slmgr.vbs:Zone.Identifier:$DATA                       <- dir /r (zone_identifier.h)
 *     TEMP=C:\Users\pat\AppData\Local\Temp                             <- set
 *
 * Digits are grouped in the user's way. A volume that neither the output nor the command line names gives no fact:
 * whether it is the system's is the point.
 */
#include "file_errors.h"
#include "zone_identifier.h"

static const struct fact_kind disk_space = {
	.name = "disk-space",
	.says = "free space of a volume",
	.is_state = true,
	.fields =
		{
			{"volume", FACT_NAME, "drive letter, C:", NULL, FACT_KEY},
			{"free-mb", FACT_NUMBER, "free MiB"},
			{"total-mb", FACT_NUMBER, "size in MiB"},
			{0},
		},
};

static const struct fact_kind environment_variable = {
	.name = "environment-variable",
	.says = "a variable of the console's environment that matters to installs and scripts",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "upper case", NULL, FACT_KEY},
			{"value", FACT_TEXT, "as printed"},
			{0},
		},
};

#define LABEL_BYTES 200 /* fifty letters of any script */
#define MIB_BYTES ((int64_t)1048576)

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct str volume; /* "C:" of the command line; empty when it names none */
	/* fsutil: numbers so far; dir: of the line before */
	int numbers;
	struct fact *fact;
	bool dir, counted, listed;
	struct str asked;
	/* wmic, Format-List: of the record */
	struct str device, free, size;
	const struct line *free_line;
	/* wmic's table: where its columns begin */
	size_t device_at, free_at, size_at;
};

static bool drive_in(struct str text, struct str *volume)
{
	for (size_t i = 0; i + 1 < text.size; i++)
		if (char_is_alpha(text.at[i]) && text.at[i + 1] == ':' &&
			(i == 0 ||
				(!char_is_alpha(text.at[i - 1]) &&
					!char_is_digit(text.at[i - 1])))) {
			*volume = str_slice(text, i, i + 2);
			return true;
		}
	return false;
}

static bool is_separator(struct str text, size_t *size)
{
	static const struct str separators[] = {STR_INIT(","), STR_INIT("."), STR_INIT(" "),
		STR_INIT("'"), STR_INIT("\xC2\xA0"), STR_INIT("\xE2\x80\xAF"),
		STR_INIT("\xE2\x80\x99")};
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
		if (str_starts(text, separators[i])) {
			*size = separators[i].size;
			return true;
		}
	return false;
}

static size_t digits_at(struct str text)
{
	size_t size = 0;
	while (size < text.size && char_is_digit(text.at[size]))
		size++;
	return size;
}

/* Takes a number of bytes, grouped by threes or not at all, off the front. False when it does not fit. */
static bool take_bytes(struct str *text, int64_t *number)
{
	size_t size = digits_at(*text), skip = 0;
	if (size == 0 || size > 18 || !scan_number(str_slice(*text, 0, size), number))
		return false;
	bool grouped = size <= 3;
	*text = str_from(*text, size);
	for (int groups = 0; grouped && groups < 5 && is_separator(*text, &skip); groups++) {
		int64_t more = 0;
		if (digits_at(str_from(*text, skip)) != 3 ||
			!scan_number(str_slice(*text, skip, skip + 3), &more))
			break;
		*number = *number * 1000 + more;
		*text = str_from(*text, skip + 3);
	}
	return true;
}

static struct fact *add_space(struct reading *r, const struct line *line, struct str volume)
{
	char *name = arena_copy_chars(r->facts->arena, volume);
	if (name[0] >= 'a' && name[0] <= 'z')
		name[0] = (char)(name[0] - 'a' + 'A');
	struct fact *fact = fact_add(r->facts, &disk_space, line);
	fact_put(r->facts, fact, NULL, "volume", (struct str){name, volume.size});
	return fact;
}

static void put_mb(struct reading *r, struct fact *fact, const struct line *line, const char *field,
	int64_t bytes)
{
	fact_put_number(r->facts, fact, line, field, bytes / MIB_BYTES);
}

/* fsutil volume diskfree */
static bool read_diskfree(struct reading *r, const struct line *line)
{
	size_t colon = str_find_char(str_slice(line->text, 0, LABEL_BYTES), ':');
	int64_t bytes = 0;
	if (colon == STR_NONE || r->volume.size == 0)
		return false;
	struct str rest = str_trim(str_from(line->text, colon + 1));
	if (!take_bytes(&rest, &bytes) || (rest.size && !str_starts(str_trim(rest), STR("("))))
		return false;
	if (r->numbers == 0)
		r->fact = add_space(r, line, r->volume);
	if (r->numbers < 2)
		put_mb(r, r->fact, line, r->numbers == 0 ? "free-mb" : "total-mb", bytes);
	r->numbers++;
	return true;
}

/* Two numbers with words behind each: how many, how large. */
static bool two_numbers(struct str text, int64_t *second)
{
	int64_t first = 0;
	if (str_blank_left(text) < 4)
		return false;
	text = str_trim(str_slice(text, 0, 200));
	if (!take_bytes(&text, &first) || text.size == 0)
		return false;
	size_t at = 0;
	while (at < text.size && !char_is_digit(text.at[at]))
		at++;
	struct str rest = str_from(text, at);
	return at > 2 && take_bytes(&rest, second) && rest.size > 0;
}

static void read_dir(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	int64_t bytes = 0;
	struct str volume;
	if (str_starts(line->text, STR(" ")) && !str_starts(line->text, STR("  ")) &&
		str_has(line->text, STR(":\\")) && drive_in(line->text, &volume)) {
		r->volume = volume; /* " Directory of C:\Users" */
		r->listed = true;
	}
	bool two = two_numbers(line->text, &bytes);
	if (two && r->counted && r->volume.size)
		put_mb(r, add_space(r, line, r->volume), line, "free-mb", bytes);
	r->counted = two && !r->counted;
	/* Below the folder's name an error can only say that no file fits the pattern. */
	if (!zone_identifier_read(r->facts, line) && !r->listed)
		(void)file_error_read(r->facts, &r->evidence->lines, i, r->asked);
}

static void end_record(struct reading *r)
{
	struct str volume, rest;
	int64_t bytes = 0;
	rest = r->free;
	if (r->free.size && drive_in(r->device, &volume) && take_bytes(&rest, &bytes)) {
		struct fact *fact = add_space(r, r->free_line, volume);
		put_mb(r, fact, r->free_line, "free-mb", bytes);
		rest = r->size;
		if (take_bytes(&rest, &bytes))
			put_mb(r, fact, r->free_line, "total-mb", bytes);
	}
	r->device = r->free = r->size = STR("");
}

/* "FreeSpace=1", "FreeSpace : 1": names of WMI, not translated. */
static bool read_property(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text);
	size_t end = 0;
	while (end < text.size && char_is_alpha(text.at[end]))
		end++;
	struct str name = str_slice(text, 0, end), rest = str_trim_left(str_from(text, end));
	if (end == 0 || !(str_starts(rest, STR("=")) || str_starts(rest, STR(":"))))
		return false;
	rest = str_trim(str_from(rest, 1));
	bool again = (str_in_list(name, "Caption|DeviceID|DriveLetter") && r->device.size) ||
		(str_equal(name, STR("FreeSpace")) && r->free.size);
	if (again && r->free.size && r->device.size && !str_equal_nocase(rest, r->device))
		end_record(r);
	if (str_in_list(name, "Caption|DeviceID|DriveLetter")) {
		r->device = rest;
	} else if (str_equal(name, STR("FreeSpace")) || str_equal(name, STR("SizeRemaining"))) {
		r->free = rest;
		r->free_line = line;
	} else if (str_equal(name, STR("Size"))) {
		r->size = rest;
	} else {
		return false;
	}
	return true;
}

/* wmic's and PowerShell's table of logical disks. */
static bool table_titles(struct str text)
{
	return str_has(text, STR("FreeSpace")) &&
		(str_has(text, STR("DeviceID")) || str_has(text, STR("Caption")));
}

static void read_titles(struct reading *r, struct str text)
{
	size_t device = str_find(text, STR("DeviceID"));
	r->device_at = device != STR_NONE ? device : str_find(text, STR("Caption"));
	r->free_at = str_find(text, STR("FreeSpace"));
	size_t size = str_find(text, STR("Size"));
	r->size_at = size == STR_NONE ? 0 : size;
}

static void read_table_row(struct reading *r, const struct line *line)
{
	struct str text = line->text, volume, free = str_from(text, r->free_at);
	struct str device = str_from(text, r->device_at);
	bool left =
		r->free_at == 0 || str_blank_left(str_slice(text, r->free_at - 1, r->free_at)) > 0;
	device = str_word(&device);
	if (!left || device.size > 3 || !drive_in(device, &volume))
		return;
	r->device = volume;
	r->free = str_word(&free);
	r->free_line = line;
	if (r->size_at && r->size_at < text.size) {
		struct str size = str_from(text, r->size_at);
		r->size = str_word(&size);
	}
	end_record(r);
}

/* "C   211.35   26.24 FileSystem   C:\": used and free GB. */
static bool psdrive_row(struct str text, struct str *name, int64_t *free_mb)
{
	struct str rest = text;
	*name = str_word(&rest);
	struct str used = str_word(&rest), free = str_word(&rest), provider = str_word(&rest);
	int64_t used_thousandths = 0, thousandths = 0;
	if (name->size != 1 || !char_is_alpha(*name->at) ||
		!str_equal(provider, STR("FileSystem")) ||
		!scan_thousandths(used, &used_thousandths) ||
		!scan_thousandths(free, &thousandths) || thousandths < 0 ||
		thousandths > INT64_MAX / 1024)
		return false;
	*free_mb = thousandths * 1024 / 1000;
	return true;
}

static bool read_psdrive(struct reading *r, const struct line *line)
{
	struct str name;
	int64_t free_mb = 0;
	if (!psdrive_row(line->text, &name, &free_mb))
		return false;
	char *volume = arena_format(r->facts->arena, "%.*s:", STR_PRINT(name));
	fact_put_number(r->facts, add_space(r, line, str_of(volume)), NULL, "free-mb", free_mb);
	return true;
}

static const char variables[] = "TEMP|TMP|PATHEXT|SystemDrive|windir";

static bool read_variable(struct reading *r, const struct line *line)
{
	struct str rest = line->text, name = str_cut(&rest, '=');
	if (rest.size == 0 || !str_in_list(name, variables))
		return false;
	char *upper = arena_copy_chars(r->facts->arena, name);
	for (size_t i = 0; i < name.size; i++)
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (char)(upper[i] - 'a' + 'A');
	struct fact *fact = fact_add(r->facts, &environment_variable, line);
	fact_put(r->facts, fact, NULL, "name", (struct str){upper, name.size});
	fact_put(r->facts, fact, NULL, "value", str_trim(rest));
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), name;
	int64_t free_mb = 0;
	return psdrive_row(text, &name, &free_mb) || table_titles(text) ||
		str_starts(str_trim(text), STR("FreeSpace=")) ||
		str_starts(text, STR("ALLUSERSPROFILE=")) ||
		(str_starts(text, STR("TEMP=")) && str_has(text, STR(":\\")));
}

static void read_command(struct reading *r)
{
	struct str rest;
	struct str program = command_program(r->evidence->origin.command, &rest);
	r->dir = str_equal_nocase(program, STR("dir"));
	struct str words = rest;
	for (struct str word; r->dir && (word = command_argument(&words)).size;)
		if (!str_starts(word, STR("/"))) {
			r->asked = word;
			break;
		}
	if (str_has_nocase(rest, STR("%SystemDrive%")))
		r->volume = STR("C:");
	else
		(void)!drive_in(rest, &r->volume);
}

static void read_line(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	if (r->dir) {
		read_dir(r, i);
		return;
	}
	if (table_titles(line->text)) {
		read_titles(r, line->text);
		return;
	}
	if (read_variable(r, line) || read_property(r, line) || read_psdrive(r, line) ||
		read_diskfree(r, line))
		return;
	if (r->free_at || r->device_at)
		read_table_row(r, line);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++)
		read_line(&r, i);
	end_record(&r);
}

static const struct fact_kind *const kinds[] = {
	&disk_space, &environment_variable, &kind_file_error, &kind_zone_identifier, NULL};

const struct parser parser_disk = {
	.name = "disk",
	.says = "free disk space, and the variables that say where temporary files go",
	.source = "disk",
	.commands = "fsutil|dir|wmic logicaldisk|Get-PSDrive",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
