/// Fetches files as firmware and loaders do, over TFTP and HTTP, and keeps little of them.
@NullMarked
package dev.bootbus.probe.fetch;

import org.jspecify.annotations.NullMarked;
