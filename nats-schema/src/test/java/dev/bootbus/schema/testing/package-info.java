/// What the tests of every module need: a real nats-server.
@NullMarked
package dev.bootbus.schema.testing;

import org.jspecify.annotations.NullMarked;
