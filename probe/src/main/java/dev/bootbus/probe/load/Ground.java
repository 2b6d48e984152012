package dev.bootbus.probe.load;

import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Fetchers;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Patience;

/// What all machines of a storm share.
record Ground(Link link, As as, Patience patience, Fetchers fetchers, Ledger ledger, Tally tally) {}
