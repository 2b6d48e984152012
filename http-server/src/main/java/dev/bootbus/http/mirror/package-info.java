/// A mirror: what is fetched from an upstream server is sent on while it arrives, and kept on disk.
///
/// [dev.bootbus.http.mirror.Mirror] is the source of files, and decides between what lies on the
/// [dev.bootbus.http.mirror.Shelf] and a [dev.bootbus.http.mirror.Download], of which there is one
/// for each file.
@NullMarked
package dev.bootbus.http.mirror;

import org.jspecify.annotations.NullMarked;
