/*
 * Licensing, asked past slmgr.vbs in its place: WMI over COM, as "wmic ... get /value" prints it, and a copy of slmgr.vbs
 * outside the system folder, which finds no words of another language there and speaks English.
 */
#define COBJMACROS
#include "host_win32.h"

#include "base/limits.h"
#include "base/wide.h"

#include <stdlib.h>
#include <string.h>
#include <wbemcli.h>

#define CONNECT_FLAGS 0x80 /* WBEM_FLAG_CONNECT_USE_MAX_WAIT: two minutes at most */

static void put_wide(struct out *out, const wchar_t *text)
{
	char *utf8 = wide_to_utf8(text, WIDE_ALL);
	for (const char *c = utf8; *c; c++)
		out_char(out, strchr("\r\n", *c) ? ' ' : *c);
	free(utf8);
}

/* Unsigned numbers come as signed ones. */
static void put_value(struct out *out, const VARIANT *value)
{
	switch (V_VT(value)) {
	case VT_BSTR:
		put_wide(out, V_BSTR(value) ? V_BSTR(value) : L"");
		break;
	case VT_BOOL:
		out_text(out, V_BOOL(value) ? "TRUE" : "FALSE");
		break;
	case VT_I4:
	case VT_UI4:
		out_format(out, "%lu", V_UI4(value));
		break;
	case VT_I2:
	case VT_UI2:
		out_format(out, "%u", V_UI2(value));
		break;
	case VT_UI1:
		out_format(out, "%u", V_UI1(value));
		break;
	default: /* nothing, or a list: no property that matters is one */
		break;
	}
}

/* All properties but the one that holds a whole product key. */
static void put_object(struct out *out, IWbemClassObject *object)
{
	BSTR name = NULL;
	VARIANT value;
	out_text(out, "\r\n\r\n");
	if (FAILED(IWbemClassObject_BeginEnumeration(object, WBEM_FLAG_NONSYSTEM_ONLY)))
		return;
	VariantInit(&value);
	while (IWbemClassObject_Next(object, 0, &name, &value, NULL, NULL) == WBEM_S_NO_ERROR) {
		if (wcscmp(name, L"OA3xOriginalProductKey") != 0) {
			put_wide(out, name);
			out_char(out, '=');
			put_value(out, &value);
			out_text(out, "\r\n");
		}
		SysFreeString(name);
		VariantClear(&value);
	}
}

static HRESULT ask(IWbemServices *services, const wchar_t *text, struct out *out, ULONGLONG until)
{
	IEnumWbemClassObject *all = NULL;
	IWbemClassObject *one = NULL;
	BSTR language = SysAllocString(L"WQL"), query = SysAllocString(text);
	HRESULT status = IWbemServices_ExecQuery(services, language, query,
		WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, NULL, &all);
	SysFreeString(language);
	SysFreeString(query);
	if (FAILED(status))
		return status;
	(void)CoSetProxyBlanket((IUnknown *)all, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL,
		RPC_C_AUTHN_LEVEL_CALL, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
	for (;;) {
		ULONG got = 0;
		status = IEnumWbemClassObject_Next(all, 250, 1, &one, &got);
		if (got) {
			put_object(out, one);
			IWbemClassObject_Release(one);
		} else if (status != (HRESULT)WBEM_S_TIMEDOUT) {
			break;
		}
		if (GetTickCount64() > until || host_must_stop()) {
			status = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
			break;
		}
	}
	IEnumWbemClassObject_Release(all);
	return FAILED(status) ? status : S_OK;
}

static HRESULT connect_wmi(IWbemServices **services)
{
	IWbemLocator *locator = NULL;
	HRESULT status = CoCreateInstance(&CLSID_WbemLocator, NULL, CLSCTX_INPROC_SERVER,
		&IID_IWbemLocator, (void **)&locator);
	if (FAILED(status))
		return status;
	BSTR space = SysAllocString(L"ROOT\\CIMV2");
	status = IWbemLocator_ConnectServer(
		locator, space, NULL, NULL, NULL, CONNECT_FLAGS, NULL, NULL, services);
	SysFreeString(space);
	IWbemLocator_Release(locator);
	if (SUCCEEDED(status))
		status = CoSetProxyBlanket((IUnknown *)*services, RPC_C_AUTHN_WINNT,
			RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL, RPC_C_IMP_LEVEL_IMPERSONATE,
			NULL, EOAC_NONE);
	return status;
}

void native_wmi(const struct job *job, struct gathered *to)
{
	IWbemServices *services = NULL;
	struct out out = out_new(4 * MIB);
	ULONGLONG until = GetTickCount64() + 1000ull * job->item->timeout_seconds;
	HRESULT status = connect_wmi(&services);
	if (SUCCEEDED(status))
		status = ask(services,
			L"SELECT * FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL",
			&out, until);
	/* A damaged repository may refuse the condition, and gives what it has without it. */
	if (status == (HRESULT)WBEM_E_INVALID_QUERY)
		status = ask(services, L"SELECT * FROM SoftwareLicensingProduct", &out, until);
	if (SUCCEEDED(status))
		status = ask(services, L"SELECT * FROM SoftwareLicensingService", &out, until);
	if (services)
		IWbemServices_Release(services);
	to->truncated = FAILED(status) && out.size;
	if (out.size) {
		gathered_text(to, &out);
		return;
	}
	out_free(&out);
	if (FAILED(status))
		gathered_say(to, status == E_ACCESSDENIED ? ROW_DENIED : ROW_FAILED, "WMI: 0x%08lX",
			(unsigned long)status);
	else
		gathered_say(to, ROW_FAILED, "WMI knows no licence with a key, and said no error");
}

/* "slmgr-copy /dlv" */
void native_slmgr_copy(const struct job *job, struct gathered *to)
{
	wchar_t from[MAX_PATH + 16], copy[2 * MAX_PATH];
	static volatile LONG number;
	if (!temp_folder()) {
		gathered_say(to, ROW_FAILED, "no temporary folder");
		return;
	}
	_snwprintf(from, MAX_PATH + 15, L"%ls\\slmgr.vbs", system_folder());
	_snwprintf(copy, 2 * MAX_PATH - 1, L"%ls\\slmgr%ld.vbs", temp_folder(),
		InterlockedIncrement(&number));
	if (!CopyFileW(from, copy, TRUE)) {
		gathered_error(to, GetLastError(), "slmgr.vbs cannot be copied");
		return;
	}
	char *utf8 = wide_to_utf8(copy, WIDE_ALL);
	struct arena *arena = arena_new();
	run_tool(arena_format(arena, "cscript //nologo \"%s\"%s", utf8,
			 job->command + strlen("slmgr-copy")),
		job->item->timeout_seconds, to);
	DeleteFileW(copy);
	arena_free(arena);
	free(utf8);
}
