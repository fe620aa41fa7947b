package dev.lifecycle.unit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** A logger whose events are kept, each with the logging context of the thread that logged it. */
final class RecordedLog implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> events =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing(); // an event reads the context when first asked, which here may be on another thread
          super.append(event);
        }
      };

  RecordedLog(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    events.start();
    logger.addAppender(events);
  }

  org.slf4j.Logger logger() {
    return logger;
  }

  /** What was logged with an event of this message; fails if there is not exactly one. */
  Map<String, String> contextOf(String message) {
    List<ILoggingEvent> found = events.list.stream().filter(event -> event.getFormattedMessage().equals(message)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " events \"" + message + "\" in " + events.list);
    }
    return found.get(0).getMDCPropertyMap();
  }

  @Override
  public void close() {
    logger.detachAppender(events);
    logger.setLevel(null);
    logger.setAdditive(true);
  }
}
