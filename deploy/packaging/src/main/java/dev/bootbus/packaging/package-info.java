/// The images: what `deploy/stage` has laid out, as five container images that share their
/// layers.
@NullMarked
package dev.bootbus.packaging;

import org.jspecify.annotations.NullMarked;
