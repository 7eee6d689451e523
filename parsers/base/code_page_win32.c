/*
 * Code pages by MultiByteToWideChar (Windows).
 *
 * The call converts whole strings and says only that something was wrong, not where; so bytes are handed
 * over one character at a time, a lead byte with its trail byte. Slower than need be, and exact.
 */
#include "base/code_page.h"

#include "base/utf8.h"

#include <windows.h>

static size_t convert(unsigned code_page, const char *at, size_t size, uint32_t *code_point)
{
	WCHAR wide[2];
	int count = MultiByteToWideChar(code_page, MB_ERR_INVALID_CHARS, at, (int)size, wide, 2);
	if (count != 1)
		return 0;
	*code_point = wide[0];
	return size;
}

bool code_page_decode(unsigned code_page, struct bytes data, struct out *utf8, size_t *replaced)
{
	if (!IsValidCodePage(code_page))
		return false;
	for (size_t at = 0; at < data.size;) {
		const char *byte = (const char *)data.at + at;
		bool pair = IsDBCSLeadByteEx(code_page, data.at[at]) && at + 1 < data.size;
		uint32_t code_point = UTF8_REPLACEMENT;
		size_t used = convert(code_page, byte, pair ? 2 : 1, &code_point);
		if (!used)
			++*replaced;
		char bytes[4];
		out_str(utf8, (struct str){bytes, utf8_put(bytes, code_point)});
		at += used ? used : 1;
	}
	return true;
}
