/*
 * The machine and its domain: NETLOGON and Group Policy (events, section 5).
 *
 * NETLOGON's events are classic ones; their binary part is an NTSTATUS, little-endian ("220000C0" is 0xC0000022), and
 * error texts are words. Those of Group Policy name all values and give a Win32 error. 5719 at boot alone is a race
 * between network and logon and heals by itself: what is later says more.
 *
 * 5722, 5723 and 5805 are logged on the domain controller about another machine, which their first value names.
 */
#include "event_values.h"

#include "base/bytes.h"

static const struct fact_kind domain_event = {
	.name = "domain-event",
	.says = "the machine's relation to its domain, as NETLOGON or Group Policy logged it",
	.fields =
		{
			{"what", FACT_WORD,
				"no-dc: no domain controller was reached; not-trusted: the controller did not accept "
				"the machine's password; no-account: it has none; refused: a controller logged that "
				"it refused a machine; password-not-changed; not-registered: in DNS; policy-failed, "
				"policy-applied: Group Policy of the machine or of a user",
				"no-dc|not-trusted|no-account|refused|password-not-changed|not-registered|"
				"policy-failed|policy-applied"},
			{"computer", FACT_NAME, "the machine that logged it", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "NTSTATUS or Win32 error"},
			{"domain", FACT_NAME, "the domain"},
			{"dc", FACT_NAME, "the domain controller"},
			{"account", FACT_NAME, "the machine that was refused"},
			{"path", FACT_NAME, "the file of a policy that could not be read"},
			{0},
		},
};

#define NETLOGON "NETLOGON"
#define POLICY "Microsoft-Windows-GroupPolicy"

static const struct {
	uint32_t id;
	const char *what;
	unsigned domain, dc, account; /* places, 0 for none */
} meanings[] = {
	{3210, "not-trusted", 1, 2, 0},
	{3224, "password-not-changed", 0, 0, 0},
	{5719, "no-dc", 1, 0, 0},
	{5721, "no-account", 2, 1, 0},
	{5722, "refused", 0, 0, 1},
	{5723, "refused", 0, 0, 1},
	{5781, "not-registered", 0, 0, 0},
	{5783, "no-dc", 2, 1, 0},
	{5789, "not-registered", 0, 0, 0},
	{5805, "refused", 0, 0, 1},
};

/* Of Group Policy; others of its ids are failures. */
static bool is_policy_success(uint32_t id)
{
	return id == 1500 || id == 1502;
}

/* On a machine that is in no domain, policy is applied too, without any controller. */
static bool matters(const struct event *event)
{
	if (event_is_from(event, POLICY)) {
		if (is_policy_success(event->id))
			return !str_is_blank(event_any(event, "DCName"));
		return event->id < 1500 || event->id > 1503;
	}
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].id == event->id)
			return true;
	return false;
}

static void put_status(
	const struct event *event, struct fact *fact, struct fact *about, struct facts *facts)
{
	struct cursor cursor = cursor_on(event->binary);
	uint32_t status = cursor_u32(&cursor);
	if (cursor.failed || status == 0)
		return;
	fact_put_number(facts, fact, NULL, "code", status);
	fact_put_number(facts, about, NULL, "code", status);
}

static struct str without_slashes(struct str name)
{
	name = str_trim(name);
	while (str_starts(name, STR("\\")))
		name = str_from(name, 1);
	return name;
}

static void read_netlogon(
	const struct event *event, struct fact *fact, struct fact *about, struct facts *facts)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].id != event->id)
			continue;
		fact_put(facts, about, NULL, "what", str_of(meanings[i].what));
		struct str domain = event_value(event, meanings[i].domain);
		struct str dc = without_slashes(event_value(event, meanings[i].dc));
		struct str account = without_slashes(event_value(event, meanings[i].account));
		fact_put(facts, about, NULL, "domain", domain);
		fact_put(facts, about, NULL, "dc", dc);
		fact_put(facts, about, NULL, "account", account);
		fact_put(facts, fact, NULL, "about",
			account.size      ? account
				: dc.size ? dc
					  : domain);
	}
	put_status(event, fact, about, facts);
}

/* What fails for lack of a controller is told apart from what fails with one. */
static const char *policy_failure(uint32_t id)
{
	return id == 1054 || id == 1129 || id == 7326 ? "no-dc" : "policy-failed";
}

static void read_policy(
	const struct event *event, struct fact *fact, struct fact *about, struct facts *facts)
{
	struct str code = event_any(event, "ErrorCode");
	uint32_t number = 0;
	fact_put(facts, about, NULL, "what",
		is_policy_success(event->id) ? STR("policy-applied")
					     : str_of(policy_failure(event->id)));
	if (event_code(code, &number) && number)
		event_put_code(facts, fact, about, code);
	struct str dc = without_slashes(event_any(event, "DCName"));
	fact_put(facts, about, NULL, "dc", dc);
	fact_put(facts, fact, NULL, "about", dc);
	fact_put(facts, about, NULL, "path", event_any(event, "FilePath"));
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *about = fact_add(facts, &domain_event, fact->line);
	event_stamp(event, about, facts);
	if (event_is_from(event, POLICY))
		read_policy(event, fact, about, facts);
	else
		read_netlogon(event, fact, about, facts);
}

static const struct fact_kind *const kinds[] = {&domain_event, NULL};

const struct event_reader event_reader_domain = {
	.name = "domain",
	.says = "NETLOGON and Group Policy: whether the machine can talk to its domain",
	.providers = NETLOGON "|Microsoft-Windows-NETLOGON|" POLICY "|Group Policy",
	.source = "domain-events",
	.ids = {{3210, 3210}, {3224, 3224}, {5719, 5719}, {5721, 5723}, {5781, 5781}, {5783, 5783},
		{5789, 5789}, {5805, 5805}, {1006, 1006}, {1030, 1030}, {1053, 1055}, {1058, 1058},
		{1085, 1085}, {1097, 1097}, {1112, 1112}, {1129, 1129}, {1500, 1500}, {1502, 1502},
		{7017, 7017}, {7320, 7320}, {7326, 7326}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
