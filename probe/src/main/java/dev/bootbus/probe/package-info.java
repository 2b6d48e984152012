/// A netboot client in user space. It takes the walk that a machine takes from DISCOVER to a
/// kernel, and names the first link that is broken.
///
/// It knows what firmware and loaders do, and nothing of how our servers decide: of them it shares
/// the wire codecs only, so it cannot be wrong in the same way.
@NullMarked
package dev.bootbus.probe;

import org.jspecify.annotations.NullMarked;
