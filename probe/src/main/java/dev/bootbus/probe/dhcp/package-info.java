/// The client's half of DHCP (RFC 2131) and of PXE (Preboot Execution Environment 2.1).
@NullMarked
package dev.bootbus.probe.dhcp;

import org.jspecify.annotations.NullMarked;
