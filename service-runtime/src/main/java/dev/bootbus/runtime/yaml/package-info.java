/// Files that people write.
@NullMarked
package dev.bootbus.runtime.yaml;

import org.jspecify.annotations.NullMarked;
