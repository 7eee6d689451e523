/*
 * Can the KMS host's key serve this client? (causes, C23; slmgr-format, S16)
 *
 * A KMS host key serves its own generation and older ones. The generation of a key stands in the
 * channel of the host's licence, "VOLUME_KMS_WS16"; that of a client is the build in the version of
 * its licensing service. Both are compared as build numbers, and only for servers: client editions
 * of Windows 10 and 11 are served by keys of several generations.
 */
#include "derive.h"

#include "kinds.h"

static const struct fact_kind kms_host_key = {
	.name = "kms-host-key",
	.says = "the KMS host's key beside the client that asks for activation",
	.fields =
		{
			{"host-build", FACT_NUMBER,
				"newest Windows Server that the host's key serves"},
			{"client-build", FACT_NUMBER, "build of the client"},
			{"covers", FACT_FLAG, "the host's key serves this client"},
			{0},
		},
};

/* Longer tokens before those that they contain. */
static int64_t build_of_key(struct str description)
{
	static const struct {
		struct str token;
		int64_t build;
	} keys[] = {
		{STR_INIT("VOLUME_KMS_WS25"), 26100},
		{STR_INIT("VOLUME_KMS_WS22"), 20348},
		{STR_INIT("VOLUME_KMS_WS19"), 17763},
		{STR_INIT("VOLUME_KMS_WS16"), 14393},
		{STR_INIT("VOLUME_KMS_2012-R2"), 9600},
		{STR_INIT("VOLUME_KMS_2012"), 9200},
		{STR_INIT("VOLUME_KMS_R2_"), 7601},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_has(description, keys[i].token))
			return keys[i].build;
	return 0;
}

static bool is_server(const struct fact *licence)
{
	return str_has(fact_text(licence, "product"), STR(", Server"));
}

/* The third part of "10.0.17763.1039". */
static bool build_of_version(struct str version, int64_t *build)
{
	(void)str_cut(&version, '.');
	(void)str_cut(&version, '.');
	return scan_number(str_cut(&version, '.'), build);
}

static const struct fact *newest_host_key(const struct view *view)
{
	const struct fact *newest = NULL;
	int64_t best = 0;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		int64_t build = build_of_key(fact_text(licence, "description"));
		if (fact_is(licence, "channel", "kms-host") && !fact_is(licence, "app", "office") &&
			build > best) {
			newest = licence;
			best = build;
		}
	}
	return newest;
}

static void derive_host_key(struct view *view)
{
	const struct fact *host = newest_host_key(view);
	int64_t client_build;
	if (!host)
		return;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		const struct fact_value *version = fact_get(licence, "service-version");
		if (!fact_is(licence, "channel", "kms-client") || !is_server(licence) ||
			!version->set || !build_of_version(version->text, &client_build))
			continue;
		const struct fact_value *description = fact_get(host, "description");
		int64_t host_build = build_of_key(description->text);
		struct fact *fact = view_add(view, &kms_host_key, description->line);
		view_put_number(view, fact, NULL, "host-build", host_build);
		view_put_number(view, fact, version->line, "client-build", client_build);
		view_put(view, fact, NULL, "covers",
			host_build >= client_build ? STR("yes") : STR("no"));
		return;
	}
}
const struct derivation derive_kms_host_key = {&kms_host_key, derive_host_key};
