/// What a file is, by its bytes, and whether a machine can use it.
@NullMarked
package dev.bootbus.probe.artefact;

import org.jspecify.annotations.NullMarked;
