#include "codes.h"

const struct code codes[] = {
#define CODE(number, symbol, en, ja) {number, symbol, {en, ja}},
#include "codes.def"
#undef CODE
};

const size_t code_count = sizeof codes / sizeof *codes;

const struct code *code_find(uint32_t number)
{
	for (size_t i = 0; i < code_count; i++)
		if (codes[i].number == number)
			return &codes[i];
	return NULL;
}
