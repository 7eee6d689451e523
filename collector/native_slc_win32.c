/*
 * Licences from the licensing service itself, through slc.dll (Software Licensing API, slpublic.h): for machines on
 * which neither slmgr.vbs nor WMI can be asked. Written with the names that WMI gives the same values, so that one
 * parser reads both. mingw-w64 declares only part of that header; the rest is declared here, from its reference.
 */
#include "host_win32.h"

#include "base/limits.h"
#include "base/wide.h"

#include <stdlib.h>
#include <string.h>

typedef void *slc;

struct sl_status { /* SL_LICENSING_STATUS */
	GUID sku;
	DWORD status;
	DWORD grace_minutes, grace_days;
	HRESULT reason;
	UINT64 expires;
};

enum { SL_UNLICENSED, SL_LICENSED, SL_IN_GRACE, SL_NOTIFICATION }; /* SLLICENSINGSTATUS */

#define SL_E_GRACE_OUT_OF_TOLERANCE ((HRESULT)0x4004F00D)

typedef HRESULT WINAPI sl_open(slc *);
typedef HRESULT WINAPI sl_close(slc);
typedef HRESULT WINAPI sl_states(
	slc, const GUID *, const GUID *, const wchar_t *, UINT *, struct sl_status **);
typedef HRESULT WINAPI sl_keys(slc, const GUID *, UINT *, GUID **);
typedef HRESULT WINAPI sl_value(slc, const GUID *, const wchar_t *, DWORD *, UINT *, BYTE **);

static struct {
	sl_open *open;
	sl_close *close;
	sl_states *states;
	sl_keys *keys;
	sl_value *key_value, *sku_value;
} api;

static bool find_api(void)
{
	wchar_t path[MAX_PATH];
	static const char *const names[] = {"SLOpen", "SLClose", "SLGetLicensingStatusInformation",
		"SLGetInstalledProductKeyIds", "SLGetPKeyInformation",
		"SLGetProductSkuInformation"};
	void *const places[] = {
		&api.open, &api.close, &api.states, &api.keys, &api.key_value, &api.sku_value};
	if (GetSystemDirectoryW(path, MAX_PATH - 16) == 0)
		return false;
	wcscat(path, L"\\slc.dll");
	HMODULE library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		FARPROC found = library ? GetProcAddress(library, names[i]) : NULL;
		if (!found)
			return false;
		memcpy(places[i], &found, sizeof found);
	}
	return true;
}

static void put_guid(struct out *out, const char *name, const GUID *id)
{
	out_format(out, "%s=%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x\r\n", name,
		(unsigned long)id->Data1, id->Data2, id->Data3, id->Data4[0], id->Data4[1],
		id->Data4[2], id->Data4[3], id->Data4[4], id->Data4[5], id->Data4[6], id->Data4[7]);
}

/* A text that the service holds about a product or a key; nothing when it has none. */
static void put_text(struct out *out, const char *name, sl_value *value, slc handle, const GUID *id,
	const wchar_t *which)
{
	DWORD type = 0;
	UINT size = 0;
	BYTE *data = NULL;
	if (FAILED(value(handle, id, which, &type, &size, &data)))
		return;
	if (type == REG_SZ && data && size >= sizeof(wchar_t)) {
		char *utf8 = wide_to_utf8(
			(const wchar_t *)(const void *)data, (int)(size / sizeof(wchar_t)));
		out_format(out, "%s=", name);
		for (const char *c = utf8; *c; c++)
			out_char(out, strchr("\r\n", *c) ? ' ' : *c);
		out_text(out, "\r\n");
		free(utf8);
	}
	LocalFree(data);
}

/* LicenseStatus of WMI, which has more states of grace; the reason tells them apart. */
static unsigned wmi_status(const struct sl_status *state)
{
	switch (state->status) {
	case SL_LICENSED:
		return 1;
	case SL_IN_GRACE:
		return state->reason == SL_E_GRACE_OUT_OF_TOLERANCE ? 3 : 2;
	case SL_NOTIFICATION:
		return 5;
	default:
		return 0;
	}
}

/* A product without a key of its own is one that could be licensed: WMI is not asked for those either. */
static void put_product(
	struct out *out, slc handle, const GUID *application, const struct sl_status *state)
{
	UINT count = 0;
	GUID *keys = NULL;
	if (FAILED(api.keys(handle, &state->sku, &count, &keys)) || count == 0 || !keys)
		return;
	out_text(out, "\r\n\r\n");
	put_guid(out, "ApplicationID", application);
	put_text(out, "Description", api.sku_value, handle, &state->sku, L"Description");
	out_format(out, "GracePeriodRemaining=%lu\r\n", (unsigned long)state->grace_minutes);
	put_guid(out, "ID", &state->sku);
	out_format(out, "LicenseStatus=%u\r\nLicenseStatusReason=%lu\r\n", wmi_status(state),
		(unsigned long)(DWORD)state->reason);
	put_text(out, "Name", api.sku_value, handle, &state->sku, L"Name");
	put_text(out, "PartialProductKey", api.key_value, handle, &keys[0], L"PartialProductKey");
	put_text(out, "ProductKeyChannel", api.key_value, handle, &keys[0], L"Channel");
	LocalFree(keys);
}

static HRESULT put_application(struct out *out, slc handle, const GUID *application)
{
	UINT count = 0;
	struct sl_status *states = NULL;
	HRESULT status = api.states(handle, application, NULL, NULL, &count, &states);
	if (FAILED(status))
		return status;
	for (UINT i = 0; states && i < count && !host_must_stop(); i++)
		put_product(out, handle, application, &states[i]);
	LocalFree(states);
	return S_OK;
}

void native_slc(const struct job *job, struct gathered *to)
{
	static const GUID windows = {0x55c92734, 0xd682, 0x4d71,
				  {0x98, 0x3e, 0xd6, 0xec, 0x3f, 0x16, 0x05, 0x9f}},
			  office = {0x0ff1ce15, 0xa989, 0x479d,
				  {0xaf, 0x46, 0xf2, 0x75, 0xc6, 0x37, 0x06, 0x63}};
	slc handle = NULL;
	(void)job;
	if (!find_api()) {
		gathered_say(to, ROW_MISSING_TOOL, "slc.dll cannot be used");
		return;
	}
	HRESULT status = api.open(&handle);
	struct out out = out_new(4 * MIB);
	if (SUCCEEDED(status)) {
		status = put_application(&out, handle, &windows);
		(void)put_application(&out, handle, &office); /* there may be none */
		api.close(handle);
	}
	if (out.size) {
		gathered_text(to, &out);
		return;
	}
	out_free(&out);
	if (FAILED(status))
		gathered_say(to, status == E_ACCESSDENIED ? ROW_DENIED : ROW_FAILED,
			"slc.dll: 0x%08lX", (unsigned long)status);
	else
		gathered_say(to, ROW_FAILED, "slc.dll knows no licence with a key");
}
