/*
 * netsh winhttp show proxy (network-time, section 8).
 *
 *     Current WinHTTP proxy settings:                  <- "WinHTTP" stays in every language
 *
 *         Direct access (no proxy server).
 *     or
 *         Proxy Server(s) :  proxy.contoso.com:8080
 *         Bypass List     :  <local>;*.contoso.com     <- "(none)" when there is none, translated
 *
 * It is the proxy of services, of a MAK's activation for one; KMS never uses it. The words are
 * translated: a line with a colon and a host behind it is a proxy, and the next such line its
 * exceptions. English and Japanese texts are confirmed.
 */
#include "parser.h"

static const struct fact_kind winhttp_proxy = {
	.name = "winhttp-proxy",
	.says = "proxy that services use",
	.is_state = true,
	.fields =
		{
			{"mode", FACT_WORD, "direct, or through a proxy", "direct|proxy"},
			{"proxy", FACT_TEXT, "proxy servers"},
			{"bypass", FACT_TEXT, "names that go direct"},
			{0},
		},
};

static bool is_title(struct str text)
{
	text = str_trim(text);
	return text.size < 120 && str_has(text, STR("WinHTTP")) &&
		(str_ends(text, STR(":")) || str_ends(text, STR("：")));
}

static bool opens(const struct lines *lines, size_t i)
{
	return is_title(lines_text(lines, i));
}

/* LABEL : VALUE; the first colon parts them. */
static bool labelled(struct str text, struct str *value)
{
	size_t colon = str_find(text, STR(":")), wide = str_find(text, STR("："));
	if (colon == STR_NONE && wide == STR_NONE)
		return false;
	*value = str_trim(wide < colon ? str_from(text, wide + 3) : str_from(text, colon + 1));
	return true;
}

/* "host:8080", or a list by protocol, "http=host:8080;https=host:8443". */
static bool is_proxy(struct str value)
{
	struct str first = str_cut(&value, ';');
	size_t equal = str_find_char(first, '=');
	if (equal != STR_NONE)
		first = str_from(first, equal + 1);
	size_t scheme = str_find(first, STR("://"));
	if (scheme != STR_NONE)
		first = str_from(first, scheme + 3);
	struct str host;
	int64_t port = 0;
	return scan_host_port(first, &host, &port);
}

/* "Direct access" at the start, in ten languages. */
static const struct str direct[] = {
	STR_INIT("Direct access"),
	STR_INIT("直接アクセス"),
	STR_INIT("Direktzugriff"),
	STR_INIT("Direkter Zugriff"),
	STR_INIT("Accès direct"),
	STR_INIT("Acceso directo"),
	STR_INIT("直接访问"),
	STR_INIT("直接存取"),
	STR_INIT("직접 액세스"),
	STR_INIT("Прямой доступ"),
	STR_INIT("Acesso direto"),
	STR_INIT("Acesso directo"),
	STR_INIT("Accesso diretto"),
};

static bool says_direct(struct str text)
{
	for (size_t i = 0; i < sizeof direct / sizeof *direct; i++)
		if (str_starts(text, direct[i]))
			return true;
	return false;
}

/* "(none)", translated. */
static bool is_none(struct str value)
{
	return str_starts(value, STR("(")) || str_starts(value, STR("（"));
}

static size_t next_line(const struct lines *lines, size_t i)
{
	while (i < lines->count && str_is_blank(lines->at[i].text))
		i++;
	return i;
}

static void read_setting(const struct lines *lines, size_t i, struct facts *facts)
{
	struct str text = str_trim(lines_text(lines, i)), value;
	if (says_direct(text)) {
		struct fact *fact = fact_add(facts, &winhttp_proxy, &lines->at[i]);
		fact_put(facts, fact, NULL, "mode", STR("direct"));
		return;
	}
	if (!labelled(text, &value) || !is_proxy(value))
		return;
	struct fact *fact = fact_add(facts, &winhttp_proxy, &lines->at[i]);
	fact_put(facts, fact, NULL, "mode", STR("proxy"));
	fact_put(facts, fact, NULL, "proxy", value);
	size_t next = next_line(lines, i + 1);
	if (next < lines->count && !is_title(lines->at[next].text) &&
		labelled(lines->at[next].text, &value) && !is_none(value))
		fact_put(facts, fact, &lines->at[next], "bypass", value);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	for (size_t i = 0; i < lines->count; i++)
		if (is_title(lines->at[i].text))
			read_setting(lines, next_line(lines, i + 1), facts);
}

static const struct fact_kind *const kinds[] = {&winhttp_proxy, NULL};

const struct parser parser_winhttp = {
	.name = "winhttp",
	.says = "netsh winhttp show proxy",
	.source = "winhttp",
	.commands = "netsh winhttp",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
