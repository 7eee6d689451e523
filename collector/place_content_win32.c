/*
 * On Windows the collector tells a file by its name alone: the program that a user is asked to trust is kept small, and
 * the parsers, with the library that reads XML, are three quarters of it. What stays loose, the analyzer recognises.
 */
#include "place.h"

void place_by_content(struct arena *arena, struct place *place, const char *name, struct str utf8)
{
	(void)arena;
	(void)place;
	(void)name;
	(void)utf8;
}
