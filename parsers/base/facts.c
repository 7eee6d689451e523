#include "base/facts.h"

#include "base/instant.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct facts facts_new(struct arena *arena)
{
	return (struct facts){.arena = arena};
}

void facts_stop(struct facts *facts, const struct line *line, const char *problem, bool refused)
{
	if (!facts->stop.problem)
		facts->stop = (struct stop){problem, line, refused, false};
}

void facts_leave_out(struct facts *facts, const struct line *line, const char *problem)
{
	if (!facts->stop.problem)
		facts->stop = (struct stop){problem, line, true, true};
}

size_t fact_field_count(const struct fact_kind *kind)
{
	size_t count = 0;
	while (kind->fields[count].name)
		count++;
	return count;
}

int fact_field_index(const struct fact_kind *kind, struct str name)
{
	for (int i = 0; kind->fields[i].name; i++)
		if (str_equal(str_of(kind->fields[i].name), name))
			return i;
	return -1;
}

static void facts_keep(struct facts *facts, struct fact *fact)
{
	if (facts->count == LIMIT_FACTS) {
		facts->full = true;
		return;
	}
	facts->at = arena_grow(
		facts->arena, facts->at, facts->count, &facts->room, sizeof(struct fact *));
	fact->order = (unsigned)facts->count;
	facts->at[facts->count++] = fact;
}

struct fact *fact_add(struct facts *facts, const struct fact_kind *kind, const struct line *line)
{
	struct fact *fact = arena_alloc(facts->arena, sizeof *fact);
	fact->kind = kind;
	fact->line = line;
	fact->values = arena_array(facts->arena, fact_field_count(kind), sizeof *fact->values);
	facts_keep(facts, fact);
	return fact;
}

static int declared(const struct fact_kind *kind, const char *field)
{
	int index = fact_field_index(kind, str_of(field));
	assert(index >= 0 && "a parser set or asked for a field that its kind does not declare");
	return index;
}

static bool convert_word(struct arena *arena, const struct fact_field *field, struct str text,
	struct fact_value *value)
{
	struct str rest = str_of(field->words);
	for (value->number = 0; rest.size; value->number++) {
		struct str word = str_cut(&rest, '|');
		if (!str_equal_nocase(word, text))
			continue;
		value->text = arena_share(arena, word);
		return true;
	}
	return false;
}

static bool convert_guid(struct arena *arena, struct str text, struct fact_value *value)
{
	struct str guid;
	if (!scan_is_guid(text) || !scan_first_guid(text, &guid))
		return false;
	char lower[GUID_BYTES];
	for (size_t i = 0; i < guid.size && i < GUID_BYTES; i++)
		lower[i] = char_lower(guid.at[i]);
	value->text = arena_share(arena, (struct str){lower, guid.size});
	return true;
}

#define NUMBER_BYTES 24

static struct str number_print(char buffer[static NUMBER_BYTES], int64_t number)
{
	(void)snprintf(buffer, NUMBER_BYTES, "%lld", (long long)number);
	return str_of(buffer);
}

static bool convert_number(struct arena *arena, const struct fact_field *field, struct str text,
	struct fact_value *value)
{
	char printed[NUMBER_BYTES];
	uint32_t code = 0;
	uint64_t hex = 0;
	if (field->type == FACT_CODE) {
		if (!scan_code(text, &code))
			return false;
		value->number = code;
		(void)snprintf(printed, sizeof printed, "0x%08X", code);
		value->text = arena_share(arena, str_of(printed));
		return true;
	}
	if (scan_hex(text, &hex) && hex <= INT64_MAX)
		value->number = (int64_t)hex;
	else if (!scan_number(text, &value->number))
		return false;
	value->text = arena_share(arena, number_print(printed, value->number));
	return true;
}

static bool convert_address(struct arena *arena, struct str text, struct fact_value *value)
{
	struct address address;
	if (!scan_address(text, &address))
		return false;
	if (str_starts(text, STR("[")))
		text = str_slice(text, 1, text.size - 1);
	value->text = arena_share(arena, text);
	return true;
}

static bool has_product_key(struct str text)
{
	size_t at;
	return scan_first_product_key(text, &at);
}

/* A copy of the front of `text`, at most `limit` bytes, without product keys: also none that only the cut
 * makes too short to be known as one. */
static struct str copy_masked(struct arena *arena, struct str text, size_t limit)
{
	text = utf8_clip(text, limit + PRODUCT_KEY_BYTES);
	if (!has_product_key(text))
		return arena_share(arena, utf8_clip(text, limit));
	char *copy = arena_copy_chars(arena, text);
	(void)fact_mask_product_keys(copy, text.size);
	return utf8_clip((struct str){copy, text.size}, limit);
}

static bool convert_text(struct arena *arena, const struct fact_field *field, struct str text,
	struct fact_value *value)
{
	if (field->type == FACT_NAME && text.size > 1 && str_ends(text, STR(".")))
		text = str_slice(text, 0, text.size - 1);
	if (text.size == 0)
		return false;
	value->text = copy_masked(arena, text, LIMIT_VALUE_BYTES);
	return true;
}

static bool convert_time(struct arena *arena, struct str text, struct fact_value *value)
{
	uint64_t instant = 0;
	if (!scan_instant(text, &instant))
		return false;
	value->number = (int64_t)instant; /* years end at 9999, far below INT64_MAX */
	char printed[INSTANT_TEXT_BYTES];
	value->text = arena_share(arena, instant_print(printed, instant));
	return true;
}

static bool convert_flag(struct str text, struct fact_value *value)
{
	value->number = str_equal_nocase(text, STR("yes"));
	value->text = value->number ? STR("yes") : STR("no");
	return value->number || str_equal_nocase(text, STR("no"));
}

bool fact_convert(struct arena *arena, const struct fact_field *field, struct str text,
	struct fact_value *value)
{
	text = str_trim(text);
	switch (field->type) {
	case FACT_WORD:
		return convert_word(arena, field, text, value);
	case FACT_NUMBER:
	case FACT_CODE:
		return convert_number(arena, field, text, value);
	case FACT_GUID:
		return convert_guid(arena, text, value);
	case FACT_FLAG:
		return convert_flag(text, value);
	case FACT_ADDRESS:
		return convert_address(arena, text, value);
	case FACT_TIME:
		return convert_time(arena, text, value);
	case FACT_TEXT:
	case FACT_NAME:
		break;
	}
	return convert_text(arena, field, text, value);
}

void fact_put(struct facts *facts, struct fact *fact, const struct line *line, const char *field,
	struct str text)
{
	int index = declared(fact->kind, field);
	struct fact_value value = {.line = line ? line : fact->line};
	value.set = fact_convert(facts->arena, &fact->kind->fields[index], text, &value);
	/* Parsers leave keys out; what one overlooks ends here. */
	if (value.set && has_product_key(value.text))
		value.text = fact_mask(facts->arena, value.text);
	if (value.set)
		fact->values[index] = value;
}

void fact_put_number(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, int64_t number)
{
	char printed[NUMBER_BYTES];
	fact_put(facts, fact, line, field, number_print(printed, number));
}

void fact_put_time(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, uint64_t time)
{
	char printed[INSTANT_TEXT_BYTES];
	fact_put(facts, fact, line, field, instant_print(printed, time));
}

void fact_put_flag(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, bool flag)
{
	fact_put(facts, fact, line, field, flag ? STR("yes") : STR("no"));
}

const struct fact_value *fact_get(const struct fact *fact, const char *field)
{
	return &fact->values[declared(fact->kind, field)];
}

bool fact_is_set(const struct fact *fact, const char *field)
{
	return fact_get(fact, field)->set;
}

struct str fact_text(const struct fact *fact, const char *field)
{
	const struct fact_value *value = fact_get(fact, field);
	return value->set ? value->text : STR("");
}

int64_t fact_number(const struct fact *fact, const char *field, int64_t otherwise)
{
	const struct fact_value *value = fact_get(fact, field);
	return value->set ? value->number : otherwise;
}

bool fact_is(const struct fact *fact, const char *field, const char *value)
{
	const struct fact_value *is = fact_get(fact, field);
	return is->set && str_equal_nocase(is->text, str_of(value));
}

bool fact_same_thing(const struct fact *a, const struct fact *b)
{
	if (a->kind != b->kind)
		return false;
	for (int i = 0; a->kind->fields[i].name; i++) {
		if (a->kind->fields[i].role != FACT_KEY)
			continue;
		const struct fact_value *left = &a->values[i], *right = &b->values[i];
		if (left->set != right->set ||
			(left->set && !str_equal_nocase(left->text, right->text)))
			return false;
	}
	return true;
}

/* FNV-1a over what makes two facts the same thing in the same file. */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)char_lower((char)bytes[i])) * 0x100000001B3u;
	return hash;
}

struct state {
	uint64_t hash;
	struct fact *fact;
};

static uint64_t state_hash(const struct fact *fact)
{
	const char *member = fact->line->origin->member;
	uint64_t hash = hash_bytes(0xCBF29CE484222325u, fact->kind->name, strlen(fact->kind->name));
	hash = hash_bytes(hash, member, strlen(member));
	hash = hash_bytes(hash, &fact->line->origin->machine, sizeof fact->line->origin->machine);
	for (int i = 0; fact->kind->fields[i].name; i++)
		if (fact->kind->fields[i].role == FACT_KEY && fact->values[i].set)
			hash = hash_bytes(hash, fact->values[i].text.at, fact->values[i].text.size);
	return hash;
}

static int compare_states(const void *a, const void *b)
{
	const struct state *left = a, *right = b;
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return (left->fact->order > right->fact->order) - (left->fact->order < right->fact->order);
}

/* Takes from `earlier` what `later` says anew. Key values stay: they say what it is about. */
static void replace_values(struct fact *earlier, const struct fact *later)
{
	bool left = false;
	for (int i = 0; earlier->kind->fields[i].name; i++) {
		struct fact_value *value = &earlier->values[i];
		if (earlier->kind->fields[i].role == FACT_KEY || !value->set)
			continue;
		if (later->values[i].set)
			value->replaced = true;
		left |= !value->replaced;
	}
	earlier->superseded = !left;
}

/* Values that were replaced stay until all are known: a fact in between hides none of a later one's. */
static void drop_replaced(struct fact *fact)
{
	for (int i = 0; !fact->superseded && fact->kind->fields[i].name; i++)
		fact->values[i].set &= !fact->values[i].replaced;
}

void facts_supersede(struct facts *facts)
{
	struct state *states = arena_array(facts->arena, facts->count, sizeof *states);
	size_t count = 0;
	for (size_t i = 0; i < facts->count; i++)
		if (facts->at[i]->kind->is_state && facts->at[i]->line)
			states[count++] = (struct state){state_hash(facts->at[i]), facts->at[i]};
	if (count)
		qsort(states, count, sizeof *states, compare_states);
	for (size_t i = 0; i < count; i++) {
		/* Later ones in turn, as far as the nearest few: a hostile file may hold very many. */
		for (size_t k = i + 1; k < count && k <= i + LIMIT_STATES_COMPARED; k++)
			if (states[i].hash == states[k].hash &&
				fact_same_thing(states[i].fact, states[k].fact))
				replace_values(states[i].fact, states[k].fact);
	}
	for (size_t i = 0; i < count; i++)
		drop_replaced(states[i].fact);
}

bool fact_mask_product_keys(char *text, size_t size)
{
	bool found = false;
	size_t at = 0;
	struct str rest = {text, size};
	while (scan_first_product_key(rest, &at)) {
		char *key = text + (rest.at - text) + at;
		for (size_t i = 0; i < PRODUCT_KEY_BYTES - 5; i++)
			if (key[i] != '-')
				key[i] = '*';
		rest = str_from(rest, at + PRODUCT_KEY_BYTES);
		found = true;
	}
	return found;
}

struct str fact_quote(struct arena *arena, const struct line *line)
{
	/* What the console broke is quoted as it was before: a break could stand inside a product key. */
	struct str whole = line->last > line->number || line->record ? line->text : line->raw;
	struct str masked = copy_masked(arena, str_trim(whole), LIMIT_QUOTE_BYTES);
	char *quote = arena_copy_chars(arena, masked);
	for (size_t i = 0; i < masked.size; i++)
		if (quote[i] == '\t')
			quote[i] = ' ';
	return (struct str){quote, masked.size};
}

struct str fact_mask(struct arena *arena, struct str text)
{
	return copy_masked(arena, text, text.size);
}
