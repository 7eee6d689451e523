/*
 * Records printed by plans: finished bytes are copied, values written between them, and nothing is kept of a record.
 *
 * Gives up wherever a record is not made as usual, and takes back what it wrote; evtx_run.c prints that one. What a
 * record may cost is counted as there, never less, so that both agree on what is given up altogether.
 */
#include "evtx_plan.h"

#include <string.h>

#define VALUES_MAX 128 /* of one instance; Windows' own have up to some 60 */
#define FRAGMENTS_MAX 4

struct pen {
	struct evtx *evtx;
	struct out *out;
	char *to, *end; /* room */
	size_t start;   /* of the record in `out` */
	size_t cost;    /* so far, without what was written */
	enum format format;
	unsigned fragments; /* around */
};

/* What is asked for at once; room for values and literals is asked for one by one. */
#define ROOM_STEP (64 * KIB)

static void pick_up(struct pen *pen)
{
	pen->to = pen->out->at + pen->out->size;
	pen->end = pen->out->at + pen->out->room;
}

static void put_down(struct pen *pen)
{
	pen->out->size = (size_t)(pen->to - pen->out->at);
}

static bool grow(struct pen *pen, size_t size)
{
	put_down(pen);
	size_t made = pen->out->size - pen->start;
	if (made + pen->cost >= LIMIT_RECORD_TEXT || !out_reserve(pen->out, size + ROOM_STEP))
		return false;
	pick_up(pen);
	return true;
}

static inline bool has_room(struct pen *pen, size_t size)
{
	return (size_t)(pen->end - pen->to) >= size || grow(pen, size);
}

static inline bool spend(struct pen *pen, size_t cost)
{
	pen->cost += cost;
	return pen->cost + (size_t)(pen->to - pen->out->at) - pen->start < LIMIT_RECORD_TEXT;
}

/* Of a plan: what follows it can be read, and most of it is short. */
static inline bool put_planned(struct pen *pen, struct str text)
{
	if (!has_room(pen, text.size + PLAN_SLACK))
		return false;
	if (text.size > 4 * PLAN_SLACK) {
		memcpy(pen->to, text.at, text.size);
	} else {
		for (size_t i = 0; i < text.size; i += PLAN_SLACK)
			memcpy(pen->to + i, text.at + i, PLAN_SLACK);
	}
	pen->to += text.size;
	return true;
}

/*
 * Texts of values
 */

/* What is rare goes the way of evtx_run.c. */
static bool put_rare(struct pen *pen, const struct value *value, bool *empty)
{
	struct out *text = &pen->evtx->text;
	text->size = 0;
	text->overflowed = false;
	value_put(text, value);
	if (text->overflowed || !has_room(pen, 6 * text->size + 64))
		return false;
	*empty = text->size == 0;
	put_down(pen);
	if (pen->format == FORMAT_XML)
		xml_put(pen->out, out_view(text));
	else
		json_put_value(pen->out, value, out_view(text));
	pick_up(pen);
	return true;
}

static struct bytes without_nul(struct bytes data)
{
	size_t size = data.size & ~(size_t)1;
	while (size >= 2 && data.at[size - 1] == 0 && data.at[size - 2] == 0)
		size -= 2;
	return (struct bytes){data.at, size};
}

static const uint8_t *readable(const struct pen *pen)
{
	return pen->evtx->chunk.at + pen->evtx->chunk.size;
}

static bool put_xml(struct pen *pen, const struct value *value)
{
	bool empty;
	if (value->type == VALUE_NULL)
		return true;
	if (!has_room(pen, TEXT_BYTES_MAX(value->data.size) + VALUE_PLAIN_MAX))
		return false;
	if (value->type == VALUE_STRING) {
		pen->to = text_put_xml(
			pen->to, &pen->evtx->escapes, without_nul(value->data), readable(pen));
		return true;
	}
	char *end = value_put_plain(pen->to, value);
	if (!end)
		return put_rare(pen, value, &empty);
	pen->to = end;
	return true;
}

static void put_null(struct pen *pen)
{
	memcpy(pen->to, "null", 4);
	pen->to += 4;
}

static bool put_json(struct pen *pen, const struct value *value)
{
	bool empty;
	if (!has_room(pen, TEXT_BYTES_MAX(value->data.size) + VALUE_PLAIN_MAX))
		return false;
	char *to = pen->to;
	if (value->type == VALUE_NULL) {
		put_null(pen);
	} else if (value->type == VALUE_STRING) {
		struct bytes text = without_nul(value->data);
		*to = '"';
		pen->to = text_put_json(to + 1, &pen->evtx->escapes, text, readable(pen));
		if (text.size)
			*pen->to++ = '"';
		else
			pen->to = to, put_null(pen);
	} else if (value_is_number(value)) {
		char *end = value_put_plain(to, value);
		if (!end)
			return put_rare(pen, value, &empty);
		pen->to = end;
	} else {
		char *end = value_put_plain(to + 1, value);
		if (!end)
			return put_rare(pen, value, &empty);
		*to = '"';
		*end = '"';
		pen->to = end + 1;
	}
	return true;
}

static bool put_text(struct pen *pen, const struct value *value)
{
	return pen->format == FORMAT_XML ? put_xml(pen, value) : put_json(pen, value);
}

/*
 * Steps
 */

static bool put_instance(struct pen *pen, size_t offset, size_t end, const struct step *around);

static bool is_null(const struct value *value)
{
	return value->type == VALUE_NULL || value->data.size == 0;
}

/* A fragment that is a value; `around` in JSON, where others stand beside it. */
static bool put_fragment(struct pen *pen, const struct value *value, const struct step *around)
{
	const struct bytes *chunk = &pen->evtx->chunk;
	size_t offset = (size_t)(value->data.at - chunk->at), end = offset + value->data.size;
	if (value->data.size < 5)
		return false;
	if (chunk->at[offset] == 0x0F)
		offset += 4;
	return chunk->at[offset] == 0x0C && put_instance(pen, offset, end, around);
}

/* Each value of an array in an element of its own. */
static bool put_array(struct pen *pen, const struct step *step, struct value array)
{
	struct value element;
	bool json = pen->format == FORMAT_JSON, list = false;
	if (!json && step->again.size == 0)
		return false;
	for (bool first = true; array_next(&array, &element); first = false) {
		if (element.type == VALUE_BINXML || !spend(pen, step->again_cost) ||
			!has_room(pen, 2))
			return false;
		if (json && first && !step->listed && array.data.size) {
			list = true;
			*pen->to++ = '[';
		}
		if (json && !first)
			*pen->to++ = ',';
		else if (!first && !put_planned(pen, step->again))
			return false;
		if (!put_text(pen, &element))
			return false;
	}
	if (list && has_room(pen, 1))
		*pen->to++ = ']';
	return true;
}

static bool put_content(struct pen *pen, const struct step *step, const struct value *value)
{
	bool json = pen->format == FORMAT_JSON;
	if (step->single && value->type & VALUE_ARRAY && value->data.size)
		return put_array(pen, step, *value);
	if (value->type != VALUE_BINXML)
		return put_text(pen, value);
	if (value->data.size == 0)
		return put_text(pen, &(struct value){.type = VALUE_NULL});
	if (!json)
		return put_fragment(pen, value, NULL);
	if (!has_room(pen, 1))
		return false;
	*pen->to++ = '{';
	if (!put_fragment(pen, value, NULL) || !has_room(pen, 1))
		return false;
	*pen->to++ = '}';
	return true;
}

static bool put_in_attribute(struct pen *pen, const struct value *value)
{
	if (value->type == VALUE_BINXML) /* where no elements can be */
		return put_text(pen, &(struct value){.type = VALUE_NULL});
	return put_text(pen, value);
}

static bool put_attribute(struct pen *pen, const struct step *step, const struct value *value)
{
	if (is_null(value))
		return true;
	if (!put_planned(pen, step->again) || !put_in_attribute(pen, value) || !has_room(pen, 1))
		return false;
	*pen->to++ = '"';
	return true;
}

struct values {
	struct value at[VALUES_MAX];
	size_t count;
};

static struct value value_of(const struct values *values, unsigned index)
{
	return index < values->count ? values->at[index] : (struct value){.type = VALUE_NULL};
}

static bool put_constant(struct pen *pen, const char *text, size_t size)
{
	if (!has_room(pen, size))
		return false;
	memcpy(pen->to, text, size);
	pen->to += size;
	return true;
}

#define PUT(pen, text) put_constant(pen, text, sizeof text - 1)

static bool put_attributes(struct pen *pen, const struct planned_element *element,
	const struct values *values, bool *any)
{
	*any = false;
	for (size_t i = 0; i < element->count; i++) {
		const struct planned_attribute *attribute = &element->attributes[i];
		struct value value = value_of(values, attribute->index);
		if (attribute->index != NO_INDEX && is_null(&value))
			continue;
		if (!(*any ? PUT(pen, ",") : PUT(pen, "{\"#attributes\":{")) ||
			!put_planned(pen, attribute->key))
			return false;
		*any = true;
		if (!(attribute->index == NO_INDEX ? put_planned(pen, attribute->text)
						   : put_in_attribute(pen, &value)))
			return false;
	}
	return !*any || PUT(pen, "}");
}

static bool put_element(struct pen *pen, const struct step *step, const struct values *values)
{
	const struct planned_element *element = step->element;
	struct value value = value_of(values, step->index);
	bool any, text = element->text.size > 0;
	if (value.type & VALUE_ARRAY || value.type == VALUE_BINXML)
		return false;
	if (!put_attributes(pen, element, values, &any))
		return false;
	if (!any)
		return text ? put_planned(pen, element->text) : put_text(pen, &value);
	if (text)
		return PUT(pen, ",\"#text\":") && put_planned(pen, element->text) && PUT(pen, "}");
	if (is_null(&value) || (value.type == VALUE_STRING && !without_nul(value.data).size))
		return PUT(pen, "}");
	/* An empty text is left out; what else can be one is rare. */
	if (value.type == VALUE_ANSI || value.type == VALUE_BINARY)
		return false;
	return PUT(pen, ",\"#text\":") && put_text(pen, &value) && PUT(pen, "}");
}

static bool put_nested(struct pen *pen, const struct step *step, const struct value *value)
{
	if (is_null(value))
		return true;
	return value->type == VALUE_BINXML && PUT(pen, ",") && put_fragment(pen, value, step);
}

static bool put_step(struct pen *pen, const struct step *step, const struct values *values)
{
	struct value value = value_of(values, step->index);
	if (!put_planned(pen, step->before))
		return false;
	switch (step->kind) {
	case STEP_CONTENT:
		return put_content(pen, step, &value);
	case STEP_ATTRIBUTE:
		return put_attribute(pen, step, &value);
	case STEP_IN_ATTRIBUTE:
		return put_in_attribute(pen, &value);
	case STEP_ELEMENT:
		return put_element(pen, step, values);
	case STEP_NESTED:
		return put_nested(pen, step, &value);
	}
	return false;
}

/*
 * Instances
 */

static bool read_values(const struct evtx *evtx, size_t table, size_t end, struct values *values)
{
	const uint8_t *chunk = evtx->chunk.at;
	size_t count = chunk_u32(evtx, table), at = table + 4;
	if (count > (end - at) / 4 || count > VALUES_MAX)
		return false;
	size_t data = at + 4 * count;
	for (size_t i = 0; i < count; i++, at += 4) {
		size_t size = (size_t)(chunk[at] | chunk[at + 1] << 8);
		if (size > end - data)
			return false;
		values->at[i] = (struct value){{chunk + data, size}, chunk[at + 2]};
		data += size;
	}
	values->count = count;
	return true;
}

static struct plan *plan_of(struct evtx *evtx, struct program *program, enum format format)
{
	if (!program->planned[format]) {
		program->planned[format] = true;
		program->plans[format] =
			format == FORMAT_XML ? plan_xml(evtx, program) : plan_json(evtx, program);
	}
	return program->plans[format];
}

/* Keys that stand in a list with others would have to be one with theirs. */
static bool keys_differ(const struct plan *plan, const struct step *around)
{
	for (size_t i = 0; i < plan->key_count; i++)
		for (size_t k = 0; k < around->keys.count; k++)
			if (str_equal(plan->keys[i], around->keys.at[k]))
				return false;
	return true;
}

static bool put_instance(struct pen *pen, size_t offset, size_t end, const struct step *around)
{
	struct evtx *evtx = pen->evtx;
	uint32_t definition;
	size_t table;
	struct values values;
	if (pen->fragments == FRAGMENTS_MAX ||
		!template_instance(evtx, offset, end, &definition, &table))
		return false;
	struct program *program = program_at(evtx, definition);
	const struct plan *plan =
		program && program->kept ? plan_of(evtx, program, pen->format) : NULL;
	if (!plan || !read_values(evtx, table, end, &values) || !spend(pen, plan->cost) ||
		(around && !keys_differ(plan, around)))
		return false;
	pen->fragments++;
	for (size_t i = 0; i < plan->count; i++)
		if (!put_step(pen, &plan->steps[i], &values))
			return false;
	pen->fragments--;
	return put_planned(pen, plan->after);
}

bool record_print(const struct evtx_record *record, enum format format, struct out *out)
{
	struct evtx *evtx = record->evtx;
	const uint8_t *at = evtx->chunk.at + record->offset;
	if (at[0] != 0x0F || at[4] != 0x0C || out->overflowed)
		return false;
	struct pen pen = {.evtx = evtx, .out = out, .start = out->size, .format = format};
	if (!out_reserve(out, ROOM_STEP))
		return false;
	pick_up(&pen);
	bool good = format == FORMAT_XML || PUT(&pen, "{");
	good = good && put_instance(&pen, record->offset + 4, record->end, NULL);
	good = good && spend(&pen, 0) &&
		(format == FORMAT_XML ? PUT(&pen, "\n") : PUT(&pen, "}\n"));
	put_down(&pen);
	if (!good)
		out->size = pen.start;
	return good;
}
