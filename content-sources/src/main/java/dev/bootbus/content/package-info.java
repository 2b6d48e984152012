/// Where boot files come from: tftp-server and http-server ask one
/// [dev.bootbus.content.ContentSource] after the other, and send what they get in the way of their
/// protocol.
///
/// [dev.bootbus.content.BootPath] is the one place where names are normalised;
/// [dev.bootbus.content.DiskRoot] and [dev.bootbus.content.GeneratedFiles] are sources.
@NullMarked
package dev.bootbus.content;

import org.jspecify.annotations.NullMarked;
