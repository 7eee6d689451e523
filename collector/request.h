/*
 * A request: what an engineer still needs, as a file that the user puts beside the collector.
 *
 *     actdx-request 1
 *     parent 4e2cdecbd791aafa5bdfa82b62c2e0d1be32a5154d1f3a583006e20483076a98
 *     item tcp-1688
 *     domain contoso.com
 *     path C:\Windows\Temp
 *     # a remark
 *
 * UTF-8, one line each, in any order after the first. It can name ids of items.def, DNS names and paths, and nothing that
 * is run as it stands; whatever else is in it makes it no request. `parent` is the SHA-256 of the bundle that it was
 * made from.
 */
#ifndef ACTDX_REQUEST_H
#define ACTDX_REQUEST_H

#include "request_format.h"
#include "settings.h"

struct request {
	const char *only; /* ids with commas between, as --only takes them */
	const char *parent;
	struct text_list domains, paths;
};

/* False with a phrase in `*problem` when the file is no request or names what there is not. */
NODISCARD bool request_read(
	struct arena *arena, const char *path, struct request *request, const char **problem);

#endif
