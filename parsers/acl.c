#include "acl.h"

#include <string.h>

const struct fact_kind kind_acl = {
	.name = "acl",
	.says = "who owns an object, and what its access control list is like",
	.is_state = true,
	.fields =
		{
			{"path", FACT_TEXT, "file, folder, registry key or service, as printed",
				NULL, FACT_KEY},
			{"place", FACT_WORD,
				"which object of interest: token-store is spp\\store\\2.0, token-store-7 that of "
				"Windows 7, spp what lies around it, system-file a program of licensing; other: none",
				"token-store|token-store-file|token-store-7|spp|system-file|system32|windows|"
				"program-files|drive-root|windows-temp|service-temp|user-temp|registry-spp|"
				"registry-wpa|registry-s20|registry-enum|registry-windows|service-plugplay|"
				"service-sppsvc|service|other"},
			{"type", FACT_WORD, "what it is", "file|registry|service"},
			{"result", FACT_WORD,
				"listed: its list follows; null: it has none, which allows "
				"everything; denied, not-found, in-use, failed: it could not "
				"be looked at",
				"listed|null|denied|not-found|in-use|failed"},
			{"owner", FACT_NAME, "owner: the SID, or the name where it is not known"},
			{"protected", FACT_FLAG, "does it refuse what its parent passes on?"},
			{"inherited", FACT_WORD, "how many entries come from the parent",
				"all|some|none"},
			{"entries", FACT_NUMBER,
				"entries of the list, labels and audit not counted"},
			{"whole", FACT_FLAG, "was the end of the list seen?"},
			{"label", FACT_WORD, "mandatory label",
				"untrusted|low|medium|high|system|unknown"},
			{0},
		},
};

const struct fact_kind kind_ace = {
	.name = "ace",
	.says = "one entry of an access control list",
	.fields =
		{
			{"path", FACT_TEXT, "the object", NULL, FACT_KEY},
			{"principal", FACT_TEXT, "who, as printed"},
			{"sid", FACT_NAME, "who, in every language", NULL, FACT_KEY},
			{"told-by", FACT_WORD,
				"how the SID is known: it was printed; the name is one Windows "
				"uses; "
				"whoami showed the name beside the SID; the place of the entry "
				"allows no other",
				"sid|name|whoami|structure"},
			{"type", FACT_WORD, "does it allow or forbid?", "allow|deny", FACT_KEY},
			{"rights", FACT_WORD, "the rights in short",
				"full|modify|read-write|read-execute|read|write|special|none"},
			{"mask", FACT_CODE, "the rights as an access mask"},
			{"flags", FACT_TEXT, "OI, CI, NP, IO: what inherits it"},
			{"inherited", FACT_FLAG, "does it come from the parent?"},
			{"applies", FACT_FLAG,
				"does it count for the object itself, not only for what is below?"},
			{0},
		},
};

/* Entries of one output beyond which only objects of interest are kept in full: a whole System32 has
 * some twenty thousand objects, and reasoning looks at LIMIT_VIEW_FACTS of a kind. */
#define OBJECTS_IN_FULL 1000
/* A list has at most 64 KiB, and an entry at least 20 bytes. */
#define ENTRIES 3277

void acl_begin(struct acl_writer *w, const struct line *line, struct str path, const char *type)
{
	acl_end(w, true);
	w->place = acl_place(path, type);
	w->path = path;
	w->entries = w->inherited = 0;
	w->objects++;
	if (w->objects > OBJECTS_IN_FULL && strcmp(w->place, "other") == 0)
		return;
	w->open = fact_add(w->facts, &kind_acl, line);
	fact_put(w->facts, w->open, NULL, "path", path);
	fact_put(w->facts, w->open, NULL, "place", str_of(w->place));
	fact_put(w->facts, w->open, NULL, "result", STR("listed"));
	if (!type && str_starts(path, STR("HK")))
		type = "registry";
	else if (!type && path.size)
		type = "file";
	if (type)
		fact_put(w->facts, w->open, NULL, "type", str_of(type));
}

void acl_put_owner(struct acl_writer *w, const struct line *line, struct str owner)
{
	const char *how = NULL;
	struct str sid = principal_sid(w->facts, owner, &how);
	if (w->open)
		fact_put(w->facts, w->open, line, "owner", sid.size ? sid : owner);
}

static bool holds(uint32_t mask, uint32_t rights)
{
	return (mask & rights) == rights;
}

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define GENERIC_EXECUTE 0x20000000u
#define GENERIC_ALL 0x10000000u

/* Every right of a file is 0x1F01FF, of a key 0xF003F, of a service 0xF01FF. */
static const char *rights_word(uint32_t mask)
{
	if (mask == 0)
		return "none";
	if (holds(mask, 0xF01FF) || holds(mask, 0xF003F) || holds(mask, GENERIC_ALL))
		return "full";
	if (holds(mask, 0x1301BF))
		return "modify";
	bool read = holds(mask, 0x120089) || holds(mask, GENERIC_READ) || mask == 0x20019;
	bool write = holds(mask, 0x100116) || holds(mask, GENERIC_WRITE);
	if (read && write)
		return "read-write";
	if (holds(mask, 0x1200A9) || holds(mask, GENERIC_READ | GENERIC_EXECUTE))
		return "read-execute";
	return read ? "read" : write || mask == 0x20006 ? "write" : "special";
}

static void put_label(struct acl_writer *w, const struct line *line, struct str sid)
{
	static const struct {
		struct str sid;
		const char *word;
	} levels[] = {
		{STR_INIT("S-1-16-0"), "untrusted"},
		{STR_INIT("S-1-16-4096"), "low"},
		{STR_INIT("S-1-16-8192"), "medium"},
		{STR_INIT("S-1-16-12288"), "high"},
		{STR_INIT("S-1-16-16384"), "system"},
	};
	const char *word = "unknown";
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (str_equal(levels[i].sid, sid))
			word = levels[i].word;
	fact_put(w->facts, w->open, line, "label", str_of(word));
}

static void put_flags(struct acl_writer *w, struct fact *fact, unsigned flags)
{
	static const char *const names[] = {"OI", "CI", "NP", "IO"};
	char text[16];
	size_t size = 0;
	for (size_t i = 0; i < 4; i++) {
		if (!(flags & (1u << i)))
			continue;
		if (size)
			text[size++] = ' ';
		memcpy(text + size, names[i], 2);
		size += 2;
	}
	fact_put(w->facts, fact, NULL, "flags", (struct str){text, size});
	fact_put_flag(w->facts, fact, NULL, "inherited", flags & ACE_INHERITED);
	fact_put_flag(w->facts, fact, NULL, "applies", !(flags & ACE_INHERIT_ONLY));
}

/* A name without an authority is a well-known one, for accounts have their machine or domain in front.
 * What Windows passes on to owners is never for the object itself; what is for it is Everyone. */
static struct str sid_by_structure(const struct ace *ace)
{
	if (ace->principal.size == 0 || str_find_char(ace->principal, '\\') != STR_NONE ||
		principal_is_sid(ace->principal) || ace->principal.size <= 2)
		return STR("");
	return ace->flags & ACE_INHERIT_ONLY ? STR(SID_CREATOR_OWNER) : STR(SID_EVERYONE);
}

void acl_put_ace(struct acl_writer *w, const struct line *line, const struct ace *ace)
{
	const char *how = NULL;
	if (!w->open || ace->type == ACE_OTHER || w->entries == ENTRIES)
		return;
	struct str sid = principal_sid(w->facts, ace->principal, &how);
	if (ace->type == ACE_LABEL) {
		put_label(w, line, sid);
		return;
	}
	if (sid.size == 0) {
		sid = sid_by_structure(ace);
		how = "structure";
	}
	struct fact *fact = fact_add(w->facts, &kind_ace, line);
	fact_put(w->facts, fact, NULL, "path", w->path);
	fact_put(w->facts, fact, NULL, "principal", ace->principal);
	if (sid.size) {
		fact_put(w->facts, fact, NULL, "sid", sid);
		fact_put(w->facts, fact, NULL, "told-by", str_of(how));
	}
	fact_put(w->facts, fact, NULL, "type", ace->type == ACE_DENY ? STR("deny") : STR("allow"));
	fact_put(w->facts, fact, NULL, "rights", str_of(rights_word(ace->mask)));
	fact_put_number(w->facts, fact, NULL, "mask", (int64_t)ace->mask);
	put_flags(w, fact, ace->flags);
	w->entries++;
	w->inherited += (ace->flags & ACE_INHERITED) != 0;
}

void acl_put_sddl(struct acl_writer *w, const struct line *line, struct str text)
{
	struct sddl sddl;
	struct ace ace;
	if (!w->open || !sddl_read(text, &sddl))
		return;
	if (sddl.owner.size)
		acl_put_owner(w, line, sddl.owner);
	if (sddl.has_dacl)
		fact_put_flag(w->facts, w->open, line, "protected",
			str_find_char(sddl.dacl_flags, 'P') != STR_NONE);
	if (sddl.null_dacl)
		fact_put(w->facts, w->open, line, "result", STR("null"));
	while (sddl_next(&sddl.dacl, &ace))
		acl_put_ace(w, line, &ace);
	while (sddl_next(&sddl.sacl, &ace))
		if (ace.type == ACE_LABEL)
			acl_put_ace(w, line, &ace);
	acl_end(w, sddl.whole && sddl.has_dacl);
}

void acl_end(struct acl_writer *w, bool whole)
{
	struct fact *acl = w->open;
	w->open = NULL;
	if (!acl)
		return;
	fact_put_number(w->facts, acl, NULL, "entries", w->entries);
	fact_put_flag(w->facts, acl, NULL, "whole", whole);
	if (w->entries)
		fact_put(w->facts, acl, NULL, "inherited",
			w->inherited == 0                    ? STR("none")
				: w->inherited == w->entries ? STR("all")
							     : STR("some"));
}

void acl_put_failure(
	struct facts *facts, const struct line *line, struct str path, const char *result)
{
	struct fact *acl = fact_add(facts, &kind_acl, line);
	fact_put(facts, acl, NULL, "path", path);
	fact_put(facts, acl, NULL, "place", str_of(acl_place(path, NULL)));
	fact_put(facts, acl, NULL, "result", str_of(result));
}

enum place_how { IS, ENDS, HAS };

struct place {
	struct str pattern;
	enum place_how how;
	const char *word;
};

/* The first that fits. Names without a folder come from icacls /save, which does not say where from. */
static const struct place places[] = {
	{STR_INIT("\\spp\\store\\2.0"), ENDS, "token-store"},
	{STR_INIT("store\\2.0"), IS, "token-store"},
	{STR_INIT("\\spp\\store\\2.0\\"), HAS, "token-store-file"},
	{STR_INIT("2.0\\tokens.dat"), IS, "token-store-file"},
	{STR_INIT("2.0\\data.dat"), IS, "token-store-file"},
	{STR_INIT("2.0\\cache"), IS, "token-store-file"},
	{STR_INIT("\\networkservice\\appdata\\roaming\\microsoft\\softwareprotectionplatform"), HAS,
		"token-store-7"},
	{STR_INIT("\\networkservice\\appdata\\local\\temp"), ENDS, "service-temp"},
	{STR_INIT("\\system32\\spp"), ENDS, "spp"},
	{STR_INIT("\\system32\\spp\\"), HAS, "spp"},
	{STR_INIT("spp"), IS, "spp"},
	{STR_INIT("\\windows\\system32"), ENDS, "system32"},
	{STR_INIT("%systemroot%\\system32"), IS, "system32"},
	{STR_INIT("\\windows\\system32\\config"), ENDS, "system32"},
	{STR_INIT("\\windows\\system32\\drivers"), ENDS, "system32"},
	{STR_INIT(":\\windows"), ENDS, "windows"},
	{STR_INIT("%systemroot%"), IS, "windows"},
	{STR_INIT(":\\program files"), ENDS, "program-files"},
	{STR_INIT(":\\program files (x86)"), ENDS, "program-files"},
	{STR_INIT("\\windows\\temp"), ENDS, "windows-temp"},
	{STR_INIT("\\windows\\systemtemp"), ENDS, "windows-temp"},
	{STR_INIT("\\appdata\\local\\temp"), ENDS, "user-temp"},
	{STR_INIT("\\appdata\\local\\temp\\1"), ENDS, "user-temp"},
	{STR_INIT("\\appdata\\local\\temp\\2"), ENDS, "user-temp"},
	{STR_INIT("\\system\\wpa"), ENDS, "registry-wpa"},
	{STR_INIT("\\s-1-5-20\\software\\microsoft\\windows "
		  "nt\\currentversion\\softwareprotectionplatform"),
		HAS, "registry-s20"},
	{STR_INIT("\\windows nt\\currentversion\\softwareprotectionplatform"), ENDS,
		"registry-spp"},
	{STR_INIT("\\windows nt\\currentversion"), ENDS, "registry-windows"},
	{STR_INIT("\\currentcontrolset\\enum\\root"), ENDS, "registry-enum"},
};

static const char system_files[] =
	"sppsvc.exe|sppc.dll|sppcext.dll|sppobjs.dll|sppwinob.dll|sppextcomobj.exe|slc.dll|slcext.dll|"
	"slmgr.vbs|slui.exe|clipsvc.dll|clipup.exe|licensemanagersvc.dll|w32time.dll";

/* Lower case, one kind of separator, none at the end. Longer paths than this are no object of interest. */
static struct str plain_path(struct str path, char *room, size_t size)
{
	path = str_trim(path);
	if (path.size >= size)
		return STR("");
	for (size_t i = 0; i < path.size; i++)
		room[i] = path.at[i] == '/' ? '\\' : char_lower(path.at[i]);
	while (path.size && room[path.size - 1] == '\\')
		path.size--;
	return (struct str){room, path.size};
}

static bool is_system_file(struct str path)
{
	size_t separator = str_find_last_char(path, '\\');
	if (separator == STR_NONE)
		return str_in_list(path, system_files);
	struct str folder = str_slice(path, 0, separator);
	return str_in_list(str_from(path, separator + 1), system_files) &&
		(str_ends(folder, STR("\\system32")) || str_equal(folder, STR(".")));
}

const char *acl_place(struct str path, const char *type)
{
	char room[300];
	struct str plain = plain_path(path, room, sizeof room);
	if (type && strcmp(type, "service") == 0)
		return str_equal(plain, STR("plugplay"))  ? "service-plugplay"
			: str_equal(plain, STR("sppsvc")) ? "service-sppsvc"
							  : "service";
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const struct place *place = &places[i];
		if (place->how == IS                 ? str_equal(plain, place->pattern)
				: place->how == ENDS ? str_ends(plain, place->pattern)
						     : str_has(plain, place->pattern))
			return place->word;
	}
	if (is_system_file(plain))
		return "system-file";
	bool root = plain.size == 2 && char_is_alpha(plain.at[0]) && plain.at[1] == ':';
	return root ? "drive-root" : "other";
}
