/// The stateless DHCP front end: it reads a packet, asks the bus who that is, and answers.
///
/// [dev.bootbus.dhcp.DhcpServer] is the loop that a packet goes through. What it decides is pure:
/// [dev.bootbus.dhcp.Intent] (what does the client want), [dev.bootbus.dhcp.Responder] (what is it
/// told; one for full DHCP, ProxyDHCP and the PXE boot service each),
/// [dev.bootbus.dhcp.BootOptions] (what does it boot) and [dev.bootbus.dhcp.Delivery] (where
/// does the answer go). Bytes are spoken only in [dev.bootbus.dhcp.wire], the system's sockets only
/// behind [dev.bootbus.dhcp.DhcpSocket], and only [dev.bootbus.dhcp.Main] reads the environment:
/// what is set, and where, [dev.bootbus.dhcp.config] puts together for
/// [dev.bootbus.dhcp.Configuration].
@NullMarked
package dev.bootbus.dhcp;

import org.jspecify.annotations.NullMarked;
