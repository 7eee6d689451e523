"""What goes wrong on a made-up machine, and which scenarios are made of it.

A fault changes the machine's state, the events that follow from it, and sets `truth`: the id of the cause, then those
that contribute; `keep`: the items without which nobody could tell.
"""

import events
import tools
import words


def fails(m, code="0xC004F074", reason="0xC004F056"):
    """Activation fails; the licence ran out."""
    m.status, m.reason, m.ato = "notification", reason, code


def truth(m, text, *keep):
    m.truth, m.keep = text, keep


def healthy(m):
    m.ato = m.random.choice((None, "ok"))
    events.request(m, m.random.randint(30, 900), "0x00000000", m.kms + ":1688", "0x00000000")
    truth(m, "healthy")


def healthy_old_failures(m):
    """A week ago the host was down; since then all is well."""
    for ago in (14000, 13880, 13760):
        events.request(m, ago, "0x800706BA", m.kms + ":1688")
        events.failed(m, ago, "0xC004F074")
    healthy(m)


def healthy_noise(m):
    healthy(m)
    for one in events.NOISE:
        one(m, m.random.randint(60, 20000))
    truth(m, "healthy")


def healthy_no_ping(m):
    """ICMP is filtered, the port is not."""
    healthy(m)
    m.ping[m.kms] = False
    truth(m, "healthy")


def srv_missing(m):
    fails(m, "0x8007232B")
    m.srv = {m.domain: m.random.choice(("Non-existent domain", "Non-existent domain"))}
    for ago in (300, 180, 60):
        events.failed(m, ago, "0x8007232B", m.random.choice(("TimerEvent", "NetworkAvailable", "UserLogon")))
    truth(m, "srv-missing", "srv", "ipconfig", "reg-spp")


def dead_record(m):
    old = m.random.choice(("kms-old.", "oldkms.", "w2k12kms.")) + m.domain
    fails(m)
    m.srv = {m.domain: [(old, 1688)]}
    for ago in (140, 20):
        events.request(m, ago, "0x80072AF9", old + ":1688")
        events.failed(m, ago, "0xC004F074")
    truth(m, "srv-stale", "srv", "host", "reg-spp")


def dead_and_live_record(m):
    """Migration: both records stand, the old host is switched off."""
    old, address = "kms-old." + m.domain, m.prefix + ".3.19"
    fails(m)
    m.srv = {m.domain: [(old, 1688), (m.kms, 1688)]}
    m.addresses[old], m.ports[old] = address, "timeout"
    for ago in (140, 20):
        events.request(m, ago, "0x8007274C", old + ":1688")
        events.failed(m, ago, "0xC004F074")
    truth(m, "srv-stale", "srv", "host", "reg-spp")


def hard_coded(m):
    old = m.random.choice(("kmsold.", "kms-2012.", "dc09.")) + m.domain
    fails(m)
    m.setting = (old, m.random.choice((None, 1688)))
    if m.random.random() < 0.5:
        m.addresses[old], m.ports[old] = m.prefix + ".3.18", "timeout"
    code = "0x8007274C" if m.addresses.get(old) else "0x80072AF9"
    for ago in (140, 20):
        events.request(m, ago, code, old + ":1688")
        events.failed(m, ago, "0xC004F074")
    truth(m, "kms-name-hard-coded", "srv", "host", "reg-spp", "port")


def service_down(m):
    fails(m)
    m.ports[m.kms] = "refused"
    for ago in (140, 20):
        events.request(m, ago, "0x8007274D", m.kms + ":1688")
        events.failed(m, ago, "0xC004F074")
    truth(m, "kms-host-service-down", "srv", "host", "portqry", "reg-spp")


def network_firewall(m):
    fails(m)
    m.ports[m.kms] = "timeout"
    m.ping[m.kms] = True
    for ago in (140, 20):
        events.request(m, ago, "0x8007274C", m.kms + ":1688")
        events.failed(m, ago, "0xC004F074")
    elsewhere = tools.probe(m, m.kms)
    m.ports[m.kms] = "open"
    kept, m.ip = m.ip, m.prefix + ".3.77"
    elsewhere = tools.probe(m, m.kms)
    m.ip, m.ports[m.kms] = kept, "timeout"
    m.extra.append(("port-from-server-room", "ps", "Test-NetConnection %s -Port 1688" % m.kms, elsewhere))
    m.extra.append(("firewall", "cmd", "netsh advfirewall show allprofiles", tools.firewall_profiles()))
    m.extra.append(("firewall-rules", "cmd", "netsh advfirewall firewall show rule name=all verbose",
        tools.firewall_rules()))
    truth(m, "network-firewall", "srv", "host", "portqry", "reg-spp", "ipconfig")


def count_low(m):
    fails(m, "0xC004F038")
    m.ato_text = None
    for ago in (140, 20):
        events.request(m, ago, "0x00000000", m.kms + ":1688", "0xC004F038", m.random.randint(1, 4))
        events.failed(m, ago, "0xC004F038")
    truth(m, "kms-count-low", "srv", "host")


def clock_skew(m):
    fails(m, m.random.choice(("0xC004F074", "0xC004F06C")))
    m.skew = m.random.choice((-1, 1)) * m.random.uniform(15000, 90000)
    for ago in (140, 20):
        events.request(m, ago, "0xC004F06C", m.kms + ":1688")
        events.failed(m, ago, "0xC004F06C")
    truth(m, "clock-skew", "srv", "host", "offset", "w32tm")


def restrict(m, *items):
    """Nobody collected the rest."""
    m.drop.update(set(STANDARD) - set(items))


def typed(m, stem, command, text):
    """Copied out of the window, with the command that was typed."""
    m.extra.append((stem, "cmd", command, "C:\\Windows\\system32>%s\n%s\n\nC:\\Windows\\system32>\n" % (command, text)))


STANDARD = ("dlv", "ato", "ipconfig", "srv", "host", "port", "portqry", "reg-spp", "reg-version", "sc", "sc-qc",
    "systeminfo", "w32tm", "offset", "winhttp", "reg-cache")


def suffix_elsewhere(m):
    """The record is in the zone of the headquarters, the branch searches its own."""
    branch = "branch.fabrikam.com" if m.domain != "fabrikam.com" else "branch.contoso.com"
    fails(m, "0x8007232B")
    m.extra.append(("vlmcs-hq", "cmd", "nslookup -type=srv _vlmcs._tcp." + m.domain, tools.srv(m, m.domain)))
    m.domain, m.suffixes, m.dc, m.dns_name = branch, [branch], "dc01." + branch, "dc01." + branch
    m.time_source = m.dc
    for ago in (300, 60):
        events.failed(m, ago, "0x8007232B")
    truth(m, "dns-suffix-mismatch", "srv", "ipconfig", "reg-spp")


def dns_silent(m):
    fails(m, m.random.choice(("0x8007232A", "0x800705B4")))
    m.dns_name = None
    m.srv[m.domain], m.addresses = "timed-out", {}
    for ago in (200, 80, 20):
        events.event(m, ago, "dns", 1014, "W", [("QueryName", "_vlmcs._tcp." + m.domain), ("AddressLength", "128"),
            ("Address", "02000035" + "".join("%02X" % int(part) for part in m.dc_ip.split(".")) + "0000000000000000")])
    truth(m, "dns-unreachable", "srv", "ipconfig")


def home_office(m):
    """VPN down: the router at home answers, and knows nothing of the company."""
    fails(m, "0x8007232B")
    m.dns_servers = [m.random.choice(("8.8.8.8", "1.1.1.1"))]
    m.dns_name, m.dns_ip = ("dns.google", "8.8.8.8") if m.dns_servers[0] == "8.8.8.8" else ("one.one.one.one", "1.1.1.1")
    m.srv = {m.domain: "Non-existent domain"}
    events.failed(m, 60, "0x8007232B", "NetworkAvailable")
    truth(m, "vpn-split-dns", "srv", "ipconfig", "systeminfo", "reg-spp")


def cache_stale(m):
    old = "kms-old." + m.domain
    fails(m)
    m.cache = old
    m.addresses[old], m.ports[old] = m.prefix + ".3.19", "timeout"
    truth(m, "kms-cache-stale", "srv", "reg-cache", "port", "port1", "reg-spp")


def hosts_line(m):
    fails(m)
    wrong = m.prefix + ".9.99"
    m.ports[m.kms] = "timeout"
    good = m.addresses[m.kms]
    m.addresses[m.kms] = wrong
    m.extra.append(("port", "ps", "Test-NetConnection %s -Port 1688" % m.kms, tools.probe(m, m.kms)))
    m.addresses[m.kms] = good
    m.extra.append(("hosts", "file", "", "# Copyright (c) 1993-2009 Microsoft Corp.\n#\n# This is a sample HOSTS file used "
        "by Microsoft TCP/IP for Windows.\n#\n# localhost name resolution is handled within DNS itself.\n"
        "#\t127.0.0.1       localhost\n%s\t%s\n" % (wrong, m.kms)))
    events.request(m, 40, "0x8007274C", m.kms + ":1688")
    truth(m, "kms-address-wrong", "srv", "host", "reg-spp")


def client_firewall(m):
    fails(m)
    m.ports[m.kms] = "timeout"
    rule = tools.firewall_rule(m.random.choice(("Hardening 17", "Block legacy ports", "KMS out")), "Out", "Block",
        remote=m.random.choice(("1688", "1688,1689")))
    m.extra.append(("firewall", "cmd", "netsh advfirewall show allprofiles", tools.firewall_profiles()))
    m.extra.append(("firewall-rules", "cmd", "netsh advfirewall firewall show rule name=all verbose",
        tools.firewall_rules([rule])))
    for ago in (150, 30):
        events.request(m, ago, "0x8007274C", m.kms + ":1688")
    truth(m, "client-firewall", "srv", "host", "reg-spp")


def wrong_port(m):
    fails(m)
    m.setting = (m.kms, 1689)
    m.ports[m.kms] = "refused"
    m.drop.update(("port", "portqry"))
    m.extra.append(("port-1689", "ps", "Test-NetConnection %s -Port 1689" % m.kms, tools.probe(m, m.kms, 1689)))
    m.ports[m.kms] = "open"
    m.extra.append(("port-1688", "ps", "Test-NetConnection %s -Port 1688" % m.kms, tools.probe(m, m.kms)))
    events.request(m, 40, "0x8007274D", m.kms + ":1689")
    truth(m, "kms-port-mismatch", "srv", "host", "reg-spp")


def host_key_old(m):
    """The host's key is of 2016, this server is newer."""
    fails(m, "0xC004F042")
    events.request(m, 40, "0x00000000", m.kms + ":1688", "0xC004F042")
    events.failed(m, 40, "0xC004F042")
    host = tools.Machine(m.random, "en", "2016")
    host.now, host.channel, host.key_channel, host.left = m.now, "VOLUME_KMS_WS16", "Volume:CSVLK", 0
    text = tools.dlv(host).rstrip("\n") + "\n\nKey Management Service is enabled on this machine\n    Current count: 50\n" \
        "    Listening on Port: 1688\n    DNS publishing enabled\n    KMS priority: Normal\n\n"
    m.extra.append(("from the kms server", "file", "", text))
    m.other_language = "en"
    truth(m, "kms-host-key-too-old", "srv")


def host_not_activated(m):
    fails(m, "0xC004F041")
    events.request(m, 40, "0x00000000", m.kms + ":1688", "0xC004F041")
    events.failed(m, 40, "0xC004F041")
    truth(m, "kms-host-not-activated", "srv")


def foreign_clones(m):
    """The host's own log: many names, one machine id."""
    fails(m, "0xC004F038")
    events.request(m, 40, "0x00000000", m.kms + ":1688", "0xC004F038", 2)
    for i in range(12):
        when = m.utc(900 - 60 * i)
        name = "PC-%03d.%s" % (200 + i % 6, m.domain)
        joined = "0xC004F038,25,%s,%s,%s,1,2,43200,%s" % (name, m.cmid, when.strftime("%Y/%-m/%-d %-H:%M"), m.sku)
        events.event(m, 900 - 60 * i, "spp", 12290, "I", [joined] + joined.split(","), "Key Management Service", m.kms)
    truth(m, "duplicate-cmid", "srv")


def mak(m):
    fails(m, "0x80072EE7", "0xC004F009")
    m.channel, m.key_channel, m.partial = "VOLUME_MAK", "Volume:MAK", m.random.choice(("4K7RX", "9HQ2M", "C3WTF"))
    truth(m, "key-channel-mismatch", "srv", "systeminfo")


def generic_key(m):
    m.caption, m.edition, m.edition_id = m.caption.rsplit(" ", 1)[0] + " Pro", "Professional", "Professional"
    fails(m, "0x803F7001", "0xC004F034")
    m.channel, m.key_channel, m.partial, m.server = "RETAIL", "Retail", "3V66T", False
    m.sku = "4de7cb65-cdf1-4de9-8ae8-e3cce27b9f2c"
    truth(m, "generic-retail-key")


def evaluation(m):
    fails(m, None, "0xC004F009")
    m.channel, m.key_channel, m.partial = "TIMEBASED_EVAL", "Eval", "37CYR"
    m.edition, m.edition_id, m.caption = m.edition + "Eval", m.edition_id + "Eval", m.caption + " Evaluation"
    m.ato, m.activation_type = None, "all"
    truth(m, "evaluation-edition")


def wrong_edition(m):
    fails(m, None, "0xC004F014")
    typed(m, "ipk", "cscript //nologo slmgr.vbs /ipk XXXXX-XXXXX-XXXXX-XXXXX-2YT43", tools.error(m, "0xC004F069"))
    m.drop.add("dlv")
    m.ato = None
    truth(m, "gvlk-edition-mismatch", "reg-version", "systeminfo")


def policy_host(m):
    """What is cleared by hand is there again after the next refresh of policy."""
    old = "kms-legacy." + m.domain
    fails(m)
    m.setting = (old, 1688)
    m.addresses[old], m.ports[old] = m.prefix + ".3.17", "timeout"
    shell = "C:\\Windows\\system32>"
    m.extra.append(("cleared", "file", "", "%scscript //nologo slmgr.vbs /ckms\nKey Management Service machine name cleared "
        "successfully.\n\n\n%sgpupdate /force\nUpdating policy...\n\nComputer Policy update has completed successfully.\n"
        "User Policy update has completed successfully.\n\n\n%sreg query \"HKLM\\%s\" /v KeyManagementServiceName\n%s%s\n" % (
        shell, shell, shell, tools.SPP.split("\\", 1)[1], tools.reg(tools.SPP, [("KeyManagementServiceName", "REG_SZ",
        old)]), shell)))
    events.request(m, 40, "0x8007274C", old + ":1688")
    truth(m, "policy-sets-kms", "reg-spp", "host", "port", "srv")


def service_disabled(m):
    fails(m, "0x80070422", None)
    m.drop.add("dlv")
    m.service_start = 4
    m.extra.append(("dlv-error", "cmd", "cscript //nologo c:\\windows\\system32\\slmgr.vbs /dlv",
        tools.error(m, "0x80070422") + "\n"))
    m.ato = None
    events.event(m, 3000, "scm", 7040, "I", [("param1", "Software Protection"), ("param2", "auto start"),
        ("param3", "disabled"), ("param4", "sppsvc")])
    truth(m, "sppsvc-disabled", "sc-qc")


def script_host_off(m):
    text = "CScript Error: Windows Script Host access is disabled on this machine. Contact your administrator for details."
    m.extra.append(("dlv", "cmd", "cscript //nologo c:\\windows\\system32\\slmgr.vbs /dlv", text + "\n"))
    m.extra.append(("reg-wsh", "cmd", 'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings"',
        tools.reg("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings",
        [("ActiveDebugging", "REG_SZ", "1"), ("Enabled", "REG_DWORD", "0x0"), ("DisplayLogo", "REG_SZ", "1")])))
    truth(m, "script-host-blocked")


def wmi_broken(m):
    m.extra.append(("dlv", "cmd", "cscript //nologo c:\\windows\\system32\\slmgr.vbs /dlv",
        "Error 0x80041002 occurred in connecting to the local WMI provider.\n"))
    m.extra.append(("wmi", "cmd", "winmgmt /verifyrepository", "WMI repository is inconsistent\n"))
    truth(m, "wmi-broken")


def not_elevated(m):
    text = "Access denied: the requested action requires elevated privileges."
    m.extra.append(("ato", "cmd", "cscript //nologo c:\\windows\\system32\\slmgr.vbs /ato",
        tools.error(m, "0xC004F025", text) + "\n"))
    m.status, m.left = "grace", 30000
    m.extra.append(("whoami", "cmd", "whoami /groups", "\nGROUP INFORMATION\n-----------------\n\n"
        "Group Name                             Type             SID          Attributes\n"
        "====================================== ================ ============ ==================================================\n"
        "Everyone                               Well-known group S-1-1-0      Mandatory group, Enabled by default, Enabled group\n"
        "BUILTIN\\Administrators                 Alias            S-1-5-32-544 Group used for deny only\n"
        "BUILTIN\\Users                          Alias            S-1-5-32-545 Mandatory group, Enabled by default, Enabled group\n"
        "Mandatory Label\\Medium Mandatory Level Label            S-1-16-8192\n"))
    truth(m, "not-elevated")


ICACLS = "\nSuccessfully processed 1 files; Failed processing 0 files\n"


def store_acl(m):
    fails(m, "0x80070005", "0xC004E003")
    place = "C:\\Windows\\System32\\spp\\store\\2.0"
    indent = " " * (len(place) + 1)
    m.extra.append(("icacls", "cmd", "icacls " + place, place + " NT AUTHORITY\\SYSTEM:(I)(OI)(CI)(F)\n" + indent +
        "BUILTIN\\Administrators:(I)(OI)(CI)(F)\n" + indent + "BUILTIN\\Users:(I)(OI)(CI)(RX)\n" + ICACLS))
    m.extra.append(("whoami", "cmd", "whoami /groups /fo csv", '"Group Name","Type","SID","Attributes"\n'
        '"Everyone","Well-known group","S-1-1-0","Mandatory group, Enabled by default, Enabled group"\n'
        '"BUILTIN\\Administrators","Alias","S-1-5-32-544","Mandatory group, Enabled by default, Enabled group, Group owner"\n'
        '"Mandatory Label\\High Mandatory Level","Label","S-1-16-12288",""\n'))
    truth(m, "token-store-acl")


def locked(m):
    fails(m, "0x80070020")
    m.ato_text = None
    store = "C:\\Windows\\System32\\spp\\store\\2.0\\"
    m.extra.append(("locks", "cmd", "actdx restart-manager", "# actdx restart-manager 1\n2820\t%sZ\tservice\tContoso "
        "Backup\tcontosobackup\tno\t%stokens.dat\n" % (m.utc(300).isoformat(), store)))
    truth(m, "file-locked")


def disk_full(m):
    typed(m, "rilc", "cscript //nologo c:\\windows\\system32\\slmgr.vbs /rilc", tools.error(m, "0x80070070"))
    m.extra.append(("disk", "cmd", "fsutil volume diskfree C:", "Total free bytes                :       1,048,576 (  1.0 MB)\n"
        "Total bytes                     : 255,442,546,688 (237.9 GB)\nTotal quota free bytes          :       "
        "1,048,576 (  1.0 MB)\n"))
    fails(m, None)
    truth(m, "temp-not-writable")


def azure(m):
    """All traffic goes through the company's own firewall, which knows no Azure KMS."""
    fails(m)
    host = "azkms.core.windows.net"
    m.setting = (host, 1688)
    m.addresses[host], m.ports[host] = "20.118.99.224", "timeout"
    m.srv = {m.domain: "Non-existent domain"}
    for ago in (200, 80):
        events.request(m, ago, "0x8007274C", host + ":1688")
        events.failed(m, ago, "0xC004F074")
    truth(m, "azure-forced-tunnel", "reg-spp", "host", "port")


def amazon(m):
    """The image was taken in another subnet: the route to the platform's host points to a gateway that is not there."""
    fails(m)
    host = "169.254.169.250"
    m.setting = (host, 1688)
    m.addresses[host], m.ports[host] = host, "timeout"
    m.drop.update(("host", "portqry"))
    lost = ".".join(m.gateway.split(".")[:2]) + ".200.1"
    rule = "=" * 75
    m.extra.append(("route", "cmd", "route print", "%s\nInterface List\n  4...%s ......Amazon Elastic Network Adapter\n"
        "  1...........................Software Loopback Interface 1\n%s\n\nIPv4 Route Table\n%s\nActive Routes:\n"
        "Network Destination        Netmask          Gateway       Interface  Metric\n"
        "          0.0.0.0          0.0.0.0 %16s %16s     25\n  %s  255.255.255.255 %16s %16s     26\n%s\n"
        "Persistent Routes:\n  Network Address          Netmask  Gateway Address  Metric\n"
        "  %s  255.255.255.255 %16s       1\n%s\n" % (rule, m.mac.replace("-", " ").lower(), rule, rule, m.gateway, m.ip,
        host, lost, m.ip, rule, host, lost, rule)))
    truth(m, "cloud-kms-route-lost", "reg-spp", "ipconfig", "port")


def count_and_clock_noise(m):
    """A host with four clients, and a machine whose clock was a few minutes off."""
    count_low(m)
    m.skew = 240.0
    truth(m, "kms-count-low", "srv", "host")


def manual(m):
    """Activates by hand, never by itself."""
    m.manual, m.left = 1, m.random.randint(40000, 90000)
    m.ato = None
    truth(m, "auto-activation-off", "reg-spp")


def unknown_code_only(m):
    fails(m)
    restrict(m, "dlv", "ato")
    truth(m, "unknown")


def unknown_no_path(m):
    """Nobody looked at DNS, at the host or at the path to it."""
    fails(m)
    restrict(m, "dlv", "ato", "systeminfo", "sc", "sc-qc", "reg-version", "winhttp")
    truth(m, "unknown")


def healthy_slow_clock(m):
    """Seven minutes off: bad for Kerberos, nothing to KMS."""
    healthy(m)
    m.skew = 420.0
    truth(m, "healthy")


def healthy_fixed_host(m):
    healthy(m)
    m.setting = (m.kms, 1688)
    truth(m, "healthy")


def healthy_office_leftover(m):
    healthy(m)
    m.extra.append(("ospp", "cmd", "cscript //nologo ospp.vbs /dstatus", "---Processing--------------------------\n"
        "---------------------------------------\nPRODUCT ID: 00339-10000-00000-AA310\n"
        "SKU ID: d450596f-894d-49e0-966a-fd39ed4c4c64\nLICENSE NAME: Office 16, Office16ProPlusVL_KMS_Client edition\n"
        "LICENSE DESCRIPTION: Office 16, VOLUME_KMSCLIENT channel\nBETA EXPIRATION: 1/1/1601\n"
        "LICENSE STATUS:  ---LICENSED--- \nREMAINING GRACE: 178 days  (256913 minute(s) before expiring)\n"
        "Last 5 characters of installed product key: WFG99\nActivation Type Configuration: ALL\n"
        "---------------------------------------\nPRODUCT ID: 00339-10000-00000-AA311\n"
        "SKU ID: c86f17b5-4e8c-4f5e-9ee0-2f7b5b1f4ed2\nLICENSE NAME: Office 16, Office16ProPlusR_Grace edition\n"
        "LICENSE DESCRIPTION: Office 16, RETAIL(Grace) channel\nBETA EXPIRATION: 1/1/1601\n"
        "LICENSE STATUS:  ---NOTIFICATIONS--- \nERROR CODE: 0xC004F009\n"
        "ERROR DESCRIPTION: The Software Licensing Service reported that the grace period expired.\n"
        "Last 5 characters of installed product key: BTDRB\n---------------------------------------\n"
        "---------------------------------------\n---Exiting-----------------------------\n"))
    truth(m, "healthy")


def plan(name, fault, language, **more):
    return dict(name=name, fault=fault, language=language, **more)


# Each fault, how many scenarios are made of it, and systems if not any will do.
SERVERS, CLIENTS = ("2019", "2022"), ("10-enterprise", "10-pro", "11-enterprise", "11-pro")
FAULTS = (
    ("healthy", healthy, 4, None), ("healthy-old-failures", healthy_old_failures, 4, None),
    ("healthy-noise", healthy_noise, 5, None), ("healthy-no-ping", healthy_no_ping, 2, None),
    ("healthy-slow-clock", healthy_slow_clock, 2, None), ("healthy-fixed-host", healthy_fixed_host, 2, None),
    ("healthy-office-leftover", healthy_office_leftover, 2, CLIENTS),
    ("srv-missing", srv_missing, 6, None), ("dead-record", dead_record, 5, None),
    ("dead-and-live-record", dead_and_live_record, 4, None), ("hard-coded", hard_coded, 6, None),
    ("service-down", service_down, 5, None), ("network-firewall", network_firewall, 4, None),
    ("client-firewall", client_firewall, 4, None), ("count-low", count_low, 4, None),
    ("count-low-slow-clock", count_and_clock_noise, 1, None), ("clock-skew", clock_skew, 6, None),
    ("suffix-elsewhere", suffix_elsewhere, 3, None), ("dns-silent", dns_silent, 4, None),
    ("home-office", home_office, 3, CLIENTS), ("cache-stale", cache_stale, 3, None), ("hosts-line", hosts_line, 3, None),
    ("wrong-port", wrong_port, 3, None), ("host-key-old", host_key_old, 2, SERVERS),
    ("host-not-activated", host_not_activated, 3, None), ("clones", foreign_clones, 2, CLIENTS), ("mak", mak, 4, None),
    ("generic-key", generic_key, 3, CLIENTS), ("evaluation", evaluation, 2, SERVERS),
    ("wrong-edition", wrong_edition, 2, ("2019",)), ("policy-host", policy_host, 3, None),
    ("service-disabled", service_disabled, 3, None), ("script-host-off", script_host_off, 2, None),
    ("wmi-broken", wmi_broken, 2, None), ("not-elevated", not_elevated, 2, None), ("store-acl", store_acl, 2, None),
    ("locked", locked, 2, None), ("disk-full", disk_full, 2, None), ("azure", azure, 2, SERVERS),
    ("amazon", amazon, 2, SERVERS), ("manual", manual, 2, CLIENTS), ("code-only", unknown_code_only, 3, None),
    ("no-path", unknown_no_path, 2, None),
)


def plans():
    number = 0
    for name, fault, count, systems in FAULTS:
        for i in range(count):
            language = words.ORDER[number % 10]
            more = {}
            if systems:
                more["system"] = systems[number % len(systems)]
            if number % 7 == 3 and language != "en":
                more["second"] = "en"
            yield plan(name, fault, language, **more)
            number += 1
