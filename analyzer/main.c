#include "cause.h"
#include "facts_xml.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

static int check(const char *folder)
{
	struct arena *arena = arena_new();
	struct vocabulary vocabulary = vocabulary_all(arena);
	struct knowledge knowledge = knowledge_new(arena, &vocabulary);
	const char *problem;
	if (!knowledge_add_folder(&knowledge, folder, &problem))
		printf("%s: %s\n", folder, problem);
	knowledge_link(&knowledge);
	for (size_t i = 0; i < knowledge.problem_count; i++)
		printf("%s:%u: %s\n", knowledge.problems[i].file, knowledge.problems[i].line,
			knowledge.problems[i].text);
	printf("%zu causes, %zu problems\n", knowledge.count, knowledge.problem_count);
	return knowledge.problem_count != 0;
}

int main(int argc, char **argv)
{
	machine_failed_as("actdx-analyze", 7);
	if (argc == 4 && strcmp(argv[1], "causes") == 0)
		return check(argv[3]);
	struct arena *arena = arena_new();
	struct inputs inputs = inputs_new(arena, (size_t)argc);
	for (int i = 2; i < argc; i++) {
		const char *problem;
		if (!input_read(&inputs, argv[i], &problem))
			printf("%s: %s\n", argv[i], problem);
	}
	struct case_file file = case_file_read(arena, &inputs);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	facts_xml(&out, &file);
	fwrite(out.at, 1, out.size, stdout);
	out_free(&out);
	inputs_free(&inputs);
	arena_free(arena);
	return 0;
}
