/// Networks to walk in: Bootbus and the servers of others on links of their own, whole and broken.
@NullMarked
package dev.bootbus.probe.lab;

import org.jspecify.annotations.NullMarked;
