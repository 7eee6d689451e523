/*
 * Whom to ask: DNS domains of the machine, and KMS hosts that are named anywhere.
 *
 * DNS may take long to answer nothing. The names are looked for in a thread that is waited for so long and not longer;
 * what it has found by then is used.
 */
#include "host_win32.h"

#include "base/fail.h"
#include "base/scan.h"
#include "base/wide.h"

#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>

#define FIND_MS 15000
#define NAMES_MAX 8 /* of each sort: every name costs time in five items */

void add_name(struct arena *arena, struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_equal_nocase(str_of(list->at[i]), str_of(text)))
			return;
	list->at = arena_grow(arena, list->at, list->count, &list->room, sizeof *list->at);
	list->at[list->count++] = arena_copy(arena, str_of(text)).at;
}

/* Only what is a host or domain name: it becomes part of command lines. */
static void add_host(struct arena *arena, struct text_list *list, struct str text)
{
	text = str_trim(text);
	if (text.size && text.at[text.size - 1] == '.')
		text = str_slice(text, 0, text.size - 1);
	bool dotted_only = true;
	for (size_t i = 0; i < text.size; i++)
		dotted_only &= text.at[i] == '.';
	if (list->count < NAMES_MAX && text.size && text.size < 256 && !dotted_only &&
		*text.at != '-' && scan_is_host(text))
		add_name(arena, list, arena_copy(arena, text).at);
}

static void add_wide(struct arena *arena, struct text_list *list, const wchar_t *wide)
{
	char *utf8 = wide_to_utf8(wide, WIDE_ALL);
	add_host(arena, list, str_of(utf8));
	free(utf8);
}

/* A value that holds one name, or several with commas or blanks between. */
static void add_value(
	struct arena *arena, struct text_list *list, const char *path, const wchar_t *name)
{
	HKEY key;
	if (!open_key(path, &key))
		return;
	char *text = read_registry_text(key, name);
	RegCloseKey(key);
	for (struct str rest = str_of(text ? text : ""); rest.size;) {
		struct str part = str_cut(&rest, ',');
		for (struct str word; (word = str_word(&part)).size;)
			add_host(arena, list, word);
	}
	free(text);
}

static void add_adapter_suffixes(struct arena *arena, struct text_list *domains)
{
	ULONG size = 64 * 1024;
	IP_ADAPTER_ADDRESSES *all = malloc(size);
	ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
	if (all && GetAdaptersAddresses(AF_UNSPEC, flags, NULL, all, &size) == ERROR_SUCCESS)
		for (IP_ADAPTER_ADDRESSES *one = all; one; one = one->Next)
			if (one->DnsSuffix && one->OperStatus == IfOperStatusUp)
				add_wide(arena, domains, one->DnsSuffix);
	free(all);
}

#define TCPIP "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define DNS_POLICY "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient"

static void add_domains(struct arena *arena, struct text_list *domains)
{
	static const struct {
		const char *path;
		const wchar_t *name;
	} values[] = {{TCPIP, L"Domain"}, {TCPIP, L"NV Domain"}, {DNS_POLICY, L"PrimaryDnsSuffix"},
		{DNS_POLICY, L"SearchList"}, {TCPIP, L"SearchList"}, {TCPIP, L"DhcpDomain"}};
	wchar_t domain[256];
	DWORD size = GetEnvironmentVariableW(L"USERDNSDOMAIN", domain, 256);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		add_value(arena, domains, values[i].path, values[i].name);
	if (size > 0 && size < 256)
		add_wide(arena, domains, domain);
	add_adapter_suffixes(arena, domains);
}

/* The host may be named for all products, for one application, or for one product of it. */
static void add_kms_below(
	struct arena *arena, struct text_list *hosts, const char *path, unsigned depth)
{
	static const wchar_t *const names[] = {
		L"KeyManagementServiceName", L"DiscoveredKeyManagementServiceName"};
	wchar_t name[256];
	HKEY key;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_value(arena, hosts, path, names[i]);
	if (depth == 0 || !open_key(path, &key))
		return;
	for (DWORD i = 0; i < 64; i++) {
		DWORD size = 256;
		if (RegEnumKeyExW(key, i, name, &size, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
			break;
		char *utf8 = wide_to_utf8(name, (int)size);
		add_kms_below(arena, hosts, arena_format(arena, "%s\\%s", path, utf8), depth - 1);
		free(utf8);
	}
	RegCloseKey(key);
}

#define SPP "Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform"

static void add_named_hosts(struct arena *arena, struct text_list *hosts)
{
	add_kms_below(arena, hosts, "HKLM\\SOFTWARE\\" SPP, 2);
	add_kms_below(arena, hosts,
		"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\CurrentVersion\\Software Protection "
		"Platform",
		0);
	add_kms_below(arena, hosts, "HKU\\S-1-5-20\\Software\\" SPP, 2);
	add_kms_below(
		arena, hosts, "HKLM\\SOFTWARE\\Microsoft\\OfficeSoftwareProtectionPlatform", 2);
}

struct finding {
	struct arena *arena;
	struct text_list domains, hosts;
	CRITICAL_SECTION lock; /* around what is found */
};

static DWORD WINAPI find(void *context)
{
	struct finding *f = context;
	EnterCriticalSection(&f->lock);
	add_domains(f->arena, &f->domains);
	add_named_hosts(f->arena, &f->hosts);
	LeaveCriticalSection(&f->lock);
	for (size_t i = 0; i < f->domains.count && !host_must_stop(); i++) {
		struct arena *own = arena_new();
		struct text_list found = {0};
		srv_hosts(own, f->domains.at[i], &found);
		EnterCriticalSection(&f->lock);
		for (size_t k = 0; k < found.count; k++)
			add_host(f->arena, &f->hosts, str_of(found.at[k]));
		LeaveCriticalSection(&f->lock);
		arena_free(own);
	}
	return 0;
}

void host_find_names(struct arena *arena, struct text_list *domains, struct text_list *hosts)
{
	/* Kept for good: the thread may outlive the waiting. */
	struct finding *f = calloc(1, sizeof *f);
	if (!f)
		machine_failed("out of memory");
	InitializeCriticalSection(&f->lock);
	f->arena = arena_new();
	for (size_t i = 0; i < domains->count; i++)
		add_name(f->arena, &f->domains, domains->at[i]);
	HANDLE thread = CreateThread(NULL, 0, find, f, 0, NULL);
	if (!thread)
		return;
	for (DWORD waited = 0; waited < FIND_MS && !host_must_stop(); waited += 50)
		if (WaitForSingleObject(thread, 50) == WAIT_OBJECT_0)
			break;
	EnterCriticalSection(&f->lock);
	for (size_t i = 0; i < f->domains.count; i++)
		add_name(arena, domains, f->domains.at[i]);
	for (size_t i = 0; i < f->hosts.count; i++)
		add_name(arena, hosts, f->hosts.at[i]);
	LeaveCriticalSection(&f->lock);
	CloseHandle(thread);
}
