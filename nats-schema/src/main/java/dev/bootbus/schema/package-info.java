/// The bus contract: everything that two Bootbus processes, or Bootbus and a stranger's backend,
/// say to each other over NATS.
///
/// A request is a [CloudEvents 1.0](https://github.com/cloudevents/spec) event in structured
/// JSON, sent with NATS request-reply; the answer is another such event.
/// [dev.bootbus.schema.Subjects] names the subjects, [dev.bootbus.schema.DhcpRequest] and
/// [dev.bootbus.schema.FileRequest] are what may be asked, [dev.bootbus.schema.DhcpResponse] and
/// [dev.bootbus.schema.FileAnswer] what may be answered, and [dev.bootbus.schema.Bus] is both
/// ends of the wire.
@NullMarked
package dev.bootbus.schema;

import org.jspecify.annotations.NullMarked;
