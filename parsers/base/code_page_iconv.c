/*
 * Code pages by the C library's iconv (POSIX).
 *
 * "CP932" is Windows-31J in glibc, not Shift_JIS: the two differ in the very characters ("~", NEC and
 * IBM extensions) that Windows prints.
 *
 * Opening a converter loads a shared object; guessing an encoding asks for twenty. So converters stay open
 * for the life of the program.
 */
#include "base/code_page.h"

#include "base/text.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdio.h>

static void put_replacement(struct out *utf8, size_t *replaced)
{
	char bytes[4];
	out_str(utf8, (struct str){bytes, utf8_put(bytes, UTF8_REPLACEMENT)});
	++*replaced;
}

/* What iconv_open returns when it fails, as POSIX defines it. */
#define NO_CONVERTER ((iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */

/* Open converters that nobody uses now: each has a state of its own, so no two threads may share one. */
static struct kept {
	unsigned code_page;
	iconv_t converter;
} kept[64];
static size_t kept_count;
static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;

static iconv_t take_converter(unsigned code_page)
{
	iconv_t converter = NO_CONVERTER;
	(void)pthread_mutex_lock(&keeping);
	for (size_t i = 0; i < kept_count && converter == NO_CONVERTER; i++)
		if (kept[i].code_page == code_page) {
			converter = kept[i].converter;
			kept[i] = kept[--kept_count];
		}
	(void)pthread_mutex_unlock(&keeping);
	if (converter != NO_CONVERTER)
		return converter;
	char name[16];
	snprintf(name, sizeof name, "CP%u", code_page);
	return iconv_open("UTF-8", name);
}

static void keep_converter(unsigned code_page, iconv_t converter)
{
	(void)pthread_mutex_lock(&keeping);
	bool room = kept_count < sizeof kept / sizeof *kept;
	if (room)
		kept[kept_count++] = (struct kept){code_page, converter};
	(void)pthread_mutex_unlock(&keeping);
	if (!room)
		(void)iconv_close(converter);
}

/* Puts out what the converter holds back (Hebrew and Vietnamese letters wait for the mark that may follow),
 * and sets it to its first state. */
static void flush(iconv_t converter, struct out *utf8)
{
	char held[16];
	char *to = held;
	size_t room = sizeof held;
	(void)iconv(converter, NULL, NULL, &to, &room);
	out_str(utf8, (struct str){held, sizeof held - room});
}

bool code_page_decode(unsigned code_page, struct bytes data, struct out *utf8, size_t *replaced)
{
	iconv_t converter =
		text_knows_code_page(code_page) ? take_converter(code_page) : NO_CONVERTER;
	if (converter == NO_CONVERTER)
		return false;
	iconv(converter, NULL, NULL, NULL, NULL);
	char *from = (char *)data.at;
	size_t left = data.size;
	while (left) {
		char chunk[4096];
		char *to = chunk;
		size_t room = sizeof chunk;
		size_t result = iconv(converter, &from, &left, &to, &room);
		out_str(utf8, (struct str){chunk, sizeof chunk - room});
		if (result != (size_t)-1 || errno == E2BIG)
			continue;
		/* EILSEQ: this byte means nothing here. EINVAL: the text ends inside a character. */
		flush(converter, utf8);
		put_replacement(utf8, replaced);
		from++;
		left--;
	}
	flush(converter, utf8);
	keep_converter(code_page, converter);
	return true;
}
