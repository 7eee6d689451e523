/*
 * The mark of files that came from the Internet, where a listing of streams shows it.
 */
#ifndef ACTDX_ZONE_IDENTIFIER_H
#define ACTDX_ZONE_IDENTIFIER_H

#include "parser.h"

extern const struct fact_kind kind_zone_identifier;

/* "   26 slmgr.vbs:Zone.Identifier:$DATA", a line of `dir /r`. True when it is one. */
bool zone_identifier_read(struct facts *facts, const struct line *line);

#endif
