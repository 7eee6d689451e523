/*
 * Bytes of unknown encoding into UTF-8.
 *
 * Windows tools write the console's OEM code page, PowerShell UTF-16 or UTF-8, administrators whatever
 * their editor does (slmgr-format, section 5). The order of belief: a byte order mark; NUL bytes in every
 * second place (UTF-16 without mark); strict UTF-8; the code page that the collector recorded; a guess
 * from what the bytes would spell in each code page of Windows.
 *
 * Decoding cannot fail: what no encoding explains becomes U+FFFD and is counted.
 */
#ifndef ACTDX_BASE_TEXT_H
#define ACTDX_BASE_TEXT_H

#include "base/arena.h"
#include "base/bytes.h"

enum text_how { TEXT_ASCII, TEXT_BOM, TEXT_UTF16, TEXT_UTF8, TEXT_RECORDED, TEXT_GUESSED };

#define CODE_PAGE_UTF16LE 1200
#define CODE_PAGE_UTF16BE 1201
#define CODE_PAGE_UTF8 65001

struct text {
	struct str utf8; /* in the arena; valid UTF-8 */
	enum text_how how;
	unsigned code_page; /* Windows' number; 20127 for ASCII */
	size_t replaced;    /* places that became U+FFFD */
};

#define CODE_PAGE_ASCII 20127

/* "cp932", "utf-8", "utf-16le", "ascii"; and how it was told: "mark", "nul bytes", "guess" and so on. */
const char *text_encoding(struct arena *arena, const struct text *text);
const char *text_how_word(enum text_how how);

/* `recorded_code_page` is the OEM code page of the machine, 0 when nobody wrote it down. */
struct text text_decode(struct arena *arena, struct bytes data, unsigned recorded_code_page);

/* Decodes as an encoding that text_encoding named once, whatever the bytes look like now; as text_decode does when it
 * is none of those names. */
struct text text_decode_as(struct arena *arena, struct bytes data, struct str encoding);

/* Which code page spells `data` best? Only bytes from 0x80 up are judged; there must be some. Czech,
 * Turkish and the Baltic languages in 1250, 1254 and 1257 cannot always be told from 1252 this way: there the
 * recorded code page is needed. */
unsigned text_guess_code_page(struct bytes data);

/* Is this a code page that text_decode knows: 437 850 852 855 857 866 874 932 936 949 950 1250-1258? */
bool text_knows_code_page(unsigned code_page);

#endif
