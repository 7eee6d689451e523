/*
 * Who is in a list: names of well-known principals in ten languages, aliases of SDDL, SIDs.
 *
 * A well-known principal is AUTHORITY\NAME or a bare NAME, and both parts are translated, not always both
 * ("NT AUTHORITY\СИСТЕМА"). Names of services are not. What the console's code page lacks arrives as '?' or
 * U+FFFD; such a place stands for any letter beyond ASCII (icacls-format, sections 1 and 4).
 */
#include "acl.h"

#include "base/utf8.h"

#include <string.h>

enum authority { NOBODY, BUILTIN, NT, SERVICE, PACKAGE, LABEL };

static const char *const authorities[] = {
	[NOBODY] = "",
	[BUILTIN] = "BUILTIN|VORDEFINIERT|INTEGRADO|PREDEFINITO",
	[NT] = "NT AUTHORITY|NT-AUTORITÄT|AUTORITE NT|AUTORITÉ NT|AUTORIDADE NT|AUTORIDAD NT",
	[SERVICE] = "NT SERVICE|SERVICE NT|NT-DIENST|SERVICIO NT|SERVIÇO NT",
	[PACKAGE] = "APPLICATION PACKAGE AUTHORITY|ZERTIFIZIERUNGSSTELLE FÜR ANWENDUNGSPAKETE|"
		    "AUTORITÉ DE PACKAGE D’APPLICATION|AUTORITÉ DE PACKAGE D'APPLICATION|"
		    "AUTORITE DE PACKAGE D'APPLICATION",
	[LABEL] = "Mandatory Label|Verbindliche Beschriftung|Étiquette obligatoire|必須ラベル|"
		  "Etiqueta obligatoria|Etiqueta Obrigatória|Etichetta obbligatoria|"
		  "Обязательная метка",
};

struct principal {
	enum authority authority;
	const char *sid;
	const char *names;
};

static const struct principal principals[] = {
	{NOBODY, SID_EVERYONE, "Everyone|Jeder|Tout le monde|Todos|Все|Tutti|所有人|모든 사람"},
	{NOBODY, SID_CREATOR_OWNER,
		"CREATOR OWNER|ERSTELLER-BESITZER|CREATEUR PROPRIETAIRE|CRÉATEUR PROPRIÉTAIRE|"
		"PROPIETARIO CREADOR|CREATOR PROPRIETARIO|AUTORE DELLA CREAZIONE|"
		"СОЗДАТЕЛЬ-ВЛАДЕЛЕЦ|PROPRIETÁRIO DO CRIADOR|PROPRIETÁRIO CRIADOR"},
	{NOBODY, "S-1-3-1",
		"CREATOR GROUP|ERSTELLERGRUPPE|GROUPE CREATEUR|GROUPE CRÉATEUR|GRUPO CREADOR|"
		"GRUPPO CREATORE|ГРУППА-СОЗДАТЕЛЬ|GRUPO DO CRIADOR|GRUPO CRIADOR"},
	{NOBODY, "S-1-3-4",
		"OWNER RIGHTS|EIGENTÜMERRECHTE|DROITS DU PROPRIETAIRE|DROITS DU PROPRIÉTAIRE|"
		"DERECHOS DE PROPIETARIO|DIRITTI PROPRIETARIO|ПРАВА ВЛАДЕЛЬЦА|"
		"DIREITOS DE PROPRIETÁRIO"},
	{NT, SID_SYSTEM, "SYSTEM|Système|SYSTÈME|SISTEMA|СИСТЕМА|система|Система"},
	{NT, SID_NETWORK_SERVICE,
		"NETWORK SERVICE|Netzwerkdienst|NETZWERKDIENST|SERVICE RÉSEAU|SERVICE RESEAU|"
		"Servicio de red|SERVICIO DE RED|Serviço de rede|SERVIÇO DE REDE|"
		"SERVIZIO DI RETE|NETWORK-DIENST"},
	{NT, "S-1-5-19",
		"LOCAL SERVICE|Lokaler Dienst|LOKALER DIENST|SERVICE LOCAL|SERVICIO LOCAL|"
		"SERVIÇO LOCAL|SERVIZIO LOCALE"},
	{NT, SID_AUTHENTICATED,
		"Authenticated Users|Authentifizierte Benutzer|Utilisateurs authentifiés|"
		"Usuarios autentificados|Usuarios autenticados|Usuários autenticados|"
		"Utilizadores autenticados|Authenticated User|Прошедшие проверку"},
	{NT, "S-1-5-4", "INTERACTIVE|INTERAKTIV|INTERACTIF|INTERATIVO|ИНТЕРАКТИВНЫЕ"},
	{NT, SID_SERVICE, "SERVICE|DIENST|SERVICIO|SERVIÇO|SERVIZIO|СЛУЖБА"},
	{NT, "S-1-5-3", "BATCH|TACHE|LOTE|ПАКЕТНЫЕ ФАЙЛЫ"},
	{NT, "S-1-5-2", "NETWORK|NETZWERK|RESEAU|RÉSEAU|RED|REDE|RETE|СЕТЬ"},
	{NT, "S-1-5-7", "ANONYMOUS LOGON|ANONYMOUS-ANMELDUNG|АНОНИМНЫЙ ВХОД"},
	{BUILTIN, SID_ADMINISTRATORS,
		"Administrators|Administratoren|Administrateurs|Administradores|Администраторы"},
	{BUILTIN, SID_USERS,
		"Users|Benutzer|Utilisateurs|Usuarios|Usuários|Utilizadores|Пользователи|Utenti"},
	{BUILTIN, "S-1-5-32-546", "Guests|Gäste|Invités|Invitados|Convidados|Гости|Ospiti"},
	{BUILTIN, "S-1-5-32-547", "Power Users|Hauptbenutzer|Опытные пользователи"},
	{BUILTIN, "S-1-5-32-551", "Backup Operators|Sicherungsoperatoren|Операторы архива"},
	{SERVICE, SID_SPPSVC, "sppsvc"},
	{SERVICE, SID_TRUSTED_INSTALLER, "TrustedInstaller"},
	{SERVICE, "S-1-5-80-556018490-3221032139-231912023-274405296-2429597050", "osppsvc"},
	{SERVICE, "S-1-5-80-65843127-2189646064-2697706863-2125155322-3141006483", "ClipSVC"},
	{SERVICE, "S-1-5-80-2168654060-3115992504-1782388893-2584760693-2634250426",
		"LicenseManager"},
	{SERVICE, "S-1-5-80-4267341169-2882910712-659946508-2704364837-2204554466", "W32Time"},
	{PACKAGE, "S-1-15-2-1",
		"ALL APPLICATION PACKAGES|ALLE ANWENDUNGSPAKETE|TOUS LES PACKAGES D’APPLICATION|"
		"TOUS LES PACKAGES D'APPLICATION"},
	{PACKAGE, "S-1-15-2-2",
		"ALL RESTRICTED APPLICATION PACKAGES|ALL RESTRICTED APP PACKAGES|"
		"ALLE EINGESCHRÄNKTEN ANWENDUNGSPAKETE"},
	{LABEL, "S-1-16-4096", "Low Mandatory Level"},
	{LABEL, "S-1-16-8192", "Medium Mandatory Level"},
	{LABEL, "S-1-16-12288", "High Mandatory Level"},
	{LABEL, "S-1-16-16384", "System Mandatory Level"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct {
	char alias[3];
	const char *sid;
} aliases[] = {
	{"SY", SID_SYSTEM},
	{"BA", SID_ADMINISTRATORS},
	{"BU", SID_USERS},
	{"WD", SID_EVERYONE},
	{"AU", SID_AUTHENTICATED},
	{"NS", SID_NETWORK_SERVICE},
	{"LS", "S-1-5-19"},
	{"SU", SID_SERVICE},
	{"IU", "S-1-5-4"},
	{"NU", "S-1-5-2"},
	{"AN", "S-1-5-7"},
	{"CO", SID_CREATOR_OWNER},
	{"CG", "S-1-3-1"},
	{"OW", "S-1-3-4"},
	{"PS", "S-1-5-10"},
	{"RC", "S-1-5-12"},
	{"ED", "S-1-5-9"},
	{"WR", "S-1-5-33"},
	{"AC", "S-1-15-2-1"},
	{"BG", "S-1-5-32-546"},
	{"PU", "S-1-5-32-547"},
	{"AO", "S-1-5-32-548"},
	{"SO", "S-1-5-32-549"},
	{"PO", "S-1-5-32-550"},
	{"BO", "S-1-5-32-551"},
	{"RE", "S-1-5-32-552"},
	{"RU", "S-1-5-32-554"},
	{"RD", "S-1-5-32-555"},
	{"NO", "S-1-5-32-556"},
	{"MU", "S-1-5-32-558"},
	{"LU", "S-1-5-32-559"},
	{"IS", "S-1-5-32-568"},
	{"ER", "S-1-5-32-573"},
	{"UD", "S-1-5-84-0-0-0-0-0"},
	{"LW", "S-1-16-4096"},
	{"ME", "S-1-16-8192"},
	{"MP", "S-1-16-8448"},
	{"HI", "S-1-16-12288"},
	{"SI", "S-1-16-16384"},
};

const char *principal_of_alias(struct str alias)
{
	for (size_t i = 0; alias.size == 2 && i < COUNT(aliases); i++)
		if (str_equal(str_of(aliases[i].alias), alias))
			return aliases[i].sid;
	return NULL;
}

bool principal_is_sid(struct str text)
{
	size_t parts = 0;
	if (!str_starts(text, STR("S-1-")) || text.size > 190)
		return false;
	text = str_from(text, 2);
	while (text.size) {
		struct str part = str_cut(&text, '-');
		if (part.size == 0 || part.size > 15)
			return false;
		for (size_t i = 0; i < part.size; i++)
			if (!char_is_digit(part.at[i]))
				return false;
		parts++;
	}
	return parts >= 3;
}

/* Is `text` this name, where '?' or U+FFFD stands for a letter that was lost? */
static bool is_name(struct str text, struct str name)
{
	while (text.size && name.size) {
		bool valid = false;
		uint32_t is = utf8_next(&text, &valid), wanted = utf8_next(&name, &valid);
		bool lost = (is == '?' || is == UTF8_REPLACEMENT) && wanted >= 0x80;
		bool same = is < 0x80 && wanted < 0x80
			? char_lower((char)is) == char_lower((char)wanted)
			: is == wanted;
		if (!lost && !same)
			return false;
	}
	return text.size == 0 && name.size == 0;
}

static bool is_one_of(struct str text, const char *list)
{
	for (struct str rest = str_of(list); rest.size;)
		if (is_name(text, str_cut(&rest, '|')))
			return true;
	return false;
}

static enum authority authority_of(struct str text)
{
	for (size_t i = BUILTIN; i < COUNT(authorities); i++)
		if (is_one_of(text, authorities[i]))
			return (enum authority)i;
	return NOBODY;
}

static struct str from_tables(struct str text)
{
	size_t separator = str_find_char(text, '\\');
	enum authority authority = NOBODY;
	if (separator != STR_NONE) {
		authority = authority_of(str_slice(text, 0, separator));
		if (authority == NOBODY) /* an account's machine or domain */
			return STR("");
		text = str_from(text, separator + 1);
	}
	for (size_t i = 0; i < COUNT(principals); i++)
		if (principals[i].authority == authority && is_one_of(text, principals[i].names))
			return str_of(principals[i].sid);
	return STR("");
}

/* Facts of whoami that are looked at: a token has some twenty groups, and as many privileges. They are
 * the first of all (parsers.def). */
#define FACTS_ASKED 400

static struct str from_whoami(const struct facts *facts, struct str text)
{
	for (size_t i = 0; facts && i < facts->count && i < FACTS_ASKED; i++) {
		const struct fact *fact = facts->at[i];
		if (strncmp(fact->kind->name, "token", 5) != 0)
			break;
		if (strcmp(fact->kind->name, "token-group") == 0 &&
			str_equal_nocase(fact_text(fact, "name"), text))
			return fact_text(fact, "sid");
	}
	return STR("");
}
struct str principal_sid(const struct facts *facts, struct str principal, const char **how)
{
	principal = str_trim(principal);
	const char *alias = principal_of_alias(principal);
	*how = "sid";
	if (alias)
		return str_of(alias);
	if (principal_is_sid(principal))
		return principal;
	*how = "name";
	struct str sid = principal.size > 200 ? STR("") : from_tables(principal);
	if (sid.size == 0) {
		*how = "whoami";
		sid = from_whoami(facts, principal);
	}
	return sid;
}
