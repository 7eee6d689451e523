#include "facts_xml.h"

#include "base/escape.h"

static void put_attribute(struct out *out, const char *name, struct str value)
{
	out_format(out, " %s=\"", name);
	escape_xml(out, value);
	out_char(out, '"');
}

static void put_lines(struct out *out, unsigned first, unsigned last)
{
	if (first == last)
		out_format(out, " line=\"%u\"", first);
	else
		out_format(out, " line=\"%u-%u\"", first, last);
}

static void put_fact(struct out *out, const struct fact *fact)
{
	out_format(out, "      <%s", fact->kind->name);
	for (int i = 0; fact->kind->fields[i].name; i++)
		if (fact->values[i].set)
			put_attribute(out, fact->kind->fields[i].name, fact->values[i].text);
	if (fact->line->record)
		out_format(out, " in-record=\"%llu\"", (unsigned long long)fact->line->record);
	else
		put_lines(out, fact->line->number, fact->line->last);
	if (fact->superseded)
		out_text(out, " superseded=\"yes\"");
	out_text(out, "/>\n");
}

static void put_evidence(
	struct out *out, const struct evidence *evidence, const struct facts *facts)
{
	out_text(out, "    <evidence");
	if (evidence->parser)
		put_attribute(out, "parser", str_of(evidence->parser->name));
	if (evidence->origin.command.size)
		put_attribute(out, "command", evidence->origin.command);
	if (evidence->lines.count)
		put_lines(out, evidence->lines.at[0].number,
			evidence->lines.at[evidence->lines.count - 1].last);
	if (evidence->fact_count == 0) {
		out_text(out, "/>\n");
		return;
	}
	out_text(out, ">\n");
	for (size_t i = 0; i < evidence->fact_count; i++)
		put_fact(out, facts->at[evidence->first_fact + i]);
	out_text(out, "    </evidence>\n");
}

static void put_member(struct out *out, const struct case_file *file, const struct reading *reading)
{
	out_text(out, "  <member");
	put_attribute(out, "name", str_of(reading->member->name));
	if (reading->text.utf8.size) {
		put_attribute(out, "encoding", str_of(text_encoding(file->arena, &reading->text)));
		put_attribute(out, "told-by", str_of(text_how_word(reading->text.how)));
	}
	if (reading->text.replaced)
		out_format(out, " unreadable-characters=\"%zu\"", reading->text.replaced);
	if (reading->problem)
		put_attribute(out, "problem", str_of(reading->problem));
	if (reading->count == 0) {
		out_text(out, "/>\n");
		return;
	}
	out_text(out, ">\n");
	for (size_t i = 0; i < reading->count; i++)
		put_evidence(out, &file->evidence[reading->first + i], &file->facts);
	out_text(out, "  </member>\n");
}

void facts_xml(struct out *out, const struct case_file *file)
{
	out_text(out, "<facts schema=\"actdx-facts/1\">\n");
	for (size_t i = 0; i < file->reading_count; i++)
		put_member(out, file, &file->readings[i]);
	out_text(out, "</facts>\n");
}
