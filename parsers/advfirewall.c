/*
 * netsh advfirewall, and the same from PowerShell (network-time, section 8).
 *
 *     Domain Profile Settings:
 *     ----------------------------------------------------------------------      <- always 70 dashes
 *     State                                 ON
 *     Firewall Policy                       BlockInbound,AllowOutbound             <- not translated
 *
 *     Rule Name:                            Block KMS
 *     ----------------------------------------------------------------------
 *     Description:                          ...                            <- verbose, when there is one
 *     Enabled:                              Yes
 *     Direction:                            Out
 *     Profiles:                             Domain,Private,Public
 *     Grouping:
 *     LocalIP:                              Any
 *     RemoteIP:                             Any
 *     Protocol:                             TCP
 *     LocalPort:                            Any                            <- TCP and UDP only
 *     RemotePort:                           1688
 *     Edge traversal:                       No
 *     Program:                              C:\...                         <- verbose, when it has one
 *     Service:                              ...                            <- likewise
 *     InterfaceTypes:                       Any                            <- verbose
 *     Security:                             NotRequired                    <- verbose
 *     Rule source:                          Local Setting                  <- verbose
 *     Action:                               Block
 *
 * All labels and most values are translated, so lines are read by their place: from "Enabled",
 * which is the line above the one that says in or out, and from the end. Words for yes, in, allow
 * are looked up in ten languages; one that is not known leaves its field unset.
 * Get-NetFirewallRule and Get-NetFirewallProfile print English property names everywhere.
 */
#include "firewall.h"
#include "parser.h"

#define LABEL_BYTES 200 /* fifty letters of any script */
#define DASHES 70

struct word {
	const char *word, *names;
};

static const struct word flag_words[] = {
	{"yes", "yes|true|はい|ja|oui|sí|是|예|Да|да|sim|sì"},
	{"no", "no|false|いいえ|nein|non|否|아니요|아니오|Нет|нет|não"},
};

static const struct word direction_words[] = {
	{"in",
		"in|inbound|入力|受信|eingehend|ein|entrée|entrant|dentro|entrada|entrante|de entrada|"
		"入|入站|传入|輸入|連入|인바운드|입력|Входящий|Входящие|Входящее|Внутрь|in entrata|"
		"connessioni in entrata"},
	{"out",
		"out|outbound|出力|送信|ausgehend|aus|sortie|sortant|fuera|salida|saliente|saída|fora|de saída|"
		"出|出站|传出|輸出|連出|아웃바운드|출력|Исходящий|Исходящие|Исходящее|Наружу|in uscita|"
		"connessioni in uscita"},
};

static const struct word action_words[] = {
	{"allow",
		"allow|許可|zulassen|autoriser|permitir|允许|允許|허용|Разрешить|Разрешать|consenti|consentire"},
	{"block",
		"block|ブロック|禁止|blockieren|blocken|bloquer|bloquear|阻止|封鎖|차단|Блокировать|Блокировка|"
		"Запретить|blocca|bloccare"},
	{"bypass",
		"bypass|バイパス|umgehen|contourner|ignorer|omitir|绕过|略過|우회|무시|Обход|Обойти|ignorar|ignora"},
};

static const struct word state_words[] = {
	{"yes",
		"on|オン|有効|ein|actif|activé|ACTIVÉ|activar|activado|activo|启用|打开|开启|開啟|啟用|"
		"설정|사용|켜기|켬|ВКЛЮЧИТЬ|Включить|ВКЛ|Вкл|Включено|ativado|ativar|ligado|ativo|attivato|attiva|"
		"attivo"},
	{"no",
		"off|オフ|無効|aus|inactif|désactivé|DÉSACTIVÉ|desactivar|desactivado|inactivo|禁用|关闭|關閉|停用|"
		"해제|사용 안 함|끄기|끔|ОТКЛЮЧИТЬ|Отключить|ВЫКЛЮЧИТЬ|Выключить|ВЫКЛ|Выкл|Отключено|desativado|"
		"desativar|desligado|inativo|disattivato|disattiva|inattivo"},
};

#define WORD(table, text) find_word(table, sizeof(table) / sizeof *(table), text)

static const char *find_word(const struct word *table, size_t count, struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i < count; i++)
		if (text.size && str_in_list(text, table[i].names))
			return table[i].word;
	return NULL;
}

/* Parts of words: of a profile's heading, and of where a rule comes from. */
static const struct {
	const char *word;
	struct str part;
} profile_parts[] =
	{
		{"domain", STR_INIT("Domain")},
		{"domain", STR_INIT("ドメイン")},
		{"domain", STR_INIT("Domän")},
		{"domain", STR_INIT("domaine")},
		{"domain", STR_INIT("ominio")},
		{"domain", STR_INIT("omínio")},
		{"domain", STR_INIT("域")},
		{"domain", STR_INIT("도메인")},
		{"domain", STR_INIT("омен")},
		{"private", STR_INIT("Privat")},
		{"private", STR_INIT("privat")},
		{"private", STR_INIT("プライベート")},
		{"private", STR_INIT("rivé")},
		{"private", STR_INIT("rivad")},
		{"private", STR_INIT("articular")},
		{"private", STR_INIT("专用")},
		{"private", STR_INIT("私人")},
		{"private", STR_INIT("개인")},
		{"private", STR_INIT("астн")},
		{"public", STR_INIT("Public")},
		{"public", STR_INIT("public")},
		{"public", STR_INIT("パブリック")},
		{"public", STR_INIT("ffentlich")},
		{"public", STR_INIT("úblic")},
		{"public", STR_INIT("ubblic")},
		{"public", STR_INIT("公用")},
		{"public", STR_INIT("공용")},
		{"public", STR_INIT("бщ")},
},
  source_parts[] = {
	  {"policy", STR_INIT("Group Policy")},
	  {"policy", STR_INIT("グループ ポリシー")},
	  {"policy", STR_INIT("ruppenrichtlinie")},
	  {"policy", STR_INIT("tratégie de groupe")},
	  {"policy", STR_INIT("irectiva de grupo")},
	  {"policy", STR_INIT("组策略")},
	  {"policy", STR_INIT("群組原則")},
	  {"policy", STR_INIT("그룹 정책")},
	  {"policy", STR_INIT("рупповой политик")},
	  {"policy", STR_INIT("olítica de Grupo")},
	  {"policy", STR_INIT("riteri di gruppo")},
	  {"local", STR_INIT("Local")},
	  {"local", STR_INIT("local")},
	  {"local", STR_INIT("ローカル")},
	  {"local", STR_INIT("Lokal")},
	  {"local", STR_INIT("locale")},
	  {"local", STR_INIT("本地")},
	  {"local", STR_INIT("本機")},
	  {"local", STR_INIT("로컬")},
	  {"local", STR_INIT("окальн")},
};

static const char *profile_of(struct str heading)
{
	for (size_t i = 0; i < sizeof profile_parts / sizeof *profile_parts; i++)
		if (str_has(heading, profile_parts[i].part))
			return profile_parts[i].word;
	return NULL;
}

static const char *source_of(struct str text)
{
	for (size_t i = 0; i < sizeof source_parts / sizeof *source_parts; i++)
		if (str_has(text, source_parts[i].part))
			return source_parts[i].word;
	return NULL;
}

static bool is_dashes(struct str text)
{
	text = str_trim(text);
	if (text.size != DASHES)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] != '-')
			return false;
	return true;
}

struct entry {
	const struct line *line;
	struct str value;
};

/* "LABEL:   VALUE"; the colon may be a wide one. Lines of ICMP types are indented: no entries. */
static bool is_entry(const struct line *line, struct entry *entry)
{
	struct str text = line->text;
	size_t colon = str_find_char(text, ':'),
	       wide = str_find(str_slice(text, 0, LABEL_BYTES), STR("："));
	size_t at = colon < wide ? colon : wide;
	if (at == STR_NONE || at == 0 || at > LABEL_BYTES || str_blank_left(text) > 0)
		return false;
	entry->line = line;
	entry->value = str_trim(str_from(text, at + (at == colon ? 1 : 3)));
	return true;
}

enum heading { HEADING_NONE, HEADING_PROFILE, HEADING_RULE };

/* Line `i` above dashes: with a value it names a rule, without one a profile. */
static enum heading heading_at(const struct lines *lines, size_t i, struct entry *entry)
{
	if (i + 1 >= lines->count || !is_dashes(lines->at[i + 1].text) ||
		!is_entry(&lines->at[i], entry))
		return HEADING_NONE;
	return entry->value.size ? HEADING_RULE : HEADING_PROFILE;
}

static bool property(const struct line *line, const char *name, struct str *value)
{
	struct str rest = line->text, key = str_trim(str_cut(&rest, ':'));
	if (rest.size == 0 && !str_ends(str_trim_right(line->text), STR(":")))
		return false;
	*value = str_trim(rest);
	return str_equal(key, str_of(name));
}

static bool has_property(const struct lines *lines, size_t i, const char *name)
{
	struct str value;
	return i < lines->count && property(&lines->at[i], name, &value);
}

static bool has_direction(const struct lines *lines, size_t i)
{
	for (size_t k = i + 2; k < i + 16 && k < lines->count; k++)
		if (has_property(lines, k, "Direction"))
			return true;
	return false;
}

/* PowerShell's lists: "Name : X" above "DisplayName : ..." or, for a profile, above "Enabled". */
static enum heading list_at(const struct lines *lines, size_t i)
{
	if (!has_property(lines, i, "Name"))
		return HEADING_NONE;
	if (has_property(lines, i + 1, "DisplayName")) /* as have services and others */
		return has_direction(lines, i) ? HEADING_RULE : HEADING_NONE;
	return has_property(lines, i + 1, "Enabled") &&
			has_property(lines, i + 2, "DefaultInboundAction")
		? HEADING_PROFILE
		: HEADING_NONE;
}

/* "BlockInbound,AllowOutbound": longer tokens before their beginnings. */
static bool is_policy(struct str text)
{
	return str_has_nocase(text, STR("Inbound")) && str_has_nocase(text, STR("Outbound")) &&
		str_find_char(text, ',') != STR_NONE;
}

/* Values stand in column 38: every label but the longest leaves a run of blanks. */
static bool is_wide(const struct line *line)
{
	struct entry entry;
	return is_entry(line, &entry) && str_has(line->text, STR(":     "));
}

static bool opens(const struct lines *lines, size_t i)
{
	struct entry entry, next;
	switch (heading_at(lines, i, &entry)) {
	case HEADING_RULE:
		return i + 3 < lines->count && is_wide(&lines->at[i]) &&
			is_wide(&lines->at[i + 2]) && is_entry(&lines->at[i + 3], &next);
	case HEADING_PROFILE:
		return is_policy(lines_text(lines, i + 2)) || is_policy(lines_text(lines, i + 3)) ||
			(profile_of(entry.line->text) &&
				str_has(lines_text(lines, i + 2), STR("     ")));
	case HEADING_NONE:
		break;
	}
	return list_at(lines, i) != HEADING_NONE;
}

/* What stands behind a label and a run of blanks. */
static struct str column(struct str text)
{
	size_t gap = str_find(text, STR("  "));
	return gap == STR_NONE ? STR("") : str_trim(str_from(text, gap));
}

static void put_policy(struct facts *facts, struct fact *fact, const struct line *line)
{
	struct str text = line->text;
	const char *inbound = str_has_nocase(text, STR("BlockInboundAlways")) ? "block-all"
		: str_has_nocase(text, STR("BlockInbound"))                   ? "block"
		: str_has_nocase(text, STR("AllowInbound"))                   ? "allow"
									      : "";
	const char *outbound = str_has_nocase(text, STR("BlockOutbound")) ? "block"
		: str_has_nocase(text, STR("AllowOutbound"))              ? "allow"
									  : "";
	fact_put(facts, fact, line, "inbound", str_of(inbound));
	fact_put(facts, fact, line, "outbound", str_of(outbound));
}

/* The heading, dashes, the state, the policy. Returns the last line used. */
static size_t read_profile(
	const struct lines *lines, size_t i, const char *profile, struct facts *facts)
{
	if (!profile)
		return i + 1;
	struct fact *fact = fact_add(facts, &kind_firewall_profile, &lines->at[i]);
	fact_put(facts, fact, NULL, "profile", str_of(profile));
	if (i + 2 >= lines->count)
		return i + 1;
	const char *state = WORD(state_words, column(lines->at[i + 2].text));
	if (state)
		fact_put(facts, fact, &lines->at[i + 2], "enabled", str_of(state));
	/* "show allprofiles firewallpolicy" leaves the state out. */
	for (size_t at = i + 2; at <= i + 3 && at < lines->count; at++)
		if (is_policy(lines->at[at].text)) {
			put_policy(facts, fact, &lines->at[at]);
			break;
		}
	return i + 1;
}

#define ENTRIES 40

struct block {
	struct entry at
		[ENTRIES]; /* once full, the last place goes on taking the newest: the action is last */
	size_t count, last_line;
};

static void read_block(const struct lines *lines, size_t i, struct block *block)
{
	struct entry entry;
	block->count = 0;
	block->last_line = i - 1;
	for (; i < lines->count && !str_is_blank(lines->at[i].text); i++) {
		if (heading_at(lines, i, &entry) != HEADING_NONE)
			break;
		if (is_entry(&lines->at[i], &entry)) {
			if (block->count == ENTRIES)
				block->count--;
			block->at[block->count++] = entry;
		}
		block->last_line = i;
	}
}

/* Places in a block, counted from "Enabled". */
enum { ENABLED, DIRECTION, PROFILES, GROUPING, LOCAL_IP, REMOTE_IP, PROTOCOL, SHORTEST };

/* Where "Enabled" stands: above the line that says in or out, or, when these words are not known,
 * first, provided that a protocol stands where it must. */
static bool find_enabled(const struct block *block, size_t *enabled)
{
	for (size_t i = 0; i + SHORTEST < block->count; i++)
		if (WORD(flag_words, block->at[i].value) &&
			WORD(direction_words, block->at[i + 1].value)) {
			*enabled = i;
			return true;
		}
	*enabled = 0;
	return block->count > SHORTEST && firewall_protocol(block->at[PROTOCOL].value) != NULL;
}

static void put(
	struct facts *facts, struct fact *fact, const struct entry *entry, const char *field)
{
	fact_put(facts, fact, entry->line, field, entry->value);
}

static void put_word(struct facts *facts, struct fact *fact, const struct entry *entry,
	const char *field, const char *word)
{
	if (word)
		fact_put(facts, fact, entry->line, field, str_of(word));
}

static bool is_program(struct str value)
{
	return str_find_char(value, '\\') != STR_NONE || str_ends_nocase(value, STR(".exe")) ||
		str_equal_nocase(value, STR("System"));
}

/* Between "Edge traversal" and the last four lines of the verbose form. */
static void put_verbose(
	struct facts *facts, struct fact *rule, const struct entry *at, size_t edge, size_t action)
{
	if (action < edge + 4)
		return;
	for (size_t i = edge; i + 3 < action; i++)
		if (is_program(at[i].value))
			put(facts, rule, &at[i], "program");
		else if (i > edge)
			put(facts, rule, &at[i], "service");
	const struct entry *source = &at[action - 1];
	put_word(facts, rule, source, "store", source_of(source->value));
}

static size_t read_rule(
	const struct lines *lines, size_t i, const struct entry *name, struct facts *facts)
{
	struct block block;
	size_t enabled = 0;
	read_block(lines, i + 2, &block);
	if (!find_enabled(&block, &enabled))
		return block.last_line;
	const struct entry *at = block.at + enabled;
	size_t count = block.count - enabled;
	struct fact *rule = fact_add(facts, &kind_firewall_rule, &lines->at[i]);
	put(facts, rule, name, "name");
	put_word(facts, rule, &at[ENABLED], "enabled", WORD(flag_words, at[ENABLED].value));
	put_word(facts, rule, &at[DIRECTION], "direction",
		WORD(direction_words, at[DIRECTION].value));
	put(facts, rule, &at[PROFILES], "profiles");
	put(facts, rule, &at[REMOTE_IP], "remote-addresses");
	put_word(facts, rule, &at[PROTOCOL], "protocol", firewall_protocol(at[PROTOCOL].value));
	size_t edge = PROTOCOL + 1, action = count - 1;
	if (str_in_list(at[PROTOCOL].value, "tcp|udp") && count > PROTOCOL + 3) {
		put(facts, rule, &at[PROTOCOL + 1], "local-ports");
		put(facts, rule, &at[PROTOCOL + 2], "remote-ports");
		edge += 2;
	}
	put_word(facts, rule, &at[action], "action", WORD(action_words, at[action].value));
	put_verbose(facts, rule, at, edge, action);
	firewall_put_cover(facts, rule, true);
	return block.last_line;
}

static const struct word list_store[] = {
	{"policy", "GroupPolicy|Mdm"},
	{"local", "Local"},
};

static const struct word list_default[] = {
	{"block", "Block"},
	{"allow", "Allow"},
};

static void put_list_value(
	struct facts *facts, struct fact *fact, const struct line *line, bool rule)
{
	static const struct {
		const char *property, *field;
	} texts[] = {{"DisplayName", "name"}, {"Profile", "profiles"}};
	struct entry entry = {.line = line};
	if (property(line, "Enabled", &entry.value))
		put_word(facts, fact, &entry, "enabled", WORD(flag_words, entry.value));
	for (size_t i = 0; rule && i < sizeof texts / sizeof *texts; i++)
		if (property(line, texts[i].property, &entry.value))
			put(facts, fact, &entry, texts[i].field);
	if (rule && property(line, "Direction", &entry.value))
		put_word(facts, fact, &entry, "direction", WORD(direction_words, entry.value));
	if (rule && property(line, "Action", &entry.value))
		put_word(facts, fact, &entry, "action", WORD(action_words, entry.value));
	if (rule && property(line, "PolicyStoreSourceType", &entry.value))
		put_word(facts, fact, &entry, "store", WORD(list_store, entry.value));
	if (!rule && property(line, "DefaultInboundAction", &entry.value))
		put_word(facts, fact, &entry, "inbound", WORD(list_default, entry.value));
	if (!rule && property(line, "DefaultOutboundAction", &entry.value))
		put_word(facts, fact, &entry, "outbound", WORD(list_default, entry.value));
}

static size_t read_list(const struct lines *lines, size_t i, bool rule, struct facts *facts)
{
	struct str name;
	if (!property(&lines->at[i], "Name", &name))
		return i;
	struct fact *fact =
		fact_add(facts, rule ? &kind_firewall_rule : &kind_firewall_profile, &lines->at[i]);
	fact_put(facts, fact, NULL, rule ? "name" : "profile", name);
	size_t last = i;
	while (last + 1 < lines->count && !str_is_blank(lines->at[last + 1].text))
		put_list_value(facts, fact, &lines->at[++last], rule);
	return last;
}

static size_t count_profiles(const struct lines *lines)
{
	struct entry entry;
	size_t count = 0;
	for (size_t i = 0; i < lines->count; i++)
		count += heading_at(lines, i, &entry) == HEADING_PROFILE;
	return count;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	static const char *const order[] = {"domain", "private", "public"};
	const struct lines *lines = &evidence->lines;
	bool all = count_profiles(lines) == 3; /* headings in a language we do not know: by order */
	size_t profiles = 0;
	for (size_t i = 0; i < lines->count && !facts->full; i++) {
		struct entry entry;
		enum heading heading = heading_at(lines, i, &entry);
		if (heading == HEADING_RULE) {
			i = read_rule(lines, i, &entry, facts);
		} else if (heading == HEADING_PROFILE) {
			const char *profile = profile_of(entry.line->text);
			if (!profile && all)
				profile = order[profiles];
			profiles++;
			i = read_profile(lines, i, profile, facts);
		} else if ((heading = list_at(lines, i)) != HEADING_NONE) {
			i = read_list(lines, i, heading == HEADING_RULE, facts);
		}
	}
}

static const struct fact_kind *const kinds[] = {&kind_firewall_rule, &kind_firewall_profile, NULL};

const struct parser parser_advfirewall = {
	.name = "advfirewall",
	.says = "netsh advfirewall: profiles and rules",
	.source = "firewall",
	.commands = "netsh advfirewall|Get-NetFirewallRule|Get-NetFirewallProfile",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
