/// `probe dhcp`: DISCOVER, OFFER, REQUEST, ACK and what may follow, each message with every option.
@NullMarked
package dev.bootbus.probe.dora;

import org.jspecify.annotations.NullMarked;
