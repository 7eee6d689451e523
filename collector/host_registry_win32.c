/*
 * The registry: values for the run itself, and keys printed as "reg query" does, in the machine's own width.
 *
 *     HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\Rpc
 *         RestrictRemoteClients    REG_DWORD    0x1
 */
#include "host_win32.h"

#include "base/fail.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/wide.h"
#include "parser.h"

#include <stdlib.h>
#include <string.h>

#define KEY_DEPTH 8
#define KEY_COUNT 4000
#define VALUE_BYTES (64 * KIB)

static const struct {
	const char *brief, *full;
	HKEY key;
} hives[] = {{"HKLM", "HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE}, {"HKU", "HKEY_USERS", HKEY_USERS},
	{"HKCU", "HKEY_CURRENT_USER", HKEY_CURRENT_USER}};

static LONG open_wide(struct str path, HKEY *key, const char **hive, struct str *below)
{
	struct str rest = path, name = str_cut(&rest, '\\');
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
		if (str_equal_nocase(name, str_of(hives[i].brief))) {
			char *text = malloc(rest.size + 1);
			if (!text)
				machine_failed("out of memory");
			memcpy(text, rest.at, rest.size);
			text[rest.size] = '\0';
			wchar_t *wide = wide_of(text);
			LONG error = RegOpenKeyExW(
				hives[i].key, wide, 0, KEY_READ | KEY_WOW64_64KEY, key);
			free(text);
			free(wide);
			*hive = hives[i].full;
			*below = rest;
			return error;
		}
	return ERROR_FILE_NOT_FOUND;
}

bool open_key(const char *path, HKEY *key)
{
	const char *hive;
	struct str below;
	return open_wide(str_of(path), key, &hive, &below) == ERROR_SUCCESS;
}

char *read_registry_text(HKEY key, const wchar_t *name)
{
	wchar_t text[1024];
	DWORD size = sizeof text - sizeof *text, type;
	if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)text, &size) != ERROR_SUCCESS ||
		(type != REG_SZ && type != REG_EXPAND_SZ))
		return NULL;
	text[size / sizeof *text] = L'\0';
	return *text ? wide_to_utf8(text, WIDE_ALL) : NULL;
}

static void put_wide(struct out *out, const wchar_t *text, int count)
{
	char *utf8 = wide_to_utf8(text, count);
	out_text(out, utf8);
	free(utf8);
}

static const char *type_name(DWORD type)
{
	static const char *const names[] = {"REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY",
		"REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
		"REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTOR",
		"REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD"};
	return type < sizeof names / sizeof *names ? names[type] : "REG_NONE";
}

static uint64_t little(const BYTE *data, size_t size)
{
	uint64_t number = 0;
	for (size_t i = size; i > 0; i--)
		number = number << 8 | data[i - 1];
	return number;
}

/* "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY" */
#define KEY_UNITS 29

static bool is_product_key(const wchar_t *text, size_t units)
{
	if (units != KEY_UNITS)
		return false;
	for (size_t i = 0; i < KEY_UNITS; i++) {
		bool letter = (text[i] >= L'A' && text[i] <= L'Z') ||
			(text[i] >= L'0' && text[i] <= L'9');
		if (i % 6 == 5 ? text[i] != L'-' : !letter)
			return false;
	}
	return true;
}

/* A product key is nobody's business: its last five letters tell which it is. */
static void put_text(struct out *out, const wchar_t *text, size_t units)
{
	bool key = is_product_key(text, units);
	if (key)
		out_text(out, "*****-*****-*****-*****-");
	put_wide(out, text + (key ? KEY_UNITS - 5 : 0), (int)(key ? 5 : units));
}

/* Strings as they are, with "\0" between several; numbers in hex; all else as hex digits. */
static void put_data(struct out *out, DWORD type, const BYTE *data, DWORD size)
{
	bool text = type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
	const wchar_t *wide = (const wchar_t *)(const void *)data;
	size_t units = size / sizeof *wide;
	while (text && units && wide[units - 1] == L'\0')
		units--;
	if (text) {
		for (size_t from = 0; from < units;) {
			size_t to = from;
			while (to < units && wide[to] != L'\0')
				to++;
			put_text(out, wide + from, to - from);
			if (to < units)
				out_text(out, "\\0");
			from = to + 1;
		}
	} else if ((type == REG_DWORD && size == 4) || (type == REG_QWORD && size == 8)) {
		out_format(out, "0x%llx", (unsigned long long)little(data, size));
	} else {
		for (DWORD i = 0; i < size && i < 4096; i++)
			out_format(out, "%02X", data[i]);
	}
}

struct reading {
	struct out out;
	size_t keys, values;
	bool cut;
	BYTE *data;
};

static void put_values(struct reading *r, HKEY key, const char *only)
{
	wchar_t name[512];
	for (DWORD i = 0;; i++) {
		DWORD name_size = 512, size = VALUE_BYTES, type;
		LONG error = RegEnumValueW(key, i, name, &name_size, NULL, &type, r->data, &size);
		if (error == ERROR_NO_MORE_ITEMS)
			return;
		if (error == ERROR_MORE_DATA) {
			r->cut = true;
			continue;
		}
		if (error != ERROR_SUCCESS)
			return;
		char *utf8 = wide_to_utf8(name, (int)name_size);
		if (!only || str_equal_nocase(str_of(only), str_of(utf8))) {
			out_format(&r->out, "    %s    %s    ", *utf8 ? utf8 : "(Default)",
				type_name(type));
			/* DigitalProductId, DigitalProductId4: the whole product key in another form. */
			if (str_starts_nocase(str_of(utf8), STR("DigitalProductId")))
				out_text(&r->out, "00");
			else
				put_data(&r->out, type, r->data, size);
			out_text(&r->out, "\r\n");
			r->values++;
		}
		free(utf8);
	}
}

static void put_key(
	struct reading *r, HKEY key, const char *path, const char *only, bool all, unsigned depth)
{
	wchar_t name[256];
	if (++r->keys > KEY_COUNT) {
		r->cut = true;
		return;
	}
	out_format(&r->out, "\r\n%s\r\n", path);
	put_values(r, key, only);
	for (DWORD i = 0; !only && !r->cut; i++) {
		DWORD size = 256;
		HKEY below;
		if (RegEnumKeyExW(key, i, name, &size, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
			return;
		char *utf8 = wide_to_utf8(name, (int)size);
		struct out longer = out_new(4096);
		out_format(&longer, "%s\\%s", path, utf8);
		out_char(&longer, '\0');
		if (!all)
			out_format(&r->out, "%s%s\r\n", i == 0 ? "\r\n" : "", longer.at);
		else if (depth < KEY_DEPTH &&
			RegOpenKeyExW(key, name, 0, KEY_READ | KEY_WOW64_64KEY, &below) ==
				ERROR_SUCCESS) {
			put_key(r, below, longer.at, only, all, depth + 1);
			RegCloseKey(below);
		}
		out_free(&longer);
		free(utf8);
	}
}

static char *copy_of(struct str text)
{
	char *copy = malloc(text.size + 1);
	if (!copy)
		machine_failed("out of memory");
	memcpy(copy, text.at, text.size);
	copy[text.size] = '\0';
	return copy;
}

/* reg query KEY [/s] [/v NAME]; what is not there is left to the tool to say. */
static void print_key(const char *command, struct gathered *to)
{
	struct str rest = str_from(str_of(command), strlen("reg query")), below;
	struct str path = command_argument(&rest);
	const char *hive = "";
	char *only = NULL;
	bool all = false;
	HKEY key;
	for (struct str word; (word = command_argument(&rest)).size;) {
		all |= str_equal_nocase(word, STR("/s"));
		if (str_equal_nocase(word, STR("/v")))
			only = copy_of(command_argument(&rest));
	}
	LONG error = open_wide(path, &key, &hive, &below);
	if (error != ERROR_SUCCESS) {
		gathered_error(to, (DWORD)error, "the key cannot be opened");
		free(only);
		return;
	}
	struct reading r = {.out = out_new(4 * MIB), .data = malloc(VALUE_BYTES)};
	struct out full = out_new(4096);
	out_format(&full, "%s\\%.*s", hive, STR_PRINT(below));
	out_char(&full, '\0');
	if (!r.data)
		machine_failed("out of memory");
	put_key(&r, key, full.at, only, all, 0);
	RegCloseKey(key);
	to->truncated = r.cut;
	if (only && r.values == 0) {
		gathered_say(to, ROW_SKIPPED, "the key has no such value");
		out_free(&r.out);
	} else {
		gathered_text(to, &r.out);
	}
	free(r.data);
	free(only);
	out_free(&full);
}

void native_registry(const struct job *job, struct gathered *to)
{
	print_key(job->command, to);
}

/* The rules as the firewall keeps them, for when netsh or the firewall's service does not answer. */
void native_firewall_rules(const struct job *job, struct gathered *to)
{
	(void)job;
	print_key("reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\"
		  "FirewallPolicy /s",
		to);
}
