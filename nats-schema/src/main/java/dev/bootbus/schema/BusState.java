package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;

/// What the operator should know of the bus; told once for each change, fit to be logged as it
/// is.
public sealed interface BusState {
  boolean isTrouble();

  /// A nats-server is reached.
  record Connected(String server) implements BusState {
    @Override
    public boolean isTrouble() {
      return false;
    }

    @Override
    public String toString() {
      return "bus connected server=" + server;
    }
  }

  /// No nats-server is reached; connecting goes on.
  record Disconnected(String reason) implements BusState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String toString() {
      return "bus lost, connecting again until it is back: " + reason;
    }
  }

  /// What is asked on a subject gets no usable answer.
  record BackendSilent(String subject, Reason reason, String message) implements BusState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String toString() {
      return "backend silent reason=" + reason + " subject=" + subject + ": " + message;
    }
  }

  /// What is asked on a subject is answered again.
  record BackendAnswers(String subject) implements BusState {
    @Override
    public boolean isTrouble() {
      return false;
    }

    @Override
    public String toString() {
      return "backend answers again subject=" + subject;
    }
  }

  /// This process answers there from now on.
  record Answering(String subject, String queueGroup) implements BusState {
    @Override
    public boolean isTrouble() {
      return false;
    }

    @Override
    public String toString() {
      return "answering subject=" + subject + " group=" + queueGroup;
    }
  }

  /// nats-server lets this process connect, and not do this.
  record Refused(String error) implements BusState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String toString() {
      return "bus refuses: " + error + " (see the permissions of this user)";
    }
  }

  /// More events happened than could be published.
  record EventsDropped(int buffered) implements BusState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String toString() {
      return "events are dropped: %d wait to be published".formatted(buffered);
    }
  }

  /// A handler of this process threw, which is a bug in it; whoever asked got error 500.
  record HandlerFailed(Throwable bug) implements BusState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String toString() {
      var trace = new StringWriter();
      bug.printStackTrace(new PrintWriter(trace));
      return "handler failed: " + trace;
    }
  }
}
