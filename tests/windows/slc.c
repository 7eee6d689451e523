/*
 * Stands in for slc.dll: a machine with one KMS client key, whose licence is in notification with 0xC004F056.
 * The collector asks it as it would the real one, by name (native_slc_win32.c).
 */
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define EXPORTED __declspec(dllexport) HRESULT WINAPI

struct status {
	GUID sku;
	DWORD status, minutes, days;
	HRESULT reason;
	UINT64 expires;
};

static const GUID windows = {
	0x55c92734, 0xd682, 0x4d71, {0x98, 0x3e, 0xd6, 0xec, 0x3f, 0x16, 0x05, 0x9f}};
/* Windows 10 Enterprise, volume; and one of the many products that have no key. */
static const GUID products[] = {
	{0x73111121, 0x5638, 0x40f6, {0xbc, 0x11, 0xf1, 0xd7, 0xb0, 0xd6, 0x43, 0x00}},
	{0x2de67392, 0xb7a7, 0x462a, {0xb1, 0xca, 0x10, 0x8d, 0xd1, 0x89, 0xf5, 0x88}}};

EXPORTED SLOpen(void **handle)
{
	*handle = (void *)products;
	return S_OK;
}

EXPORTED SLClose(void *handle)
{
	return handle == products ? S_OK : E_INVALIDARG;
}

EXPORTED SLGetLicensingStatusInformation(void *handle, const GUID *application, const GUID *sku,
	const wchar_t *right, UINT *count, struct status **all)
{
	if (handle != products || sku || right)
		return E_INVALIDARG;
	*count = 0;
	*all = NULL;
	if (!IsEqualGUID(application, &windows))
		return (HRESULT)0xC004F012;
	struct status *list = LocalAlloc(LPTR, 2 * sizeof *list);
	if (!list)
		return E_OUTOFMEMORY;
	list[0] = (struct status){products[0], 3, 0, 0, (HRESULT)0xC004F056, 0};
	list[1] = (struct status){products[1], 0, 0, 0, (HRESULT)0xC004F014, 0};
	*count = 2;
	*all = list;
	return S_OK;
}

EXPORTED SLGetInstalledProductKeyIds(void *handle, const GUID *sku, UINT *count, GUID **keys)
{
	(void)handle;
	*count = 0;
	*keys = NULL;
	if (!IsEqualGUID(sku, &products[0]))
		return S_OK;
	*keys = LocalAlloc(LPTR, sizeof **keys);
	*count = *keys != NULL;
	return *keys ? S_OK : E_OUTOFMEMORY;
}

static HRESULT give(const wchar_t *text, DWORD *type, UINT *size, BYTE **data)
{
	*type = REG_SZ;
	*size = (UINT)((wcslen(text) + 1) * sizeof *text);
	*data = LocalAlloc(LPTR, *size);
	if (!*data)
		return E_OUTOFMEMORY;
	wcscpy((wchar_t *)(void *)*data, text);
	return S_OK;
}

EXPORTED SLGetPKeyInformation(
	void *handle, const GUID *key, const wchar_t *name, DWORD *type, UINT *size, BYTE **data)
{
	(void)handle;
	(void)key;
	return wcscmp(name, L"PartialProductKey") == 0 ? give(L"2YT43", type, size, data)
		: wcscmp(name, L"Channel") == 0        ? give(L"Volume:GVLK", type, size, data)
						       : (HRESULT)0xC004F012;
}

EXPORTED SLGetProductSkuInformation(
	void *handle, const GUID *sku, const wchar_t *name, DWORD *type, UINT *size, BYTE **data)
{
	(void)handle;
	(void)sku;
	return wcscmp(name, L"Name") == 0
		? give(L"Windows(R), Enterprise edition", type, size, data)
		: wcscmp(name, L"Description") == 0
		? give(L"Windows(R) Operating System, VOLUME_KMSCLIENT channel", type, size, data)
		: (HRESULT)0xC004F012;
}
