/*
 * App Control (WDAC) and Smart App Control: citool --list-policies, and Win32_DeviceGuard.
 *
 *     Policy ID:                a244370e-44c9-4c06-b551-f6016e563076         <- text: two GUIDs, a name, a version,
 *     Base Policy ID:           a244370e-44c9-4c06-b551-f6016e563076            five times true or false
 *     Friendly Name:            Contoso base policy
 *     Version:                  10.0.0.0
 *     Platform Policy:          false
 *     Policy is Signed:         false
 *     Has File on Disk:         true
 *     Is Currently Enforced:    true
 *     Is Authorized:            true
 *
 *     {"OperationResult":0,"Policies":[{"PolicyID":"a244...","IsEnforced":true,"PolicyOptions":[...]}]}     <- -json
 *     UsermodeCodeIntegrityPolicyEnforcementStatus : 2                       <- Win32_DeviceGuard: 0 off, 1 audit, 2 on
 *
 * "Enforced" of a policy means that it is in force, be it only to record: that is an option of it, "Enabled:Audit
 * Mode". The text is read by its order, for whether its labels are translated is not known; property names are not.
 */
#include "objects.h"
#include "parser.h"

#include <string.h>

static const struct fact_kind code_policy = {
	.name = "code-policy",
	.says = "a policy of App Control: which programs and scripts Windows runs",
	.fields =
		{
			{"id", FACT_GUID, "its id", NULL, FACT_KEY},
			{"base", FACT_GUID, "id of the policy that it adds to, or its own"},
			{"name", FACT_TEXT, "as its author called it"},
			{"system", FACT_FLAG, "it is Windows' own"},
			{"signed", FACT_FLAG, "it is signed"},
			{"on-disk", FACT_FLAG, "its file is there"},
			{"in-force", FACT_FLAG, "Windows follows it"},
			{"authorized", FACT_FLAG, "it may be followed"},
			{"audit", FACT_FLAG, "it only records"},
			{"user-mode", FACT_FLAG,
				"it is about programs and scripts, not only drivers"},
			{"smart-app-control", FACT_FLAG, "it is that of Smart App Control"},
			{0},
		},
};

static const struct fact_kind device_guard = {
	.name = "device-guard",
	.says = "how far code integrity is enforced",
	.is_state = true,
	.fields =
		{
			{"kernel", FACT_WORD, "for drivers", "off|audit|enforced"},
			{"user-mode", FACT_WORD, "for programs and scripts", "off|audit|enforced"},
			{"virtualization", FACT_WORD, "security based on virtualization",
				"off|configured|running"},
			{0},
		},
};

static const char names[] =
	"PolicyID|BasePolicyID|IsEnforced|IsAuthorized|CodeIntegrityPolicyEnforcementStatus|"
	"UsermodeCodeIntegrityPolicyEnforcementStatus|VirtualizationBasedSecurityStatus";

/* "VerifiedAndReputableDesktop", and the same with Evaluation behind it. */
static bool is_smart_app_control(struct str name)
{
	return str_starts_nocase(name, STR("VerifiedAndReputable"));
}

static void put_guid(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, struct str text)
{
	struct str guid;
	if (scan_first_guid(text, &guid))
		fact_put(facts, fact, line, field, guid);
}

static void put_name(
	struct facts *facts, struct fact *fact, const struct line *line, struct str name)
{
	fact_put(facts, fact, line, "name", name);
	fact_put_flag(facts, fact, line, "smart-app-control", is_smart_app_control(name));
}

/*
 * Objects
 */

static void put_property_flag(struct facts *facts, struct fact *fact, const struct object *object,
	const char *name, const char *field)
{
	bool flag = false;
	const struct object_property *property = object_property(object, name);
	if (property && object_flag(object, name, &flag))
		fact_put_flag(facts, fact, property->line, field, flag);
}

static void put_options(struct facts *facts, struct fact *fact, const struct object *object)
{
	const struct object_property *options = object_property(object, "PolicyOptions");
	bool audit = false, user_mode = false;
	if (!options || options->count == 0)
		return;
	for (size_t i = 0; i < options->count; i++) {
		struct str text = options->values[i].text;
		audit |= str_has_nocase(text, STR("Audit Mode"));
		user_mode |= str_has_nocase(text, STR("UMCI"));
	}
	if (audit || !options->cut)
		fact_put_flag(facts, fact, options->line, "audit", audit);
	if (user_mode || !options->cut)
		fact_put_flag(facts, fact, options->line, "user-mode", user_mode);
}

static void read_policy(struct facts *facts, const struct object *object)
{
	static const char *const flags[][2] = {{"IsSystemPolicy", "system"},
		{"IsSignedPolicy", "signed"}, {"IsOnDisk", "on-disk"}, {"IsEnforced", "in-force"},
		{"IsAuthorized", "authorized"}};
	struct fact *fact = fact_add(facts, &code_policy, object->line);
	put_guid(facts, fact, NULL, "id", object_text(object, "PolicyID"));
	put_guid(facts, fact, NULL, "base", object_text(object, "BasePolicyID"));
	if (object_property(object, "FriendlyName"))
		put_name(facts, fact, object_property(object, "FriendlyName")->line,
			object_text(object, "FriendlyName"));
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		put_property_flag(facts, fact, object, flags[i][0], flags[i][1]);
	put_options(facts, fact, object);
}

static void put_status(struct facts *facts, struct fact *fact, const struct object *object,
	const char *name, const char *field, const char *const *words)
{
	int64_t number = 0;
	const struct object_property *property = object_property(object, name);
	if (property && object_number(object, name, &number) && number >= 0 && number < 3)
		fact_put(facts, fact, property->line, field, str_of(words[number]));
}

static void read_guard(struct facts *facts, const struct object *object)
{
	static const char *const integrity[] = {"off", "audit", "enforced"};
	static const char *const virtualization[] = {"off", "configured", "running"};
	struct fact *fact = fact_add(facts, &device_guard, object->line);
	put_status(
		facts, fact, object, "CodeIntegrityPolicyEnforcementStatus", "kernel", integrity);
	put_status(facts, fact, object, "UsermodeCodeIntegrityPolicyEnforcementStatus", "user-mode",
		integrity);
	put_status(facts, fact, object, "VirtualizationBasedSecurityStatus", "virtualization",
		virtualization);
}

/* What citool prints is one object that holds the list. */
static bool read_list(struct facts *facts, const struct object *object)
{
	const struct object_property *policies = object_property(object, "Policies");
	if (!policies || !object_property(object, "OperationResult"))
		return false;
	for (size_t i = 0; i < policies->count; i++)
		if (policies->values[i].object)
			read_policy(facts, policies->values[i].object);
	return true;
}

static void read_object(struct facts *facts, const struct object *object)
{
	if (read_list(facts, object))
		return;
	if (object_property(object, "PolicyID"))
		read_policy(facts, object);
	else if (object_property(object, "CodeIntegrityPolicyEnforcementStatus") ||
		object_property(object, "UsermodeCodeIntegrityPolicyEnforcementStatus"))
		read_guard(facts, object);
}

/*
 * Text
 */

/* The value behind the colon of "LABEL:   value"; a label has no colon. */
static bool value_of(struct str text, struct str *value)
{
	size_t colon = str_find_char(str_slice(text, 0, 80), ':');
	if (colon == STR_NONE || colon < 2 || str_blank_left(text) > 8)
		return false;
	*value = str_trim(str_from(text, colon + 1));
	return true;
}

static bool is_guid_line(struct str text)
{
	struct str value, guid;
	return value_of(text, &value) && value.size >= 36 && value.size <= 38 &&
		scan_first_guid(value, &guid) && str_find_char(text, '"') == STR_NONE;
}

static bool flag_of(struct str value, bool *flag)
{
	*flag = str_equal_nocase(value, STR("true"));
	return *flag || str_equal_nocase(value, STR("false"));
}

/* Two ids in a row, and a flag soon after: no other tool prints that. */
static bool block_begins(const struct lines *lines, size_t i)
{
	struct str value;
	bool flag = false;
	if (!is_guid_line(lines_text(lines, i)) || !is_guid_line(lines_text(lines, i + 1)))
		return false;
	for (size_t k = i + 3; k < i + 6; k++)
		if (value_of(lines_text(lines, k), &value) && flag_of(value, &flag))
			return true;
	return false;
}

static size_t read_block(struct facts *facts, const struct lines *lines, size_t i)
{
	static const char *const fields[] = {
		"system", "signed", "on-disk", "in-force", "authorized"};
	struct fact *fact = fact_add(facts, &code_policy, &lines->at[i]);
	size_t flags = 0, k = i + 3;
	struct str value;
	bool flag = false;
	put_guid(facts, fact, NULL, "id", lines->at[i].text);
	put_guid(facts, fact, &lines->at[i + 1], "base", lines->at[i + 1].text);
	if (value_of(lines_text(lines, i + 2), &value))
		put_name(facts, fact, &lines->at[i + 2], value);
	for (; k < lines->count && k < i + 16 && !is_guid_line(lines->at[k].text); k++)
		if (flags < sizeof fields / sizeof *fields && value_of(lines->at[k].text, &value) &&
			flag_of(value, &flag))
			fact_put_flag(facts, fact, &lines->at[k], fields[flags++], flag);
	return k - 1;
}

static bool opens(const struct lines *lines, size_t i)
{
	return objects_begin(lines, i, "Win32_DeviceGuard", names) || block_begins(lines, i);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	bool text = false;
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++)
		if (block_begins(&evidence->lines, i)) {
			i = read_block(facts, &evidence->lines, i);
			text = true;
		}
	if (text)
		return;
	struct objects objects = objects_read(facts->arena, &evidence->lines, names);
	facts->stop = objects.stop;
	for (size_t i = 0; i < objects.count && !facts->full; i++)
		read_object(facts, objects.at[i]);
}

static const struct fact_kind *const kinds[] = {&code_policy, &device_guard, NULL};

const struct parser parser_app_control = {
	.name = "app_control",
	.says = "policies of App Control (citool), Win32_DeviceGuard",
	.source = "code-integrity",
	.commands = "citool",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
