/// A read-only TFTP server (RFC 1350, 2347, 2348, 2349, 7440) for machines that boot.
///
/// One read goes this way: [dev.bootbus.tftp.TftpServer] receives the request on port 69 and admits
/// it ([dev.bootbus.tftp.InFlight]); a [dev.bootbus.tftp.Transfer] with a socket and a virtual
/// thread of its own finds the content ([dev.bootbus.content.ContentSource]), agrees on the options
/// ([dev.bootbus.tftp.Negotiation]) and lets [dev.bootbus.tftp.Sender] decide which block of
/// [dev.bootbus.tftp.BlockWindow] goes out when.
@NullMarked
package dev.bootbus.tftp;

import org.jspecify.annotations.NullMarked;
