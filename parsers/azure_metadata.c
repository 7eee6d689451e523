/*
 * The Azure Instance Metadata Service, which every virtual machine of Azure can ask at 169.254.169.254 (Microsoft Learn,
 * "Azure Instance Metadata Service for virtual machines"). Azure editions of Windows Server prove by it that they run
 * in Azure.
 *
 *     PS C:\> Invoke-RestMethod -Headers @{Metadata='true'} -Uri 'http://169.254.169.254/metadata/instance?...' |
 *                 ConvertTo-Json -Depth 8
 *     { "compute": { "azEnvironment": "AzurePublicCloud", "offer": "WindowsServer", "sku": "..." },
 *       "network": { "interface": [ { "ipv4": { "ipAddress": [
 *                 { "privateIpAddress": "10.1.0.4", "publicIpAddress": "" } ] } } ] } }
 *
 *     FullyQualifiedErrorId : WebCmdletWebResponseException,...InvokeRestMethodCommand    <- no answer, or "(404)"
 *     curl: (28) Failed to connect to 169.254.169.254 port 80                             <- its number
 *     Certificate not found: 'CN=Microsoft Azure RSA TLS Issuing CA 04, ...'              <- Microsoft's script
 *
 * The sentence above an error identifier is translated; nothing else is.
 */
#include "objects.h"
#include "parser.h"

static const struct fact_kind azure_metadata = {
	.name = "azure-metadata",
	.says = "what Azure's instance metadata service says about the machine",
	.is_state = true,
	.fields =
		{
			{"answered", FACT_FLAG, "the service was reached and knows the machine"},
			{"environment", FACT_TEXT, "AzurePublicCloud, AzureUSGovernmentCloud, ..."},
			{"offer", FACT_TEXT, "of the image, WindowsServer"},
			{"sku", FACT_TEXT, "of the image, 2022-datacenter-azure-edition"},
			{"public-address", FACT_ADDRESS, "public address of the machine's own"},
			{"missing-certificate", FACT_TEXT,
				"subject of a certificate without which the answer is not believed"},
			{0},
		},
};

static const char names[] = "azEnvironment|publicIpAddress";
static const struct str service = STR_INIT("169.254.169.254");
static const struct str not_found = STR_INIT("Certificate not found:");

static void put_text(struct facts *facts, struct fact *fact, const struct object *object,
	const char *property, const char *field)
{
	const struct object_property *found = object_property(object, property);
	if (found && found->count && found->values[0].text.size)
		fact_put(facts, fact, found->line, field, found->values[0].text);
}

static const struct object *child(const struct object *object, const char *name)
{
	const struct object_property *found = object ? object_property(object, name) : NULL;
	return found && found->count ? found->values[0].object : NULL;
}

/* The first interface's first address is the one that traffic leaves with. */
static const struct object *address_of(const struct object *object)
{
	return child(child(child(child(object, "network"), "interface"), "ipv4"), "ipAddress");
}

static void read_instance(struct facts *facts, const struct object *object)
{
	const struct object *compute = child(object, "compute"), *address = address_of(object);
	compute = compute ? compute : object; /* only that part was asked for, or a list of both */
	if (object_text(compute, "azEnvironment").size == 0)
		return;
	struct fact *fact = fact_add(facts, &azure_metadata, object->line);
	fact_put_flag(facts, fact, NULL, "answered", true);
	put_text(facts, fact, compute, "azEnvironment", "environment");
	put_text(facts, fact, compute, "offer", "offer");
	put_text(facts, fact, compute, "sku", "sku");
	put_text(facts, fact, address ? address : object, "publicIpAddress", "public-address");
}

/* "curl: (28) ..." or "(404) Not Found": the first number in brackets. */
static bool number_in_brackets(struct str text, int64_t *number)
{
	size_t open = str_find_char(text, '(');
	if (open == STR_NONE)
		return false;
	text = str_from(text, open + 1);
	return scan_number(str_cut(&text, ')'), number);
}

/* 6 and 7, 28, 56: not resolved or refused, timed out, cut off. */
static bool is_curl_failure(struct str text)
{
	int64_t number = 0;
	return str_starts(str_trim(text), STR("curl: (")) && number_in_brackets(text, &number) &&
		(number == 7 || number == 28 || number == 56);
}

/* An answer of the service with a status of HTTP is an answer. */
static bool is_status(struct str text)
{
	int64_t number = 0;
	return !str_has(text, STR("curl:")) && number_in_brackets(text, &number) && number >= 400 &&
		number < 600;
}

static void read_lines(const struct evidence *evidence, struct facts *facts)
{
	bool ours = str_has(evidence->origin.command, service), status = false;
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++) {
		const struct line *line = &evidence->lines.at[i];
		struct str text = str_trim(line->text);
		ours = ours || str_has(text, service);
		status = status || is_status(text);
		if (str_starts(text, not_found)) {
			struct str subject = str_trim(str_from(text, not_found.size));
			if (str_starts(subject, STR("'")) && str_ends(subject, STR("'")))
				subject = str_slice(subject, 1, subject.size - 1);
			struct fact *fact = fact_add(facts, &azure_metadata, line);
			fact_put(facts, fact, NULL, "missing-certificate", subject);
		} else if (ours && !status &&
			(is_curl_failure(text) ||
				str_has(text, STR("WebCmdletWebResponseException")))) {
			struct fact *fact = fact_add(facts, &azure_metadata, line);
			fact_put_flag(facts, fact, NULL, "answered", false);
		}
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct objects objects = objects_read(facts->arena, &evidence->lines, names);
	facts->stop = objects.stop;
	for (size_t i = 0; i < objects.count && !facts->full; i++)
		read_instance(facts, objects.at[i]);
	read_lines(evidence, facts);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i));
	if (str_starts(text, not_found) && str_has(text, STR("CN=")))
		return true;
	return objects_begin(lines, i, "", names);
}

static const struct fact_kind *const kinds[] = {&azure_metadata, NULL};

const struct parser parser_azure_metadata = {
	.name = "azure_metadata",
	.says = "answers of Azure's instance metadata service",
	.source = "azure-metadata",
	.commands = "Invoke-RestMethod|irm|Invoke-WebRequest|curl",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
