/*
 * A record's values through its template's operations into a sink.
 *
 * A template can name a value a thousand times, and the value can be a fragment that does the same: what one record may
 * cost is counted in bytes of text and of memory, and a record that costs more is given up as a whole.
 */
#include "evtx_internal.h"

struct running {
	struct evtx *evtx;
	const struct sink *sink;
	void *context;
	unsigned fragments; /* around this one */
	bool in_attribute;  /* where no elements can be */
	size_t budget;      /* bytes that this record may still cost; 0: given up */
};

static void spend(struct running *r, size_t bytes)
{
	r->budget -= bytes < r->budget ? bytes : r->budget;
}

/* The values of one instance: a stretch of evtx->values, which may move. */
struct values {
	size_t first, count;
};

static bool run_fragment(struct running *r, size_t offset, size_t end, bool has_dependency);

static struct values read_values(struct evtx *evtx, size_t table, size_t end)
{
	struct values values = {evtx->value_count, 0};
	size_t count = chunk_u32(evtx, table), at = table + 4;
	if (count > (end - at) / 4)
		return values;
	size_t data = at + 4 * count;
	for (size_t i = 0; i < count; i++) {
		size_t size = chunk_u16(evtx, at + 4 * i);
		if (size > end - data)
			break;
		evtx->values = arena_grow(evtx->arena, evtx->values, evtx->value_count,
			&evtx->value_room, sizeof *evtx->values);
		evtx->values[evtx->value_count++] = (struct value){
			{evtx->chunk.at + data, size}, evtx->chunk.at[at + 4 * i + 2]};
		data += size;
		values.count++;
	}
	return values;
}

static struct value value_at(const struct running *r, struct values values, unsigned index)
{
	if (index >= values.count)
		return (struct value){{r->evtx->chunk.at, 0}, VALUE_NULL};
	return r->evtx->values[values.first + index];
}

static bool is_null(const struct value *value)
{
	return value->type == VALUE_NULL || value->data.size == 0;
}

static void put_value(struct running *r, const struct value *value)
{
	struct out *text = &r->evtx->text;
	if (value->type == VALUE_NULL)
		return;
	if (value->type == VALUE_BINXML) {
		size_t offset = (size_t)(value->data.at - r->evtx->chunk.at);
		if (!r->in_attribute)
			(void)!run_fragment(r, offset, offset + value->data.size, false);
		return;
	}
	text->size = 0;
	text->overflowed = false;
	value_put(text, value);
	spend(r, text->size);
	r->sink->value(r->context, value, out_view(text));
}

static void run_op(struct running *r, const struct op *op, struct values values)
{
	spend(r, sizeof *op + op->text.size);
	switch (op->kind) {
	case OP_OPEN:
		r->sink->open(r->context, op->text);
		break;
	case OP_ATTRIBUTE:
		r->in_attribute = true;
		r->sink->attribute(r->context, op->text);
		break;
	case OP_ATTRIBUTE_END:
		r->in_attribute = false;
		r->sink->attribute_end(r->context);
		break;
	case OP_CONTENT:
		r->sink->content(r->context);
		break;
	case OP_CLOSE:
		r->sink->close(r->context, op->text);
		break;
	case OP_TEXT:
		r->sink->text(r->context, op->text);
		break;
	case OP_VALUE: {
		struct value value = value_at(r, values, op->index);
		put_value(r, &value);
		break;
	}
	}
}

/* <Data>%1</Data> with an array: an element for each of its values, as Windows does it for classic events. */
static void repeat(struct running *r, const struct program *program, size_t open,
	struct values values, struct value array)
{
	const struct op *ops = program->ops;
	struct value element;
	while (r->budget && array_next(&array, &element)) {
		for (size_t i = open; i <= ops[open].end; i++)
			if (ops[i].kind == OP_VALUE && i + 1 == ops[open].end)
				put_value(r, &element);
			else
				run_op(r, &ops[i], values);
	}
}

static void run(struct running *r, const struct program *program, struct values values)
{
	for (size_t i = 0; i < program->count && r->budget; i++) {
		const struct op *op = &program->ops[i];
		if (op->index != NO_INDEX && op->kind != OP_VALUE && op->end > i) {
			struct value value = value_at(r, values, op->index);
			bool array = value.type & VALUE_ARRAY && value.data.size;
			if (op->kind == OP_ATTRIBUTE && is_null(&value)) {
				i = op->end; /* an attribute without a value is not shown */
				continue;
			}
			if (op->kind == OP_OPEN && array) {
				repeat(r, program, i, values, value);
				i = op->end;
				continue;
			}
		}
		run_op(r, op, values);
	}
}

static bool run_instance(struct running *r, size_t offset, size_t end)
{
	struct evtx *evtx = r->evtx;
	uint32_t definition;
	size_t table;
	if (!template_instance(evtx, offset, end, &definition, &table))
		return false;
	const struct program *program = program_at(evtx, definition);
	if (!program || program->count == 0)
		return false;
	/* Whether it was compiled for this record or for one before: what a record may cost depends on it alone. */
	spend(r, program->cost);
	size_t before = evtx->value_count;
	run(r, program, read_values(evtx, table, end));
	evtx->value_count = before;
	return true;
}

static bool run_fragment(struct running *r, size_t offset, size_t end, bool has_dependency)
{
	struct evtx *evtx = r->evtx;
	if (r->fragments == LIMIT_FRAGMENT_DEPTH || offset + 4 > end)
		return false;
	if (evtx->chunk.at[offset] == 0x0F)
		offset += 4;
	r->fragments++;
	bool good = false;
	if (offset < end && evtx->chunk.at[offset] == 0x0C) {
		good = run_instance(r, offset, end);
	} else if (offset < end) {
		const struct program *program =
			program_of_fragment(evtx, offset, end, has_dependency);
		spend(r, program->cost);
		run(r, program, (struct values){0});
		good = program->count > 0;
	}
	r->fragments--;
	return good;
}

bool record_run(const struct evtx_record *record, const struct sink *sink, void *context)
{
	struct running r = {.evtx = record->evtx,
		.sink = sink,
		.context = context,
		.budget = LIMIT_RECORD_TEXT};
	record->evtx->value_count = 0;
	return run_fragment(&r, record->offset, record->end, true) && r.budget;
}
