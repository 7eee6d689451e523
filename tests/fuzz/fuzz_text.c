/*
 * libFuzzer target: one text through everything, from the splitting of a transcript to every form of a report.
 *
 * The reports are watched too: no control character of the evidence may reach a terminal, and nothing of it
 * may become an element of the HTML.
 */
#include "doc.h"
#include "facts_xml.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct known {
	struct arena *arena;
	struct vocabulary vocabulary;
	struct knowledge knowledge;
};

/* The built-in causes, read once: they take longer than any evidence. */
static const struct known *known_all(void)
{
	static struct known known;
	if (!known.arena) {
		known.arena = arena_new();
		known.vocabulary = vocabulary_all(known.arena);
		known.knowledge = knowledge_new(known.arena, &known.vocabulary);
		knowledge_add_built_in(&known.knowledge);
		knowledge_link(&known.knowledge);
	}
	return &known;
}

static void check_characters(struct str text)
{
	bool valid = true;
	while (text.size) {
		uint32_t c = utf8_next(&text, &valid);
		if (!valid || (c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0) ||
			(c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
			abort();
	}
}

/* Every '<' of the report opens or closes an element that its writer uses. */
static void check_elements(struct str html)
{
	static const char known[] =
		"!DOCTYPE|html|head|meta|title|style|body|h1|h2|h3|h4|p|div|b|dl|"
		"dt|dd|ul|ol|li|span|q|pre|a|footer|bdi|circle|details|figcaption|figure|header|main|path|rect|section|summary|svg|table|tbody|td|text|th|thead|tr";
	for (size_t at; (at = str_find_char(html, '<')) != STR_NONE;) {
		html = str_from(html, at + 1);
		struct str name = html;
		if (str_starts(name, STR("/")))
			name = str_from(name, 1);
		size_t end = 0;
		while (end < name.size && !strchr(" >", name.at[end]))
			end++;
		if (!str_in_list(str_slice(name, 0, end), known))
			abort();
	}
}

static void write_all(const struct known *known, struct arena *arena, const struct case_file *file)
{
	struct diagnosis found = diagnose(arena, file, &known->vocabulary, &known->knowledge);
	struct doc doc = doc_of(arena, &found, ENGLISH);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	write_text(&out, &doc, false);
	check_characters(out_view(&out));
	out.size = 0;
	write_html(&out, &doc);
	check_characters(out_view(&out));
	check_elements(out_view(&out));
	out.size = 0;
	write_markdown(&out, &doc);
	check_characters(out_view(&out));
	out.size = 0;
	write_json(&out, arena, &found, ENGLISH, false);
	check_characters(out_view(&out));
	out.size = 0;
	facts_xml(&out, file);
	check_characters(out_view(&out));
	out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct known *known = known_all();
	struct arena *arena = arena_new();
	struct inputs inputs = inputs_new(arena, 1);
	inputs.sources[inputs.source_count++] = (struct input_source){.path = "fuzz.txt"};
	struct member *member = input_add(&inputs, "fuzz.txt");
	member->data = (struct bytes){data, size};
	member->size = size;
	struct case_file file = case_file_read(arena, &inputs);
	write_all(known, arena, &file);
	arena_free(arena); /* `data` is not ours to free */
	return 0;
}
