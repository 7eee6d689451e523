#include "base/nearest.h"

#include <string.h>

#define NAME_BYTES 64 /* longer names are not compared: nobody mistypes them, they paste them */

struct nearest nearest_to(struct str wanted)
{
	return (struct nearest){.wanted = wanted, .distance = SIZE_MAX};
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;
	return least < c ? least : c;
}

static size_t distance(struct str a, struct str b)
{
	size_t row[NAME_BYTES + 1];
	for (size_t j = 0; j <= b.size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.size; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.size; j++) {
			size_t change = char_lower(a.at[i - 1]) != char_lower(b.at[j - 1]);
			size_t here = smallest(row[j] + 1, row[j - 1] + 1, diagonal + change);
			diagonal = row[j];
			row[j] = here;
		}
	}
	return row[b.size];
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	struct str known = str_of(name);
	if (known.size > NAME_BYTES || nearest->wanted.size > NAME_BYTES)
		return;
	size_t steps = distance(nearest->wanted, known);
	if (steps >= nearest->distance || steps > (known.size + 2) / 3)
		return;
	nearest->distance = steps;
	nearest->best = name;
}
