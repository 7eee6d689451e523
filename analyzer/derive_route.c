/*
 * Which way packets to a KMS host take (network-time, sections 8 and 9; causes C67, C71).
 */
#include "derive.h"

static const struct fact_kind kms_route = {
	.name = "kms-route",
	.says = "the route to a KMS host whose address is known",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"kind", FACT_WORD, "whose it is, as in kms-target",
				"organisation|azure|aws|google|public-unknown|loopback|address",
				FACT_KEY},
			{"state", FACT_WORD,
				"default: as everything else goes; direct: on the same network; specific: a route of "
				"its own by a router of this network; foreign: a route of its own by a router that is "
				"on no network of this machine; none: no route leads there",
				"default|direct|specific|foreign|none"},
			{"gateway", FACT_ADDRESS, "router of that route"},
			{"destination", FACT_ADDRESS, "network of that route"},
			{0},
		},
};

static bool v4_field(const struct fact *fact, const char *field, uint32_t *v4)
{
	struct address address;
	if (!scan_address(fact_text(fact, field), &address) || address.v6)
		return false;
	const unsigned char *b = address.bytes;
	*v4 = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	return true;
}

/* The most specific route to an address; `direct` asks for those of attached networks only. */
static const struct fact *route_to(const struct view *view, uint32_t to, bool direct)
{
	const struct fact *best = NULL;
	uint32_t best_mask = 0, network, mask;
	FOR_EACH_FACT (route, view_kind(view, "route")) {
		if (!v4_field(route, "destination", &network) || !v4_field(route, "mask", &mask) ||
			(to & mask) != (network & mask))
			continue;
		if (direct && (fact_is_set(route, "gateway") || mask == 0 || mask == UINT32_MAX))
			continue;
		if (!best || mask > best_mask) {
			best = route;
			best_mask = mask;
		}
	}
	return best;
}

static struct str state_of_route(const struct view *view, const struct fact *route)
{
	uint32_t mask = 0, gateway;
	if (!fact_is_set(route, "gateway"))
		return STR("direct");
	if (v4_field(route, "mask", &mask) && mask == 0)
		return STR("default");
	if (!v4_field(route, "gateway", &gateway))
		return STR("specific");
	return route_to(view, gateway, true) ? STR("specific") : STR("foreign");
}

static void derive_routes(struct view *view)
{
	const struct bucket *routes = view_kind(view, "route");
	FOR_EACH_FACT (target, view_kind(view, "kms-target")) {
		uint32_t v4;
		if (routes->count == 0 || fact_is(target, "use", "no") ||
			(!v4_field(target, "address", &v4) && !v4_field(target, "host", &v4)))
			continue;
		const struct fact *route = route_to(view, v4, false);
		struct fact *fact =
			view_add(view, &kms_route, route ? route->line : routes->at[0]->line);
		view_copy(view, fact, "host", target, "host");
		view_copy(view, fact, "kind", target, "kind");
		view_put(view, fact, NULL, "state",
			route ? state_of_route(view, route) : STR("none"));
		if (route) {
			view_copy(view, fact, "gateway", route, "gateway");
			view_copy(view, fact, "destination", route, "destination");
		}
	}
}
const struct derivation derive_kms_route = {&kms_route, derive_routes};
