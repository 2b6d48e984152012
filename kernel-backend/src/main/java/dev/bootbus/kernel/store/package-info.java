/// What is kept in JetStream: key-value buckets, of which each replica keeps a copy in memory and
/// changes records by compare-and-set only ([dev.bootbus.kernel.store.Bucket]), and the stream of
/// boot events.
@NullMarked
package dev.bootbus.kernel.store;

import org.jspecify.annotations.NullMarked;
